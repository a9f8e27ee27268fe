"""The life cycle of AI systems: gates by phase, activities by record."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assay.accounts.access import SignedInRequest
from assay.accounts.pages import signed_in
from assay.core.errors import NotFound
from assay.registers.exports.sheets import WRITERS, Sheet, file_response
from assay.registers.pages.common import now_of
from assay.registers.queries.lifecycle import LOOKED_AT, CyclePage, cycle_page
from assay.registers.queries.standing import held

SHEETS = ("csv", "xlsx")


@require_safe
@signed_in("read")
def lifecycle(request: SignedInRequest) -> HttpResponse:
    """Every AI system by phase; `system=record:<id>` shows the activities of one. Raises NotFound for one that is not there."""
    found = held(request.actor.organization, today=now_of().date(), only=LOOKED_AT)
    system = request.GET.get("system", "")[:60]
    page = cycle_page(found, system=system)
    if system and page.chosen is None:
        raise NotFound("AI system", system)
    wanted = request.GET.get("format", "")
    if wanted in SHEETS:
        sheet = _grid_sheet(page) if page.chosen else _gate_sheet(page)
        return file_response(request, WRITERS[wanted](sheet), wanted, "life-cycle")
    return render(request, "registers/lifecycle.html", {"page": page, "query": request.GET.urlencode()})


def _gate_sheet(page: CyclePage) -> Sheet:
    head = ("No.", "AI system", "State", *(phase.name for phase in page.phases))
    rows = [
        (str(line.system.number), line.system.title, line.state, *(f"{cell.words}{' (due)' if cell.gap else ''}" for cell in line.gates))
        for line in page.lines
    ]  # fmt: skip
    return Sheet("Gates by phase", page.sentence, head, rows)


def _grid_sheet(page: CyclePage) -> Sheet:
    head = ("Activity", "Phase", "What is done", "Record asked for", "Kind", "Stands", "Records", "Newest")
    rows = [
        (
            activity.name, cell.phase.name, cell.asked.do, cell.asked.record, cell.asked.di, cell.stand,
            "; ".join(f"{row.register} {row.number}: {row.title}" for row in cell.records), cell.newest.isoformat() if cell.newest else "",
        )
        for activity, cells in page.grid
        for cell in cells
    ]  # fmt: skip
    return Sheet("Life cycle", page.sentence, head, rows)
