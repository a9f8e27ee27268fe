"""The EU AI Act as data: duties with their dates and what ISO/IEC 42001 leaves open. Own words; not legal advice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Milestone:
    """A step of adoption; `date` is an ISO day."""

    date: str
    event: str
    status: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Change:
    """A change made by the amending regulation."""

    number: str = field(metadata={"key": "id"})
    provision: str
    effect: str
    sources: tuple[str, ...]
    unverified: bool = False


@dataclass(frozen=True)
class Omnibus:
    """The amending regulation: where it stands and what it changes."""

    name: str
    instrument: str
    status: str
    milestones: tuple[Milestone, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class TimelinePoint:
    """A day from which parts of the act apply."""

    date: str
    applies: str
    status: str
    sources: tuple[str, ...]
    before_omnibus: str = ""
    unverified: bool = False


@dataclass(frozen=True)
class OpenQuestion:
    """A point on which the sources differ, with the readings."""

    id: str
    question: str
    readings: tuple[str, ...]
    sources: tuple[str, ...]
    unverified: bool = False


@dataclass(frozen=True)
class RiskTier:
    """A tier of risk and what follows from it."""

    id: str
    name: str
    basis: str
    consequence: str


@dataclass(frozen=True)
class Filter:
    """The way out of high risk for listed uses."""

    note: str
    conditions: tuple[str, ...]
    duty: str


@dataclass(frozen=True)
class Area:
    """An area of listed high-risk uses."""

    id: str
    area: str
    uses: tuple[str, ...]


@dataclass(frozen=True)
class Prohibited:
    """A prohibited practice and the day from which it is one."""

    id: str
    point: str
    title: str
    applies_from: str
    line: str
    added_by: str = ""


@dataclass(frozen=True)
class Point:
    """One point of a duty with several."""

    number: str = field(metadata={"key": "id"})
    line: str
    iso42001: tuple[str, ...]
    coverage: str


@dataclass(frozen=True)
class Duty:
    """A duty of the act: who bears it, from when, what of ISO/IEC 42001 helps and what it leaves open (`gap`)."""

    number: str = field(metadata={"key": "id"})
    article: str
    title: str
    who: tuple[str, ...]
    tier: str
    applies_from: str
    line: str
    iso42001: tuple[str, ...]
    coverage: str
    gap: str = ""
    amended: str = ""
    formal_from: str = ""
    transitional: str = ""
    note: str = ""
    points: tuple[Point, ...] = ()
    unverified: bool = False

    @property
    def id(self) -> str:
        return f"eu_ai_act:{self.number}"


@dataclass(frozen=True)
class RelatedRule:
    """A rule of the act that is nobody's standing duty and still matters."""

    number: str = field(metadata={"key": "id"})
    article: str
    title: str
    line: str
    coverage: str

    @property
    def id(self) -> str:
        return f"eu_ai_act:{self.number}"


@dataclass(frozen=True)
class Deadline:
    """How many days a report may take in one case."""

    case: str
    days: int
    counted_from: str
    article: str
    note: str = ""


@dataclass(frozen=True)
class SeriousIncident:
    """What a serious incident is and how fast it is reported."""

    definition_points: Mapping[str, str]
    deadlines: tuple[Deadline, ...]
    first_report: str
    evidence: str
    reduced_scope: str
    recipient_exception: str


@dataclass(frozen=True)
class Penalty:
    """The highest fine for a kind of breach."""

    id: str
    breach: str
    cap: str
    article: str


@dataclass(frozen=True)
class KnownGap:
    """What a certificate to ISO/IEC 42001 does not give, and what to add."""

    id: str
    gap: str
    obligations: tuple[str, ...]
    add: str


@dataclass(frozen=True)
class HighRiskDates:
    """From when the high-risk requirements apply, for listed uses and for products."""

    annex_iii: str
    annex_i: str


@dataclass(frozen=True)
class ActMeta:
    """What the file is and how far its wording reaches."""

    id: str
    name: str
    title: str
    amended_by: str
    status_checked: str
    wording: str
    coverage_scale: Mapping[str, str]
    presumption_of_conformity: str


@dataclass(frozen=True)
class AIAct:
    """The whole act as far as the catalog has it."""

    meta: ActMeta
    omnibus: Omnibus
    timeline: tuple[TimelinePoint, ...]
    open_questions: tuple[OpenQuestion, ...]
    roles: tuple[str, ...]
    risk_tiers: tuple[RiskTier, ...]
    article_6_3_filter: Filter
    annex_iii_areas: tuple[Area, ...]
    prohibited_practices: tuple[Prohibited, ...]
    high_risk_dates: HighRiskDates
    obligations: tuple[Duty, ...]
    related_rules: tuple[RelatedRule, ...]
    serious_incident: SeriousIncident
    penalties: tuple[Penalty, ...]
    known_gaps: tuple[KnownGap, ...]
