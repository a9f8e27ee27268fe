"""`assay programme package`: a programme as a file that learning platforms, item banks and readers accept."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from assay.cli.start import DATA_HELP, owner, ready, utc_now

FORMAT_HELP = (
    "scorm12, scorm2004, cmi5, qti21, qti30, docx, pdf, html or web; also docx-assessor, docx-workbook and so on"
)


def package(
    programme: Annotated[str, typer.Option(help="The programme's short name, as in its address.")],
    format_name: Annotated[str, typer.Option("--format", help=FORMAT_HELP)] = "scorm12",
    out: Annotated[Path | None, typer.Option(help="File to write; else the programme's name in this folder.")] = None,
    exams: Annotated[
        bool, typer.Option(help="Put module and final exams into the learners' package, where their keys can be read.")
    ] = False,
    pass_mark: Annotated[int, typer.Option(min=0, max=100, help="Percent of the scored questions.")] = 70,
    data: Annotated[Path | None, typer.Option(help=DATA_HELP)] = None,
) -> int:
    """Write a programme as a package, with its provenance inside."""
    ready(data)
    from assay.studio.packaging.collect import course_of
    from assay.studio.packaging.formats import format_of
    from assay.studio.queries import access_programme

    chosen = format_of(format_name)
    row = access_programme(actor=owner(utc_now()), slug=programme)
    course = course_of(row, exams=exams, pass_mark=pass_mark)
    content = chosen.write(course)
    target = out or Path(f"{programme}{chosen.suffix}")
    target.write_bytes(content)
    for note in course.notes:
        sys.stderr.write(f"note: {note}\n")
    typer.echo(
        f"{target}: {chosen.title}, {len(content):,} bytes, {len(course.pages):,} pages, {len(course.bank):,} questions."
    )
    return 0
