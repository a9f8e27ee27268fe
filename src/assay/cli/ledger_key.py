"""`assay ledger key …`: where the signing key lies, changing it, and what to do when it may be in other hands."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Annotated

import typer

from assay.cli.start import DATA_HELP, owner, ready, utc_now
from assay.core.errors import UsageError

app = typer.Typer(help="The keys that sign checkpoints.", no_args_is_help=True)
Data = Annotated[Path | None, typer.Option(help=DATA_HELP)]


@app.command("list")
def key_list(data: Data = None) -> None:
    """List the keys that sign or signed here, the present one first, and where each lies."""
    ready(data)
    from assay.ledger import signing

    owner(utc_now())
    for key in signing.key_places():
        typer.echo(f"{key.use:<12} {base64.b64encode(key.public).decode()}  {key.place}".rstrip())


@app.command("rotate")
def key_rotate(data: Data = None) -> None:
    """Make a new key where ASSAY_SIGNER says; both sign until `retire`. This is also how a key moves to a token."""
    ready(data)
    from assay.ledger import queries, services

    now = utc_now()
    actor = owner(now)
    services.integrate(now=now)
    services.key_rotate(now=now, actor=actor.pseudonym)
    typer.echo("A new key signs beside the old one. Give out the new verifier keys, then: assay ledger key retire")
    for log in queries.logs():
        typer.echo(queries.vkeys(log)[-1])


@app.command("retire")
def key_retire(data: Data = None) -> None:
    """Finish a change: the old key is removed and signs no more."""
    ready(data)
    from assay.ledger import services

    now = utc_now()
    services.key_retire(now=now, actor=owner(now).pseudonym)
    typer.echo("The old key is retired.")


@app.command("compromised")
def key_compromised(
    since: Annotated[str, typer.Option(help="Earliest moment that you cannot exclude, as 2026-11-20T12:00:00Z.")],
    reason: Annotated[str, typer.Option(help="What is known; it stands in the log.")],
    data: Data = None,
    vkey: Annotated[str, typer.Option(help="The verifier key, where it is not the present one.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking. It cannot be undone.")] = False,
) -> None:
    """Declare a key as compromised: it never signs again, a new one takes over, every log says so."""
    from assay.client.compromised import moment_read

    moment = moment_read(since)
    if not yes and not typer.confirm("This cannot be undone. Declare the key as compromised?"):
        raise UsageError("Nothing was declared.", hint="Answer y, or give --yes.")
    ready(data)
    from assay.ledger.compromise import key_compromise, notices

    now = utc_now()
    actor = owner(now)
    done = key_compromise(since=moment, reason=reason, now=now, vkey=vkey, actor=actor.pseudonym)
    for each in done:
        typer.echo(f"{each.log}: {each.proven:,} of {each.until:,} entries had been seen by others before.")
        typer.echo(f"  new verifier key: {each.new}")
    typer.echo("Tell everybody who verifies, by another way than the log (assay verify --compromised …):")
    for line in notices():
        typer.echo(f"  {line}")


@app.command("notice")
def key_notice(data: Data = None) -> None:
    """Print the compromised keys as verifiers elsewhere need them, one a line."""
    ready(data)
    from assay.ledger.compromise import notices

    owner(utc_now())
    for line in notices():
        typer.echo(line)
