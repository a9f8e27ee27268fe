"""The management review as a page: its inputs, the meeting, the minutes, the decisions and what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from assay.accounts.access import SignedInRequest
from assay.accounts.pages import signed_in
from assay.core.errors import AssayError
from assay.registers.models import Record
from assay.registers.pages.common import now_of, tell
from assay.registers.queries.detail import record_page
from assay.registers.queries.records import access_record, people_of
from assay.registers.registry import register_of
from assay.registers.services import record_move, record_update, review_fill
from assay.registers.services.records import authors_of
from assay.registers.services.writing import content_digest

REVIEWS = "reviews"


@require_safe
@signed_in("read")
def review_page(request: SignedInRequest, record_id: UUID) -> HttpResponse:
    """The review with everything that the meeting looks at."""
    record = access_record(actor=request.actor, record_id=record_id, register=REVIEWS)
    page = record_page(
        request.actor, record, now=now_of(), digest=content_digest(record), authors=frozenset(authors_of(record))
    )
    people = people_of(request.actor)
    kinds = {key: label for each in register_of(REVIEWS).field("decisions").columns for key, label in each.choices}
    tracked = {
        str(row.data.get("idea")): row
        for row in Record.objects.filter(
            organization=request.actor.organization, register="improvements", retired_at=None
        ).select_related("owner")
        if f"record:{record.pk}" in row.data.get("review", ())
    }
    decisions = [
        (each["decision"], kinds.get(each.get("kind", ""), ""), people.get(each.get("who", ""), "nobody"), each.get("due_on", "no day"), tracked.get(each["decision"]))
        for each in record.data.get("decisions", ())
    ]  # fmt: skip
    context = {
        "page": page, "record": record, "inputs": record.data.get("inputs"), "decisions": decisions, "today": now_of().date().isoformat(),
        "may_write": request.actor.may("write"), "sentence": _sentence(record, tracked),
        "notes": [each for each in page.fields if each.field.kind == "long" and each.text],
    }  # fmt: skip
    return render(request, "registers/review.html", context)


def _sentence(record: Record, tracked: Mapping[str, Record]) -> str:
    inputs = record.data.get("inputs")
    if not inputs:
        return f"{record.title}: planned, and its inputs are not read yet."
    lines = sum(len(each["lines"]) + each["more"] for each in inputs["sections"])
    told = f"{lines} records in {len(inputs['sections'])} inputs since {inputs['since']}"
    if record.state == "planned":
        return f"{record.title}: {told}, read and not frozen yet."
    wanted = [each for each in record.data.get("decisions", ()) if each.get("kind") != "noted"]
    done = [each for each in wanted if each["decision"] in tracked and tracked[each["decision"]].state == "done"]
    return f"{record.title}: {told}; {len(wanted) - len(done)} of {len(wanted)} decisions still open."


@require_POST
@signed_in("write")
def review_fill_page(request: SignedInRequest, record_id: UUID) -> HttpResponse:
    """Read the inputs from the live records."""
    record = access_record(actor=request.actor, record_id=record_id, register=REVIEWS)
    try:
        review_fill(record=record, actor=request.actor, now=now_of())
        messages.success(request, "The inputs were read from the live records. They freeze when the review is held.")
    except AssayError as error:
        tell(request, error)
    return redirect("review", record.pk)


@require_POST
@signed_in("write")
def review_hold_page(request: SignedInRequest, record_id: UUID) -> HttpResponse:
    """Hold the meeting: day and people are noted, the inputs read once more and frozen."""
    record = access_record(actor=request.actor, record_id=record_id, register=REVIEWS)
    data = {key: request.POST.get(key, "") for key in ("held_on", "attendees")}
    try:
        with transaction.atomic():
            row = record_update(record=record, actor=request.actor, now=now_of(), data=data)
            record_move(record=row, to="held", actor=request.actor, now=now_of())
        messages.success(request, "The inputs are frozen. Write down what was decided, then have the results approved.")
    except AssayError as error:
        tell(request, error)
    return redirect("review", record.pk)
