"""`assay bench ledger`: the ledger beside the disk's own flush rate and a naive hash chain, in one run on one machine."""

from __future__ import annotations

import hashlib
import os
import random
import sqlite3
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

import typer

from assay.cli.bench.material import show
from assay.cli.start import owner, ready, sequence, utc_now

EVENT: dict[str, Any] = {"kind": "evidence.opened", "subject": "case:1", "actor": "p-bench"}


def ledger(
    entries: Annotated[int, typer.Option(help="Size of the log for proofs and verification.", min=2000)] = 100_000,
    commits: Annotated[int, typer.Option(help="Durable commits per measurement.", min=20)] = 300,
    rows: Annotated[int, typer.Option(help="Live rows to attest.", min=100)] = 20_000,
    folder: Annotated[
        Path | None, typer.Option(help="Where to work; the disk matters. Default: a temporary one.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Measure appends against raw flushes, proofs, verification, attestation and growth, in a fresh data folder."""
    with tempfile.TemporaryDirectory(prefix="assay-bench-", dir=folder) as place:
        ready(Path(place) / "data")
        figures = _run(Path(place), entries, commits, rows)
    show(figures, as_json=as_json)


def _run(place: Path, entries: int, commits: int, rows: int) -> dict[str, Any]:
    log = owner(utc_now()).log
    sequence(utc_now())
    flush = _flushes(place, commits)
    figures: dict[str, Any] = {"entries": entries, "commits": commits}
    single = _singles(log, commits)
    chain = _chain_appends(place, commits)
    hundred, thousand = _batches(log, 100, max(commits // 10, 10)), _batches(log, 1000, max(commits // 50, 5))
    submitted = _submitters(log, 64, max(commits // 10, 10))
    flush = statistics.mean([flush, _flushes(place, commits)])
    figures |= {
        "fdatasync_per_s": round(flush, 1),
        "append_per_s": round(single, 1),
        "append_vs_fdatasync": round(single / flush, 2),
        "chain_append_vs_fdatasync": round(chain / flush, 2),
        "entries_per_fdatasync_at_100": round(hundred / flush, 1),
        "entries_per_fdatasync_at_1000": round(thousand / flush, 1),
        "acks_per_fdatasync_64_submitters": round(submitted / flush, 1),
    }
    figures |= _business_write(commits)
    figures |= _grow(log, entries, place)
    figures |= _proofs(log, entries)
    figures |= _verification(place, rows)
    return figures | _chain_proof(place, entries)


def _rate(count: int, work: Callable[[], object]) -> float:
    start = time.perf_counter()
    for _ in range(count):
        work()
    return count / (time.perf_counter() - start)


def _flushes(place: Path, count: int) -> float:
    """Writes of 4 KiB per second, each on disk before the next."""
    handle = os.open(place / "flushes", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    block = bytes(4096)

    def flush() -> None:
        os.write(handle, block)
        os.fdatasync(handle)

    try:
        return _rate(count, flush)
    finally:
        os.close(handle)


def _prepared(log: str, count: int) -> list[Any]:
    from assay.ledger.services import prepare

    now = utc_now()
    return [prepare(log=log, body={"n": number, "note": "x" * 60}, now=now, **EVENT) for number in range(count)]


def _singles(log: str, count: int) -> float:
    """Durable single appends per second, made and committed: entry, tile and signed checkpoint by one commit each."""
    from assay.ledger.sequencer import sequence_batch

    return _rate(count, lambda: sequence_batch(log, utc_now(), _prepared(log, 1)))


def _batches(log: str, size: int, count: int) -> float:
    """Entries per second, `size` to a commit; they are made beforehand, as their submitters would."""
    from assay.ledger.sequencer import sequence_batch

    batches = iter([_prepared(log, size) for _ in range(count)])
    return size * _rate(count, lambda: sequence_batch(log, utc_now(), next(batches)))


def _submitters(log: str, threads: int, each: int) -> float:
    """Acknowledgements per second over threads that wait for each event."""
    from assay.ledger.submitter import Submitter

    submitter = Submitter()
    submitter.start()

    def submit() -> None:
        for number in range(each):
            submitter.submit(log=log, body={"n": number}, **EVENT)

    running = [threading.Thread(target=submit) for _ in range(threads)]
    start = time.perf_counter()
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    spent = time.perf_counter() - start
    submitter.stop()
    return threads * each / spent


def _chain_appends(place: Path, count: int) -> float:
    """The naive peer: a SQLite table of entries, each with the hash over the last one, one commit each."""
    with closing(sqlite3.connect(place / "chain.sqlite3", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE chain (id INTEGER PRIMARY KEY, body BLOB, hash BLOB)")
        last = bytes(32)

        def append() -> None:
            nonlocal last
            body = os.urandom(400)
            last = hashlib.sha256(last + body).digest()
            connection.execute("INSERT INTO chain (body, hash) VALUES (?, ?)", (body, last))

        return _rate(count, append)


def _business_write(count: int) -> dict[str, Any]:
    """The time of a transaction that changes a row, without and with its entry; medians over alternating runs."""
    from django.db import transaction

    from assay.accounts.models import Organization
    from assay.ledger import services, tracking

    organization = Organization.objects.get()

    def change(append: bool, number: int) -> float:
        start = time.perf_counter()
        with transaction.atomic():
            organization.name = f"Bench {number}"
            organization.save(update_fields=["name"])
            if append:
                services.append(
                    log=organization.log_id,
                    kind="organization.changed",
                    subject=f"organization:{organization.pk}",
                    actor="p-bench",
                    body={"name": organization.name},
                    now=utc_now(),
                    record=tracking.record(organization),
                )
        return (time.perf_counter() - start) * 1000

    spent: dict[bool, list[float]] = {False: [], True: []}
    for number in range(2 * count):
        spent[number % 2 == 1].append(change(number % 2 == 1, number))
    without, with_entry = statistics.median(spent[False]), statistics.median(spent[True])
    sequence(utc_now())
    return {
        "business_write_ms": round(without, 3),
        "business_write_with_entry_ms": round(with_entry, 3),
        "business_write_overhead_percent": round(100 * (with_entry / without - 1), 1),
    }


def _grow(log: str, entries: int, place: Path) -> dict[str, Any]:
    from assay.ledger import queries
    from assay.ledger.sequencer import BATCH, sequence_batch

    before, size = _bytes(place), queries.position(log)
    missing = entries - size
    start = time.perf_counter()
    _prepared(log, BATCH)
    spent_preparing = time.perf_counter() - start
    start = time.perf_counter()
    for at in range(0, missing, BATCH):
        prepared = _prepared(log, min(BATCH, missing - at))
        sequence_batch(log, utc_now(), prepared)
    spent = time.perf_counter() - start
    return {
        "prepare_per_s": round(BATCH / spent_preparing),
        "growth_entries_per_s": round(missing / spent),
        "bytes_per_entry": round((_bytes(place) - before) / missing),
    }


def _bytes(place: Path) -> int:
    with closing(sqlite3.connect(place / "data" / "assay.sqlite3")) as connection:
        pages, size = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
    return int(pages * size)


def _proofs(log: str, entries: int) -> dict[str, Any]:
    """Medians in milliseconds. Cold: a fresh connection each time, nothing kept in the process; warm: the same one."""
    from django.db import connection

    from assay.ledger import queries, sequencer

    size, rng = queries.position(log), random.Random(1)  # noqa: S311 — reproducible, nothing secret
    label = f"{entries // 1_000_000}m" if entries % 1_000_000 == 0 else f"{entries // 1000}k"

    def timed(work: Callable[[], object], cold: bool) -> float:
        if cold:
            connection.close()
            sequencer.forget_edges()
            connection.ensure_connection()
        start = time.perf_counter()
        work()
        return (time.perf_counter() - start) * 1000

    def inclusion() -> object:
        return queries.inclusion(log=log, index=rng.randrange(size))

    def consistency() -> object:
        return queries.consistency(log=log, first=rng.randrange(1, size))

    connection.close()
    start = time.perf_counter()
    inclusion()
    first = (time.perf_counter() - start) * 1000
    return {
        f"first_proof_ms_{label}": round(first, 2),
        f"inclusion_cold_ms_{label}": round(statistics.median(timed(inclusion, True) for _ in range(50)), 3),
        f"inclusion_warm_ms_{label}": round(statistics.median(timed(inclusion, False) for _ in range(200)), 3),
        f"consistency_cold_ms_{label}": round(statistics.median(timed(consistency, True) for _ in range(50)), 3),
        f"consistency_warm_ms_{label}": round(statistics.median(timed(consistency, False) for _ in range(200)), 3),
    }


def _verification(place: Path, rows: int) -> dict[str, Any]:
    """Entries per second of a whole verification by two processes, by the clock and by the processor time of all of them
    (which other work on the machine does not change), and rows per second of reading and digesting alone."""
    from django.db import connection

    from assay.accounts.models import Organization
    from assay.client.source import DATABASE_FILE, SqliteSource
    from assay.client.state import reader_of, state_digest
    from assay.client.verify import verify_folder
    from assay.ledger import tracking

    connection.close()
    start, processor = time.perf_counter(), _processor()
    report = verify_folder(place / "data", workers=2)
    spent, used = time.perf_counter() - start, _processor() - processor
    report.require()
    _add_rows(rows)
    verify_folder(place / "data").require()
    tracked = tracking.tracked_of(Organization)
    readers = [(name, reader_of(kind)) for name, kind in sorted(tracked.fields.items())]
    names = ", ".join(name for name, _ in readers)
    with closing(SqliteSource(place / "data" / DATABASE_FILE)) as source:
        start = time.perf_counter()
        for row in source.live(f"SELECT {names} FROM {tracked.table}"):  # noqa: S608 — names of our own columns
            state_digest({name: read(value) for (name, read), value in zip(readers, row, strict=True)})
        attesting = time.perf_counter() - start
    return {
        "verify_entries_per_s": round(report.counts["entries"] / spent),
        "verify_entries_per_pair_of_cores": round(2 * report.counts["entries"] / used),
        "attest_rows_per_s": round(Organization.objects.count() / attesting),
    }


def _processor() -> float:
    """Processor seconds of this process and of its children that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _add_rows(count: int) -> None:
    """Live rows with one bulk entry."""
    from django.db import transaction

    from assay.accounts.models import Organization
    from assay.ledger import services, tracking

    mine = Organization.objects.get()
    made = [Organization(slug=f"b-{n}", name=f"B {n}", log_id=f"b-{n}", created_at=utc_now()) for n in range(count)]
    with transaction.atomic():
        Organization.objects.bulk_create(made, batch_size=500)
        services.append_bulk(
            log=mine.log_id,
            kind="organization.created",
            subject="bench",
            actor="p-bench",
            body={},
            now=utc_now(),
            records=[tracking.record(one) for one in made],
        )
    sequence(utc_now())


def _chain_proof(place: Path, entries: int) -> dict[str, Any]:
    """What the naive chain does to prove one entry: hash everything after it. Filled to the same size first."""
    with closing(sqlite3.connect(place / "chain.sqlite3")) as connection:
        held = connection.execute("SELECT count(*) FROM chain").fetchone()[0]
        last = connection.execute("SELECT hash FROM chain ORDER BY id DESC LIMIT 1").fetchone()[0]
        fill = []
        for _ in range(entries - held):
            body = os.urandom(400)
            last = hashlib.sha256(last + body).digest()
            fill.append((body, last))
        connection.executemany("INSERT INTO chain (body, hash) VALUES (?, ?)", fill)
        connection.commit()
        start = time.perf_counter()
        found = connection.execute("SELECT hash FROM chain WHERE id = ?", (entries // 2,)).fetchone()[0]
        for (body,) in connection.execute("SELECT body FROM chain WHERE id > ? ORDER BY id", (entries // 2,)):
            found = hashlib.sha256(found + body).digest()
        spent = (time.perf_counter() - start) * 1000
    if found != last:
        raise RuntimeError("the chain does not add up")
    return {"chain_proof_ms": round(spent, 1)}
