"""Several processes on one data folder: killed, rolled back, with a key that others can read."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from assay.client.report import Report
from assay.client.verify import verify_folder
from tests.command import environment, forked
from tests.django_setup import chosen_database

pytestmark = [
    pytest.mark.skipif(chosen_database() != "sqlite", reason="works on the files of an SQLite data folder"),
]
ROOT = Path(__file__).parents[2]


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("ASSAY_", "DJANGO_"))}
    command = [sys.executable, "-m", "tests.rooms.ledger_process", str(folder), *arguments]
    return subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def run(folder: Path, *arguments: str) -> tuple[int, str, str]:
    ran = forked("tests.rooms.ledger_process", folder, *arguments, environ=environment(), cwd=ROOT, timeout=120)
    return ran.code, ran.out, ran.err


@pytest.fixture(scope="module")
def template(initialised_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ledger") / "data"
    shutil.copytree(initialised_folder, folder)
    code, _, err = run(folder, "prepare")
    assert code == 0, err
    return folder


@pytest.fixture
def folder(template: Path, tmp_path: Path) -> Iterator[Path]:
    shutil.copytree(template, tmp_path / "data")
    yield tmp_path / "data"
    shutil.rmtree(tmp_path / "data")


def entries(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "assay.sqlite3")) as connection:
        return [row[0] for row in connection.execute("SELECT event FROM ledger_entry WHERE log = 'trial' ORDER BY idx")]


def clean(report: Report) -> None:
    assert [difference.to_json() for difference in report.differences] == []


@pytest.mark.slow
@pytest.mark.req("L-06")
def test_four_writers_at_once_give_one_contiguous_log_without_a_loss(folder: Path) -> None:
    writers = [start(folder, "write", str(number), "60") for number in range(4)]
    acknowledged = {event for writer in writers for event in writer.communicate(timeout=120)[0].split()}
    assert [writer.returncode for writer in writers] == [0] * 4
    assert len(acknowledged) == 240
    assert acknowledged <= set(entries(folder))
    clean(verify_folder(folder))


def kill_in_the_middle(folder: Path, rng: random.Random, writers: int) -> set[str]:
    """Start writers, kill each with SIGKILL at a random moment after its first acknowledgement; return what they said."""
    running = [start(folder, "write", f"{rng.random()}", "100000") for _ in range(writers)]
    acknowledged = set()
    for process in running:
        assert process.stdout is not None
        acknowledged.add(process.stdout.readline().strip())
    time.sleep(rng.uniform(0.0, 0.15))
    for process in running:
        process.send_signal(signal.SIGKILL)
    for process in running:
        assert process.stdout is not None
        # Read through the buffer that `readline` filled; a line that the signal tore is no acknowledgement.
        acknowledged |= {line for line in process.stdout.read().split("\n")[:-1] if line}
        process.communicate(timeout=60)
    return acknowledged - {""}


@pytest.mark.slow
@pytest.mark.req("L-06")
@pytest.mark.parametrize("seed", range(3))
def test_killed_writers_lose_nothing_that_was_acknowledged(folder: Path, seed: int) -> None:
    rng = random.Random(seed)
    acknowledged: set[str] = set()
    for _ in range(2):
        acknowledged |= kill_in_the_middle(folder, rng, 2)
        clean(verify_folder(folder))
    code, _, err = run(folder, "integrate")
    assert code == 0, err
    assert len(acknowledged) > 3
    assert acknowledged <= set(entries(folder))
    clean(verify_folder(folder))


@pytest.mark.slow
def test_a_verification_beside_writers_finds_nothing(folder: Path) -> None:
    writers = [start(folder, "write", str(number), "150") for number in range(2)]
    rounds = 0
    while any(writer.poll() is None for writer in writers):
        clean(verify_folder(folder))
        rounds += 1
    for writer in writers:
        writer.communicate(timeout=60)
    assert rounds > 3


def copy_database(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


@pytest.mark.slow
@pytest.mark.req("L-06", "P-19")
def test_a_database_put_back_to_an_older_backup_is_refused_and_named(folder: Path, tmp_path: Path) -> None:
    copy_database(folder / "assay.sqlite3", tmp_path / "backup.sqlite3")
    assert run(folder, "write", "a", "5")[0] == 0
    clean(verify_folder(folder))
    for file in folder.glob("assay.sqlite3*"):
        file.unlink()
    shutil.copy(tmp_path / "backup.sqlite3", folder / "assay.sqlite3")
    assert "rolled-back" in {difference.kind for difference in verify_folder(folder).differences}
    assert run(folder, "write", "b", "1")[0] == 0
    before = len(entries(folder))
    code, _, err = run(folder, "integrate")
    assert code != 0
    assert "IntegrityBroken" in err
    assert len(entries(folder)) == before


@pytest.mark.slow
def test_a_log_grown_on_another_history_is_refused(folder: Path, tmp_path: Path) -> None:
    copy_database(folder / "assay.sqlite3", tmp_path / "backup.sqlite3")
    assert run(folder, "write", "a", "5")[0] == 0
    mark = (folder / "high-water" / "trial.mark").read_bytes()
    for file in folder.glob("assay.sqlite3*"):
        file.unlink()
    shutil.copy(tmp_path / "backup.sqlite3", folder / "assay.sqlite3")
    shutil.rmtree(folder / "high-water")
    assert run(folder, "write", "b", "9")[0] == 0
    (folder / "high-water" / "trial.mark").write_bytes(mark)
    assert any("not those that were signed" in each.message for each in verify_folder(folder).differences)
    run(folder, "write", "c", "1")
    assert "not a continuation" in run(folder, "integrate")[2]


@pytest.mark.slow
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_a_key_that_others_can_read_signs_nothing(folder: Path, mode: int) -> None:
    (folder / "ledger-key.pem").chmod(mode)
    run(folder, "write", "a", "1")
    code, _, err = run(folder, "integrate")
    assert code != 0
    assert "can be read by others" in err
    assert len(entries(folder)) == 3


@pytest.mark.slow
def test_a_lost_key_is_not_replaced_in_silence(folder: Path) -> None:
    (folder / "ledger-key.pem").unlink()
    run(folder, "write", "a", "1")
    assert "is missing from its folder" in run(folder, "integrate")[2]
    assert not (folder / "ledger-key.pem").exists()


@pytest.mark.slow
def test_another_key_does_not_continue_the_log(folder: Path, template: Path, tmp_path: Path) -> None:
    assert run(tmp_path / "other", "prepare")[0] == 0
    shutil.copy(tmp_path / "other" / "ledger-key.pem", folder / "ledger-key.pem")
    run(folder, "write", "a", "1")
    assert "IntegrityBroken" in run(folder, "integrate")[2]
    assert len(entries(folder)) == 3


@pytest.mark.slow
def test_an_integrator_in_another_process_publishes_soon(folder: Path) -> None:
    server = start(folder, "serve", "4")
    assert server.stdout is not None
    assert server.stdout.readline() == "serving\n"
    environment_writer = start(folder, "write", "a", "40")
    out, _ = environment_writer.communicate(timeout=60)
    deadline = time.monotonic() + 3
    while not set(out.split()) <= set(entries(folder)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert set(out.split()) <= set(entries(folder))
    server.communicate(timeout=60)
    clean(verify_folder(folder))


@pytest.mark.slow
@pytest.mark.parametrize("keep", [0.2, 0.5, 0.9, 0.999])
def test_a_torn_write_ahead_log_leaves_an_earlier_signed_state(folder: Path, tmp_path: Path, keep: float) -> None:
    writer = start(folder, "write", "a", "100000")
    assert writer.stdout is not None
    for _ in range(120):
        writer.stdout.readline()
    writer.send_signal(signal.SIGKILL)
    writer.communicate(timeout=60)
    shutil.rmtree(folder / "high-water")
    wal = folder / "assay.sqlite3-wal"
    with wal.open("r+b") as file:
        file.truncate(int(wal.stat().st_size * keep))
    clean(verify_folder(folder))
    code, _, err = run(folder, "integrate")
    assert code == 0, err
    clean(verify_folder(folder))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_a_garbled_write_ahead_log_leaves_an_earlier_signed_state(folder: Path, seed: int) -> None:
    writer = start(folder, "write", "a", "100000")
    assert writer.stdout is not None
    for _ in range(120):
        writer.stdout.readline()
    writer.send_signal(signal.SIGKILL)
    writer.communicate(timeout=60)
    shutil.rmtree(folder / "high-water")
    rng = random.Random(seed)
    wal = folder / "assay.sqlite3-wal"
    with wal.open("r+b") as file:
        file.seek(rng.randrange(wal.stat().st_size // 4, wal.stat().st_size))
        file.write(rng.randbytes(64))
    (folder / "assay.sqlite3-shm").unlink()
    clean(verify_folder(folder))
    assert run(folder, "integrate")[0] == 0
    clean(verify_folder(folder))


@pytest.mark.slow
def test_many_submitters_share_commits_and_each_event_is_published_when_acknowledged(folder: Path) -> None:
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("ASSAY_", "DJANGO_"))}
    command = [sys.executable, "-m", "tests.rooms.ledger_submit_process", str(folder), "64", "20"]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    said = set(done.stdout.split())
    assert len(said) == 64 * 20
    assert said <= set(entries(folder))
    clean(verify_folder(folder))
    with closing(sqlite3.connect(folder / "assay.sqlite3")) as connection:
        commits = connection.execute("SELECT count(*) FROM ledger_checkpoint WHERE log = 'trial'").fetchone()[0]
    assert commits < 64 * 20 / 4


@pytest.mark.slow
def test_a_submitter_that_cannot_commit_tells_every_waiter(folder: Path) -> None:
    (folder / "ledger-key.pem").chmod(0o644)
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("ASSAY_", "DJANGO_"))}
    command = [sys.executable, "-m", "tests.rooms.ledger_submit_process", str(folder), "4", "1"]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False, timeout=120)
    assert done.stdout == ""
    assert done.stderr.count("IntegrityBroken") >= 4
    assert len(entries(folder)) == 3
