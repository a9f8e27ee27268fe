"""The ledger on PostgreSQL: a server of its own with every guarantee of durability on, and what it carries.

python -m assay.cli.bench.ledger_postgres SECONDS     prints the figures; ASSAY_DATA and ASSAY_DATABASE_URL say where
"""

from __future__ import annotations

import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from assay.cli.bench.ledger_load import entry_of, in_threads, organizations, publication_lag, recorded, rename
from assay.cli.bench.ledger_writes import SUBMITTERS, submitted
from assay.cli.start import owner, ready, sequence, utc_now

CONNECTIONS = 16
DURABLE = ("fsync=on", "synchronous_commit=on", "full_page_writes=on", "shared_buffers=128MB")
UNPRIVILEGED = ("postgres", "nobody")


def postgres(place: Path, flush_rate: Callable[[], float], seconds: float) -> dict[str, Any]:
    """The figures on PostgreSQL, beside the flush rate of the same disk; `postgres` says why there are none."""
    binaries = _binaries()
    user = _unprivileged() if os.geteuid() == 0 else None
    if binaries is None or (os.geteuid() == 0 and user is None):
        return {"postgres": "not measured: no initdb and pg_ctl on PATH, or no user without rights to run them"}
    around = place.parent.resolve()
    if user is not None and not all(folder.stat().st_mode & 0o001 for folder in (around, *around.parents)):
        return {"postgres": f"not measured: the user {user} cannot enter {around}"}
    with _server(binaries, user, around) as url:
        environment = {**os.environ, "ASSAY_DATA": str(place / "postgres-data"), "ASSAY_DATABASE_URL": url}
        before = flush_rate()
        ran = subprocess.run(
            [sys.executable, "-m", __name__, str(seconds)], env=environment, capture_output=True, text=True, check=False
        )
        flush = 2 / (1 / before + 1 / flush_rate())
    if ran.returncode:
        # The other parts took minutes: they are told all the same.
        return {"postgres": f"not measured, the part failed: {ran.stderr[-500:]}"}
    found: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    acknowledged = found.pop("acknowledged_per_s")
    return {f"acks_per_fdatasync_{SUBMITTERS}_submitters_postgres": round(acknowledged / flush, 1), **found}


def _binaries() -> Path | None:
    on_path = shutil.which("initdb")
    if on_path is not None and (Path(on_path).resolve().parent / "pg_ctl").exists():
        return Path(on_path).resolve().parent
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    return debian[-1].parent if debian else None


def _unprivileged() -> str | None:
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in UNPRIVILEGED if name in known), None)


@contextmanager
def _server(binaries: Path, user: str | None, around: Path) -> Iterator[str]:
    """A server in a folder of its own, reached by a socket only; PostgreSQL refuses to run as root."""
    prefix: list[str] = []
    with tempfile.TemporaryDirectory(prefix="assay-bench-pg-", dir=around, ignore_cleanup_errors=True) as made:
        folder = Path(made)
        if user is not None:
            shutil.chown(folder, user)
            prefix = ["setpriv", f"--reuid={user}", f"--regid={pwd.getpwnam(user).pw_gid}", "--clear-groups", "--"]
        folder.chmod(0o755)

        def run(*words: str) -> None:
            done = subprocess.run(
                [*prefix, *words],
                cwd="/",
                env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
                capture_output=True,
                check=False,
            )
            if done.returncode:
                raise RuntimeError(f"{words[0]} failed: {done.stderr.decode(errors='replace')[-500:]}")

        data = str(folder / "data")
        run(str(binaries / "initdb"), "-D", data, "-U", "assay", "-A", "trust", "-E", "UTF8", "--locale=C")
        settings = ("listen_addresses=", f"unix_socket_directories={folder}", *DURABLE)
        options = " ".join(f"-c {setting}" for setting in settings)
        log = str(folder / "log")
        # Its output goes to the log: a server that kept our pipe would keep us waiting for its end.
        run(str(binaries / "pg_ctl"), "-D", data, "-l", log, "-w", "-o", options, "start")
        try:
            run(str(binaries / "createdb"), "-h", str(folder), "-U", "assay", "assay")
            yield f"postgres://assay@{quote(str(folder), safe='')}/assay"
        finally:
            run(str(binaries / "pg_ctl"), "-D", data, "-m", "immediate", "stop")


def measure(seconds: float) -> dict[str, Any]:
    """What this process measures on the database that it was given."""
    log = owner(utc_now()).log
    sequence(utc_now())
    acknowledged, by_commit = submitted(log, SUBMITTERS, 40)
    inside = _carried(log, seconds, _sequenced_inside)
    outbox = _carried(log, seconds, recorded)
    sequence(utc_now())
    lag = publication_lag(log, writers=CONNECTIONS)
    return {
        "acknowledged_per_s": acknowledged,
        f"acks_per_commit_{SUBMITTERS}_submitters_postgres": round(by_commit, 1),
        "postgres_outbox_writes_per_s": round(outbox, 1),
        "postgres_sequenced_inside_writes_per_s": round(inside, 1),
        "postgres_outbox_vs_sequenced_inside": round(outbox / inside, 1),
        **{f"postgres_{name}": value for name, value in lag.items()},
    }


def _carried(log: str, seconds: float, write: Callable[[str, Any, int], object]) -> float:
    """Business writes a second over 16 connections that write one after another for so many seconds."""
    rows = organizations(CONNECTIONS, f"pg-{time.time_ns()}")
    counts = [0] * CONNECTIONS

    def run(number: int) -> None:
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            write(log, rows[number], counts[number])
            counts[number] += 1

    spent = in_threads(CONNECTIONS, run)
    return sum(counts) / spent


def _sequenced_inside(log: str, organization: Any, number: int) -> None:
    """The peer: the same business write that gets its index, extends the tree and signs before it commits, so that every
    transaction holds the head's lock until its own flush is done."""
    from django.db import connection, transaction

    from assay.core.merkle import leaf_hash
    from assay.ledger import sequencer, services, signing, storage
    from assay.ledger.payloads import payloads_put

    with transaction.atomic(), connection.cursor() as cursor:
        rename(organization, number)
        made = services.prepare(**entry_of(log, organization))
        head = storage.head_lock(cursor, log)
        if head is None:
            raise RuntimeError(f"there is no log {log}")
        edge, tiles = sequencer.edge_checked(cursor, head).extend([leaf_hash(made.leaf)])
        note = signing.checkpoint_sign(head.origin, edge.size, edge.root)
        storage.entries_insert(cursor, log, head.size, [sequencer.entry_row(made)])
        payloads_put(cursor, log, [made.content])
        storage.tiles_put(cursor, log, tiles)
        storage.head_advance(cursor, log, edge.size, edge.root)
        storage.checkpoint_insert(cursor, log, edge.size, note)
        transaction.on_commit(partial(sequencer.after_commit, log, edge, note))


def main() -> None:
    """Measure on the database of the environment and print the figures as one line of JSON."""
    ready(Path(os.environ["ASSAY_DATA"]))
    print(json.dumps(measure(float(sys.argv[1]))))


if __name__ == "__main__":
    main()
