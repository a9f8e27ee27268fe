"""The registers over HTTP: `/api/v1/registers/…`. Every register has the same endpoints; `declaration` describes its fields."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query as QueryParams
from ninja import Router, Schema, Status
from pydantic import ConfigDict, Field

from assay.accounts.access import Actor
from assay.registers.api_approving import ApprovalIn, MoveIn, approve, ask
from assay.registers.forms import person_of
from assay.registers.models import Evidence, Record
from assay.registers.queries.lists import filters_read, records_json
from assay.registers.queries.records import access_evidence, access_record, record_list
from assay.registers.queries.soon import due_soon
from assay.registers.queries.tally import stands, tally
from assay.registers.registry import register_of, registers
from assay.registers.services import (
    comment_add,
    document_acknowledge,
    evidence_add,
    evidence_retire,
    record_create,
    record_link,
    record_move,
    record_publish,
    record_restore,
    record_retire,
    record_unlink,
    record_unpublish,
    record_update,
    review_fill,
)
from assay.registers.services.records import signing_states

router = Router(tags=["registers"])
Text = Annotated[str, Field(max_length=60)]


def _actor(request: HttpRequest, action: str = "read") -> Actor:
    actor: Actor = request.auth  # type: ignore[attr-defined]
    actor.require(action)
    return actor


def _now() -> datetime:
    return timezone.now().replace(microsecond=0)


class RecordIn(Schema):
    """A new record: `data` by field, as the declaration says; people by id."""

    model_config = ConfigDict(extra="forbid")
    title: str = Field(min_length=1, max_length=300)
    data: dict[str, Any] = Field(default={}, max_length=100)
    owner: str | None = Field(default=None, max_length=60)
    deputy: str | None = Field(default=None, max_length=60)
    review_on: date | None = None


class RecordChange(Schema):
    """What to change; what is left out stays. `version` is the one that was read."""

    model_config = ConfigDict(extra="forbid")
    version: Annotated[int | None, Field(ge=1, le=2**31)] = None
    title: str | None = Field(default=None, min_length=1, max_length=300)
    data: dict[str, Any] = Field(default={}, max_length=100)
    owner: str | None = Field(default=None, max_length=60)
    deputy: str | None = Field(default=None, max_length=60)
    review_on: date | None = None
    words: str = Field(default="", max_length=2000)


class LinkIn(Schema):
    """A link: the field, and the target as record:<id>, control:<number> or obligation:<number>."""

    model_config = ConfigDict(extra="forbid")
    field: str = Field(max_length=60)
    target: str = Field(max_length=80)
    remove: bool = False


class CommentIn(Schema):
    """A contribution to the discussion."""

    model_config = ConfigDict(extra="forbid")
    text: str = Field(min_length=1, max_length=5000)


class EvidenceIn(Schema):
    """Evidence under a record, or under `subject`."""

    model_config = ConfigDict(extra="forbid")
    title: str = Field(min_length=1, max_length=300)
    kind: str = Field(max_length=40)
    strength: int = Field(ge=1, le=5)
    collected_on: date
    expires_on: date | None = None
    source: str = Field(default="", max_length=500)
    digest: str = Field(default="", max_length=80)
    record: UUID | None = None
    subject: str = Field(default="", max_length=80)


class ListQuery(Schema):
    """Filters and page of a list."""

    q: str = Field(default="", max_length=200)
    state: str = Field(default="", max_length=40)
    owner: str = Field(default="", max_length=60)
    due: bool = False
    retired: bool = False
    limit: int = Field(default=1000, ge=1, le=5000)
    offset: int = Field(default=0, ge=0, le=10_000_000)


def _record(row: Record) -> dict[str, Any]:
    return {
        "id": str(row.pk), "register": row.register, "number": row.number, "title": row.title, "state": row.state,
        "data": row.data, "owner": str(row.owner_id) if row.owner_id else None,
        "deputy": str(row.deputy_id) if row.deputy_id else None,
        "review_on": row.review_on.isoformat() if row.review_on else None, "version": row.version,
        "retired": row.retired_at is not None, "updated_at": row.updated_at.isoformat().replace("+00:00", "Z"),
    }  # fmt: skip


def _evidence(row: Evidence) -> dict[str, Any]:
    return {
        "id": str(row.pk), "record": str(row.record_id) if row.record_id else None, "subject": row.subject, "title": row.title,
        "kind": row.kind, "strength": row.strength, "source": row.source, "digest": row.digest,
        "collected_on": row.collected_on.isoformat(), "expires_on": row.expires_on.isoformat() if row.expires_on else None,
        "retired": row.retired_at is not None,
    }  # fmt: skip


@router.get("", response={200: dict}, operation_id="register_list")
def register_all(request: HttpRequest) -> Any:
    """Every register with its fields, states and what it meets."""
    _actor(request)
    return {"registers": [_declaration(each.slug) for each in registers().values()]}


@router.get("/obligations", response={200: dict}, operation_id="obligation_list")
def obligation_all(request: HttpRequest) -> Any:
    """The obligations and required documents with what meets them."""
    found = tally(_actor(request).organization, today=_now().date())
    return {
        "obligations": [
            {
                "number": row.number, "kind": row.kind, "met_by": [each.slug for each in row.registers], "records": row.records,
                "in_force": row.settled, "stands": row.gap, "strength": row.strength, "evidence": row.evidence,
                "oldest": row.oldest.isoformat() if row.oldest else None,
            }
            for row in stands(found)
        ]
    }  # fmt: skip


@router.get("/due", response={200: dict}, operation_id="due_list")
def due_all(request: HttpRequest, days: Annotated[int, QueryParams(ge=0, le=3650)] = 30, mine: bool = False) -> Any:
    """What has to be done within `days`, late ones first; `whole` is false where there is more than the list holds."""
    actor = _actor(request)
    mine_only = actor.person.pk if mine else None
    rows, cut = due_soon(actor.organization, today=_now().date(), days=days, person=mine_only)
    return {
        "whole": not cut,
        "due": [
            {
                "kind": row.kind, "on": row.on.isoformat(), "late": row.late, "record": str(row.record), "title": row.title,
                "words": row.words, "people": [str(each) for each in row.people],
            }
            for row in rows
        ]
    }  # fmt: skip


@router.get("/records/{record_id}", response={200: dict}, operation_id="record_get")
def record_get(request: HttpRequest, record_id: UUID) -> Any:
    """One record."""
    return _record(access_record(actor=_actor(request), record_id=record_id))


@router.patch("/records/{record_id}", response={200: dict}, operation_id="record_update")
def record_change(request: HttpRequest, record_id: UUID, body: RecordChange) -> Any:
    """Change a record. An empty value clears its field; null clears owner and deputy if they are sent."""
    actor = _actor(request, "write")
    record = access_record(actor=actor, record_id=record_id)
    sent = body.model_dump(exclude_unset=True)
    system: dict[str, Any] = {key: person_of(actor, sent[key] or "", key) for key in ("owner", "deputy") if key in sent}
    if "review_on" in sent:
        system["review_on"] = body.review_on
    row = record_update(
        record=record, actor=actor, now=_now(), data=body.data, title=body.title,
        expected=body.version, words=body.words, **system,
    )  # fmt: skip
    return _record(row)


@router.post("/records/{record_id}/moves", response={200: dict}, operation_id="record_move")
def record_moved(request: HttpRequest, record_id: UUID, body: MoveIn) -> Any:
    """Move a record to another state. Into one that signs this is an approval: with `digest`, `version` and `proof`."""
    actor = _actor(request, "write")
    row = access_record(actor=actor, record_id=record_id)
    if body.to in signing_states(row):
        return _record(approve(request, actor, row, body, _now()))
    return _record(record_move(record=row, to=body.to, actor=actor, now=_now(), words=body.words))


@router.post("/records/{record_id}/approval", response={200: dict}, operation_id="approval_ask")
def approval_asked(request: HttpRequest, record_id: UUID, body: ApprovalIn) -> Any:
    """What an approval would sign, exactly, and what the signer's passkey has to answer; nothing is signed."""
    actor = _actor(request, "write")
    return ask(request, actor, access_record(actor=actor, record_id=record_id), body, timezone.now())


@router.post("/records/{record_id}/links", response={200: dict}, operation_id="record_link")
def record_linked(request: HttpRequest, record_id: UUID, body: LinkIn) -> Any:
    """Add or remove one link."""
    actor = _actor(request, "write")
    row = access_record(actor=actor, record_id=record_id)
    act = record_unlink if body.remove else record_link
    return _record(act(record=row, field=body.field, target=body.target, actor=actor, now=_now()))


@router.post("/records/{record_id}/comments", response={201: dict}, operation_id="comment_add")
def comment_new(request: HttpRequest, record_id: UUID, body: CommentIn) -> Any:
    """Contribute to the discussion."""
    actor = _actor(request, "write")
    row = comment_add(record=access_record(actor=actor, record_id=record_id), actor=actor, text=body.text, now=_now())
    return Status(201, {"id": str(row.pk)})


@router.post("/records/{record_id}/retirement", response={200: dict}, operation_id="record_retire")
def record_retired(request: HttpRequest, record_id: UUID) -> Any:
    """Retire a record."""
    actor = _actor(request, "write")
    return _record(record_retire(record=access_record(actor=actor, record_id=record_id), actor=actor, now=_now()))


@router.delete("/records/{record_id}/retirement", response={200: dict}, operation_id="record_restore")
def record_restored(request: HttpRequest, record_id: UUID) -> Any:
    """Bring a retired record back."""
    actor = _actor(request, "write")
    return _record(record_restore(record=access_record(actor=actor, record_id=record_id), actor=actor, now=_now()))


@router.post("/records/{record_id}/acknowledgement", response={201: dict}, operation_id="document_acknowledge")
def document_read(request: HttpRequest, record_id: UUID) -> Any:
    """Say that the person of the token has read what is approved now."""
    actor = _actor(request, "write")
    said = document_acknowledge(record=access_record(actor=actor, record_id=record_id), actor=actor, now=_now())
    return Status(201, {"content": said.digest, "at": said.at.isoformat().replace("+00:00", "Z")})


@router.post("/records/{record_id}/inputs", response={200: dict}, operation_id="review_fill")
def review_filled(request: HttpRequest, record_id: UUID) -> Any:
    """Read the inputs of a planned management review from the live records."""
    actor = _actor(request, "write")
    row = access_record(actor=actor, record_id=record_id, register="reviews")
    return _record(review_fill(record=row, actor=actor, now=_now()))


@router.post("/records/{record_id}/publication", response={201: dict}, operation_id="record_publish")
def record_published(request: HttpRequest, record_id: UUID) -> Any:
    """Publish the public fields of an approved record; the answer says where."""
    actor = _actor(request, "write")
    public = record_publish(record=access_record(actor=actor, record_id=record_id), actor=actor, now=_now())
    return Status(
        201, {"address": f"/public/impacts/{public.address}", "digest": public.digest, "version": public.version}
    )


@router.delete("/records/{record_id}/publication", response={204: None}, operation_id="record_unpublish")
def record_unpublished(request: HttpRequest, record_id: UUID) -> Any:
    """Withdraw the public version."""
    actor = _actor(request, "write")
    record_unpublish(record=access_record(actor=actor, record_id=record_id), actor=actor, now=_now())
    return Status(204, None)


@router.post("/evidence", response={201: dict}, operation_id="evidence_add")
def evidence_new(request: HttpRequest, body: EvidenceIn) -> Any:
    """Put evidence under a record, an obligation, a document or a control."""
    actor = _actor(request, "write")
    facts = body.model_dump(exclude={"record"})
    record = access_record(actor=actor, record_id=body.record) if body.record is not None else None
    return Status(201, _evidence(evidence_add(actor=actor, record=record, now=_now(), **facts)))


@router.post("/evidence/{evidence_id}/retirement", response={200: dict}, operation_id="evidence_retire")
def evidence_retired(request: HttpRequest, evidence_id: UUID) -> Any:
    """Withdraw evidence."""
    actor = _actor(request, "write")
    row = access_evidence(actor=actor, evidence_id=evidence_id)
    return _evidence(evidence_retire(evidence=row, actor=actor, now=_now()))


@router.get("/{slug}", response={200: dict}, operation_id="record_list")
def record_all(request: HttpRequest, slug: Text, query: Annotated[ListQuery, QueryParams(...)]) -> HttpResponse:
    """The records of a register that the filters leave."""
    actor = _actor(request)
    declared = register_of(slug)
    sent: Mapping[str, str] = {
        "q": query.q, "state": query.state, "owner": query.owner, "due": "1" if query.due else "", "retired": "1" if query.retired else "",
    }  # fmt: skip
    rows = record_list(actor, declared, filters_read(declared, sent), today=_now().date())
    page = rows[query.offset : query.offset + query.limit]
    body = f'{{"register":"{declared.slug}","total":{rows.count()},"records":{records_json(page)}}}'
    return HttpResponse(body, content_type="application/json; charset=utf-8")


@router.post("/{slug}", response={201: dict}, operation_id="record_create")
def record_new(request: HttpRequest, slug: Text, body: RecordIn) -> Any:
    """Make a record."""
    actor = _actor(request, "write")
    row = record_create(
        actor=actor, register=slug, title=body.title, data=body.data, now=_now(), review_on=body.review_on,
        owner=person_of(actor, body.owner or "", "owner"), deputy=person_of(actor, body.deputy or "", "deputy"),
    )  # fmt: skip
    return Status(201, _record(row))


@router.get("/{slug}/declaration", response={200: dict}, operation_id="register_get")
def register_get(request: HttpRequest, slug: Text) -> Any:
    """What a register is: fields, states, what it meets."""
    _actor(request)
    return _declaration(slug)


def _declaration(slug: str) -> dict[str, Any]:
    each = register_of(slug)
    return {
        "slug": each.slug, "name": each.name, "plural": each.plural, "about": each.about, "clauses": each.clauses,
        "obligations": each.obligations, "documents": each.documents, "controls": each.controls, "four_eyes": each.four_eyes,
        "fields": [
            {
                "key": f.key, "label": f.label, "kind": f.kind, "required": f.required, "required_from": f.since, "unit": f.unit,
                "choices": [{"key": key, "label": label} for key, label in f.choices], "to": f.to, "derived": f.derived,
            }
            for f in each.fields
        ],
        "states": [
            {"name": s.name, "title": s.title, "to": s.to, "signs": s.signs, "settled": s.settled, "closed": s.closed}
            for s in each.states
        ],
        "evidence": {"what": each.evidence.what, "days": each.evidence.days, "strength": each.evidence.strength},
    }  # fmt: skip
