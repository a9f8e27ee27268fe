"""kill -9 in generation, a fix, signing and publishing: nothing by halves, no call paid twice, no stale report."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.django_setup import chosen_database

ROOT = Path(__file__).resolve().parents[2]
SHORT, LONG = 3, 50
needs_model = pytest.mark.skipif(find_spec("pydantic_ai") is None, reason="the extra assay[llm] is not installed")
ACTS = ["signing", "publishing", "fixing", pytest.param("generating", marks=needs_model)]

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked"),
    pytest.mark.skipif(chosen_database() == "postgres", reason="folders are copied; the transactions are the same"),
]


def campaign(act: str, kills: int, seed: int, place: Path) -> dict[str, int]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ASSAY_", "DJANGO_"))}
    environment["PYTHONPATH"] = str(ROOT / "src")
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "tests.rooms.studio_kill_process",
        act,
        str(kills),
        str(seed),
        str(place),
    ]
    ran = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr[-4000:]
    return dict(json.loads(ran.stdout.splitlines()[-1]))


@pytest.mark.slow
@pytest.mark.req("P-15", "R53", "R54")
@pytest.mark.parametrize("act", ACTS)
def test_a_few_kills_leave_nothing_by_halves(act: str, tmp_path: Path) -> None:
    assert campaign(act, SHORT, 1, tmp_path)["kills"] == SHORT


@pytest.mark.slow
@pytest.mark.req("P-15", "P-06", "R53", "R54")
@pytest.mark.parametrize("act", ACTS)
def test_fifty_kills_leave_nothing_by_halves(act: str, tmp_path: Path) -> None:
    kills = int(os.environ.get("ASSAY_KILLS", LONG))
    told = campaign(act, kills, 7, tmp_path)
    assert told["kills"] == kills
