"""`assay pack`: everything relevant to a programme, system, control or period, for somebody who trusts nobody."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assay.cli.start import DATA_HELP, owner, ready, utc_now

WANTED = "programme:SLUG, system:NUMBER, control:A.6.2.4, period:2026-01-01..2026-06-30, or log; may be given again."


def pack(
    target: Annotated[Path, typer.Argument(help="New folder, or new file whose name ends in .zip.")],
    wanted: Annotated[list[str], typer.Option("--for", help=f"What the pack is for: {WANTED}")],
    hide: Annotated[
        list[str] | None, typer.Option(help="A field of contents to leave out, such as a name; may be given again.")
    ] = None,
    contents: Annotated[bool, typer.Option(help="Whether contents go along, or only leaves and proofs.")] = True,
    about: Annotated[str, typer.Option(help="Why the pack is made, for its index.")] = "",
    data: Annotated[Path | None, typer.Option(help=DATA_HELP)] = None,
) -> None:
    """Write a pack of evidence that anybody can verify offline, with the tools of others."""
    ready(data)
    from assay.ledger import services
    from assay.ledger.pack import pack_write
    from assay.reports.queries.packing import pack_select

    now = utc_now()
    actor = owner(now)
    services.integrate(log=actor.log, now=now)
    chosen = pack_select(actor=actor, wanted=wanted)
    words = f"{chosen.about} ({about})" if about else chosen.about
    count = pack_write(
        log=actor.log,
        target=target,
        actor=actor.pseudonym,
        now=now,
        indexes=chosen.indexes,
        about=words,
        hide=frozenset(hide or ()),
        contents=contents,
    )
    services.integrate(log=actor.log, now=now)
    typer.echo(
        f"{count:,} entries for {chosen.about} in {target}. Check it: assay verify {target}, or read VERIFY.txt."
    )
