"""Families and detectors are found by their folders; one that is not whole is refused with its name and a remedy."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assay.catalog import load_families
from assay.core.errors import InvalidInput
from assay.detect import canaries, families
from assay.detect.canaries import pieces
from assay.detect.discovery import DECLARED, DETECTORS, DRIFT, KINDS, detectors_found
from assay.detect.families import loading
from assay.detect.lexicon import lexicon
from assay.detect.registry import DETECTORS as REGISTERED
from assay.detect.registry import UNPLANTED
from assay.detect.versions import base_paths

Change = Callable[[Path], object]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    place = tmp_path / "families"
    shutil.copytree(loading.FAMILIES, place, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    monkeypatch.setattr(loading, "FAMILIES", place)
    loading.folders.cache_clear()
    yield place
    loading.folders.cache_clear()


def write(name: str, text: str) -> Change:
    def change(place: Path) -> None:
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_text(text, encoding="utf-8")

    return change


def copied(old: str, new: str) -> Change:
    return lambda place: shutil.copytree(place / old, place / new)


BROKEN_FAMILIES: list[tuple[Change, str, str]] = [
    (lambda place: (place / "iso99901").mkdir(), "families/iso99901: it is empty", "words.yaml"),
    (write("ISO-39001/words.yaml", "sure: {}"), "families/ISO-39001: its name is no id", "small letters"),
    (write("iso50001/concept.yaml", "a: 1"), "families/iso50001: nothing reads concept.yaml", "concepts.yaml"),
    (write("iso50001/words.yaml", "sure: {}"), "words.yaml lacks usual", "add-a-detector.md"),
    (write("iso50001/words.yaml", "sure: {}\nusual: {}\nrare: {}"), "nothing reads rare", "sure, usual"),
    (write("iso50001/words.yaml", "sure: {a: [no]}\nusual: {a: ['*']}"), "'\\*' is no word", "delete it"),
    (write("iso50001/naming.yaml", "numbers: 50002"), "'numbers' holds no list", "add-a-detector.md"),
    (
        write("iso50001/concepts.yaml", "system: x\nconcepts: {4: {a: [b]}}"),
        "strengths 3, 2 and 1",
        "add-a-detector.md",
    ),
    (write("iso50001/naming.yaml", "numbers: [1\n"), "iso50001/naming.yaml, line 2", "Correct that line"),
    (write("roads/words.yaml", "sure: {a: [lorry]}\nusual: {}"), "families/roads: nobody knows", "naming.yaml a line"),
    (copied("iso50001", "iso10001"), "“gb/t 23331” is a name of iso10001 already", "whichever was copied"),
    (write("iso99901/naming.yaml", "numbers: [9001]"), "“9001” is a name of iso9001 already", "Take it out"),
    (
        write("iso50001/naming.yaml", "family: {name: a, kind: law, domain: b}"),
        "the catalog has this family already",
        "Leave `family` out",
    ),
]


@pytest.mark.parametrize(("change", "what", "remedy"), BROKEN_FAMILIES, ids=[each[1] for each in BROKEN_FAMILIES])
def test_a_broken_family_is_refused_with_folder_and_remedy(
    folder: Path, change: Change, what: str, remedy: str
) -> None:
    assert families.folders()
    loading.folders.cache_clear()
    change(folder)
    with pytest.raises(InvalidInput, match=what) as caught:
        families.folders()
    assert remedy in caught.value.hint


def test_every_family_of_the_catalog_or_a_folder_is_known() -> None:
    named = {ident for ident, each in families.folders().items() if "family" in each.naming}
    assert lexicon().families.keys() == load_families().index.keys() | named


def test_both_shelves_hold_pieces_of_the_same_families_in_other_words() -> None:
    practice, reserve = pieces.stock_load("practice"), pieces.stock_load("reserve")
    assert practice.families.keys() == reserve.families.keys()
    for ident, lists in practice.families.items():
        assert set(lists["things"]).isdisjoint(reserve.families[ident]["things"])


@pytest.fixture
def detectors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / tmp_path.name.replace("-", "_")
    shutil.copytree(DETECTORS, place, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.syspath_prepend(str(tmp_path))
    return place


def replaced(old: str, new: str, where: str = "own_standard/detector.py") -> Change:
    def change(place: Path) -> None:
        text = (place / where).read_text()
        assert old in text
        (place / where).write_text(text.replace(old, new))

    return change


BROKEN_DETECTORS: list[tuple[Change, str, str]] = [
    (lambda place: (place / "mine").mkdir(), "detectors/mine: it has no __init__.py and no detector.py", "Copy it"),
    (lambda place: (place / "own_standard/detector.py").unlink(), "own_standard: it has no detector.py", "Copy it"),
    (write("own_standard/detector.py", '"""Nothing."""\n'), "declares no DETECTOR", "Detector\\(…\\)"),
    (write("own_standard/detector.py", "import assay.detect.absent\n"), "does not load: No module named", "Mend"),
    (write("own_standard/detector.py", "def\n"), "does not load: invalid syntax", "Mend"),
    (write("own_standard/canary.yaml", "a: 1\n"), "nothing reads canary.yaml", "canaries.yaml"),
    (copied("own_standard", "another_one"), "another_one: it declares the detector 'own-standard'", "name="),
    (replaced("by_text=own_hits,", ""), "it says not how to read", "by_passage or by_text"),
    (replaced('kinds=("wrong-edition", "wrong-number")', "kinds=()"), "it leaves kinds empty", "detector.py"),
    (replaced('"wrong-edition"', '"explicit"'), "standard-mention answers for the kind 'explicit'", "another name"),
]


@pytest.mark.parametrize(("change", "what", "remedy"), BROKEN_DETECTORS, ids=[each[1] for each in BROKEN_DETECTORS])
def test_a_broken_detector_is_refused_with_folder_and_remedy(
    detectors: Path, change: Change, what: str, remedy: str
) -> None:
    change(detectors)
    with pytest.raises(InvalidInput, match=what) as caught:
        detectors_found(detectors, detectors.name)
    assert remedy.replace("\\", "") in caught.value.hint


def test_the_folders_are_all_the_detectors_in_a_fixed_order(detectors: Path) -> None:
    assert [each.name for _, each in detectors_found(detectors, detectors.name)] == list(DECLARED) == list(REGISTERED)
    folders = {path.name for path in DETECTORS.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert {name.replace("-", "_") for name in DECLARED} == folders


def test_each_version_depends_on_the_detectors_own_folder_and_no_other() -> None:
    for name in DECLARED:
        folders = {path.parent.name for path in base_paths(name) if DETECTORS in path.parents}
        assert folders == {"detectors", name.replace("-", "_")}


def test_every_kind_can_be_planted_and_a_detector_without_canaries_says_that_it_measures_nothing() -> None:
    for name, spec in REGISTERED.items():
        assert (UNPLANTED in spec.limits) == (not set(spec.kinds) <= set(KINDS)), name
    assert set(DRIFT) <= set(KINDS) == set(canaries.KINDS)


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [("  task:", "  tasks:", "lack the forms task"), ("{company}", "{firm}", "asks for {firm}")],
)
def test_frames_that_cannot_be_planted_are_refused(
    detectors: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, what: str
) -> None:
    replaced(old, new, "own_standard/canaries.yaml")(detectors)
    paths = {name: detectors / name.replace("-", "_") for name in DECLARED}
    monkeypatch.setattr(pieces, "FOLDERS", paths)
    with pytest.raises(InvalidInput, match=what):
        pieces.stock_load.__wrapped__("practice")


def test_pieces_that_a_family_lacks_are_named(folder: Path) -> None:
    path = folder / "iso50001" / "canaries_reserve.yaml"
    path.write_text(path.read_text().replace("wishes:", "hopes:"))
    with pytest.raises(
        InvalidInput, match=r"iso50001/canaries_reserve.yaml has not all pieces, or others: hopes, wishes"
    ):
        pieces.stock_load.__wrapped__("reserve")
