"""Reading badges: those of a programme, the one behind a token, those of an address, and what an issuer revoked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from assay.accounts.access import Actor
from assay.core.canonical import text_digest
from assay.core.errors import InvalidInput, NotFound
from assay.studio.badges.credential import badge_check, identity_hash
from assay.studio.models import Programme
from assay.studio.records import BadgeGiven

_BAKED = re.compile(r"<openbadges:credential[^>]*\bverify=(?:\"([^\"]+)\"|'([^']+)')")


@dataclass(frozen=True)
class Checked:
    """A badge that its issuer signed: what it claims, and the row that says whether it was revoked."""

    claims: dict[str, Any]
    row: BadgeGiven

    @property
    def score(self) -> str:
        return str(self.claims["credentialSubject"]["result"][0]["value"])


def badge_list(programme: Programme) -> QuerySet[BadgeGiven]:
    """The badges of a programme, the latest first."""
    return BadgeGiven.objects.filter(programme=programme).order_by("-at", "-id")


def access_badge(*, actor: Actor, badge_id: UUID | str) -> BadgeGiven:
    """The badge of the actor's organization with this id. Raises NotFound."""
    try:
        row = BadgeGiven.objects.filter(pk=badge_id, programme__organization=actor.organization).first()
    except (ValueError, ValidationError):
        row = None
    if row is None:
        raise NotFound("badge", badge_id)
    return row


def badges_of_address(programme: Programme, email: str) -> tuple[BadgeGiven, ...]:
    """The badges of a programme that were given to this address; the address itself is kept nowhere."""
    return tuple(each for each in badge_list(programme) if each.identity == identity_hash(email, each.salt))


def badge_read(*, programme: Programme, text: str, now: datetime) -> Checked:
    """Check a badge of a programme, given as its token or as the SVG that carries it.

    Raises InvalidInput for what is no badge, NotFound for one that was not given here, IntegrityBroken for a changed one.
    """
    baked = _BAKED.search(text[:200_000])
    token = unescape(baked.group(1) or baked.group(2)) if baked else text.strip()
    if token.count(".") != 2:
        raise InvalidInput("This is no badge.", hint="Give the text of a .jwt file, or an .svg as it was given.")
    row = badge_list(programme).filter(digest=text_digest(token)).first()
    issuers = [row.issuer] if row else sorted(set(badge_list(programme).values_list("issuer", flat=True)))
    for issuer in issuers:
        claims = badge_check(token, issuer=issuer, now=now)
        if row is not None:
            return Checked(claims, row)
    raise NotFound(
        "badge of this programme", token[-24:], hint="It was given for another programme or by somebody else."
    )


def revoked_by(issuer: str) -> tuple[BadgeGiven, ...]:
    """The revoked badges of an issuer, for everybody to read: ids and reasons, no learner."""
    return tuple(
        BadgeGiven.objects.filter(issuer=issuer, revoked_at__isnull=False).order_by("revoked_at", "credential")
    )


def issuer_known(issuer: str) -> bool:
    """Whether this server gave a badge under that name."""
    return BadgeGiven.objects.filter(issuer=issuer).exists()
