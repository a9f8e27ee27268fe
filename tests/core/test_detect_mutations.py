"""Broken detectors must be noticed: by canaries that slip through, or by honest texts that are flagged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from assay.detect import drift, explicit, quiet, view
from assay.detect.canaries import generate, generate_clean, generate_comparison, is_caught
from assay.detect.measure import measure
from assay.detect.model import Linear, Name, model
from assay.detect.piece import forget

ARTEFACTS = ("lesson", "assignment-brief", "rubric")
COUNT = 12


def caught(detector: str, kind: str, count: int = COUNT) -> int:
    """Planted defects that the detector accuses by itself; what it holds for a person's reading is not counted."""
    planted = [p for a in ARTEFACTS for p in generate(kind, a, count, 5)]
    hits = [(p, measure(p.text, p.context, (detector,))[detector].hits) for p in planted]
    return sum(is_caught(p, [hit for hit in found if hit.defect]) for p, found in hits)


def flagged(detector: str) -> int:
    texts = [t for a in ARTEFACTS for make in (generate_clean, generate_comparison) for t in make(a, COUNT, 5)]
    return sum(any(h.defect for h in measure(t.text, t.context, (detector,))[detector].hits) for t in texts)


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Callable[[Linear], Linear]], None]]:
    """Put a broken copy in the place of every trained model."""

    def clear() -> None:
        quiet.lowest.cache_clear()
        forget()

    def breaking(change: Callable[[Linear], Linear]) -> None:
        def changed(name: Name) -> Linear:
            return change(model(name))

        for module in (explicit, drift, quiet):
            monkeypatch.setattr(module, "model", changed)
        clear()

    yield breaking
    monkeypatch.undo()
    clear()


@pytest.mark.req("P-22")
def test_the_sound_detectors_pass_where_the_broken_ones_fail() -> None:
    assert caught("standard-mention", "explicit") >= 24
    assert caught("concept-drift", "implicit") >= 24
    assert flagged("standard-mention") + flagged("concept-drift") <= 3


@pytest.mark.req("P-22")
@pytest.mark.parametrize(("detector", "kind"), [("standard-mention", "explicit"), ("concept-drift", "implicit")])
def test_a_detector_that_never_says_yes_is_noticed(
    broken: Callable[[Callable[[Linear], Linear]], None], detector: str, kind: str
) -> None:
    sound = caught(detector, kind)
    broken(lambda linear: replace(linear, accept=10**6, bias=-(10**6)))
    assert caught(detector, kind) * 3 < sound  # what the rules alone find stays


@pytest.mark.req("P-22")
@pytest.mark.parametrize("detector", ["standard-mention", "concept-drift"])
def test_a_detector_that_always_says_yes_is_noticed(
    broken: Callable[[Callable[[Linear], Linear]], None], detector: str
) -> None:
    sound = flagged(detector)
    broken(lambda linear: replace(linear, accept=-(10**6)))
    assert flagged(detector) >= sound + 10


@pytest.mark.req("P-22")
def test_forgetting_what_excuses_a_mention_is_noticed(
    broken: Callable[[Callable[[Linear], Linear]], None],
) -> None:
    sound = flagged("standard-mention")
    broken(lambda linear: replace(linear, weights={s: w for s, w in linear.weights.items() if w > 0}))
    assert flagged("standard-mention") > sound + 5


@pytest.mark.req("P-22")
def test_forgetting_what_governs_a_mention_is_noticed(
    broken: Callable[[Callable[[Linear], Linear]], None],
) -> None:
    sound = caught("standard-mention", "explicit", 24)
    broken(
        lambda linear: replace(
            linear, weights={s: w for s, w in linear.weights.items() if "class" not in s and "rule" not in s}
        )
    )
    assert caught("standard-mention", "explicit", 24) < sound


@pytest.mark.req("P-22")
def test_losing_the_words_of_the_disciplines_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    sound = caught("concept-drift", "implicit")
    monkeypatch.setattr(view, "find_concepts", lambda low, language, raw: [])
    assert caught("concept-drift", "implicit") < sound
