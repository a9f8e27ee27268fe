"""`assay audit`: import a course, measure it, say what is known and what is not."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assay.cli.output import TerminalProgress, colour_wanted
from assay.cli.start import DATA_HELP, owner, ready, sequence, tell_if_example, utc_now
from assay.cli.writing import file_out
from assay.core.errors import UsageError

if TYPE_CHECKING:
    from datetime import datetime

    from assay.accounts.access import Actor
    from assay.reports.shapes import AuditReport
    from assay.studio.shapes import ImportSummary, SweepSummary

EXIT_CODES = {"pass": 0, "fail": 10, "unproven": 11, "stale": 12}


def audit(
    path: Annotated[
        Path,
        typer.Argument(
            help="A folder, a Markdown, HTML, Word or text file, a SCORM package, or a JSON bundle of stamped artefacts."
        ),
    ],
    standard: Annotated[
        str,
        typer.Option(
            help="The standard that the course claims to teach, such as iso42001; else that of its mapping file."
        ),
    ] = "",
    companion: Annotated[
        list[str] | None,
        typer.Option(help="A companion standard that is approved for this course; may be given again."),
    ] = None,
    title: Annotated[str | None, typer.Option(help="Title of the programme; else the folder's name.")] = None,
    mapping: Annotated[Path | None, typer.Option(help="A mapping file; else assay-mapping.yaml in the folder.")] = None,
    data: Annotated[Path | None, typer.Option(help=DATA_HELP)] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write verdict and findings as JSON; - for standard output.")
    ] = None,
    sarif_file: Annotated[
        Path | None, typer.Option("--sarif", help="Write findings as SARIF 2.1.0; - for standard output.")
    ] = None,
    html_file: Annotated[Path | None, typer.Option("--html", help="Write a report in one HTML file.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Show every finding of categories B and C.")] = False,
) -> int:
    """Audit a course. Exit code 0 pass, 10 fail, 11 unproven, 12 stale, 1 error, 2 wrong usage."""
    _require_writable(json_file, sarif_file, html_file)
    ready(data)
    from assay.reports.exports.plain import audit_lines
    from assay.reports.queries.programme import audit_report
    from assay.studio.services import programme_import, programme_sweep

    now = utc_now()
    actor = owner(now)
    tell_if_example(actor)
    progress = TerminalProgress()
    imported = programme_import(
        actor=actor,
        path=path,
        standard=standard,
        companions=tuple(companion or ()),
        title=title,
        mapping=mapping,
        now=now,
        progress=progress,
    )
    sequence(now)
    summary = programme_sweep(actor=actor, programme=imported.programme, now=now, progress=progress)
    sequence(now)
    progress.finish()
    report = audit_report(actor, imported.programme)
    what = f"programme:{imported.programme.slug}"
    if not _files_write(report, json_file, sarif_file, html_file, by=actor, what=what, now=now):
        typer.echo("\n".join(_head(imported, summary)))
        typer.echo("\n".join(audit_lines(report, colour=colour_wanted(sys.stdout), everything=everything)))
    return EXIT_CODES[report.verdict.state.value]


def _require_writable(*files: Path | None) -> None:
    """Return if each report can be written. Raises UsageError now, and not after a long audit."""
    for file in files:
        if file is None or str(file) == "-":
            continue
        if file.is_dir() or not file.parent.is_dir():
            problem = "is a folder" if file.is_dir() else "would be in a folder that is not there"
            raise UsageError(f"The report {file} cannot be written: it {problem}.", hint="Name a file, or - to print.")


def _carried(count: int) -> str:
    """How many of those hold although their detector has another version, because none of the words that changed occurs."""
    return f", {count:,} of them carried over to a newer version" if count else ""


def _head(imported: ImportSummary, summary: SweepSummary) -> list[str]:
    lines = [f"note: {note}" for note in imported.notes]
    lines.append(
        f"{imported.files:,} files, {imported.pieces:,} artefacts "
        f"({imported.added:,} new, {imported.changed:,} changed, {imported.removed:,} gone); "
        f"{summary.measured:,} measured now, {summary.fresh:,} still fresh{_carried(summary.summary.carried)}."
    )
    return [*lines, ""]


def _files_write(
    report: AuditReport,
    json_file: Path | None,
    sarif_file: Path | None,
    html_file: Path | None,
    *,
    by: Actor,
    what: str,
    now: datetime,
) -> bool:
    """Write the files asked for, each with its entry in the log; return whether one of them went to standard output."""
    from assay.reports.exports.html import audit_html
    from assay.reports.exports.plain import audit_json
    from assay.reports.exports.sarif import sarif
    from assay.version import product_version

    files: list[tuple[Path, str]] = []
    if json_file is not None:
        files.append((json_file, json.dumps(audit_json(report), ensure_ascii=False, indent=2, sort_keys=True) + "\n"))
    if sarif_file is not None:
        found = sarif(report, version=product_version())
        files.append((sarif_file, json.dumps(found, ensure_ascii=False, indent=2) + "\n"))
    if html_file is not None:
        files.append((html_file, audit_html(report)))
    for path, text in files:
        if str(path) == "-":
            sys.stdout.write(text)
        else:
            file_out(path, text.encode("utf-8"), by=by, what=what, now=now)
    return any(str(path) == "-" for path, _text in files)
