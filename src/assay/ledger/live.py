"""Verification of the live database, through the connection of this process."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from django.db import DatabaseError, connection, transaction

from assay.client.report import Report
from assay.client.source import SqliteSource
from assay.client.trust import Trust
from assay.client.verify import marks_read, verify_source
from assay.ledger import folder, signing


class LiveSource:
    """Rows of the database that this process is connected to, in its present transaction."""

    def ledger(self, sql: str, *parameters: object) -> Iterator[Sequence[Any]]:
        for row in self._rows(sql.replace("?", "%s"), parameters):
            yield [value.encode("utf-8", "surrogateescape") if isinstance(value, str) else value for value in row]

    def live(self, sql: str) -> Iterator[Sequence[Any]]:
        for row in self._rows(sql.replace("%", "%%"), ()):
            yield [_as_stored(value) for value in row]

    def _rows(self, sql: str, parameters: Sequence[Any]) -> Iterator[Sequence[Any]]:
        try:
            with connection.chunked_cursor() as cursor:
                cursor.execute(sql, list(parameters))
                while rows := cursor.fetchmany(512):
                    yield from rows
        except DatabaseError as error:
            raise LookupError(str(error)) from error


def _as_stored(value: Any) -> Any:
    """Undo what the SQLite driver makes of a column declared as datetime: the text is what was attested."""
    return str(value) if isinstance(value, datetime) and value.tzinfo is None else value


def verify_live(
    *,
    vkeys: Sequence[str] = (),
    checkpoints: Sequence[str] = (),
    trust: Trust = Trust(),  # noqa: B008 — frozen
) -> Report:
    """Verify the ledger and every tracked row of the live database, in one snapshot of it.

    Parameters and report as `verify_folder`. Writers go on meanwhile.
    """
    public = signing.public_keys()
    trust = trust.with_compromised(signing.compromised_keys())
    marks = marks_read(folder.data_folder() / folder.HIGH_WATER_FOLDER)
    if connection.vendor == "sqlite" and not cast(Any, connection).is_in_memory_db():
        # A connection of its own: a transaction of this one would keep writers waiting.
        with closing(SqliteSource(Path(connection.settings_dict["NAME"]))) as source:
            return verify_source(source, vkeys=vkeys, checkpoints=checkpoints, public=public, marks=marks, trust=trust)
    with transaction.atomic():
        if connection.vendor == "postgresql" and len(connection.savepoint_ids) == 0:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        return verify_source(
            LiveSource(), vkeys=vkeys, checkpoints=checkpoints, public=public, marks=marks, trust=trust
        )
