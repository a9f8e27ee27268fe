"""The public halves of the keys that the server holds for people (`accounts.signer_keys`), on record.

The statement says by what the person confirmed (`authentication`); with a passkey of their own no such key is needed.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from assay.accounts.access import Actor
from assay.accounts.signer_keys import key_path, signer_of
from assay.ledger import tracking
from assay.ledger.services import append
from assay.studio.models import SignerKey

__all__ = ["key_path", "signer_key_ensure", "signer_of"]


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
