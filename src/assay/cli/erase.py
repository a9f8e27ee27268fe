"""`assay ledger erase …` and `assay ledger retention …`: take content away, with a reason, and keep every proof."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assay.cli.ledger import app
from assay.cli.start import DATA_HELP, owner, ready, utc_now
from assay.core.errors import UsageError

__all__ = ["app"]

Data = Annotated[Path | None, typer.Option(help=DATA_HELP)]
retention = typer.Typer(help="How long the content of entries is kept.", no_args_is_help=True)


@app.command("erase")
def erase(
    subject: Annotated[str, typer.Argument(help="What the content is about, as entries name it: person:…, record:…")],
    reason: Annotated[str, typer.Option(help="Why, for the entry that says so.")],
    basis: Annotated[str, typer.Option(help="The legal basis, such as GDPR Art. 17(1)(a).")],
    yes: Annotated[bool, typer.Option("--yes", help="Do it. It cannot be undone.")] = False,
    data: Data = None,
) -> None:
    """Erase everything that entries hold about a subject, and destroy its key. Leaves and proofs stay as they are."""
    ready(data)
    from assay.ledger import erasing, services

    now = utc_now()
    actor = owner(now)
    if not yes:
        raise UsageError("Erasing cannot be undone.", hint="Give --yes when you are sure.")
    count = erasing.subject_erase(
        log=actor.log, subject=subject, actor=actor.pseudonym, reason=reason, basis=basis, now=now
    )
    services.integrate(log=actor.log, now=now)
    typer.echo(
        f"{count:,} contents about {subject} are erased, and their key is destroyed. Every proof still verifies."
    )


@retention.command("set")
def retention_set(
    kind: Annotated[str, typer.Argument(help="Kind of entry, such as finding.disposed.")],
    days: Annotated[int, typer.Argument(help="Days to keep its content; 0: for ever.", min=0)],
    basis: Annotated[str, typer.Option(help="The law, contract or rule behind it.")] = "",
    data: Data = None,
) -> None:
    """Set how long the content of a kind of entry is kept. Nothing is erased before `run`."""
    ready(data)
    from assay.ledger import erasing, services

    now = utc_now()
    actor = owner(now)
    erasing.retention_set(log=actor.log, kind=kind, days=days or None, basis=basis, actor=actor.pseudonym, now=now)
    services.integrate(log=actor.log, now=now)
    typer.echo(f"The content of {kind} is kept {f'for {days:,} days' if days else 'for ever'}.")


@retention.command("show")
def retention_show(data: Data = None) -> None:
    """Every schedule, and what it would erase now."""
    ready(data)
    from assay.ledger import erasing

    now = utc_now()
    for each in erasing.retention_due(log=owner(now).log, now=now):
        typer.echo(f"{each.kind:<28}{each.days:>7,} days  {each.count:>9,} due  {each.basis}")


@retention.command("run")
def retention_run(data: Data = None) -> None:
    """Erase what is due. The whole ledger is verified first where entries attest rows."""
    ready(data)
    from assay.ledger import erasing, services

    now = utc_now()
    actor = owner(now)
    services.integrate(log=actor.log, now=now)
    done = erasing.retention_run(log=actor.log, actor=actor.pseudonym, now=now)
    services.integrate(log=actor.log, now=now)
    for each in done:
        typer.echo(f"{each.kind}: {each.count:,} contents erased, kept for {each.days:,} days ({each.basis}).")
    if not done:
        typer.echo("Nothing is due.")
