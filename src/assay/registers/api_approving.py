"""Approving over HTTP: what would be signed is shown first, and who signs shows that it is they; a token is not enough.

1. `POST /registers/records/<id>/approval` answers with the content, its digest, the version, and options for a passkey.
2. `POST /registers/records/<id>/moves` with digest, version and proof: the person's password, or what their passkey
   answered to these options (W3C Web Authentication, `navigator.credentials.get`) with the token of the answer.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Schema
from pydantic import ConfigDict, Field

from assay.accounts.access import Actor
from assay.accounts.passkeys import passkeys_of
from assay.accounts.proving import shown_to_program
from assay.accounts.sites import site_of_request
from assay.core.errors import Conflict, InvalidInput
from assay.registers.models import Record
from assay.registers.queries.records import access_record
from assay.registers.registry import register_of
from assay.registers.services import record_move
from assay.registers.services.approving import SAYS, approval_ask, as_approved
from assay.registers.services.records import approver_check, signing_states
from assay.registers.services.writing import content_digest

Words = Annotated[str, Field(max_length=2000)]


class ProofIn(Schema):
    """Who signs: `password`, or `credential` (the passkey's answer as JSON text) with the `token` that came with its options."""

    model_config = ConfigDict(extra="forbid")
    password: str = Field(default="", max_length=1000)
    credential: str = Field(default="", max_length=20_000)
    token: str = Field(default="", max_length=4000)


class MoveIn(Schema):
    """Where to, and words that go with it. An approval needs `digest` and `version` as they were shown, and `proof`."""

    model_config = ConfigDict(extra="forbid")
    to: str = Field(max_length=40)
    words: Words = ""
    digest: str = Field(default="", max_length=80)
    version: Annotated[int | None, Field(ge=1, le=2**31)] = None
    proof: ProofIn | None = None


class ApprovalIn(Schema):
    """What is to be approved: the state, and the words that are signed with it."""

    model_config = ConfigDict(extra="forbid")
    to: str = Field(max_length=40)
    words: Words = ""


def ask(request: HttpRequest, actor: Actor, record: Record, body: ApprovalIn, now: datetime) -> dict[str, Any]:
    """Exactly what would be signed. Raises Conflict where no approval leads there, NotPermitted."""
    if body.to not in signing_states(record):
        possible = ", ".join(sorted(signing_states(record))) or "none"
        raise Conflict(
            f"{body.to!r} cannot be approved from here.", hint=f"States that are entered by one: {possible}."
        )
    approver_check(record, body.to, actor)
    shown, digest = _preview(actor, record, body.to, now)
    site = site_of_request(request)
    asked = None
    if any(each.rp_id == site.rp_id for each in passkeys_of(actor.person)):
        asked = approval_ask(record=shown, actor=actor, words=body.words, site=site, now=now)
    return {
        "register": record.register,
        "number": record.number,
        "title": shown.title,
        "state": shown.state,
        "state_title": register_of(record.register).state(body.to).title,
        "version": record.version + 1,
        "data": shown.data,
        "digest": digest,
        "says": SAYS,
        "words": body.words,
        "password": actor.person.has_usable_password(),
        "passkey": None if asked is None else {"options": json.loads(asked.options), "token": asked.token},
    }


def approve(request: HttpRequest, actor: Actor, record: Record, body: MoveIn, now: datetime) -> Record:
    """Sign what was shown. Raises Conflict if the record is no longer that, InvalidInput without a proof that holds."""
    approver_check(record, body.to, actor)
    if body.proof is None or body.version is None:
        raise InvalidInput(
            "An approval is signed: send the version and the digest that you were shown, and a proof that it is you.",
            hint="Ask for them at …/approval; a token alone signs nothing.",
            field="proof",
        )
    if body.digest != _preview(actor, record, body.to, now)[1]:
        raise Conflict("The record is not what you were shown: it changed meanwhile.", hint="Read it again.")
    given = body.proof
    proof = shown_to_program(request, actor, password=given.password, credential=given.credential, token=given.token)
    return record_move(
        record=record, to=body.to, actor=actor, now=now, words=body.words, expected=body.version - 1, proof=proof
    )


def _preview(actor: Actor, record: Record, to: str, now: datetime) -> tuple[Record, str]:
    """The record as the approval would leave it, on an instance of its own, and the digest of its content."""
    own = access_record(actor=actor, record_id=record.pk)
    shown = as_approved(own, to, actor, now)
    return shown, content_digest(shown)
