"""The home of the management system, the button that measures it, and what the rules say."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from assay.accounts.access import SignedInRequest
from assay.accounts.pages import signed_in
from assay.registers.demo import ORGANIZATION, is_example
from assay.registers.jobs import measure_daily
from assay.registers.pages.common import now_of
from assay.registers.queries.home import home_page
from assay.registers.queries.ruled import Measured, Told, problems_measured, too_many
from assay.registers.queries.standing import held
from assay.registers.rules import RULES, Problem, Rule, problems
from assay.registers.services.measuring import system_measure

SHOWN = 300


@dataclass(frozen=True)
class RulesPage:
    """What the rules found, and all of them; `more` says in words what is not shown, empty where nothing is. `measured` says
    that it was found by a measurement and not just now."""

    found: tuple[tuple[Rule, Told], ...]
    more: str
    rules: tuple[tuple[str, str, str], ...]
    sentence: str
    measured: bool = False


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
    return ORGANIZATION.partition(" (")[0] if is_example(request.actor.organization) else ""


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
    """Everything that the rules find now, errors first; of very many records what the last measurement found."""
    organization, now = request.actor.organization, now_of()
    rules = tuple((each.id, each.severity, each.title) for each in RULES.values())
    many = too_many(organization)
    if many:
        page = _measured_page(problems_measured(organization, limit=SHOWN), many, rules)
    else:
        found = problems(held(organization, today=now.date()))
        errors = sum(1 for each in found if each.rule.severity == "error")
        sentence = f"{len(RULES)} rules found {len(found)} things, {errors} of them errors."
        page = RulesPage(tuple(map(_told, found[:SHOWN])), _more(len(found)), rules, sentence)
    return render(request, "registers/rules.html", {"page": page, "may_write": request.actor.may("write")})


def _told(each: Problem) -> tuple[Rule, Told]:
    record = each.record
    return each.rule, Told(each.rule.id, str(record.id) if record else "", record.title if record else "", each.words)


def _measured_page(found: Measured, many: int, rules: tuple[tuple[str, str, str], ...]) -> RulesPage:
    if found.at is None:
        sentence = f"No measurement of these {many:,} records has found anything yet."
    else:
        least = ("", "") if found.whole else ("At least ", "at least ")
        sentence = (
            f"{least[0]}{found.count:,} findings stand since {found.at:%d %B %Y, %H:%M} UTC, "
            f"{least[1]}{found.errors:,} of them errors."
        )
    told = tuple((RULES[each.rule], each) for each in found.first if each.rule in RULES)
    return RulesPage(told, _more(found.count, found.whole), rules, sentence, measured=True)


def _more(count: int, whole: bool = True) -> str:
    """What stands beyond the first SHOWN of `count` problems, of which there may be more unless they are the `whole`."""
    if whole:
        return f"And {count - SHOWN:,} more." if count > SHOWN else ""
    return "And more." if count > SHOWN else "There may be more."
