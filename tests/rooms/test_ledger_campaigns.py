"""The short form of `assay bench faults` and `assay bench fuzz`: the same campaigns, a few rounds of each."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]


def bench(name: str, *options: str) -> dict[str, Any]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("ASSAY_", "DJANGO_"))}
    command = [sys.executable, "-m", "assay", "bench", name, "--json", *options]
    environment["PYTHONPATH"] = str(ROOT / "src")
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


@pytest.mark.req("L-06")
def test_eight_writers_killed_twice_and_logs_torn_lose_nothing() -> None:
    found = bench("faults", "--rounds", "2", "--writers", "8", "--injected", "0", "--torn", "4", "--seed", "3")
    assert (found["lost"], found["corrupt"]) == (0, 0)
    assert found["killed_writers"] == 16
    assert found["acknowledged"] > 2
    assert found["disk_full"]["after_space_was_made"] == 5


def test_damaged_proofs_and_packs_crash_and_fool_no_verifier() -> None:
    found = bench("fuzz", "--minutes", "0.05", "--seed", "7")
    assert (found["crashes"], found["false_accepts"]) == (0, 0)
    assert found["cases"] > 10


@pytest.mark.req("L-06")
def test_a_longer_campaign_with_injected_errors_loses_nothing() -> None:
    found = bench("faults", "--rounds", "40", "--writers", "8", "--injected", "3", "--torn", "30")
    assert (found["lost"], found["corrupt"]) == (0, 0)
    assert found["acknowledged"] > 100
