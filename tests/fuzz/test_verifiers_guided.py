"""The short form of the guided search for bytes that crash or fool a verifier; `.ci/long` has the long one."""

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.req("L-06")]
ROOT = Path(__file__).parents[2]
FILES = ("consistency/6-11.txt", "leaves/4.json", "payloads/000000000.jsonl", "proofs/4.tlog-proof", "seen/6.note")


@pytest.mark.parametrize("name", FILES)
def test_guided_damage_crashes_and_fools_no_verifier(name: str, tmp_path: Path) -> None:
    if find_spec("atheris") is None:
        pytest.skip("atheris has no wheel for this machine")
    command = [sys.executable, "-m", "tests.fuzz.verifiers", name, str(tmp_path / "corpus")]
    command += ["-max_total_time=4", "-max_len=8192", "-seed=1", f"-artifact_prefix={tmp_path}/"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]
    tried = re.search(r"Done (\d+) runs", done.stderr)
    assert tried is not None
    assert int(tried[1]) > 50
