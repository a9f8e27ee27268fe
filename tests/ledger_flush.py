"""Lets tests with real transactions empty the tables of the ledger afterwards, which its triggers refuse on SQLite."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

from django.db import connection, transaction
from django.test import TransactionTestCase

from assay.ledger import folder, queries, sequencer


def forget() -> None:
    """Forget what stands outside the database, which was emptied or rolled back."""
    sequencer.forget_edges()
    queries.forget_nodes()
    shutil.rmtree(folder.data_folder() / folder.HIGH_WATER_FOLDER, ignore_errors=True)


@contextmanager
def taken_back() -> Iterator[None]:
    """Take back what the block does to the database, and forget it outside."""
    block = transaction.atomic()
    block._from_testcase = True  # as Django's own test cases do, so that durable blocks may stand inside
    with block:
        try:
            yield
        finally:
            transaction.set_rollback(True)
    forget()


def allow() -> None:
    """Have each such test drop the triggers before it empties the tables, and make them again."""
    empty = TransactionTestCase._fixture_teardown

    def teardown(self: TransactionTestCase) -> None:
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'ledger_%%'")
                for (name,) in cursor.fetchall():
                    cursor.execute(f'DROP TRIGGER "{name}"')
        empty(self)
        if connection.vendor == "sqlite":
            with connection.schema_editor() as editor:
                import_module("assay.ledger.migrations.0001_squashed_0005_timestamp").refuse(None, editor)
        forget()

    TransactionTestCase._fixture_teardown = teardown  # type: ignore[method-assign]
