"""Configures Django for tests: a data folder of this run, the database chosen by ASSAY_TEST_DATABASE."""

import atexit
import os
import shutil
import tempfile

import django.apps
import pytest

from tests import postgres

DATABASES = ("sqlite", "postgres")
URL = "ASSAY_TEST_POSTGRES_URL"
NOWHERE = "postgres://nobody@nowhere.invalid/nothing"


def chosen_database() -> str:
    """`sqlite` (default) or `postgres`."""
    name = os.environ.get("ASSAY_TEST_DATABASE", "sqlite")
    if name not in DATABASES:
        raise pytest.UsageError(f"ASSAY_TEST_DATABASE is {name!r}; allowed: {', '.join(DATABASES)}")
    return name


def prepare() -> None:
    """Set the environment and start Django, once per process."""
    if django.apps.apps.ready:
        if "assay-test-" not in os.environ.get("ASSAY_DATA", ""):
            raise pytest.UsageError("Django was started before the tests could choose its data folder and database")
        return
    for name in [name for name in os.environ if name.startswith("ASSAY_") and not name.startswith("ASSAY_TEST_")]:
        del os.environ[name]
    folder = tempfile.mkdtemp(prefix="assay-test-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["ASSAY_DATA"] = folder
    os.environ["ASSAY_SECRET_KEY"] = "only-for-tests-only-for-tests-only-for-tests"
    if chosen_database() == "postgres":
        os.environ["ASSAY_DATABASE_URL"] = os.environ[URL] = os.environ.get(URL) or _started()
    os.environ["DJANGO_SETTINGS_MODULE"] = "assay.config.settings"
    django.setup()


def _started() -> str:
    """The address of a server made for this run; one that leads nowhere if none can be had (the tests are skipped)."""
    server = postgres.start()
    return server.url if server else NOWHERE
