"""Workers are killed with SIGKILL at random moments; afterwards every step has had its effect exactly once."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.django_setup import URL, chosen_database

ROOT = Path(__file__).resolve().parents[2]
LEASE_SECONDS = 0.6
PREPARE = """
import sys
from assay.config import boot
boot.setup(create=True)
from assay.config import prepare
prepare.migrate()
from datetime import UTC, datetime
from django.db import connection, transaction
from assay.jobs.services import enqueue
with connection.cursor() as cursor:
    cursor.execute("CREATE TABLE effect (job text, step integer)")
for number in range(int(sys.argv[1])):
    with transaction.atomic():
        enqueue(kind="test.effects", key=f"job-{number}", steps_body={"steps": int(sys.argv[2])}, organization=None,
                now=datetime.now(UTC))
"""


@dataclass
class Place:
    """A database of its own that processes share; `environment` leads them there."""

    environment: dict[str, str]
    connect: Any

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with closing(self.connect()) as connection:
            cursor = connection.cursor()
            cursor.execute(query)
            return list(cursor.fetchall())

    def run(self, *words: str) -> None:
        done = subprocess.run(
            [sys.executable, *words], env=self.environment, cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr

    def worker(self) -> subprocess.Popen[bytes]:
        words = [sys.executable, "-m", "tests.rooms.job_process", str(LEASE_SECONDS)]
        process = subprocess.Popen(
            words, env=self.environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert process.stdout is not None
        assert process.stdout.readline() == b"working\n"
        return process


def sqlite_place(folder: Path, environment: dict[str, str]) -> Place:
    return Place(environment, lambda: sqlite3.connect(folder / "assay.sqlite3", timeout=30))


def postgres_place(environment: dict[str, str]) -> Place:
    psycopg = pytest.importorskip("psycopg")
    server, name = os.environ[URL].rpartition("/")[0], f"jobs_{uuid.uuid4().hex[:8]}"
    folder = urlsplit(server).netloc.rpartition("@")[2].replace("%2F", "/")
    with psycopg.connect(host=folder, user="assay", dbname="postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    environment = {**environment, "ASSAY_DATABASE_URL": f"{server}/{name}"}
    return Place(environment, lambda: psycopg.connect(host=folder, user="assay", dbname=name))


@pytest.fixture
def place(tmp_path: Path, request: pytest.FixtureRequest) -> Place:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ASSAY_", "DJANGO_", "PYTEST_"))}
    environment = {**kept, "ASSAY_DATA": str(tmp_path / "data"), "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    if chosen_database() == "postgres":
        return postgres_place(environment)
    shutil.copytree(request.getfixturevalue("initialised_folder"), tmp_path / "data")
    return sqlite_place(tmp_path / "data", environment)


@pytest.fixture
def workers() -> Iterator[list[subprocess.Popen[bytes]]]:
    running: list[subprocess.Popen[bytes]] = []
    yield running
    for process in running:
        process.kill()
        process.wait()
        process.stdout.close()  # type: ignore[union-attr]


def wait_for_all(place: Place, seconds: float) -> None:
    end = time.monotonic() + seconds
    while place.rows("SELECT count(*) FROM jobs_job WHERE state <> 'done'") != [(0,)]:
        assert time.monotonic() < end, place.rows("SELECT key, state, done_units, attempts, error FROM jobs_job")
        time.sleep(0.1)


def campaign(place: Place, workers: list[subprocess.Popen[bytes]], *, jobs: int, steps: int, kills: int) -> None:
    place.run("-c", PREPARE, str(jobs), str(steps))
    rng = random.Random(kills)
    for _ in range(kills):
        workers.append(place.worker())
        time.sleep(rng.uniform(0.05, 0.35))
        os.kill(workers[-1].pid, signal.SIGKILL)
        workers[-1].wait()
    workers.extend((place.worker(), place.worker()))
    wait_for_all(place, 60 + jobs * steps * 0.2)
    effects = Counter(place.rows("SELECT job, step FROM effect"))
    assert set(effects) == {(f"job-{job}", step) for job in range(jobs) for step in range(steps)}
    assert set(effects.values()) == {1}
    assert place.rows("SELECT count(*) FROM jobs_step") == [(jobs * steps,)]


@pytest.mark.slow
def test_a_killed_worker_leaves_every_step_done_once(place: Place, workers: list[subprocess.Popen[bytes]]) -> None:
    place.run("-c", PREPARE, "1", "30")
    workers.append(place.worker())
    end = time.monotonic() + 60
    while place.rows("SELECT count(*) FROM jobs_step") == [(0,)] and time.monotonic() < end:
        time.sleep(0.05)
    workers[0].kill()
    done = place.rows("SELECT count(*) FROM jobs_step")[0][0]
    workers.append(place.worker())
    wait_for_all(place, 60)
    assert 0 < done < 30
    assert Counter(place.rows("SELECT step FROM effect")) == Counter((step,) for step in range(30))


@pytest.mark.slow
def test_fifty_killed_workers_leave_every_step_done_once(place: Place, workers: list[subprocess.Popen[bytes]]) -> None:
    campaign(place, workers, jobs=6, steps=60, kills=50)


@pytest.mark.slow
def test_a_worker_that_was_frozen_past_its_lease_does_nothing_twice(
    place: Place, workers: list[subprocess.Popen[bytes]]
) -> None:
    place.run("-c", PREPARE, "1", "60")
    workers.append(place.worker())
    time.sleep(0.4)
    os.kill(workers[0].pid, signal.SIGSTOP)
    workers.append(place.worker())
    time.sleep(3 * LEASE_SECONDS)
    os.kill(workers[0].pid, signal.SIGCONT)
    wait_for_all(place, 60)
    assert Counter(place.rows("SELECT step FROM effect")) == Counter((step,) for step in range(60))
