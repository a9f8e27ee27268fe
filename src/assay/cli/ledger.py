"""`assay verify`, `assay ledger …`: check the log without the server, show and export it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assay.cli.start import DATA_HELP, owner, ready, utc_now

if TYPE_CHECKING:
    from assay.client.report import Report

app = typer.Typer(help="The tamper-evident log.", no_args_is_help=True)
SHOWN = 50


def verify(
    path: Annotated[Path, typer.Argument(help="A data folder, or an exported pack.")],
    vkey: Annotated[list[str] | None, typer.Option(help="A verifier key that you trust; may be given again.")] = None,
    checkpoint: Annotated[
        list[Path] | None, typer.Option(help="A checkpoint that you kept outside; may be given again.")
    ] = None,
    compromised: Annotated[
        list[str] | None, typer.Option(help="A key that is lost, as KEY@TIME (assay ledger key notice prints it).")
    ] = None,
    witness: Annotated[
        list[str] | None, typer.Option(help="Verifier key of a witness that you trust; may be given again.")
    ] = None,
    tsa_ca: Annotated[
        Path | None, typer.Option("--tsa-ca", help="Certificates (PEM) of the time authority that you trust.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> int:
    """Recompute every leaf, tree root, checkpoint signature and live row; name each difference. No server, no Django."""
    from assay.client.compromised import compromised_given
    from assay.client.trust import Trust
    from assay.client.verify import verify_path
    from assay.core.note import VerifierKey

    authority = None
    if tsa_ca is not None:
        from assay.client.timestamp import Authority

        authority = Authority(tsa_ca.read_bytes())
    lost = [compromised_given(text) for text in compromised or ()]
    trust = Trust(lost, [VerifierKey.parse(text) for text in witness or ()], authority)
    kept = [file.read_text(encoding="utf-8") for file in checkpoint or ()]
    report = verify_path(
        path, vkeys=tuple(vkey or ()), checkpoints=kept, trust=trust, workers=min(os.cpu_count() or 1, 8)
    )
    if as_json:
        typer.echo(json.dumps(report.to_json(), ensure_ascii=False, indent=2))
    else:
        typer.echo("\n".join(report_lines(report)))
    return 1 if report.differences else 0


def report_lines(report: Report) -> list[str]:
    """The outcome of a verification for a terminal."""
    counted = ", ".join(f"{number:,} {what}" for what, number in sorted(report.counts.items()))
    lines = [f"Looked at: {counted}."]
    total = len(report.differences) + report.left_out
    if total:
        lines.append(f"{total:,} {'difference' if total == 1 else 'differences'} found:")
        lines += [f"  {each.kind}: {each.place}: {each.message}" for each in report.differences[:SHOWN]]
        if total > SHOWN:
            lines.append(f"  … and {total - SHOWN:,} more (--json shows up to 1,000)")
    else:
        lines.append("Nothing differs: every leaf, root, signature and live row is as the log says.")
    return lines + [f"note: {note}" for note in report.notes]


@app.command("checkpoint")
def checkpoint(data: Annotated[Path | None, typer.Option(help=DATA_HELP)] = None) -> None:
    """Print the newest signed checkpoint. Keep a copy outside: it is what finds a roll-back."""
    ready(data)
    from assay.ledger.queries import checkpoint_latest

    typer.echo(checkpoint_latest(owner(utc_now()).log).note, nl=False)


@app.command("proof")
def proof(
    index: Annotated[int, typer.Argument(help="Index of the entry.", min=0)],
    data: Annotated[Path | None, typer.Option(help=DATA_HELP)] = None,
) -> None:
    """Print the .tlog-proof (C2SP) of an entry."""
    ready(data)
    from assay.ledger.queries import proof_text

    typer.echo(proof_text(log=owner(utc_now()).log, index=index), nl=False)


@app.command("entries")
def entries(
    data: Annotated[Path | None, typer.Option(help=DATA_HELP)] = None,
    kind: Annotated[str, typer.Option(help="Only this kind; 'artefact.*' for all of one noun.")] = "",
    limit: Annotated[int, typer.Option(help="How many, newest first.", min=1, max=1000)] = 20,
) -> None:
    """List entries, newest first."""
    ready(data)
    from assay.ledger.queries import entry_list

    for entry in entry_list(log=owner(utc_now()).log, kind=kind, limit=limit).entries:
        typer.echo(f"{entry.index:>8}  {entry.at[:19]}  {entry.kind:<24}{entry.subject}")
