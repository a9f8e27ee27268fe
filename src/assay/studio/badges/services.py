"""Giving a badge."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from assay.accounts.access import Actor
from assay.client.keyfile import keyfile_create, keyfile_load
from assay.core.canonical import text_digest
from assay.core.errors import Conflict, InvalidInput, NotFound, NotPermitted
from assay.ledger import tracking
from assay.ledger.services import append
from assay.registers.services import competence_earned, competence_withdrawn
from assay.studio.badges.credential import Award, badge_check, badge_picture, badge_sign, identity_hash, issuer_of
from assay.studio.models import Programme
from assay.studio.publishing.queries import publication
from assay.studio.records import BadgeGiven

REASON_LIMIT = 300
_ADDRESS = re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}")


@dataclass(frozen=True)
class Badge:
    """A badge as the learner gets it: `token` is the signed credential, `picture` an SVG that carries it."""

    token: str
    picture: bytes
    issuer: str
    event: str


def issuer_key_path(log: str) -> Path:
    """The file of an organization's key for badges, mode 0600."""
    return Path(settings.ASSAY.data) / "signers" / log / "badges.pem"


@transaction.atomic
def badge_issue(
    *, actor: Actor, programme: Programme, name: str, email: str, score: int, pass_mark: int, salt: str, now: datetime
) -> Badge:
    """Give a badge to a learner who passed. `score` and `pass_mark` in percent, `salt` at least 16 random characters.

    Raises NotPermitted for an actor who may not administer, InvalidInput for a score below the mark or a wrong
    address, Conflict for a programme of which no version is published. The entry holds digests, nothing personal.
    A learner who is a member of the organization gets the badge as evidence under their competence record.
    """
    if not actor.may("administer"):
        raise NotPermitted("Badges are given by an owner of the organization.", actor=actor.pseudonym)
    if not _ADDRESS.fullmatch(email) or not name.strip():
        raise InvalidInput("A badge needs a name and an e-mail address.", hint="Give both of the learner.")
    if not 0 <= pass_mark <= score <= 100:
        raise InvalidInput(
            f"A score of {score} % does not reach the pass mark of {pass_mark} %.",
            hint="Badges are for those who passed.",
        )
    if len(salt) < 16:
        raise InvalidInput("The salt is too short to hide an address.", hint="Use at least 16 random characters.")
    up = publication(programme)
    if up is None:
        raise Conflict(
            f"No version of {programme.slug} is published, so nobody can have been assessed with one.",
            hint="Publish it first.",
        )
    path = issuer_key_path(actor.log)
    if not path.exists():
        keyfile_create(path)
    key = keyfile_load(path)
    criteria = f"Reach {pass_mark} % of the scored questions of {programme.title} and complete all of its pages."
    issuer = issuer_of(key.public_key())
    award = Award(
        organization=programme.organization.name, programme=programme.slug, title=programme.title,
        standard=programme.standard, criteria=criteria, name=name.strip(), email=email, salt=salt, score=score,
        evidence=up.decision.digest, at=now, status=_status(issuer),
    )  # fmt: skip
    token = badge_sign(award, key)
    body = {
        "programme": programme.slug, "publication": up.decision.number, "badge": text_digest(token), "issuer": issuer,
    }  # fmt: skip
    row = _given(actor, programme, token, issuer, email, salt, up.decision.number or 0, now)
    row.event_id = append(
        log=actor.log, kind="badge.issued", subject=f"programme:{programme.pk}", actor=actor.pseudonym, body=body,
        record=tracking.record(row), now=now,
    )  # fmt: skip
    row.save(force_insert=True)
    competence_earned(
        actor=actor, email=email, title=programme.title, programme=programme.slug, badge=text_digest(token), issuer=issuer,
        score=score, now=now,
    )  # fmt: skip
    return Badge(token, badge_picture(award, token), issuer, row.event_id)


def _given(
    actor: Actor, programme: Programme, token: str, issuer: str, email: str, salt: str, number: int, now: datetime
) -> BadgeGiven:
    """The row of a badge just signed, not yet saved."""
    claims = badge_check(token, issuer=issuer, now=now)
    return BadgeGiven(
        programme=programme, number=number, digest=text_digest(token), credential=claims["id"], issuer=issuer,
        identity=identity_hash(email, salt), salt=salt, by=actor.pseudonym, at=now,
    )  # fmt: skip


@transaction.atomic
def badge_revoke(*, actor: Actor, badge: BadgeGiven, reason: str, now: datetime) -> bool:
    """Take a badge back; return whether that changed anything. Verifiers are told the reason, so it names nobody.

    Raises NotPermitted for an actor who may not administer, NotFound for another organization's, InvalidInput without a
    reason.
    """
    if not actor.may("administer"):
        raise NotPermitted("Badges are revoked by an owner of the organization.", actor=actor.pseudonym)
    told = " ".join(reason.split())
    if not told or len(told) > REASON_LIMIT:
        raise InvalidInput(
            "Say why the badge is revoked.", hint=f"In at most {REASON_LIMIT} characters, without names."
        )
    rows = BadgeGiven.objects.select_for_update().filter(programme__organization=actor.organization)
    row = rows.filter(pk=badge.pk).first()
    if row is None:
        raise NotFound("badge", badge.pk)
    if row.revoked_at is not None:
        return False
    row.revoked_at, row.reason = now, told
    row.event_id = append(
        log=actor.log,
        kind="badge.revoked",
        subject=f"programme:{row.programme_id}",
        actor=actor.pseudonym,
        body={"badge": row.digest, "credential": row.credential, "reason": told},
        record=tracking.record(row),
        now=now,
    )
    row.save(update_fields=["revoked_at", "reason", "event_id"])
    competence_withdrawn(actor=actor, badge=row.digest, why=told, now=now)
    return True


def _status(issuer: str) -> str:
    """The address of the list of revoked badges, where others can reach it."""
    origin: str = settings.ASSAY.origin
    return f"{origin}/badges/{issuer}/revoked.json" if origin.startswith("https://") else ""
