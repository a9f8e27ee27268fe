"""The service behind “Start here”: makes the drafted records, all or none, under one entry."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from assay.accounts.access import Actor
from assay.core.errors import Conflict, InvalidInput
from assay.ledger.services import append_bulk
from assay.registers.models import Record
from assay.registers.services.records import record_create, record_update
from assay.registers.services.soa import soa_open
from assay.registers.services.writing import attested
from assay.registers.starting import QUESTIONS, draft_system


@transaction.atomic
def system_start(*, actor: Actor, answers: Mapping[str, Any], now: datetime) -> int:
    """Make a tailored draft of a management system for an organization that has none; return how many records.

    Every record comes in its first state, without evidence; the 38 controls come undecided, with the risks that name
    them. Raises NotPermitted, Conflict where records exist already, InvalidInput without an answer to the first questions.
    """
    actor.require("write")
    if Record.objects.filter(organization=actor.organization).exclude(register="soa").exists():
        raise Conflict("There are records already.", hint="Change those; a draft would only stand beside them.")
    wrong = {
        key: "Answer this one; the rest can wait."
        for key in ("does", "systems")
        if not str(answers.get(key) or "").strip()
    }
    if wrong:
        raise InvalidInput("Two answers are needed.", hint="Say what you do and which systems you have.", errors=wrong)
    known = {each.key for each in QUESTIONS}
    drafts = draft_system({key: value for key, value in answers.items() if key in known})
    order = sorted(drafts, key=lambda each: bool(each.links))
    made: dict[str, str] = {}
    refs: list[Any] = []
    by_control: dict[str, list[str]] = {}
    for draft in order:
        links = {field: [made[ref] for ref in wanted if ref in made] for field, wanted in draft.links.items()}
        data = {key: value for key, value in draft.data.items() if value != ""}
        if "due_on" in draft.data:
            data["due_on"] = (now.date() + timedelta(days=180)).isoformat()
        record = record_create(
            actor=actor,
            register=draft.register,
            title=draft.title,
            data={**data, **links},
            owner=actor.person,
            now=now,
            log=False,
        )
        refs += attested(record._version)  # type: ignore[attr-defined]
        made[draft.ref or str(record.pk)] = f"record:{record.pk}"
        if draft.register == "risks":
            for control in record.data.get("controls", ()):
                by_control.setdefault(control.partition(":")[2], []).append(f"record:{record.pk}")
    append_bulk(
        log=actor.log, kind="system.started", subject=f"organization:{actor.organization.pk}", actor=actor.pseudonym,
        body={"made": len(order), "answers": sorted(key for key in answers if key in known)}, now=now, records=refs,
    )  # fmt: skip
    soa_open(actor=actor, now=now)
    for row in Record.objects.filter(organization=actor.organization, register="soa"):
        risks = by_control.get(row.data["control"])
        if risks:
            record_update(record=row, actor=actor, now=now, data={"risks": risks, "reasons": ["risk"]})
    return len(order)
