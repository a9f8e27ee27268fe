"""Case companies with their data packs' raw material."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType

from assay.catalog.reading import build, read_yaml
from assay.core.errors import NotFound
from assay.studio.knowledge.topics import DATA


@dataclass(frozen=True)
class CaseRisk:
    """A line of the risk register. Levels run from 1 to 25.

    `who` is whom it touches, `at` the phase of life (by its name in the catalog) at which it should have been seen.
    """

    id: str
    text: str
    level: int
    owner: str
    controls: tuple[str, ...]
    residual: int
    who: str
    at: str


@dataclass(frozen=True)
class CaseImpact:
    """A line of the impact assessment: who, what, how bad, whether it can be undone, what is done."""

    who: str
    effect: str
    severity: str
    back: str
    measure: str


@dataclass(frozen=True)
class CaseLog:
    """What is settled about the event log, so that what is planted is there for every seed.

    Lines are spread evenly over `days`, and so are the versions `running`. `first` is the first decision number.
    `changed` names decisions that a person of `hands` altered, `unsigned` days on which that person is left out, `blank`
    decisions without a version. `after` says what follows an output, `lost` where it did not, `fixed` outputs by decision.
    """

    days: tuple[str, ...]
    first: int
    running: tuple[str, ...]
    hands: tuple[str, ...]
    changed: tuple[int, ...]
    blank: tuple[int, ...]
    unsigned: tuple[str, ...] = ()
    lost: tuple[int, ...] = ()
    after: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    fixed: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Flaw:
    """Something planted in the pack: in which document, what, and the requirement it touches."""

    where: str
    what: str
    ref: str


@dataclass(frozen=True)
class Case:
    """A company whose mission lives on the AI system `system`. `soa` holds what its statement says of some controls,
    `dated` the day of its impact assessment."""

    key: str
    name: str
    system: str
    what: str
    place: str
    affected: str
    roles: str
    data: str
    team: str
    story: str
    risks: tuple[CaseRisk, ...]
    impacts: tuple[CaseImpact, ...]
    soa: Mapping[str, str]
    versions: tuple[str, ...]
    outputs: tuple[str, ...]
    dated: str
    log: CaseLog
    flaws: tuple[Flaw, ...]


@cache
def cases() -> tuple[Case, ...]:
    """All case companies, in the order of the file."""
    return tuple(build(Case, entry) for entry in read_yaml(DATA / "cases.yaml").entries("cases"))


@dataclass(frozen=True)
class _Reasons:
    reasons: Mapping[str, tuple[str, ...]]


@cache
def _reasons() -> Mapping[str, tuple[str, ...]]:
    entry = read_yaml(DATA / "cases.yaml")
    return build(_Reasons, entry.without("cases")).reasons


def plain_reasons(control: str, system: str) -> tuple[str, ...]:
    """Why a control of Annex A is needed around an AI system where no risk of the register asks for it, in several ways."""
    if control not in _reasons():
        raise NotFound("reason", control, hint="Give it under 'reasons' in cases.yaml.")
    return tuple(each.format(system=system) for each in _reasons()[control])
