"""Fixing a finding by one click, and questioning its detector when fixes keep failing."""

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
from assay.assurance.models import DispositionRow, FindingRow, VerdictRow
from assay.assurance.queries import access_finding, verdict_latest
from assay.assurance.stats import DetectorStats, Sensitivity, detector_stats, dismissals
from assay.core.errors import AssayError, NotFound
from assay.detect.registry import DETECTORS, DetectorSpec
from assay.reports.queries.findings import stratum_title
from assay.studio.remediation.plan import FixPlan, fix_plan
from assay.studio.remediation.services import finding_fix


@dataclass(frozen=True)
class QuestionPage:
    """A finding whose fixes failed, and all that is known against its detector. `here` is its sensitivity in the
    finding's pathway, one entry per kind."""

    row: FindingRow
    plan: FixPlan
    pathway: str
    spec: DetectorSpec
    stats: DetectorStats
    here: tuple[Sensitivity, ...]
    verdict: VerdictRow | None
    dismissals: tuple[DispositionRow, ...]

    @property
    def sentence(self) -> str:
        """How often fixing failed, and what to look at instead."""
        count = len(self.plan.attempts)
        if not self.plan.question_detector:
            return f"How far {self.spec.name} can be trusted with this finding."
        return f"{count} fixes did not close this finding: question {self.spec.name} before the text."


@require_POST
@signed_in("write")
def fix_page(request: SignedInRequest, finding_id: UUID) -> HttpResponse:
    """Write the finding's artefact again. A refusal is told on the finding's page."""
    row = access_finding(actor=request.actor, finding_id=finding_id)
    back = redirect(reverse("finding", args=[row.pk]) + "#fix")
    try:
        result = finding_fix(finding=row, by=request.actor, now=timezone.now())
    except AssayError as error:
        messages.error(request, f"{error} {error.hint}".strip())
        return back
    if result.faults:
        messages.error(request, f"What was written had a defect too, so nothing was changed: {result.faults[0]}")
    elif not result.changed:
        messages.info(request, "It was fixed already; nothing was changed.")
    elif not result.fixed:
        messages.warning(
            request,
            f"The artefact was written again. The finding stays open until {row.detector} measures it clean here and has "
            "caught enough planted defects for its clean results to count.",
        )
    elif result.remediation is not None and result.remediation.in_place:
        messages.success(request, "Fixed in place, stamped and measured clean. The verdict was computed again.")
    else:
        messages.success(request, "Fixed as a new version, stamped and measured clean. It awaits a signature.")
    return back


@require_safe
@signed_in("read")
def question_page(request: SignedInRequest, finding_id: UUID) -> HttpResponse:
    """The detector behind a finding: what it covers, what it caught here, where people contradicted it."""
    row = access_finding(actor=request.actor, finding_id=finding_id)
    found = detector_stats(request.actor, [row.detector])
    if not found:
        raise NotFound("detector", row.detector)
    stats = found[0]
    page = QuestionPage(
        row=row,
        plan=fix_plan(row),
        pathway=stratum_title(row.surface, row.stratum),
        spec=DETECTORS[row.detector],
        stats=stats,
        here=tuple(each for each in stats.sensitivity if each.stratum == row.stratum),
        verdict=verdict_latest(row.surface),
        dismissals=tuple(dismissals(request.actor, row.detector)),
    )
    return render(request, "reports/question.html", {"page": page})
