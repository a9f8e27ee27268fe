"""`assay bench ledger`: the ledger beside the disk's own flush rate and a naive hash chain, in one run on one machine."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from assay.cli.bench.material import show
from assay.cli.start import owner, ready, sequence, utc_now

TEN_MILLION = 10_000_000


def ledger(
    entries: Annotated[int, typer.Option(help="Size of the log for proofs and verification.", min=50_000)] = 100_000,
    commits: Annotated[int, typer.Option(help="Durable commits per measurement.", min=20)] = 300,
    rows: Annotated[int, typer.Option(help="Live rows to attest.", min=100)] = 20_000,
    seconds: Annotated[float, typer.Option(help="How long each kind of load lasts.", min=0.5)] = 8.0,
    growth: Annotated[
        bool, typer.Option("--growth", help="Go on to 10,000,000 entries for the chart: a quarter of an hour, 12 GB.")
    ] = False,
    postgres: Annotated[bool, typer.Option(help="Measure on a PostgreSQL server too, where initdb is on PATH.")] = True,
    folder: Annotated[
        Path | None, typer.Option(help="Where to work; the disk matters. Default: a temporary one.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Measure appends against raw flushes, load, proofs, verification, attestation and growth, in a fresh data folder."""
    with tempfile.TemporaryDirectory(prefix="assay-bench-", dir=folder) as place:
        ready(Path(place) / "data")
        figures = _run(Path(place), entries, commits, rows, seconds, growth=growth, with_postgres=postgres)
    show(figures, as_json=as_json)


def _run(
    place: Path, entries: int, commits: int, rows: int, seconds: float, *, growth: bool, with_postgres: bool
) -> dict[str, Any]:
    from assay.cli.bench import ledger_load, ledger_postgres, ledger_reads, ledger_writes

    log = owner(utc_now()).log
    sequence(utc_now())
    spent: dict[str, float] = {}
    figures: dict[str, Any] = {"entries": entries, "commits": commits, "load_at_start": round(os.getloadavg()[0], 1)}
    # The points of a short log come before the writes, which are more entries than those.
    grown = ledger_reads.Growth(log, place)
    grown.to(min(entries, 10_000))
    with _timed(spent, "writes"):
        figures |= ledger_writes.writes(place, log, commits)
        figures |= ledger_writes.business_write(log, commits)
    with _timed(spent, "lag"):
        figures |= ledger_load.publication_lag(log, seconds=seconds)
    if with_postgres:
        with _timed(spent, "postgres"):
            figures |= ledger_postgres.postgres(place, lambda: ledger_writes.flushes(place, commits // 3), seconds)
    with _timed(spent, "growth"):
        grown.to(entries)
    figures |= grown.figures
    with _timed(spent, "chain"):
        figures |= ledger_reads.chain_proof(place, entries)
    with _timed(spent, "verification"):
        figures |= ledger_reads.verification(place)
    with _timed(spent, "attestation"):
        figures |= ledger_reads.attestation(place, rows)
    if growth:
        with _timed(spent, "growth to ten million"):
            grown.to(TEN_MILLION)
    return figures | {"growth": grown.points, "seconds": spent, "load_at_end": round(os.getloadavg()[0], 1)}


@contextmanager
def _timed(spent: dict[str, float], part: str) -> Iterator[None]:
    """Note the seconds of a part, and say on standard error that it is done."""
    start = time.perf_counter()
    yield
    spent[part] = round(time.perf_counter() - start, 1)
    typer.echo(f"{part}: {spent[part]} s", err=True)
