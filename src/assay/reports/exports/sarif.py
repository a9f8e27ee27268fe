"""Findings as SARIF 2.1.0 (OASIS), for code hosts and editors.

Level: `error` for a defect, `note` for what is only shown (categories B and C). The verdict travels in the run's
properties, so that an empty result list is never read without its coverage.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from assay.reports.shapes import AuditReport, ReportFinding

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def sarif(report: AuditReport, *, version: str) -> dict[str, object]:
    """The SARIF log of one run as a JSON-ready dict; `version` is that of the product."""
    whole = report.whole
    joint = () if whole is None else whole.findings
    rules = _rules((*report.findings, *joint))
    order = {rule["id"]: index for index, rule in enumerate(rules)}
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "Assay", "version": version, "semanticVersion": version, "rules": rules}},
                "columnKind": "unicodeCodePoints",
                "results": [
                    *(_result(finding, order) for finding in report.findings),
                    *(_result(finding, order) | {"locations": [_programme(report)]} for finding in joint),
                ],
                "properties": {
                    "programme": report.programme,
                    "standard": report.standard,
                    "verdict": report.verdict.to_json(),
                    "verdictDigest": report.verdict_digest,
                    "silentAbout": list(report.silent_about),
                    "whole": None
                    if whole is None
                    else {
                        "verdict": whole.verdict.to_json(),
                        "verdictDigest": whole.verdict_digest,
                        "said": whole.said,
                    },
                },
            }
        ],
    }


def _programme(report: AuditReport) -> dict[str, object]:
    """Where a joint finding is: in no file, but in the programme; its message names the artefacts concerned."""
    return {"logicalLocations": [{"name": report.title, "fullyQualifiedName": report.programme, "kind": "module"}]}


def rule_id(finding: ReportFinding) -> str:
    """Stable id of the kind of finding: detector, kind and bucket."""
    return f"{finding.detector}/{finding.kind}/{finding.category}"


def _rules(findings: Iterable[ReportFinding]) -> list[dict[str, object]]:
    seen: dict[str, ReportFinding] = {}
    for finding in findings:
        seen.setdefault(rule_id(finding), finding)
    return [
        {
            "id": key,
            "name": f"{one.kind} {one.category}",
            "shortDescription": {"text": one.rule or f"{one.detector}: {one.kind}"},
            "defaultConfiguration": {"level": _level(one)},
            "properties": {"detectorVersion": one.version},
        }
        for key, one in sorted(seen.items())
    ]


def _level(finding: ReportFinding) -> str:
    return "error" if finding.defect else "warning" if finding.category == "read" else "note"


def _result(finding: ReportFinding, order: dict[object, int]) -> dict[str, object]:
    why = " ".join(finding.reasons)
    return {
        "ruleId": rule_id(finding),
        "ruleIndex": order[rule_id(finding)],
        "level": _level(finding),
        "message": {"text": f"{finding.pathway_name}: “{finding.quote}”. {why}".strip()},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(finding.path), "uriBaseId": "%SRCROOT%"},
                    "region": {
                        "startLine": finding.line,
                        "endLine": finding.line_end,
                        "snippet": {"text": finding.quote},
                    },
                }
            }
        ],
        "partialFingerprints": {"assayFindingKey/v1": finding.key},
        "properties": {
            "bucket": finding.bucket,
            "family": finding.family,
            "pathway": finding.pathway,
            "route": finding.route,
            "governanceVersion": finding.governance,
            "legacy": finding.legacy,
            "confidence": finding.confidence / 1000,
            "blocking": finding.blocking,
        },
    }
