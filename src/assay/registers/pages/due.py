"""What is due, for everybody or for oneself; what has to be read, and saying that one has."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from assay.accounts.access import SignedInRequest
from assay.accounts.pages import signed_in
from assay.core.errors import AssayError
from assay.registers.pages.common import now_of, tell
from assay.registers.queries.reading import reading_list
from assay.registers.queries.records import access_record
from assay.registers.queries.reminders import KINDS
from assay.registers.queries.soon import due_soon
from assay.registers.services import document_acknowledge

DAYS = (("7", "a week"), ("30", "a month"), ("90", "three months"), ("365", "a year"))
SHOWN = 500


@require_safe
@signed_in("read")
def due_page(request: SignedInRequest) -> HttpResponse:
    """Everything that somebody has to do soon, late ones first."""
    days = request.GET.get("days", "30")
    days = days if days in dict(DAYS) else "30"
    mine, kind = request.GET.get("who", "") == "mine", request.GET.get("kind", "")
    today = now_of().date()
    person = request.actor.person.pk if mine else None
    found, cut = due_soon(request.actor.organization, today=today, days=int(days), person=person)
    rows = [each for each in found if kind in ("", each.kind)]
    late = sum(1 for each in rows if each.late)
    whose = "wait for you" if mine else "are due"
    whole = kind not in cut if kind else not cut
    many = f"{len(rows)} things" if whole else f"At least {len(rows)} things"
    context = {
        "rows": rows[:SHOWN], "more": max(0, len(rows) - SHOWN), "late": late, "today": today, "days": days, "choices": DAYS, "kind": kind,
        "kinds": (("", "Everything"), *KINDS.items()), "names": KINDS, "mine": mine,
        "sentence": f"{many} {whose} within {dict(DAYS)[days]}; {late if whole else f'at least {late}'} of them {'is' if late == 1 else 'are'} late.",
    }  # fmt: skip
    return render(request, "registers/due.html", context)


@require_safe
@signed_in("read")
def reading_page(request: SignedInRequest) -> HttpResponse:
    """What I have to read, and for each document who has and who is late."""
    today = now_of().date()
    documents = reading_list(request.actor.organization)
    mine = [
        (document, each)
        for document in documents
        for each in document.readings
        if each.person == request.actor.person.pk and each.at is None
    ]
    late = sum(1 for document in documents for each in document.readings if each.late(today))
    if mine:
        sentence = f"{len(mine)} document{'s wait' if len(mine) > 1 else ' waits'} for you to read."
    else:
        sentence = "You have read everything that waits to be read."
    context = {
        "documents": documents, "mine": mine, "today": today, "sentence": sentence, "late": late,
        "lates": {document.record: [each for each in document.readings if each.late(today)] for document in documents},
    }  # fmt: skip
    return render(request, "registers/reading.html", context)


@require_POST
@signed_in("read")
def acknowledge_page(request: SignedInRequest, record_id: UUID) -> HttpResponse:
    """Say that I have read what is approved now."""
    record = access_record(actor=request.actor, record_id=record_id)
    try:
        document_acknowledge(record=record, actor=request.actor, now=now_of())
        messages.success(request, f"Noted: you have read “{record.title}”.")
    except AssayError as error:
        tell(request, error)
    return redirect("system-reading")
