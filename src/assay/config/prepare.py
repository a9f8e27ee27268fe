"""What a data folder needs before use: migrations, and the ledger's declarations. Import it after `boot.setup`."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from assay.core.errors import Unavailable
from assay.ledger import services as ledger

try:
    import fcntl
except ImportError:  # Windows: the database's own lock must do
    fcntl = None  # type: ignore[assignment]


def pending_migrations() -> int:
    """How many migrations the database still needs (0 = ready)."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def migrate() -> int:
    """Bring the database to this release, one process at a time; return the number of migrations applied."""
    with _only_one(settings.ASSAY.data / "migrate.lock"):
        count = pending_migrations()
        if count:
            call_command("migrate", interactive=False, verbosity=0)
            ledger.tracking_declare(now=datetime.now(UTC))
        return count


def require_ready() -> None:
    """Return if this data folder can be served. Raises Unavailable naming what is missing."""
    if settings.ASSAY.secret_key is None:
        raise Unavailable("The data folder has no secret key.", hint="Run `assay init` first.")
    count = pending_migrations()
    if count:
        raise Unavailable(f"The database lacks {count} migrations of this release.", hint="Run `assay init` first.")


@contextmanager
def _only_one(path: Path) -> Iterator[None]:
    """Hold an advisory lock on `path` (POSIX; elsewhere the database's own lock must do)."""
    with path.open("a") as file:
        if fcntl is not None:
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
