"""Topics: one subject of a lesson each, its words from the data files joined with what the catalog says of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path

from assay.catalog import Catalog, load_catalog
from assay.catalog.ai_act import Duty
from assay.catalog.reading import build, read_yaml
from assay.catalog.records import Clause, Control
from assay.core.errors import InvalidInput, NotFound

DATA = Path(__file__).parent / "data"
FILES = ("clauses.yaml", "controls.yaml", "auditing.yaml", "further.yaml", "duties.yaml")
DEEPER = ("deeper.yaml", "deeper_implementing.yaml", "deeper_joint.yaml", "deeper_literacy.yaml")
FURTHER_QUESTIONS = ("judging.yaml", "practising.yaml")


@dataclass(frozen=True)
class Question:
    """A question: `s` stem, `a` right answer, `w` three or more wrong ones, `b` the reason, as the lesson says it."""

    s: str
    a: str
    w: tuple[str, ...]
    b: str
    bloom: str


@dataclass(frozen=True)
class _Words:
    ref: str
    do: str
    why: str
    see: str
    case: str
    trap: str
    q: tuple[Question, ...]
    ask: tuple[str, ...] = ()
    name: str = ""
    nc: str = ""
    grade: str = ""
    answer: str = ""
    companion: str = ""


@dataclass(frozen=True)
class _Deeper:
    ref: str
    q: tuple[Question, ...]
    how: tuple[str, ...] = ()
    more: str = ""


@dataclass(frozen=True)
class Demand:
    """Something asked: its number in the catalog and its words."""

    number: str
    text: str


@dataclass(frozen=True)
class Shown:
    """A record that shows it: what, where it is collected, and whether a machine can."""

    item: str
    collect: str
    machine: bool


@dataclass(frozen=True)
class Topic:
    """Everything known of one subject.

    `kind` is clause, control, duty or skill; `family` the standard it belongs to. `asked` is what the catalog says is
    demanded, `shown` the records that show it, `documents` the documented information called for, `phases` what is done
    along the life of a system: (phase, what, record). `nc` states the nonconformity of the case, `answer` what a good
    auditor does in it; one of them is empty. `how` are steps in their order, `more` a closer look; both may be empty.
    """

    ref: str
    kind: str
    family: str
    name: str
    do: str
    why: str
    see: str
    ask: tuple[str, ...]
    case: str
    nc: str
    grade: str
    answer: str
    trap: str
    questions: tuple[Question, ...]
    asked: tuple[Demand, ...] = ()
    shown: tuple[Shown, ...] = ()
    documents: tuple[tuple[str, str, str], ...] = ()
    exclusion: str = ""
    how: tuple[str, ...] = ()
    more: str = ""
    phases: tuple[tuple[str, str, str], ...] = field(default=(), repr=False)

    @property
    def label(self) -> str:
        """How texts cite it: "clause 6.1.2", "control A.5.4", "Article 26(1)", or its name."""
        if self.kind == "clause":
            return f"clause {self.ref}"
        if self.kind == "control":
            return f"control {self.ref}"
        if self.kind == "duty":
            return f"Article {self.ref}"
        return self.name

    @property
    def title(self) -> str:
        """How its lesson is headed: two lessons may share a name, as the AI policy of clause and control does."""
        if self.kind == "duty":
            return f"{self.label}: {self.name}"
        return self.name if self.kind == "skill" else self.option

    @property
    def option(self) -> str:
        """How it stands among the options of a question."""
        return f"{self.ref} {self.name}"

    @property
    def key(self) -> str:
        return "".join(letter if letter.isalnum() else "-" for letter in self.ref.lower()).strip("-")


@cache
def _all() -> dict[str, Topic]:
    catalog = load_catalog()
    found: dict[str, Topic] = {}
    deeper, judging = _deeper(), _judging()
    for name in FILES:
        for entry in read_yaml(DATA / name).entries("topics"):
            words = build(_Words, entry)
            if words.ref in found:
                entry.refuse(f"the topic '{words.ref}' stands here twice", "ref")
            found[words.ref] = _topic(catalog, words, deeper.pop(words.ref, None), judging.pop(words.ref, ()))
    if deeper or judging:
        raise InvalidInput(f"No topic is there to deepen: {', '.join(sorted({*deeper, *judging}))}.")
    return found


def _deeper() -> dict[str, _Deeper]:
    """The second layer by topic; it stands in files of its own, so that each stays readable."""
    entries = [entry for name in DEEPER for entry in read_yaml(DATA / name).entries("topics")]
    built = [build(_Deeper, entry) for entry in entries]
    found = {each.ref: each for each in built}
    if len(found) != len(built):
        raise InvalidInput("A topic is deepened twice.")
    return found


def _judging() -> dict[str, tuple[Question, ...]]:
    """The third layer and the fourth by topic: questions of judgement, of drafting, and for practice."""
    found: dict[str, tuple[Question, ...]] = {}
    for name in FURTHER_QUESTIONS:
        for entry in read_yaml(DATA / name).entries("topics"):
            each = build(_Deeper, entry)
            found[each.ref] = (*found.get(each.ref, ()), *each.q)
    return found


def topic_of(ref: str) -> Topic:
    """Return the topic of a clause or control number, an article's id in the catalog, or an own id. Raises NotFound."""
    if ref not in _all():
        raise NotFound("topic", ref)
    return _all()[ref]


def topics_of(named: str) -> tuple[Topic, ...]:
    """Return the topics that a name in a programme stands for: one, or all controls of a domain such as "A.6"."""
    found = _all()
    if named in found:
        return (found[named],)
    below = tuple(topic for ref, topic in found.items() if topic.kind == "control" and ref.startswith(named + "."))
    if not below:
        raise NotFound("topic", named)
    return below


@cache
def knowledge_digest() -> str:
    """The digest over all data files of this package, by name and content."""
    hashed = sha256()
    for path in sorted(DATA.glob("*.yaml")):
        content = path.read_bytes()
        hashed.update(f"{path.name}\0{len(content)}\0".encode() + content)
    return "sha256:" + hashed.hexdigest()


def _topic(catalog: Catalog, words: _Words, deeper: _Deeper | None, judging: tuple[Question, ...]) -> Topic:
    questions = (*words.q, *(deeper.q if deeper else ()), *judging)
    for question in questions:
        options = {question.a, *question.w}
        if len(question.w) < 3 or len(options) != len(question.w) + 1:
            raise InvalidInput(f"A question of '{words.ref}' needs one right and three other wrong answers.")
    kind, family, extra = _of_catalog(catalog, words)
    fields: dict[str, object] = {
        "ref": words.ref, "kind": kind, "family": family, "name": words.name, "do": words.do, "why": words.why,
        "see": words.see, "ask": words.ask, "case": words.case, "nc": words.nc, "grade": words.grade or "minor",
        "answer": words.answer, "trap": words.trap, "questions": questions,
        "how": deeper.how if deeper else (), "more": deeper.more if deeper else "",
    }  # fmt: skip
    fields.update({key: value for key, value in extra.items() if key != "name" or not words.name})
    if bool(words.nc) == bool(words.answer):
        raise InvalidInput(f"The topic '{words.ref}' needs either 'nc' or 'answer' for its case.")
    return Topic(**fields)  # type: ignore[arg-type]


def _of_catalog(catalog: Catalog, words: _Words) -> tuple[str, str, dict[str, object]]:
    if words.ref.startswith("AIA-"):
        duty = next((each for each in catalog.eu_ai_act.obligations if each.number == words.ref), None)
        if duty is None:
            raise NotFound("duty", words.ref)
        return "duty", "eu_ai_act", _duty(duty)
    if words.ref[0].isalpha() and words.ref[1] == "-":
        return "skill", words.companion, {}
    record = catalog.by_id(f"iso42001:{words.ref}")
    if isinstance(record, Control):
        return "control", "iso42001", _control(catalog, record)
    if isinstance(record, Clause):
        return "clause", "iso42001", _clause(catalog, record)
    raise InvalidInput(f"'{words.ref}' is neither a clause nor a control.")


def _clause(catalog: Catalog, clause: Clause) -> dict[str, object]:
    return {
        "name": clause.title,
        "asked": tuple(Demand(duty.number, duty.text) for duty in catalog.obligations_of(clause.id)),
        "documents": tuple((each.name, each.kind, each.what) for each in catalog.records_of(clause.id)),
        "phases": _phases(catalog, clause.number),
    }


def _control(catalog: Catalog, control: Control) -> dict[str, object]:
    return {
        "name": control.title,
        "asked": (Demand(control.number, control.text),),
        "shown": tuple(Shown(each.item, each.collect, each.machine) for each in control.evidence),
        "exclusion": control.exclusion,
        "phases": _phases(catalog, control.number),
    }


def _duty(duty: Duty) -> dict[str, object]:
    return {"ref": duty.article, "name": duty.title, "asked": (Demand(duty.number, duty.line),)}


def _phases(catalog: Catalog, number: str) -> tuple[tuple[str, str, str], ...]:
    names = {phase.id: phase.name for phase in catalog.lifecycle.phases}
    return tuple(
        (names[phase], cell.do, cell.record)
        for activity in catalog.activities_of(number)
        for phase, cell in activity.cells.items()
    )
