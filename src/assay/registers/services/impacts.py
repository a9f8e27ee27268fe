"""What reopens an approved impact assessment by itself: its system, an incident, a planned change, the criteria, the date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from assay.accounts.access import Actor
from assay.registers.models import Record
from assay.registers.registry import register_of
from assay.registers.services.hooks import on_changed
from assay.registers.services.records import record_create, record_move

MATERIAL = (
    "purpose", "tier", "own_roles", "affected", "deployments", "version_in_use", "jurisdictions", "learns", "components",
    "suppliers", "data",
)  # fmt: skip


@transaction.atomic
def impact_begin(*, actor: Actor, system: Record, now: datetime) -> Record:
    """Begin the assessment of an AI system, with what its record says already. Raises NotPermitted."""
    told = {
        "systems": [f"record:{system.pk}"],
        "context": "\n\n".join(
            f"{label}: {system.data[key]}"
            for key, label in (("deployments", "Deployed"), ("jurisdictions", "Jurisdictions"))
            if system.data.get(key)
        ),
        "misuse": system.data.get("misuse", ""),
        "triggers": ["system", "incident", "change", "criteria", "date"],
    }
    if system.data.get("affected"):
        told["groups"] = [{"group": str(system.data["affected"])[:900], "how": "Still to be described."}]
    return record_create(
        actor=actor, register="impacts", title=f"Impact of {system.title}"[:300], data=told, owner=actor.person, now=now
    )


def _approved(actor: Actor, trigger: str) -> Iterable[Record]:
    rows = Record.objects.filter(
        organization=actor.organization, register="impacts", state="approved", retired_at=None
    ).order_by("number")
    return [row for row in rows if trigger in row.data.get("triggers", ())]


def _reopen(rows: Iterable[Record], why: str, actor: Actor, now: datetime) -> int:
    count = 0
    for row in rows:
        record_move(record=row, to="reopened", actor=actor, now=now, words=f"Reopened by itself: {why}"[:2000])
        count += 1
    return count


def _new_links(record: Record, before: Mapping[str, Any], key: str) -> set[str]:
    return set(record.data.get(key, ())) - set(before["data"].get(key, ()))


@on_changed("ai-systems")
def system_changed(record: Record, before: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Something about the system changed that its assessment rests on."""
    changed = [key for key in MATERIAL if record.data.get(key) != before["data"].get(key)]
    if changed and before["state"]:
        labels = ", ".join(register_of("ai-systems").field(key).label.lower() for key in changed)
        rows = [row for row in _approved(actor, "system") if f"record:{record.pk}" in row.data.get("systems", ())]
        _reopen(rows, f"{record.title} changed ({labels}).", actor, now)


@on_changed("nonconformities")
def nonconformity_changed(record: Record, before: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """A nonconformity has come to name a system."""
    named = _new_links(record, before, "systems")
    rows = [row for row in _approved(actor, "incident") if named & set(row.data.get("systems", ()))] if named else []
    _reopen(rows, f"nonconformity {record.number} names its system.", actor, now)


@on_changed("changes")
def change_approved(record: Record, before: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """A change was approved that asks to look at assessments again."""
    if record.state == "approved" and before["state"] != "approved":
        wanted = set(record.data.get("reopens", ()))
        rows = [row for row in _approved(actor, "change") if f"record:{row.pk}" in wanted]
        _reopen(rows, f"change {record.number}, {record.title}, was approved.", actor, now)


@on_changed("impact-criteria")
def criteria_approved(record: Record, before: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """New criteria are in force."""
    if record.state == "approved" and before["state"] != "approved":
        _reopen(_approved(actor, "criteria"), "the impact method was approved anew.", actor, now)


@transaction.atomic
def impacts_reopen_due(*, actor: Actor, now: datetime) -> int:
    """Reopen the approved assessments whose review is due and that reopen by date; return how many."""
    actor.require("write")
    rows = [row for row in _approved(actor, "date") if row.review_on is not None and row.review_on <= now.date()]
    return _reopen(rows, "its review was due.", actor, now)
