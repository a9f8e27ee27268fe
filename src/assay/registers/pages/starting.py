"""Start here: twelve questions for an organization with nothing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from assay.accounts.access import SignedInRequest
from assay.accounts.pages import signed_in
from assay.core.errors import AssayError, InvalidInput
from assay.registers.forms import Asked
from assay.registers.pages.common import now_of, tell
from assay.registers.services.starting import system_start
from assay.registers.starting import QUESTIONS


@require_http_methods(["GET", "POST"])
@signed_in("write")
def start_page(request: SignedInRequest) -> HttpResponse:
    """The questions; a POST makes the draft."""
    answers: dict[str, Any] = {
        each.key: request.POST.getlist(each.key)
        if each.kind == "multi"
        else request.POST.get(each.key, "").replace("\x00", "")[:5000]
        for each in QUESTIONS
    }
    wrong: dict[str, str] = {}
    if request.method == "POST":
        try:
            made = system_start(actor=request.actor, answers=answers, now=now_of())
        except InvalidInput as error:
            wrong = getattr(error, "errors", {"does": str(error)})
        except AssayError as error:
            tell(request, error)
            return redirect("system")
        else:
            messages.success(
                request,
                f"{made} drafts were made, and the 38 controls, undecided. None of it is shown by evidence yet.",
            )
            return redirect("system")
    asked = tuple(
        Asked(
            each.key, f"{place}. {each.ask}", each.kind, "" if each.kind == "multi" else answers[each.key],
            tuple(answers[each.key]) if each.kind == "multi" else (), each.options, each.hint, wrong.get(each.key, ""), each.key in ("does", "systems"),
        )
        for place, each in enumerate(QUESTIONS, 1)
    )  # fmt: skip
    errors = tuple((f"field-{key}", words) for key, words in wrong.items())
    return render(request, "registers/start.html", {"questions": asked, "errors": errors}, status=422 if wrong else 200)
