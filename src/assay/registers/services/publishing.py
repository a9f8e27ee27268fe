"""Publishing the public fields of an approved record for the people affected, and withdrawing them."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from assay.accounts.access import Actor
from assay.core.canonical import digest
from assay.core.errors import Conflict
from assay.ledger import tracking
from assay.ledger.services import append_bulk
from assay.registers.models import PublicVersion, Record
from assay.registers.queries.records import people_of
from assay.registers.registry import register_of
from assay.registers.services.writing import content_digest, record_lock, refuse
from assay.registers.values import shown

_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_PHONE = re.compile(r"(?<![\d.])\+?\d[\d ()/-]{7,}\d(?![\d.])")


@transaction.atomic
def record_publish(*, record: Record, actor: Actor, now: datetime) -> PublicVersion:
    """Publish the fields declared as public, as they were approved; an earlier public version is replaced at the same address.

    Raises NotPermitted, Conflict for a record that is not approved as it is or whose answers do not allow it, InvalidInput
    where a public text names a person, an address or a telephone number.
    """
    actor.require("write")
    row = record_lock(actor, record)
    declared = register_of(row.register)
    fields = [each for each in declared.fields if each.public]
    approval = row.approvals.order_by("-version").first()
    signed = approval is not None and approval.digest == content_digest(row) and declared.state(row.state).signs
    if not fields or not signed or row.retired_at is not None:
        raise Conflict("Only what is approved as it stands can be published.", hint="Have it approved first.")
    if not row.data.get("public"):
        raise Conflict(
            "Its answers say that the summary is not public.", hint="Change that answer and have it approved."
        )
    refuse(
        _private(
            actor, {each.key: str(row.data.get(each.key) or "") for each in fields if each.kind in ("text", "long")}
        )
    )
    before = list(row.public_versions.filter(withdrawn_at=None))
    body = _body(actor, row)
    public = PublicVersion(
        record=row, version=row.version, address=before[0].address if before else secrets.token_urlsafe(18), body=body,
        digest=digest(body), by=actor.person, at=now,
    )  # fmt: skip
    for each in before:
        each.withdrawn_at, each.address = now, f"{each.address[:40]}-{each.version}"
        each.save(update_fields=["withdrawn_at", "address"])
    public.save(force_insert=True)
    _entry("record.published", public, actor, now, beside=before)
    return public


@transaction.atomic
def record_unpublish(*, record: Record, actor: Actor, now: datetime) -> None:
    """Take the public version away: its address answers like one that never was. Raises Conflict if there is none."""
    actor.require("write")
    row = record_lock(actor, record)
    public = row.public_versions.filter(withdrawn_at=None).first()
    if public is None:
        raise Conflict("Nothing is published.", hint="There is nothing to withdraw.")
    public.withdrawn_at = now
    public.save(update_fields=["withdrawn_at"])
    _entry("record.unpublished", public, actor, now)


def _entry(
    kind: str, public: PublicVersion, actor: Actor, now: datetime, beside: list[PublicVersion] | None = None
) -> None:
    append_bulk(
        log=actor.log, kind=kind, subject=f"record:{public.record_id}", actor=actor.pseudonym, now=now,
        body={"version": public.version, "digest": public.digest}, records=[tracking.record(each) for each in (public, *(beside or ()))],
    )  # fmt: skip


def _body(actor: Actor, record: Record) -> Mapping[str, Any]:
    """What is shown: names of the organization and of the systems, and the public fields as they read."""
    ids = [key.partition(":")[2] for key in record.data.get("systems", ())]
    systems = Record.objects.filter(organization=actor.organization, pk__in=ids).order_by("number")
    fields = [each for each in register_of(record.register).fields if each.public]
    return {
        "organization": actor.organization.name,
        "systems": list(systems.values_list("title", flat=True)),
        "answers": {
            each.key: [each.label, shown(each, record.data.get(each.key), people={}, targets={})]
            for each in fields
            if record.data.get(each.key) not in (None, "", [])
        },
        "review_on": record.review_on.isoformat() if record.review_on else "",
    }


def _private(actor: Actor, texts: Mapping[str, str]) -> dict[str, str]:
    """A sentence for each public text that tells of a person: an address or a number that is no reporting channel of the
    organization, or the name of a member."""
    channels = Record.objects.filter(organization=actor.organization, register="channels", retired_at=None)
    ours = " ".join(str(data.get("address", "")) for data in channels.values_list("data", flat=True)).casefold()
    names = sorted(people_of(actor).values(), key=len, reverse=True)
    wrong = {}
    for key, text in texts.items():
        told = [each.group(0).strip(" .") for form in (_MAIL, _PHONE) for each in form.finditer(text)]
        found = [each for each in told if each.casefold() not in ours]
        found += [name for name in names if re.search(rf"\b{re.escape(name)}\b", text)]
        if found:
            wrong[key] = f"It would publish “{found[0]}”: write it without personal data, or name a reporting channel."
    return wrong
