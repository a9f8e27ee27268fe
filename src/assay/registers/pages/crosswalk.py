"""Crosswalk: how much of other standards and of the EU AI Act is answered by what this organization shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assay.accounts.access import SignedInRequest
from assay.accounts.pages import signed_in
from assay.catalog import load_catalog
from assay.catalog.ai_act import AIAct
from assay.catalog.records import Framework
from assay.core.errors import NotFound
from assay.registers.declaration import SYSTEMS
from assay.registers.exports.sheets import WRITERS, Sheet, file_response
from assay.registers.pages.common import now_of
from assay.registers.queries.ai_act import TIER_WORDS, DutyRow, duty_rows
from assay.registers.queries.crosswalk import (
    STANDS,
    FrameworkStand,
    TargetRow,
    framework_stands,
    frameworks_of,
    target_rows,
)
from assay.registers.queries.standing import Held, held
from assay.registers.queries.tally import Tally, tally
from assay.ui.words import percent

SHEETS = ("csv", "xlsx")
ACT = "eu_ai_act"


@dataclass(frozen=True)
class OverviewPage:
    """All frameworks with how far each is answered."""

    rows: tuple[FrameworkStand, ...]
    sentence: str


@dataclass(frozen=True)
class CrosswalkPage:
    """One framework: rows that the filters leave, counts over all of it."""

    framework: Framework
    rows: tuple[TargetRow, ...]
    counts: tuple[tuple[str, str, int], ...]
    total: int
    stand: str
    stands: tuple[tuple[str, str], ...]
    search: str
    sentence: str


@dataclass(frozen=True)
class ActPage:
    """The EU AI Act: duties that the filters leave; `mine` keeps those that concern a system of the register."""

    act: AIAct
    rows: tuple[DutyRow, ...]
    counts: tuple[tuple[str, str, int], ...]
    concerned: int
    stand: str
    stands: tuple[tuple[str, str], ...]
    search: str
    mine: bool
    today: date
    sentence: str
    tier_words: dict[str, str]


@require_safe
@signed_in("read")
def overview(request: SignedInRequest) -> HttpResponse:
    """Every framework of the crosswalk with the share that is answered by evidence."""
    found, systems = _known(request)
    rows = framework_stands(found, {ACT: [row.stand for row in duty_rows(found, systems)]})
    if request.GET.get("format") in SHEETS:
        head = ("Framework", "Items", *STANDS.values())
        lines = [(each.framework.name, str(each.total), *(str(each.counts[key]) for key in STANDS)) for each in rows]
        sheet = Sheet("Crosswalk", request.actor.organization.name, head, lines)
        return file_response(request, WRITERS[request.GET["format"]](sheet), request.GET["format"], "crosswalk")
    best = rows[0]
    sentence = (
        f"What you show by evidence already answers {percent(best.share)} of {best.framework.name}."
        if best.counts["answered"]
        else "Nothing that you show by evidence answers another standard as a whole yet."
    )
    return render(request, "registers/crosswalk.html", {"page": OverviewPage(rows, sentence)})


@require_safe
@signed_in("read")
def framework(request: SignedInRequest, framework: str) -> HttpResponse:
    """One framework, item by item; `stand`, `q` filter, `format` exports what they leave."""
    chosen = next((each for each in frameworks_of(load_catalog()) if each.id == framework), None)
    if chosen is None:
        raise NotFound("framework", framework)
    if framework == ACT:
        return _act(request)
    whole = target_rows(tally(request.actor.organization, today=now_of().date()), framework)
    stand, search = _asked(request)
    rows = tuple(row for row in whole if _kept(row.stand, stand, f"{row.item.number} {row.item.title}", search))
    if request.GET.get("format") in SHEETS:
        return _export(request, framework, _framework_sheet(chosen, rows, request.actor.organization.name))
    counts = _counts([row.stand for row in whole])
    answered = sum(1 for row in whole if row.stand == "answered")
    page = CrosswalkPage(
        framework=chosen,
        rows=rows,
        counts=counts,
        total=len(whole),
        stand=stand,
        stands=(("", "All"), *STANDS.items()),
        search=search,
        sentence=f"{answered} of {len(whole)} requirements of {chosen.name} are answered by what you show; the others are not.",
    )
    return render(request, "registers/crosswalk_framework.html", {"page": page, "query": request.GET.urlencode()})


def _act(request: SignedInRequest) -> HttpResponse:
    today = now_of().date()
    whole = duty_rows(*_known(request))
    stand, search = _asked(request)
    mine = request.GET.get("mine") == "1"
    rows = tuple(
        row
        for row in whole
        if _kept(row.stand, stand, f"{row.number} {row.article} {row.title} {row.line}", search) and (row.systems or not mine)
    )  # fmt: skip
    if request.GET.get("format") in SHEETS:
        return _export(request, ACT, _act_sheet(rows, today, request.actor.organization.name))
    concerned = [row for row in whole if row.systems]
    answered = sum(1 for row in concerned if row.stand == "answered")
    page = ActPage(
        act=load_catalog().eu_ai_act,
        rows=rows,
        counts=_counts([row.stand for row in whole]),
        concerned=len(concerned),
        stand=stand,
        stands=(("", "All"), *STANDS.items()),
        search=search,
        mine=mine,
        today=today,
        sentence=(
            f"{len(concerned)} of {len(whole)} duties of the EU AI Act, counted by their points, concern a system in your "
            f"register; {answered} of these {'is' if answered == 1 else 'are'} answered by what you show."
        ),
        tier_words=TIER_WORDS,
    )
    return render(request, "registers/crosswalk_act.html", {"page": page, "query": request.GET.urlencode()})


def _known(request: SignedInRequest) -> tuple[Tally, Held]:
    organization, today = request.actor.organization, now_of().date()
    return tally(organization, today=today), held(organization, today=today, only=(SYSTEMS,))


def _asked(request: SignedInRequest) -> tuple[str, str]:
    stand = request.GET.get("stand", "")
    return stand if stand in STANDS else "", request.GET.get("q", "").strip()[:100]


def _kept(stand: str, wanted: str, text: str, search: str) -> bool:
    return (not wanted or stand == wanted) and search.casefold() in text.casefold()


def _counts(found: Sequence[str]) -> tuple[tuple[str, str, int], ...]:
    return tuple((key, words, found.count(key)) for key, words in STANDS.items())


def _export(request: SignedInRequest, name: str, sheet: Sheet) -> HttpResponse:
    wanted = request.GET["format"]
    return file_response(request, WRITERS[wanted](sheet), wanted, f"crosswalk-{name}")


def _framework_sheet(chosen: Framework, rows: Sequence[TargetRow], organization: str) -> Sheet:
    head = ("Item", "Title", "Stands", "ISO/IEC 42001", "Relation", "Shown", "How sure", "Note")
    lines = []
    for row in rows:
        for each in row.bridges:
            lines.append(
                (
                    row.item.number, row.item.title, row.words, each.source.item.number, each.words, each.source.state,
                    each.confidence, each.note,
                )
            )  # fmt: skip
        if not row.bridges:
            lines.append((row.item.number, row.item.title, row.words, "", "", "", "", ""))
    return Sheet(chosen.name, organization, head, lines)


def _act_sheet(rows: Sequence[DutyRow], today: date, organization: str) -> Sheet:
    head = (
        "Duty",
        "Article",
        "Title",
        "What",
        "Who",
        "Tier",
        "Applies from",
        "Stands",
        "Rests on",
        "Stays open",
        "Systems",
    )
    lines = [
        (
            row.number, row.article, row.title, row.line, ", ".join(row.who), TIER_WORDS.get(row.tier, row.tier),
            "; ".join(f"{day.isoformat()} {words}".strip() for words, day in row.dates), row.words,
            ", ".join(f"{each.item.number} ({each.state})" for each in row.rests_on), row.gap,
            ", ".join(each.title for each in row.systems),
        )
        for row in rows
    ]  # fmt: skip
    return Sheet("EU AI Act", f"{organization}, {today.isoformat()}", head, lines)
