"""Two texts side by side: nothing is lost, changed words are marked, unchanged stretches are folded."""

from hypothesis import assume, given
from hypothesis import strategies as st

from assay.studio.signoff.diff import compare

LINE = st.text(alphabet="ab c", max_size=6)
TEXT = st.lists(LINE, max_size=12).map("\n".join)


def side(rows, name):
    return [(s.number, "".join(run.text for run in s.runs)) for s in (getattr(row, name) for row in rows) if s]


@given(TEXT, TEXT)
def test_both_texts_can_be_read_off_the_comparison(before, after):
    found = compare(before, after, context=100)
    assume(not found.same)
    assert side(found.rows, "left") == list(enumerate(before.splitlines(), start=1))
    assert side(found.rows, "right") == list(enumerate(after.splitlines(), start=1))


@given(TEXT)
def test_a_text_is_the_same_as_itself(text):
    assert compare(text, text).same


@given(TEXT, TEXT)
def test_folding_hides_only_unchanged_lines_and_counts_them(before, after):
    whole, folded = compare(before, after, context=100), compare(before, after, context=1)
    assume(not whole.same)
    shown = [row for row in folded.rows if row.kind != "skipped"]
    assert [row for row in shown if row.kind != "same"] == [row for row in whole.rows if row.kind != "same"]
    assert len(shown) + sum(row.count for row in folded.rows) == len(whole.rows)


def test_changed_words_are_marked_and_the_others_are_not():
    (row,) = compare("Audit the forest each year.", "Audit the model each year.").rows
    assert [run.text for run in row.left.runs if run.changed] == ["forest"]
    assert [run.text for run in row.right.runs if run.changed] == ["model"]


def test_lines_with_nothing_in_common_are_marked_whole():
    (row,) = compare("alpha beta", "gamma delta epsilon zeta eta").rows
    assert [run.changed for run in row.left.runs] == [True]


def test_a_long_unchanged_stretch_is_folded_between_changes():
    middle = "\n".join(f"line {number}" for number in range(40))
    found = compare(f"one\n{middle}\ntwo", f"uno\n{middle}\ndue")
    assert [row.count for row in found.rows if row.kind == "skipped"] == [34]
