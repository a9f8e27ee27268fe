"""Approvals of records: what is signed, exactly, and the signature under it.

    {"_type": "https://in-toto.io/Statement/v1", "predicateType": "urn:assay:approval:v1",
     "subject": [{"name": "<register>/<number>@<version>", "digest": {"sha256": …}}],
     "predicate": {"register", "number", "version", "title", "state", "signer", "authentication", "at", "says", "words", "nonce"?, "through"?: "api"}}

The digest is that of the record's content as the approval leaves it (`writing.content_digest`), so that whatever is changed
afterwards is not what was signed. Source: in-toto attestation framework, Statement v1.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from assay.accounts.access import Actor
from assay.accounts.models import Means, PersonSignature
from assay.accounts.passkeys import Ask, Site
from assay.accounts.signatures import Proof, signature_ask, signature_make
from assay.client.statement import STATEMENT_TYPE, timestamp
from assay.core.canonical import canonical_bytes
from assay.core.errors import InvalidInput
from assay.registers.models import Approval, Record
from assay.registers.registry import register_of
from assay.registers.services import hooks
from assay.registers.services.writing import content_digest, derive

PREDICATE: Final = "urn:assay:approval:v1"
SAYS: Final = "I have read this content, I did not write it, and I approve it."


def as_approved(record: Record, to: str, actor: Actor, now: datetime) -> Record:
    """The record as the approval would leave it, not saved: the caller's instance is changed."""
    record.data = derive(register_of(record.register), {**record.data, **hooks.entering(record, to, actor, now)})
    record.state = to
    return record


def approval_ask(*, record: Record, actor: Actor, words: str, site: Site, now: datetime) -> Ask:
    """What the browser needs to have the actor's passkey approve a record that is as `as_approved` leaves it."""
    statement = _statement(record, record.version + 1, actor, words, Means.PASSKEY)
    return signature_ask(by=actor, statement=statement, site=site, now=now)


def approval_make(
    *, record: Record, actor: Actor, words: str, proof: Proof | None, now: datetime
) -> tuple[PersonSignature, Approval]:
    """The approval of a record that is as `as_approved` leaves it, with the signature under it; both unsaved.

    Without `proof` the statement says that nothing but the open session stands for the signer; a token needs one.
    """
    if proof is None and actor.scope is not None:
        raise InvalidInput(
            "It was not confirmed who signs.", hint="A token is not enough: show who you are.", field="proof"
        )
    shown = proof or Proof(Means.SESSION)
    statement = _statement(record, record.version + 1, actor, words, shown.means)
    signature = signature_make(by=actor, statement=statement, proof=shown, now=now)
    approval = Approval(
        record=record,
        version=record.version + 1,
        state=record.state,
        digest=content_digest(record),
        by=actor.person,
        at=now,
        words=words,
        signature=signature,
    )
    return signature, approval


def _statement(
    record: Record, version: int, actor: Actor, words: str, authentication: str
) -> Callable[[datetime, str], bytes]:
    digest = content_digest(record).removeprefix("sha256:")
    name = f"{record.register}/{record.number}@{version}"

    def made(at: datetime, nonce: str) -> bytes:
        predicate = {
            "register": record.register,
            "number": record.number,
            "version": version,
            "title": record.title,
            "state": record.state,
            "signer": actor.pseudonym,
            "authentication": authentication,
            "at": timestamp(at),
            "says": SAYS,
            "words": words,
            **({"nonce": nonce} if nonce else {}),
            **({"through": "api"} if actor.scope is not None else {}),
        }
        return canonical_bytes(
            {
                "_type": STATEMENT_TYPE,
                "predicateType": PREDICATE,
                "subject": [{"name": name, "digest": {"sha256": digest}}],
                "predicate": predicate,
            }
        )

    return made
