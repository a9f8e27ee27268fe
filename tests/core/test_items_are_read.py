"""Questions are read out of the text of an artefact, or refused at their line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.core.errors import InvalidInput
from assay.studio.packaging.items import items_parse, items_read
from tests.courses import QUIZ


def test_stem_options_key_explanation_and_facts_are_read() -> None:
    first, second, third = items_parse(QUIZ)
    assert first.stem == "Who decides on the scope of an AI management system?"
    assert first.options == ("the organization", "the certification body", "the supplier of the model")
    assert (first.key, first.explanation, first.facts) == (
        (0,),
        "The organization sets its own scope.",
        (("clause", "4.3"),),
    )
    assert (second.key, second.one, second.letters()) == ((0, 2), False, "A, C")
    assert (third.key, third.explanation, third.line) == ((0,), "", 16)


@pytest.mark.parametrize(
    "text",
    [
        "Question 1: What?\n- A. one\n- B. two\n**Answer:** B\nWhy: because",
        "### Question 1\nWhat?\n(a) one\n(b) two\nCorrect answer: (b) – because",
        "**1.** What?\nA) one\nB) two\n\nKey: B. because",
    ],
)
def test_common_layouts_give_the_same_item(text: str) -> None:
    (item,) = items_parse(text)
    assert (item.stem, item.options, item.key, item.explanation) == ("What?", ("one", "two"), (1,), "because")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1. What?\nA) one\nB) two\n", "no line 'Answer:'"),
        ("1. What?\nA) one\nB) two\nAnswer: D", "the answer is D and there are 2 options"),
        ("1. What?\nA) one\nC) two\nAnswer: A", "lettered A, C"),
        ("1. What?\nA) one\nB) ONE\nAnswer: A", "same option twice"),
        ("1. What?\nA) one\nAnswer: A", "1 options"),
        ("1. What?\nA) one\nB) two\nAnswer: it depends", "names no letter"),
        ("Just words.", "No question with options"),
    ],
)
def test_an_incomplete_question_is_refused_at_its_line(text: str, reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason):
        items_parse(text)


def test_open_questions_and_steps_stay_prose() -> None:
    reading = items_read("# Exam\n\n1. Explain the scope.\n   A full answer names it.\n\n2. Go on.\n")
    assert (reading.items, reading.problems) == ((), ())
    assert "Explain the scope" in str(reading.blocks[0])


def test_words_after_the_last_answer_are_not_part_of_the_item() -> None:
    reading = items_read(QUIZ + "\nEight or more right: begin with unit 1.\n")
    assert reading.blocks[-1] == "Eight or more right: begin with unit 1."


def test_an_item_that_changes_is_another_item() -> None:
    one, other = items_parse(QUIZ)[0], items_parse(QUIZ.replace("supplier", "vendor"))[0]
    assert one.id != other.id
    assert one.id == items_parse("\n\n" + QUIZ)[0].id


@given(st.text(alphabet="1. AB)(:\nanswerkey#*-", max_size=200))
def test_no_text_breaks_the_reading_and_no_line_is_lost(text: str) -> None:
    reading = items_read(text)
    assert all(len(item.options) >= 2 for item in reading.items)
    if not reading.items:
        assert "".join("".join(map(str, reading.blocks)).split()) == "".join(text.split())
