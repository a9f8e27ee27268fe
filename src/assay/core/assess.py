"""From evidence to a verdict: a pure function, exact, replayable, indifferent to the order of its inputs.

`docs/formats/verdict.md` states the formulas; the laws that they obey are property tests in
`tests/core/test_verdict_laws.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import TypeVar

from assay.core.errors import InvalidInput
from assay.core.evidence import (
    Canary,
    Cell,
    Detector,
    Disposition,
    FindingFact,
    Measurement,
    Policy,
    Stratum,
    Strength,
)
from assay.core.measured import OpenDefect, Reading, open_defects, read_cell, trails_of
from assay.core.parts import (
    UNMEASURED_REASONS,
    Content,
    Coverage,
    Freshness,
    Level,
    State,
    StratumCoverage,
    StrengthSummary,
    content_level,
    coverage_level,
    passes,
)
from assay.core.residual import residual_bound
from assay.core.sensitivity import ALPHA, UNVERIFIED_BELOW, sensitivity_bound, share_text
from assay.core.verdict import Verdict

_Thing = TypeVar("_Thing")


def assess(
    *,
    surface: str,
    cells: Iterable[Cell],
    strata: Iterable[Stratum],
    detectors: Iterable[Detector],
    measurements: Iterable[Measurement],
    findings: Iterable[FindingFact],
    dispositions: Iterable[Disposition],
    canaries: Iterable[Canary],
    policy: Policy,
    now: datetime,
    position: int,
) -> Verdict:
    """Judge a surface at `now` from the evidence up to ledger entry `position`.

    `strata` in display order, one for every stratum that a cell names; `detectors` are the registered versions;
    `position` is that of the last entry among the inputs, not of the log, so that a new verdict alone changes
    nothing. All other inputs in any order. Raises InvalidInput for two cells, strata, detectors, findings or canary
    tallies of one name, an unknown stratum, or a `now` without a time zone.
    """
    if now.tzinfo is None:
        raise InvalidInput("A verdict needs a time with a time zone.")
    population = _by_name("cell", cells, lambda cell: cell.key)
    layers = _by_name("stratum", strata, lambda stratum: stratum.name)
    for cell in population.values():
        if cell.stratum not in layers:
            raise InvalidInput(f"Cell {cell.key!r} is in no declared stratum: {cell.stratum!r}.", cell=cell.key)
    reach = _Reach(_by_name("detector", detectors, lambda detector: detector.name), canaries)
    facts = _by_name("finding", set(findings), lambda fact: fact.key).values()
    decisions = list(dispositions)
    trails, latest = trails_of(population, reach.detectors, measurements, policy.governance, now)
    required = {name: [reach.verified(name, d) for d in layer.required] for name, layer in layers.items()}
    readings = {key: read_cell(c, required[c.stratum], trails.get(key, {})) for key, c in population.items()}
    defects = open_defects(population, trails, facts, decisions, reach.believed, now)
    groups = _group(layers, population, readings, defects)
    times = [latest, *(f.at for f in facts if f.cell in population), *(d.at for d in decisions)]
    return _verdict(
        surface=surface,
        groups=groups,
        reach=reach,
        defects=defects,
        policy=policy,
        position=position,
        at=max((moment for moment in times if moment is not None and moment <= now), default=None),
    )


@dataclass(frozen=True, slots=True)
class _Group:
    """One stratum with its cells, how each was read, and its open defects."""

    stratum: Stratum
    cells: Sequence[tuple[Cell, Reading]]
    defects: int

    @property
    def weight(self) -> int:
        return sum(cell.weight for cell, _ in self.cells)

    def measured(self, *, as_if_fresh: bool = False) -> tuple[int, int]:
        """Return count and weight of the measured cells, or of those that would be if measurements did not expire."""
        weights = [cell.weight for cell, found in self.cells if not found.reason or (as_if_fresh and found.would_count)]
        return len(weights), sum(weights)

    def coverage(self) -> StratumCoverage:
        count, weight = self.measured()
        reasons = Counter(found.reason for _, found in self.cells if found.reason)
        return StratumCoverage(
            name=self.stratum.name,
            title=self.stratum.title,
            cells=len(self.cells),
            measured=count,
            weight=self.weight,
            measured_weight=weight,
            defects=self.defects,
            unmeasured_reasons=_ordered(reasons),
        )


class _Reach:
    """What the registered detectors are able to find, stratum by stratum."""

    def __init__(self, detectors: Mapping[str, Detector], canaries: Iterable[Canary]) -> None:
        self.detectors = detectors
        tallies = _by_name("canary tally", canaries, lambda c: (c.detector, c.version, c.stratum, c.kind))
        self._tallies = {key: (canary.caught, canary.planted) for key, canary in tallies.items()}
        self._verified: dict[tuple[str, str], bool] = {}

    def bound(self, stratum: str, name: str, alpha: Fraction = ALPHA) -> int:
        """Return the least bound over the detector's kinds, in millionths; 0 for an unknown one."""
        detector = self.detectors.get(name)
        if detector is None:
            return 0
        tallies = [self._tallies.get((name, detector.version, stratum, kind), (0, 0)) for kind in detector.kinds]
        return min((sensitivity_bound(caught, planted, alpha) for caught, planted in tallies), default=0)

    def verified(self, stratum: str, name: str) -> Detector | None:
        """Return the detector if it is known to find at least half of each kind that it answers for, else None."""
        place = (stratum, name)
        if place not in self._verified:
            self._verified[place] = self.bound(stratum, name) >= UNVERIFIED_BELOW
        return self.detectors[name] if self._verified[place] else None

    def believed(self, cell: Cell, name: str) -> bool:
        detector = self.verified(cell.stratum, name)
        return detector is not None and detector.covers(cell.language)

    def weakest(self, stratum: Stratum, alpha: Fraction = ALPHA) -> int:
        """Return s_h: the least bound over all detectors that the stratum requires, 0 where it requires none."""
        return min((self.bound(stratum.name, name, alpha) for name in stratum.required), default=0)

    def comparisons(self, strata: Iterable[Stratum]) -> int:
        """Return how many bounds (stratum × detector × kind) hold together; at least 1."""
        known = (self.detectors.get(name) for stratum in strata for name in stratum.required)
        return max(1, sum(len(detector.kinds) for detector in known if detector is not None))


def _verdict(
    *,
    surface: str,
    groups: Sequence[_Group],
    reach: _Reach,
    defects: Sequence[OpenDefect],
    policy: Policy,
    position: int,
    at: datetime | None,
) -> Verdict:
    coverage = _coverage(groups, policy)
    content = _content(groups, coverage, reach, defects)
    read = [(cell, found) for group in groups for cell, found in group.cells]
    expired = content.blocking == 0 and not passes(coverage=coverage, content=content, policy=policy)
    stale = expired and _would_pass(groups, coverage, content, reach, policy)
    contradicted = any(found.contradicted_later for _, found in read)
    state = _state(coverage, content, policy, stale=stale)
    return Verdict(
        state=state,
        coverage=coverage,
        content=content,
        freshness=_freshness(read),
        strength=_strength(read),
        reasons=_reasons(state, coverage, content, policy, contradicted=contradicted),
        governance=policy.governance,
        policy=policy,
        position=position,
        surface=surface,
        at=at,
    )


def _coverage(groups: Sequence[_Group], policy: Policy) -> Coverage:
    rows = tuple(group.coverage() for group in groups)
    present = [row for row in rows if row.cells]
    weight = sum(row.weight for row in present)
    value = Fraction(sum(row.measured_weight for row in present), weight) if weight else Fraction(0)
    worst = min(present, key=lambda row: row.value, default=None)
    unmeasured: Counter[str] = Counter()
    for row in present:
        unmeasured.update(row.unmeasured_reasons)
    return Coverage(
        value=value,
        level=coverage_level(value, worst.value if worst else None, policy.second_source),
        weakest=(worst.name, worst.value) if worst else None,
        strata_measured=sum(1 for row in present if row.measured),
        strata_total=len(present),
        absent=tuple(row.name for row in rows if not row.cells),
        cells=sum(row.cells for row in present),
        measured=sum(row.measured for row in present),
        unmeasured=_ordered(unmeasured),
        by_stratum=rows,
    )


def _content(groups: Sequence[_Group], coverage: Coverage, reach: _Reach, defects: Sequence[OpenDefect]) -> Content:
    present = [group for group in groups if group.cells]
    found = len(defects)
    together = ALPHA / reach.comparisons(group.stratum for group in present)
    bounds = {group.stratum.name: reach.weakest(group.stratum) for group in present}
    rooms = [(group, group.measured()[0] + group.defects) for group in present]
    residual = residual_bound(found, [(bounds[group.stratum.name], room) for group, room in rooms])
    simultaneous = residual_bound(found, [(reach.weakest(group.stratum, together), room) for group, room in rooms])
    return Content(
        found=found,
        blocking=sum(1 for defect in defects if defect.blocking),
        residual=residual,
        residual_simultaneous=simultaneous,
        remaining=residual + coverage.cells - coverage.measured,
        level=content_level(found=found, residual=residual, measured=coverage.measured),
        sensitivity={name: share_text(bound) for name, bound in bounds.items()},
    )


def _would_pass(groups: Sequence[_Group], coverage: Coverage, content: Content, reach: _Reach, policy: Policy) -> bool:
    """Return whether the surface would pass if expired measurements counted."""
    if content.found or not coverage.unmeasured.get("expired"):
        return False
    present = [(group, *group.measured(as_if_fresh=True)) for group in groups if group.cells]
    value = Fraction(sum(weight for _, _, weight in present), sum(group.weight for group, _, _ in present))
    weakest = min(Fraction(weight, group.weight) for group, _, weight in present)
    if coverage_level(value, weakest, policy.second_source) is not Level.HIGH:
        return False
    residual = residual_bound(0, [(reach.weakest(group.stratum), count) for group, count, _ in present])
    remaining = residual + coverage.cells - sum(count for _, count, _ in present)
    return policy.admits(remaining=remaining, cells=coverage.cells)


def _state(coverage: Coverage, content: Content, policy: Policy, *, stale: bool) -> State:
    if content.blocking:
        return State.FAIL
    if passes(coverage=coverage, content=content, policy=policy):
        return State.PASS
    return State.STALE if stale else State.UNPROVEN


def _reasons(
    state: State, coverage: Coverage, content: Content, policy: Policy, *, contradicted: bool
) -> tuple[str, ...]:
    """Return what keeps the surface from passing, in the order of `REASONS`."""
    shown = state is not State.PASS
    weakest = coverage.weakest
    holds = (
        ("open_blocking_defect", content.blocking > 0),
        ("open_defect", content.found > content.blocking),
        ("population_unknown", weakest is None),
        ("population_unreconciled", shown and policy.second_source == "missing"),
        ("nothing_measured", coverage.cells > 0 and coverage.measured == 0),
        ("coverage_not_high", weakest is not None and coverage.value < Fraction(95, 100)),
        ("weakest_stratum_not_high", weakest is not None and weakest[1] < Fraction(90, 100)),
        ("too_much_may_remain", not policy.admits(remaining=content.remaining, cells=coverage.cells)),
        ("expired", shown and coverage.unmeasured.get("expired", 0) > 0),
        ("contradicted_later", contradicted),
    )
    return tuple(code for code, true in holds if true)


def _freshness(read: Iterable[tuple[Cell, Reading]]) -> Freshness:
    used = [measurement for _, found in read for measurement in found.used]
    return Freshness(
        oldest=min((measurement.at for measurement in used), default=None),
        next_expiry=min((m.expires for m in used if m.expires is not None), default=None),
    )


def _strength(read: Sequence[tuple[Cell, Reading]]) -> StrengthSummary:
    lowest = [(cell.weight, Strength(found.strength)) for cell, found in read if found.used]
    weight = sum(cell.weight for cell, _ in read)
    observed = sum(share for share, strength in lowest if strength >= Strength.OBSERVED)
    return StrengthSummary(
        lowest=min((strength for _, strength in lowest), default=None),
        observed_share=Fraction(observed, weight) if weight else Fraction(0),
    )


def _group(
    layers: Mapping[str, Stratum],
    population: Mapping[str, Cell],
    readings: Mapping[str, Reading],
    defects: Iterable[OpenDefect],
) -> list[_Group]:
    members: dict[str, list[tuple[Cell, Reading]]] = {name: [] for name in layers}
    for key, cell in population.items():
        members[cell.stratum].append((cell, readings[key]))
    counts = Counter(defect.stratum for defect in defects)
    return [_Group(layer, members[name], counts[name]) for name, layer in layers.items()]


def _ordered(reasons: Mapping[str, int]) -> dict[str, int]:
    return {reason: reasons[reason] for reason in UNMEASURED_REASONS if reasons.get(reason)}


_Key = TypeVar("_Key", bound=Hashable)


def _by_name(kind: str, things: Iterable[_Thing], name: Callable[[_Thing], _Key]) -> dict[_Key, _Thing]:
    found: dict[_Key, _Thing] = {}
    for thing in things:
        key = name(thing)
        if key in found:
            raise InvalidInput(f"There are two of one {kind}: {key!r}.", hint="Give each only once.", key=key)
        found[key] = thing
    return found
