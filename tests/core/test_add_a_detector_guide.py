"""The guide to families and detectors, followed to the letter in a copy of the source: what it says must come out."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "guides" / "add-a-detector.md"
_BLOCK = re.compile(r"^(?P<indent> *)```(?P<sort>sh|text)\n(?P<body>.*?)^ *```$", re.MULTILINE | re.DOTALL)
_LEFT_OUT = shutil.ignore_patterns("__pycache__", "static", "train-*.jsonl")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the source with a starter that needs no setting up."""
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=_LEFT_OUT)
    starter = tmp_path / "assay"
    starter.write_text(f'#!/bin/sh\nPYTHONPATH="{tmp_path}/src" exec "{sys.executable}" -m assay "$@"\n')
    starter.chmod(0o755)
    return tmp_path


def blocks(heading: str) -> list[tuple[str, str]]:
    """The shell blocks under a heading, each with what is said to be printed after it ("" where nothing is)."""
    text = GUIDE.read_text(encoding="utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    found: list[tuple[str, str]] = []
    for match in _BLOCK.finditer(text):
        body = re.sub(rf"^{match['indent']}", "", match["body"], flags=re.MULTILINE)
        if match["sort"] == "sh":
            found.append((body, ""))
        else:
            found[-1] = (found[-1][0], body)
    return found


def folders(checkout: Path) -> set[str]:
    room = checkout / "src" / "assay" / "detect"
    found = [path for name in ("families", "detectors") for path in (room / name).glob("*/")]
    return {f"{path.parent.name}/{path.name}" for path in found if path.name != "__pycache__"}


def detectors(checkout: Path) -> str:
    done = subprocess.run(["./assay", "detectors"], cwd=checkout, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.mark.slow
@pytest.mark.req("P-18")
@pytest.mark.parametrize(
    ("heading", "added", "benched"),
    [
        ("A family", "families/iso39001", r"^explicit +\d+ +0\.[789]"),
        ("A detector", "detectors/unfinished_text", r"^placeholder +1320 +(?:1\.000|0\.9)"),
    ],
)
def test_the_guide_works_as_it_stands(checkout: Path, heading: str, added: str, benched: str) -> None:
    before, versions = folders(checkout), detectors(checkout)
    steps = blocks(heading)
    removal = steps.pop()[0]
    assert removal.startswith("rm -r")
    script = "".join(f"{body}\necho '---'\n" for body, _ in steps)
    done = subprocess.run(["sh", "-eu"], input=script, cwd=checkout, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    printed = done.stdout.split("---\n")
    for (body, expected), told in zip(steps, printed, strict=False):
        missing = [line for line in expected.splitlines() if line not in told.splitlines()]
        assert not missing, (body, told)
    assert re.search(benched, done.stdout, re.MULTILINE), done.stdout
    assert folders(checkout) - before == {added}
    now = detectors(checkout)
    assert now != versions
    subprocess.run(["sh", "-euc", removal], cwd=checkout, check=True)
    assert folders(checkout) == before
    assert detectors(checkout) == versions


@pytest.mark.slow
def test_a_family_that_was_copied_and_not_rewritten_stops_with_its_name_and_the_remedy(checkout: Path) -> None:
    copy = "cp -r src/assay/detect/families/iso50001 src/assay/detect/families/iso39001"
    script = copy + """\necho '{"text": "Audit it."}' | ./assay classify -"""
    done = subprocess.run(["sh", "-eu"], input=script, cwd=checkout, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "families/iso39001" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_detector_that_was_copied_and_not_rewritten_stops_with_its_name_and_the_remedy(checkout: Path) -> None:
    copy = "cp -r src/assay/detect/detectors/own_standard src/assay/detect/detectors/unfinished_text"
    script = f"{copy}\n./assay detectors"
    done = subprocess.run(["sh", "-eu"], input=script, cwd=checkout, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "The detector in detectors/unfinished_text: it declares the detector 'own-standard'." in done.stderr
    assert 'Write name="unfinished-text"' in done.stderr
    assert "Traceback" not in done.stderr
