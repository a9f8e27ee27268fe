"""The training passages: well formed, apart from the measuring halves, one voice per file."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from assay.catalog import load_catalog
from assay.core.errors import InvalidInput
from assay.detect.corpus import LABELS, passages_load

ROW: dict[str, object] = {
    "id": "tr-x-001",
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
    "label2": "NONE",
    "split": "train",
    "voice": "x",
}


def _file(folder: Path, row: dict[str, object], name: str = "train-x.jsonl") -> Path:
    (folder / name).write_text(json.dumps(row), "utf-8")
    return folder


def test_training_passages_come_only_when_asked_for(tmp_path: Path) -> None:
    folder = _file(tmp_path, ROW)
    assert passages_load(folder=folder) == passages_load("dev", folder) == passages_load("test", folder) == ()
    assert [(p.id, p.voice) for p in passages_load("train", folder)] == [("tr-x-001", "x")]


@pytest.mark.parametrize("change", [{"split": "dev"}, {"split": "test"}, {"voice": " "}, {"label": "D"}])
def test_a_malformed_training_passage_is_refused_with_file_and_line(tmp_path: Path, change: dict[str, object]) -> None:
    with pytest.raises(InvalidInput, match=r"train-x\.jsonl, line 1"):
        passages_load(folder=_file(tmp_path, ROW | change))


def test_a_training_passage_cannot_stand_in_a_measuring_file(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"passages-01\.jsonl, line 1"):
        passages_load(folder=_file(tmp_path, ROW, "passages-01.jsonl"))


def test_no_training_text_is_measured_with_and_none_is_stored_twice() -> None:
    train = passages_load("train")
    assert {p.text for p in train} & {p.text for p in passages_load()} == set()
    keys = Counter((p.text, p.standard, p.companions, p.artefact) for p in train)
    assert [key for key, times in keys.items() if times > 1] == []


def test_families_are_those_of_the_catalog_and_drift_names_one_that_was_not_declared() -> None:
    known = {family.id for family in load_catalog().families}
    train = passages_load("train")
    assert {name for p in train for name in (p.standard, *p.companions, *p.families)} - known == set()
    assert [p.id for p in train if p.label == "A" and not set(p.families) - {p.standard, *p.companions}] == []


def test_every_voice_speaks_under_every_label() -> None:
    spoken = {(p.voice, p.label) for p in passages_load("train")}
    assert spoken == {(voice, label) for voice, _ in spoken for label in LABELS}
