"""What is held for a person's reading, what is only named in passing, and what is the programme's own ground."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.catalog import load_catalog
from assay.detect import drift, profile
from assay.detect.attachment import weights
from assay.detect.case import tells_of_company
from assay.detect.context import Context
from assay.detect.drift import accepts, held, in_passing
from assay.detect.families import FamilyFolder
from assay.detect.folding import fold
from assay.detect.ground import is_own_ground, without_own_ground
from assay.detect.measure import measure
from assay.detect.model import model
from assay.detect.view import PassageView, read
from assay.detect.windows import Window, window_of

AIMS = Context("iso42001", language="en")
SPILL = "Write the emergency procedure for a spill of fuel and sample the waste water for noise and emissions."
OBLIGATIONS = [duty.text for duty in load_catalog().obligations if len(duty.text.split()) > 5]
FILLER = "The organization keeps a register of its AI systems and reviews the impact on persons each year. " * 16


def first(text: str, context: Context = AIMS, *, part: int = 0) -> tuple[PassageView, Window]:
    """The passage number `part` of a text and the window over all of it."""
    view = read(text, context).passages[part]
    window = window_of(view, view.passage.start, view.passage.end)
    assert window is not None
    return view, window


@pytest.mark.parametrize("text", OBLIGATIONS[:40], ids=range(40))
def test_an_obligation_of_the_standard_is_own_ground_to_it_and_to_no_other(text: str) -> None:
    assert is_own_ground("iso42001", fold(text))
    assert not is_own_ground("iso14001", fold(text))


def test_a_sentence_of_another_discipline_is_no_own_ground() -> None:
    assert not is_own_ground("iso42001", fold(SPILL))
    assert not is_own_ground("iso42001", "")
    assert not is_own_ground("iso42001", "   ")


@given(st.lists(st.sampled_from((*OBLIGATIONS[:12], SPILL, " ", "\n", "é")), max_size=6).map(" ".join))
def test_what_is_blanked_out_is_own_ground_and_everything_else_stays_in_its_place(text: str) -> None:
    low = fold(text)
    rest = without_own_ground("iso42001", low)
    assert len(rest) == len(low)
    assert all(left in (" ", right) for left, right in zip(rest, low, strict=True))
    blanked = sum(left != right for left, right in zip(rest, low, strict=True))
    if is_own_ground("iso42001", low):
        assert blanked  # something of it is the catalog's
    if not any(fold(duty).strip(" .;:") in low for duty in OBLIGATIONS):
        assert SPILL.lower() not in low or SPILL.lower() in rest


def test_a_standard_that_the_catalog_has_no_texts_of_has_no_own_ground() -> None:
    low = fold(OBLIGATIONS[0])
    assert without_own_ground("iso14001", low) == low


def test_a_stretch_near_drift_is_held_from_its_border_on_and_not_below() -> None:
    view, window = first(SPILL)
    assert window.family == "iso14001"
    assert held(view, window, 10**6)
    assert not held(view, window, -(10**6))
    bordering = [score for score in range(-2000, 2001) if held(view, window, score)]
    assert bordering == list(range(bordering[0], 2001))  # one border, everything above is held


def test_what_a_passage_itself_disowns_is_not_held() -> None:
    view, window = first(f"{SPILL} This is out of scope here.")
    assert view.disowned()
    assert not held(view, window, 10**6)


def test_a_language_that_the_models_were_not_calibrated_for_is_not_held() -> None:
    view, window = first(SPILL, Context("iso42001", language="de"))
    assert not held(view, window, 10**6)


def test_the_catalogs_own_wording_is_not_held() -> None:
    for text in OBLIGATIONS:
        view = read(text, AIMS).passages[0]
        window = window_of(view, view.passage.start, view.passage.end)
        if window is not None:
            assert not held(view, window, 10**6)


def test_a_sentence_that_says_what_its_ai_system_is_names_others_in_passing() -> None:
    view, window = first("The bakery sorts loaves by hygiene and allergen; its AI system is a camera over the belt.")
    assert in_passing(view, window)
    limit = accepts(view, model("sentence"))
    assert not held(view, window, limit - 1)
    view, window = first("The bakery sorts loaves by hygiene and allergen; its oven is a gift of the owner.")
    assert not in_passing(view, window)


def test_an_entry_under_its_own_bold_words_is_in_passing_in_a_longer_artefact_alone() -> None:
    entry = "**Environment**: emissions, waste water and spills of fuel."
    view = read(entry, AIMS).passages[0]
    alone = window_of(view, view.passage.start, view.passage.end)
    assert alone is not None
    assert not in_passing(view, alone)
    longer = read(f"{FILLER}\n\n# Harms\n\n{entry}", AIMS)
    assert len(longer.passages) > 1
    last = longer.passages[-1]
    start = longer.text.index("**Environment**")
    window = window_of(last, start, len(longer.text))
    assert window is not None
    assert in_passing(last, window)


def test_a_document_of_the_standard_an_answer_and_an_entry_are_no_names_of_a_company() -> None:
    for text in (
        "Who approves the Statement of Applicability together with the visitor badges and the clear desk rules?",
        "Answer: B. Confidentiality of the visitor log and the clear desk rules were looked at.",
        "- Hazard identification covers routine and non-routine work (10)",
    ):
        view, window = first(text)
        assert not tells_of_company(view, window), text
    view, window = first("Harrow Textiles counts its spills of dye and its waste water every week.")
    assert tells_of_company(view, window)


def test_the_catalogs_words_for_the_nist_framework_are_own_ground_to_it() -> None:
    titles = [item.title for item in load_catalog().items_of("nist_ai_rmf") if len(item.title.split()) > 2]
    assert len(titles) > 20
    for title in titles:
        assert is_own_ground("nist_ai_rmf", fold(title))


def test_an_entry_of_a_list_is_held_from_a_border_of_its_own_where_one_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = "- Emissions, waste water, noise and spills of fuel are counted by the site manager."
    part = read(f"{FILLER}\n\n# Harms\n\n{entry}\n- Access to training data is limited.", AIMS).passages[-1]
    start = part.whole.text.index("- Emissions")
    window = window_of(part, start, start + len(entry))
    assert window is not None
    assert part.whole.text.startswith("- ", window.start)
    known = weights()
    for border in (-5000, 5000):
        monkeypatch.setattr(
            drift, "weights", lambda border=border: {**known, "review": {**known["review"], "entry": border}}
        )
        assert held(part, window, 0) is (border < 0)
    graded = read(part.whole.text, Context("iso42001", artefact="rubric", language="en")).passages[-1]
    assert held(graded, window, 1000)  # the border of entries is not asked where work is marked


@pytest.mark.parametrize(
    ("text", "seen"),
    [("Breadth first", False), ("bread and butter", True), ("two breads", True), ("breadcrumb", False)],
)
def test_a_word_marked_as_whole_is_not_read_in_longer_ones(
    monkeypatch: pytest.MonkeyPatch, text: str, seen: bool
) -> None:
    folder = FamilyFolder("iso22000", {}, {}, {"sure": {"food": ["bread$"]}, "usual": {}})
    monkeypatch.setattr(profile, "folders", lambda: {"iso22000": folder})
    profiles = profile.profiles.__wrapped__()
    monkeypatch.setattr(profile, "profiles", lambda: profiles)
    assert bool(profile.find_profile(fold(text))) is seen


def test_a_japanese_list_of_sources_is_structure() -> None:
    result = measure("参考資料：ISO 14001:2015、ISO 9001", Context("iso42001", language="ja"), ("standard-mention",))
    assert result["standard-mention"].hits
    assert {hit.bucket for hit in result["standard-mention"].hits} == {"B"}
