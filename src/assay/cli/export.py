"""`assay export soa`: the Statement of Applicability as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assay.cli.start import DATA_HELP, owner, ready, utc_now
from assay.cli.writing import file_out
from assay.core.errors import UsageError

app = typer.Typer(help="Write what the organization holds as files.", no_args_is_help=True)


@app.callback()
def export() -> None:
    """Write what the organization holds as files."""


@app.command("soa")
def soa(
    out: Annotated[Path, typer.Option(help="The file to write.")],
    format: Annotated[str, typer.Option(help="oscal, xlsx, docx or pdf.")] = "oscal",
    data: Annotated[Path | None, typer.Option(help=DATA_HELP)] = None,
) -> None:
    """Write the Statement of Applicability in force: the newest signed version, else the decisions marked as a draft."""
    ready(data)
    from assay.registers.exports.statement import FORMATS, WRITERS
    from assay.registers.queries.soa import statement_now
    from assay.registers.queries.standing import held

    if format not in FORMATS:
        raise UsageError(f"No format is called {format!r}.", hint=f"Formats: {', '.join(FORMATS)}.")
    now = utc_now()
    actor = owner(now)
    statement = statement_now(actor, held(actor.organization, today=now.date()), today=now.date())
    content = WRITERS[format](statement, now)
    written = content.encode() if isinstance(content, str) else content
    file_out(out, written, by=actor, what="soa:in-force", now=now)
    typer.echo(f"{out}: {len(statement.rows)} controls. {statement.note}")
