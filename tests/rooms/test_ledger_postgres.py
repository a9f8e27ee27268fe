"""The ledger on a PostgreSQL server of its own, with durable settings: killed writers, killed backends, a crash."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests import postgres

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def server() -> Iterator[postgres.Server]:
    started = with_database()
    if started is None:
        pytest.skip("no PostgreSQL binaries, or no unprivileged user to run them as")
    yield started
    started.stop()


def with_database() -> postgres.Server | None:
    """A server of its own with the database that its address names."""
    started = postgres.start(settings=())
    if started is not None:
        with psycopg.connect(host=str(started.folder), user="assay", dbname="postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE assay")
    return started


def start(server: postgres.Server, folder: Path, *arguments: str) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ASSAY_", "DJANGO_"))}
    environment["ASSAY_DATABASE_URL"] = server.url
    command = [sys.executable, "-m", "tests.rooms.ledger_process", str(folder), *arguments]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def run(server: postgres.Server, folder: Path, *arguments: str) -> tuple[int, str, str]:
    process = start(server, folder, *arguments)
    out, err = process.communicate(timeout=180)
    return process.returncode, out, err


@pytest.fixture(scope="module")
def folder(server: postgres.Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("ledger") / "data"
    code, _, err = run(server, place, "prepare")
    assert code == 0, err
    return place


def query(server: postgres.Server, sql: str) -> list[tuple[object, ...]]:
    with psycopg.connect(host=str(server.folder), user="assay", dbname="assay", autocommit=True) as connection:
        found = connection.execute(sql)
        return found.fetchall() if found.description else []


def entries(server: postgres.Server) -> set[object]:
    return {row[0] for row in query(server, "SELECT event FROM ledger_entry WHERE log = 'trial'")}


def started_writers(server: postgres.Server, folder: Path, number: int) -> list[subprocess.Popen[str]]:
    writers = [start(server, folder, "write", f"{time.monotonic()}-{n}", "100000") for n in range(number)]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline().strip()
    return writers


def acknowledged(writer: subprocess.Popen[str]) -> set[str]:
    assert writer.stdout is not None
    found = {line for line in writer.stdout.read().split("\n")[:-1] if line}
    writer.communicate(timeout=60)
    return found


def verified(server: postgres.Server, folder: Path) -> None:
    code, out, err = run(server, folder, "verify")
    assert (code, out) == (0, "0\n"), err + out


@pytest.mark.req("L-06")
def test_writers_at_once_give_one_contiguous_log(server: postgres.Server, folder: Path) -> None:
    writers = [start(server, folder, "write", str(number), "50") for number in range(3)]
    said = {event for writer in writers for event in writer.communicate(timeout=180)[0].split()}
    assert len(said) == 150
    assert said <= entries(server)
    verified(server, folder)


def test_killed_writers_lose_nothing_that_was_acknowledged(server: postgres.Server, folder: Path) -> None:
    rng = random.Random(3)
    said: set[str] = set()
    for _ in range(3):
        writers = started_writers(server, folder, 2)
        time.sleep(rng.uniform(0.1, 0.4))
        for writer in writers:
            writer.send_signal(signal.SIGKILL)
        for writer in writers:
            said |= acknowledged(writer)
    assert run(server, folder, "integrate")[0] == 0
    assert len(said) > 10
    assert said <= entries(server)
    verified(server, folder)


def test_a_killed_backend_crashes_the_server_and_loses_nothing(server: postgres.Server, folder: Path) -> None:
    writer = started_writers(server, folder, 1)[0]
    time.sleep(0.3)
    pids = query(
        server, "SELECT pid FROM pg_stat_activity WHERE application_name = 'assay' AND backend_type = 'client backend'"
    )
    assert pids
    # SIGKILL to one backend makes the server restart all of them from its write-ahead log.
    os.kill(int(str(pids[0][0])), signal.SIGKILL)
    time.sleep(0.5)
    writer.send_signal(signal.SIGKILL)
    said = acknowledged(writer)
    deadline = time.monotonic() + 30
    code = 1
    while code and time.monotonic() < deadline:
        code = run(server, folder, "integrate")[0]
    assert said <= entries(server)
    verified(server, folder)


@pytest.mark.parametrize("setting", ["fsync", "synchronous_commit", "full_page_writes"])
def test_a_server_that_may_lose_commits_is_refused_at_start(
    server: postgres.Server, folder: Path, setting: str
) -> None:
    query(server, f"ALTER SYSTEM SET {setting} = off")
    query(server, "SELECT pg_reload_conf()")
    code, _, err = run(server, folder, "check")
    query(server, f"ALTER SYSTEM RESET {setting}")
    query(server, "SELECT pg_reload_conf()")
    assert code != 0
    assert f"{setting}=off" in err
    assert run(server, folder, "check")[0] == 0
