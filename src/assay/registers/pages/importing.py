"""Import pages: give a file, say which column is which, look at the problems, apply, take back."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from assay.accounts.access import SignedInRequest
from assay.accounts.pages import signed_in
from assay.core.errors import AssayError, NotFound
from assay.registers.importing import targets
from assay.registers.models import ImportRun
from assay.registers.pages.common import now_of, tell
from assay.registers.queries.records import access_run
from assay.registers.registry import register_of
from assay.registers.services.importing import import_apply, import_map, import_read, import_undo

MOST_BYTES = 10 * 1024 * 1024


@require_http_methods(["GET", "POST"])
@signed_in("write")
def import_page(request: SignedInRequest, register: str) -> HttpResponse:
    """Give a file; earlier imports with their standing."""
    declared = register_of(register)
    if declared.fixed or declared.single:
        raise NotFound("page", request.path)
    if request.method == "POST":
        sent = request.FILES.get("file")
        if sent is None or sent.size is None or sent.size > MOST_BYTES:
            messages.error(request, "Choose a file of at most 10 MB.")
            return redirect("register-import", register)
        try:
            run = import_read(
                actor=request.actor, register=register, name=sent.name or "file", content=sent.read(), now=now_of()
            )
        except AssayError as error:
            tell(request, error)
            return redirect("register-import", register)
        return redirect("import", run.pk)
    runs = (
        ImportRun.objects.filter(organization=request.actor.organization, register=register)
        .select_related("by")
        .defer("rows")[:20]
    )
    return render(request, "registers/import.html", {"register": declared, "runs": runs})


@require_http_methods(["GET", "POST"])
@signed_in("write")
def run_page(request: SignedInRequest, run_id: UUID) -> HttpResponse:
    """The mapping with its problems; a POST changes the mapping and checks again."""
    run = access_run(actor=request.actor, run_id=run_id)
    register = register_of(run.register)
    if request.method == "POST":
        if request.POST.get("drop"):
            return _drop(request, run, request.POST["drop"])
        columns = {label: request.POST.get(f"column-{place}", "") for place, label in enumerate(run.header)}
        constants = {key: request.POST.get(f"constant-{key}", "") for key, _label in targets(register)}
        try:
            import_map(
                run=run,
                actor=request.actor,
                columns={k: v for k, v in columns.items() if v},
                constants=constants,
                now=now_of(),
            )
        except AssayError as error:
            tell(request, error)
        return redirect("import", run.pk)
    chosen = run.mapping.get("columns", {})
    held = run.mapping.get("constants", {})
    shown = [
        (place, label, chosen.get(label, ""), [row[1][place] for row in run.rows[:3]])
        for place, label in enumerate(run.header)
    ]
    needed = [
        (f.key, f.label, held.get(f.key, "")) for f in register.fields if f.required and f.key not in chosen.values()
    ]
    bad = len({row[0] for row in run.problems})
    labels = dict(targets(register))
    kinds = Counter(row[1] for row in run.problems)
    groups = [(key, labels.get(key, key), count, key in chosen.values()) for key, count in kinds.most_common()]
    context = {
        "run": run, "register": register, "columns": shown, "needed": needed, "bad": bad, "problems": run.problems[:100], "groups": groups,
        "targets": (("", "Leave out"), *targets(register)), "labels": dict(targets(register)),
    }  # fmt: skip
    return render(request, "registers/import_run.html", context)


def _drop(request: SignedInRequest, run: ImportRun, key: str) -> HttpResponse:
    """Leave one field out: its column goes nowhere."""
    columns = {label: to for label, to in run.mapping.get("columns", {}).items() if to != key}
    try:
        import_map(
            run=run, actor=request.actor, columns=columns, constants=run.mapping.get("constants", {}), now=now_of()
        )
    except AssayError as error:
        tell(request, error)
    return redirect("import", run.pk)


@require_POST
@signed_in("write")
def apply_page(request: SignedInRequest, run_id: UUID) -> HttpResponse:
    """Write the rows into the register."""
    run = access_run(actor=request.actor, run_id=run_id)
    try:
        done = import_apply(run=run, actor=request.actor, now=now_of(), skip_bad=request.POST.get("skip") == "1")
    except AssayError as error:
        tell(request, error)
        return redirect("import", run.pk)
    messages.success(
        request, f"{done.count:,} records were imported. You can take it back as long as nobody changed them."
    )
    return redirect("import", run.pk)


@require_POST
@signed_in("write")
def undo_page(request: SignedInRequest, run_id: UUID) -> HttpResponse:
    """Take an import back."""
    run = access_run(actor=request.actor, run_id=run_id)
    try:
        messages.success(request, f"{import_undo(run=run, actor=request.actor, now=now_of()):,} records were retired.")
    except AssayError as error:
        tell(request, error)
    return redirect("import", run.pk)
