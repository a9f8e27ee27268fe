"""kill -9 in an import or a sweep: no half artefact, no acknowledged entry missing, and the next run completes."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from assay.client.verify import verify_folder
from assay.core.canonical import text_digest
from tests.command import assay, course, environment

ISO = ("--standard", "iso42001")


def killed(source: Path, data: Path, after: float) -> bool:
    """Start an audit and kill it with all its processes after that many seconds; whether it was still running."""
    process = subprocess.Popen(
        [sys.executable, "-m", "assay", "audit", str(source), *ISO, "--data", str(data)],
        env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        process.wait(timeout=after)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return True
    return False


def acknowledged(data: Path) -> list[tuple[str, int, bytes]]:
    """The entries that were sequenced: log, index and leaf."""
    if not (data / "assay.sqlite3").exists():
        return []
    with closing(sqlite3.connect(data / "assay.sqlite3")) as database:
        try:
            return database.execute("SELECT log, idx, leaf FROM ledger_entry ORDER BY log, idx").fetchall()
        except sqlite3.OperationalError:  # killed before the tables were made
            return []


def whole(data: Path) -> int:
    """Check that each artefact is whole (its digest is that of its text, its first version is there); how many."""
    with closing(sqlite3.connect(data / "assay.sqlite3")) as database:
        rows = database.execute("SELECT id, text, digest, event_id FROM studio_artefact").fetchall()
        known = {event for (event,) in database.execute("SELECT event FROM ledger_entry")}
        known |= {event for (event,) in database.execute("SELECT event FROM ledger_outbox")}
    for _key, text, digest, event in rows:
        assert digest == text_digest(text)
        assert event in known, "an artefact without its entry"
    return len(rows)


def campaign(place: Path, kills: int, seed: int, *, lessons: int = 600, longest: float = 6.0) -> None:
    """Kill audits of one course on one data folder at random moments, a new folder after each that completed."""
    rng = random.Random(seed)
    source, caught, number = course(place / "course", lessons), 0, 0
    while caught < kills:
        data, before = place / f"data-{number}", []
        for _ in range(10):
            if caught == kills or not killed(source, data, rng.uniform(0.4, longest)):
                break
            caught += 1
            after = acknowledged(data)
            assert after[: len(before)] == before or set(before) <= set(after), "an acknowledged entry is gone"
            before = after
            if after:
                assert verify_folder(data).differences == ()
                assert 0 <= whole(data) <= lessons
        done = assay("audit", source, *ISO, "--data", data)
        assert done.code == 11, done.err
        assert f"{lessons} artefacts" in done.out
        assert whole(data) == lessons
        assert set(before) <= set(acknowledged(data))
        assert assay("verify", data).code == 0
        assert "(0 new, 0 changed, 0 gone); 0 measured now" in assay("audit", source, *ISO, "--data", data).out
        number += 1


@pytest.mark.slow
def test_a_kill_leaves_nothing_by_halves(tmp_path: Path) -> None:
    campaign(tmp_path, 1, seed=1, lessons=100, longest=2.0)


@pytest.mark.slow
@pytest.mark.req("P-19")
def test_fifty_kills_leave_nothing_by_halves(tmp_path: Path) -> None:
    began = time.monotonic()
    campaign(tmp_path, int(os.environ.get("ASSAY_TEST_KILLS", "50")), seed=2)
    print(f"50 kills in {time.monotonic() - began:.0f} s")
