"""Acknowledging that one has read a document."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from assay.accounts.access import Actor
from assay.core.errors import Conflict
from assay.ledger import tracking
from assay.ledger.services import append
from assay.registers.models import Acknowledgement, Record
from assay.registers.services.writing import content_digest, record_lock


@transaction.atomic
def document_acknowledge(*, record: Record, actor: Actor, now: datetime) -> Acknowledgement:
    """Say that the actor has read what is approved now; saying it twice changes nothing.

    Every member may, whatever their role. Raises NotFound for another organization's, Conflict for a document that is not
    in force or need not be acknowledged.
    """
    actor.require("read")
    row = record_lock(actor, record)
    approval = row.approvals.order_by("-version").first()
    mark = content_digest(row)
    in_force = row.state == "approved" and row.retired_at is None and approval is not None and approval.digest == mark
    if not in_force or not row.data.get("acknowledge"):
        raise Conflict("This document is not waiting to be read.", hint="Look at the list of what you have to read.")
    said = Acknowledgement.objects.filter(record=row, person=actor.person, digest=mark).first()
    if said is not None:
        return said
    said = Acknowledgement(
        record=row, person=actor.person, digest=mark, edition=str(row.data.get("edition") or "")[:200], at=now
    )
    said.save(force_insert=True)
    append(
        log=actor.log, kind="document.acknowledged", subject=f"record:{row.pk}", actor=actor.pseudonym,
        body={"register": row.register, "number": row.number, "content": mark}, now=now, record=tracking.record(said),
    )  # fmt: skip
    return said
