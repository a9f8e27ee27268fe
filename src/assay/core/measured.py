"""Which cells count as measured, why the others do not, and which findings are open.

Evidence only ever adds. A detector has measured a cell when some fresh conclusive measurement of it exists,
whatever was tried besides; a finding is open until a newer clean measurement or a disposition closes it. So taking
a measurement or a disposition away can never make anything look better (docs/decisions/0009).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from assay.core.evidence import Cell, Detector, Disposition, FindingFact, Measurement, Outcome, Strength
from assay.core.parts import UNMEASURED_REASONS

_GRAVITY: Final = {reason: place for place, reason in enumerate(UNMEASURED_REASONS)}
_TELLING: Final = {
    Outcome.CONTRADICTED: "contradicted",
    Outcome.PRECONDITION_UNMET: "precondition_unmet",
    Outcome.INCONCLUSIVE: "inconclusive",
    Outcome.NOT_RUN: "not_run",
}


@dataclass(slots=True)
class Trail:
    """All that one detector has said of one cell, boiled down.

    `fresh` is its latest fresh conclusive measurement, `strength` the best among all that are fresh and conclusive,
    `attempted` its latest inconclusive one of the same state. Clean results that count now are remembered as
    `cleaned_fresh`, those of any state as `cleaned_at` (present version) and `cleaned_before` (other versions),
    defects by digest.
    """

    fresh: Measurement | None = None
    strength: int = 0
    expired: bool = False
    outdated: bool = False
    attempted: Measurement | None = None
    cleaned_fresh: datetime | None = None
    cleaned_at: datetime | None = None
    cleaned_before: datetime | None = None
    defects: dict[str, datetime] = field(default_factory=dict)


_SILENT: Final = Trail()
_END_OF_TIME: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Reading:
    """What is known of one cell. `reason` is empty where it is measured; then `used` holds a measurement per detector.

    `strength` is that of the detector whose best fresh measurement is weakest. `would_count` is true where the cell
    is measured, or would be if measurements did not expire.
    """

    reason: str
    used: tuple[Measurement, ...]
    strength: int
    would_count: bool
    contradicted_later: bool


@dataclass(frozen=True, slots=True)
class OpenDefect:
    stratum: str
    blocking: bool


Trails = dict[str, dict[str, Trail]]


def trails_of(
    cells: Mapping[str, Cell],
    detectors: Mapping[str, Detector],
    measurements: Iterable[Measurement],
    governance: str,
    now: datetime,
) -> tuple[Trails, datetime | None]:
    """Sort measurements by cell and detector; also return the latest moment at which one was made or expired.

    Measurements of cells outside the population are passed over; one dated after `now` says nothing yet, unless it
    is a defect.
    """
    trails: Trails = {}
    latest: datetime | None = None
    for m in measurements:
        cell = cells.get(m.cell)
        if cell is None or (m.at > now and m.outcome is not Outcome.DEFECT):
            continue
        of_cell = trails.setdefault(m.cell, {})
        trail = of_cell.get(m.detector)
        if trail is None:
            trail = of_cell[m.detector] = Trail()
        if m.at <= now and (latest is None or m.at > latest):
            latest = m.at
        detector = detectors.get(m.detector)
        _note_finding_side(trail, m, detector)
        if detector is None or m.version != detector.version or m.governance != governance or m.digest != cell.digest:
            trail.outdated = True
        else:
            lapsed = _note_fresh_side(trail, m, now)
            latest = max(latest or lapsed, lapsed) if lapsed else latest
    return trails, latest


def read_cell(cell: Cell, required: Iterable[Detector | None], trails: Mapping[str, Trail]) -> Reading:
    """Judge one cell by the detectors that its stratum requires; None stands for one that is not verified there."""
    if cell.digest is None:
        return Reading("missing", (), 0, False, False)
    used: list[Measurement] = []
    reasons: list[str] = []
    contradicted, strength = False, int(max(Strength))
    for detector in required:
        if detector is None:
            reasons.append("unverified_detector")
            continue
        trail = trails.get(detector.name)
        if not detector.covers(cell.language):
            reasons.append("precondition_unmet")
        elif trail is None:
            reasons.append("not_run")
        elif trail.fresh is None:
            reasons.append(_why_not(trail))
        else:
            used.append(trail.fresh)
            strength = min(strength, trail.strength)
            later = trail.attempted
            contradicted |= later is not None and later.outcome is Outcome.CONTRADICTED and later.at > trail.fresh.at
    if not reasons and not used:
        reasons.append("not_run")
    if reasons:
        worst = min(reasons, key=_GRAVITY.__getitem__)
        return Reading(worst, (), 0, all(reason == "expired" for reason in reasons), False)
    return Reading("", tuple(used), strength, True, contradicted)


def open_defects(
    cells: Mapping[str, Cell],
    trails: Trails,
    findings: Iterable[FindingFact],
    dispositions: Iterable[Disposition],
    believed: Callable[[Cell, str], bool],
    now: datetime,
) -> list[OpenDefect]:
    """Return the open defects of the population, in no particular order.

    A defect is open unless it was disposed, or its cell was measured clean by the same detector at a newer time.
    `believed` says whether clean results by the present version of a detector may close anything in a cell. A
    measurement that says `defect` needs a finding of the same cell, detector and state: one that is open or disposed
    of, or one as young as itself. Without, it counts as one open defect, and as a blocking one, for nothing is known.
    """
    disposed = {d.finding for d in dispositions if d.at <= now}
    accounted: dict[tuple[str, str, str], datetime] = {}
    found: list[OpenDefect] = []
    for fact in findings:
        cell = cells.get(fact.cell)
        if cell is None or not fact.defect:
            continue
        trail = trails.get(fact.cell, {}).get(fact.detector, _SILENT)
        closed = _closed(cell, fact.detector, trail, fact.digest, fact.at, believed)
        place = (fact.cell, fact.detector, fact.digest)
        standing = not closed or fact.key in disposed
        accounted[place] = max(accounted.get(place, fact.at), _END_OF_TIME if standing else fact.at)
        if not closed and fact.key not in disposed:
            found.append(OpenDefect(cell.stratum, fact.blocking))
    for key, of_cell in trails.items():
        for name, trail in of_cell.items():
            for digest, shown_at in trail.defects.items():
                known_until = accounted.get((key, name, digest))
                if (known_until is None or known_until < shown_at) and not _closed(
                    cells[key], name, trail, digest, shown_at, believed
                ):
                    found.append(OpenDefect(cells[key].stratum, blocking=True))
    return found


def _note_finding_side(trail: Trail, m: Measurement, detector: Detector | None) -> None:
    """Remember what closes findings (clean results) and what opens them (defects)."""
    if m.outcome is Outcome.DEFECT:
        known = trail.defects.get(m.digest)
        trail.defects[m.digest] = m.at if known is None else max(known, m.at)
    elif m.outcome is Outcome.CLEAN and detector is not None:
        if m.version == detector.version:
            trail.cleaned_at = m.at if trail.cleaned_at is None else max(trail.cleaned_at, m.at)
        else:
            trail.cleaned_before = m.at if trail.cleaned_before is None else max(trail.cleaned_before, m.at)


def _note_fresh_side(trail: Trail, m: Measurement, now: datetime) -> datetime | None:
    """Remember what counts for the present state of the cell; return when it ceased to count, if it has."""
    if not m.outcome.conclusive:
        if trail.attempted is None or _attempt_order(m) > _attempt_order(trail.attempted):
            trail.attempted = m
    elif m.expires is not None and m.expires <= now:
        trail.expired = True
        return m.expires
    elif m.at <= now:
        trail.strength = max(trail.strength, m.strength)
        if trail.fresh is None or _fresh_order(m) > _fresh_order(trail.fresh):
            trail.fresh = m
        if m.outcome is Outcome.CLEAN:
            trail.cleaned_fresh = m.at if trail.cleaned_fresh is None else max(trail.cleaned_fresh, m.at)
    return None


def _closed(
    cell: Cell, detector: str, trail: Trail, digest: str, shown_at: datetime, believed: Callable[[Cell, str], bool]
) -> bool:
    """Return whether a newer clean measurement closes what was shown at `shown_at` in the state `digest`.

    While the cell is in that very state, only one that still counts will do; once it has changed, any newer one does.
    """
    if digest == cell.digest:
        newest = trail.cleaned_fresh
    elif trail.cleaned_before is not None and trail.cleaned_before > shown_at:
        return True
    else:
        newest = trail.cleaned_at
    return newest is not None and newest > shown_at and believed(cell, detector)


def _why_not(trail: Trail) -> str:
    if trail.expired:
        return "expired"
    if trail.attempted is not None:
        return _TELLING[trail.attempted.outcome]
    return "outdated" if trail.outdated else "not_run"


def _attempt_order(m: Measurement) -> tuple[datetime, int]:
    return m.at, -_GRAVITY[_TELLING[m.outcome]]


def _fresh_order(m: Measurement) -> tuple[datetime, bool, int, timedelta]:
    """Latest first; of equals the worst, then the weakest, then the one that expires soonest: a total order on what
    is used.
    """
    return m.at, m.outcome is Outcome.DEFECT, -m.strength, _END_OF_TIME - (m.expires or _END_OF_TIME)
