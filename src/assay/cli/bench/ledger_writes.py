"""Durable writes beside the disk's own flush rate, the least that a signed append can cost, and a naive hash chain.

The flush rate of a shared disk changes from one second to the next, so the parts take turns in short rounds, each ratio
is taken within its round, and the figure is the median over the rounds.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from assay.cli.bench.ledger_load import EVENT, entry_of, in_threads, organizations, prepared, recorded, rename
from assay.cli.start import sequence, utc_now

ROUNDS = 7
SUBMITTERS = 64
BATCHES = (100, 1000)


def rate(count: int, work: Callable[[], object]) -> float:
    """How often a second `work` is done."""
    start = time.perf_counter()
    for _ in range(count):
        work()
    return count / (time.perf_counter() - start)


def writes(place: Path, log: str, commits: int) -> dict[str, Any]:
    """Single appends, batches and submitters against raw flushes; medians over rounds."""
    rounds: list[dict[str, float]] = []
    with _raw(place) as (flush, signed), _chain(place) as chain:
        for _ in range(ROUNDS):
            rounds.append(_round(log, max(commits // ROUNDS, 5), flush, signed, chain))

    def median(name: str, digits: int = 2) -> float:
        return round(statistics.median(each[name] for each in rounds), digits)

    return {
        "fdatasync_per_s": median("flush", 1),
        "fdatasync_per_s_least": round(min(each["flush"] for each in rounds), 1),
        "fdatasync_per_s_most": round(max(each["flush"] for each in rounds), 1),
        "append_per_s": median("append", 1),
        "append_vs_fdatasync": median("append/flush"),
        "signature_and_fdatasync_vs_fdatasync": median("signed/flush"),
        "append_vs_signature_and_fdatasync": median("append/signed"),
        "append_cpu_ms": median("append_cpu", 3),
        "chain_append_vs_fdatasync": median("chain/flush"),
        **{f"entries_per_fdatasync_at_{size}": median(f"{size}/flush", 1) for size in BATCHES},
        **{f"entry_cpu_us_at_{size}": median(f"{size}_cpu", 1) for size in BATCHES},
        **{f"chain_entries_per_fdatasync_at_{size}": median(f"chain{size}/flush", 1) for size in BATCHES},
        f"acks_per_fdatasync_{SUBMITTERS}_submitters": median("acks/flush", 1),
        f"acks_per_commit_{SUBMITTERS}_submitters": median("acks/commit", 1),
    }


def _round(
    log: str,
    count: int,
    flush: Callable[[], object],
    signed: Callable[[], object],
    chain: Callable[[int], Callable[[], object]],
) -> dict[str, float]:
    """One turn of everything. Each part stands between two measurements of the flush rate, whose mean it is divided by."""
    from assay.ledger.sequencer import sequence_batch

    found: dict[str, float] = {}
    before = rate(count, flush)
    found["flush"] = before

    def beside(name: str, measured: float) -> None:
        nonlocal before
        after = rate(count, flush)
        found[name] = measured
        found[f"{name}/flush"] = measured * (1 / before + 1 / after) / 2
        before = after

    beside("signed", rate(count, signed))
    used = time.process_time()
    beside("append", rate(count, lambda: sequence_batch(log, utc_now(), prepared(log, 1))))
    found["append_cpu"] = (time.process_time() - used) * 1000 / count
    found["append/signed"] = found["append/flush"] / found["signed/flush"]
    beside("chain", rate(count, chain(1)))
    for size in BATCHES:
        turns = max(count * 10 // size, 3)
        beside(f"chain{size}", size * rate(turns, chain(size)))
        # Made beforehand, as their submitters would.
        batches = iter([prepared(log, size) for _ in range(turns)])
        used = time.process_time()
        done = size * rate(turns, lambda: sequence_batch(log, utc_now(), next(batches)))  # noqa: B023 — used up here
        found[f"{size}_cpu"] = (time.process_time() - used) * 1_000_000 / size / turns
        beside(str(size), done)
    acknowledged, commits = submitted(log, SUBMITTERS, max(count // 3, 5))
    beside("acks", acknowledged)
    found["acks/commit"] = commits
    return found


def submitted(log: str, threads: int, each: int) -> tuple[float, float]:
    """Acknowledgements a second over threads that wait for each event, and acknowledgements for each commit."""
    from assay.ledger.models import Head
    from assay.ledger.submitter import Submitter

    def submit(_: int) -> None:
        for number in range(each):
            submitter.submit(log=log, body={"n": number}, **EVENT)

    submitter = Submitter()
    submitter.start()
    # The head counts the transactions that held it.
    before = Head.objects.get(log=log).epoch
    spent = in_threads(threads, submit)
    submitter.stop()
    return threads * each / spent, threads * each / (Head.objects.get(log=log).epoch - before)


@contextmanager
def _raw(place: Path) -> Iterator[tuple[Callable[[], object], Callable[[], object]]]:
    """Writes of 4 KiB, each on disk before the next; and the same with one Ed25519 signature each: the floor."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key, block = Ed25519PrivateKey.generate(), bytes(4096)
    handle = os.open(place / "flushes", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def flush() -> None:
        os.write(handle, block)
        os.fdatasync(handle)

    def signed() -> None:
        key.sign(block[:100])
        flush()

    try:
        yield flush, signed
    finally:
        os.close(handle)


def flushes(place: Path, count: int) -> float:
    """Raw flushes a second."""
    with _raw(place) as (flush, _):
        return rate(count, flush)


@contextmanager
def _chain(place: Path) -> Iterator[Callable[[int], Callable[[], object]]]:
    """The naive peer: a SQLite table of entries, each with the hash over the last one, so many to a commit."""
    with closing(sqlite3.connect(place / "chain.sqlite3", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE IF NOT EXISTS chain (id INTEGER PRIMARY KEY, body BLOB, hash BLOB)")
        last = bytes(32)

        def append(size: int) -> None:
            nonlocal last
            connection.execute("BEGIN IMMEDIATE")
            for _ in range(size):
                body = os.urandom(400)
                last = hashlib.sha256(last + body).digest()
                connection.execute("INSERT INTO chain (body, hash) VALUES (?, ?)", (body, last))
            connection.execute("COMMIT")

        yield lambda size: lambda: append(size)


def business_write(log: str, count: int) -> dict[str, Any]:
    """The time of a transaction that changes a row, without and with its entry: medians over writes that take turns."""
    from django.db import transaction

    from assay.ledger import services

    organization = organizations(1, f"write-{time.time_ns()}")[0]

    def change(append: bool, number: int) -> float:
        start = time.perf_counter()
        with transaction.atomic():
            rename(organization, number)
            if append:
                services.append(**entry_of(log, organization))
        return (time.perf_counter() - start) * 1000

    spent: dict[bool, list[float]] = {False: [], True: []}
    for number in range(2 * count):
        # Without and with, with and without: neither always follows the other.
        append = number % 4 in (1, 2)
        spent[append].append(change(append, number))
    without, with_entry = statistics.median(spent[False]), statistics.median(spent[True])
    # The last word about the row has an entry, so that the log verifies.
    recorded(log, organization, -1)
    sequence(utc_now())
    return {
        "business_write_ms": round(without, 3),
        "business_write_with_entry_ms": round(with_entry, 3),
        "business_write_overhead_percent": round(100 * (with_entry / without - 1), 1),
    }
