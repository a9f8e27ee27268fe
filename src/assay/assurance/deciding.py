"""What people decide about findings: that one is no defect, and what one is that a detector held for reading.

A detector that cannot tell leaves a cell unmeasured (`inconclusive`). Once a person has read everything that it held there,
the reading is recorded as the detector's result for that text: clean, or a defect. It counts like any other measurement,
expires like one, and is asked for again when the text or the detector changes.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from assay.accounts.access import Actor
from assay.assurance.engines.partition import CellResult, Found, Result
from assay.assurance.findings import CONFIRMED, HONEST
from assay.assurance.measuring import Call, partition_record
from assay.assurance.models import CellRow, DispositionRow, FindingRow, MeasurementRow, Surface, row_id
from assay.assurance.recording import name_of, surface_lock
from assay.assurance.results import read_results, terms_of
from assay.assurance.shapes import MeasureItem
from assay.core.canonical import digest as digest_of
from assay.core.errors import Conflict, InvalidInput
from assay.core.verdict import Outcome, Strength
from assay.detect.context import Context
from assay.detect.hits import Hit
from assay.ledger import tracking
from assay.ledger.services import append, append_bulk

REASON_LIMIT = 2_000


@transaction.atomic
def finding_dispose(*, finding: FindingRow, by: Actor, reason: str, now: datetime) -> DispositionRow:
    """Record that a person finds this finding to be no defect, and why. Call `verdict_refresh` afterwards.

    Of the passages that a detector held for reading in one cell, the last to be decided settles the cell: its result
    becomes clean. What other detectors held of the same words is decided with it. Raises NotPermitted unless the role
    allows it, InvalidInput without a reason or with one above 2,000 characters, Conflict when it was decided already, or
    while passages of the same cell that were held for reading wait beside a defect.
    """
    by.require("dispose")
    told = _reason(reason)
    surface = surface_lock(finding.surface)
    finding = FindingRow.objects.get(pk=finding.pk, surface=surface)
    if finding.disposed_at is not None:
        raise Conflict("This finding was decided already.", hint="Read its history.", finding=str(finding.pk))
    if finding.defect and finding.closed_at is None and (waiting := _waiting(finding)):
        raise Conflict(
            "Passages of the same artefact wait for a person's reading.",
            hint=f"Decide about line {waiting[0].line_start} first: “{waiting[0].quote[:80]}”.",
            finding=str(waiting[0].pk),
        )
    row = DispositionRow(
        finding=finding, decision=DispositionRow.Decision.NOT_A_DEFECT, reason=told, by=by.pseudonym, at=now
    )
    finding.disposed_at = now
    facts = {"surface": name_of(surface), "finding": finding.key, "decision": row.decision, "reason": told}
    log, actor = surface.organization.log_id, by.pseudonym
    row.event_id = append_bulk(
        log=log, kind="finding.disposed", subject=f"finding:{finding.pk}", actor=actor, body=facts, now=now,
        records=[tracking.record(row), tracking.record(finding)],
    )  # fmt: skip
    row.save(force_insert=True)
    finding.save(update_fields=["disposed_at"])
    if finding.in_doubt and finding.closed_at is None:
        if not _waiting(finding):
            _settle(surface, finding, by, now)
        for other in _beside(finding)[:1]:
            finding_dispose(finding=other, by=by, reason=told, now=now)
    return row


@transaction.atomic
def finding_confirm(*, finding: FindingRow, by: Actor, reason: str, now: datetime) -> FindingRow:
    """Record that a person finds a passage that was held for reading to be a defect; return the defect's finding.

    It is a new finding in place of the held one, and blocks; so for each detector that held the same words. Call `verdict_refresh` afterwards. Raises as
    `finding_dispose`, and Conflict for a finding that was not held for reading, or whose text has changed since.
    """
    by.require("dispose")
    told = _reason(reason)
    surface = surface_lock(finding.surface)
    finding = FindingRow.objects.get(pk=finding.pk, surface=surface)
    if not finding.in_doubt or finding.disposed_at is not None or finding.closed_at is not None:
        raise Conflict("This finding does not wait for a person's reading.", hint="Read its history.")
    if not CellRow.objects.filter(surface=surface, key=finding.cell_key, digest=finding.digest).exists():
        raise Conflict("The text has changed since it was held.", hint="Measure the programme again.")
    standing = [row for row in _standing(finding) if row.pk != finding.pk]
    defect = _found(finding, confirmed=(told, by.pseudonym))
    append(
        log=surface.organization.log_id,
        kind="finding.confirmed",
        subject=f"finding:{finding.pk}",
        actor=by.pseudonym,
        body={"surface": name_of(surface), "finding": finding.key, "defect": defect.key, "reason": told},
        now=now,
    )
    _record(surface, finding, Outcome.DEFECT, CONFIRMED, [*map(_found, standing), defect], by, now)
    for other in _beside(finding)[:1]:
        finding_confirm(finding=other, by=by, reason=told, now=now)
    return FindingRow.objects.get(pk=row_id(surface.pk, defect.key))


def _reason(reason: str) -> str:
    told = reason.strip()
    if not told or len(told) > REASON_LIMIT:
        raise InvalidInput(
            "A decision about a finding needs a reason.", hint=f"Give one in at most {REASON_LIMIT} characters."
        )
    return told


def _standing(finding: FindingRow) -> list[FindingRow]:
    """Open rows of the same cell, text, detector and version, in order of place."""
    rows = FindingRow.objects.filter(
        surface=finding.surface_id, cell_key=finding.cell_key, digest=finding.digest, detector=finding.detector,
        version=finding.version, closed_at=None,
    )  # fmt: skip
    return list(rows.order_by("start", "end", "key"))


def _waiting(finding: FindingRow) -> list[FindingRow]:
    return [row for row in _standing(finding) if row.in_doubt and row.disposed_at is None and row.pk != finding.pk]


def _beside(finding: FindingRow) -> list[FindingRow]:
    """What other detectors hold of the same drift in overlapping words of the same text, and nobody has decided."""
    rows = FindingRow.objects.filter(
        surface=finding.surface_id, cell_key=finding.cell_key, digest=finding.digest, family=finding.family, bucket="A",
        defect=False, closed_at=None, disposed_at=None, start__lt=finding.end, end__gt=finding.start,
    )  # fmt: skip
    return list(rows.exclude(pk=finding.pk).exclude(detector=finding.detector).order_by("detector", "start"))


def _settle(surface: Surface, finding: FindingRow, by: Actor, now: datetime) -> None:
    """Turn an inconclusive result of the cell into a clean one, if it is still the latest about the same text."""
    cell = row_id(surface.pk, finding.cell_key)
    measured = MeasurementRow.objects.filter(cell=cell, digest=finding.digest).first()
    latest = {} if measured is None else read_results(measured.results)
    result = latest.get(finding.detector)
    if result is None or result[0] != finding.version or result[1] != Outcome.INCONCLUSIVE:
        return
    _record(surface, finding, Outcome.CLEAN, HONEST, map(_found, _standing(finding)), by, now)


def _record(
    surface: Surface, finding: FindingRow, outcome: Outcome, why: str, found: Iterable[Found], by: Actor, now: datetime
) -> None:
    item = MeasureItem(
        finding.cell_key, finding.digest, "", Context(surface.standard or "unknown"), finding.route,
        finding.governance_version, finding.is_legacy,
    )  # fmt: skip
    said = Result(finding.detector, finding.version, outcome, Strength.OBSERVED, why)
    call = Call(surface, by, now, {}, terms_of(surface))
    partition_record(call, [CellResult(item, (said,), tuple(found))])


def _found(row: FindingRow, *, confirmed: tuple[str, str] | None = None) -> Found:
    """The finding of a row as a detector reports it; `confirmed` (reason, pseudonym) makes a held one a defect."""
    key, reasons = row.key, tuple(row.reasons)
    if confirmed is not None:
        key = digest_of([row.key, "confirmed"])
        reasons = (*reasons, f"Read by {confirmed[1]}, who found a defect: {confirmed[0]}")
    defect = row.defect or confirmed is not None
    bucket: Any = "A" if confirmed is not None else row.bucket  # the database admits no other than these
    hit = Hit(
        row.kind, bucket, row.family, row.start, row.end, row.quote, row.confidence, reasons, (), defect,
        row.blocking or confirmed is not None,
    )  # fmt: skip
    return Found(key, row.detector, row.version, hit, row.line_start, row.line_end)
