"""What becomes of planted defects and honest texts: a survey counts what the tally counts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.core.sensitivity import UNVERIFIED_BELOW, sensitivity_bound
from assay.detect.canaries import generate, is_caught, survey, tally
from assay.detect.canaries.pieces import Stock, stock_load
from assay.detect.canaries.survey import Fate, honest, planted
from assay.detect.canaries.tally import fate_of
from assay.detect.hits import Hit
from assay.detect.registry import DETECTORS

COUNT, SEED = 6, 77
HIT = Hit("explicit", "A", "iso9001", 10, 20, "", 900, (), (), defect=True, blocking=False)


@pytest.fixture
def one_pathway(monkeypatch: pytest.MonkeyPatch) -> None:
    """Survey the rubric alone."""

    def short(shelf: str) -> Stock:
        stock = stock_load(shelf)
        return replace(stock, carriers={"rubric": stock.carriers["rubric"]})

    monkeypatch.setattr(survey, "stock_load", short)


@pytest.mark.req("P-22")
@pytest.mark.usefixtures("one_pathway")
def test_a_survey_of_planted_defects_counts_as_caught_what_the_tally_counts() -> None:
    fates = list(planted(count=COUNT, seed=SEED))
    assert {each.pathway for each in fates} == {"rubric"}
    assert {(each.detector, each.sort) for each in fates} == {(s.name, k) for s in DETECTORS.values() for k in s.kinds}
    for name in DETECTORS:
        told = {each.kind: (each.caught, each.planted) for each in tally(name, "rubric", count=COUNT, seed=SEED)}
        assert {e.sort: (e.accused + e.held, e.texts) for e in fates if e.detector == name} == told


@pytest.mark.req("P-22")
@pytest.mark.usefixtures("one_pathway")
def test_a_survey_of_honest_texts_reads_each_sort_with_every_detector() -> None:
    fates = list(honest(count=COUNT, seed=SEED))
    assert [(e.sort, e.detector) for e in fates] == [(s, d) for s in ("clean twins", "comparisons") for d in DETECTORS]
    assert all(e.texts == COUNT and 0 <= e.accused + e.held <= COUNT for e in fates)


@given(st.integers(0, 40), st.integers(1, 20), st.booleans(), st.sampled_from(("A", "C")))
def test_a_span_is_accused_held_or_passed_by_what_overlaps_it(
    start: int, length: int, defect: bool, bucket: str
) -> None:
    hit = replace(HIT, bucket=bucket, defect=defect and bucket == "A")  # type: ignore[arg-type]
    overlaps = any(start <= place < start + length for place in range(hit.start, hit.end))
    expected = "passed" if not overlaps or bucket == "C" else "accused" if defect else "held"
    assert fate_of([hit], start, start + length) == expected
    assert fate_of([], start, start + length) == "passed"


def test_an_accusation_outweighs_what_is_only_held_and_both_are_catches() -> None:
    defect = generate("explicit", "rubric", 1, SEED)[0]
    accused = replace(HIT, start=defect.start, end=defect.end)
    held = replace(accused, defect=False)
    assert fate_of([held, accused], defect.start, defect.end) == "accused"
    assert is_caught(defect, [held])
    assert is_caught(defect, [accused])


@given(st.integers(1, 200), st.data())
def test_a_kind_counts_where_the_lower_bound_of_what_does_not_pass_is_high_enough(
    texts: int, data: st.DataObject
) -> None:
    accused = data.draw(st.integers(0, texts))
    held = data.draw(st.integers(0, texts - accused))
    fate = Fate("explicit", "rubric", "standard-mention", texts, accused, held)
    assert fate.bound == sensitivity_bound(accused + held, texts) <= 10**6 * (accused + held) / texts
    assert fate.counts is (fate.bound >= UNVERIFIED_BELOW)
