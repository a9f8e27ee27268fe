"""The guided impact assessment: begin, one step after the other, summary, publication; and the page that anybody may read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assay.accounts.access import Actor, SignedInRequest
from assay.accounts.pages import signed_in
from assay.core.errors import AssayError, Conflict, InvalidInput, NotFound
from assay.registers.forms import differing, posted_data, posted_system, record_form
from assay.registers.models import FormDraft, Record
from assay.registers.pages.common import now_of, tell
from assay.registers.pages.drafts import draft_for, keep
from assay.registers.queries.impacts import impact_page, progress_of, public_page, steps_of, systems_of
from assay.registers.queries.records import access_record
from assay.registers.records.impacts.guide import Step
from assay.registers.registry import register_of
from assay.registers.services import impact_begin, record_publish, record_unpublish, record_update
from assay.registers.services.drafts import draft_discard
from assay.registers.services.records import authors_of

IMPACTS = "impacts"
CLOSED = "It is approved: reopen it before you change it."


def _impact(request: SignedInRequest, record_id: UUID) -> Record:
    return access_record(actor=request.actor, record_id=record_id, register=IMPACTS)


@require_http_methods(["GET", "POST"])
@signed_in("write")
def impact_new_page(request: SignedInRequest) -> HttpResponse:
    """Choose the system; a POST begins the assessment with what its record says already."""
    systems = Record.objects.filter(
        organization=request.actor.organization, register="ai-systems", retired_at=None
    ).order_by("number")
    if request.method == "POST":
        chosen = {str(each.pk): each for each in systems}.get(request.POST.get("system", ""))
        if chosen is not None:
            record = impact_begin(actor=request.actor, system=chosen, now=now_of())
            return redirect("impact-step", record.pk, "system")
        messages.error(request, "Choose the AI system that is assessed.")
    tiers = dict(register_of("ai-systems").field("tier").choices)
    options = [(str(each.pk), each.title, f"{tiers.get(each.data.get('tier', ''), 'no')} tier") for each in systems]
    return render(request, "registers/impact_new.html", {"options": options, "sent": request.POST.get("system", "")})


@require_safe
@signed_in("read")
def impact_summary_page(request: SignedInRequest, record_id: UUID) -> HttpResponse:
    """The whole assessment with what is missing, and what can be done next."""
    record = _impact(request, record_id)
    page = impact_page(request.actor, record)
    address = request.build_absolute_uri(reverse("public-impact", args=[page.public.address])) if page.public else ""
    moves = [(state, _bar(request.actor, record, state)) for state in register_of(IMPACTS).state(record.state).to]
    context = {
        "page": page, "address": address, "may_write": request.actor.may("write"), "state": register_of(IMPACTS).state(record.state),
        "moves": [(register_of(IMPACTS).state(name), bar) for name, bar in moves],
    }  # fmt: skip
    return render(request, "registers/impact.html", context)


def _bar(actor: Actor, record: Record, to: str) -> str:
    """Why this person cannot approve it; empty if they can, or if it is another move."""
    state = register_of(IMPACTS).state(to)
    if not state.signs:
        return ""
    if actor.person.pk in authors_of(record):
        return "You wrote it: another person has to approve it."
    named = str(record.data.get(state.signer) or "")
    return "Another person is named to approve it." if named not in ("", str(actor.person.pk)) else ""


@require_http_methods(["GET", "POST"])
@signed_in("write")
def impact_step_page(request: SignedInRequest, record_id: UUID, step: str) -> HttpResponse:
    """One step; a POST saves its answers and goes on, to the summary after the last or with `stop`."""
    record = _impact(request, record_id)
    steps = steps_of(request.actor, record)
    place = next((place for place, each in enumerate(steps) if each.name == step), None)
    if place is None:
        raise NotFound("step", step)
    if record.state == "approved" or record.retired_at is not None:
        messages.error(request, CLOSED)
        return redirect("impact", record.pk)
    if request.method == "GET":
        return _step(request, record, steps, place)
    try:
        _save(request, record, steps[place])
    except InvalidInput as error:
        return _step(request, record, steps, place, errors=getattr(error, "errors", {"title": str(error)}))
    except Conflict as error:
        return _step(request, record, steps, place, errors={"title": str(error)}, stale=True)
    draft_discard(actor=request.actor, register=IMPACTS, record=record)
    record.refresh_from_db()
    now_steps = steps_of(request.actor, record)
    if request.POST.get("go") == "stay":
        return redirect("impact-step", record.pk, step)
    if request.POST.get("go") == "stop" or place + 1 >= len(now_steps):
        return redirect("impact", record.pk)
    return redirect("impact-step", record.pk, now_steps[place + 1].name)


def _save(request: SignedInRequest, record: Record, step: Step) -> None:
    post = request.POST
    posted = posted_data(register_of(IMPACTS), post)
    system: dict[str, Any] = posted_system(
        request.actor, {key: post.get(key, "") for key in step.system if key != "title"}
    )
    seen = post.get("version", "")
    record_update(
        record=record, actor=request.actor, now=now_of(), data={key: posted[key] for key in step.fields},
        title=post.get("title", "") if "title" in step.system else None,
        expected=int(seen) if seen.isdecimal() and len(seen) < 10 else None, **system,
    )  # fmt: skip


def _step(
    request: SignedInRequest,
    record: Record,
    steps: tuple[Step, ...],
    place: int,
    *,
    errors: Mapping[str, str] | None = None,
    stale: bool = False,
) -> HttpResponse:
    """The step with what was refused (kept as a draft first), else with the person's draft, else as it was saved."""
    step, declared = steps[place], register_of(IMPACTS)
    draft: FormDraft | None = None
    post: QueryDict | None = None
    if errors is not None:
        keep(request, IMPACTS, record)
        post = request.POST
    else:
        draft, post = draft_for(request.actor, IMPACTS, record, step.name) or (None, None)
    form = record_form(request.actor, declared, record=record, post=post, errors=errors)
    asked = {each.name: each for each in (form.title, *form.fields, *form.system)}
    asked |= {each.name: replace(each, hint=declared.field(each.name).help) for each in form.fields}
    criteria = Record.objects.filter(
        organization=request.actor.organization, register="impact-criteria", retired_at=None
    ).first()
    named = {field.label for key in step.fields if (field := declared.field(key))} | {"Title"}
    context = {
        "record": record, "step": step, "steps": progress_of(record, steps, step.name), "place": place, "form": form, "draft": draft,
        "questions": [asked[key] for key in dict.fromkeys(("title", *step.fields, *step.system)) if key in (*step.fields, *step.system)],
        "systems": systems_of(request.actor, record), "criteria": criteria, "last": place + 1 == len(steps),
        "before": steps[place - 1].name if place else "", "stale": stale,
        "differing": [each for each in differing(request.actor, declared, record, request.POST) if each[0] in named] if stale else (),
    }  # fmt: skip
    return render(request, "registers/impact_step.html", context, status=409 if stale else 422 if errors else 200)


@require_POST
@signed_in("write")
def impact_publish_page(request: SignedInRequest, record_id: UUID) -> HttpResponse:
    """Publish the public fields, or with `withdraw` take them back."""
    record = _impact(request, record_id)
    try:
        if request.POST.get("withdraw") == "1":
            record_unpublish(record=record, actor=request.actor, now=now_of())
            messages.success(request, "The public page is withdrawn; its address answers as if it had never been.")
        else:
            record_publish(record=record, actor=request.actor, now=now_of())
            messages.success(request, "The public page is out. Anybody who has its address can read it.")
    except InvalidInput as error:
        told = getattr(error, "errors", {"": str(error)})
        for key, words in told.items():
            messages.error(request, f"{register_of(IMPACTS).field(key).label if key else ''}: {words}")
    except AssayError as error:
        tell(request, error)
    return redirect("impact", record.pk)


@require_safe
def public_impact_page(request: HttpRequest, address: str) -> HttpResponse:
    """The public version, for people who are not signed in."""
    return render(request, "registers/impact_public.html", {"page": public_page(address)})
