"""Versions of an artefact: their differences, comments, requests for changes, and who sees it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from assay.accounts.access import SignedInRequest
from assay.accounts.pages import signed_in
from assay.core.errors import AssayError
from assay.reports.queries.review import diff_page, versions_page
from assay.studio.publishing.services import audience_set
from assay.studio.queries import access_artefact
from assay.studio.signoff.services import changes_request, comment_add


@require_safe
@signed_in("read")
def versions(request: SignedInRequest, artefact_id: UUID) -> HttpResponse:
    """All versions of an artefact, and where the present one stands."""
    artefact = access_artefact(actor=request.actor, artefact_id=artefact_id)
    actor = request.actor
    context = {
        "page": versions_page(artefact),
        "may_write": actor.may("write"),
        "may_dispose": actor.may("dispose"),
        "may_administer": actor.may("administer"),
    }
    return render(request, "reports/versions.html", context)


@require_safe
@signed_in("read")
def diff(request: SignedInRequest, artefact_id: UUID) -> HttpResponse:
    """Two versions side by side: `?from=1&to=2`, or what one fix changed: `?fix=<id>`."""
    artefact = access_artefact(actor=request.actor, artefact_id=artefact_id)
    asked = request.GET
    page = diff_page(artefact, first=asked.get("from", ""), second=asked.get("to", ""), fix=asked.get("fix", ""))
    return render(request, "reports/diff.html", {"page": page})


@require_POST
@signed_in("write")
def comment(request: SignedInRequest, artefact_id: UUID) -> HttpResponse:
    """Comment on the present version."""
    artefact = access_artefact(actor=request.actor, artefact_id=artefact_id)
    text = request.POST.get("text", "")
    return _done(
        request,
        artefact_id,
        lambda: comment_add(actor=request.actor, artefact=artefact, text=text, now=timezone.now()),
        "Your comment was kept.",
    )


@require_POST
@signed_in("dispose")
def changes(request: SignedInRequest, artefact_id: UUID) -> HttpResponse:
    """Ask for changes instead of signing."""
    artefact = access_artefact(actor=request.actor, artefact_id=artefact_id)
    wanted = request.POST.get("wanted", "")
    return _done(
        request,
        artefact_id,
        lambda: changes_request(actor=request.actor, artefact=artefact, wanted=wanted, now=timezone.now()),
        "Changes were asked for. This version cannot be signed as it is.",
    )


@require_POST
@signed_in("administer")
def audience(request: SignedInRequest, artefact_id: UUID) -> HttpResponse:
    """Say whether learners see the artefact."""
    artefact = access_artefact(actor=request.actor, artefact_id=artefact_id)
    internal, reason = request.POST.get("internal") == "yes", request.POST.get("reason", "")
    return _done(
        request,
        artefact_id,
        lambda: audience_set(
            actor=request.actor, artefact=artefact, internal=internal, reason=reason, now=timezone.now()
        ),
        "Learners no longer get this artefact." if internal else "Learners get this artefact.",
    )


def _done(request: SignedInRequest, artefact_id: UUID, act: Callable[[], object], words: str) -> HttpResponse:
    """Do it and tell how it went, on the page of versions."""
    try:
        act()
    except AssayError as error:
        messages.error(request, f"{error} {error.hint}".strip())
    else:
        messages.success(request, words)
    return redirect(reverse("artefact-versions", args=[artefact_id]))
