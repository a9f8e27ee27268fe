"""The Django application of the ledger."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created

from assay.ledger import sqlite_guard


class LedgerConfig(AppConfig):
    """Puts the guard against the write-ahead-log bug of SQLite on every new connection."""

    name = "assay.ledger"
    label = "ledger"
    verbose_name = "Ledger"

    def ready(self) -> None:
        connection_created.connect(sqlite_guard.on_connection, dispatch_uid="assay.ledger.sqlite_guard")
