"""Detectors: what each measures, how good it has shown itself to be, and what it cannot see."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assay.accounts.access import SignedInRequest
from assay.accounts.pages import signed_in
from assay.assurance.models import DispositionRow
from assay.assurance.stats import DetectorStats, Sensitivity, detector_stats, dismissals
from assay.core.errors import NotFound
from assay.detect import joint
from assay.detect.registry import DETECTORS, DetectorSpec
from assay.reports.queries.whole import whole_stats


@dataclass(frozen=True)
class DetectorRow:
    """One detector in the list; `weakest` is its worst share of planted defects caught, in permille."""

    spec: DetectorSpec
    stats: DetectorStats
    caught: int
    planted: int
    weakest: Sensitivity | None


@dataclass(frozen=True)
class DetectorsPage:
    """All detectors."""

    rows: tuple[DetectorRow, ...]

    @property
    def sentence(self) -> str:
        """How many planted defects were caught, over all detectors."""
        planted, caught = sum(row.planted for row in self.rows), sum(row.caught for row in self.rows)
        if not planted:
            return f"{len(self.rows)} detectors. None was tested with planted defects here yet."
        return f"{len(self.rows)} detectors caught {caught:,} of {planted:,} planted defects."


@dataclass(frozen=True)
class DetectorPage:
    """One detector with its sensitivity per pathway and kind, and the decisions that contradicted it."""

    row: DetectorRow
    dismissals: tuple[DispositionRow, ...]


def _row(stats: DetectorStats) -> DetectorRow:
    tallies = stats.sensitivity
    weakest = min(tallies, key=lambda each: each.caught / each.planted if each.planted else 0.0, default=None)
    caught, planted = sum(each.caught for each in tallies), sum(each.planted for each in tallies)
    spec = joint.SPEC if stats.name == joint.NAME else DETECTORS[stats.name]
    return DetectorRow(spec, stats, caught, planted, weakest)


@require_safe
@signed_in("read")
def detectors_page(request: SignedInRequest) -> HttpResponse:
    """All detectors with what they caught and how often people contradicted them."""
    page = DetectorsPage(tuple(_row(stats) for stats in (*detector_stats(request.actor), whole_stats(request.actor))))
    return render(request, "reports/detectors.html", {"page": page})


@require_safe
@signed_in("read")
def detector_page(request: SignedInRequest, name: str) -> HttpResponse:
    """One detector. Raises NotFound for a name that is not registered."""
    found = (whole_stats(request.actor),) if name == joint.NAME else detector_stats(request.actor, [name])
    if not found:
        raise NotFound("detector", name)
    page = DetectorPage(_row(found[0]), tuple(dismissals(request.actor, name)))
    return render(request, "reports/detector.html", {"page": page})
