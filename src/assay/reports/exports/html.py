"""The audit as one HTML file: no script, no request, printable, the same words as the page."""

from __future__ import annotations

from importlib import resources

from django.template.loader import render_to_string

from assay.core.reading import REASON_WORDS, glyph_of, sentence
from assay.reports.exports.plain import HEADINGS, ORDER
from assay.reports.shapes import AuditReport
from assay.ui.glyph import svg

SHEETS = ("tokens", "base", "page", "glyph", "card", "text", "table", "print")


def audit_html(report: AuditReport) -> str:
    """The report as a whole HTML document with its style sheet inside; equal reports give equal text."""
    folder = resources.files("assay.ui") / "static" / "ui" / "css"
    style = "\n".join((folder / f"{name}.css").read_text("utf-8") for name in SHEETS)
    words = sentence(report.verdict)
    return render_to_string(
        "reports/export.html",
        {
            "report": report,
            "style": style,
            "glyph": svg(glyph_of(report.verdict), words, 72),
            "words": words,
            "whole": report.whole,
            "whole_words": "" if report.whole is None else sentence(report.whole.verdict),
            "reasons": [REASON_WORDS[reason] for reason in report.verdict.reasons],
            "groups": [
                (HEADINGS[bucket], [finding for finding in report.findings if finding.category == bucket])
                for bucket in ORDER
                if any(finding.category == bucket for finding in report.findings)
            ],
        },
    )
