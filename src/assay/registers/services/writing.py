"""The one place where a record is written: checked values, the row, its version, its links, one ledger entry."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Max

from assay.accounts.access import Actor
from assay.accounts.models import Membership, Organization, Person
from assay.core.errors import Conflict, InvalidInput, NotFound
from assay.ledger import tracking
from assay.ledger.services import append_bulk
from assay.registers.declaration import Checked, Inward, Register
from assay.registers.models import Record, RecordLink, RecordVersion
from assay.registers.queries.records import inward_facts, links_known
from assay.registers.registry import register_of
from assay.registers.values import content_digest as digest_of_content
from assay.registers.values import missing, search_text


def content_digest(record: Record) -> str:
    """The digest that an approval of the record as it is now is bound to."""
    return digest_of_content(
        record.register, record.number, record.title, record.data, record.owner_id, record.deputy_id
    )


def record_lock(actor: Actor, record: Record) -> Record:
    """The record as it is in the database, locked to the end of the transaction. Raises NotFound for another's."""
    row = (
        Record.objects.select_for_update(of=("self",))
        .filter(pk=record.pk, organization=actor.organization)
        .select_related("organization", "owner", "deputy", "author")
        .first()
    )
    if row is None:
        raise NotFound("record", str(record.pk))
    return row


def number_next(organization: Organization, slug: str) -> int:
    """The next number of a register; holds the organization's row, so that two writers never get the same."""
    Organization.objects.select_for_update().get(pk=organization.pk)
    last = Record.objects.filter(organization=organization, register=slug).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def title_check(title: str) -> str:
    told = " ".join(title.split())
    if not told or len(told) > 300 or "\x00" in told:
        refuse({"title": "Give a title of 1 to 300 characters."})
    return told


def refuse(errors: Mapping[str, str]) -> None:
    """Raise InvalidInput whose `errors` names each field with a sentence; returns if there are none."""
    if errors:
        first = next(iter(errors.values()))
        more = f" {len(errors) - 1} more." if len(errors) > 1 else ""
        raise InvalidInput(f"{first}{more}", hint="Answer these, then try again.", errors=dict(errors))


def member_check(
    actor: Actor, data: Mapping[str, Any], before: Mapping[str, Any], register: Register, *people: Person | None
) -> dict[str, str]:
    """A sentence for each person newly named who is no member of the organization now. Who was named before and has left
    since stays in what was written."""
    named: dict[str, str] = {}
    for field in register.fields:
        value = data.get(field.key)
        if not value or value == before.get(field.key):
            continue
        if field.kind == "person":
            named[field.key] = value
        for column in (each for each in field.columns if each.kind == "person"):
            named |= {f"{field.key} {place}": row[column.key] for place, row in enumerate(value) if row.get(column.key)}
    named |= {
        key: str(person.pk) for key, person in zip(("owner", "deputy"), people, strict=False) if person is not None
    }
    if not named:
        return {}
    rows = Membership.objects.filter(organization=actor.organization, ended_at=None, person__in=set(named.values()))
    there = {str(pk) for pk in rows.values_list("person_id", flat=True)}
    return {
        key.partition(" ")[0]: "Choose a person of the organization."
        for key, person in named.items()
        if person not in there
    }


def content_check(
    actor: Actor,
    register: Register,
    record: Record,
    *,
    today: date,
    before: Mapping[str, Any],
    named: Sequence[Person | None] = (),
) -> None:
    """Check everything about the content of a record in its state; `before` is what it held. Raises InvalidInput with
    `errors`."""
    wrong = missing(register, record.data, record.state)
    wrong |= links_known(actor.organization.pk, register, record.data)
    wrong |= member_check(actor, record.data, before, register, *named)
    if record.owner_id is not None and record.owner_id == record.deputy_id:
        wrong["deputy"] = "The deputy is somebody else than the owner."
    if register.check is not None:
        told = Checked(record.data, record.state, today, partial(_inward, actor.organization.pk, record.pk))
        wrong |= dict(register.check(told))
    refuse(wrong)


def _inward(organization: UUID, own: UUID, key: str) -> Sequence[Inward]:
    return inward_facts(organization, f"record:{own}" if key == "self" else key)


def derive(register: Register, data: dict[str, Any]) -> dict[str, Any]:
    """The data with derived fields computed anew."""
    kept = {key: value for key, value in data.items() if not any(f.derived and f.key == key for f in register.fields)}
    return {**kept, **(dict(register.derive(kept)) if register.derive is not None else {})}


def write(
    record: Record,
    *,
    actor: Actor,
    now: datetime,
    what: str,
    kind: str,
    words: str = "",
    body: Mapping[str, Any] | None = None,
    beside: Sequence[Any] = (),
    log: bool = True,
) -> RecordVersion:
    """Save the record as its next version, follow its links, and append the entry; the caller holds the transaction.

    `beside` are rows saved already that the same entry attests. With `log` false nothing is appended: the caller appends one
    entry for many records, over `attested(version)`.
    """
    register = register_of(record.register)
    created = record._state.adding
    record.version = 1 if created else record.version + 1
    record.author, record.updated_at = actor.person, now
    record.search_text = search_text(register, record.number, record.title, record.data)
    record.save(force_insert=created)
    version = RecordVersion(
        record=record, number=record.version, what=what, words=words, title=record.title, state=record.state,
        data=record.data, owner_id=record.owner_id, deputy_id=record.deputy_id, review_on=record.review_on,
        retired=record.retired_at is not None, by=actor.person, at=now,
    )  # fmt: skip
    made, gone = links_follow(record, register)
    refs = [tracking.record(each) for each in (record, version, *made, *beside)]
    refs += [tracking.record_deleted(each) for each in gone]
    if gone:
        RecordLink.objects.filter(pk__in=[each.pk for each in gone]).delete()
    version._refs = refs  # type: ignore[attr-defined]
    if log:
        told = {
            "register": record.register,
            "number": record.number,
            "version": record.version,
            "state": record.state,
            **(body or {}),
        }
        version.event_id = append_bulk(
            log=record.organization.log_id, kind=kind, subject=f"record:{record.pk}", actor=actor.pseudonym,
            body=told, now=now, records=refs,
        )  # fmt: skip
    version.save(force_insert=True)
    return version


def attested(version: RecordVersion) -> list[Any]:
    """The references that the entry of a version written with `log=False` has to carry."""
    refs: list[Any] = version._refs  # type: ignore[attr-defined]
    return refs


def links_follow(record: Record, register: Register) -> tuple[list[RecordLink], list[RecordLink]]:
    """Bring the index of links to what `data` says; return rows made and rows to delete. A retired record has none."""
    wanted = {
        (field.key, key)
        for field in register.links
        for key in (record.data.get(field.key, ()) if record.retired_at is None else ())
    }
    standing = {(row.field, row.target_key): row for row in RecordLink.objects.filter(source=record)}
    made = [
        RecordLink(
            id=uuid.uuid4(), organization_id=record.organization_id, source=record, field=field, target_key=key,
            target_id=UUID(key.partition(":")[2]) if key.startswith("record:") else None,
        )
        for field, key in sorted(wanted - standing.keys())
    ]  # fmt: skip
    RecordLink.objects.bulk_create(made)
    return made, [standing[place] for place in sorted(standing.keys() - wanted)]


def version_expect(record: Record, expected: int | None) -> None:
    """Raises Conflict if somebody else has written since `expected`."""
    if expected is not None and expected != record.version:
        raise Conflict(
            f"Somebody changed this record meanwhile: you saw version {expected}, it is at {record.version}.",
            hint="Load it again and make your change once more.",
            version=record.version,
        )
