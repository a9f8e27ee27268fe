"""The pages that every register gets from its declaration: list, record, form, and what can be done to a record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assay.accounts.access import SignedInRequest
from assay.accounts.pages import signed_in
from assay.core.errors import AssayError, Conflict, InvalidInput, NotFound
from assay.registers.declaration import STRENGTHS, Register
from assay.registers.exports.sheets import EXPORTS, list_export
from assay.registers.forms import day_of, differing, person_of, posted_data, posted_system, record_form
from assay.registers.models import FormDraft, Record
from assay.registers.pages.approving import approve
from assay.registers.pages.common import now_of, onward, tell
from assay.registers.pages.drafts import draft_for, keep
from assay.registers.queries.detail import record_page
from assay.registers.queries.lists import columns_of, filters_read, list_page
from assay.registers.queries.records import access_evidence, access_record, record_list
from assay.registers.registry import register_of
from assay.registers.services import (
    comment_add,
    evidence_add,
    evidence_retire,
    filter_save,
    record_bulk_update,
    record_create,
    record_move,
    record_restore,
    record_retire,
    record_update,
)
from assay.registers.services.drafts import draft_discard
from assay.registers.services.evidence import EVIDENCE_KINDS
from assay.registers.services.records import authors_of, signing_states
from assay.registers.services.writing import content_digest
from assay.ui.table import TableView


@require_safe
@signed_in("read")
def register_page(request: SignedInRequest, register: str) -> HttpResponse:
    """The list of a register; `format=` gives what the filters leave as CSV, JSON, XLSX, DOCX or PDF."""
    declared = register_of(register)
    if declared.slug == "soa":
        return redirect("soa")
    view = TableView.read(request.GET, columns=columns_of(declared), sort="number", size=100)
    filters = filters_read(declared, request.GET.dict())
    today = now_of().date()
    wanted = request.GET.get("format", "")
    if wanted in EXPORTS:
        rows = record_list(request.actor, declared, filters, today=today, order=view.order)
        return list_export(request, declared, rows, wanted, now=now_of())
    page = list_page(request.actor, declared, view, filters, today=today)
    fields = [
        (each.key, each.label) for each in declared.fields if each.kind in ("choice", "date") and not each.derived
    ]
    context = {
        "page": page,
        "may_write": request.actor.may("write"),
        "bulk_fields": fields,
        "query": request.GET.urlencode(),
    }
    return render(request, "registers/list.html", context)


@require_safe
@signed_in("read")
def record_detail_page(request: SignedInRequest, record_id: UUID) -> HttpResponse:
    """One record with everything around it."""
    return _detail(request, access_record(actor=request.actor, record_id=record_id))


def _detail(request: SignedInRequest, record: Record, *, status: int = 200, **extra: Any) -> HttpResponse:
    authors = frozenset(authors_of(record))
    page = record_page(request.actor, record, now=now_of(), digest=content_digest(record), authors=authors)
    context = {
        "page": page,
        "may_write": request.actor.may("write"),
        "kinds": EVIDENCE_KINDS,
        "strengths": STRENGTHS,
        "today": now_of().date().isoformat(),
        "evidence_errors": {},
        "sent": {},
        **extra,
    }
    return render(request, "registers/record.html", context, status=status)


@require_http_methods(["GET", "POST"])
@signed_in("write")
def record_new_page(request: SignedInRequest, register: str) -> HttpResponse:
    """The empty form, or the person's draft of it; a POST makes the record."""
    declared = register_of(register)
    if declared.fixed:
        raise NotFound("page", request.path)
    if request.method == "GET":
        return _form(request, declared, None)
    try:
        record = record_create(
            actor=request.actor, register=register, title=request.POST.get("title", ""),
            data=posted_data(declared, request.POST), now=now_of(), **posted_system(request.actor, request.POST.dict()),
        )  # fmt: skip
    except InvalidInput as error:
        return _form(request, declared, None, errors=getattr(error, "errors", {"title": str(error)}))
    draft_discard(actor=request.actor, register=register, record=None)
    messages.success(request, f"{declared.name} {record.number} was created.")
    return redirect("record", record.pk)


@require_http_methods(["GET", "POST"])
@signed_in("write")
def record_edit_page(request: SignedInRequest, record_id: UUID) -> HttpResponse:
    """The form filled, from the record or from the person's draft; a POST changes the record."""
    record = access_record(actor=request.actor, record_id=record_id)
    declared = register_of(record.register)
    if request.method == "GET":
        return _form(request, declared, record)
    try:
        seen = request.POST.get("version", "")
        record_update(
            record=record, actor=request.actor, title=request.POST.get("title", ""), data=posted_data(declared, request.POST),
            now=now_of(), expected=int(seen) if seen.isdecimal() and len(seen) < 10 else None,
            **posted_system(request.actor, request.POST.dict()),
        )  # fmt: skip
    except InvalidInput as error:
        return _form(request, declared, record, errors=getattr(error, "errors", {"title": str(error)}))
    except Conflict as error:
        return _form(request, declared, record, errors={"title": str(error)}, stale=True)
    except AssayError as error:
        keep(request, register=declared.slug, record=record)
        tell(request, error)
        return redirect("record", record.pk)
    draft_discard(actor=request.actor, register=declared.slug, record=record)
    return redirect("record", record.pk)


def _form(
    request: SignedInRequest,
    declared: Register,
    record: Record | None,
    *,
    errors: Mapping[str, str] | None = None,
    stale: bool = False,
) -> HttpResponse:
    """The form with what was refused (kept as a draft first), else with the person's draft, else as it was saved.

    `stale`: somebody else saved meanwhile; what they saved is shown beside what was sent, and sending again overwrites it.
    """
    draft: FormDraft | None = None
    post: QueryDict | None = None
    if errors is not None:
        keep(request, declared.slug, record)
        post = request.POST
    else:
        draft, post = draft_for(request.actor, declared.slug, record, "") or (None, None)
    form = record_form(request.actor, declared, record=record, post=post, errors=errors)
    overtaken = record is not None and (stale or (draft is not None and draft.version not in (0, record.version)))
    context = {
        "form": form, "record": record, "draft": draft, "stale": overtaken,
        "differing": differing(request.actor, declared, record, post) if overtaken and record and post is not None else (),
    }  # fmt: skip
    return render(request, "registers/form.html", context, status=409 if stale else 422 if errors else 200)


@require_POST
@signed_in("write")
def record_move_page(request: SignedInRequest, record_id: UUID) -> HttpResponse:
    """Move a record to another state, or approve it."""
    record = access_record(actor=request.actor, record_id=record_id)
    to, back = request.POST.get("to", ""), onward(request, reverse("record", args=[record.pk]))
    try:
        if to in signing_states(record):
            return approve(request, record, to, back)
        moved = record_move(
            record=record,
            to=to,
            actor=request.actor,
            now=now_of(),
            words=request.POST.get("words", "")[:2000],
        )
        messages.success(request, f"It is now “{register_of(moved.register).state(moved.state).title}”.")
    except AssayError as error:
        tell(request, error)
    return redirect(back)


@require_POST
@signed_in("write")
def record_retire_page(request: SignedInRequest, record_id: UUID) -> HttpResponse:
    """Retire a record, or restore one that is retired."""
    record = access_record(actor=request.actor, record_id=record_id)
    try:
        if record.retired_at is None:
            record_retire(record=record, actor=request.actor, now=now_of(), words=request.POST.get("words", "")[:2000])
            messages.success(request, "It is retired. You can restore it here.")
        else:
            record_restore(record=record, actor=request.actor, now=now_of())
            messages.success(request, "It is restored.")
    except AssayError as error:
        tell(request, error)
    return redirect("record", record.pk)


@require_POST
@signed_in("write")
def comment_page(request: SignedInRequest, record_id: UUID) -> HttpResponse:
    """Contribute to the discussion."""
    record = access_record(actor=request.actor, record_id=record_id)
    try:
        comment_add(record=record, actor=request.actor, text=request.POST.get("text", ""), now=now_of())
    except AssayError as error:
        tell(request, error)
    return redirect(reverse("record", args=[record.pk]) + "#discussion")


@require_POST
@signed_in("write")
def evidence_page(request: SignedInRequest, record_id: UUID) -> HttpResponse:
    """Put evidence under a record."""
    record = access_record(actor=request.actor, record_id=record_id)
    post = request.POST
    try:
        evidence_add(
            actor=request.actor, record=record, title=post.get("title", ""), kind=post.get("kind", ""),
            strength=int(post.get("strength", "0")) if post.get("strength", "").isdecimal() else 0,
            source=post.get("source", ""), digest=post.get("digest", "").strip(),
            collected_on=day_of(post.get("collected_on", ""), "collected_on"),
            expires_on=day_of(post["expires_on"], "expires_on") if post.get("expires_on") else None, now=now_of(),
        )  # fmt: skip
    except InvalidInput as error:
        return _detail(request, record, status=422, evidence_errors=getattr(error, "errors", {}), sent=post.dict())
    except AssayError as error:
        tell(request, error)
    return redirect(reverse("record", args=[record.pk]) + "#evidence")


@require_POST
@signed_in("write")
def evidence_retire_page(request: SignedInRequest, evidence_id: UUID) -> HttpResponse:
    """Withdraw evidence."""
    row = access_evidence(actor=request.actor, evidence_id=evidence_id)
    evidence_retire(evidence=row, actor=request.actor, now=now_of(), why=request.POST.get("why", ""))
    return redirect("record", row.record_id) if row.record_id else redirect("obligations")


@require_POST
@signed_in("write")
def bulk_page(request: SignedInRequest, register: str) -> HttpResponse:
    """The same change in all chosen records."""
    declared = register_of(register)
    post = request.POST
    ids = []
    for text in post.getlist("chosen"):
        try:
            ids.append(UUID(text))
        except ValueError:
            continue
    field, value = post.get("field", ""), post.get("value", "").strip()
    try:
        if not ids or not field:
            raise InvalidInput("Choose at least one record and what to change.")
        known = {each.key for each in declared.fields if not each.derived}
        if field not in known | {"owner", "deputy", "review_on"}:
            raise InvalidInput("There is no such field.")
        changes = (
            {field: person_of(request.actor, post.get("person", ""), field)}
            if field in ("owner", "deputy")
            else {field: value}
        )
        count = record_bulk_update(actor=request.actor, register=register, ids=ids, now=now_of(), changes=changes)
        messages.success(request, f"{count} changed." if count != 1 else "1 changed.")
    except AssayError as error:
        tell(request, error)
    return redirect("register", register)


@require_POST
@signed_in("read")
def filter_page(request: SignedInRequest, register: str) -> HttpResponse:
    """Keep the list under a name."""
    query = request.POST.get("query", "")
    try:
        filter_save(
            actor=request.actor, register=register, name=request.POST.get("name", ""), query=query, now=now_of()
        )
    except AssayError as error:
        tell(request, error)
    return redirect(reverse("register", args=[register]) + (f"?{query}" if query else ""))
