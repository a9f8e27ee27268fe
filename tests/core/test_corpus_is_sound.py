"""The labelled passages: complete, well formed, balanced, split by hash."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from pathlib import Path

import pytest

from assay.catalog import load_catalog
from assay.core.errors import InvalidInput
from assay.detect.corpus import HARD_CASES, LABELS, passages_load, split_of

ALL = passages_load()
ROW: dict[str, object] = {
    "id": "cp-x",
    "text": "A lesson.",
    "standard": "iso42001",
    "companions": [],
    "artefact": "lesson",
    "lang": "en",
    "label": "NONE",
    "kind": "none",
    "families": [],
    "hard_case": [],
    "label1": "NONE",
    "label2": None,
    "split": split_of("cp-x"),
}


def _file(folder: Path, *rows: dict[str, object]) -> Path:
    (folder / "passages-01.jsonl").write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    return folder


@pytest.mark.req("P-12")
@pytest.mark.parametrize("label", LABELS)
def test_each_label_has_at_least_forty_passages(label: str) -> None:
    assert sum(passage.label == label for passage in ALL) >= 40


@pytest.mark.parametrize("kind", ["explicit", "implicit", "ai-wrapped", "case-mismatch"])
def test_each_kind_of_drift_is_in_both_halves(kind: str) -> None:
    halves = Counter(passage.split for passage in ALL if passage.kind == kind)
    assert min(halves["dev"], halves["test"]) >= 4


def test_the_halves_are_of_similar_size_and_disjoint() -> None:
    dev, test = passages_load("dev"), passages_load("test")
    assert len(dev) + len(test) == len(ALL)
    assert 0.4 < len(dev) / len(ALL) < 0.6


def test_a_passage_is_not_stored_twice_for_the_same_programme() -> None:
    keys = Counter((p.text, p.standard, p.companions, p.artefact) for p in ALL)
    assert [key for key, times in keys.items() if times > 1] == []


@pytest.mark.req("P-12")
def test_the_same_words_have_different_labels_under_different_standards() -> None:
    by_text: dict[str, set[str]] = {}
    for passage in ALL:
        if "same-text-other-target" in passage.hard_case:
            by_text.setdefault(passage.text, set()).add(passage.label)
    assert sum(len(labels) > 1 for labels in by_text.values()) >= 4


def test_at_least_a_tenth_is_not_english() -> None:
    languages = Counter(passage.lang for passage in ALL)
    assert 1 - languages["en"] / len(ALL) >= 0.1
    assert {"de", "fr", "es", "it", "pt", "ja", "zh"} <= set(languages)


def test_governing_passages_name_the_family_they_drift_to() -> None:
    assert [p.id for p in ALL if p.label == "A" and not p.families] == []


@pytest.mark.parametrize(
    "change",
    [{"label": "D"}, {"kind": "implicit"}, {"split": "other"}, {"hard_case": ["hard"]}, {"text": " "}, {"more": 1}],
)
def test_a_malformed_passage_is_refused_with_file_and_line(tmp_path: Path, change: dict[str, object]) -> None:
    folder = _file(tmp_path, ROW, ROW | {"id": "cp-y", "split": split_of("cp-y")} | change)
    with pytest.raises(InvalidInput, match=r"passages-01\.jsonl, line 2"):
        passages_load(folder=folder)


def test_two_passages_with_one_id_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="same id"):
        passages_load(folder=_file(tmp_path, ROW, ROW))


def test_the_split_follows_the_parity_of_the_hash() -> None:
    assert split_of("cp-0001") == ("dev" if int(hashlib.sha256(b"cp-0001").hexdigest(), 16) % 2 == 0 else "test")


def test_there_are_at_least_eight_hundred_passages_labelled_twice() -> None:
    twice = [passage for passage in ALL if passage.label2 is not None]
    assert len(twice) == len(ALL) >= 800


def test_every_label_was_given_in_one_of_the_two_passes() -> None:
    assert [p.id for p in ALL if p.label not in (p.label1, p.label2)] == []


@pytest.mark.parametrize("hard_case", HARD_CASES)
def test_each_hard_case_has_passages_in_both_halves(hard_case: str) -> None:
    assert {p.split for p in ALL if hard_case in p.hard_case} == {"dev", "test"}


def test_families_and_standards_are_those_of_the_catalog() -> None:
    known = {family.id for family in load_catalog().families}
    named = {name for p in ALL for name in (p.standard, *p.companions, *p.families)}
    assert named - known == set()
    assert len(named) >= 45


def test_a_reader_of_names_alone_cannot_do_well_here() -> None:
    """Calling every passage that names a foreign standard governing finds half of the drift and accuses the honest."""
    name = re.compile(r"(?i)iso|iec|gdpr|hipaa|soc 2|nist|pci|dora|nis2|rgpd|ai act|cobit|tisax|cmmc|fedramp|hitrust")
    accused = [p for p in ALL if any("42001" not in p.text[m.start() : m.end() + 14] for m in name.finditer(p.text))]
    right = sum(p.label == "A" for p in accused)
    assert right / len(accused) < 0.5
    assert right / sum(p.label == "A" for p in ALL) < 0.5
