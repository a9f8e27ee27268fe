"""When a finding opens and closes: pure rules, the same for measurements as they are recorded and as they are replayed.

A finding stays open until its cell is measured clean at a newer time by the same detector (verdict law 1), provided
that a clean result of that detector says anything there: a detector that canaries have not verified closes nothing.
A newer defect result of the same cell and detector that does not repeat a finding replaces it only if it reports one
that weighs at least as much, so that adding a defect never improves a verdict (law 2).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assay.core.sensitivity import UNVERIFIED_BELOW, sensitivity_bound
from assay.core.verdict import Canary, Cell, Detector, FindingFact, Measurement, Outcome, Stratum

CLEAN, SUPERSEDED = "clean", "superseded"


@dataclass(frozen=True, slots=True)
class Belief:
    """Which detectors are registered, and in which strata canaries have verified them: pairs (stratum, detector)."""

    detectors: Mapping[str, Detector]
    verified: frozenset[tuple[str, str]]

    def settles(self, clean: Measurement | None, fact: FindingFact, cell: Cell) -> bool:
        """Whether `clean`, the latest result of its cell and detector, closes the finding; `cell` as it is now.

        While the text is the one with the finding, only a clean result of the registered version does; once it has
        changed, one of an earlier version as well (docs/decisions/0009).
        """
        if clean is None or clean.outcome is not Outcome.CLEAN or clean.at <= fact.at:
            return False
        detector = self.detectors.get(fact.detector)
        if detector is None:
            return False
        if clean.version != detector.version:
            return fact.digest != cell.digest
        return (cell.stratum, fact.detector) in self.verified and detector.covers(cell.language)


def belief_of(detectors: Iterable[Detector], strata: Iterable[Stratum], canaries: Iterable[Canary]) -> Belief:
    """What canary results of the registered versions say of each stratum that requires a detector."""
    known = {each.name: each for each in detectors}
    tallies = {
        (each.detector, each.stratum, each.kind): (each.caught, each.planted)
        for each in canaries
        if each.detector in known and known[each.detector].version == each.version
    }
    verified = frozenset(
        (stratum.name, name)
        for stratum in strata
        for name in stratum.required
        if name in known and _bound(known[name], stratum.name, tallies) >= UNVERIFIED_BELOW
    )
    return Belief(known, verified)


def _bound(detector: Detector, stratum: str, tallies: Mapping[tuple[str, str, str], tuple[int, int]]) -> int:
    of_kinds = (tallies.get((detector.name, stratum, kind), (0, 0)) for kind in detector.kinds)
    return min((sensitivity_bound(caught, planted) for caught, planted in of_kinds), default=0)


@dataclass(frozen=True, slots=True)
class Turn:
    """What a new result of one detector does to the findings of one cell: keys opened, seen again, closed and why."""

    opened: tuple[str, ...]
    seen: tuple[str, ...]
    closed: tuple[tuple[str, str], ...]


def turn(
    *,
    belief: Belief,
    cell: Cell,
    before: Measurement | None,
    result: Measurement,
    standing: Mapping[str, FindingFact],
    reported: Mapping[str, FindingFact],
) -> Turn:
    """Compare the open findings of a cell and detector with what its newest `result` reports, both by finding key.

    `before` is the result that it replaces. A result that is neither clean nor defect closes no defect; an inconclusive
    one takes the place of what was shown or held for reading before it, which no verdict counts.
    """
    closed: list[tuple[str, str]] = []
    for key, fact in standing.items():
        if key in reported:
            continue
        if belief.settles(before, fact, cell) or belief.settles(result, fact, cell):
            closed.append((key, CLEAN))
        elif _replaces(result.outcome, fact, reported.values()):
            closed.append((key, SUPERSEDED))
    opened = tuple(key for key in reported if key not in standing)
    return Turn(opened, tuple(key for key in reported if key in standing), tuple(closed))


def _replaces(outcome: Outcome, old: FindingFact, newer: Iterable[FindingFact]) -> bool:
    if outcome is Outcome.INCONCLUSIVE:
        return not old.defect
    return outcome is Outcome.DEFECT and _outweighed(old, newer)


def _outweighed(old: FindingFact, newer: Iterable[FindingFact]) -> bool:
    return any(new.defect >= old.defect and new.blocking >= old.blocking for new in newer)
