"""The portfolio page, and exactly what it shows as CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from datetime import datetime

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from assay.accounts.access import SignedInRequest
from assay.accounts.exporting import file_answer
from assay.accounts.pages import signed_in
from assay.reports.exports.lists import row_json
from assay.reports.queries.portfolio import ORDERS, Portfolio, ProgrammeRow, portfolio
from assay.ui.table import Column, TableView

COLUMNS = (
    Column("title", "Programme", sortable=True, fixed=True),
    Column("verdict", "Verdict", sortable=True, fixed=True),
    Column("coverage", "Looked at", align="end", sortable=True, hint="Share of what should exist that has a fresh result of every required detector"),
    Column("content", "Content", sortable=True, narrow=False, hint="How far what was looked at is free of defects"),
    Column("remaining", "May remain", align="end", sortable=True, narrow=False, hint="Upper bound where we looked, plus what was not looked at"),
    Column("findings", "Open findings", sortable=True, narrow=False, hint="A governing, own wrong edition or number, B structural, C comparative"),
    Column("weakest", "Weakest pathway", sortable=True, narrow=False),
    Column("oldest", "Oldest", align="end", sortable=True, narrow=False, hint="Age of the oldest result that counts"),
    Column("standard", "Standard", sortable=True, narrow=False, shown=False),
)  # fmt: skip
STATES = (
    ("", "Any verdict"), ("fail", "Defect found"), ("unproven", "Unproven"), ("stale", "Stale"), ("pass", "Pass"), ("none", "Not looked at"),
)  # fmt: skip


@dataclass(frozen=True)
class PortfolioPage:
    """What the portfolio template shows."""

    view: TableView
    rows: tuple[ProgrammeRow, ...]
    sentence: str
    lede: str
    search: str
    state: str
    states: tuple[tuple[str, str], ...]
    empty: bool
    now: datetime


@require_safe
@signed_in("read")
def portfolio_page(request: SignedInRequest) -> HttpResponse:
    """All programmes of the organization; `format=csv` or `json` gives the rows that the filters leave."""
    view = TableView.read(request.GET, columns=COLUMNS, sort="title", size=50)
    search, state = request.GET.get("q", "").strip(), request.GET.get("state", "")
    order = view.order if view.sort in ORDERS else "title"
    shown = portfolio(request.actor, search=search, state=state if state in dict(STATES) else "", order=order)
    wanted = request.GET.get("format")
    if wanted == "csv":
        return portfolio_csv(request, shown)
    if wanted == "json":
        text = json.dumps(
            {"programmes": [row_json(row) for row in shown.rows]}, ensure_ascii=False, cls=DjangoJSONEncoder
        )
        return file_answer(
            request, text, what="portfolio:all", name="assay-portfolio.json", content_type="application/json"
        )
    view = view.counted(len(shown.rows))
    whole = portfolio(request.actor) if search or state else shown
    page = PortfolioPage(
        view=view,
        rows=shown.rows[view.offset : view.offset + view.limit],
        sentence=whole.sentence,
        lede=whole.lede,
        search=search,
        state=state,
        states=STATES,
        empty=not whole.rows,
        now=timezone.now(),
    )
    return render(request, "reports/portfolio.html", {"page": page})


CSV_COLUMNS = (
    "programme", "title", "standard", "state", "coverage", "cells", "measured", "pathways_measured", "pathways_total", "weakest_pathway",
    "content_level", "defects_found", "may_remain_where_looked", "may_remain_in_all", "open_a", "open_own", "open_b", "open_c",
    "oldest_measurement", "next_expiry", "governance", "ledger_position", "verdict_digest", "in_words",
)  # fmt: skip


def portfolio_csv(request: SignedInRequest, shown: Portfolio) -> HttpResponse:
    """The rows as CSV; a cell that a spreadsheet would run as a formula is quoted with an apostrophe."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(CSV_COLUMNS)
    for row in shown.rows:
        facts = row_json(row)
        writer.writerow(
            _plain(value)
            for value in (
                row.slug, row.title, row.standard, row.state, facts["coverage"]["value"], row.cells, row.measured,  # type: ignore[index]
                row.strata_measured, row.strata_total, row.weakest, row.content_level, row.found, row.residual, row.remaining,
                row.open_a, row.open_own, row.open_b, row.open_c, facts["oldest_measurement"], facts["next_expiry"],
                row.governance, row.position, row.digest, row.sentence,
            )
        )  # fmt: skip
    name, content_type = "assay-portfolio.csv", "text/csv; charset=utf-8"
    return file_answer(request, text.getvalue(), what="portfolio:all", name=name, content_type=content_type)


def _plain(value: object) -> object:
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return "'" + value
    return "" if value is None else value
