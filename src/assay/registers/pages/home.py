"""The home of the management system, the button that measures it, and what the rules say."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from assay.accounts.access import SignedInRequest
from assay.accounts.pages import signed_in
from assay.registers.demo import ORGANIZATION
from assay.registers.jobs import measure_daily
from assay.registers.pages.common import now_of
from assay.registers.queries.home import home_page
from assay.registers.queries.standing import held
from assay.registers.rules import RULES, Problem, problems
from assay.registers.services.measuring import system_measure

SHOWN = 300


@dataclass(frozen=True)
class RulesPage:
    """What the rules found, and all of them."""

    found: tuple[Problem, ...]
    more: int
    rules: tuple[tuple[str, str, str], ...]
    sentence: str


@require_safe
@signed_in("read")
def system_page(request: SignedInRequest) -> HttpResponse:
    """The whole system as one picture; fit for one printed page."""
    now = now_of()
    page = home_page(request.actor, now=now)
    context = {"page": page, "may_write": request.actor.may("write"), "now": now, "example": _example(request)}
    return render(request, "registers/home.html", context)


def _example(request: SignedInRequest) -> str:
    """The name of the example, where this is it; else empty."""
    return ORGANIZATION.partition(" (")[0] if request.actor.organization.name == ORGANIZATION else ""


@require_POST
@signed_in("write")
def measure_page(request: SignedInRequest) -> HttpResponse:
    """Judge everything now."""
    done = system_measure(actor=request.actor, now=now_of())
    measure_daily(actor=request.actor, now=now_of())
    told = f"{done.cells:,} cells looked at, {done.measured:,} of them changed since the last time."
    messages.success(request, f"{told} From now on this happens every day by itself.")
    return redirect("system")


@require_safe
@signed_in("read")
def rules_page(request: SignedInRequest) -> HttpResponse:
    """Everything that the rules find now, errors first."""
    found = problems(held(request.actor.organization, today=now_of().date()))
    errors = sum(1 for each in found if each.rule.severity == "error")
    rules = tuple((each.id, each.severity, each.title) for each in RULES.values())
    page = RulesPage(
        found[:SHOWN],
        max(0, len(found) - SHOWN),
        rules,
        f"{len(RULES)} rules found {len(found)} things, {errors} of them errors.",
    )
    return render(request, "registers/rules.html", {"page": page})
