"""The raw SQL of the ledger, for SQLite and PostgreSQL. Every function runs in the transaction of its cursor."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from zlib import crc32

from django.db import connection

from assay.core.errors import NotFound

TILE_FULL = 8192
KEY_MAKING = 1_264_940_366
ERASING = KEY_MAKING + 1
"""The classes of PostgreSQL's advisory locks that this room uses; any numbers that nothing else uses."""

Cursor = Any


@dataclass(frozen=True, slots=True)
class LockedHead:
    """The head of a log while this transaction holds the right to sequence it."""

    log: str
    origin: str
    size: int
    root: bytes


class Waiting(NamedTuple):
    """One row of the outbox."""

    id: int
    event: str
    leaf: bytes


class EntryRow(NamedTuple):
    """One row of the entry table, before its index is known. `at` as in the leaf: ISO 8601 UTC with Z."""

    event: str
    kind: str
    actor: str
    subject: str
    at: str
    leaf: bytes


def on_postgresql() -> bool:
    """Whether the database is PostgreSQL (else SQLite)."""
    return connection.vendor == "postgresql"


def outbox_insert(cursor: Cursor, log: str, event: str, leaf: bytes) -> None:
    """Accept one entry: a row of the outbox. Raises NotFound if there is no such log."""
    cursor.execute(
        "INSERT INTO ledger_outbox (log, event, leaf) SELECT log, %s, %s FROM ledger_head WHERE log = %s",
        [event, leaf, log],
    )
    if cursor.rowcount != 1:
        raise NotFound("log", log, hint="Open it with ledger.services.log_open before the first entry.")


def payloads_insert(cursor: Cursor, log: str, rows: Sequence[tuple[str, bytes, int]]) -> None:
    """Write payloads in their sealed form: (event, sealed, number of the key) each."""
    sql = "INSERT INTO ledger_payload (event, log, salt, data, key_id) VALUES (%s, %s, %s, %s, %s)"
    values = [(event, log, b"", sealed, number) for event, sealed, number in rows]
    if len(values) == 1:
        cursor.execute(sql, values[0])
    else:
        cursor.executemany(sql, values)


def payload_keys_get(cursor: Cursor, log: str, subjects: Sequence[str]) -> dict[str, tuple[int, bytes]]:
    """(number, key) of those subjects that have a key, the oldest; it cannot be destroyed before this transaction ends.

    A key that is being destroyed is passed over.
    """
    marks = ",".join(["%s"] * len(subjects))
    lock = " FOR KEY SHARE SKIP LOCKED" if on_postgresql() else ""
    cursor.execute(
        f"SELECT subject, id, key FROM ledger_payloadkey WHERE log = %s AND subject IN ({marks}) ORDER BY id DESC{lock}",  # noqa: S608 — only marks
        [log, *subjects],
    )
    return {subject: (number, bytes(key)) for subject, number, key in cursor.fetchall()}


def payload_keys_insert(cursor: Cursor, rows: Sequence[tuple[str, str, bytes]]) -> None:
    """Write keys, (log, subject, key) each. Nothing waits for another transaction that makes one for the same subject."""
    cursor.executemany("INSERT INTO ledger_payloadkey (log, subject, key) VALUES (%s, %s, %s)", list(rows))


def key_making_enter(cursor: Cursor, log: str, subjects: Iterable[str]) -> None:
    """Announce, before the first key of subjects is made, that this transaction makes some. SQLite has one writer."""
    if on_postgresql():
        slots = sorted({_slot(log, subject) for subject in subjects})
        cursor.execute(
            "SELECT pg_advisory_xact_lock_shared(%s, slot) FROM unnest(%s::int[]) AS slot", [KEY_MAKING, slots]
        )


def key_making_stop(cursor: Cursor, log: str, subject: str) -> None:
    """Until this transaction ends, no other makes or takes up a key of `subject`; those that did have ended.

    The keys are locked first: who waits for a writer must not hold what that writer may still need to make other keys.
    Then those keys that came in the meantime.
    """
    if on_postgresql():
        keys = "SELECT id FROM ledger_payloadkey WHERE log = %s AND subject = %s ORDER BY id FOR UPDATE"
        cursor.execute(keys, [log, subject])
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [KEY_MAKING, _slot(log, subject)])
        cursor.execute(keys, [log, subject])


def erasing_enter(cursor: Cursor, log: str) -> None:
    """Until this transaction ends, no other erases anything of `log`; the one before has ended. SQLite has one writer.

    Erasures lock keys, slots of key making and contents, and append an entry that may need a slot itself: two at a time could
    wait for each other.
    """
    if on_postgresql():
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [ERASING, crc32(log.encode()) - 2**31])


def _slot(log: str, subject: str) -> int:
    """One of 256 for each subject: a transaction with any number of new subjects holds few locks."""
    return crc32(f"{log} {subject}".encode("utf-8", "surrogatepass")) % 256


def logs_waiting(cursor: Cursor) -> list[str]:
    """The logs that have entries in the outbox."""
    cursor.execute(
        "SELECT log FROM ledger_head h WHERE EXISTS (SELECT 1 FROM ledger_outbox o WHERE o.log = h.log) ORDER BY log"
    )
    return [row[0] for row in cursor.fetchall()]


def is_waiting(cursor: Cursor, log: str) -> bool:
    """Whether `log` has entries in the outbox."""
    cursor.execute("SELECT 1 FROM ledger_outbox WHERE log = %s LIMIT 1", [log])
    return cursor.fetchone() is not None


def head_lock(cursor: Cursor, log: str) -> LockedHead | None:
    """Take the right to sequence `log` until the transaction ends; None if there is no such log.

    The first statement of the transaction is a write, so that SQLite holds its write lock before anything is read and
    PostgreSQL holds the row lock: whoever comes later sees what this transaction made.
    """
    cursor.execute("UPDATE ledger_head SET epoch = epoch + 1 WHERE log = %s RETURNING origin, size, root", [log])
    row = cursor.fetchone()
    return None if row is None else LockedHead(log, row[0], row[1], bytes(row[2]))


def outbox_take(cursor: Cursor, log: str, limit: int) -> list[Waiting]:
    """The oldest waiting entries of `log`."""
    cursor.execute("SELECT id, event, leaf FROM ledger_outbox WHERE log = %s ORDER BY id LIMIT %s", [log, limit])
    return [Waiting(row[0], row[1], bytes(row[2])) for row in cursor.fetchall()]


def outbox_delete(cursor: Cursor, ids: Sequence[int]) -> None:
    """Remove sequenced rows by their ids. Never by a watermark: ids may be committed out of order."""
    if on_postgresql():
        cursor.execute("DELETE FROM ledger_outbox WHERE id = ANY(%s)", [list(ids)])
        return
    marks = ",".join(["%s"] * len(ids))
    cursor.execute(f"DELETE FROM ledger_outbox WHERE id IN ({marks})", list(ids))  # noqa: S608 — only marks


def entries_insert(cursor: Cursor, log: str, start: int, rows: Sequence[EntryRow]) -> None:
    """Write entries with the indices `start`, `start` + 1, …"""
    moment = str if on_postgresql() else _sqlite_moment
    values = [
        (log, index, row.event, row.kind, row.actor, row.subject, moment(row.at), row.leaf)
        for index, row in enumerate(rows, start)
    ]
    if on_postgresql():
        with cursor.copy("COPY ledger_entry (log, idx, event, kind, actor, subject, at, leaf) FROM STDIN") as copy:
            for value in values:
                copy.write_row(value)
        return
    cursor.executemany(
        "INSERT INTO ledger_entry (log, idx, event, kind, actor, subject, at, leaf)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
        values,
    )


def _sqlite_moment(at: str) -> str:
    """A time of a leaf as Django writes datetimes into SQLite; PostgreSQL takes it as it is."""
    return f"{at[:10]} {at[11:-1].removesuffix('.000000')}"


def tiles_put(cursor: Cursor, log: str, tiles: Mapping[tuple[int, int], bytes]) -> None:
    """Write or extend tiles, keyed by (level, n)."""
    cursor.executemany(
        "INSERT INTO ledger_tile (log, level, n, data) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (log, level, n) DO UPDATE SET data = excluded.data",
        [(log, level, n, data) for (level, n), data in tiles.items()],
    )


def tiles_get(cursor: Cursor, log: str, coordinates: Iterable[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
    """The tiles of `log` at the given (level, n), those that exist, in one statement."""
    places = list(coordinates)
    if not places:
        return {}
    marks = ",".join(["(%s,%s)"] * len(places))
    # A join from the places: for a list of pairs SQLite reads every tile of the log.
    sql = (
        f"SELECT t.level, t.n, t.data FROM (VALUES {marks}) AS place CROSS JOIN ledger_tile t"  # noqa: S608 — only marks
        " WHERE t.log = %s AND t.level = place.column1 AND t.n = place.column2"
    )
    cursor.execute(sql, [*(number for place in places for number in place), log])
    return {(level, n): bytes(data) for level, n, data in cursor.fetchall()}


def size_of(cursor: Cursor, log: str) -> int | None:
    """The size of a log; None if there is no such log."""
    cursor.execute("SELECT size FROM ledger_head WHERE log = %s", [log])
    row = cursor.fetchone()
    return None if row is None else int(row[0])


def standing_of(cursor: Cursor, log: str) -> tuple[int, int, int] | None:
    """Size, waiting entries and witnessed entries of a log, as of one moment; None if there is no such log."""
    cursor.execute(
        "SELECT size, (SELECT count(*) FROM ledger_outbox o WHERE o.log = h.log),"
        " (SELECT coalesce(max(c.size), 0) FROM ledger_cosignature c WHERE c.log = h.log)"
        " FROM ledger_head h WHERE log = %s",
        [log],
    )
    row = cursor.fetchone()
    return None if row is None else (int(row[0]), int(row[1]), int(row[2]))


def head_advance(cursor: Cursor, log: str, size: int, root: bytes) -> None:
    """Set the size and root of a log whose head is locked."""
    cursor.execute("UPDATE ledger_head SET size = %s, root = %s WHERE log = %s", [size, root, log])


def checkpoint_insert(cursor: Cursor, log: str, size: int, note: str) -> None:
    """Write the signed checkpoint of one size."""
    cursor.execute("INSERT INTO ledger_checkpoint (log, size, note) VALUES (%s, %s, %s)", [log, size, note])


def checkpoint_note(cursor: Cursor, log: str, size: int) -> str | None:
    """The signed checkpoint of exactly this size."""
    cursor.execute("SELECT note FROM ledger_checkpoint WHERE log = %s AND size = %s", [log, size])
    row = cursor.fetchone()
    return None if row is None else str(row[0])
