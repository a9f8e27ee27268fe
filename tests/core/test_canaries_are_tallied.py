"""What counts as caught, and what a tally says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assay.core.errors import InvalidInput, NotFound
from assay.detect.canaries import (
    PLACES,
    QUOTA,
    ROTATION,
    false_alarms,
    generate,
    generate_clean,
    generate_comparison,
    is_caught,
    missed,
    tally,
    tally_places,
)
from assay.detect.hits import Hit
from assay.detect.registry import DETECTORS
from tests.families import by_turns

DEFECT = generate("explicit", "lesson", 1, 1)[0]
HIT = Hit(
    kind="explicit",
    bucket="A",
    family=DEFECT.family,
    start=DEFECT.start,
    end=DEFECT.start + 1,
    quote=DEFECT.text[DEFECT.start],
    confidence=900,
    reasons=(),
    features=(),
    defect=True,
    blocking=False,
)


@pytest.mark.req("P-22")
def test_a_defect_that_overlaps_the_planted_span_is_a_catch() -> None:
    last = replace(HIT, start=DEFECT.end - 1, end=DEFECT.end + 5)
    assert is_caught(DEFECT, [HIT])
    assert is_caught(DEFECT, [last])


@pytest.mark.req("P-22")
def test_a_planted_span_that_waits_for_a_persons_reading_is_a_catch_because_it_does_not_pass_as_clean() -> None:
    held = replace(HIT, defect=False)
    assert held.in_doubt
    assert is_caught(DEFECT, [held])


def test_a_hit_beside_the_span_or_without_a_defect_is_none() -> None:
    beside = replace(HIT, start=DEFECT.end, end=DEFECT.end + 5)
    before = replace(HIT, start=DEFECT.start - 3, end=DEFECT.start)
    seen_only = replace(HIT, bucket="C", defect=False)
    assert not is_caught(DEFECT, [beside, before, seen_only])
    assert not is_caught(DEFECT, [])


@pytest.mark.req("P-22")
@pytest.mark.parametrize("detector", by_turns(sorted(DETECTORS), 4, 1))
def test_a_tally_has_one_row_per_kind_with_at_least_the_quota(detector: str) -> None:
    rows = tally(detector, "assignment-brief")
    assert tuple(row.kind for row in rows) == DETECTORS[detector].kinds
    assert {row.planted for row in rows} == {QUOTA}
    assert QUOTA >= 60
    assert {(row.detector, row.version, row.stratum) for row in rows} == {
        (detector, DETECTORS[detector].version, "assignment-brief")
    }


@pytest.mark.slow
def test_caught_and_missed_make_up_what_was_planted() -> None:
    for row in tally("standard-mention", "rubric"):
        assert row.caught == row.planted - len(missed("standard-mention", row.kind, "rubric"))


def test_a_detector_is_blind_to_kinds_it_does_not_answer_for() -> None:
    for row in missed("own-standard", "implicit", "lesson"), missed("standard-mention", "implicit", "lesson"):
        assert len(row) >= QUOTA * 9 // 10


def test_what_is_measured_comes_from_the_reserve() -> None:
    kind, artefact = "case-mismatch", "lesson"
    texts = {defect.text for defect in generate(kind, artefact, QUOTA, ROTATION, shelf="reserve")}
    assert {defect.text for defect in missed("own-standard", kind, artefact)} == texts


def test_places_are_tallied_by_name() -> None:
    assert [row.kind for row in tally_places("concept-drift", "lesson", count=12)] == list(PLACES)
    assert "translation" not in [row.kind for row in tally_places("own-standard", "lesson", count=12)]


@pytest.mark.parametrize("detector", by_turns(sorted(DETECTORS), 4, 3))
def test_false_alarms_count_every_honest_text_once_by_source(detector: str) -> None:
    rows = {row.source: row for row in false_alarms(detector, "lesson")}
    honest = (
        *generate_clean("lesson", QUOTA, 2026, shelf="reserve"),
        *generate_comparison("lesson", QUOTA, 2026, shelf="reserve"),
    )
    assert set(rows) == {"clean", "comparative", "structural"}
    assert sum(row.texts for row in rows.values()) == len(honest) == 2 * QUOTA
    assert all(len(row.examples) == min(5, row.flagged) for row in rows.values())


def test_an_unknown_detector_or_pathway_is_refused() -> None:
    with pytest.raises(NotFound):
        tally("crystal-ball", "lesson")
    with pytest.raises(InvalidInput):
        tally("standard-mention", "poster")
