"""Keys of people: one Ed25519 key per person and organization, held by the server in a file that only it can read.

The server signs for a person who has just shown who they are; it cannot prove that they did, only that it had them
confirm what stands in the statement. The statement says by what (`authentication`).
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from assay.accounts.access import Actor
from assay.client.keyfile import keyfile_create, keyfile_load
from assay.core.note import Ed25519Signer
from assay.ledger import tracking
from assay.ledger.services import append
from assay.studio.models import SignerKey

FOLDER = "signers"


def key_path(log: str, pseudonym: str) -> Path:
    """The file of a person's private key, mode 0600."""
    return Path(settings.ASSAY.data) / FOLDER / log / f"{pseudonym}.pem"


def signer_of(actor: Actor) -> Ed25519Signer:
    """The signer of a person in an organization. Makes the key file where there is none; it is never overwritten."""
    path = key_path(actor.log, actor.pseudonym)
    if not path.exists():
        keyfile_create(path)
    return Ed25519Signer(f"{actor.log}/{actor.pseudonym}", keyfile_load(path))


@transaction.atomic
def signer_key_ensure(*, actor: Actor, now: datetime) -> SignerKey:
    """The public half of the actor's key on record; the key is made on first use, with its entry."""
    row = SignerKey.objects.filter(person=actor.person, organization=actor.organization).first()
    if row is not None:
        return row
    row = SignerKey(
        person=actor.person,
        organization=actor.organization,
        vkey=signer_of(actor).verifier.text,
        by=actor.pseudonym,
        at=now,
    )
    row.event_id = append(
        log=actor.log,
        kind="signer-key.created",
        subject=f"person:{actor.pseudonym}",
        actor=actor.pseudonym,
        body={"vkey": row.vkey},
        record=tracking.record(row),
        now=now,
    )
    row.save(force_insert=True)
    return row
