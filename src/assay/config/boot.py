"""Start-up for the command line and the server: environment, data folder, migrations."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from assay.config.environment import SECRET_KEY_FILE, read_environment
from assay.core.errors import Unavailable, UsageError

SETTINGS = "assay.config.settings"


def setup(*, data: Path | None = None, database_url: str | None = None, create: bool = False) -> Path:
    """Configure Django for this process and return the data folder.

    `data` and `database_url` go before the environment. With `create` the folder (0700) and its secret key (0600) are
    made if they are missing; else nothing is written. Raises UsageError for settings that cannot be used or a folder
    that cannot be written. Calling it again with the same folder changes nothing.
    """
    if data is not None:
        os.environ["ASSAY_DATA"] = str(data.resolve())
    if database_url is not None:
        os.environ["ASSAY_DATABASE_URL"] = database_url
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    environment = read_environment(os.environ)
    if apps.ready:
        if settings.ASSAY.data != environment.data:
            raise UsageError("This process already works on another data folder.", hint="Start a new process.")
        return environment.data
    if create:
        data_folder_create(environment.data)
    django.setup()
    return environment.data


def data_folder_create(folder: Path) -> None:
    """Make the data folder and its secret key, each only if missing."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = os.open(folder / SECRET_KEY_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        if not folder.is_dir():
            raise UsageError(
                f"{folder} is a file, not a folder.", hint="Name a folder with --data or ASSAY_DATA."
            ) from None
        return
    except OSError as error:
        raise UsageError(
            f"The data folder {folder} cannot be written: {error.strerror}.",
            hint="Name a folder of your own with --data or ASSAY_DATA.",
        ) from error
    with os.fdopen(key, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48) + "\n")
        file.flush()
        os.fsync(file.fileno())


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
    try:
        import fcntl  # noqa: PLC0415 — the module does not exist on Windows
    except ImportError:
        yield
        return
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
