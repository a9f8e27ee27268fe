"""The pattern page: every component in every state, on specimens that say they are specimens."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assay.ui.specimens import Specimens


@require_safe
def patterns(request: HttpRequest) -> HttpResponse:
    """Show all components. Holds no data of any organization, so everybody may read it."""
    return render(request, "ui/patterns.html", {"shown": Specimens.read(request.GET), "request": request})
