"""Replaying the batches: the inputs of a verdict as they stood at a position of the ledger, from the batches alone."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from assay.assurance.bodies import parse_instant
from assay.assurance.encoding import (
    CANARIES,
    DEFINITION,
    MEASUREMENT,
    POPULATION,
    Definition,
    canaries_of,
    cell_of,
    definition_of,
    fact_of,
    specs_of,
)
from assay.assurance.lifecycle import Belief, belief_of, turn
from assay.assurance.shapes import CellSpec
from assay.core.verdict import Canary, FindingFact, Measurement, Outcome, Strength

_NOTHING = Belief({}, frozenset())


@dataclass
class Past:
    """What the batches taken in so far amount to.

    `measured` maps cell to detector to its latest measurement, `standing` cell to key to its open finding.
    """

    definition: Definition | None = None
    context: tuple[str, tuple[str, ...]] | None = None
    cells: dict[str, CellSpec] = field(default_factory=dict)
    measured: dict[str, dict[str, Measurement]] = field(default_factory=dict)
    standing: dict[str, dict[str, FindingFact]] = field(default_factory=dict)
    canaries: dict[tuple[str, str, str, str], Canary] = field(default_factory=dict)
    belief: Belief = _NOTHING

    def measurements(self) -> tuple[Measurement, ...]:
        return tuple(each for by_detector in self.measured.values() for each in by_detector.values())

    def findings(self) -> tuple[FindingFact, ...]:
        return tuple(each for of_cell in self.standing.values() for each in of_cell.values())


def replay(bodies: Iterable[dict[str, Any]]) -> Past:
    """Take in batch bodies of one surface and its organization's canaries, in the order of their ledger entries."""
    past = Past()
    for body in bodies:
        if body["format"] == DEFINITION:
            _definition(past, body)
        elif body["format"] == POPULATION:
            _population(past, body)
        elif body["format"] == MEASUREMENT:
            _measurement(past, body)
        elif body["format"] == CANARIES:
            past.canaries.update(
                ((each.detector, each.version, each.stratum, each.kind), each) for each in canaries_of(body)
            )
            _believe(past)
    return past


def _definition(past: Past, body: dict[str, Any]) -> None:
    context = (body["standard"], tuple(body["companions"]))
    if past.context not in (None, context):
        past.measured.clear()
    past.context, past.definition = context, definition_of(body)
    _believe(past)


def _believe(past: Past) -> None:
    """See what the canaries say now, and close what results that are believed from now on settle."""
    if past.definition is None:
        return
    past.belief = belief_of(past.definition.detectors, past.definition.strata, past.canaries.values())
    for cell, of_cell in past.standing.items():
        spec, latest = past.cells[cell], past.measured.get(cell, {})
        for key, fact in list(of_cell.items()):
            if past.belief.settles(latest.get(fact.detector), fact, cell_of(spec)):
                del of_cell[key]


def _population(past: Past, body: dict[str, Any]) -> None:
    for spec in specs_of(body["put"]):
        past.cells[spec.key] = spec
    for key in body["again"]:
        past.measured.pop(key, None)
    for key in body["drop"]:
        past.cells.pop(key, None)
        past.measured.pop(key, None)
        past.standing.pop(key, None)


def _measurement(past: Past, body: dict[str, Any]) -> None:
    at = parse_instant(body["at"])
    expires = None if body["expires"] is None else parse_instant(body["expires"])
    for cell, digest, mark, found in body["results"]:
        latest = past.measured.setdefault(cell, {})
        facts = [fact_of(cell, digest, each, at) for each in found]
        before = dict(latest)
        if any(each.digest != digest for each in before.values()):
            latest.clear()
        for detector, *result in body["said"][mark]:
            new = measurement(cell, digest, detector, result, at, expires, body["governance"])
            latest[detector] = new
            _turn(past, new, before.get(detector), [fact for fact in facts if fact.detector == detector])


def measurement(
    cell: str,
    digest: str,
    detector: str,
    result: Iterable[Any],
    at: datetime,
    expires: datetime | None,
    governance: str,
) -> Measurement:
    """`result` is version, outcome, strength, reason, as a body holds them."""
    version, outcome, strength, reason = result
    return Measurement(
        cell, digest, detector, version, governance, at, expires, Outcome(outcome), Strength(strength), reason
    )


def _turn(past: Past, result: Measurement, before: Measurement | None, facts: list[FindingFact]) -> None:
    of_cell, spec = past.standing.setdefault(result.cell, {}), past.cells[result.cell]
    reported = {fact.key: fact for fact in facts}
    change = turn(
        belief=past.belief,
        cell=cell_of(spec),
        before=before,
        result=result,
        standing={key: fact for key, fact in of_cell.items() if fact.detector == result.detector},
        reported=reported,
    )
    for key in change.opened:
        of_cell[key] = reported[key]
    for key in change.seen:
        of_cell[key] = replace(of_cell[key], at=result.at)
    for key, _why in change.closed:
        of_cell.pop(key)
