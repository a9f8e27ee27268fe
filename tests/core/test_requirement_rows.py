"""The list of requirement rows that tests mark, and what of it is not shown yet."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.requirements import known_rows, unshown

ROOT = Path(__file__).resolve().parents[2]


def test_the_rows_are_those_of_the_requirements() -> None:
    rows = known_rows()
    assert len(rows) == len(set(rows)) == 22 + 14 + 5 + 20 + 75
    assert (rows[0], rows[21], rows[-1]) == ("P-01", "P-22", "R75")


def test_rows_without_a_test_are_named_in_order() -> None:
    assert unshown(known_rows()[1:-1]) == ("P-01", "R75")


@pytest.mark.slow
def test_a_mark_of_a_row_that_does_not_exist_stops_the_run(tmp_path: Path) -> None:
    planted = ROOT / "tests" / "core" / f"test_planted_{tmp_path.name}.py"
    planted.write_text("import pytest\n\n@pytest.mark.req('P-99')\ndef test_x() -> None:\n    pass\n")
    try:
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(planted)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    finally:
        planted.unlink()
    assert done.returncode != 0
    assert "unknown requirement rows: P-99" in done.stdout + done.stderr
