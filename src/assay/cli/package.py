"""`assay programme package`: a programme as a file that learning platforms, item banks and readers accept."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from assay.cli.start import DATA_HELP, owner, ready, utc_now
from assay.cli.writing import file_out

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
    draft: Annotated[
        bool, typer.Option(help="Make one of a programme that is not published; it says so on every page.")
    ] = False,
    data: Annotated[Path | None, typer.Option(help=DATA_HELP)] = None,
) -> int:
    """Write a published programme as a package, with its provenance inside; refused with the reasons before that."""
    ready(data)
    from assay.studio.packaging.formats import format_of
    from assay.studio.publishing.release import package_make
    from assay.studio.queries import access_programme

    chosen = format_of(format_name)
    now = utc_now()
    actor = owner(now)
    row = access_programme(actor=actor, slug=programme)
    made = package_make(row, chosen, draft=draft, exams=exams, pass_mark=pass_mark, now=now)
    target = out or Path(made.file_name)
    file_out(target, made.content, by=actor, what=f"programme:{row.slug}", now=now)
    for note in made.course.notes:
        sys.stderr.write(f"note: {note}\n")
    for reason in made.course.draft:
        sys.stderr.write(f"draft: {reason}\n")
    typer.echo(
        f"{target}: {chosen.title}, {len(made.content):,} bytes, {len(made.course.pages):,} pages, "
        f"{len(made.course.bank):,} questions{', a draft' if made.course.draft else ''}."
    )
    return 0
