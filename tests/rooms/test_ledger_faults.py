"""Input and output errors, a full disk and sudden death at each write of a data folder, injected by strace.

After every case: what was acknowledged is there, what is there verifies, and the next writer goes on.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from assay.client.verify import verify_folder
from tests.django_setup import chosen_database
from tests.rooms.test_ledger_processes import ROOT, entries, run

STRACE = shutil.which("strace")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(chosen_database() != "sqlite", reason="works on the files of an SQLite data folder"),
    pytest.mark.skipif(STRACE is None, reason="strace is not installed"),
]
CALLS = ("pwrite64", "fdatasync", "ftruncate")
FAULTS = ("error=EIO", "error=ENOSPC", "signal=SIGKILL")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ledger") / "data"
    assert run(folder, "prepare")[0] == 0
    return folder


@pytest.fixture
def folder(template: Path, tmp_path: Path) -> Iterator[Path]:
    shutil.copytree(template, tmp_path / "data")
    yield tmp_path / "data"
    shutil.rmtree(tmp_path / "data")


def write_with_fault(folder: Path, call: str, fault: str, when: int) -> set[str]:
    """Ten appends with the fault at the `when`-th call and each later one; return what was acknowledged."""
    command = [str(STRACE), "-f", "-qq", "-o", os.devnull, "-e", f"trace={call}"]
    command += ["-e", f"inject={call}:{fault}:when={when}{'' if 'signal' in fault else '+'}"]
    command += [sys.executable, "-m", "tests.rooms.ledger_process", str(folder), "write", "x", "10"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ASSAY_", "DJANGO_"))}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=90)
    return {line for line in done.stdout.split("\n")[:-1] if line}


@pytest.mark.req("L-06")
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("when", [1, 3, 8, 21])
def test_a_fault_at_a_write_loses_nothing_that_was_acknowledged(folder: Path, call: str, fault: str, when: int) -> None:
    acknowledged = write_with_fault(folder, call, fault, when)
    assert verify_folder(folder).differences == ()
    code, _, err = run(folder, "integrate")
    assert code == 0, err
    assert acknowledged <= set(entries(folder))
    assert verify_folder(folder).differences == ()
    assert run(folder, "write", "y", "1")[0] == 0
