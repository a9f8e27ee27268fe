"""Rows of findings: what a partition opens, sees again and closes, and what canaries settle later."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from assay.assurance.encoding import cell_of
from assay.assurance.engines.partition import CellResult, Found, Result
from assay.assurance.history import measurement
from assay.assurance.lifecycle import CLEAN, Belief, turn
from assay.assurance.models import CellRow, FindingRow, MeasurementRow, Surface, row_id
from assay.assurance.population import cell_rows, spec_of
from assay.assurance.recording import SYSTEM, name_of, subject_of
from assay.assurance.results import Terms, belief_now, row_measurements, terms_of
from assay.core.verdict import FindingFact, Measurement, Outcome
from assay.ledger import tracking
from assay.ledger.services import append_bulk

UNSTAMPED = "unstamped"
HONEST = "A person read what was held and found it honest."
CONFIRMED = "A person read what was held and found a defect."
FOUND_COLUMNS = (
    "route", "governance_version", "is_legacy", "stratum", "subject_id", "title", "found_at", "seen_at", "batch",
    "closed_at", "closed_by", "closing",
)  # fmt: skip


@dataclass
class FindingsChange:
    """Rows that one partition changes; none is saved yet."""

    opened: list[FindingRow] = field(default_factory=list)
    seen: list[FindingRow] = field(default_factory=list)
    closed: list[FindingRow] = field(default_factory=list)

    def all(self) -> list[FindingRow]:
        return [*self.opened, *self.seen, *self.closed]


def readings_keep(surface: Surface, results: Sequence[CellResult]) -> list[CellResult]:
    """The results, with those clean that are in doubt about nothing but what a person has read and found honest.

    So a decision outlives the expiry of a measurement, as it does of a defect: the same words in the same text are not
    asked about twice by the same version of a detector.
    """
    held = {found.key for each in results for found in each.found if found.hit.in_doubt}
    ids = [row_id(surface.pk, key) for key in held]
    read = set(FindingRow.objects.filter(id__in=ids, disposed_at__isnull=False).values_list("key", flat=True))
    return [_as_read(each, read) for each in results] if read else list(results)


def _as_read(result: CellResult, read: set[str]) -> CellResult:
    waiting = {found.detector for found in result.found if found.hit.in_doubt and found.key not in read}
    said = tuple(
        replace(one, outcome=Outcome.CLEAN, reason=HONEST)
        if one.outcome is Outcome.INCONCLUSIVE and one.detector not in waiting and _holds(result, one.detector)
        else one
        for one in result.results
    )
    return replace(result, results=said)


def _holds(result: CellResult, detector: str) -> bool:
    return any(found.hit.in_doubt and found.detector == detector for found in result.found)


def findings_turn(
    *,
    surface: Surface,
    results: Sequence[CellResult],
    before: Mapping[str, tuple[str, str]],
    belief: Belief,
    terms: Terms,
    earlier: Mapping[int, Terms],
) -> FindingsChange:
    """What new results do to the findings of their cells. `before` holds digest and text of the results that they
    replace, by cell key, `earlier` the terms of the batches these belong to."""
    standing: dict[tuple[str, str], dict[str, FindingRow]] = {}
    keys = [each.item.cell_key for each in results]
    for row in FindingRow.objects.filter(surface=surface, cell_key__in=keys, closed_at=None):
        standing.setdefault((row.cell_key, row.detector), {})[row.key] = row
    change = FindingsChange()
    touched = {cell for cell, _detector in standing} | {each.item.cell_key for each in results if each.found}
    cells = cell_rows(surface, touched)
    for each in results:
        key = each.item.cell_key
        if key not in touched:
            continue
        replaced = row_measurements(key, before.get(key), earlier)
        for one in each.results:
            rows = standing.get((key, one.detector), {})
            _turn_one(change, surface, each, one, cells[key], rows, replaced.get(one.detector), belief, terms)
    _dispositions_keep(change.opened)
    return change


def _turn_one(
    change: FindingsChange,
    surface: Surface,
    result: CellResult,
    one: Result,
    cell: CellRow,
    rows: Mapping[str, FindingRow],
    replaced: Measurement | None,
    belief: Belief,
    terms: Terms,
) -> None:
    item = result.item
    reported = {found.key: found for found in result.found if found.detector == one.detector}
    said = (one.version, one.outcome, one.strength, one.reason)
    turned = turn(
        belief=belief,
        cell=cell_of(spec_of(cell)),
        before=replaced,
        result=measurement(item.cell_key, item.digest, one.detector, said, terms.at, terms.expires, terms.governance),
        standing={key: fact_of_row(row) for key, row in rows.items()},
        reported={key: _fact(result, found, terms.at) for key, found in reported.items()},
    )
    change.opened += (_row(surface, result, reported[key], cell, terms.at) for key in turned.opened)
    for key in turned.seen:
        rows[key].seen_at = terms.at
        change.seen.append(rows[key])
    for key, why in turned.closed:
        _close(rows[key], why, item.digest, terms.at)
        change.closed.append(rows[key])


def _close(row: FindingRow, why: str, digest: str, at: datetime) -> None:
    row.closed_at = at
    row.closing = FindingRow.Closing.REREAD if why == CLEAN and digest == row.digest else why


def findings_settle(surface: Surface, now: datetime) -> int:
    """Close the findings whose cell was measured clean by a detector that is believed only since; return how many.

    The caller holds the surface's lock.
    """
    standing = list(FindingRow.objects.filter(surface=surface, closed_at=None))
    cells = cell_rows(surface, {row.cell_key for row in standing})
    latest = _latest(surface, cells.values()) if cells else {}
    belief = belief_now(surface)
    closed = []
    for row in standing:
        cell = cells[row.cell_key]
        result = latest.get(row.cell_key, {}).get(row.detector)
        if belief.settles(result, fact_of_row(row), cell_of(spec_of(cell))) and result is not None:
            _close(row, CLEAN, result.digest, now)
            closed.append(row)
    if closed:
        append_bulk(
            log=surface.organization.log_id,
            kind="finding.recorded",
            subject=subject_of(surface),
            actor=SYSTEM,
            body={"surface": name_of(surface), "closed": len(closed), "why": CLEAN},
            now=now,
            records=[tracking.record(row) for row in closed],
        )
        FindingRow.objects.bulk_update(closed, ["closed_at", "closing"], batch_size=100)
    return len(closed)


def _latest(surface: Surface, cells: Iterable[CellRow]) -> dict[str, dict[str, Measurement]]:
    keys = {cell.pk: cell.key for cell in cells}
    terms = terms_of(surface)
    rows = MeasurementRow.objects.in_bulk(list(keys))
    return {keys[pk]: row_measurements(keys[pk], (row.digest, row.results), terms) for pk, row in rows.items()}


def _dispositions_keep(opened: Sequence[FindingRow]) -> None:
    """A finding that was closed and is seen again keeps what was decided about it."""
    if not opened:
        return
    decided = dict(
        FindingRow.objects.filter(id__in=[row.pk for row in opened], disposed_at__isnull=False).values_list(
            "id", "disposed_at"
        )
    )
    for row in opened:
        row.disposed_at = decided.get(row.pk)


def fact_of_row(row: FindingRow) -> FindingFact:
    """The fact that a verdict needs of an open finding."""
    bucket: Any = row.bucket  # the database admits no other than core's
    return FindingFact(
        row.key, row.cell_key, row.digest, row.detector, row.kind, bucket, row.defect, row.blocking, row.seen_at
    )


def _fact(result: CellResult, found: Found, at: datetime) -> FindingFact:
    item, hit = result.item, found.hit
    return FindingFact(
        found.key, item.cell_key, item.digest, found.detector, hit.kind, hit.bucket, hit.defect, hit.blocking, at
    )


def _row(surface: Surface, result: CellResult, found: Found, cell: CellRow, at: datetime) -> FindingRow:
    item, hit = result.item, found.hit
    return FindingRow(
        id=row_id(surface.pk, found.key),
        surface_id=surface.pk,
        key=found.key,
        cell_key=item.cell_key,
        digest=item.digest,
        detector=found.detector,
        version=found.version,
        kind=hit.kind,
        bucket=hit.bucket,
        family=hit.family or "",
        defect=hit.defect,
        blocking=hit.blocking,
        rule=f"{found.detector} {found.version}: {hit.kind}",
        start=hit.start,
        end=hit.end,
        line_start=found.line_start,
        line_end=found.line_end,
        quote=hit.quote,
        confidence=hit.confidence,
        reasons=list(hit.reasons),
        stratum=cell.stratum,
        subject_id=cell.subject_id,
        title=cell.title,
        route=item.route or UNSTAMPED,
        governance_version=item.governance_version or UNSTAMPED,
        is_legacy=item.legacy,
        found_at=at,
        seen_at=at,
    )
