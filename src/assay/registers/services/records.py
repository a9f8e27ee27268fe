"""Services over one record: create, change, move, link, retire, discuss; and over several at once."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from assay.accounts.access import Actor
from assay.accounts.models import Membership, Person, PersonSignature
from assay.accounts.signatures import Proof
from assay.core.errors import Conflict, InvalidInput, NotFound, NotPermitted
from assay.ledger import tracking
from assay.ledger.services import append, append_bulk
from assay.registers.declaration import State
from assay.registers.models import Approval, Comment, ImportRun, Record, RecordVersion, SavedFilter
from assay.registers.registry import register_of
from assay.registers.services import hooks
from assay.registers.services.approving import approval_make, as_approved
from assay.registers.services.writing import (
    attested,
    content_check,
    derive,
    number_next,
    record_lock,
    refuse,
    title_check,
    version_expect,
    write,
)
from assay.registers.values import Refused, date_read, values_read

KEEP: Final = "keep"
SYSTEM_FIELDS = ("title", "owner", "deputy", "review_on")


@transaction.atomic
def record_create(
    *,
    actor: Actor,
    register: str,
    title: str,
    now: datetime,
    data: Mapping[str, Any] | None = None,
    owner: Person | None = None,
    deputy: Person | None = None,
    review_on: date | None = None,
    imported: ImportRun | None = None,
    by_product: bool = False,
    log: bool = True,
) -> Record:
    """Make a record in the first state of its register.

    `data` are raw values (text or JSON) by field. The review is due `review_days` from now if none is given. Registers
    whose records the product makes (`fixed`) refuse unless `by_product`, which also lets snapshots through. Raises
    NotPermitted, NotFound, Conflict for a second record of a single one, InvalidInput with `errors` by field.
    """
    actor.require("write")
    declared = register_of(register)
    if declared.fixed and not by_product:
        raise NotPermitted(f"{declared.plural} are made by the product.", register=register)
    held = {key: value for key, value in (data or {}).items() if by_product and key in _snapshots(register)}
    stored, wrong = values_read(declared, {key: value for key, value in (data or {}).items() if key not in held})
    if (
        declared.single
        and Record.objects.filter(organization=actor.organization, register=register, retired_at=None).exists()
    ):
        raise Conflict(f"There is a {declared.name.lower()} already.", hint="Change that one; its versions are kept.")
    told = title_check(title)
    refuse(wrong)
    record = Record(
        id=uuid.uuid4(),
        organization=actor.organization,
        register=register,
        number=number_next(actor.organization, register),
        title=told,
        state=declared.initial,
        data=derive(declared, {**stored, **held}),
        owner=owner,
        deputy=deputy,
        review_on=review_on or now.date() + timedelta(days=declared.review_days),
        imported=imported,
        created_at=now,
    )
    content_check(actor, declared, record, today=now.date(), before={}, named=(owner, deputy))
    version = write(record, actor=actor, now=now, what="created", kind="record.created", log=log)
    record._version = version  # type: ignore[attr-defined]
    hooks.changed(record, {"state": "", "data": {}}, actor, now)
    return record


def _snapshots(register: str) -> set[str]:
    return {each.key for each in register_of(register).fields if each.kind == "snapshot"}


@transaction.atomic
def record_update(
    *,
    record: Record,
    actor: Actor,
    now: datetime,
    data: Mapping[str, Any] | None = None,
    title: str | None = None,
    owner: Person | str | None = KEEP,
    deputy: Person | str | None = KEEP,
    review_on: date | str | None = KEEP,
    expected: int | None = None,
    words: str = "",
    by_product: bool = False,
    log: bool = True,
) -> Record:
    """Change what is given and differs; an empty value clears its field. Writes nothing if nothing differs.

    Content of an approved record leads back to the state that its declaration names. Raises NotPermitted, NotFound,
    Conflict for a version other than `expected`, or for a retired record, InvalidInput with `errors` by field.
    """
    actor.require("write")
    row = record_lock(actor, record)
    declared = register_of(row.register)
    version_expect(row, expected)
    if row.retired_at is not None:
        raise Conflict("This record is retired.", hint="Restore it first.")
    before = (row.title, dict(row.data), row.owner_id, row.deputy_id, row.review_on)
    given = dict(data or {})
    held = {key: given.pop(key) for key in _snapshots(row.register) & given.keys() if by_product}
    stored, wrong = values_read(declared, given)
    refuse(wrong)
    kept = {key: value for key, value in row.data.items() if key not in given}
    row.data = derive(declared, {**kept, **stored, **held})
    row.title = title_check(title) if title is not None else row.title
    row.owner = row.owner if isinstance(owner, str) else owner
    row.deputy = row.deputy if isinstance(deputy, str) else deputy
    row.review_on = row.review_on if isinstance(review_on, str) else review_on
    if before == (row.title, row.data, row.owner_id, row.deputy_id, row.review_on):
        return row
    was, back = row.state, declared.state(row.state).on_edit
    if back and (row.title, row.data) != before[:2]:
        row.state = back
    named = [
        each if each is not None and each != KEEP and not isinstance(each, str) else None for each in (owner, deputy)
    ]
    content_check(actor, declared, row, today=now.date(), before=before[1], named=named)
    changed = sorted({key for key in {*before[1], *row.data} if before[1].get(key) != row.data.get(key)})
    version = write(
        row, actor=actor, now=now, what="changed", kind="record.changed", words=words, body={"fields": changed}, log=log
    )
    row._version = version  # type: ignore[attr-defined]
    hooks.changed(row, {"state": was, "data": before[1]}, actor, now)
    return row


@transaction.atomic
def record_move(
    *,
    record: Record,
    to: str,
    actor: Actor,
    now: datetime,
    words: str = "",
    expected: int | None = None,
    proof: Proof | None = None,
) -> Record:
    """Move a record to a state that its present one leads to.

    A state that signs is entered by an approval: by somebody who wrote nothing of what is approved, whatever their role,
    bound to the digest of the content; `proof` says by what they have shown who they are. Raises NotPermitted, NotFound, Conflict, InvalidInput with `errors`.
    """
    row = record_lock(actor, record)
    declared = register_of(row.register)
    version_expect(row, expected)
    there = {each.name for each in declared.states}
    if to not in there:
        raise InvalidInput(f"{declared.name} has no state {to!r}.", hint=f"States: {', '.join(sorted(there))}.")
    actor.require(declared.state(to).who)
    if row.retired_at is not None:
        raise Conflict("This record is retired.", hint="Restore it first.")
    if to not in declared.state(row.state).to:
        raise Conflict(
            f"From “{declared.state(row.state).title}” there is no way to “{declared.state(to).title}”.",
            hint=f"Possible: {', '.join(declared.state(row.state).to) or 'nothing'}.",
        )
    beside: list[PersonSignature | Approval] = []
    if declared.state(to).signs:
        approver_check(row, to, actor)
    before = {"state": row.state, "data": dict(row.data)}
    as_approved(row, to, actor, now)
    content_check(actor, declared, row, today=now.date(), before=row.data)
    kind, body = "record.moved", {"words": words}
    if declared.state(to).signs:
        signature, approval = approval_make(record=row, actor=actor, words=words, proof=proof, now=now)
        beside = [signature, approval]
        kind, body = "record.approved", {**body, "digest": approval.digest, "authentication": signature.means}
        body |= {"public_key": signature.public_key, "envelope": signature.envelope}
    version = write(row, actor=actor, now=now, what="moved", kind=kind, words=words, body=body, beside=beside)
    for each in beside:
        each.event_id = version.event_id
        each.save(force_insert=True)
    _replace(row, declared.state(to).replaces, actor, now)
    hooks.changed(row, before, actor, now)
    return row


def _replace(record: Record, onward: str, actor: Actor, now: datetime) -> None:
    """Move the other records that stand where this one has come to stand."""
    if onward:
        rows = Record.objects.filter(organization=actor.organization, register=record.register, state=record.state)
        for other in rows.exclude(pk=record.pk):
            record_move(record=other, to=onward, actor=actor, now=now)


def authors_of(record: Record) -> set[UUID]:
    """Who wrote the content since the last approval: they cannot approve it."""
    last = record.approvals.order_by("-version").values_list("version", flat=True).first() or 0
    wrote = RecordVersion.objects.filter(record=record, number__gt=last, what__in=("created", "changed", "imported"))
    found = set(wrote.values_list("by_id", flat=True)) or {record.author_id}
    covered = register_of(record.register).covers
    if covered:
        signed = Approval.objects.filter(record__organization=record.organization_id, record__register=record.register)
        since = signed.exclude(record=record).order_by("-at").values_list("at", flat=True).first()
        rows = RecordVersion.objects.filter(
            record__organization=record.organization_id, record__register=covered, what="changed"
        )
        found |= set((rows.filter(at__gt=since) if since else rows).values_list("by_id", flat=True))
    return found


def four_eyes_check(record: Record, actor: Actor) -> None:
    """Raises NotPermitted if the actor wrote any of what they would approve. No role is above it."""
    if actor.person.pk in authors_of(record):
        raise NotPermitted(
            "Somebody who wrote a record cannot approve it.", hint="Ask another person.", action="approve"
        )


def approver_check(record: Record, to: str, actor: Actor) -> None:
    """Raises NotPermitted unless the actor may bring a record into a state that signs: role, four eyes, the one named."""
    state = register_of(record.register).state(to)
    actor.require(state.who)
    four_eyes_check(record, actor)
    signer_check(record, state, actor)


def signing_states(record: Record) -> set[str]:
    """The states that a live record can enter now by an approval."""
    declared = register_of(record.register)
    onward = declared.state(record.state).to if record.retired_at is None else ()
    return {name for name in onward if declared.state(name).signs}


def signer_check(record: Record, state: State, actor: Actor) -> None:
    """Raises NotPermitted if the record names somebody else, who is still a member, as the one who approves it."""
    named = str(record.data.get(state.signer) or "") if state.signer else ""
    if named and named != str(actor.person.pk):
        there = Membership.objects.filter(organization=actor.organization, person=UUID(named), ended_at=None)
        name = there.values_list("person__name", flat=True).first()
        if name is not None:
            raise NotPermitted(
                f"{name} is named as the one who approves this.", hint="Ask them, or name another.", action="approve"
            )


@transaction.atomic
def record_link(*, record: Record, field: str, target: str, actor: Actor, now: datetime) -> Record:
    """Add one target to a link field. Raises InvalidInput for a field that is no link."""
    return _relink(record, field, actor, now, add=[target])


@transaction.atomic
def record_unlink(*, record: Record, field: str, target: str, actor: Actor, now: datetime) -> Record:
    """Take one target out of a link field."""
    return _relink(record, field, actor, now, drop=[target])


def _relink(
    record: Record, field: str, actor: Actor, now: datetime, *, add: Sequence[str] = (), drop: Sequence[str] = ()
) -> Record:
    row = record_lock(actor, record)
    if field not in {each.key for each in register_of(row.register).links}:
        raise InvalidInput(f"{field!r} is no link of this register.", hint="Name a link field.")
    kept = [each for each in row.data.get(field, ()) if each not in drop]
    return record_update(record=row, actor=actor, now=now, data={field: [*kept, *add]})


@transaction.atomic
def record_bulk_update(
    *, actor: Actor, register: str, ids: Iterable[UUID], now: datetime, changes: Mapping[str, Any]
) -> int:
    """Make the same change in several records (`owner`, `deputy`, `review_on` or declared fields); return how many changed.

    All or none; one ledger entry attests them together. Raises as `record_update`.
    """
    actor.require("write")
    wanted = list(ids)
    rows = list(Record.objects.filter(organization=actor.organization, register=register, pk__in=wanted))
    if len(rows) != len(set(wanted)):
        raise NotFound("record", "one of those chosen")
    system = {key: changes[key] for key in ("owner", "deputy", "review_on") if key in changes}
    if system.get("review_on"):
        try:
            system["review_on"] = date_read(system["review_on"])
        except Refused as refused:
            refuse({"review_on": str(refused)})
    own = {key: value for key, value in changes.items() if key not in system}
    refs: list[Any] = []
    numbers = []
    for row in rows:
        changed = record_update(record=row, actor=actor, now=now, data=own, log=False, **system)
        version = getattr(changed, "_version", None)
        if version is not None:
            refs += attested(version)
            numbers.append(changed.number)
    if refs:
        _bulk_entry(actor, "records.bulk-changed", register, {"numbers": numbers, "fields": sorted(changes)}, refs, now)
    return len(numbers)


def _bulk_entry(
    actor: Actor, kind: str, register: str, body: Mapping[str, Any], refs: Sequence[Any], now: datetime
) -> str:
    return append_bulk(
        log=actor.log, kind=kind, subject=f"register:{register}", actor=actor.pseudonym,
        body={"register": register, **body}, now=now, records=refs,
    )  # fmt: skip


@transaction.atomic
def record_retire(*, record: Record, actor: Actor, now: datetime, words: str = "") -> Record:
    """Take a record out of use. It keeps its number and history, and can be restored; its links end."""
    actor.require("write")
    row = record_lock(actor, record)
    if register_of(row.register).fixed:
        raise NotPermitted("Records that the product makes are not retired.", register=row.register)
    if row.retired_at is None:
        row.retired_at = now
        write(row, actor=actor, now=now, what="retired", kind="record.retired", words=words)
    return row


@transaction.atomic
def record_restore(*, record: Record, actor: Actor, now: datetime) -> Record:
    """Bring a retired record back as it was."""
    actor.require("write")
    row = record_lock(actor, record)
    if row.retired_at is not None:
        row.retired_at = None
        write(row, actor=actor, now=now, what="restored", kind="record.restored")
    return row


@transaction.atomic
def comment_add(*, record: Record, actor: Actor, text: str, now: datetime) -> Comment:
    """Contribute to the discussion of a record. Raises InvalidInput for nothing or more than 5,000 characters."""
    actor.require("write")
    row = record_lock(actor, record)
    told = text.strip()
    if not told or len(told) > 5_000 or "\x00" in told:
        refuse({"text": "Write 1 to 5,000 characters."})
    comment = Comment(record=row, by=actor.person, at=now, text=told)
    comment.save(force_insert=True)
    append(
        log=actor.log, kind="record.commented", subject=f"record:{row.pk}", actor=actor.pseudonym,
        body={"register": row.register, "number": row.number}, now=now, record=tracking.record(comment),
    )  # fmt: skip
    return comment


@transaction.atomic
def filter_save(*, actor: Actor, register: str, name: str, query: str, now: datetime) -> SavedFilter:
    """Keep a list under a name, for the person who saves it; the same name replaces. Raises InvalidInput."""
    actor.require("read")
    told = " ".join(name.split())
    if not told or len(told) > 80 or len(query) > 1000:
        refuse({"name": "Give a name of 1 to 80 characters."})
    register_of(register)
    row, _made = SavedFilter.objects.update_or_create(
        organization=actor.organization, person=actor.person, register=register, name=told,
        defaults={"query": query, "created_at": now},
    )  # fmt: skip
    append(
        log=actor.log, kind="filter.saved", subject=f"register:{register}", actor=actor.pseudonym,
        body={"register": register}, now=now, record=tracking.record(row),
    )  # fmt: skip
    return row
