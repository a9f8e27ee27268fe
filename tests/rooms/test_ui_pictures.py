"""Marks, proofs, charts and words say exactly what they were given."""

import hashlib
import re
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.core import merkle
from assay.ui import words
from assay.ui.charts import bar_svg, line_svg
from assay.ui.marks import Mark, segments
from assay.ui.proof import proof_steps, proof_svg
from tests.rooms.ui_pages import render


def mark(start: int, end: int, bucket: str = "A", key: str = "") -> Mark:
    return Mark(start, end, bucket, f"finding {key or bucket}", key or f"{start}-{end}-{bucket}", "/findings/1")


spans = st.tuples(st.integers(0, 39), st.integers(1, 20)).map(lambda span: (span[0], min(40, span[0] + span[1])))


@given(st.lists(st.tuples(spans, st.sampled_from(["A", "B", "C", "own"])), max_size=8))
def test_segments_join_to_the_text_and_lose_no_mark(found: list[tuple[tuple[int, int], str]]) -> None:
    text = "".join(chr(65 + index % 26) for index in range(40))
    marks = [mark(start, end, bucket, str(key)) for key, ((start, end), bucket) in enumerate(found)]
    parts = segments(text, marks)
    assert "".join(part.text for part in parts) == text
    assert sorted(m.key for part in parts for m in part.opens) == sorted(m.key for m in marks)
    assert sorted(m.key for part in parts for m in part.closes) == sorted(m.key for m in marks)


@given(st.text(alphabet="#*`- \nab", max_size=60))
def test_markdown_loses_no_character(text: str) -> None:
    assert "".join(part.text for part in segments(text, [], markdown=True)) == text


def test_markdown_signs_step_back_and_headings_stand_out() -> None:
    parts = segments("# A head\n**bold** `code`", [mark(2, 3)], markdown=True)
    looks = [(part.text, part.look) for part in parts if part.look]
    assert looks[:3] == [("# ", "sign"), ("A", "head"), (" head", "head")]
    assert looks[3:] == [
        ("**", "sign"),
        ("bold", "strong"),
        ("**", "sign"),
        ("`", "sign"),
        ("code", "code"),
        ("`", "sign"),
    ]


def test_the_gravest_of_overlapping_findings_gives_the_look() -> None:
    parts = segments("abcdef", [mark(0, 6, "C"), mark(2, 4, "A")])
    assert [part.marks[0].bucket for part in parts] == ["C", "A", "C"]


@pytest.mark.parametrize("wrong", [mark(3, 3), mark(-1, 2), mark(0, 7), mark(0, 1, "D")])
def test_a_mark_that_does_not_fit_is_refused(wrong: Mark) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        segments("abcdef", [wrong])


@pytest.mark.req("P-12")
def test_marked_text_escapes_the_text_and_names_each_bucket_in_words() -> None:
    page = render("{{ ui.marked_text(text, marks) }}", text="<b> ISO 9001", marks=[mark(4, 12, "A"), mark(0, 3, "B")])
    assert "<b>" not in page
    assert "[finding A: " in page
    assert "[finding B: " in page
    assert 'id="finding-4-12-A"' in page


def test_marked_text_adds_no_white_space() -> None:
    page = render("{{ ui.marked_text(text, marks) }}", text="one\ntwo", marks=[mark(1, 5)])
    seen = re.sub(r'<span class="unseen">.*?</span>|<span class="mark__sign.*?</span>|<[^>]+>', "", page)
    assert seen.strip("\n") == "one\ntwo"


@pytest.mark.parametrize("size", [1, 2, 7, 8, 13, 33])
def test_proof_steps_lead_from_every_entry_to_the_root(size: int) -> None:
    leaves = [merkle.leaf_hash(bytes([index])) for index in range(size)]
    root = merkle.root_hash(leaves)
    for index in range(size):
        steps = proof_steps(index, size, [part.hex() for part in merkle.inclusion_proof(leaves, index)])
        here = leaves[index]
        for step in steps:
            given_hash = bytes.fromhex(step.digest)
            pair = given_hash + here if step.side == "left" else here + given_hash
            here = hashlib.sha256(b"\x01" + pair).digest()
            assert given_hash == merkle.root_hash(leaves[step.first : step.last + 1])
        assert here == root


@pytest.mark.parametrize(("index", "size", "hashes"), [(5, 5, 0), (0, 4, 1), (0, 4, 3)])
def test_a_proof_that_does_not_fit_its_tree_is_refused(index: int, size: int, hashes: int) -> None:
    with pytest.raises(ValueError, match=r"not in a tree|has 2 hashes"):
        proof_steps(index, size, ["00" * 32] * hashes)


def test_a_proof_picture_holds_every_hash_that_was_given() -> None:
    steps = proof_steps(2, 4, ["ab" * 32, "cd" * 32])
    drawing = proof_svg(2, 4, steps, "12" * 32, "34" * 32)
    assert all(f"{digest * 5}…" in drawing for digest in ("ab", "cd", "12", "34"))


@pytest.mark.parametrize(("value", "width"), [(0, None), (Fraction(1, 4), "250"), (1, "1000"), (3, "1000")])
def test_a_bar_is_as_long_as_its_share(value: Fraction | int, width: str | None) -> None:
    found = re.search(r'bar__length"[^>]* width="(\d+)"', bar_svg(value, 1))
    assert (found.group(1) if found else None) == width


def test_a_line_runs_from_the_first_to_the_last_value() -> None:
    assert 'points="0.0,300.0 500.0,150.0 1000.0,0.0"' in line_svg([0, 5, 10], 10)


def test_a_line_without_values_draws_none() -> None:
    assert "polyline" not in line_svg([], 10)


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (Fraction(0), "0\u202f%"),
        (Fraction(1, 1000), "<\u202f1\u202f%"),
        (Fraction(409, 1000), "40\u202f%"),
        (Fraction(99_999, 100_000), "99\u202f%"),
        (Fraction(1), "100\u202f%"),
        (None, "–"),
    ],
)
def test_a_share_is_never_rounded_up(share: Fraction | None, shown: str) -> None:
    assert words.percent(share) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0, "0\u202fs"), (59, "59\u202fs"), (7_260, "2\u202fh"), (8_121_600, "94\u202fd")]
)
def test_an_age_is_said_in_its_largest_whole_unit(seconds: int, shown: str, now: datetime) -> None:
    assert words.age(now - timedelta(seconds=seconds), now) == shown


def test_a_time_is_shown_in_utc_with_its_machine_form() -> None:
    shown = words.stamp(datetime(2026, 3, 4, 5, 6, tzinfo=UTC))
    assert shown == '<time datetime="2026-03-04T05:06:00Z">4 Mar 2026, 05:06 UTC</time>'


def test_counts_are_said_with_their_noun() -> None:
    said = [words.plural(count, "cell") for count in (0, 1, 1540)]
    assert said == ["no cells", "1 cell", "1,540 cells"]
