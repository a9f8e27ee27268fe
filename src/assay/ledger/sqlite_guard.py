"""Keeps SQLite's write-ahead log away from the "WAL-reset" corruption bug.

SQLite 3.7.0 to 3.51.2 can lose committed pages when one connection runs a checkpoint with a stale view of the log while
another restarts the log and writes to it (sqlite.org/wal.html, "The WAL-Reset Bug"; mended in 3.51.3, and in the
branches 3.50.7 and 3.44.6). In that range this module turns off automatic checkpoints on every connection, and runs
them itself while a second connection of its own holds SQLite's write lock: no commit can then happen beside one. The
checkpoint that SQLite runs when the very last connection closes holds an exclusive lock on the file and is safe.

Consequence: somebody must call `checkpoint_if_due` from time to time. Sequencing does, after each batch.
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

# The log is moved into the database file when it is larger than this. SQLite's own default is 1,000 pages of 4 KiB; a
# longer log holds the same page of an index many times, which is then moved once. Opening one after a crash reads it all.
DUE_BYTES = 32 * 1024 * 1024
KEPT_BYTES = 1024 * 1024
_WAIT_SECONDS = 5.0


def is_affected(version: tuple[int, int, int]) -> bool:
    """Whether a version of SQLite has the bug."""
    if version[:2] == (3, 44):
        return version < (3, 44, 6)
    if version[:2] == (3, 50):
        return version < (3, 50, 7)
    return (3, 7, 0) <= version < (3, 51, 3)


VERSION = sqlite3.sqlite_version
AFFECTED = is_affected(sqlite3.sqlite_version_info)


def on_connection(sender: type[Any], connection: BaseDatabaseWrapper, **_: object) -> None:
    """Turn off automatic checkpoints on a new connection if this SQLite has the bug."""
    if AFFECTED and connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_autocheckpoint=0")
            # The first commit after a checkpoint cuts the log back to this, so that its size says what waits in it.
            cursor.execute(f"PRAGMA journal_size_limit={KEPT_BYTES}")


def checkpoint_if_due(database: str | Path, *, due_bytes: int = DUE_BYTES) -> bool:
    """Move the write-ahead log of `database` into the file if it has grown past `due_bytes`; return whether it ran.

    Call it outside any transaction. Does nothing for versions without the bug, for databases in memory and for files
    without a write-ahead log. Readers are not disturbed; a reader in an old snapshot leaves the rest for the next time.
    """
    path = Path(database)
    try:
        size = path.with_name(path.name + "-wal").stat().st_size
    except OSError:
        return False
    if not AFFECTED or size < due_bytes:
        return False
    return checkpoint(path)


def checkpoint(path: Path) -> bool:
    """Run one checkpoint while holding the write lock; False if the lock or the checkpoint could not be had."""
    with (
        closing(sqlite3.connect(path, timeout=_WAIT_SECONDS, isolation_level=None)) as holder,
        closing(sqlite3.connect(path, timeout=_WAIT_SECONDS, isolation_level=None)) as worker,
    ):
        for connection in (holder, worker):
            connection.execute("PRAGMA wal_autocheckpoint=0")
        try:
            holder.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        try:
            # PASSIVE needs no write lock of its own, which `holder` has; no writer can append meanwhile.
            busy, frames, moved = worker.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        finally:
            holder.execute("ROLLBACK")
    return bool(busy == 0 and frames == moved)
