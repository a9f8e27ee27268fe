"""What a data folder needs before use: migrations, and the ledger's declarations. Import it after `boot.setup`."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.exceptions import NodeNotFoundError
from django.db.migrations.executor import MigrationExecutor

from assay.core.errors import Unavailable
from assay.detect.families import folders
from assay.ledger import services as ledger
from assay.registers.registry import assert_sound

try:
    import fcntl
except ImportError:  # Windows: the database's own lock must do
    fcntl = None  # type: ignore[assignment]


def pending_migrations() -> int:
    """How many migrations the database still needs (0 = ready).

    Raises Unavailable for a database that has some, but not all, of the steps which one migration of today replaces: the
    others are no longer there to be made up for.
    """
    try:
        executor = MigrationExecutor(connection)
    except NodeNotFoundError:
        raise _half_way() from None
    for migration in executor.loader.disk_migrations.values():
        done = [step in executor.loader.applied_migrations for step in migration.replaces]
        if any(done) and not all(done):
            raise _half_way()
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _half_way() -> Unavailable:
    return Unavailable(
        "The database has only some of the tables' earliest steps, which this release makes in one.",
        hint="Open it once with the Assay that it was last used with, brought up to the end of its own steps; or begin a new data folder.",
    )


def migrate() -> int:
    """Bring the database to this release, one process at a time; return the number of migrations applied.

    Nothing is applied where the declaration of a register is not sound (AssertionError).
    """
    with _only_one(settings.ASSAY.data / "migrate.lock"):
        count = pending_migrations()
        if count:
            assert_sound()
            with _all_or_none():
                call_command("migrate", interactive=False, verbosity=0)
                ledger.tracking_declare(now=datetime.now(UTC))
        return count


def require_ready() -> None:
    """Return if this data folder can be served. Raises Unavailable naming what is missing, AssertionError where the
    declaration of a register is not sound, and InvalidInput for a family that cannot be read: what serves people tests
    itself first, a short command does not wait for it."""
    assert_sound()
    folders()
    if settings.ASSAY.secret_key is None:
        raise Unavailable("The data folder has no secret key.", hint="Run `assay init` first.")
    count = pending_migrations()
    if count:
        raise Unavailable(f"The database lacks {count} migrations of this release.", hint="Run `assay init` first.")


@contextmanager
def _all_or_none() -> Iterator[None]:
    """One transaction around all migrations that are missing.

    Django alone notes some of them in a transaction after that which made their tables: who is killed between the two is
    told at every later start that a table exists already. SQLite lets constraints be put off only outside a transaction.
    """
    connection.disable_constraint_checking()
    try:
        with transaction.atomic():
            yield
    finally:
        connection.enable_constraint_checking()


@contextmanager
def _only_one(path: Path) -> Iterator[None]:
    """Hold an advisory lock on `path` (POSIX; elsewhere the database's own lock must do)."""
    with path.open("a") as file:
        if fcntl is not None:
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
