"""Badges of a programme: given to who passed, checked, revoked; and the public list of revoked ones."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assay.accounts.access import SignedInRequest
from assay.accounts.pages import signed_in
from assay.core.errors import AssayError, IntegrityBroken, InvalidInput, NotFound
from assay.studio.badges.queries import (
    Checked,
    access_badge,
    badge_list,
    badge_read,
    badges_of_address,
    issuer_known,
    revoked_by,
)
from assay.studio.badges.services import badge_issue, badge_revoke
from assay.studio.models import Programme
from assay.studio.publishing.queries import Publication, publication
from assay.studio.queries import access_programme
from assay.studio.records import BadgeGiven
from assay.studio.signoff.standing import names_of

MOST = 200
LARGEST = 256 * 1024


@dataclass(frozen=True)
class BadgesPage:
    """The badges given, what may be given, and what a check or a search came to."""

    programme: Programme
    up: Publication | None
    badges: tuple[BadgeGiven, ...]
    total: int
    revoked: int
    names: dict[str, str]
    checked: Checked | None = None
    found: tuple[BadgeGiven, ...] | None = None

    @property
    def sentence(self) -> str:
        """How many badges were given, and how many of them were taken back."""
        if not self.total:
            return f"No badge was given for {self.programme.title} yet."
        given = "One badge was" if self.total == 1 else f"{self.total:,} badges were"
        back = f"; {self.revoked:,} {'was' if self.revoked == 1 else 'were'} revoked" if self.revoked else ""
        return f"{given} given for {self.programme.title}{back}."


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in("read")
def badges(request: SignedInRequest, slug: str) -> HttpResponse:
    """The badges of a programme; a POST gives one (and answers with it as a file), checks one, or finds an address."""
    programme = access_programme(actor=request.actor, slug=slug)
    error, status = "", 200
    checked: Checked | None = None
    found: tuple[BadgeGiven, ...] | None = None
    if request.method == "POST":
        act = request.POST.get("act", "")
        if act == "give":
            request.actor.require("administer")
        try:
            if act == "give":
                return _give(request, programme)
            if act == "check":
                checked = badge_read(programme=programme, text=_badge_text(request), now=timezone.now())
            elif act == "find":
                found = badges_of_address(programme, request.POST.get("email", "")[:320])
            else:
                raise InvalidInput("Nothing was asked for.", hint="Give, check or find a badge.")
        except (IntegrityBroken, NotFound, InvalidInput) as refused:
            error, status = f"{refused} {refused.hint}".strip(), 422
        except AssayError as refused:
            error, status = f"{refused} {refused.hint}".strip(), refused.http_status
    page = _page(programme, checked, found)
    told = {"page": page, "error": error, "may_administer": request.actor.may("administer")}
    return render(request, "reports/badges.html", told, status=status)


@require_POST
@signed_in("administer")
def badge_revoked(request: SignedInRequest, badge_id: str) -> HttpResponse:
    """Take a badge back, with a reason."""
    badge = access_badge(actor=request.actor, badge_id=badge_id)
    now = timezone.now().replace(microsecond=0)
    try:
        changed = badge_revoke(actor=request.actor, badge=badge, reason=request.POST.get("reason", ""), now=now)
    except InvalidInput as error:
        messages.error(request, f"{error} {error.hint}".strip())
    else:
        messages.success(request, "The badge is revoked." if changed else "It was revoked before.")
    return redirect(reverse("programme-badges", args=[badge.programme.slug]))


@require_safe
def revoked_list(request: HttpRequest, issuer: str) -> HttpResponse:
    """The revoked badges of an issuer, as Open Badges 3.0 writes such a list. For everybody; it names no learner."""
    if not issuer_known(issuer):
        raise NotFound("issuer", issuer)
    rows = [{"id": each.credential, "revoked": True, "revocationReason": each.reason} for each in revoked_by(issuer)]
    return JsonResponse({"id": request.build_absolute_uri(request.path), "issuer": issuer, "revokedCredential": rows})


def _give(request: SignedInRequest, programme: Programme) -> HttpResponse:
    numbers = {name: request.POST.get(name, "") for name in ("score", "pass_mark")}
    if not all(raw.isdecimal() and len(raw) < 4 for raw in numbers.values()):
        raise InvalidInput("Score and pass mark are whole numbers of percent.", hint="Give 0 to 100.")
    made = badge_issue(
        actor=request.actor,
        programme=programme,
        name=request.POST.get("name", ""),
        email=request.POST.get("email", ""),
        score=int(numbers["score"]),
        pass_mark=int(numbers["pass_mark"]),
        salt=secrets.token_urlsafe(18),
        now=timezone.now().replace(microsecond=0),
    )
    token = request.POST.get("as") == "jwt"
    content = made.token.encode() + b"\n" if token else made.picture
    response = HttpResponse(content, content_type="application/jwt" if token else "image/svg+xml")
    response["Content-Disposition"] = f'attachment; filename="{programme.slug}-badge.{"jwt" if token else "svg"}"'
    return response


def _badge_text(request: SignedInRequest) -> str:
    given = request.FILES.get("file")
    if given is None:
        return request.POST.get("token", "")[:LARGEST]
    if given.size is None or given.size > LARGEST:
        raise InvalidInput("The file is too large to be a badge.", hint="Give the .svg or .jwt file as it was given.")
    return str(given.read().decode("utf-8", "replace"))


def _page(
    programme: Programme, checked: Checked | None = None, found: tuple[BadgeGiven, ...] | None = None
) -> BadgesPage:
    rows = badge_list(programme)
    shown = tuple(rows[:MOST])
    return BadgesPage(
        programme=programme,
        up=publication(programme),
        badges=shown,
        total=rows.count(),
        revoked=rows.filter(revoked_at__isnull=False).count(),
        names=names_of({each.by for each in shown}),
        checked=checked,
        found=found,
    )
