"""What is read once, or only where it can matter, is what reading everything everywhere gives."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.detect import segment
from assay.detect.chunks import KEPT, LONGEST, Chunks
from assay.detect.concepts import find_concepts, ownership
from assay.detect.context import Context
from assay.detect.corpus import passages_load
from assay.detect.cues import CUES, Cue
from assay.detect.folding import begins, bounded, fold, is_word
from assay.detect.language import _WORD, _WORDS, language_of
from assay.detect.lexicon import lexicon
from assay.detect.mentions import find_mentions
from assay.detect.model import model
from assay.detect.profile import find_profile, profiles
from assay.detect.scan import scan
from assay.detect.view import View, read
from assay.detect.windows import stretches, window_of
from assay.detect.words import count_tokens, lemma, tokens, word_lemmas
from tests.families import by_turns

PASSAGES = passages_load("dev")[::3]
TEXTS = [fold(p.text) for p in PASSAGES]
NAMES = [cue.openings[0] for cue in CUES]


def views() -> list[View]:
    return [read(p.text, Context(p.standard, frozenset(p.companions), p.artefact, p.lang)) for p in PASSAGES]


def spans(matches: object) -> list[tuple[int, int]]:
    return [match.span() for match in matches]  # type: ignore[attr-defined]


@pytest.mark.parametrize("cue", CUES, ids=NAMES)
def test_a_cue_finds_in_every_passage_what_its_expression_finds(cue: Cue) -> None:
    for low in TEXTS:
        places = scan(low).cues
        for start, end in ((0, len(low)), (len(low) // 3, 2 * len(low) // 3)):
            assert spans(cue.finditer(low, places, start, end)) == spans(cue.pattern.finditer(low, start, end))
            found, sought = cue.search(low, places, start, end), cue.pattern.search(low, start, end)
            assert (found and found.span()) == (sought and sought.span())


@pytest.mark.parametrize("cue", by_turns(CUES, 3), ids=NAMES)
def test_nothing_that_an_expression_matches_begins_without_one_of_its_openings(cue: Cue) -> None:
    @settings(max_examples=60, deadline=None)
    @given(st.from_regex(cue.pattern), st.sampled_from(("", " ", "x", "a. ", "the ai ")))
    def check(text: str, before: str) -> None:
        low = fold(before + text)
        for match in cue.pattern.finditer(low):
            assert low.startswith(cue.openings, match.start())
        assert spans(cue.finditer(low, scan(low).cues, 0, len(low))) == spans(cue.pattern.finditer(low))

    check()


def test_one_pass_finds_what_the_automata_of_names_concepts_and_words_find_each_by_itself() -> None:
    for low in TEXTS:
        found = scan(low)
        for raw, known in ((found.names, lexicon()), (found.concepts, ownership()), (found.words, profiles())):
            assert raw == known.automaton.find_matches_as_indexes(low, overlapping=True)
        assert find_concepts(low, "en", found.concepts) == find_concepts(low, "en")
        assert find_profile(low, found.words) == find_profile(low)
        assert find_mentions(low, folded=low, raw=found.names) == find_mentions(low)


def test_a_sentence_without_a_phrase_of_the_lexicon_names_nothing_when_it_is_read_alone() -> None:
    seen = 0
    for view in views():
        for sentence in (s for passage in view.passages for s in passage.sentences()):
            if not view.scanned.names_within(sentence.start, sentence.end):
                seen += 1
                assert not read(view.text[sentence.start : sentence.end], view.context).mentions
    assert seen > 100


def test_the_score_of_a_stretch_is_the_sum_over_its_named_signals() -> None:
    seen = 0
    for view in views():
        for part in view.passages:
            for start, end, lead in ((part.passage.start, part.passage.end, None), *stretches(part)):
                window = window_of(part, start, end, lead=lead)
                if window is not None:
                    seen += 1
                    for name in ("passage", "sentence"):
                        linear = model(name)
                        assert window.score(linear) == linear.score(window.signals)
                    assert len(set(window.signals)) == len(window.signals)
    assert seen > 200


words = st.text(alphabet="aibAé'’-. ,:;!?\n\t\u00a0\u3000\ue000\ue002中9_()\"", max_size=80)


@given(words)
def test_a_text_has_the_words_of_its_chunks(text: str) -> None:
    assert count_tokens(text) == len(tokens(text))
    assert word_lemmas(text) == [lemma(word) for word in tokens(text) if word[0].isalpha()]


def test_remembered_chunks_are_bounded_in_number_and_length() -> None:
    known = Chunks(lambda chunk: (chunk,))
    for number in range(KEPT + 10):
        assert known[str(number)] == (str(number),)
    assert len(known) == 10
    assert known["x" * (LONGEST + 1)] == ("x" * (LONGEST + 1),)
    assert len(known) == 10


@given(st.text(max_size=60))
def test_folding_keeps_places_and_word_boundaries_are_those_of_the_characters(text: str) -> None:
    low = fold(text)
    assert len(low) == len(text)
    for start in range(len(low)):
        inside = start > 0 and is_word(low[start - 1]) and is_word(low[start])
        assert begins(low, start) is not inside
        stopped = not (start + 1 < len(low) and is_word(low[start]) and is_word(low[start + 1]))
        assert bounded(low, start, start + 1) is (not inside and stopped)


def cut_by_the_expression(text: str) -> list[str]:
    """Sentences as the expression for their ends cuts them, tried at every character."""
    found, at = [], 0
    end_of = segment._FIELD if '": ' in text else segment._END
    for match in end_of.finditer(text):
        if text[match.start()] == "." and segment._ABBREVIATION.search(
            text[max(at, match.start() - 12) : match.start() + 1]
        ):
            continue
        found.append(text[at : match.end()].strip())
        at = match.end()
    return [piece for piece in (*found, text[at:].strip()) if piece]


@settings(max_examples=300)
@given(
    st.lists(
        st.sampled_from((*"aBé.!?…。：:\n \t\"”,}]{[*_)'(1", "e.g.", "No.", "Ltd. ", '": ', "Art. 5 ")), max_size=40
    ).map("".join)
)
def test_sentences_end_where_the_expression_for_their_ends_matches(text: str) -> None:
    assert [text[start:end] for start, end in segment.sentences(text, 0, len(text))] == cut_by_the_expression(text)


def test_sentences_of_all_passages_end_where_the_expression_matches() -> None:
    for passage in PASSAGES:
        found = segment.sentences(passage.text, 0, len(passage.text))
        assert [passage.text[start:end] for start, end in found] == cut_by_the_expression(passage.text)


common = sorted({word for known in _WORDS.values() for word in known})


@settings(max_examples=300)
@given(st.lists(st.sampled_from((*common, "risk", "x")), max_size=40))
def test_the_language_is_that_of_most_of_its_commonest_words(chosen: list[str]) -> None:
    text = " ".join(chosen)
    seen = _WORD.findall(text)[:160]
    counts = {lang: sum(word in known for word in seen) for lang, known in _WORDS.items()}
    best = max(counts, key=lambda lang: counts[lang])  # English comes first
    most = counts[best]
    enough = most >= max(2, len(seen) // 20) or (most > 0 and not counts["en"])
    assert language_of(text) == (best if enough and (best == "en" or most > counts["en"]) else "en")


def test_an_instruction_is_found_where_its_expression_finds_one() -> None:
    for view in views():
        for rules in view.rules:
            for line in view.low.splitlines():
                assert rules.instructs(line) is (rules.imperative.search(line) is not None)
                assert rules.compares(line) is (re.search(rules.compare_heading.pattern, line, re.I) is not None)
