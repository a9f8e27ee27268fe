"""The registry of the 22 generation pathways: the one list of everything that can put words before a learner.

Every artefact of a programme is the output of one of them; a complete programme has at least one artefact of each. A
23rd pathway fails the self-test at import until it is placed here with its detectors.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from assay.catalog.reading import build, read_yaml
from assay.core.errors import InvalidInput, NotFound

UNMAPPED = "unmapped"

# What every text answers for: other standards named, other standards' concepts taught, the own standard misquoted.
READS = ("standard-mention", "concept-drift", "own-standard")
# Texts that play in an organization, or mark work done in one, can drift by their company alone: an energy supplier's
# emissions in an AI assignment name no standard at all. Exams and banks are among them because their questions hang on
# scenarios; rubrics and quizzes are not, for they describe no company of their own.
PLAYS = (*READS, "context-mismatch")


@dataclass(frozen=True)
class Pathway:
    """One way in which an artefact comes about.

    `slug` names the stratum of the surface and the kind of artefact; `route` is how a stamp writes it. `stakes` is
    "credential" where somebody's certificate rests on the artefact, "practice" elsewhere. `required` names the
    detectors without which no artefact of the pathway is measured.
    """

    number: int
    slug: str
    name: str
    learner_facing: bool
    stakes: Literal["practice", "credential"]
    required: tuple[str, ...]

    @property
    def route(self) -> str:
        return self.slug.replace("-", "_")


PATHWAYS: tuple[Pathway, ...] = (
    Pathway(1, "blueprint", "Blueprint", True, "credential", READS),
    Pathway(2, "outline", "Outline / refine", True, "practice", READS),
    Pathway(3, "course", "Course generation", True, "practice", READS),
    Pathway(4, "lesson", "Lesson generation", True, "practice", READS),
    Pathway(5, "lesson-regeneration", "Lesson regeneration", True, "practice", READS),
    Pathway(6, "lesson-quiz", "Lesson quizzes", True, "practice", READS),
    Pathway(7, "diagnostic", "Diagnostics", True, "practice", READS),
    Pathway(8, "applied-exercise", "Applied exercises", True, "practice", PLAYS),
    Pathway(9, "capstone", "Capstone", True, "credential", PLAYS),
    Pathway(10, "module-exam", "Module exams", True, "credential", READS),
    Pathway(11, "final-exam", "Final exam", True, "credential", PLAYS),
    Pathway(12, "course-final-assessment", "Course final assessment", True, "credential", PLAYS),
    Pathway(13, "assignment-brief", "Assignment brief", True, "credential", PLAYS),
    Pathway(14, "assignment-regeneration", "Assignment regen", True, "credential", PLAYS),
    Pathway(15, "rubric", "Rubric generation", True, "credential", READS),
    Pathway(16, "smart-hotspots", "Smart hotspots", True, "practice", READS),
    Pathway(17, "cover-image", "Cover image", True, "practice", READS),
    Pathway(18, "scenario", "Scenario generation", True, "practice", PLAYS),
    Pathway(19, "competency-map", "Competency mapping", True, "credential", READS),
    Pathway(20, "family-faq", "Family FAQ", True, "practice", READS),
    Pathway(21, "assessment-explainer", "Assessment explainer", True, "practice", READS),
    Pathway(22, "exam-bank-regeneration", "Exam-bank regen", True, "credential", PLAYS),
)


def assert_complete(pathways: Iterable[Pathway]) -> None:
    """Raise InvalidInput unless the numbers are exactly 1 to 22, in order, and every pathway is audited."""
    found = tuple(pathways)
    if [pathway.number for pathway in found] != list(range(1, 23)):
        raise InvalidInput(
            f"The registry has the pathways {[pathway.number for pathway in found]}, not 1 to 22.",
            hint="Place every pathway once, with its detectors, in studio/pathways.py.",
        )
    for field in ("slug", "name"):
        values = [getattr(pathway, field) for pathway in found]
        if len(set(values)) != len(values):
            raise InvalidInput(f"Two pathways have the same {field}.", field=field)
    for pathway in found:
        unread = [name for name in READS if name not in pathway.required]
        if unread:
            raise InvalidInput(
                f"Pathway {pathway.number} ({pathway.name}) is not audited by {', '.join(unread)}.",
                hint="Every pathway puts words before learners; none may go without its detectors.",
                pathway=pathway.number,
            )


assert_complete(PATHWAYS)
BY_SLUG: Mapping[str, Pathway] = MappingProxyType({pathway.slug: pathway for pathway in PATHWAYS})
BY_ROUTE: Mapping[str, Pathway] = MappingProxyType({pathway.route: pathway for pathway in PATHWAYS})
BY_NUMBER: Mapping[int, Pathway] = MappingProxyType({pathway.number: pathway for pathway in PATHWAYS})


def pathway_of(named: str | int) -> Pathway:
    """Return the pathway of a slug, a route of a stamp, or a number 1 to 22. Raises NotFound."""
    found = BY_NUMBER.get(named) if isinstance(named, int) else BY_SLUG.get(named) or BY_ROUTE.get(named)
    if found is None:
        raise NotFound("pathway", named, hint=f"Pathways are: {', '.join(BY_SLUG)}.")
    return found


@dataclass(frozen=True)
class View:
    """What a platform governed and audited on one day. Numbers are those of pathways."""

    as_of: str
    title: str
    governed: tuple[int, ...]
    audited: tuple[int, ...]
    source: str

    def colour(self, number: int) -> Literal["green", "amber", "red"]:
        """Green: governed and audited; amber: governed only; red: not governed at generation."""
        if number not in self.governed:
            return "red"
        return "green" if number in self.audited else "amber"


@cache
def view_before_the_cure() -> View:
    """Return the dated state in which 9 of 22 pathways were audited and the portfolio was green."""
    entry = read_yaml(Path(__file__).parent / "data" / "view_2025.yaml")
    view = build(View, entry)
    for key, numbers in (("governed", view.governed), ("audited", view.audited)):
        unknown = [number for number in numbers if number not in BY_NUMBER]
        if unknown or len(set(numbers)) != len(numbers):
            entry.refuse(f"'{key}' must name pathways once each, by number (found {numbers})", key)
    return view
