"""Keys of people that the server holds: one Ed25519 key per person and organization, in a file that only it can read.

The server signs for a person who has just shown who they are; it cannot prove that they did, only that it had them
confirm what stands in the statement. Somebody with a passkey signs without this (`accounts.signatures`).
"""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from assay.accounts.access import Actor
from assay.client.keyfile import keyfile_create, keyfile_load
from assay.core.note import Ed25519Signer

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
