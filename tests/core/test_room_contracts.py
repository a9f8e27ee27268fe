"""The import contract of the rooms holds, and notices when it is broken."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("importlinter")

ROOT = Path(__file__).resolve().parents[2]


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    program = "import sys; from importlinter.cli import lint_imports_command; lint_imports_command()"
    command = [sys.executable, "-c", program, "--no-cache"]
    environment = {"PYTHONPATH": str(folder / "src"), "PATH": "/usr/bin:/bin", "COLUMNS": "200"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def copy_of_the_house(tmp_path: Path) -> Path:
    ignore = shutil.ignore_patterns("__pycache__", "data", "static", "corpus", "node_modules")
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=ignore)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.slow
def test_the_rooms_keep_their_contract(copy_of_the_house: Path) -> None:
    result = lint_imports(copy_of_the_house)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.slow
def test_an_import_that_points_up_is_refused(copy_of_the_house: Path) -> None:
    planted = copy_of_the_house / "src/assay/core/errors.py"
    planted.write_text(planted.read_text() + "\nimport assay.ledger.models  # planted\n")
    result = lint_imports(copy_of_the_house)
    assert result.returncode != 0
    assert "assay.core" in result.stdout
    assert "assay.ledger" in result.stdout


@pytest.mark.slow
def test_a_room_that_was_not_placed_is_refused(copy_of_the_house: Path) -> None:
    room = copy_of_the_house / "src/assay/attic"
    room.mkdir()
    (room / "__init__.py").write_text('"""Planted."""\n')
    result = lint_imports(copy_of_the_house)
    assert result.returncode != 0
    assert "attic" in result.stdout + result.stderr


@pytest.mark.slow
@pytest.mark.req("P-02")
@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("studio/pathways/p04_lesson/generator.py", "import openai", "Only the model writer knows the client"),
        ("studio/demo/prepare.py", "import assay.studio.writers.model", "Only the spine reaches the model writer"),
    ],
)
def test_no_way_leads_to_a_model_provider_but_the_spine(
    copy_of_the_house: Path, file: str, line: str, contract: str
) -> None:
    planted = copy_of_the_house / "src/assay" / file
    planted.write_text(planted.read_text() + f"\n{line}  # planted\n")
    result = lint_imports(copy_of_the_house)
    assert result.returncode != 0
    assert contract in result.stdout
