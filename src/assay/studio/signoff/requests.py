"""Asking for a signature: which artefacts need one, who made them, and the request itself."""

from __future__ import annotations

import uuid
from datetime import datetime

from assay.accounts.access import Actor
from assay.core.errors import NotFound
from assay.ledger.queries import entry_get
from assay.studio.models import Artefact, SignOffRequest
from assay.studio.signoff.statement import version_digest
from assay.studio.stakes import POLICIES


def needs_signature(artefact: Artefact) -> bool:
    """Whether a credential rests on the artefact and learners get it."""
    policy = POLICIES.get(artefact.pathway_slug)
    return policy is not None and policy.sign_off and not artefact.internal and artefact.removed_at is None


def author_of(artefact: Artefact, log: str) -> str:
    """The pseudonym of who brought the present version in; for older rows, who the ledger says changed it last."""
    if artefact.author:
        return artefact.author
    try:
        return entry_get(log=log, event=artefact.event_id).actor
    except NotFound:
        return ""


def request_of(artefact: Artefact, *, by: Actor, now: datetime) -> SignOffRequest | None:
    """A request for the present version, not saved; None where there is one already."""
    digest = version_digest(artefact)
    if SignOffRequest.objects.filter(artefact=artefact, version=artefact.version, digest=digest).exists():
        return None
    return SignOffRequest(
        id=uuid.uuid4(), artefact=artefact, version=artefact.version, digest=digest, by=by.pseudonym, at=now
    )
