"""A finding is shown in its sentence, and no more than that."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.reports.queries.passage import passage_around

TEXT = "One thing.\nIn health care, HIPAA applies to models too. Another sentence."


def test_the_sentence_is_shown_around_the_words() -> None:
    at = TEXT.index("HIPAA")
    assert str(passage_around(TEXT, at, at + 5)) == "In health care, HIPAA applies to models too."


def test_a_long_sentence_is_cut_and_says_so() -> None:
    text = "word " * 100 + "HIPAA" + " word" * 100
    passage = passage_around(text, 500, 505)
    assert passage.words == "HIPAA"
    assert passage.before.startswith("…")
    assert passage.after.endswith("…")
    assert len(str(passage)) < 320


@pytest.mark.req("P-12")
@given(st.text(alphabet="ab. \n?!", max_size=400), st.integers(0, 400), st.integers(0, 40))
def test_the_words_are_never_changed(text: str, start: int, length: int) -> None:
    passage = passage_around(text, start, start + length)
    assert passage.words == text[start : start + length]
    assert passage.before.lstrip("…") in text
    assert passage.after.rstrip("…") in text
