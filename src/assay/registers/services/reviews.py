"""Management reviews: inputs filled from live records, frozen when the meeting is held; decisions become actions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from assay.accounts.access import Actor
from assay.accounts.models import Membership, Person
from assay.core.canonical import digest
from assay.core.errors import Conflict
from assay.ledger.services import append
from assay.registers.models import Record
from assay.registers.queries.reviewing import period_of, review_held, review_inputs
from assay.registers.services.hooks import on_changed, on_entering
from assay.registers.services.records import record_create, record_update


def inputs_now(record: Record, now: datetime) -> dict[str, Any]:
    """The inputs as they stand, with the time they were read."""
    found = review_held(record.organization, today=now.date())
    own = next((row for row in found.by_register.get("reviews", ()) if row.id == record.pk), None)
    inputs = review_inputs(record.organization, found, period_of(found, own=own))
    return {**inputs, "read_at": now.isoformat()}


@transaction.atomic
def review_fill(*, record: Record, actor: Actor, now: datetime) -> Record:
    """Read the inputs of a planned review from the live records, in place of those read before.

    Raises NotPermitted, Conflict for a review that was held: its inputs are frozen.
    """
    actor.require("write")
    if record.state != "planned":
        raise Conflict("The inputs are frozen: the review was held.", hint="Move it back to planned to read them anew.")
    inputs = inputs_now(record, now)
    row = record_update(record=record, actor=actor, now=now, data={"inputs": inputs}, by_product=True, words="Inputs read from live records.")  # fmt: skip
    append(
        log=actor.log, kind="review.filled", subject=f"record:{row.pk}", actor=actor.pseudonym, now=now,
        body={"digest": digest(inputs), "lines": sum(len(each["lines"]) for each in inputs["sections"])},
    )  # fmt: skip
    return row


@on_entering("reviews", "held")
def freeze(record: Record, actor: Actor, now: datetime) -> Mapping[str, object]:
    """The inputs as the meeting has them: read once more at that moment."""
    return {"inputs": inputs_now(record, now)}


@on_changed("reviews")
def decisions_follow(record: Record, before: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Once the results are approved, every decision with somebody or a day becomes an action, each once."""
    if record.state != "approved" or before["state"] == "approved":
        return
    key = f"record:{record.pk}"
    there = {
        row.data.get("idea")
        for row in Record.objects.filter(organization=actor.organization, register="improvements", retired_at=None)
        if key in row.data.get("review", ())
    }
    people = Membership.objects.filter(organization=actor.organization, ended_at=None).select_related("person")
    by_id: Mapping[str, Person] = {str(each.person_id): each.person for each in people}
    for each in record.data.get("decisions", ()):
        if each.get("kind") == "noted" or not (each.get("who") or each.get("due_on")) or each["decision"] in there:
            continue
        record_create(
            actor=actor, register="improvements", title=each["decision"][:300], owner=by_id.get(each.get("who", "")), now=now,
            data={"idea": each["decision"], "origin": "review", "due_on": each.get("due_on", ""), "review": [key]},
        )  # fmt: skip
