"""Sweeps of the portfolio: start, schedule, progress, reports, what changed between two, and why the others pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from assay.accounts.access import SignedInRequest
from assay.accounts.exporting import file_answer
from assay.accounts.pages import signed_in
from assay.core.errors import AssayError, NotFound
from assay.jobs.models import Schedule
from assay.jobs.queries import JobView, job_view
from assay.studio.models import SweepReport
from assay.studio.pathways import BY_SLUG
from assay.studio.portfolio.comparison import SweepComparison, compare
from assay.studio.portfolio.material import report_load
from assay.studio.portfolio.queries import access_report, body_of, open_jobs, report_list
from assay.studio.portfolio.report import (
    ProgrammeLine,
    Thresholds,
    answer_of,
    percent_of,
    sentinel_words,
    spreading_words,
    strictest,
    strictness,
    thresholds,
)
from assay.studio.portfolio.services import (
    bulk_fix_start,
    sweep_schedule,
    sweep_schedule_get,
    sweep_start,
    why_not_bulk,
)
from assay.studio.queries import access_programme, programme_list
from assay.ui.charts import Bar, LinePoint

INTERVALS = (("1", "Every day"), ("7", "Every week"), ("30", "Every 30 days"), ("0", "Not by itself"))


@dataclass(frozen=True)
class SweepsPage:
    """All reports, what is under way, and the schedule."""

    reports: tuple[SweepReport, ...]
    jobs: tuple[JobView, ...]
    schedule: Schedule | None
    every: str
    limits: Thresholds
    drift: tuple[LinePoint, ...]

    @property
    def sentence(self) -> str:
        """What the last sweep came to."""
        if not self.reports:
            return "No sweep of the portfolio was made yet."
        last = self.reports[0]
        return (
            f"Sweep {last.number}: {last.verdict}, {last.affected_count} of {last.programme_count} programmes affected."
        )


@dataclass(frozen=True)
class ReportPage:
    """One report with the chart of how much each programme was measured."""

    report: SweepReport
    body: Mapping[str, Any]
    answer: str
    percent: str
    limits: str
    lines: tuple[ProgrammeLine, ...]
    bars: tuple[Bar, ...]
    strictest: ProgrammeLine | None
    why_others: str
    why_not_bulk: str
    pathways: tuple[tuple[str, int, int], ...]
    others: tuple[SweepReport, ...]
    spreading: str
    alike: tuple[Mapping[str, Any], ...]

    @property
    def sentence(self) -> str:
        """The blunt question, answered."""
        count, affected = self.report.programme_count, self.report.affected_count
        return f"Widespread or isolated? {self.report.verdict}: {affected} of {count} programmes affected."


@dataclass(frozen=True)
class ComparePage:
    """Two reports, the earlier one first."""

    first: SweepReport
    second: SweepReport
    found: SweepComparison
    choices: tuple[tuple[int, str], ...]

    @property
    def sentence(self) -> str:
        """How many programmes differ."""
        count = len(self.found.programmes)
        words = (
            "No programme differs"
            if not count
            else "One programme differs"
            if count == 1
            else f"{count} programmes differ"
        )
        return f"{words} between sweep {self.first.number} and sweep {self.second.number}."


@require_safe
@signed_in("read")
def sweeps(request: SignedInRequest) -> HttpResponse:
    """All sweeps, the newest first."""
    schedule = sweep_schedule_get(request.actor.organization)
    on = schedule is not None and schedule.enabled
    reports = tuple(report_list(actor=request.actor)[:200])
    page = SweepsPage(
        reports=reports,
        jobs=tuple(job_view(job) for job in open_jobs(actor=request.actor)),
        schedule=schedule if on else None,
        every=str(schedule.every_seconds // 86_400) if on and schedule is not None else "0",
        limits=thresholds(),
        drift=tuple(_affected(row) for row in reversed(reports)),
    )
    context = {"page": page, "may_write": request.actor.may("write"), "intervals": INTERVALS}
    return render(request, "reports/sweeps.html", context)


@require_POST
@signed_in("write")
def start(request: SignedInRequest) -> HttpResponse:
    """Sweep the whole portfolio in the background."""
    try:
        sweep_start(by=request.actor, now=timezone.now())
    except AssayError as error:
        messages.error(request, f"{error} {error.hint}".strip())
    else:
        messages.success(request, "The sweep is under way. It reads every programme and changes none.")
    return redirect(reverse("sweeps"))


@require_POST
@signed_in("write")
def schedule(request: SignedInRequest) -> HttpResponse:
    """Sweep by itself from now on, or stop that."""
    chosen = request.POST.get("every", "")
    if chosen not in dict(INTERVALS):
        messages.error(request, "Choose one of the intervals.")
        return redirect(reverse("sweeps"))
    every = timedelta(days=int(chosen)) if chosen != "0" else None
    sweep_schedule(by=request.actor, every=every, now=timezone.now())
    messages.success(request, "The schedule was kept." if every else "The portfolio is swept only when you ask.")
    return redirect(reverse("sweeps"))


@require_safe
@signed_in("read")
def report(request: SignedInRequest, number: int) -> HttpResponse:
    """One report."""
    row = access_report(actor=request.actor, number=number)
    others = tuple(each for each in report_list(actor=request.actor)[:200] if each.pk != row.pk)
    programmes = [(each.slug, each.title) for each in programme_list(actor=request.actor).order_by("title")[:200]]
    context = {"page": _report_page(row, others), "may_write": request.actor.may("write"), "programmes": programmes}
    return render(request, "reports/sweep.html", context)


@require_safe
@signed_in("read")
def report_file(request: SignedInRequest, number: int) -> HttpResponse:
    """The report as it was signed: a DSSE envelope."""
    row = access_report(actor=request.actor, number=number)
    name, content_type = f"sweep-{number}.dsse.json", "application/vnd.dsse+json"
    return file_answer(request, row.envelope, what=f"sweep:{number}", name=name, content_type=content_type)


@require_safe
@signed_in("read")
def compare_page(request: SignedInRequest) -> HttpResponse:
    """What changed between two sweeps: `?from=1&to=2`, by default the last two."""
    rows = list(report_list(actor=request.actor)[:200])
    if not rows:
        raise NotFound("sweep report", "any")
    numbers = [row.number for row in rows]
    second = _number(request.GET.get("to", ""), numbers[0])
    first = _number(request.GET.get("from", ""), numbers[min(1, len(numbers) - 1)])
    one, other = (access_report(actor=request.actor, number=each) for each in sorted((first, second)))
    choices = tuple((row.number, f"{row.number}, {row.at:%-d %B %Y %H:%M}") for row in rows)
    page = ComparePage(one, other, compare(body_of(one), body_of(other)), choices)
    return render(request, "reports/sweep_compare.html", {"page": page})


@require_POST
@signed_in("write")
def fix_all(request: SignedInRequest, number: int) -> HttpResponse:
    """Fix all findings that a report shows, where it justifies that."""
    row = access_report(actor=request.actor, number=number)
    try:
        bulk_fix_start(by=request.actor, report=row, now=timezone.now())
    except AssayError as error:
        messages.error(request, f"{error} {error.hint}".strip())
        return redirect(reverse("sweep", args=[number]))
    messages.success(
        request, "The fixes are under way, one finding after the other. Sweep again to see what they came to."
    )
    return redirect(reverse("sweeps"))


@require_POST
@signed_in("write")
def material(request: SignedInRequest, number: int) -> HttpResponse:
    """Load a report into a programme as material of its capstone."""
    row = access_report(actor=request.actor, number=number)
    programme = access_programme(actor=request.actor, slug=request.POST.get("programme", "")[:80])
    now = timezone.now().replace(microsecond=0)
    loaded = report_load(actor=request.actor, report=row, programme=programme, now=now)
    messages.success(
        request, f"Sweep {number} is capstone material of {programme.title} now, measured like every artefact."
    )
    return redirect(reverse("artefact", args=[loaded.artefact.pk]))


def _report_page(row: SweepReport, others: tuple[SweepReport, ...]) -> ReportPage:
    body = body_of(row)
    lines = tuple(ProgrammeLine.from_json(each) for each in body["programmes"])
    most = strictest(lines)
    limits = body["thresholds"]
    return ReportPage(
        report=row,
        body=body,
        answer=answer_of(body),
        percent=percent_of(body["coverage"]["share"]),
        limits=Thresholds(limits["widespread_ratio"], limits["widespread_in_one_pathway"]).words,
        lines=lines,
        bars=tuple(_bar(line, most) for line in sorted(lines, key=_most_first)),
        strictest=most,
        why_others=sentinel_words(lines),
        why_not_bulk=why_not_bulk(row),
        pathways=tuple(
            (BY_SLUG[slug].name if slug in BY_SLUG else slug, count, body["programmes_by_pathway"][slug])
            for slug, count in body["category_a_by_pathway"].items()
        ),
        others=others,
        spreading=spreading_words(body.get("spreading")),
        alike=tuple(body.get("spreading", {}).get("groups", ())),
    )


def _affected(row: SweepReport) -> LinePoint:
    """How many of the programmes that a sweep saw were affected."""
    share = Fraction(row.affected_count, row.programme_count or 1)
    words = f"{row.affected_count} of {row.programme_count} programmes"
    return LinePoint(f"Sweep {row.number}, {row.at:%-d %B %Y}", share, words)


def _most_first(line: ProgrammeLine) -> tuple[Fraction, int, str]:
    share, readings = strictness(line)
    return (-share, -readings, line.slug)


def _bar(line: ProgrammeLine, most: ProgrammeLine | None) -> Bar:
    """How much of a programme was measured; the strictest says so, so that it is not taken for the worst."""
    strict = " (strictest)" if most is not None and most.slug == line.slug else ""
    found = f"{line.found} found" if line.found else "none found"
    share = strictness(line)[0]
    words = f"{int(share * 100)} %, {found}"
    return Bar(f"{line.title}{strict}", share, words, reverse("programme", args=[line.slug]))


def _number(raw: str, fallback: int) -> int:
    return int(raw) if raw.isdecimal() and len(raw) < 9 else fallback
