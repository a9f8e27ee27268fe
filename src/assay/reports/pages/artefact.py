"""One artefact: its text with findings in place, its stamp, its history, its ledger proof."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assay.accounts.access import SignedInRequest
from assay.accounts.pages import signed_in
from assay.reports.queries.artefact import artefact_page as artefact_picture
from assay.studio.queries import access_artefact


@require_safe
@signed_in("read")
def artefact_page(request: SignedInRequest, artefact_id: UUID) -> HttpResponse:
    """The artefact as it reads now; with `?view=source` its source, to which findings point."""
    artefact = access_artefact(actor=request.actor, artefact_id=artefact_id)
    page = artefact_picture(request.actor, artefact, source=request.GET.get("view") == "source")
    return render(request, "reports/artefact.html", {"page": page})
