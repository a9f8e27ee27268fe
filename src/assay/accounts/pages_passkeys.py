"""Pages around passkeys: signing in with one, adding and removing one's own."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from assay.accounts import passkeys
from assay.accounts.access import SESSION_PINNED, SignedInRequest
from assay.accounts.pages import begin_session, onward_of, signed_in
from assay.accounts.sites import site_of_request
from assay.core.errors import AssayError


@never_cache
@require_POST
def passkey_sign_in(request: HttpRequest) -> HttpResponse:
    """Begin a session with a passkey; what does not hold leads back to the sign-in page, which says so."""
    onward = onward_of(request)
    try:
        actor = passkeys.passkey_sign_in(
            credential=request.POST.get("credential", ""),
            token=request.POST.get("token", ""),
            site=site_of_request(request),
            now=timezone.now(),
        )
    except AssayError as error:
        messages.error(request, f"{error} {error.hint}".strip())
        return redirect(f"{reverse('sign-in')}?{urlencode({'next': onward})}")
    begin_session(request, actor, pinned=False)
    return redirect(onward)


@require_POST
@signed_in()
def passkey_add(request: SignedInRequest) -> HttpResponse:
    """Keep a passkey that the browser has had made."""
    try:
        row = passkeys.passkey_register(
            by=request.actor,
            name=request.POST.get("passkey_name", ""),
            credential=request.POST.get("credential", ""),
            token=request.POST.get("token", ""),
            site=site_of_request(request),
            pinned=bool(request.session.get(SESSION_PINNED)),
            now=timezone.now(),
        )
        messages.success(request, f"The passkey “{row.name}” is registered: you sign in and approve with it.")
    except AssayError as error:
        messages.error(request, f"{error} {error.hint}".strip())
    return redirect("profile")


@require_POST
@signed_in()
def passkey_remove(request: SignedInRequest, passkey_id: UUID) -> HttpResponse:
    """Take a passkey of one's own out of use."""
    row = passkeys.access_passkey(actor=request.actor, passkey_id=passkey_id)
    passkeys.passkey_remove(passkey=row, by=request.actor, now=timezone.now())
    messages.success(request, f"The passkey “{row.name}” opens nothing any more. What it signed stays valid.")
    return redirect("profile")
