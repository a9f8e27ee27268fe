"""Risk as a matrix, and in money."""

from __future__ import annotations

import json

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assay.accounts.access import SignedInRequest
from assay.accounts.pages import signed_in
from assay.registers.exports.sheets import WRITERS, Sheet, file_response
from assay.registers.pages.common import now_of
from assay.registers.queries.losses import RUNS, SEED, LossPage, inputs, loss_page
from assay.registers.queries.risks import LOOKED_AT, RiskMatrixPage, matrix_page
from assay.registers.queries.standing import held
from assay.ui.curve import exceedance_svg

SHEETS = ("csv", "xlsx")


@require_safe
@signed_in("read")
def matrix(request: SignedInRequest) -> HttpResponse:
    """Open risks by likelihood and consequence, before and after treatment; `cell=before.4.3` lists those of one field."""
    found = held(request.actor.organization, today=now_of().date(), only=LOOKED_AT)
    asked = request.GET
    page = matrix_page(
        found, kind=asked.get("kind", ""), system=asked.get("system", "")[:60], cell=asked.get("cell", "")[:20]
    )
    if asked.get("format") in SHEETS:
        return file_response(
            request, WRITERS[asked["format"]](_matrix_sheet(page, request)), asked["format"], "risk-matrix"
        )
    return render(request, "registers/risk_matrix.html", {"page": page, "exports": _exports(request)})


def _matrix_sheet(page: RiskMatrixPage, request: SignedInRequest) -> Sheet:
    head = ("No.", "Risk", "Level before", "Level after", "Option", "Treatments", "State", "Above appetite")
    rows = [
        (
            str(line.risk.number), line.risk.title, str(line.level or ""), str(line.residual or ""), line.option,
            str(line.treatments), line.state, "yes" if line.above else "no",
        )
        for line in page.lines
    ]  # fmt: skip
    return Sheet("Risk matrix", f"{request.actor.organization.name}. {page.sentence}", head, rows)


@require_safe
@signed_in("read")
def losses(request: SignedInRequest) -> HttpResponse:
    """What a year may cost, simulated with a seed; `format=json` gives everything that it takes to do it again."""
    found = held(request.actor.organization, today=now_of().date(), only=LOOKED_AT)
    asked = request.GET
    page = loss_page(found, seed=_number(asked.get("seed", ""), SEED), runs=_number(asked.get("runs", ""), RUNS[1]))
    wanted = asked.get("format", "")
    if wanted == "json":
        return file_response(request, json.dumps(_repeatable(page), indent=2).encode(), "json", "losses")
    if wanted in SHEETS:
        return file_response(request, WRITERS[wanted](_curve_sheet(page, request)), wanted, "losses")
    picture = ""
    if page.sides:
        picture = exceedance_svg(
            [each for each, _shares in page.levels],
            [[shares[place].value for _each, shares in page.levels] for place in range(len(page.sides))],
            limit=page.limit,
            chance=page.chance / 100,
            label=f"Share of simulated years that cost more than an amount. {page.sentence}",
        )
    runs = tuple((str(each), f"{each:,}") for each in RUNS)
    context = {"page": page, "picture": picture, "runs": runs, "exports": _exports(request, "json")}
    return render(request, "registers/risk_losses.html", context)


def _number(text: str, default: int) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else default


def _exports(request: SignedInRequest, *more: str) -> tuple[tuple[str, str], ...]:
    """Links to the same view as a file: (format, address)."""
    asked = request.GET.copy()
    links = []
    for wanted in (*SHEETS, *more):
        asked["format"] = wanted
        links.append((wanted, f"?{asked.urlencode()}"))
    return tuple(links)


def _repeatable(page: LossPage) -> dict[str, object]:
    """Inputs and results, to be simulated again by anybody who has the program."""
    return {
        "method": "core.quantify: rate and loss as 90 % ranges, Poisson events, one stream per key",
        "seed": page.seed,
        "runs": page.runs,
        "digest": page.mark,
        "before": inputs(page.exposures),
        "after": inputs(page.residuals),
        "results": {
            side.name: {
                "mean": [side.found.mean.value, side.found.mean.low, side.found.mean.high],
                "exceeding": [
                    [amount, shares[place].value, shares[place].low, shares[place].high]
                    for amount, shares in page.levels
                ],
            }
            for place, side in enumerate(page.sides)
        },
    }


def _curve_sheet(page: LossPage, request: SignedInRequest) -> Sheet:
    head = ["More than (EUR)"]
    for side in page.sides:
        head += [side.title, f"{side.title}, low", f"{side.title}, high"]
    rows = [
        [str(amount), *(f"{value:.4f}" for each in shares for value in (each.value, each.low, each.high))]
        for amount, shares in page.levels
    ]
    note = f"{request.actor.organization.name}. Seed {page.seed}, {page.runs} years, inputs {page.mark}."
    return Sheet("Losses in a year", note, tuple(head), rows)
