"""The guided tour: a false PASS, and the phases that cured it, one after the other; computed, not told."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from assay.accounts.access import SignedInRequest
from assay.accounts.pages import signed_in
from assay.assurance.queries import canaries_known
from assay.core.reading import Glyph, glyph_of
from assay.reports.queries.portfolio import words_of
from assay.studio.pathways import PATHWAYS
from assay.studio.tour import PHASES, Phase, TourState, tour_state
from assay.ui.charts import Bar
from assay.ui.surface import MapCell

WORDS = {"green": "governed and audited", "amber": "governed only", "red": "neither governed nor audited"}


@dataclass(frozen=True)
class TourPage:
    """One step of the tour, with the step before it to compare the texts with."""

    state: TourState
    before: TourState | None
    phases: tuple[Phase, ...]
    cells: tuple[MapCell, ...]
    counts: dict[str, int]
    glyph: Glyph
    words: str
    percent: str
    bars: tuple[Bar, ...]
    unverified: bool

    @property
    def sentence(self) -> str:
        """What this step shows."""
        state = self.state
        if state.phase.step == 0:
            return "A portfolio was green. Nobody had looked at 13 of its 22 pathways."
        if state.findings:
            return f"{state.phase.title}: {len(state.findings)} passages are seen now that were always there."
        return f"{state.phase.title}: {self.counts.get('green', 0)} of 22 pathways are governed and audited."

    @property
    def next_step(self) -> Phase | None:
        step = self.state.phase.step + 1
        return PHASES[step] if step < len(PHASES) else None

    @property
    def same_content(self) -> bool:
        return self.before is not None and self.before.content == self.state.content


@require_safe
@signed_in("read")
def tour(request: SignedInRequest) -> HttpResponse:
    """The step that `?step=` names, 0 to 6; the first for anything else."""
    raw = request.GET.get("step", "")
    step = int(raw) if raw in {str(phase.step) for phase in PHASES} else 0
    canaries = canaries_known(request.actor)
    state = tour_state(step, canaries)
    value = state.verdict.coverage.value
    page = TourPage(
        state=state,
        before=tour_state(step - 1, canaries) if step else None,
        phases=PHASES,
        cells=tuple(_cell(state, number) for number in range(1, len(PATHWAYS) + 1)),
        counts=_counts(state),
        glyph=glyph_of(state.verdict),
        words=words_of(str(state.verdict.state), state.verdict.content.found, glyph_of(state.verdict).texture),
        percent=f"{value.numerator * 1000 // value.denominator / 10:.1f}",
        bars=tuple(
            Bar(line.title, line.measured, f"{line.measured} of {line.cells}, {line.found or 'none'} found")
            for line in state.lines
        ),
        unverified=not canaries,
    )
    return render(request, "reports/tour.html", {"page": page})


def _cell(state: TourState, number: int) -> MapCell:
    pathway = PATHWAYS[number - 1]
    colour = state.view.colour(number)
    found = sum(1 for each in state.findings if each.pathway == number)
    words = f"{WORDS[colour]}{f', {found} found' if found else ''}"
    return MapCell(
        number,
        pathway.name,
        colour,
        words,
        reverse("tour") + f"?step={state.phase.step}#findings" if found else "",
        found,
    )


def _counts(state: TourState) -> dict[str, int]:
    colours = [state.view.colour(number) for number in range(1, len(PATHWAYS) + 1)]
    return {colour: colours.count(colour) for colour in WORDS if colour in colours}
