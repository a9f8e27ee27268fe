"""`assay bench faults`: kill, tear, fill and break what the ledger writes to; nothing acknowledged may be lost or wrong."""

from __future__ import annotations

import os
import random
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

import typer

from assay.cli.bench.material import show
from assay.cli.start import owner, ready, sequence, utc_now

CALLS = ("pwrite64", "fdatasync", "ftruncate")
FAULTS = ("error=EIO", "error=ENOSPC", "signal=SIGKILL")
VERIFY_EVERY = 25


def faults(
    rounds: Annotated[int, typer.Option(help="Rounds in which all writers are killed with SIGKILL.", min=0)] = 1000,
    writers: Annotated[int, typer.Option(help="Writer processes in each round.", min=1, max=64)] = 8,
    injected: Annotated[int, typer.Option(help="Places at which each call fails in each way (strace).", min=0)] = 12,
    torn: Annotated[int, typer.Option(help="Write-ahead logs cut or garbled.", min=0)] = 200,
    seed: Annotated[int, typer.Option(help="The same seed makes the same choices.")] = 1,
    folder: Annotated[Path | None, typer.Option(help="Where to work. Default: a temporary folder.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> int:
    """Break the ledger's disk and processes in every way that this machine allows; exit code 1 if anything was lost."""
    with tempfile.TemporaryDirectory(prefix="assay-faults-", dir=folder) as place:
        ready(Path(place) / "data")
        figures = run(Path(place) / "data", rounds, writers, injected, torn, seed)
    show(figures, as_json=as_json)
    return 1 if figures["lost"] or figures["corrupt"] else 0


def run(data: Path, rounds: int, writers: int, injected: int, torn: int, seed: int) -> dict[str, Any]:
    """All campaigns on the installation in `data`, which this process has set up; the figures that the command shows."""
    from django.db import connection

    log = owner(utc_now()).log
    sequence(utc_now())
    connection.close()
    counts: dict[str, Any] = {"lost": 0, "corrupt": 0}
    started = time.monotonic()
    _killed(data, log, rounds, writers, random.Random(seed), counts)  # noqa: S311 — reproducible, nothing secret
    _torn(data, log, torn, random.Random(seed + 1), counts)  # noqa: S311
    _disk_full(data, log, counts)
    _injected(data, injected, counts)
    counts["seconds"] = round(time.monotonic() - started, 1)
    return counts


def events_of(data: Path) -> set[str]:
    """Every event that is sequenced or waits."""
    with closing(sqlite3.connect(data / "assay.sqlite3")) as database:
        rows = database.execute("SELECT event FROM ledger_entry UNION SELECT event FROM ledger_outbox")
        return {event for (event,) in rows}


def _check(data: Path, acknowledged: set[str], counts: dict[str, Any]) -> None:
    from assay.client.verify import verify_folder

    counts["lost"] += len(acknowledged - events_of(data))
    report = verify_folder(data)
    counts["corrupt"] += len(report.differences)
    if report.differences:
        typer.echo(f"corrupt: {report.differences[0].to_json()}", err=True)
    counts["verified"] = counts.get("verified", 0) + 1


def _killed(data: Path, log: str, rounds: int, writers: int, rng: random.Random, counts: dict[str, Any]) -> None:
    from assay.cli.bench.writers import kill_round

    acknowledged: set[str] = set()
    since: set[str] = set()
    for number in range(rounds):
        since |= kill_round(log, writers, rng)
        if number % VERIFY_EVERY == VERIFY_EVERY - 1 or number == rounds - 1:
            _settled(data)
            _check(data, since, counts)
            acknowledged, since = acknowledged | since, set()
    counts |= {"kill_rounds": rounds, "killed_writers": rounds * writers, "acknowledged": len(acknowledged)}
    if rounds:
        counts["lost"] += len(acknowledged - events_of(data))


def _settled(data: Path) -> None:
    """What the next process does: sequence what the killed ones had accepted."""
    from django.db import connection

    sequence(utc_now())
    connection.close()


def _torn(data: Path, log: str, cases: int, rng: random.Random, counts: dict[str, Any]) -> None:
    """Cut or garble the write-ahead log: what is left must be exactly some earlier signed state."""
    from assay.cli.bench.writers import kill_round

    if cases:
        kill_round(log, 2, rng)
    for _ in range(cases):
        copy = data.with_name("torn")
        shutil.copytree(data, copy)
        # Without the mark: an earlier state is what is asked for here.
        shutil.rmtree(copy / "high-water", ignore_errors=True)
        wal = copy / "assay.sqlite3-wal"
        size = wal.stat().st_size if wal.exists() else 0
        if size:
            with wal.open("r+b") as file:
                if rng.random() < 0.5:
                    file.truncate(rng.randrange(size))
                else:
                    file.seek(rng.randrange(size))
                    file.write(rng.randbytes(rng.randrange(1, 512)))
        (copy / "assay.sqlite3-shm").unlink(missing_ok=True)
        _check(copy, set(), counts)
        shutil.rmtree(copy)
    counts["torn_logs"] = cases
    _settled(data)


def _disk_full(data: Path, log: str, counts: dict[str, Any]) -> None:
    """A file may not grow any further, in the middle of writing: a clean error, and the next writer goes on."""
    from assay.cli.bench.writers import finished, start

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    size = max((data / name).stat().st_size for name in os.listdir(data) if (data / name).is_file())
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 300_000, before[1]))
        acknowledged = finished(start(log, "full", 3000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    _settled(data)
    _check(data, acknowledged, counts)
    after = finished(start(log, "after", 5))
    _check(data, acknowledged | after, counts)
    counts["disk_full"] = {"acknowledged_before": len(acknowledged), "after_space_was_made": len(after)}
    counts["lost"] += 5 - len(after)


def _injected(data: Path, places: int, counts: dict[str, Any]) -> None:
    """Errors and death at chosen system calls of a writer, by strace, as Tessera does."""
    strace = shutil.which("strace")
    counts["injected"] = 0
    if strace is None or not places:
        counts["injected_why"] = "" if strace else "strace is not installed"
        return
    for call in CALLS:
        for fault in FAULTS:
            for when in _spread(places):
                acknowledged = _write_under(strace, data, call, fault, when)
                _settled(data)
                _check(data, acknowledged, counts)
                counts["injected"] += 1


def _spread(places: int) -> list[int]:
    """1, 2, 3, 5, 8, …: early places matter most, and late ones are reached too."""
    found, step = [1], 1.0
    while len(found) < places:
        step *= 1.45
        found.append(max(found[-1] + 1, round(step)))
    return found


def _write_under(strace: str, data: Path, call: str, fault: str, when: int) -> set[str]:
    onwards = "" if "signal" in fault else "+"
    command = [strace, "-f", "-qq", "-o", os.devnull, "-e", f"trace={call}"]
    command += ["-e", f"inject={call}:{fault}:when={when}{onwards}"]
    command += [sys.executable, "-m", "assay.cli.bench.writers", str(data), "10"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    return {line for line in done.stdout.split("\n")[:-1] if len(line) == 36}
