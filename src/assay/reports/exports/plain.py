"""The audit as JSON for programs and as lines for a terminal."""

from __future__ import annotations

import textwrap

from assay.core.reading import REASON_WORDS, terminal
from assay.core.verdict import State
from assay.reports.shapes import AuditReport, ReportFinding, WholeReport

ORDER = ("A", "own", "read", "B", "C")
HEADINGS = {
    "A": "A · presented as governing (defects)",
    "own": "Own standard · wrong edition or number (defects)",
    "read": "To be read by a person (undecided; their artefacts count as not looked at)",
    "B": "B · in titles or structure",
    "C": "C · comparative or contextual",
}
SHOWN_QUIET = 5


def audit_json(report: AuditReport) -> dict[str, object]:
    """Everything the report knows as a JSON-ready dict; equal input gives equal bytes under canonical JSON."""
    return {
        "programme": report.programme,
        "title": report.title,
        "standard": report.standard,
        "verdict": report.verdict.to_json(),
        "verdict_digest": report.verdict_digest,
        "silent_about": list(report.silent_about),
        "artefacts_by_pathway": dict(report.artefacts_by_pathway),
        "unmapped": report.unmapped,
        "findings_by_bucket": report.by_bucket(),
        "findings": [_finding_json(finding) for finding in report.findings],
        "whole": None if report.whole is None else _whole_json(report.whole),
    }


def _whole_json(whole: WholeReport) -> dict[str, object]:
    return {
        "verdict": whole.verdict.to_json(),
        "verdict_digest": whole.verdict_digest,
        "said": whole.said,
        "findings": [_finding_json(finding) for finding in whole.findings],
    }


def _finding_json(finding: ReportFinding) -> dict[str, object]:
    return {
        "key": finding.key,
        "bucket": finding.bucket,
        "kind": finding.kind,
        "family": finding.family,
        "defect": finding.defect,
        "blocking": finding.blocking,
        "quote": finding.quote,
        "passage": finding.passage,
        "path": finding.path,
        "line": finding.line,
        "artefact": finding.title,
        "pathway": finding.pathway,
        "route": finding.route,
        "governance_version": finding.governance,
        "is_legacy": finding.legacy,
        "detector": finding.detector,
        "detector_version": finding.version,
        "confidence_permille": finding.confidence,
        "reasons": list(finding.reasons),
        "rule": finding.rule,
    }


def audit_lines(report: AuditReport, *, colour: bool, everything: bool = False) -> list[str]:
    """The report for a terminal: verdict, findings by bucket with place and quotation, what it is silent about.

    Categories B and C are shown up to five each unless `everything` is asked for; defects are always shown in full.
    """
    lines = [f"{report.title} · {report.standard_name}", terminal(report.verdict, colour=colour), ""]
    for bucket in ORDER:
        lines += _bucket_lines(report, bucket, everything=everything)
    if report.whole is not None:
        lines += [*_whole_lines(report.whole, colour=colour), ""]
    lines.append("This verdict is silent about")
    lines += [f"  · {sentence}" for sentence in report.silent_about] or ["  · nothing that should exist"]
    lines.append("")
    verdict = report.verdict
    oldest = verdict.freshness.oldest
    lines.append(
        f"What may remain: {verdict.content.residual} where we looked, "
        f"{verdict.content.remaining} counting what was not looked at."
    )
    lines.append(f"Oldest result: {oldest:%Y-%m-%d %H:%M} UTC." if oldest else "Nothing was measured yet.")
    lines += [f"Why {verdict.state.value}: {REASON_WORDS[reason]}" for reason in verdict.reasons]
    return lines


def _whole_lines(whole: WholeReport, *, colour: bool) -> list[str]:
    lines = [f"The programme as a whole: {terminal(whole.verdict, colour=colour)}"]
    for finding in whole.findings:
        why = " ".join(finding.reasons) or finding.quote
        lines += textwrap.wrap(why, 100, initial_indent="    ", subsequent_indent="    ")
    label = "" if whole.verdict.state is State.PASS else "Not conclusive: "
    return [*lines, *([f"  {label}{whole.said}"] if whole.said else [])]


def _bucket_lines(report: AuditReport, bucket: str, *, everything: bool) -> list[str]:
    found = [finding for finding in report.findings if finding.category == bucket]
    if not found:
        return []
    lines = [f"{HEADINGS[bucket]}: {len(found)}"]
    shown = found if everything or bucket in ("A", "own", "read") else found[:SHOWN_QUIET]
    for finding in shown:
        lines.append(f"  {finding.place}  {finding.pathway_name} · {finding.family_name or finding.kind}")
        words = finding.passage if bucket == "read" else finding.quote
        lines += textwrap.wrap(f"“{words}”", 100, initial_indent="    ", subsequent_indent="    ")
        if bucket in ("A", "own"):
            why = " ".join(finding.reasons)
            lines += textwrap.wrap(why, 100, initial_indent="    why: ", subsequent_indent="         ")
    if len(shown) < len(found):
        lines.append(f"  … and {len(found) - len(shown)} more (--all shows them)")
    return [*lines, ""]
