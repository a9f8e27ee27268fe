"""Asking for signatures, asking for changes, commenting, signing."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from assay.accounts.access import Actor
from assay.accounts.passkeys import Ask, Site
from assay.accounts.signatures import Proof, signature_ask, signature_make
from assay.core.errors import Conflict, InvalidInput
from assay.ledger import tracking
from assay.ledger.services import append, append_bulk
from assay.studio.models import Artefact, Programme, ReviewComment, SignedVersion, SignOff, SignOffRequest
from assay.studio.programmes import programme_lock
from assay.studio.signoff.keys import signer_key_ensure
from assay.studio.signoff.requests import request_of
from assay.studio.signoff.standing import ArtefactStanding, Standing, programme_standings, standing_of
from assay.studio.signoff.statement import signable_of, statement_bytes

COMMENT_LIMIT = 4_000


@transaction.atomic
def signatures_request(*, actor: Actor, programme: Programme, now: datetime) -> int:
    """Ask for a signature under every draft of a programme that needs one; return how many were asked for now.

    Raises NotPermitted, NotFound for another organization's programme.
    """
    actor.require("write")
    locked = programme_lock(actor, programme)
    drafts = [each.artefact for each in programme_standings(locked) if each.state is Standing.DRAFT]
    asked = [row for row in (request_of(each, by=actor, now=now) for each in drafts) if row is not None]
    if not asked:
        return 0
    event = append_bulk(
        log=actor.log,
        kind="sign-off.requested",
        subject=f"programme:{locked.pk}",
        actor=actor.pseudonym,
        body={"programme": locked.slug, "versions": [[str(r.artefact_id), r.version, r.digest] for r in asked]},
        records=[tracking.record(row) for row in asked],
        now=now,
    )
    for row in asked:
        row.event_id = event
    SignOffRequest.objects.bulk_create(asked)
    return len(asked)


@transaction.atomic
def changes_request(*, actor: Actor, artefact: Artefact, wanted: str, now: datetime) -> SignOffRequest:
    """Ask for changes of the version that awaits a signature; it can be signed no more as it is.

    Raises NotPermitted, InvalidInput without words, Conflict where nothing awaits a signature.
    """
    actor.require("dispose")
    told = _words(wanted, "Say what should change.")
    locked = programme_lock(actor, artefact.programme)
    found = standing_of(Artefact.objects.select_related("programme__organization").get(pk=artefact.pk))
    if found.state is not Standing.AWAITING or found.request is None:
        raise Conflict("This version does not await a signature.", hint="Look at the artefact again.")
    row = found.request
    row.changes_wanted, row.changes_by, row.changes_at = told, actor.pseudonym, now
    row.save(update_fields=["changes_wanted", "changes_by", "changes_at"])
    append(
        log=actor.log,
        kind="sign-off.changes-requested",
        subject=f"artefact:{artefact.pk}",
        actor=actor.pseudonym,
        body={"programme": locked.slug, "version": row.version, "digest": row.digest, "wanted": told},
        record=tracking.record(row),
        now=now,
    )
    return row


@transaction.atomic
def comment_add(*, actor: Actor, artefact: Artefact, text: str, now: datetime) -> ReviewComment:
    """Say something about the present version. Raises NotPermitted, InvalidInput without words."""
    actor.require("write")
    told = _words(text, "Write something first.")
    programme_lock(actor, artefact.programme)
    row = ReviewComment(artefact=artefact, version=artefact.version, text=told, by=actor.pseudonym, at=now)
    row.event_id = append(
        log=actor.log,
        kind="review.commented",
        subject=f"artefact:{artefact.pk}",
        actor=actor.pseudonym,
        body={"version": row.version, "text": told},
        record=tracking.record(row),
        now=now,
    )
    row.save(force_insert=True)
    return row


def versions_ask(
    *, actor: Actor, programme: Programme, versions: Sequence[ArtefactStanding], site: Site, now: datetime
) -> Ask:
    """What the browser needs to have the actor's passkey sign exactly these versions."""
    return signature_ask(by=actor, statement=_statement(actor, programme, versions, "passkey"), site=site, now=now)


def _statement(
    actor: Actor, programme: Programme, versions: Sequence[ArtefactStanding], authentication: str
) -> Callable[[datetime, str], bytes]:
    signables = [signable_of(each.artefact, each.author) for each in versions]

    def made(at: datetime, nonce: str) -> bytes:
        return statement_bytes(
            programme=programme.slug,
            versions=signables,
            signer=actor.pseudonym,
            authentication=authentication,
            now=at,
            nonce=nonce,
        )

    return made


@transaction.atomic
def versions_sign(
    *, actor: Actor, programme: Programme, shown: Mapping[str, str], proof: Proof, now: datetime
) -> SignOff:
    """Sign exactly the versions that were shown: `shown` maps artefact id to the digest on the confirmation page.

    `proof` says by what the person confirmed, and holds what their passkey answered if it was one. Raises NotPermitted
    (also for a token: people sign, programs do not), InvalidInput for nothing shown or an answer that does not hold,
    Conflict when a version is not the one shown, does not await a signature, or was made by the signer, owner or not.
    """
    actor.require("dispose")
    if actor.scope is not None:
        raise Conflict("A token cannot sign.", hint="Sign on the page, as yourself.")
    if not shown:
        raise InvalidInput("Nothing was confirmed.", hint="Choose what to sign and confirm it.")
    locked = programme_lock(actor, programme)
    standing = {str(each.artefact.pk): each for each in programme_standings(locked)}
    chosen = [_signable(standing.get(key), digest, actor) for key, digest in sorted(shown.items())]
    statement = _statement(actor, locked, chosen, proof.means)
    signature = signature_make(by=actor, statement=statement, proof=proof, now=now)
    row = SignOff(
        id=uuid.uuid4(),
        programme=locked,
        key=signer_key_ensure(actor=actor, now=now) if signature.passkey is None else None,
        signature=signature,
        envelope=signature.envelope,
        authentication=proof.means,
        by=actor.pseudonym,
        at=now,
    )
    versions = [
        SignedVersion(sign_off=row, artefact=each.artefact, version=each.artefact.version, digest=each.digest)
        for each in chosen
    ]
    row.event_id = append_bulk(
        log=actor.log,
        kind="sign-off.signed",
        subject=f"programme:{locked.pk}",
        actor=actor.pseudonym,
        body={
            "programme": locked.slug,
            "authentication": proof.means,
            "versions": [[each.artefact.key, each.artefact.version, each.digest] for each in chosen],
            "public_key": signature.public_key,
            "envelope": signature.envelope,
        },
        records=[tracking.record(each) for each in (signature, row, *versions)],
        now=now,
    )
    signature.event_id = row.event_id
    signature.save(force_insert=True)
    row.save(force_insert=True)
    SignedVersion.objects.bulk_create(versions)
    return row


def _signable(found: ArtefactStanding | None, digest: str, actor: Actor) -> ArtefactStanding:
    if found is None or found.state is not Standing.AWAITING:
        raise Conflict("Something you chose does not await a signature any more.", hint="Open the page again.")
    name = found.artefact.title or found.artefact.key
    if found.digest != digest:
        raise Conflict(f"“{name}” is not what you were shown: it changed meanwhile.", hint="Read it again.")
    if found.author == actor.pseudonym or not found.author:
        raise Conflict(
            f"You made this version of “{name}”, so somebody else has to sign it.",
            hint="Ask another subject-matter expert; being an owner does not change this.",
            code_of="own-work",
        )
    return found


def _words(text: str, hint: str) -> str:
    told = text.strip()
    if not told or len(told) > COMMENT_LIMIT:
        raise InvalidInput(hint, hint=f"At most {COMMENT_LIMIT:,} characters.")
    return told
