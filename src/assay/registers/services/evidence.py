"""Services over evidence: add with its strength, withdraw with a reason."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from django.db import transaction

from assay.accounts.access import Actor
from assay.catalog import load_catalog
from assay.core.errors import NotPermitted
from assay.ledger import tracking
from assay.ledger.services import append
from assay.registers.declaration import STRENGTHS
from assay.registers.models import Evidence, Record
from assay.registers.registry import register_of
from assay.registers.services.records import authors_of
from assay.registers.services.writing import record_lock, refuse

EVIDENCE_KINDS = (
    ("document", "Document"), ("log", "Log or export"), ("test", "Test result"), ("drill", "Drill"), ("minutes", "Minutes"),
    ("contract", "Contract"), ("statement", "Statement of a person"), ("audit", "Audit"), ("other", "Other"),
)  # fmt: skip
CLAIMED, DOCUMENTED, OBSERVED, EXERCISED, VERIFIED = range(1, 6)
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


@transaction.atomic
def evidence_add(
    *,
    actor: Actor,
    title: str,
    kind: str,
    strength: int,
    collected_on: date,
    now: datetime,
    record: Record | None = None,
    subject: str = "",
    source: str = "",
    digest: str = "",
    expires_on: date | None = None,
) -> Evidence:
    """Put evidence under a record, or under an obligation or control (`subject`).

    From documented on, it needs a place where it is kept; from observed on, a digest of the thing, because what cannot be
    compared again was not observed; verified needs somebody who is neither owner, deputy nor author of the record. Without
    `expires_on` it counts as long as the register's declaration says. Raises NotPermitted, InvalidInput with `errors`.
    """
    actor.require("write")
    told = " ".join(title.split())
    _about_check(record, subject)
    _facts_check(told, kind, strength, source, digest)
    _days_check(collected_on, expires_on, now.date())
    held = record_lock(actor, record) if record is not None else None
    if strength == VERIFIED and held is not None:
        _independent(held, actor)
    days = register_of(held.register).evidence.days if held is not None else 365
    row = Evidence(
        organization=actor.organization, record=held, subject=subject, title=told, kind=kind, strength=strength,
        source=source.strip(), digest=digest, collected_on=collected_on,
        expires_on=expires_on or collected_on + timedelta(days=days), by=actor.person, at=now,
    )  # fmt: skip
    row.save(force_insert=True)
    _append(row, "evidence.added", actor, now)
    return row


def _about_check(record: Record | None, subject: str) -> None:
    if (record is None) == (not subject):
        refuse({"subject": "Evidence is about one record, or about one obligation or control."})
    if subject and not subject_known(subject):
        refuse({"subject": "There is no such obligation or control."})


def _facts_check(title: str, kind: str, strength: int, source: str, digest: str) -> None:
    wrong: dict[str, str] = {}
    if not title or len(title) > 300 or "\x00" in title:
        wrong["title"] = "Say what it is, in 1 to 300 characters."
    if kind not in dict(EVIDENCE_KINDS):
        wrong["kind"] = "Choose a kind."
    if strength not in dict(STRENGTHS):
        wrong["strength"] = "Choose a strength from 1 to 5."
    if len(source) > 500 or "\x00" in source:
        wrong["source"] = "Give at most 500 characters."
    elif strength >= DOCUMENTED and not source.strip():
        wrong["source"] = "Say where it is kept; without that it is only claimed."
    if strength >= OBSERVED and not digest:
        wrong["digest"] = "From “observed” on it needs the digest of the thing itself."
    if digest and _DIGEST.fullmatch(digest) is None:
        wrong["digest"] = "A digest reads sha256: and 64 hexadecimal digits."
    refuse(wrong)


def _days_check(collected_on: date, expires_on: date | None, today: date) -> None:
    if collected_on > today:
        refuse({"collected_on": "It cannot have been collected in the future."})
    if expires_on is not None and expires_on <= collected_on:
        refuse({"expires_on": "It must expire after it was collected."})


def subject_known(subject: str) -> bool:
    """Whether `obligation:<number>` or `control:<number>` is in the catalog."""
    catalog = load_catalog()
    kind, _, number = subject.partition(":")
    numbers = {
        "obligation": {each.number for each in catalog.obligations},
        "control": {each.number for each in catalog.controls},
        "document": {each.number for each in catalog.documented_information},
    }
    return number in numbers.get(kind, ())


def _independent(record: Record, actor: Actor) -> None:
    if actor.person.pk in {record.owner_id, record.deputy_id, *authors_of(record)}:
        raise NotPermitted(
            "Who owns or wrote a record cannot verify it.", hint="Ask somebody independent.", action="verify"
        )


@transaction.atomic
def evidence_retire(*, evidence: Evidence, actor: Actor, now: datetime, why: str = "") -> Evidence:
    """Withdraw evidence; it stays in the history and shows nothing any more."""
    actor.require("write")
    row = Evidence.objects.select_for_update().get(pk=evidence.pk, organization=actor.organization)
    if row.retired_at is None:
        row.retired_at, row.retired_why = now, why[:300]
        row.save(update_fields=["retired_at", "retired_why"])
        _append(row, "evidence.retired", actor, now)
    return row


def _append(row: Evidence, kind: str, actor: Actor, now: datetime) -> None:
    about = f"record:{row.record_id}" if row.record_id else row.subject
    append(
        log=actor.log, kind=kind, subject=f"evidence:{row.pk}", actor=actor.pseudonym,
        body={"about": about, "strength": row.strength, "digest": row.digest, "collected_on": row.collected_on.isoformat()},
        now=now, record=tracking.record(row),
    )  # fmt: skip
