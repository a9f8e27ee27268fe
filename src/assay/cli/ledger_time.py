"""`assay ledger stamp…`: time stamps (RFC 3161) over signed checkpoints."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assay.cli.ledger import app
from assay.cli.start import DATA_HELP, owner, ready, utc_now

__all__ = ["app"]

Data = Annotated[Path | None, typer.Option(help=DATA_HELP)]
CA = Annotated[Path | None, typer.Option("--ca", help="Certificates of the authority (PEM); else ASSAY_TSA_CA.")]


@app.command("stamp")
def stamp(
    data: Data = None,
    url: Annotated[str, typer.Option(help="Address of the time authority; else ASSAY_TSA_URL.")] = "",
    ca: CA = None,
) -> None:
    """Have a time authority stamp the newest checkpoint, and keep its answer."""
    ready(data)
    from django.conf import settings

    from assay.client.timestamp import Authority
    from assay.ledger import services, timestamping

    now = utc_now()
    actor = owner(now)
    services.integrate(log=actor.log, now=now)
    address = url or settings.ASSAY.tsa_url
    query = timestamping.query_make(log=actor.log)
    answer = timestamping.answer_fetch(url=address, query=query)
    authority = timestamping.authority_configured() if ca is None else Authority(ca.read_bytes())
    row = timestamping.stamp_add(
        log=actor.log,
        size=query.size,
        token=answer,
        now=now,
        actor=actor.pseudonym,
        source=address,
        authority=authority,
        nonce=query.nonce,
    )
    services.integrate(log=actor.log, now=now)
    typer.echo(_told(row.size, row.moment.isoformat(), row.checked))


@app.command("stamp-request")
def stamp_request(
    target: Annotated[Path, typer.Argument(help="New file for the request (DER).")], data: Data = None
) -> None:
    """Write a request for a time stamp over the newest checkpoint, to be carried to an authority as a file."""
    ready(data)
    from assay.ledger import services, timestamping

    now = utc_now()
    log = owner(now).log
    services.integrate(log=log, now=now)
    query = timestamping.query_make(log=log)
    with target.open("xb") as file:
        file.write(query.body)
    typer.echo(f"Bring the answer back with: assay ledger stamp-add ANSWER --size {query.size}")


@app.command("stamp-add")
def stamp_add(
    answer: Annotated[Path, typer.Argument(help="The file with the authority's answer (DER).")],
    size: Annotated[int, typer.Option(help="Size of the checkpoint that was stamped.", min=1)],
    data: Data = None,
    ca: CA = None,
) -> None:
    """Keep a time stamp that came back as a file."""
    ready(data)
    from assay.client.timestamp import Authority
    from assay.ledger import timestamping

    now = utc_now()
    actor = owner(now)
    authority = timestamping.authority_configured() if ca is None else Authority(ca.read_bytes())
    token = answer.read_bytes()
    row = timestamping.stamp_add(
        log=actor.log, size=size, token=token, now=now, actor=actor.pseudonym, source="file", authority=authority
    )
    typer.echo(_told(row.size, row.moment.isoformat(), row.checked))


@app.command("stamps")
def stamps(
    data: Data = None,
    target: Annotated[Path | None, typer.Option("--to", help="Folder for the stamped bytes and the answers.")] = None,
) -> None:
    """List time stamps, the newest first; with --to also write them for `openssl ts -verify`."""
    ready(data)
    from assay.ledger import timestamping

    log = owner(utc_now()).log
    for row in timestamping.stamp_list(log=log):
        typer.echo(
            f"{row.size:>10,}  {row.moment.isoformat()}  {'checked' if row.checked else 'unchecked':<10}{row.authority}"
        )
        if target is not None:
            target.mkdir(parents=True, exist_ok=True)
            note, token = timestamping.stamp_get(log=log, size=row.size)
            (target / f"{row.size}.note").write_bytes(note)
            (target / f"{row.size}.tsr").write_bytes(token)


def _told(size: int, moment: str, checked: bool) -> str:
    doubt = "" if checked else " The authority was not checked: name its certificates with --ca or ASSAY_TSA_CA."
    return f"The checkpoint of {size:,} entries existed at {moment}.{doubt}"
