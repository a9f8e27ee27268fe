"""SQLite in the range of the WAL-reset bug: no automatic checkpoints, and none beside a commit."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection

from assay.ledger import sqlite_guard

pytestmark = pytest.mark.skipif(not sqlite_guard.AFFECTED, reason="this SQLite does not have the bug")


@pytest.mark.parametrize(
    ("version", "affected"),
    [
        ((3, 6, 23), False),
        ((3, 7, 0), True),
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 45, 0), True),
        ((3, 50, 6), True),
        ((3, 50, 7), False),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 53, 0), False),
    ],
)
def test_the_range_of_the_bug(version: tuple[int, int, int], affected: bool) -> None:
    assert sqlite_guard.is_affected(version) is affected


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="about SQLite")
def test_every_connection_of_the_product_runs_no_checkpoints_of_its_own() -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_autocheckpoint")
        assert cursor.fetchone() == (0,)


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A connection in write-ahead mode that has written some megabytes."""
    with closing(sqlite3.connect(tmp_path / "x.sqlite3", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA wal_autocheckpoint=0")
        connection.execute(f"PRAGMA journal_size_limit={sqlite_guard.KEPT_BYTES}")
        connection.execute("CREATE TABLE t (data BLOB)")
        for _ in range(20):
            connection.execute("INSERT INTO t VALUES (randomblob(100000))")
        yield connection


def test_a_grown_log_is_moved_into_the_file_and_used_again(writer: sqlite3.Connection, tmp_path: Path) -> None:
    path, wal = tmp_path / "x.sqlite3", tmp_path / "x.sqlite3-wal"
    grown = wal.stat().st_size
    assert not sqlite_guard.checkpoint_if_due(path, due_bytes=grown + 1)
    assert sqlite_guard.checkpoint_if_due(path, due_bytes=grown)
    assert path.stat().st_size > 2_000_000
    writer.execute("INSERT INTO t VALUES (randomblob(100000))")
    assert wal.stat().st_size <= sqlite_guard.KEPT_BYTES
    assert not sqlite_guard.checkpoint_if_due(path, due_bytes=grown)
    assert writer.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_no_checkpoint_runs_while_a_transaction_writes(
    writer: sqlite3.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_guard, "_WAIT_SECONDS", 0.1)
    size = (tmp_path / "x.sqlite3").stat().st_size
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("INSERT INTO t VALUES (randomblob(1000))")
    assert not sqlite_guard.checkpoint(tmp_path / "x.sqlite3")
    assert (tmp_path / "x.sqlite3").stat().st_size == size
    writer.execute("COMMIT")
    assert sqlite_guard.checkpoint(tmp_path / "x.sqlite3")


def test_no_transaction_begins_to_write_while_a_checkpoint_runs(writer: sqlite3.Connection, tmp_path: Path) -> None:
    writer.execute("PRAGMA busy_timeout=0")
    seen: list[str] = []
    real = sqlite3.connect

    class Worker(sqlite3.Connection):
        def execute(self, sql: str, *rest: object) -> sqlite3.Cursor:  # type: ignore[override]
            if "wal_checkpoint" in sql:
                try:
                    writer.execute("BEGIN IMMEDIATE")
                except sqlite3.OperationalError as error:
                    seen.append(str(error))
            return super().execute(sql, *rest)  # type: ignore[arg-type]

    sqlite3.connect = lambda *given, **named: real(*given, factory=Worker, **named)  # type: ignore[assignment]
    try:
        assert sqlite_guard.checkpoint(tmp_path / "x.sqlite3")
    finally:
        sqlite3.connect = real
    assert seen == ["database is locked"]


def test_a_reader_in_an_old_snapshot_is_not_disturbed(writer: sqlite3.Connection, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "x.sqlite3", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        before = reader.execute("SELECT count(*) FROM t").fetchone()
        writer.execute("INSERT INTO t VALUES (randomblob(1000))")
        assert not sqlite_guard.checkpoint(tmp_path / "x.sqlite3")
        assert reader.execute("SELECT count(*) FROM t").fetchone() == before
        reader.execute("COMMIT")
    assert sqlite_guard.checkpoint(tmp_path / "x.sqlite3")


@pytest.mark.parametrize("name", ["missing.sqlite3", ":memory:", "file:memorydb_default?mode=memory&cache=shared"])
def test_a_database_without_a_log_is_left_alone(tmp_path: Path, name: str) -> None:
    assert not sqlite_guard.checkpoint_if_due(name, due_bytes=0)
