"""The apparatus around the lessons: assignment, capstone, rubric, questions and answers, competences, exam forms."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from assay.catalog.reading import build, read_yaml
from assay.core.errors import NotFound
from assay.studio.knowledge.topics import DATA


@dataclass(frozen=True)
class Brief:
    """A piece of graded work. Texts hold the placeholders {case}, {system} and {standard}.

    `serves` names the objectives that it assesses, as "kind/objective".
    """

    title: str
    setting: str
    serves: tuple[str, ...]
    tasks: tuple[str, ...]
    rules: tuple[str, ...]

    def assesses(self, kind: str, objective: str) -> bool:
        """Whether an objective of a kind of programme is assessed by this work."""
        return f"{kind}/{objective}" in self.serves


@dataclass(frozen=True)
class Criterion:
    """A criterion with a weight in percent and one descriptor per level, the lowest first."""

    name: str
    weight: int
    levels: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """A question of learners and its answer."""

    q: str
    a: str


@dataclass(frozen=True)
class Apparatus:
    """What surrounds the lessons of some kinds of programme. `passing` says what it takes."""

    name: str
    kinds: tuple[str, ...]
    passing: str = field(metadata={"key": "pass"})
    assignment: Brief
    capstone: Brief
    criteria: tuple[Criterion, ...]
    faq: tuple[Answer, ...]
    explain: tuple[str, ...]


@dataclass(frozen=True)
class Competence:
    """What a function of a certification body has to know, and the topics that teach it."""

    who: str
    knows: str
    topics: tuple[str, ...]


@dataclass(frozen=True)
class Trait:
    """A trait of personal behaviour and how it shows."""

    trait: str
    shown: str


@dataclass(frozen=True)
class ExamForm:
    """A form of examination, for some kinds of programme, as a source described it on a day."""

    kinds: tuple[str, ...]
    scheme: str
    form: str
    mark: str
    source: str
    seen: str


LEVELS = ("not yet", "partial", "sound", "excellent")


@cache
def apparatus_of(kind: str) -> Apparatus:
    """The apparatus of a kind of programme. Raises NotFound."""
    for entry in read_yaml(DATA / "apparatus.yaml").entries("sets"):
        found = build(Apparatus, entry)
        if kind in found.kinds:
            return found
    raise NotFound("apparatus", kind)


def assessed_by(kind: str, objective: str) -> tuple[str, ...]:
    """The summative parts that assess an objective: the final exam always, graded work where it says so."""
    told = apparatus_of(kind)
    works = (("assignment", told.assignment), ("capstone", told.capstone))
    return ("final exam", *(name for name, work in works if work.assesses(kind, objective)))


@cache
def competences() -> tuple[Competence, ...]:
    """The functions of a certification body, after ISO/IEC 42006."""
    return tuple(build(Competence, entry) for entry in read_yaml(DATA / "apparatus.yaml").entries("competences"))


@cache
def behaviour() -> tuple[Trait, ...]:
    """Personal behaviour, after ISO 19011."""
    return tuple(build(Trait, entry) for entry in read_yaml(DATA / "apparatus.yaml").entries("behaviour"))


@cache
def exam_forms(kind: str) -> tuple[ExamForm, ...]:
    """Forms of examination for a kind, with source and date; sources disagree, which is why this is data."""
    forms = (build(ExamForm, entry) for entry in read_yaml(DATA / "apparatus.yaml").entries("forms"))
    return tuple(each for each in forms if kind in each.kinds)
