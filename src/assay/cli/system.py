"""`assay due`, `assay measure`: the management system from the command line, fit for cron."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assay.cli.start import DATA_HELP, owner, ready, sequence, utc_now
from assay.core.errors import NotFound

LATE = 10


def due(
    days: Annotated[int, typer.Option(min=0, max=3650, help="How many days ahead to look.")] = 30,
    person: Annotated[str, typer.Option(help="E-mail address: only what waits for this person.")] = "",
    late_only: Annotated[bool, typer.Option("--late-only", help="Only what is late.")] = False,
    fail: Annotated[bool, typer.Option("--fail", help="Exit with 10 if anything is late.")] = False,
    data: Annotated[Path | None, typer.Option(help=DATA_HELP)] = None,
) -> int:
    """Print what is due in the management system, one line each, late ones first; nothing is sent to anybody."""
    ready(data)
    from assay.accounts.models import Membership
    from assay.registers.queries.soon import due_soon

    now = utc_now()
    actor = owner(now)
    who = None
    if person:
        members = Membership.objects.filter(
            organization=actor.organization, ended_at=None, person__email__iexact=person
        )
        who = members.values_list("person_id", flat=True).first()
        if who is None:
            raise NotFound("person", person)
    rows, cut = due_soon(actor.organization, today=now.date(), days=days, person=who)
    late = sum(1 for each in rows if each.late)
    for each in rows:
        if each.late or not late_only:
            mark = "LATE" if each.late else "    "
            typer.echo(f"{mark} {each.on}  {each.register}: {each.title}  ({each.words} {each.names})")
    typer.echo(f"{'At least ' if cut else ''}{len(rows)} due within {days} days, {late} of them late.")
    return LATE if fail and late else 0


def measure(
    daily: Annotated[bool, typer.Option(help="Also have it judged every day by a running server or worker.")] = True,
    data: Annotated[Path | None, typer.Option(help=DATA_HELP)] = None,
) -> None:
    """Judge the management system now and print its verdicts."""
    ready(data)
    from assay.registers.jobs import measure_daily
    from assay.registers.services import impacts_reopen_due
    from assay.registers.services.measuring import system_measure

    now = utc_now()
    actor = owner(now)
    reopened = impacts_reopen_due(actor=actor, now=now)
    done = system_measure(actor=actor, now=now)
    if daily:
        measure_daily(actor=actor, now=now)
    sequence(now)
    for row in done.verdicts:
        typer.echo(f"{row.surface.title}: {row.sentence}")
    typer.echo(
        f"{done.cells} cells, {done.measured} changed since the last time; {reopened} impact assessments reopened."
    )
