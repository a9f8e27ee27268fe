"""Shared by all tests: no network but loopback, one fixed time, the list of requirement rows without a test."""

import gc
import os
import re
import socket
from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests import postgres
from tests.requirements import known_rows, unshown

pytest_plugins = ["tests.prepared"]
MARKED = pytest.StashKey[set[str]]()
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    """One moment, aware, UTC: 21 November 2026, 09:00."""
    return NOW


@pytest.fixture
def data_folder(tmp_path: Path) -> Path:
    """An empty folder to use as a data folder."""
    folder = tmp_path / "assay-data"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse connections to anything but this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and not _is_loopback(str(address[0])):
            raise RuntimeError(f"a test tried to reach {address[0]}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)


def _is_loopback(host: str) -> bool:
    return host in {"localhost", "::1"} or host.startswith("127.")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[MARKED] = set()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Let each worker start Django itself, on a data folder of its own, even where this process has started it."""
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out, unread, a file all of whose tests are left out by `-m "not …"`: its libraries are slow to import.

    A file says so by `pytestmark` on one line; one that is asked for by name is read.
    """
    left_out = re.findall(r"\bnot (\w+)", config.getoption("markexpr"))
    if not left_out or collection_path.suffix != ".py" or str(collection_path.name) in " ".join(config.args):
        return None
    whole = rf"^pytestmark = .*\bmark\.({'|'.join(left_out)})\b"
    return bool(re.search(whole, collection_path.read_text(encoding="utf-8"), re.MULTILINE)) or None


def pytest_unconfigure() -> None:
    postgres.stop_all()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Collect `req` marks; refuse a row that does not exist."""
    known = set(known_rows())
    for item in items:
        rows = {row for mark in item.iter_markers("req") for row in mark.args}
        if rows - known:
            raise pytest.UsageError(f"{item.nodeid} marks unknown requirement rows: {', '.join(sorted(rows - known))}")
        config.stash[MARKED] |= rows


def pytest_collection_finish() -> None:
    """Leave what was imported and collected out of the search for garbage, which is then a tenth of the time shorter."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> Generator[None]:
    yield
    reported = [report for reports in terminalreporter.stats.values() for report in reports]
    marked = config.stash[MARKED] | {row for report in reported for row in getattr(report, "requirement_rows", ())}
    total, missing = len(known_rows()), unshown(marked)
    terminalreporter.write_sep("-", "requirement rows")
    terminalreporter.write_line(f"{total - len(missing)} of {total} rows have a test among those collected.")
    if missing:
        terminalreporter.write_line("Without one: " + " ".join(missing))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Carry the marks on the report, for a run with workers whose items the first process never sees."""
    report = yield
    report.requirement_rows = sorted({row for mark in item.iter_markers("req") for row in mark.args})  # type: ignore[attr-defined]
    return report
