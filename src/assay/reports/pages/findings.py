"""Findings: the list with filters, one finding with its attributions, and the decision that it is no defect."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from assay.accounts.access import SignedInRequest
from assay.accounts.pages import signed_in
from assay.assurance.models import FindingRow
from assay.assurance.queries import access_finding
from assay.core.errors import AssayError
from assay.reports.queries.findings import KINDS, FindingFilters, FindingPage, finding_page, finding_rows
from assay.studio.services import finding_decide
from assay.ui.table import Column, TableView

COLUMNS = (
    Column("finding", "Finding", fixed=True),
    Column("bucket", "Category", fixed=True),
    Column("pathway", "Pathway", narrow=False),
    Column("programme", "Programme", narrow=False),
    Column("family", "Family", narrow=False),
    Column("detector", "Detector", narrow=False, shown=False),
    Column("legacy", "Legacy", narrow=False, shown=False),
)  # fmt: skip
BUCKETS = (
    ("", "Any category"),
    ("A", "A governing"),
    ("own", "Own standard"),
    ("read", "To be read"),
    ("B", "B structural"),
    ("C", "C comparative"),
)
STATUSES = (("open", "Open"), ("dismissed", "Not a defect"), ("closed", "Closed"), ("all", "All"))


@dataclass(frozen=True)
class FindingListPage:
    """What the list template shows."""

    view: TableView
    rows: tuple[FindingRow, ...]
    filters: FindingFilters
    sentence: str
    buckets: tuple[tuple[str, str], ...]
    statuses: tuple[tuple[str, str], ...]


@require_safe
@signed_in("read")
def finding_list_page(request: SignedInRequest) -> HttpResponse:
    """Findings of the organization; defects first. Filters: status, category, programme, words."""
    filters = FindingFilters.read(request.GET)
    found = finding_rows(request.actor, filters)
    view = TableView.read(request.GET, columns=COLUMNS, size=50).counted(found.count())
    rows = tuple(found[view.offset : view.offset + view.limit])
    page = FindingListPage(view, rows, filters, filters.sentence(view.total or 0), BUCKETS, STATUSES)
    return render(request, "reports/findings.html", {"page": page})


@require_safe
@signed_in("read")
def finding_detail_page(request: SignedInRequest, finding_id: UUID) -> HttpResponse:
    """One finding: six attributions, bucket, why, the rule it rests on, its history."""
    row = access_finding(actor=request.actor, finding_id=finding_id)
    if row.surface.kind not in KINDS:
        return redirect("system-rules")
    page = finding_page(request.actor, row)
    return render(request, "reports/finding.html", _context(request, page))


@require_POST
@signed_in("dispose")
def finding_dispose_page(request: SignedInRequest, finding_id: UUID) -> HttpResponse:
    """Record what a person found, with a reason: no defect, or (of a passage held for reading) a defect."""
    row = access_finding(actor=request.actor, finding_id=finding_id)
    reason, defect = request.POST.get("reason", ""), request.POST.get("decision") == "defect"
    try:
        finding_decide(finding=row, by=request.actor, reason=reason, now=timezone.now(), defect=defect)
    except AssayError as error:
        page: FindingPage = finding_page(request.actor, row)
        context = _context(request, page) | {"error": f"{error} {error.hint}".strip(), "reason": reason}
        return render(request, "reports/finding.html", context, status=error.http_status)
    what = "a defect" if defect else "not a defect"
    messages.success(request, f"Recorded as {what}. The verdict was computed again.")
    return redirect(reverse("finding", args=[row.pk]))


def _context(request: SignedInRequest, page: FindingPage) -> dict[str, object]:
    actor = request.actor
    return {"page": page, "may_dispose": actor.may("dispose"), "may_write": actor.may("write")}
