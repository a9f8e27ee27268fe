"""A sweep report as material of a capstone: the course audits the platform that made it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from assay.accounts.access import Actor
from assay.studio.models import Programme, SweepReport
from assay.studio.pathways import BY_SLUG
from assay.studio.portfolio.queries import body_of
from assay.studio.portfolio.report import answer_of, percent_of
from assay.studio.shapes import Accepted
from assay.studio.sweeping import artefact_accept

_COUNTS = ("programme_count", "affected_programme_ratio", "verdict", "total_remediations", "publications_refused")
KEY = "capstone-material/sweep-{}"


def report_material(body: Mapping[str, Any], digest: str) -> str:
    """The report as Markdown that a team can audit: what was asked, what was looked at, what stays open. Pure.

    Programmes appear by number only, since their titles may name what they teach.
    """
    parts = (_what_it_is(body), _figures(body), _pathways(body), _detectors(body), _programmes(body), _TASKS)
    return "\n\n".join((*parts, f"Digest of the signed report: `{digest}`.")) + "\n"


_TASKS = """## Tasks

1. Say for each figure which record of the AI system you would ask for.
2. Write one sentence that this report does not allow, although a hurried reader would take it from there.
3. Follow one programme from its state to the texts that were not looked at."""


def _what_it_is(body: Mapping[str, Any]) -> str:
    return (
        f"# Evidence of the platform itself: sweep {body['number']}\n\n"
        "This is a real record of the AI system that made this course, of the day named below. Audit it as you would audit a "
        "case company: what does it claim, how far was it looked at, what is it silent about?\n\n"
        f"Question put to the portfolio: {body['question']} {answer_of(body)}"
    )


def _figures(body: Mapping[str, Any]) -> str:
    coverage = body["coverage"]
    rows = (
        *((name, body[name]) for name in _COUNTS),
        ("cells looked at", f"{coverage['measured']} of {coverage['cells']}"),
        ("share looked at", f"{percent_of(coverage['share'])} %"),
        ("defects that may remain", f"at most {coverage['may_remain']}"),
        ("governance version", body["governance_version"]),
        ("made at", body["at"]),
    )
    return _table("Figures", ("Field", "Value"), rows)


def _pathways(body: Mapping[str, Any]) -> str:
    found = [
        f"- Pathway {BY_SLUG[slug].number}: {count}"
        for slug, count in body["category_a_by_pathway"].items()
        if slug in BY_SLUG
    ]
    return "\n".join(("## Category A by pathway", "", *(found or ["None in what was looked at."])))


def _detectors(body: Mapping[str, Any]) -> str:
    rows = ((each["name"], each["version"], f"{each['caught']} of {each['planted']}") for each in body["detectors"])
    return _table("Detectors", ("Detector", "Version", "Planted defects caught"), rows)


def _programmes(body: Mapping[str, Any]) -> str:
    rows = (
        (at, line["state"], f"{line['measured']} of {line['cells']}", line["found"], line["remaining"])
        for at, line in enumerate(body["programmes"], start=1)
    )
    return _table("Programmes", ("Number", "State", "Looked at", "Found", "May remain"), rows)


def _table(title: str, heads: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    names = list(heads)
    lines = [f"## {title}", "", f"| {' | '.join(names)} |", "|---" * len(names) + "|"]
    return "\n".join((*lines, *(f"| {' | '.join(map(str, row))} |" for row in rows)))


def report_load(*, actor: Actor, report: SweepReport, programme: Programme, now: datetime) -> Accepted:
    """Put a report into a programme as capstone material, of pathway 18, measured like any other artefact.

    It carries no stamp, since no generator wrote it, and so counts as legacy. The same report again changes nothing.
    Raises NotPermitted, NotFound for another organization's programme.
    """
    text = report_material(body_of(report), report.digest)
    title = f"Evidence of the platform itself: sweep {report.number}"
    stamped = {"key": KEY.format(report.number), "pathway": "scenario", "title": title, "text": text}
    return artefact_accept(actor=actor, programme=programme, stamped=stamped, now=now)
