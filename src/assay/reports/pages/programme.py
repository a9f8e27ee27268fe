"""One programme as a page and as files; the button that measures it again."""

from __future__ import annotations

import json

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from assay.accounts.access import SignedInRequest
from assay.accounts.exporting import file_answer
from assay.accounts.pages import signed_in
from assay.assurance.queries import glyph_of_row, verdict_latest
from assay.core.errors import NotFound
from assay.reports.exports.html import audit_html
from assay.reports.exports.plain import audit_json
from assay.reports.exports.sarif import sarif
from assay.reports.queries.programme import audit_report
from assay.reports.queries.programme import programme_page as programme_picture
from assay.reports.queries.whole import whole_part
from assay.studio.criterion import consistency
from assay.studio.queries import access_programme
from assay.studio.services import programme_sweep
from assay.ui.glyph import svg
from assay.version import product_version


@require_safe
@signed_in("read")
def programme_page(request: SignedInRequest, slug: str) -> HttpResponse:
    """The verdict, the surface map (at a past ledger position with `?at=`), findings and artefacts."""
    programme = access_programme(actor=request.actor, slug=slug)
    raw = request.GET.get("at", "")
    position = int(raw) if raw.isdecimal() and len(raw) < 16 else None
    page = programme_picture(request.actor, programme, now=timezone.now(), params=request.GET, position=position)
    told = {
        "page": page,
        "may_write": request.actor.may("write"),
        "criterion": consistency(programme),
        "whole": whole_part(request.actor, programme),
    }
    return render(request, "reports/programme.html", told)


@require_POST
@signed_in("write")
def sweep_page(request: SignedInRequest, slug: str) -> HttpResponse:
    """Measure what is not fresh, now."""
    programme = access_programme(actor=request.actor, slug=slug)
    summary = programme_sweep(actor=request.actor, programme=programme, now=timezone.now().replace(microsecond=0))
    if summary.measured:
        messages.success(request, f"{summary.measured:,} artefacts measured; the others were fresh.")
    else:
        messages.info(request, "Everything was fresh: nothing had to be measured again.")
    return redirect(reverse("programme", args=[slug]))


@require_safe
@signed_in("read")
def verdict_file(request: SignedInRequest, slug: str) -> HttpResponse:
    """The verdict with its findings as JSON."""
    report = audit_report(request.actor, access_programme(actor=request.actor, slug=slug))
    return _file(
        request,
        slug,
        json.dumps(audit_json(report), ensure_ascii=False, indent=2),
        "application/json",
        f"{slug}-verdict.json",
    )


@require_safe
@signed_in("read")
def sarif_file(request: SignedInRequest, slug: str) -> HttpResponse:
    """The findings as SARIF 2.1.0."""
    report = audit_report(request.actor, access_programme(actor=request.actor, slug=slug))
    text = json.dumps(sarif(report, version=product_version()), ensure_ascii=False, indent=2)
    return _file(request, slug, text, "application/sarif+json", f"{slug}.sarif")


@require_safe
@signed_in("read")
def report_file(request: SignedInRequest, slug: str) -> HttpResponse:
    """The report as one HTML file that needs nothing else."""
    report = audit_report(request.actor, access_programme(actor=request.actor, slug=slug))
    return _file(request, slug, audit_html(report), "text/html; charset=utf-8", f"{slug}-report.html")


@require_safe
@signed_in("read")
def badge_file(request: SignedInRequest, slug: str) -> HttpResponse:
    """The verdict glyph as SVG, with its whole sentence inside."""
    programme = access_programme(actor=request.actor, slug=slug)
    row = verdict_latest(programme.surface)
    if row is None:
        raise NotFound("verdict", slug)
    return HttpResponse(svg(glyph_of_row(row), row.sentence, 64), content_type="image/svg+xml")


def _file(request: SignedInRequest, slug: str, text: str, content_type: str, name: str) -> HttpResponse:
    return file_answer(request, text, what=f"programme:{slug}", name=name, content_type=content_type)
