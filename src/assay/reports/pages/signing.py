"""Signing: what awaits a signature in a programme, and the confirmation that shows exactly what is signed."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from assay.accounts.access import SignedInRequest
from assay.accounts.pages import signed_in
from assay.accounts.passkeys import Ask, Site, passkeys_of
from assay.accounts.proving import shown_who
from assay.accounts.sites import site_of_request
from assay.core.errors import AssayError
from assay.reports.queries.review import confirmation_words, sign_page
from assay.studio.models import Programme
from assay.studio.queries import access_programme
from assay.studio.signoff.services import signatures_request, versions_ask, versions_sign
from assay.studio.signoff.standing import ArtefactStanding

PREFIX = "version-"


@dataclass(frozen=True)
class ConfirmPage:
    """Exactly what a click signs. `ask`: for the signer's passkey, if they have one that works here. `by_password`: without
    it they confirm with a password, else by typing their address."""

    programme: Programme
    versions: tuple[ArtefactStanding, ...]
    names: dict[str, str]
    says: str
    by_password: bool
    ask: Ask | None
    site: Site
    error: str = ""

    @property
    def sentence(self) -> str:
        """What the signer is about to say."""
        count = len(self.versions)
        return f"You are about to sign {count:,} {'version' if count == 1 else 'versions'} of {self.programme.title}."


@require_safe
@signed_in("read")
def sign(request: SignedInRequest, slug: str) -> HttpResponse:
    """What awaits a signature, what is signed, what is still a draft."""
    programme = access_programme(actor=request.actor, slug=slug)
    context = {
        "page": sign_page(request.actor, programme),
        "may_write": request.actor.may("write"),
        "may_dispose": request.actor.may("dispose"),
    }
    return render(request, "reports/sign.html", context)


@require_POST
@signed_in("write")
def ask(request: SignedInRequest, slug: str) -> HttpResponse:
    """Ask for a signature under every draft."""
    programme = access_programme(actor=request.actor, slug=slug)
    count = signatures_request(actor=request.actor, programme=programme, now=timezone.now())
    if count:
        messages.success(
            request, f"Signatures were asked for under {count:,} {'version' if count == 1 else 'versions'}."
        )
    else:
        messages.info(request, "There was no draft to ask a signature for.")
    return redirect(reverse("programme-sign", args=[slug]))


@never_cache
@sensitive_post_parameters("password")
@require_POST
@signed_in("dispose")
def confirm(request: SignedInRequest, slug: str) -> HttpResponse:
    """Show exactly what would be signed; with `confirmed`, sign it after the signer has shown who they are."""
    programme = access_programme(actor=request.actor, slug=slug)
    shown = {name.removeprefix(PREFIX): str(value) for name, value in request.POST.items() if name.startswith(PREFIX)}
    page = _confirm_page(request, programme, shown)
    if not page.versions:
        messages.error(request, "Nothing that you chose awaits your signature. Choose again.")
        return redirect(reverse("programme-sign", args=[slug]))
    if request.POST.get("confirmed") != "yes":
        return render(request, "reports/sign_confirm.html", {"page": page})
    now = timezone.now()
    try:
        proof = shown_who(request)
        versions_sign(actor=request.actor, programme=programme, shown=shown, proof=proof, now=now)
    except AssayError as error:
        told = _confirm_page(request, programme, shown, error=f"{error} {error.hint}".strip())
        return render(request, "reports/sign_confirm.html", {"page": told}, status=error.http_status)
    messages.success(request, f"You signed {len(shown):,} {'version' if len(shown) == 1 else 'versions'}.")
    return redirect(reverse("programme-sign", args=[slug]))


def _confirm_page(
    request: SignedInRequest, programme: Programme, shown: dict[str, str], error: str = ""
) -> ConfirmPage:
    actor, site = request.actor, site_of_request(request)
    found = sign_page(actor, programme)
    versions = tuple(each for each in found.awaiting if shown.get(str(each.artefact.pk)) == each.digest)
    ask = None
    if versions and any(each.rp_id == site.rp_id for each in passkeys_of(actor.person)):
        ask = versions_ask(actor=actor, programme=programme, versions=versions, site=site, now=timezone.now())
    return ConfirmPage(
        programme=programme,
        versions=versions,
        names=found.names,
        says=confirmation_words(),
        by_password=actor.person.has_usable_password(),
        ask=ask,
        site=site,
        error=error,
    )
