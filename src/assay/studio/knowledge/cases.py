"""Case companies with their data packs' raw material."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from assay.catalog.reading import build, read_yaml
from assay.core.errors import NotFound
from assay.studio.knowledge.topics import DATA


@dataclass(frozen=True)
class CaseRisk:
    """A line of the risk register. Levels run from 1 to 25."""

    id: str
    text: str
    level: int
    owner: str
    controls: tuple[str, ...]
    residual: int


@dataclass(frozen=True)
class CaseImpact:
    """A line of the impact assessment: who, what, how bad, whether it can be undone, what is done."""

    who: str
    effect: str
    severity: str
    back: str
    measure: str


@dataclass(frozen=True)
class Flaw:
    """Something planted in the pack: in which document, what, and the requirement it touches."""

    where: str
    what: str
    ref: str


@dataclass(frozen=True)
class Case:
    """A company whose mission lives on the AI system `system`. `soa` holds what its statement says of some controls."""

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
    flaws: tuple[Flaw, ...]


@cache
def cases() -> tuple[Case, ...]:
    """All case companies, in the order of the file."""
    return tuple(build(Case, entry) for entry in read_yaml(DATA / "cases.yaml").entries("cases"))


@dataclass(frozen=True)
class _Reasons:
    reasons: Mapping[str, str]


@cache
def _reasons() -> Mapping[str, str]:
    entry = read_yaml(DATA / "cases.yaml")
    return build(_Reasons, entry.without("cases")).reasons


def plain_reason(control: str, system: str) -> str:
    """Why a control of Annex A is needed around an AI system where no risk of the register asks for it."""
    if control not in _reasons():
        raise NotFound("reason", control, hint="Give it under 'reasons' in cases.yaml.")
    return _reasons()[control].format(system=system)
