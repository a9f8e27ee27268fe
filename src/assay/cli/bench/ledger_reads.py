"""Growth, proofs, verification and attestation of a long log, and what a naive hash chain does to prove one entry."""

from __future__ import annotations

import hashlib
import os
import random
import sqlite3
import statistics
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from assay.cli.bench.ledger_load import organizations, prepared
from assay.cli.start import utc_now

FLOOR_ENTRIES = 100_000


def label(entries: int) -> str:
    """A size as the names of figures write it: 1m, 100k, 1k."""
    return f"{entries // 1_000_000}m" if entries % 1_000_000 == 0 else f"{entries // 1000}k"


class Growth:
    """Fills the log, and measures at each power of ten on the way: the points of the chart."""

    def __init__(self, log: str, place: Path) -> None:
        from assay.ledger import queries

        self._log, self._place = log, place
        self._begin, self._held = queries.position(log), _bytes(place)
        self._made, self._spent, self._used = 0, 0.0, 0.0
        self.points: list[dict[str, Any]] = []
        self.figures: dict[str, Any] = {}

    def to(self, entries: int) -> None:
        """Go on to so many entries; a size that the log has already is left out."""
        from assay.ledger import queries

        present = queries.position(self._log)
        for goal in sorted({10**power for power in range(3, 9)} | {entries}):
            if present < goal <= entries:
                self._fill(goal)
                self._measure(goal)

    def _fill(self, goal: int) -> None:
        from assay.ledger import queries
        from assay.ledger.sequencer import BATCH, sequence_batch

        begin, before, processor = queries.position(self._log), time.perf_counter(), time.process_time()
        for at in range(begin, goal, BATCH):
            sequence_batch(self._log, utc_now(), prepared(self._log, min(BATCH, goal - at)))
        self._made += goal - begin
        self._spent += time.perf_counter() - before
        self._used += time.process_time() - processor

    def _measure(self, goal: int) -> None:
        found = proofs(self._log, goal)
        each = round((_bytes(self._place) - self._held) / (goal - self._begin))
        named = {name.removesuffix(f"_{label(goal)}"): value for name, value in found.items()}
        self.points.append({"entries": goal, "bytes_per_entry": each, **named})
        self.figures = {
            "growth_entries_per_s": round(self._made / self._spent),
            "growth_entries_per_s_of_one_core": round(self._made / self._used),
            "bytes_per_entry": each,
            **found,
        }


def _bytes(place: Path) -> int:
    with closing(sqlite3.connect(place / "data" / "assay.sqlite3")) as connection:
        pages, size = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
    return int(pages * size)


def proofs(log: str, entries: int) -> dict[str, Any]:
    """Medians in milliseconds. Cold: a fresh connection each time, nothing kept in the process; warm: the same one.

    First: what a process that has just started needs, its connection included; the median of several such starts.
    """
    from django.db import connection

    from assay.ledger import queries, sequencer

    size, rng, name = queries.position(log), random.Random(1), label(entries)  # noqa: S311 — nothing secret

    def inclusion() -> object:
        return queries.inclusion(log=log, index=rng.randrange(size))

    def consistency() -> object:
        return queries.consistency(log=log, first=rng.randrange(1, size))

    def timed(work: Callable[[], object], cold: bool = False, first: bool = False) -> float:
        if cold or first:
            connection.close()
            sequencer.forget_edges()
            queries.forget_nodes()
        if cold:
            connection.ensure_connection()
        start = time.perf_counter()
        work()
        return (time.perf_counter() - start) * 1000

    found = {f"first_proof_ms_{name}": statistics.median(timed(inclusion, first=True) for _ in range(9))}
    for kind, work in (("inclusion", inclusion), ("consistency", consistency)):
        found[f"{kind}_cold_ms_{name}"] = statistics.median(timed(work, cold=True) for _ in range(50))
        timed(work)
        found[f"{kind}_warm_ms_{name}"] = statistics.median(timed(work) for _ in range(300))
    return {each: round(value, 3) for each, value in found.items()}


def verification(place: Path) -> dict[str, Any]:
    """Entries per second of a whole verification by two processes: by the clock, and by the processor time of all of them
    (which other work on the machine changes less); and of the floor, by processor time too."""
    from django.db import connection

    from assay.client.verify import verify_folder

    connection.close()
    start, processor = time.perf_counter(), _processor()
    report = verify_folder(place / "data", workers=2)
    spent, used = time.perf_counter() - start, _processor() - processor
    report.require()
    floor = verification_floor(place)
    return {
        "verify_entries_per_s": round(report.counts["entries"] / spent),
        "verify_entries_per_pair_of_cores": round(2 * report.counts["entries"] / used),
        "verify_floor_per_pair_of_cores": round(2 * floor),
    }


def verification_floor(place: Path) -> float:
    """Entries per second of one processor that only does what no verifier can leave out: read each leaf and content from
    the file in its order, hash the leaf, open the content and hash it. No comparison, no tree, no finding."""
    from assay.client.sealed import NONCE_SIZE, cipher_of

    with closing(sqlite3.connect(f"file:{place / 'data' / 'assay.sqlite3'}?mode=ro", uri=True)) as connection:
        keys = dict(connection.execute("SELECT id, key FROM ledger_payloadkey"))
        ciphers = {number: cipher_of(key).decrypt for number, key in keys.items()}
        connection.text_factory = bytes
        used, count = time.process_time(), 0
        rows = connection.execute(
            "SELECT e.event, e.leaf, p.data, p.key_id FROM ledger_entry e JOIN ledger_payload p ON p.event = e.event"
            " WHERE e.log = (SELECT log FROM ledger_head LIMIT 1) ORDER BY e.idx LIMIT ?",
            (FLOOR_ENTRIES,),
        )
        while part := rows.fetchmany(512):
            for event, leaf, data, number in part:
                hashlib.sha256(leaf).digest()
                hashlib.sha256(ciphers[number](data[:NONCE_SIZE], data[NONCE_SIZE:], event)).digest()
            count += len(part)
        return count / (time.process_time() - used)


def attestation(place: Path, rows: int) -> dict[str, Any]:
    """Rows per second and core of comparing live rows with what the log says of them, by processor time; then a whole
    verification, so that the figure is one of rows that hold."""
    from django.db import connection

    from assay.client.attest import check_live_rows
    from assay.client.attested import Attested, Recorded
    from assay.client.report import Findings
    from assay.client.source import DATABASE_FILE, SqliteSource
    from assay.client.verify import verify_folder
    from assay.ledger import tracking

    made = organizations(rows, "attest")
    connection.close()
    attested = Attested()
    attested.declare("bench", {each.schema: each.declaration for each in [tracking.tracked_of(type(made[0]))]})
    for one in made:
        said = tracking.record(one)
        attested.put(said.table, said.key, Recorded("bench", 0, said.schema, said.digest, b""))
    with closing(SqliteSource(place / "data" / DATABASE_FILE)) as source:
        findings, used = Findings(), time.process_time()
        check_live_rows(source, attested, findings)
        used = time.process_time() - used
    verify_folder(place / "data", workers=2).require()
    return {"attest_rows_per_s": round(findings.report().counts["rows"] / used)}


def _processor() -> float:
    """Processor seconds of this process and of its children that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def chain_proof(place: Path, entries: int) -> dict[str, Any]:
    """What the naive chain does to prove one entry: hash everything after it. Filled to the same size first."""
    with closing(sqlite3.connect(place / "chain.sqlite3")) as connection:
        held = connection.execute("SELECT count(*) FROM chain").fetchone()[0]
        last = connection.execute("SELECT hash FROM chain ORDER BY id DESC LIMIT 1").fetchone()[0]

        def fill() -> Any:
            nonlocal last
            for _ in range(entries - held):
                body = os.urandom(400)
                last = hashlib.sha256(last + body).digest()
                yield body, last

        connection.executemany("INSERT INTO chain (body, hash) VALUES (?, ?)", fill())
        connection.commit()
        start = time.perf_counter()
        found = connection.execute("SELECT hash FROM chain WHERE id = ?", (entries // 2,)).fetchone()[0]
        for (body,) in connection.execute("SELECT body FROM chain WHERE id > ? ORDER BY id", (entries // 2,)):
            found = hashlib.sha256(found + body).digest()
        spent = (time.perf_counter() - start) * 1000
    if found != last:
        raise RuntimeError("the chain does not add up")
    return {"chain_proof_ms": round(spent, 1)}
