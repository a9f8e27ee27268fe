"""Who is killed while the tables are made finds all of them at the next start, or none: never some that stand in the way."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import assay, environment

KILLED = """
import os, sys
from pathlib import Path
from assay.config import boot
boot.setup(data=Path(sys.argv[1]), create=True)
from assay.config import prepare
from django.db.migrations.recorder import MigrationRecorder
record = MigrationRecorder.record_applied
def killed(self, app, name):
    if app == sys.argv[2]:
        os._exit(9)
    record(self, app, name)
MigrationRecorder.record_applied = killed
prepare.migrate()
"""


@pytest.mark.req("P-19")
@pytest.mark.parametrize("app", ["auth", pytest.param("studio", marks=pytest.mark.slow)])
def test_a_kill_before_a_step_is_noted_leaves_a_folder_that_opens(tmp_path: Path, app: str) -> None:
    data = tmp_path / "data"
    done = subprocess.run([sys.executable, "-c", KILLED, str(data), app], env=environment(), check=False)
    assert done.returncode == 9
    ran = assay("init", "--data", data)
    assert (ran.code, ran.err) == (0, "")
