"""What must hold before a process may sign: durable commits, a private key, and a log that continues what was signed."""

import logging

from django.db import connection, transaction

from assay.core.errors import Unavailable
from assay.ledger import queries, sequencer, signing, sqlite_guard, storage

logger = logging.getLogger(__name__)

# What each setting of PostgreSQL may be, so that a commit that was acknowledged is on disk.
POSTGRESQL_NEEDS = {
    "fsync": ("on",),
    "full_page_writes": ("on",),
    "synchronous_commit": ("on", "remote_write", "remote_apply"),
}
SQLITE_FULL = 2


def startup_check() -> int:
    """Check this installation before it serves; return the number of logs checked.

    Raises Unavailable if the database may lose a commit that it acknowledged; IntegrityBroken if the key can be read by
    others, or if the right edge, the newest checkpoint or the high-water mark of a log do not fit together. Reads a few
    rows per log, whatever its size.
    """
    if connection.vendor == "postgresql":
        _check_postgresql()
    else:
        _check_sqlite()
    logs = queries.logs()
    if logs:
        signing.key_load()
    sequencer.forget_edges()
    for log in logs:
        with transaction.atomic(), connection.cursor() as cursor:
            head = storage.head_lock(cursor, log)
            assert head is not None
            sequencer.edge_checked(cursor, head)
            transaction.set_rollback(True)
    return len(logs)


def _check_postgresql() -> None:
    with connection.cursor() as cursor:
        for name, allowed in POSTGRESQL_NEEDS.items():
            cursor.execute("SELECT current_setting(%s)", [name])
            value = cursor.fetchone()[0]
            if value not in allowed:
                raise Unavailable(
                    f"PostgreSQL runs with {name}={value}: a commit that it acknowledged may be lost.",
                    hint=f"Set {name} to {' or '.join(allowed)} and restart it.",
                    setting=name,
                )


def _check_sqlite() -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous")
        if cursor.fetchone()[0] < SQLITE_FULL:
            raise Unavailable("SQLite runs with synchronous below FULL: a commit that it acknowledged may be lost.")
    if sqlite_guard.AFFECTED:
        logger.info("ledger.sqlite-guarded", extra={"version": sqlite_guard.VERSION})
