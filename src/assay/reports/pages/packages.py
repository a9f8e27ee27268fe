"""A programme as a file for learning platforms, item banks and readers: what is published, or a draft that says so."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from assay.accounts.access import SignedInRequest
from assay.accounts.exporting import file_answer
from assay.accounts.pages import signed_in
from assay.core.errors import Conflict
from assay.studio.models import Programme
from assay.studio.packaging.formats import Format, format_of
from assay.studio.publishing.release import ReleaseAnswer, package_make, release_answer
from assay.studio.queries import access_programme


@dataclass(frozen=True)
class RefusedPage:
    """A package that is not handed out: which, why, and what is the next step."""

    programme: Programme
    chosen: Format
    answer: ReleaseAnswer

    @property
    def sentence(self) -> str:
        """That it is refused, and how many things are in the way."""
        count = len(self.answer.blockers)
        if not count:
            return f"{self.chosen.title} is not handed out yet: publish {self.programme.title} first."
        things = "one thing is" if count == 1 else f"{count} things are"
        return f"{self.chosen.title} is not handed out: {things} in the way of publishing {self.programme.title}."


@require_safe
@signed_in("read")
def package_file(request: SignedInRequest, slug: str, name: str) -> HttpResponse:
    """The published programme in one of the formats of `studio.packaging`, with its provenance inside.

    Answers 409 with the reasons where no package is handed out; `?draft=yes` gives one that says it is a draft.
    """
    programme = access_programme(actor=request.actor, slug=slug)
    chosen = format_of(name)
    now = timezone.now()
    try:
        made = package_make(programme, chosen, draft=request.GET.get("draft") == "yes", now=now)
    except Conflict:
        page = RefusedPage(programme, chosen, release_answer(programme, now=now))
        return render(request, "reports/package_refused.html", {"page": page}, status=Conflict.http_status)
    about = f"programme:{programme.slug}"
    return file_answer(request, made.content, what=about, name=made.file_name, content_type=chosen.media_type)
