"""`assay demo`: a filled example, its verdicts in the terminal, and the web application with a way in."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assay.cli.output import TerminalProgress, colour_wanted
from assay.cli.people import link_for
from assay.cli.serve import reached_at, require_free, run_server
from assay.cli.start import DATA_HELP, owner, ready, sequence, utc_now
from assay.core.errors import UsageError

if TYPE_CHECKING:
    from assay.accounts.access import Actor


def demo(
    data: Annotated[Path | None, typer.Option(help=DATA_HELP)] = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8000,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve the pages afterwards.")] = True,
) -> None:
    """Fill a data folder with an example, sweep it, print its verdicts, and serve the pages on 127.0.0.1."""
    began = time.monotonic()
    if serve:
        require_free(host, port)
        reached_at(host, port)
    folder = ready(data)
    from assay.registers.demo import ORGANIZATION, example_prepare, has_example
    from assay.studio.demo import demo_prepare

    now = utc_now()
    actor = owner(now, organization=ORGANIZATION)
    _require_no_own(actor, folder)
    progress = TerminalProgress()
    demo_prepare(actor=actor, now=now, progress=progress)
    example_prepare(actor=actor, now=now)
    sequence(now)
    progress.finish()
    typer.echo("\n".join(_verdicts(actor)))
    if not has_example(actor.organization):
        typer.echo(
            f"\nThis folder belongs to {actor.organization.name}; the example company was not added: assay demo --data elsewhere"
        )
    typer.echo(f"\nData folder: {folder}  (ready in {time.monotonic() - began:.1f} s)")
    typer.echo(f"Check it without the server: assay verify {folder}")
    if not serve:
        return
    sys.stdout.flush()
    words = f"\nOpen this once, it signs you in:  {link_for(None, None)}\nAnother link: assay sign-in-link.  Stop with Ctrl-C; everything is kept."
    run_server(host, port, words)


def _require_no_own(actor: Actor, folder: Path) -> None:
    """Return if nothing invented gets among what is somebody's own: the example's organization, an empty one, one with
    example programmes only, and one where they all are already. Raises UsageError."""
    from assay.registers.demo import has_own, is_example
    from assay.studio.demo import demo_lacks, programmes_own

    organization = actor.organization
    if is_example(organization) or not demo_lacks(organization):
        return
    if has_own(organization) or programmes_own(organization):
        raise UsageError(
            f"The data folder {folder} belongs to {organization.name} and has work in it; the example was not added.",
            hint=f"Name another folder: assay demo --data elsewhere. To open this one: assay serve --data {folder}",
        )


def _verdicts(actor: Actor) -> list[str]:
    """What was judged, the management system last: its title, and its verdict with coverage and content."""
    from assay.assurance.models import VerdictRow
    from assay.core.reading import terminal
    from assay.core.stored import verdict_from_bytes
    from assay.studio.whole import KIND

    colour = colour_wanted(sys.stdout)
    rows = VerdictRow.objects.filter(surface__organization=actor.organization, is_latest=True).select_related("surface")
    rows = rows.exclude(surface__kind=KIND)
    lines = []
    for row in sorted(rows, key=lambda row: (row.surface.kind.startswith("registers."), row.surface.title)):
        lines += [
            "",
            row.surface.title,
            "  " + terminal(verdict_from_bytes(bytes(row.body)), colour=colour, strata=row.surface.strata_word),
        ]
    return lines
