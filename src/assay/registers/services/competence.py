"""Competence records fed from outside the room: a badge that a member earned is evidence of what they can do."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from assay.accounts.access import Actor
from assay.accounts.models import Membership
from assay.registers.models import Evidence, Record
from assay.registers.services.evidence import OBSERVED, evidence_add, evidence_retire
from assay.registers.services.records import record_create, record_move, record_update

VALID = timedelta(days=730)


@transaction.atomic
def competence_earned(
    *, actor: Actor, email: str, title: str, programme: str, badge: str, issuer: str, score: int, now: datetime
) -> Record | None:
    """Record that the member with this address earned a badge: their competence of that programme is made or renewed, with the
    badge (its digest `badge`) as evidence observed by machine. None for somebody who is no member.

    An open gap of the same person for the same programme is closed by it. Raises NotPermitted.
    """
    actor.require("write")
    member = (
        Membership.objects.filter(organization=actor.organization, ended_at=None, person__email__iexact=email.strip())
        .select_related("person")
        .first()
    )
    if member is None:
        return None
    until = now.date() + VALID
    data = {
        "person": str(member.person_id), "gained_by": "training", "valid_until": until.isoformat(), "badge": badge, "programme": programme,
        "checked": f"Assessed with a score of {score} %; badge issued by {issuer}.",
    }  # fmt: skip
    rows = Record.objects.filter(
        organization=actor.organization, register="competence", retired_at=None, data__person=str(member.person_id), data__programme=programme
    )  # fmt: skip
    row = rows.order_by("number").first()
    if row is None:
        needed = {"needed_for": f"Work that asks for {title}."}
        row = record_create(
            actor=actor, register="competence", title=title[:300], data={**data, **needed}, owner=member.person, now=now
        )
    else:
        row = record_update(record=row, actor=actor, now=now, data=data, review_on=until)
    if row.state != "current":
        row = record_move(record=row, to="current", actor=actor, now=now, words="A badge was earned.")
    evidence_add(
        actor=actor, record=row, title=f"Badge: {title}"[:300], kind="test", strength=OBSERVED, source=f"programme {programme}",
        digest=badge, collected_on=now.date(), expires_on=until, now=now,
    )  # fmt: skip
    return row


@transaction.atomic
def competence_withdrawn(*, actor: Actor, badge: str, why: str, now: datetime) -> int:
    """Withdraw the evidence that rests on a badge (its digest): the competence it showed is a gap again where nothing else
    that still counts shows it. Return how many records were concerned. Raises NotPermitted."""
    actor.require("write")
    rows = Evidence.objects.filter(
        organization=actor.organization, digest=badge, record__register="competence", retired_at=None
    )
    concerned = 0
    for piece in rows.select_related("record"):
        evidence_retire(evidence=piece, actor=actor, now=now, why=why)
        left = Evidence.objects.filter(record=piece.record, retired_at=None, expires_on__gt=now.date())
        if piece.record is not None and not left.exists():
            record_update(
                record=piece.record, actor=actor, now=now, data={"gained_by": "gap", "valid_until": "", "badge": ""}, words=why[:500]
            )  # fmt: skip
        concerned += 1
    return concerned
