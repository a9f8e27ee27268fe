"""Everything that other rooms may have this room do. Each service is one transaction per partition, with its entry."""

from datetime import datetime

from django.db import transaction

from assay.accounts.access import Actor
from assay.assurance.brought import results_record
from assay.assurance.canarying import canaries_record, canaries_refresh
from assay.assurance.judging import gate_decide, verdict_refresh
from assay.assurance.measuring import surface_measure
from assay.assurance.models import DispositionRow, FindingRow
from assay.assurance.population import cells_put, cells_replace, surface_define
from assay.assurance.recording import name_of, surface_lock
from assay.core.errors import Conflict, InvalidInput
from assay.ledger import tracking
from assay.ledger.services import append_bulk

__all__ = [
    "canaries_record",
    "canaries_refresh",
    "cells_put",
    "cells_replace",
    "finding_dispose",
    "gate_decide",
    "results_record",
    "surface_define",
    "surface_measure",
    "verdict_refresh",
]

REASON_LIMIT = 2_000


@transaction.atomic
def finding_dispose(*, finding: FindingRow, by: Actor, reason: str, now: datetime) -> DispositionRow:
    """Record that a person finds this finding to be no defect, and why. Call `verdict_refresh` afterwards.

    Raises NotPermitted unless the role allows it, InvalidInput without a reason or with one above 2,000 characters,
    Conflict when it was decided already.
    """
    by.require("dispose")
    told = reason.strip()
    if not told or len(told) > REASON_LIMIT:
        raise InvalidInput(
            "A decision about a finding needs a reason.", hint=f"Give one in at most {REASON_LIMIT} characters."
        )
    surface = surface_lock(finding.surface)
    finding = FindingRow.objects.get(pk=finding.pk, surface=surface)
    if finding.disposed_at is not None:
        raise Conflict("This finding was decided already.", hint="Read its history.", finding=str(finding.pk))
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
    return row
