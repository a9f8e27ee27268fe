"""A log to try things on."""

from datetime import datetime

from django.db import connection, transaction

from assay.ledger import services

LOG = "trial"
ORIGIN = "assay.test/trial/1"


def fill(count: int, now: datetime, *, log: str = LOG) -> list[str]:
    """Accept `count` entries in one transaction; return their event ids."""
    with transaction.atomic():
        return [
            services.append(
                log=log, kind="artefact.imported", subject=f"artefact:{n}", actor="p-1", body={"n": n}, now=now
            )
            for n in range(count)
        ]


def opened(count: int, now: datetime) -> None:
    """Open the log and publish `count` entries beside those that say so."""
    services.log_open(log=LOG, origin=ORIGIN, now=now)
    fill(count, now)
    services.integrate(log=LOG, now=now)


def as_administrator(sql: str, *parameters: object) -> int:
    """Run SQL as somebody who first removes the triggers that stand in the way; return how many rows it touched."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'ledger%%'")
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')
        else:
            cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql, list(parameters))
        return int(cursor.rowcount)
