"""Planted defects: enough of them, all different, at the place they claim, reproducible."""

from __future__ import annotations

from itertools import pairwise

import pytest

from assay.core.errors import InvalidInput
from assay.detect.canaries import KINDS, PLACES, generate, generate_clean, generate_comparison
from assay.detect.canaries.pieces import FORMS, Shelf, stock_load
from assay.detect.corpus import passages_load
from tests.families import by_turns

QUOTA = 60
PATHWAYS = (
    *("blueprint", "outline", "course", "lesson", "lesson-regeneration", "lesson-quiz", "diagnostic"),
    *("applied-exercise", "capstone", "module-exam", "final-exam", "course-final-assessment", "assignment-brief"),
    *("assignment-regeneration", "rubric", "smart-hotspots", "cover-image", "scenario", "competency-map"),
    *("family-faq", "assessment-explainer", "exam-bank-regeneration"),
)
STOCK = stock_load()
SHELVES: tuple[Shelf, ...] = ("practice", "reserve")


def test_there_are_carrier_documents_for_exactly_the_22_pathways() -> None:
    assert len(PATHWAYS) == 22
    assert set(STOCK.carriers) == set(PATHWAYS)
    assert min(len(carriers) for carriers in STOCK.carriers.values()) >= 3


@pytest.mark.req("P-22")
@pytest.mark.parametrize(
    ("shelf", "kind", "artefact"),
    by_turns([(shelf, kind, artefact) for shelf in SHELVES for kind in (*KINDS, *PLACES) for artefact in PATHWAYS], 5),
)
def test_the_quota_is_met_by_defects_that_all_differ(shelf: Shelf, kind: str, artefact: str) -> None:
    planted = generate(kind, artefact, QUOTA, 1, shelf=shelf)
    phrases = {defect.text[defect.start : defect.end] for defect in planted}
    assert len(phrases) == len({defect.id for defect in planted}) == QUOTA
    assert {defect.artefact for defect in planted} == {artefact}
    assert {defect.context.artefact for defect in planted} == {artefact}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shelf", SHELVES)
def test_each_kind_is_phrased_by_at_least_25_frames(shelf: Shelf, kind: str) -> None:
    frames = [frame for form in FORMS for frame in stock_load(shelf).frames[kind][form]]
    assert len(set(frames)) == len(frames) >= 25


def test_the_shelves_share_no_document_and_have_each_of_the_22_pathways() -> None:
    practice, reserve = STOCK, stock_load("reserve")
    assert set(practice.carriers) == set(reserve.carriers)
    assert len(reserve.carriers) == 22
    for pathway, texts in practice.carriers.items():
        assert set(texts) & set(reserve.carriers[pathway]) == set()


def test_the_shelves_share_no_phrase_but_names_and_places_of_standards() -> None:
    practice, reserve = STOCK, stock_load("reserve")
    assert set(practice.families) == set(reserve.families)
    for family, pieces in practice.families.items():
        for part in set(pieces) - {"names", "clauses"}:
            assert set(pieces[part]) & set(reserve.families[family][part]) == set()
    for kind in KINDS[:4]:
        for form in FORMS:
            assert set(practice.frames[kind][form]) & set(reserve.frames[kind][form]) == set()


@pytest.mark.parametrize("kind", KINDS[:4])
def test_drift_goes_to_at_least_eight_families(kind: str) -> None:
    families = {defect.family for defect in generate(kind, "lesson", QUOTA, 1)}
    assert len(families) >= 8
    assert "iso42001" not in families


@pytest.mark.parametrize("kind", KINDS)
def test_documents_and_positions_vary(kind: str) -> None:
    planted = generate(kind, "lesson", QUOTA, 1)
    assert len({defect.text[: defect.start] for defect in planted}) >= 15
    thirds = [3 * defect.start // len(defect.text) for defect in planted]
    assert max(thirds.count(third) for third in range(3)) <= 0.75 * QUOTA


def test_the_span_holds_a_name_of_the_family_where_the_defect_is_explicit() -> None:
    for defect in generate("explicit", "assignment-brief", QUOTA, 2):
        planted = defect.text[defect.start : defect.end].casefold()
        assert any(name.casefold() in planted for name in STOCK.families[defect.family]["names"]), planted


def test_an_implicit_defect_names_no_foreign_standard() -> None:
    names = [name.casefold() for pieces in STOCK.families.values() for name in pieces["names"]]
    for defect in generate("implicit", "rubric", QUOTA, 2):
        assert [name for name in names if name in defect.text.casefold()] == []


@pytest.mark.parametrize(("kind", "pieces"), [("wrong-edition", "wrong_years"), ("wrong-number", "wrong_numbers")])
def test_a_fault_in_the_own_standard_lies_in_the_span_and_nowhere_else(kind: str, pieces: str) -> None:
    for defect in generate(kind, "lesson", QUOTA, 2):
        wrong = [fault for fault in getattr(STOCK, pieces) if fault in defect.text]
        assert wrong != []
        assert all(fault in defect.text[defect.start : defect.end] for fault in wrong)
        assert defect.family == "iso42001"


def test_a_document_is_clean_outside_the_planted_span() -> None:
    foreign = [thing for pieces in STOCK.families.values() for thing in (*pieces["things"], *pieces["names"])]
    for defect in generate("implicit", "assignment-brief", QUOTA, 3):
        rest = defect.text[: defect.start] + defect.text[defect.end :]
        assert [thing for thing in foreign if thing in rest] == []


def test_places_are_where_they_say() -> None:
    labels = generate("hotspot-label", "smart-hotspots", QUOTA, 4)
    prompts = generate("cover-prompt", "cover-image", QUOTA, 4)
    assert all(defect.text[: defect.start].endswith(('"label": "', "B – ")) for defect in labels)
    assert all(defect.text[: defect.start].endswith(('"prompt": "', "prompt: ")) for defect in prompts)
    assert {defect.kind for defect in labels} == {"explicit", "implicit", "ai-wrapped"}


def test_each_kind_of_drift_can_be_planted_in_every_place() -> None:
    for place in PLACES:
        for kind in KINDS[:4]:
            assert {d.kind for d in generate(place, "course", QUOTA, 5, within=(kind,))} == {kind}


def test_translations_use_every_language_and_say_which() -> None:
    planted = generate("translation", "lesson", QUOTA, 4)
    assert {defect.context.language for defect in planted} == set(STOCK.languages)
    assert all("[[" not in defect.text for defect in planted)


def test_the_same_seed_gives_the_same_defects_and_another_seed_others() -> None:
    runs = [generate("ai-wrapped", "capstone", QUOTA, seed) for seed in (7, 7, 8)]
    assert runs[0] == runs[1]
    shared = {defect.text for defect in runs[0]} & {defect.text for defect in runs[2]}
    assert len(shared) <= 0.05 * QUOTA


def test_fewer_defects_are_the_first_of_more() -> None:
    counts = [generate("implicit", "lesson-quiz", count, 7) for count in (10, 30, 60)]
    for fewer, more in pairwise(counts):
        assert [defect.text for defect in more[: len(fewer)]] == [defect.text for defect in fewer]


def test_planted_phrases_do_not_come_from_the_held_back_half_of_the_corpus() -> None:
    held_back = "\n".join(passage.text for passage in passages_load("test"))
    for kind in KINDS:
        for defect in (d for s in SHELVES for d in generate(kind, "scenario", QUOTA, 2026, shelf=s)):
            phrase = defect.text[defect.start : defect.end]
            assert len(phrase) < 30 or phrase not in held_back


@pytest.mark.parametrize("artefact", PATHWAYS)
def test_clean_twins_hold_nothing_foreign(artefact: str) -> None:
    foreign = [thing for p in STOCK.families.values() for thing in (*p["things"], *p["names"], *p["companies"])]
    twins = generate_clean(artefact, QUOTA, 1)
    assert len({twin.text for twin in twins}) == QUOTA
    for twin in twins:
        assert [thing for thing in foreign if thing in twin.text] == []


@pytest.mark.parametrize("artefact", PATHWAYS)
def test_honest_comparisons_name_a_foreign_standard_in_the_span(artefact: str) -> None:
    names = [name.casefold() for pieces in STOCK.families.values() for name in pieces["names"]]
    texts = generate_comparison(artefact, QUOTA, 1)
    assert {text.source for text in texts} == {"comparative", "structural"}
    for text in texts:
        assert any(name in text.text[text.start : text.end].casefold() for name in names)


def test_an_unknown_kind_pathway_or_an_impossible_number_is_refused() -> None:
    for kind, artefact, count in (("vague", "lesson", 1), ("explicit", "poster", 1), ("wrong-number", "rubric", 9000)):
        with pytest.raises(InvalidInput):
            generate(kind, artefact, count, 1)
