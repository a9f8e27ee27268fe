"""`assay ledger …` that hands things out: tiles, packs, requests to witnesses."""

from __future__ import annotations

import urllib.error
import urllib.request
from pathlib import Path
from typing import Annotated

import typer

from assay.cli.ledger import app
from assay.cli.start import DATA_HELP, owner, ready, utc_now
from assay.core.errors import Unavailable, UsageError
from assay.core.note import VerifierKey

__all__ = ["app"]

Data = Annotated[Path | None, typer.Option(help=DATA_HELP)]
Witnesses = Annotated[list[str], typer.Option("--witness", help="Verifier key of a witness; may be given again.")]


@app.command("export")
def export(target: Annotated[Path, typer.Argument(help="Folder to write to.")], data: Data = None) -> None:
    """Write the published log as files (C2SP tlog-tiles), or bring an older export up to date."""
    ready(data)
    from assay.ledger.export import folder_export

    size = folder_export(log=owner(utc_now()).log, target=target)
    typer.echo(f"{size:,} entries in {target}")


@app.command("pack")
def pack(
    target: Annotated[Path, typer.Argument(help="New folder, or new file whose name ends in .zip.")],
    data: Data = None,
    subject: Annotated[str, typer.Option(help="Only entries about this subject, with proofs.")] = "",
    kind: Annotated[str, typer.Option(help="Only entries of this kind, with proofs; 'artefact.*' for a noun.")] = "",
    about: Annotated[str, typer.Option(help="What the pack is for.")] = "",
) -> None:
    """Write a pack that anybody can verify offline: the whole log, or some entries with their proofs."""
    ready(data)
    from assay.ledger import services
    from assay.ledger.pack import pack_write
    from assay.ledger.queries import entry_indexes

    now = utc_now()
    actor = owner(now)
    services.integrate(log=actor.log, now=now)
    chosen = entry_indexes(log=actor.log, subject=subject, kind=kind) if subject or kind else None
    count = pack_write(log=actor.log, target=target, actor=actor.pseudonym, now=now, indexes=chosen, about=about)
    services.integrate(log=actor.log, now=now)
    typer.echo(f"{count:,} entries in {target}. Check it: assay verify {target}")


@app.command("vkey")
def vkey(data: Data = None) -> None:
    """Print the verifier key of the log: what others need to check it, given to them by another way."""
    ready(data)
    from assay.ledger.queries import vkeys

    typer.echo("\n".join(vkeys(owner(utc_now()).log)))


@app.command("witness-request")
def witness_request(
    witness: Annotated[str, typer.Option(help="Name of the witness.")],
    data: Data = None,
    old: Annotated[int, typer.Option(help="Size that the witness saw last; -1: as remembered here.")] = -1,
) -> None:
    """Print a request for a cosignature, to be carried to a witness as a file."""
    ready(data)
    from assay.ledger.witnessing import last_seen, request_make

    log = owner(utc_now()).log
    seen = last_seen(log=log, witness=witness) if old < 0 else old
    typer.echo(request_make(log=log, old=seen)[1], nl=False)


@app.command("witness-add")
def witness_add(
    answer: Annotated[Path, typer.Argument(help="The file with the cosignature.")],
    witness: Witnesses,
    size: Annotated[int, typer.Option(help="Size of the checkpoint that was cosigned.")],
    data: Data = None,
) -> None:
    """Keep a cosignature that came back as a file."""
    ready(data)
    from assay.ledger.witnessing import cosignature_add

    now = utc_now()
    keys = [VerifierKey.parse(text) for text in witness]
    text = answer.read_text(encoding="utf-8")
    names = cosignature_add(log=owner(now).log, size=size, answer=text, witnesses=keys, now=now)
    typer.echo(f"Witnessed at {size:,} entries by {', '.join(names)}.")


@app.command("witness-ask")
def witness_ask(
    url: Annotated[str, typer.Argument(help="Address of the witness, without /add-checkpoint.")],
    witness: Witnesses,
    data: Data = None,
) -> None:
    """Ask a witness over HTTP to cosign the newest checkpoint, and keep its answer."""
    ready(data)
    from assay.ledger.witnessing import cosignature_add, last_seen, request_make

    now = utc_now()
    log = owner(now).log
    keys = [VerifierKey.parse(text) for text in witness]
    size, body = request_make(log=log, old=last_seen(log=log, witness=keys[0].name))
    status, answer = _post(url, body)
    if status == 409:
        # The witness saw another size than we remember: start from there.
        size, body = request_make(log=log, old=int(answer.strip()))
        status, answer = _post(url, body)
    if status != 200:
        raise Unavailable(f"The witness refused with {status}: {answer.strip()[:200]}", hint="Ask its operator why.")
    names = cosignature_add(log=log, size=size, answer=answer, witnesses=keys, now=now)
    typer.echo(f"Witnessed at {size:,} entries by {', '.join(names)}.")


def _post(url: str, body: str) -> tuple[int, str]:
    if not url.startswith(("http://", "https://")):
        raise UsageError("The address of a witness begins with http:// or https://.")
    request = urllib.request.Request(f"{url.rstrip('/')}/add-checkpoint", data=body.encode("utf-8"), method="POST")  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310 — the scheme is checked above
            return int(response.status), response.read(65536).decode("utf-8")
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read(65536).decode("utf-8", "replace")
    except OSError as error:
        raise Unavailable(f"The witness at {url} does not answer.", hint="Try again later.") from error
