"""The workbench of the Statement of Applicability: decide in place, see what speaks against, issue, compare, sign, export."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from assay.accounts.access import SignedInRequest
from assay.accounts.exporting import file_answer
from assay.accounts.pages import signed_in
from assay.core.errors import AssayError, Conflict, InvalidInput, NotFound
from assay.registers.exports.sheets import TYPES
from assay.registers.exports.statement import FORMATS, WRITERS
from assay.registers.forms import Asked, posted_data, record_form
from assay.registers.models import Record
from assay.registers.pages.common import now_of, tell
from assay.registers.queries.soa import (
    Difference,
    SoaRow,
    access_statement,
    compare,
    issued_rows,
    soa_next,
    soa_rows,
    soa_suggestion,
    statement_list,
    statement_now,
    statement_of,
)
from assay.registers.queries.standing import held
from assay.registers.registry import register_of
from assay.registers.rules import Problem, problems
from assay.registers.services.soa import soa_decide, soa_open, soa_row, statement_issue

WHOLE = ("soa", "statements")
NAMED = ("risks", "treatments", "impacts", "interested-parties", "objectives")
"""The registers that the linter and the links of a statement need: read whole, and as far as they and controls have to do
with each other."""


@dataclass(frozen=True)
class SoaPage:
    """What the workbench shows. `chosen` is the row open for a decision, with its questions."""

    rows: tuple[SoaRow, ...]
    sentence: str
    lede: str
    ready: bool
    chosen: str
    questions: tuple[Asked, ...]
    errors: tuple[tuple[str, str], ...]
    by_control: dict[str, tuple[Problem, ...]]
    other: tuple[Problem, ...]
    found: int
    statements: tuple[Record, ...]
    suggested: bool
    undecided: int


@require_safe
@signed_in("read")
def soa_page(request: SignedInRequest) -> HttpResponse:
    """All 38 controls; `row=A.x.y` opens one for a decision."""
    return _shown(request, request.GET.get("row", ""))


def _shown(
    request: SignedInRequest,
    chosen: str,
    *,
    post: QueryDict | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    actor = request.actor
    found = held(actor.organization, today=now_of().date(), only=WHOLE, named=NAMED)
    rows = soa_rows(actor, found)
    lint = problems(found, group="soa")
    by_control: dict[str, list[Problem]] = {}
    for each in lint:
        if each.record is not None:
            by_control.setdefault(str(each.record.data.get("control")), []).append(each)
    questions: tuple[Asked, ...] = ()
    suggested = False
    if chosen and actor.may("write") and any(row.control == chosen and row.id for row in rows):
        record = soa_row(actor, chosen)
        form = record_form(actor, register_of("soa"), record=record, post=post, errors=errors)
        questions = tuple(each for each in form.fields if each.name != "control")
        if post is None and not record.data.get("applies"):
            words = soa_suggestion(found, chosen)
            suggested = bool(words)
            questions = tuple(_suggest(each, words) for each in questions)
    included = sum(1 for row in rows if row.decision == "included")
    excluded = sum(1 for row in rows if row.decision == "excluded")
    wrong = sum(1 for each in lint if each.rule.severity == "error")
    page = SoaPage(
        rows=rows,
        sentence=f"{included} controls included, {excluded} excluded, {len(rows) - included - excluded} not decided.",
        lede=_lede(len(lint), wrong, bool(found.by_register.get("soa"))),
        ready=bool(found.by_register.get("soa")),
        chosen=chosen if questions else "",
        questions=questions,
        errors=tuple((f"field-{key}", words) for key, words in (errors or {}).items()),
        by_control={key: tuple(found_here) for key, found_here in by_control.items()},
        other=tuple(each for each in lint if each.record is None),
        found=len(lint),
        statements=statement_list(actor),
        suggested=suggested,
        undecided=len(rows) - included - excluded,
    )
    return render(request, "registers/soa.html", {"page": page, "may_write": actor.may("write")}, status=status)


def _suggest(question: Asked, words: str) -> Asked:
    """The question with what the records suggest, where nothing was answered; nothing is saved by that."""
    if not words or question.value:
        return question
    if question.name == "applies":
        return replace(question, value="included")
    return (
        replace(question, value=words, hint="Suggested from what names this control: make it yours.")
        if question.name == "justification"
        else question
    )


def _lede(found: int, errors: int, ready: bool) -> str:
    if not ready:
        return "The rows are not made yet: one for each control of Annex A, none decided."
    if not found:
        return "The linter has nothing to say. That is a statement about its rules, not about the controls."
    if found == 1:
        return (
            f"The linter says one thing about it, which {'stands' if errors else 'does not stand'} against an approval."
        )
    against = (
        "none of them stands" if not errors else "one of them stands" if errors == 1 else f"{errors} of them stand"
    )
    return f"The linter says {found} things about it; {against} against an approval."


@require_POST
@signed_in("write")
def soa_open_page(request: SignedInRequest) -> HttpResponse:
    """Make the rows that are missing."""
    made = soa_open(actor=request.actor, now=now_of())
    messages.success(request, f"{made} rows were made. None is decided.")
    return redirect("soa")


@require_POST
@signed_in("write")
def soa_decide_page(request: SignedInRequest, control: str) -> HttpResponse:
    """Decide on one control, in place."""
    register = register_of("soa")
    data = posted_data(register, request.POST)
    data.pop("control", None)
    seen = request.POST.get("version", "")
    try:
        soa_decide(
            actor=request.actor, control=control, data=data, now=now_of(),
            expected=int(seen) if seen.isdecimal() and len(seen) < 10 else None,
        )  # fmt: skip
    except InvalidInput as error:
        wrong: dict[str, str] = getattr(error, "errors", {"applies": str(error)})
        return _shown(request, control, post=request.POST, errors=wrong, status=422)
    except Conflict as error:
        return _shown(request, control, post=request.POST, errors={"applies": f"{error} {error.hint}"}, status=409)
    onward = soa_next(held(request.actor.organization, today=now_of().date()), control)
    if request.POST.get("go") == "next" and onward:
        return redirect(reverse("soa") + f"?row={onward}#{onward}")
    return redirect(reverse("soa") + (f"#{control}" if onward else "#issue"))


@require_POST
@signed_in("write")
def statement_issue_page(request: SignedInRequest) -> HttpResponse:
    """Freeze the decisions as a version for approval."""
    try:
        record = statement_issue(actor=request.actor, note=request.POST.get("note", "")[:2000], now=now_of())
    except AssayError as error:
        tell(request, error)
        return redirect("soa")
    messages.success(request, f"{record.title} is issued. Somebody who decided on none of it can sign it.")
    return redirect("record", record.pk)


@dataclass(frozen=True)
class ComparePage:
    """Two versions side by side; an empty id stands for the decisions as they are now."""

    before: str
    after: str
    options: tuple[tuple[str, str], ...]
    differences: tuple[Difference, ...]
    sentence: str


@require_safe
@signed_in("read")
def compare_page(request: SignedInRequest) -> HttpResponse:
    """What differs between two versions, or between one and now."""
    versions = statement_list(request.actor)
    default = str(versions[0].pk) if versions else ""
    before, after = request.GET.get("before", default), request.GET.get("after", "")
    left, right = _version(request, before), _version(request, after)
    found = compare(left, right)
    options = (("", "As decided now"), *((str(each.pk), each.title) for each in versions))
    sentence = f"{len(found)} controls differ." if found else "The two say the same about every control."
    page = ComparePage(before, after, options, found, sentence)
    return render(request, "registers/compare.html", {"page": page})


def _version(request: SignedInRequest, ident: str) -> tuple[SoaRow, ...]:
    known = {str(each.pk): each for each in statement_list(request.actor)}
    if ident and ident not in known:
        raise NotFound("statement", ident)
    return (
        issued_rows(request.actor, known[ident])
        if ident
        else soa_rows(request.actor, held(request.actor.organization, today=now_of().date()))
    )


@require_safe
@signed_in("read")
def soa_export_page(request: SignedInRequest, wanted: str) -> HttpResponse:
    """The statement in force (or the version `of`), as XLSX, DOCX, PDF or OSCAL."""
    if wanted not in FORMATS:
        raise NotFound("format", wanted)
    now = now_of()
    ident = request.GET.get("of", "")
    known = {str(each.pk) for each in statement_list(request.actor)}
    if ident and ident not in known:
        raise NotFound("statement", ident)
    if ident:
        statement = statement_of(request.actor, access_statement(actor=request.actor, record_id=ident))
    else:
        statement = statement_now(request.actor, held(request.actor.organization, today=now.date()), today=now.date())
    content: Any = WRITERS[wanted](statement, now)
    ending = "json" if wanted == "oscal" else wanted
    return file_answer(
        request,
        content,
        what=f"soa:{ident or 'in-force'}",
        name=f"statement-of-applicability.{ending}",
        content_type=TYPES[ending],
    )
