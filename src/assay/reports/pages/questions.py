"""The questions of a programme, measured by what learners answered: figures with intervals, states, what to look at."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from assay.accounts.access import SignedInRequest
from assay.accounts.pages import signed_in
from assay.core.errors import AssayError, InvalidInput
from assay.studio.itemstats.figures import ItemFigures
from assay.studio.itemstats.services import ItemReport, measured_latest, report_latest, responses_measure
from assay.studio.itemstats.states import Standing
from assay.studio.models import Programme
from assay.studio.packaging.items import LETTERS, Item
from assay.studio.queries import access_programme
from assay.studio.records import ItemMeasurement

MOST = 25
LARGEST = 20 * 1024 * 1024
STATES = ("draft", "pilot", "live")


@dataclass(frozen=True)
class QuestionLine:
    """One question with all that is known of it."""

    id: str
    item: Item
    artefact: str
    figures: ItemFigures
    standing: Standing

    @property
    def idle(self) -> str:
        """The letters of options that hardly anybody chose."""
        return ", ".join(self.figures.idle(self.item.key))

    @property
    def options(self) -> tuple[tuple[str, str, bool, str], ...]:
        """Letter, words, whether it is keyed, and the share that chose it, in words."""
        shares = self.figures.options
        return tuple(
            (LETTERS[at], words, at in self.item.key, "unknown" if shares is None else f"{shares[at].value:.0%}")
            for at, words in enumerate(self.item.options)
        )


@dataclass(frozen=True)
class QuestionsPage:
    """The report, the artefacts that hold questions, and the questions asked for."""

    programme: Programme
    report: ItemReport
    measured: ItemMeasurement | None
    artefacts: tuple[tuple[str, int, int, int, int], ...]
    chosen: str
    state: str
    lines: tuple[QuestionLine, ...]
    matching: int

    @property
    def sentence(self) -> str:
        """How many questions there are and how many have proved themselves."""
        total = len(self.report.placed)
        if not total:
            return f"{self.programme.title} has no question with options and a key."
        live = self.report.counts()["live"]
        if self.measured is None:
            return f"{total:,} questions of {self.programme.title}; how good they are is unknown, for nobody's answers were read yet."
        return f"{live:,} of {total:,} questions of {self.programme.title} are live: answered, good by their figures, and signed."


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in("read")
def questions(request: SignedInRequest, slug: str) -> HttpResponse:
    """What is known of each question; a POST reads a file of responses."""
    programme = access_programme(actor=request.actor, slug=slug)
    error, status = "", 200
    if request.method == "POST":
        request.actor.require("write")
        try:
            return _read(request, programme)
        except AssayError as refused:
            error, status = f"{refused} {refused.hint}".strip(), refused.http_status
    page = _page(programme, request.GET.get("artefact", ""), request.GET.get("state", ""))
    told = {"page": page, "error": error, "may_write": request.actor.may("write"), "states": STATES}
    return render(request, "reports/questions.html", told, status=status)


def _read(request: SignedInRequest, programme: Programme) -> HttpResponse:
    given = request.FILES.get("responses")
    if given is None or given.size is None or given.size > LARGEST:
        raise InvalidInput(
            "Give one file of responses.", hint=f"QTI results, xAPI statements or CSV, at most {LARGEST // 2**20} MB."
        )
    now = timezone.now().replace(microsecond=0)
    report = responses_measure(
        actor=request.actor, programme=programme, raw=given.read(), name=str(given.name)[:200], now=now
    )
    left = report.repeated + report.foreign
    messages.success(
        request, f"Answers of {report.figures.learners:,} learners were read; {left:,} responses were left out."
    )
    return redirect(reverse("programme-questions", args=[programme.slug]))


def _page(programme: Programme, artefact: str, state: str) -> QuestionsPage:
    report = report_latest(programme=programme)
    counts: dict[str, Counter[str]] = {}
    for key, placed in report.placed.items():
        counts.setdefault(placed.artefact, Counter())[report.standings[key].state] += 1
    artefact, state = (artefact if artefact in counts else ""), (state if state in STATES else "")
    lines = [
        QuestionLine(key, placed.item, placed.artefact, report.figures.items[key], report.standings[key])
        for key, placed in report.placed.items()
        if artefact in ("", placed.artefact) and state in ("", report.standings[key].state)
    ]
    lines.sort(key=lambda each: (not each.standing.check_key, each.figures.n == 0, not each.idle))
    return QuestionsPage(
        programme=programme,
        report=report,
        measured=measured_latest(programme=programme),
        artefacts=tuple((name, found.total(), *(found[each] for each in STATES)) for name, found in counts.items()),  # type: ignore[misc]
        chosen=artefact,
        state=state,
        lines=tuple(lines[:MOST]),
        matching=len(lines),
    )
