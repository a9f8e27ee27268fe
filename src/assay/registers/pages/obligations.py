"""Obligations and required documents with what meets them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assay.accounts.access import SignedInRequest
from assay.accounts.pages import signed_in
from assay.catalog import load_catalog
from assay.registers.pages.common import now_of
from assay.registers.queries.tally import GAPS, Stand, control_stands, stands, tally
from assay.registers.queries.verdicts import CellVerdict, cell_verdicts

KINDS = (
    ("", "Everything"),
    ("obligation", "Obligations (shall)"),
    ("document", "Required documents"),
    ("control", "Annex A controls (considered, decided)"),
)


@dataclass(frozen=True)
class ObligationsPage:
    """What the obligations template shows."""

    rows: tuple[tuple[str, str, tuple[Stand, ...]], ...]
    sentence: str
    counts: tuple[tuple[str, str, int], ...]
    kinds: tuple[tuple[str, str], ...]
    kind: str
    gap: str
    gaps: tuple[tuple[str, str], ...]
    search: str
    today: date
    verdicts: Mapping[str, CellVerdict]


@require_safe
@signed_in("read")
def obligations_page(request: SignedInRequest) -> HttpResponse:
    """The 119 obligations and 22 documents, and on request the 38 controls, grouped by clause, gaps first on request."""
    found = tally(request.actor.organization, today=now_of().date())
    kind, gap = request.GET.get("kind", ""), request.GET.get("gap", "")
    search = request.GET.get("q", "").strip().casefold()
    whole = stands(found)
    rows = control_stands(found) if kind == "control" else whole
    kept = [
        row
        for row in rows
        if (kind in ("", row.kind)) and (not gap or (row.gap != "met" if gap == "open" else row.gap == gap))
        and (not search or search in f"{row.number} {row.text}".casefold())
    ]  # fmt: skip
    met = sum(1 for row in whole if row.gap == "met")
    page = ObligationsPage(
        rows=_by_place(kept),
        sentence=f"{met} of {len(whole)} obligations and required documents are shown by evidence; {len(whole) - met} are not.",
        counts=tuple((key, words, sum(1 for row in rows if row.gap == key)) for key, words in GAPS.items()),
        kinds=KINDS,
        kind=kind,
        gap=gap,
        gaps=(("", "All"), ("open", "Gaps only"), *GAPS.items()),
        search=request.GET.get("q", "").strip(),
        today=found.today,
        verdicts={} if kind == "control" else cell_verdicts(request.actor, "obligations", now=now_of()),
    )
    return render(request, "registers/obligations.html", {"page": page})


def _by_place(rows: Sequence[Stand]) -> tuple[tuple[str, str, tuple[Stand, ...]], ...]:
    catalog = load_catalog()
    titles = {each.number: each.title for each in catalog.clauses} | {
        each.number: each.title for each in catalog.domains
    }
    places = list(dict.fromkeys(row.place for row in rows))
    places.sort(key=lambda place: [int(part) for part in place.replace("A.", "90.").split(".") if part.isdigit()])
    return tuple((place, titles.get(place, ""), tuple(row for row in rows if row.place == place)) for place in places)
