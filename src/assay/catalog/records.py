"""What the catalog holds. Every `id` reads `<framework>:<number>`, as in `iso42001:A.6.2.4`; the words are ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

RELATIONS = ("equal", "subset", "superset", "intersects", "no-relationship")
CONFIDENCES = ("high", "medium", "low")
COVERAGES = ("full", "partial", "none")
CURRENT = "iso42001"


@dataclass(frozen=True)
class Framework:
    """A standard or law that the catalog has items of. `note` says what of it is unverified."""

    id: str
    name: str
    title: str
    edition: str
    file: str
    unverified: bool
    note: str


@dataclass(frozen=True)
class Item:
    """Anything with a number in a framework.

    `kind`: clause, control, theme, function, category, subcategory, duty, rule, annex, objective, risk-source, record,
    obligation.
    """

    id: str
    framework: str
    number: str
    title: str
    kind: str
    parent: str | None
    unverified: bool = False
    say: str = ""


@dataclass(frozen=True)
class Clause:
    """A clause of ISO/IEC 42001; `level` 1 for clause 4, 3 for 6.1.2. `children` and `obligations` are ids."""

    id: str
    number: str
    title: str
    level: int
    parent: str | None
    children: tuple[str, ...]
    obligations: tuple[str, ...]

    @property
    def leaf(self) -> bool:
        return not self.children


@dataclass(frozen=True)
class Obligation:
    """One thing that a clause of ISO/IEC 42001 demands; numbers are ours, not the list letters of the standard."""

    id: str
    number: str
    clause: str
    text: str


@dataclass(frozen=True)
class EvidenceItem:
    """Something that shows a control at work; `machine` says whether it can be collected without a person."""

    item: str
    collect: str
    machine: bool


@dataclass(frozen=True)
class Control:
    """A control of Annex A. `domain` and `group` are ids; `lifecycle` and `owner` name phases and owner roles."""

    id: str
    domain: str
    number: str = field(metadata={"key": "id"})
    title: str
    text: str
    documents: str
    lifecycle: tuple[str, ...]
    owner: str
    evidence: tuple[EvidenceItem, ...]
    exclusion: str
    group: str | None = None


@dataclass(frozen=True)
class Group:
    """A part of a domain of Annex A with an objective of its own."""

    number: str = field(metadata={"key": "id"})
    title: str
    objective: str


@dataclass(frozen=True)
class Domain:
    """A domain of Annex A with its objective; `controls` are ids."""

    id: str
    number: str
    title: str
    objective: str
    groups: tuple[Group, ...]
    controls: tuple[str, ...]


@dataclass(frozen=True)
class DocumentedInformation:
    """A document (kept current) or a record (kept as evidence) that a clause calls for; `clause` is an id."""

    id: str
    clause: str
    number: str = field(metadata={"key": "id"})
    kind: str
    name: str
    what: str


@dataclass(frozen=True)
class CrosswalkEntry:
    """How an item of ISO/IEC 42001 (`source`) relates to one elsewhere (`target`, None where nothing corresponds).

    `relation` is read from the source: "subset" says that the source lies inside the target. `published` names the
    published mapping that has this pair; otherwise the judgement is ours.
    """

    id: str
    source: str
    framework: str
    target: str | None
    relation: str
    confidence: str
    rationale: str = ""
    note: str = ""
    published: str = ""


@dataclass(frozen=True)
class Named:
    """An id with a name: life cycle phase, owner role, affected party."""

    id: str
    name: str


@dataclass(frozen=True)
class AIRole:
    """A role an organization can hold for an AI system, and the narrower roles it covers."""

    id: str
    name: str
    covers: tuple[str, ...]


@dataclass(frozen=True)
class Phase:
    """A life cycle phase with the decision at its end."""

    id: str
    name: str
    gate: str


@dataclass(frozen=True)
class Cell:
    """What is done in one phase for one activity, the record that shows it and, by number, its kind of record."""

    do: str
    record: str
    di: str


@dataclass(frozen=True)
class Activity:
    """A risk management activity across the life cycle: one cell per phase id."""

    id: str
    name: str
    iso31000: str
    iso42001: tuple[str, ...]
    cells: Mapping[str, Cell]
    extra: bool = False


@dataclass(frozen=True)
class RiskSource:
    """A source of AI risk and the phases in which it shows first."""

    name: str
    phases: tuple[str, ...]


@dataclass(frozen=True)
class Lifecycle:
    """Risk management activities across the AI life cycle."""

    phases: tuple[Phase, ...]
    activities: tuple[Activity, ...]
    risk_sources: tuple[RiskSource, ...]


@dataclass(frozen=True)
class Said:
    """An id with a sentence of ours."""

    id: str
    say: str


@dataclass(frozen=True)
class Trigger:
    """When an impact assessment is due and how deep."""

    id: str
    when: str
    depth: str
    evidence: str


@dataclass(frozen=True)
class Step:
    """A step of an impact assessment and the record it leaves."""

    id: str
    name: str
    say: str
    record: str


@dataclass(frozen=True)
class Dimension:
    """A dimension of impact, read as benefit and as harm."""

    id: str
    benefit: str
    harm: str
    in_42005: bool


@dataclass(frozen=True)
class Thresholds:
    """What counts as sensitive or restricted use, and the scales for rating."""

    sensitive_use: str
    restricted_use: str
    scales: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Ask:
    """A question that the record of an impact assessment answers."""

    id: str
    ask: str


@dataclass(frozen=True)
class Reuse:
    """Another assessment whose results can be reused, and which part of them."""

    assessment: str
    law: str
    reuse: str


@dataclass(frozen=True)
class ImpactAssessment:
    """How an AI system impact assessment is run and recorded."""

    when_to_assess: tuple[Trigger, ...]
    steps: tuple[Step, ...]
    roles: tuple[Said, ...]
    thresholds: Thresholds
    affected_parties: tuple[Named, ...]
    dimensions: tuple[Dimension, ...]
    documentation_fields: Mapping[str, tuple[Ask, ...]]
    reuse_with: tuple[Reuse, ...]
