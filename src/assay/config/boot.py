"""Start-up of a process: environment and data folder. Importable before Django is configured."""

import os
import secrets
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings

from assay.config.environment import SECRET_KEY_FILE, read_environment
from assay.core.errors import UsageError

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
