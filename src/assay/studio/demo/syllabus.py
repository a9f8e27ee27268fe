"""What an example programme teaches: units and topics read out of the catalog."""

from __future__ import annotations

from dataclasses import dataclass

from assay.catalog import Catalog, load_catalog
from assay.catalog.ai_act import Duty
from assay.catalog.records import Clause, Control


@dataclass(frozen=True)
class Practice:
    """One thing to do in one phase of an AI system's life, and the record it leaves."""

    phase: str
    do: str
    record: str


# Titles that say nothing of AI where they stand alone, by number.
_SAID = {"26(7)": "Notice to staff about an AI system at work", "A.10.4": "Customers of AI systems"}


@dataclass(frozen=True)
class Topic:
    """One lesson's subject. `ref` reads "clause 6.1.2", "control A.6.2.4" or "Article 9"; `points` are what is asked."""

    ref: str
    name: str
    points: tuple[str, ...]
    evidence: tuple[str, ...]
    practice: tuple[Practice, ...] = ()

    @property
    def key(self) -> str:
        return "".join(letter if letter.isalnum() else "-" for letter in self.ref.lower())


@dataclass(frozen=True)
class Unit:
    """A module: its number from 1, its title, its topics."""

    number: int
    title: str
    topics: tuple[Topic, ...]


@dataclass(frozen=True)
class Syllabus:
    """Everything a programme teaches. `standard` is how its texts call what they teach."""

    standard: str
    subject: str
    units: tuple[Unit, ...]

    @property
    def topics(self) -> tuple[Topic, ...]:
        return tuple(topic for unit in self.units for topic in unit.topics)


def management_system(*, controls: bool = True, only: tuple[str, ...] = ()) -> Syllabus:
    """The units of ISO/IEC 42001: one per main clause, and one per domain of Annex A where `controls`.

    `only` keeps the units whose first number is in it, for instance ("6", "9").
    """
    catalog = load_catalog()
    units: list[Unit] = []
    for top in (clause for clause in catalog.clauses if clause.level == 1 and (not only or clause.number in only)):
        leaves = [clause for clause in catalog.clauses if clause.leaf and _under(clause, top)]
        topics = tuple(_clause_topic(catalog, clause) for clause in leaves)
        units.append(Unit(len(units) + 1, top.title, topics))
    if controls:
        for domain in catalog.domains:
            own = tuple(control for control in catalog.controls if control.domain == domain.id)
            units.append(Unit(len(units) + 1, domain.title, tuple(_control_topic(catalog, each) for each in own)))
    return Syllabus("ISO/IEC 42001", "the AI management system", tuple(units))


def ai_act() -> Syllabus:
    """Units of the EU AI Act for everybody who works with AI: literacy, bans, high risk, deployers, transparency."""
    catalog = load_catalog()
    groups = (
        ("What everybody must know", ("AIA-4", "AIA-5", "AIA-6")),
        ("What makes a high-risk system", ("AIA-9", "AIA-10", "AIA-12", "AIA-13", "AIA-14", "AIA-15")),
        (
            "Duties of those who use it",
            ("AIA-26-1", "AIA-26-2", "AIA-26-4", "AIA-26-5", "AIA-26-7", "AIA-26-11", "AIA-27"),
        ),
        ("Telling people", ("AIA-50-1", "AIA-50-2", "AIA-50-3", "AIA-50-4", "AIA-86")),
    )
    duties = {duty.number: duty for duty in catalog.eu_ai_act.obligations}
    units = tuple(
        Unit(number, title, tuple(_duty_topic(duties[name]) for name in names))
        for number, (title, names) in enumerate(groups, start=1)
    )
    return Syllabus("the EU AI Act", "the law on AI systems", units)


def _under(clause: Clause, top: Clause) -> bool:
    return clause.number.split(".")[0] == top.number


def _clause_topic(catalog: Catalog, clause: Clause) -> Topic:
    parent = next((each.title for each in catalog.clauses if each.id == clause.parent and each.level > 1), "")
    name = f"General: {parent.lower()}" if clause.title == "General" and parent else clause.title
    return Topic(
        ref=f"clause {clause.number}",
        name=name,
        points=tuple(duty.text for duty in catalog.obligations_of(clause.id)),
        evidence=tuple(f"{record.name}: {record.what}" for record in catalog.records_of(clause.id)),
        practice=_practice(catalog, clause.number),
    )


def _control_topic(catalog: Catalog, control: Control) -> Topic:
    return Topic(
        ref=f"control {control.number}",
        name=_SAID.get(control.number, control.title),
        points=(control.text,),
        evidence=tuple(item.item + "." for item in control.evidence),
        practice=_practice(catalog, control.number),
    )


def _duty_topic(duty: Duty) -> Topic:
    who = ", ".join(role.replace("_", " ") for role in duty.who)
    gap = (f"What an organization has to add to its usual practice: {duty.gap}",) if duty.gap else ()
    return Topic(
        ref=f"Article {duty.article}",
        name=_SAID.get(duty.article, duty.title),
        points=(duty.line,),
        evidence=(f"Who bears it: {who}.", *gap),
    )


def _practice(catalog: Catalog, number: str) -> tuple[Practice, ...]:
    phases = {phase.id: phase.name for phase in catalog.lifecycle.phases}
    return tuple(
        Practice(phases[phase], cell.do, cell.record)
        for activity in catalog.activities_of(number)
        for phase, cell in activity.cells.items()
    )
