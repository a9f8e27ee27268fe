"""Where a verification reads rows from: a SQLite file here, a live database in the ledger room."""

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

from assay.core.errors import InvalidInput, NotFound

DATABASE_FILE = "assay.sqlite3"


class Source(Protocol):
    """Rows of one consistent snapshot. Table and column names come from the log, so they are always quoted.

    `ledger` yields text columns as UTF-8 bytes; `live` yields them as str, bytes that are no UTF-8 as surrogates. `?`
    stands for a parameter. Both raise LookupError when a table or column does not exist.
    """

    def ledger(self, sql: str, *parameters: object) -> Iterator[Sequence[Any]]: ...

    def live(self, sql: str) -> Iterator[Sequence[Any]]: ...


def quoted(name: str) -> str:
    """A name as an SQL identifier, for SQLite and PostgreSQL."""
    return '"' + name.replace('"', '""') + '"'


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


class SqliteSource:
    """A SQLite file, opened for reading only, in one read transaction: a server may go on writing meanwhile."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise NotFound("database", path, hint="Name the data folder that holds it.")
        self._connection = _open(path)
        try:
            self._connection.execute("BEGIN")
            self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.DatabaseError as error:
            self._connection.close()
            raise InvalidInput(f"{path.name} is not a readable SQLite database: {error}.") from error

    def close(self) -> None:
        """End the read transaction."""
        self._connection.close()

    def ledger(self, sql: str, *parameters: object) -> Iterator[Sequence[Any]]:
        return self._rows(sql, parameters, bytes)

    def live(self, sql: str) -> Iterator[Sequence[Any]]:
        return self._rows(sql, (), _text)

    def _rows(self, sql: str, parameters: Sequence[object], text_factory: Any) -> Iterator[Sequence[Any]]:
        # The factory is read while rows are stepped, so each iteration over a cursor sets it again for its own block.
        self._connection.text_factory = text_factory
        try:
            cursor = self._connection.execute(sql, parameters)
            while True:
                self._connection.text_factory = text_factory
                rows = cursor.fetchmany(512)
                if not rows:
                    return
                yield from rows
        except sqlite3.OperationalError as error:
            raise LookupError(str(error)) from error
        except sqlite3.DatabaseError as error:
            raise InvalidInput(f"The database file is damaged: {error}.") from error


def _open(path: Path) -> sqlite3.Connection:
    address = path.resolve().as_uri()
    try:
        connection = sqlite3.connect(f"{address}?mode=ro", uri=True, isolation_level=None, timeout=30)
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        # A folder that cannot be written has no place for the shared-memory file: read the file as it lies there.
        if path.with_name(path.name + "-wal").exists():
            raise InvalidInput(
                f"{path.name} has a write-ahead log and its folder cannot be written.",
                hint="Copy the folder to a place that you can write, then verify the copy.",
            ) from None
        connection = sqlite3.connect(f"{address}?mode=ro&immutable=1", uri=True, isolation_level=None)
    except sqlite3.DatabaseError as error:
        raise InvalidInput(f"{path.name} is not a readable SQLite database: {error}.") from error
    return connection
