"""A sweep report as material of a capstone: the course audits the platform that made it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from assay.accounts.access import Actor
from assay.studio.models import Programme, SweepReport
from assay.studio.pathways import BY_SLUG
from assay.studio.portfolio.queries import body_of
from assay.studio.portfolio.report import answer_of, percent_of
from assay.studio.shapes import Accepted
from assay.studio.sweeping import artefact_accept

KEY = "capstone-material/sweep-{}"


def report_material(body: Mapping[str, Any], digest: str) -> str:
    """The report as Markdown that a team can audit: what was asked, what was looked at, what stays open. Pure.

    Programmes appear by number only, since their titles may name what they teach.
    """
    lines = [
        f"# Evidence of the platform itself: sweep {body['number']}",
        "",
        "This is a real record of the AI system that made this course, of the day named below. Audit it as you would audit a case "
        "company: what does it claim, how far was it looked at, what is it silent about?",
        "",
        f"Question put to the portfolio: {body['question']} {answer_of(body)}",
        "",
        "## Figures",
        "",
        "| Field | Value |",
        "|---|---|",
        *(
            f"| {name} | {value} |"
            for name, value in (
                ("programme_count", body["programme_count"]),
                ("affected_programme_ratio", body["affected_programme_ratio"]),
                ("verdict", body["verdict"]),
                ("total_remediations", body["total_remediations"]),
                ("publications_refused", body["publications_refused"]),
                ("cells looked at", f"{body['coverage']['measured']} of {body['coverage']['cells']}"),
                ("share looked at", f"{percent_of(body['coverage']['share'])} %"),
                ("defects that may remain", f"at most {body['coverage']['may_remain']}"),
                ("governance version", body["governance_version"]),
                ("made at", body["at"]),
            )
        ),
        "",
        "## Category A by pathway",
        "",
        *(
            [f"- Pathway {BY_SLUG[slug].number}: {count}" for slug, count in body["category_a_by_pathway"].items() if slug in BY_SLUG]
            or ["None in what was looked at."]
        ),
        "",
        "## Detectors",
        "",
        "| Detector | Version | Planted defects caught |",
        "|---|---|---|",
        *(f"| {d['name']} | {d['version']} | {d['caught']} of {d['planted']} |" for d in body["detectors"]),
        "",
        "## Programmes",
        "",
        "| Number | State | Looked at | Found | May remain |",
        "|---|---|---|---|---|",
        *(
            f"| {at} | {line['state']} | {line['measured']} of {line['cells']} | {line['found']} | {line['remaining']} |"
            for at, line in enumerate(body["programmes"], start=1)
        ),
        "",
        "## Tasks",
        "",
        "1. Say for each figure which record of the AI system you would ask for.",
        "2. Write one sentence that this report does not allow, although a hurried reader would take it from there.",
        "3. Follow one programme from its state to the texts that were not looked at.",
        "",
        f"Digest of the signed report: `{digest}`.",
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def report_load(*, actor: Actor, report: SweepReport, programme: Programme, now: datetime) -> Accepted:
    """Put a report into a programme as capstone material, of pathway 18, measured like any other artefact.

    It carries no stamp, since no generator wrote it, and so counts as legacy. The same report again changes nothing.
    Raises NotPermitted, NotFound for another organization's programme.
    """
    text = report_material(body_of(report), report.digest)
    title = f"Evidence of the platform itself: sweep {report.number}"
    stamped = {"key": KEY.format(report.number), "pathway": "scenario", "title": title, "text": text}
    return artefact_accept(actor=actor, programme=programme, stamped=stamped, now=now)
