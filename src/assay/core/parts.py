"""The parts of a verdict, and the thresholds that turn them into levels. All comparisons are exact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from typing import Final

from assay.core.evidence import Policy, Strength

UNMEASURED_REASONS: Final = (
    "missing",
    "contradicted",
    "unverified_detector",
    "precondition_unmet",
    "inconclusive",
    "expired",
    "outdated",
    "not_run",
)
"""Why a cell is unmeasured, most telling first: a cell with several reasons is counted once, under the first of them.
"""

REASONS: Final = (
    "open_blocking_defect",
    "open_defect",
    "population_unknown",
    "population_unreconciled",
    "nothing_measured",
    "coverage_not_high",
    "weakest_stratum_not_high",
    "too_much_may_remain",
    "expired",
    "contradicted_later",
)
"""Why a verdict is not a pass, in the order of showing. `contradicted_later` may also stand beside a pass."""


class Level(StrEnum):
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class State(StrEnum):
    """From best to worst: pass, stale, unproven, fail."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    STALE = "stale"
    UNPROVEN = "unproven"
    FAIL = "fail"

    @property
    def rank(self) -> int:
        """0 for `fail` up to 3 for `pass`; a law says that losing evidence never raises it."""
        return (State.FAIL, State.UNPROVEN, State.STALE, State.PASS).index(self)


@dataclass(frozen=True, slots=True)
class StratumCoverage:
    """One row of a surface map. `cells` is 0 for an absent stratum; `defects` counts all open ones."""

    name: str
    title: str
    cells: int
    measured: int
    weight: int
    measured_weight: int
    defects: int
    unmeasured_reasons: Mapping[str, int]

    @property
    def value(self) -> Fraction:
        """Measured share by weight, 0 for an absent stratum."""
        return Fraction(self.measured_weight, self.weight) if self.weight else Fraction(0)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much was looked at. `weakest` is the non-empty stratum of least coverage (first in display order), None
    if no cell.

    `strata_measured` counts strata with coverage above 0 among the `strata_total` that are not empty; `absent`
    names the empty.
    """

    value: Fraction
    level: Level
    weakest: tuple[str, Fraction] | None
    strata_measured: int
    strata_total: int
    absent: tuple[str, ...]
    cells: int
    measured: int
    unmeasured: Mapping[str, int]
    by_stratum: tuple[StratumCoverage, ...]


@dataclass(frozen=True, slots=True)
class Content:
    """What was found, and what may remain.

    `found` open defects, `blocking` of them of a blocking kind; `residual` bounds the defects missed among measured
    cells at 95 % per stratum, `residual_simultaneous` over all strata and kinds together; `remaining` is U =
    residual + unmeasured cells. `sensitivity` by stratum name, six digits rounded down, is a lower bound.
    """

    found: int
    blocking: int
    residual: int
    residual_simultaneous: int
    remaining: int
    level: Level
    sensitivity: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Freshness:
    """Oldest measurement that counts and the next moment at which one ceases to count; None where there is none."""

    oldest: datetime | None
    next_expiry: datetime | None


@dataclass(frozen=True, slots=True)
class StrengthSummary:
    """Lowest strength among counting measurements (None where nothing is measured), and the share of the whole
    population's weight whose cells rest on measurements observed or better.
    """

    lowest: Strength | None
    observed_share: Fraction


def coverage_level(value: Fraction, weakest: Fraction | None, second_source: str) -> Level:
    """Return the level of coverage; an empty population is Low, an unreconciled one at most Medium."""
    if weakest is None:
        return Level.LOW
    if value >= Fraction(95, 100) and weakest >= Fraction(90, 100):
        return Level.MEDIUM if second_source == "missing" else Level.HIGH
    if value >= Fraction(70, 100) and weakest >= Fraction(50, 100):
        return Level.MEDIUM
    return Level.LOW


def content_level(*, found: int, residual: int, measured: int) -> Level:
    """Return the level of content: Low with an open defect or nothing measured, else by what may have been missed."""
    if found or not measured:
        return Level.LOW
    if residual * 100 <= measured or residual <= 1:
        return Level.HIGH
    if residual * 20 <= measured or residual <= 3:
        return Level.MEDIUM
    return Level.LOW


def passes(*, coverage: Coverage, content: Content, policy: Policy) -> bool:
    """Return whether the parts make a pass: High coverage, no open defect, and little enough that may remain."""
    little = policy.admits(remaining=content.remaining, cells=coverage.cells)
    return coverage.level is Level.HIGH and content.found == 0 and little
