"""A detector's version changes with everything that its answers depend on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assay.detect.registry import DETECTORS
from assay.detect.versions import digest_of, version_of


def test_every_detector_names_engine_and_digest() -> None:
    assert all(re.fullmatch(r"2\+[0-9a-f]{8}", spec.version) for spec in DETECTORS.values())


def test_a_version_is_the_same_every_time_it_is_computed() -> None:
    assert {name: version_of(name) for name in DETECTORS} == {n: s.version for n, s in DETECTORS.items()}


def test_one_changed_byte_changes_the_digest(tmp_path: Path) -> None:
    rule = tmp_path / "rule.yaml"
    rule.write_text("weight: 1\n")
    before = digest_of([rule])
    other = tmp_path / "changed" / "rule.yaml"
    other.parent.mkdir()
    other.write_text("weight: 2\n")
    assert digest_of([other]) != before == digest_of([rule])


def test_an_absent_file_is_not_an_empty_one(tmp_path: Path) -> None:
    empty = tmp_path / "empty.yaml"
    empty.write_text("")
    assert digest_of([empty]) != digest_of([tmp_path / "absent.yaml"])


def test_an_unknown_detector_has_no_version() -> None:
    with pytest.raises(KeyError):
        version_of("no-such-detector")
