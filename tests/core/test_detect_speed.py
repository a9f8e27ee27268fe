"""The figures of speed are taken from the given texts and compare reading with bare matching of the same phrases."""

from __future__ import annotations

from pathlib import Path

import pytest

from assay.cli.bench.speed import figures
from assay.core.errors import InvalidInput
from assay.detect.scan import matches


def test_reading_is_compared_with_matching_on_composed_artefacts_and_on_the_sections_of_a_course(
    tmp_path: Path,
) -> None:
    (tmp_path / "one.md").write_text(
        "# Scope\nThe AIMS covers AI systems.\n## Audit\nAudit against ISO 14001.\n", "utf-8"
    )
    (tmp_path / "two.txt").write_text("Plain words about emissions.", "utf-8")
    (tmp_path / "three.bin").write_bytes(b"\xff\x00")
    found = figures(tmp_path, "iso42001", count=6)
    assert (found["composed_artefacts"], found["course_artefacts"]) == (6, 3)
    assert 900 <= found["composed_bytes_each"] <= 1300
    for name in ("composed", "course"):
        assert found[f"{name}_artefacts_per_second"] > 0
        assert found[f"{name}_full_to_matching"] > 1
        assert found[f"{name}_artefacts_per_second_unremembered"] > 0
        assert 0 < found[f"{name}_sentences_different"] <= found[f"{name}_sentences"]


def test_a_folder_without_a_course_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=tmp_path.name):
        figures(tmp_path, "iso42001", count=2)


def test_bare_matching_finds_the_phrases_of_the_lexicon() -> None:
    assert matches("qqq") == 0
    assert matches("iso 14001 and emissions") >= 3
