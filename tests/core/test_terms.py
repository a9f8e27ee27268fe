"""One word for one thing: no word twice, none that is also refused, ours told from the standards'."""

import pytest

from assay.core.errors import NotFound
from assay.core.terms import TERMS, term


def test_no_word_stands_twice() -> None:
    assert len({each.word.lower() for each in TERMS}) == len(TERMS)
    assert len({each.slug for each in TERMS}) == len(TERMS)


def test_a_refused_word_is_refused_for_its_own_sense_only() -> None:
    ours = {each.word.lower(): each for each in TERMS}
    clashes = {(word, each.word) for each in TERMS for word in each.instead_of if word in ours}
    assert clashes == {("impact", "risk"), ("risk", "impact")}


def test_the_words_of_a_verdict_are_ours_and_said_so() -> None:
    assert all(term(word).ours for word in ("verdict", "surface", "gate", "coverage", "content", "canary"))
    assert not term("Risk").ours
    assert term("AI system").slug == "ai-system"


def test_an_unknown_word_is_not_found() -> None:
    with pytest.raises(NotFound):
        term("score")
