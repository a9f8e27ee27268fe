"""Drafts of forms: saved while somebody writes (by a script) or on a button (without one), restored, discarded."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from assay.accounts.access import Actor, SignedInRequest
from assay.accounts.pages import signed_in
from assay.registers.models import FormDraft, Record
from assay.registers.pages.common import now_of, onward
from assay.registers.queries.records import access_record
from assay.registers.registry import register_of
from assay.registers.services.drafts import draft_discard, draft_save

FORM = "form_name"  # which form of a record a draft belongs to: the whole, or a step of a guided one


def draft_for(actor: Actor, register: str, record: Record | None, form: str) -> tuple[FormDraft, QueryDict] | None:
    """The person's draft of a form with its values as if they were posted; None without one."""
    row = FormDraft.objects.filter(
        organization=actor.organization, person=actor.person, register=register, record=record
    ).first()
    if row is None or (row.content.get(FORM) or [""])[0] != form:
        return None
    post = QueryDict(mutable=True)
    for name, values in row.content.items():
        post.setlist(name, values)
    return row, post


def keep(request: SignedInRequest, register: str, record: Record | None) -> FormDraft:
    """Keep what was posted as a draft."""
    seen = request.POST.get("version", "")
    return draft_save(
        actor=request.actor, register=register, record=record, content=dict(request.POST.lists()), now=now_of(),
        version=int(seen) if seen.isdecimal() and len(seen) < 10 else 0,
    )  # fmt: skip


@require_POST
@signed_in("write")
def new_draft_page(request: SignedInRequest, register: str) -> HttpResponse:
    """Keep, or with `discard` forget, what somebody writes into the form of a new record."""
    declared = register_of(register)
    return _answer(request, declared.slug, None, reverse("record-new", args=[register]))


@require_POST
@signed_in("write")
def record_draft_page(request: SignedInRequest, record_id: UUID) -> HttpResponse:
    """Keep, or forget, what somebody writes into a form of a record."""
    record = access_record(actor=request.actor, record_id=record_id)
    return _answer(request, record.register, record, reverse("record-edit", args=[record.pk]))


def _answer(request: SignedInRequest, register: str, record: Record | None, otherwise: str) -> HttpResponse:
    back = onward(request, otherwise)
    if request.POST.get("discard") == "1":
        draft_discard(actor=request.actor, register=register, record=record)
        messages.success(request, "The draft is gone; here is what was saved before.")
        return redirect(back)
    row = keep(request, register, record)
    if request.headers.get("X-Draft") == "1":
        return JsonResponse({"saved_at": row.saved_at.isoformat()})
    messages.success(request, "Your draft is kept. It is yours alone until you save the form.")
    return redirect(back)
