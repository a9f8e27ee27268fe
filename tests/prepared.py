"""Data folders that many tests begin with, made once in a run by the real command line and copied for each of them."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.command import assay, course


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """The folder `name` of this run, filled by `make` in whichever worker asks first. Nobody may change it."""
    base = factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    folder, done = shared / f"prepared-{name}", shared / f"prepared-{name}.done"
    with (shared / f"prepared-{name}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            done.touch()
    return folder


def initialised(folder: Path) -> None:
    """`data`: as `assay init` leaves it."""
    ran = assay("init", "--data", folder / "data")
    assert ran.code == 0, ran.err


def audited(folder: Path) -> None:
    """`data`: with the programme of `course`, whose assignment teaches another standard, measured and in the log."""
    ran = assay("audit", course(folder / "course", drift=True), "--standard", "iso42001", "--data", folder / "data")
    assert ran.code == 10, ran.err


@pytest.fixture(scope="session")
def initialised_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that is ready and empty; copy it before changing anything."""
    return once(tmp_path_factory, "initialised", initialised) / "data"


@pytest.fixture(scope="session")
def audited_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a measured programme, its verdict `fail`; copy it before changing anything."""
    return once(tmp_path_factory, "audited", audited) / "data"


@pytest.fixture
def data(initialised_folder: Path, tmp_path: Path) -> Path:
    """A data folder of the test's own, ready and empty, beside its other files."""
    shutil.copytree(initialised_folder, tmp_path / "data")
    return tmp_path / "data"
