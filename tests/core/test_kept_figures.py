"""What is kept of detectors' figures is what computing them gives, and nothing else is ever answered."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assay.assurance.engines.figures import (
    FILE,
    canaries_kept,
    figures_compute,
    precision_compute,
    precision_kept,
)
from assay.detect.canaries import tally
from assay.detect.registry import DETECTORS

MEND = "the detectors, their canaries or the passages changed: run python scripts/make_figures.py and commit what it writes"
SOME = ("assignment-brief", "module-exam")


@pytest.mark.req("P-22")
@pytest.mark.parametrize("detector", sorted(DETECTORS))
def test_what_is_kept_is_what_is_computed(detector: str) -> None:
    assert json.loads(FILE.read_bytes())["detectors"][detector]["version"] == DETECTORS[detector].version, MEND
    for stratum in SOME:
        assert canaries_kept(detector, stratum) == tally(detector, stratum), MEND


@pytest.mark.req("P-22")
@pytest.mark.slow
def test_all_that_is_kept_is_what_is_computed() -> None:
    assert json.loads(FILE.read_bytes()) == figures_compute(), MEND


def test_the_precision_that_is_kept_is_what_is_computed() -> None:
    assert precision_kept("own-standard") == precision_compute("own-standard"), MEND


def changed(folder: Path, *path: str, to: object) -> Path:
    """A copy of the file in which the value at `path` is another."""
    figures = json.loads(FILE.read_bytes())
    place = figures
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = to
    file = folder / "figures.json"
    file.write_text(json.dumps(figures), encoding="utf-8")
    return file


def test_figures_of_another_version_are_not_answered(tmp_path: Path) -> None:
    file = changed(tmp_path, "detectors", "own-standard", "version", to="2+00000000")
    assert canaries_kept("own-standard", "lesson", file) is None
    assert precision_kept("own-standard", file) is None


def test_precision_on_other_passages_is_not_answered(tmp_path: Path) -> None:
    file = changed(tmp_path, "corpus", to="0" * 64)
    assert precision_kept("own-standard", file) is None
    assert canaries_kept("own-standard", "lesson", file) is not None, MEND


def test_a_pathway_or_file_that_is_not_there_is_not_answered(tmp_path: Path) -> None:
    assert canaries_kept("own-standard", "poster") is None
    assert canaries_kept("own-standard", "lesson", tmp_path / "absent.json") is None
    assert precision_kept("own-standard", tmp_path / "absent.json") is None
