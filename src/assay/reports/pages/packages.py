"""A programme as a file for learning platforms, item banks and readers."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from assay.accounts.access import SignedInRequest
from assay.accounts.pages import signed_in
from assay.studio.packaging.collect import course_of
from assay.studio.packaging.formats import format_of
from assay.studio.queries import access_programme


@require_safe
@signed_in("read")
def package_file(request: SignedInRequest, slug: str, name: str) -> HttpResponse:
    """The programme in one of the formats of `studio.packaging`, as it is now, with its provenance inside."""
    programme = access_programme(actor=request.actor, slug=slug)
    chosen = format_of(name)
    response = HttpResponse(chosen.write(course_of(programme)), content_type=chosen.media_type)
    response["Content-Disposition"] = f'attachment; filename="{slug}{chosen.suffix}"'
    return response
