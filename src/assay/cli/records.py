"""`assay import-records`: a spreadsheet into a register, tried first and written only on request."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assay.cli.output import TerminalProgress
from assay.cli.start import DATA_HELP, owner, ready, sequence, utc_now
from assay.core.errors import InvalidInput, UsageError

if TYPE_CHECKING:
    from assay.registers.models import ImportRun

SHOWN, PROBLEMS, MOST_BYTES = 20, 10, 10 * 1024 * 1024


@dataclass(frozen=True)
class Read:
    """Progress of the reading: rows done."""

    done: int
    total: int
    stage: str = "rows read"


def import_records(
    register: Annotated[str, typer.Argument(help="The register, such as risks.")],
    file: Annotated[Path, typer.Argument(help="An XLSX, CSV or JSON file.")],
    column: Annotated[
        list[str] | None, typer.Option(help="Where a column goes: 'Heading=field'; 'Heading=' leaves it out.")
    ] = None,
    value: Annotated[list[str] | None, typer.Option(help="What all rows have in common: 'field=value'.")] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Write the rows; without it they are only checked.")] = False,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Leave rows with problems out.")] = False,
    data: Annotated[Path | None, typer.Option(help=DATA_HELP)] = None,
) -> int:
    """Check every row of a file against a register, tell problems by line, and with --apply write it. Exit code 10 if rows have problems and nothing was written."""
    ready(data)
    from assay.registers.services.importing import import_apply, import_map, import_read

    content = _content(file)
    actor, progress = owner(utc_now()), TerminalProgress()
    run = import_read(
        actor=actor, register=register, name=file.name, content=content, now=utc_now(),
        progress=lambda done, total: progress(Read(done, total)),
    )  # fmt: skip
    progress.finish()
    columns, constants = dict(run.mapping["columns"]), _pairs(value)
    if column or constants:
        for heading, key in _pairs(column).items():
            if heading not in run.header:
                raise InvalidInput(f"There is no column {heading!r}.", hint=f"Columns: {', '.join(run.header)}.")
            columns[heading] = key
        columns = {heading: key for heading, key in columns.items() if key}
        run = import_map(run=run, actor=actor, columns=columns, constants=constants, now=utc_now())
    bad = _tell(run, columns)
    if not apply or (bad and not skip_bad):
        sequence(utc_now())
        typer.echo("Nothing was written." + ("" if apply else " Say --apply to write the rows."))
        return PROBLEMS if bad else 0
    done = import_apply(run=run, actor=actor, now=utc_now(), skip_bad=skip_bad)
    sequence(utc_now())
    typer.echo(
        f"{done.count:,} records were written; the page of the import takes them back: /system/imports/{done.pk}"
    )
    return 0


def _content(file: Path) -> bytes:
    if not file.is_file():
        raise InvalidInput(f"There is no file {file}.", hint="Check the path.")
    if file.stat().st_size > MOST_BYTES:
        raise InvalidInput(f"{file} is larger than {MOST_BYTES // 1024 // 1024} MB.", hint="Split it.")
    return file.read_bytes()


def _pairs(given: list[str] | None) -> dict[str, str]:
    found: dict[str, Any] = {}
    for each in given or ():
        name, sign, text = each.rpartition("=") if each.count("=") == 1 else each.partition("=")
        if not sign:
            raise UsageError(f"{each!r} has no “=”.", hint="Write 'Heading=field'.")
        found[name.strip()] = text.strip()
    return found


def _tell(run: ImportRun, columns: dict[str, str]) -> int:
    """Print where columns go and what is wrong; return how many rows have problems."""
    for heading in run.header:
        typer.echo(f"  {heading}  →  {columns.get(heading, '(left out)')}")
    for line, key, words in run.problems[:SHOWN]:
        typer.echo(f"line {line}, {key}: {words}")
    if len(run.problems) > SHOWN:
        typer.echo(f"… and {len(run.problems) - SHOWN} more, shown on its page.")
    bad = len({row[0] for row in run.problems})
    typer.echo(f"{run.count:,} rows read, {bad:,} with problems.")
    return bad
