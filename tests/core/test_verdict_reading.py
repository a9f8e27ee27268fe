"""What a reader sees and hears: a clean verdict over two fifths and over everything never look the same."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest

from assay.core.errors import InvalidInput
from assay.core.reading import (
    REASON_WORDS,
    UNMEASURED_WORDS,
    csv_columns,
    csv_row,
    glyph_of,
    percent_text,
    sentence,
    silent_about,
    terminal,
)
from assay.core.verdict import REASONS, UNMEASURED_REASONS, Cell, Outcome, Policy, Stratum, Verdict

from .worlds import NOW, World, detector, finding_of, measured, plain_world

pytestmark = pytest.mark.req("P-09", "P-10", "P-21")
PATHWAYS = {f"pathway-{i}": 24 for i in range(22)}


def first_strata(world: World, count: int) -> World:
    """Only the cells of the first strata are measured."""
    kept = {stratum.name for stratum in world.strata[:count]}
    return world.but(measurements=tuple(m for m in world.measurements if m.cell.partition("/")[0] in kept))


ALL = plain_world(PATHWAYS)
PART = first_strata(ALL, 9)


def test_the_sentence_says_coverage_and_content_together() -> None:
    world = plain_world({f"lesson {i}": 24 for i in range(8)} | {"quiz": 23} | {f"brief {i}": 310 for i in range(1)})
    titles = tuple(replace(s, title="Assignment brief") if s.name == "brief 0" else s for s in world.strata)
    partial = first_strata(world.but(strata=titles), 9)
    assert sentence(partial.verdict()) == (
        "coverage 40 %, 9 of 10 pathways (weakest: assignment brief 0 %); nothing found; "
        "up to 1 may remain where we looked; 310 not looked at"
    )


def test_a_full_verdict_says_that_nothing_was_left_out() -> None:
    assert sentence(ALL.verdict()) == (
        "coverage 100 %, 22 of 22 pathways; nothing found; up to 1 may remain where we looked; nothing was left out"
    )


def test_nine_and_twenty_two_pathways_differ_in_every_form() -> None:
    part, full = PART.verdict(), ALL.verdict()
    assert glyph_of(part).fill_permille == 409
    assert glyph_of(full).fill_permille == 1000
    assert glyph_of(part).letter != glyph_of(full).letter
    assert terminal(part)[:3] != terminal(full)[:3]
    assert sentence(part) != sentence(full)
    differing = {name for name, a, b in zip(csv_columns(), csv_row(part), csv_row(full), strict=True) if a != b}
    assert {"state", "coverage", "coverage_percent", "weakest_coverage", "remaining", "measured"} <= differing


def test_the_thirteen_silent_pathways_are_named() -> None:
    said = silent_about(PART.verdict())
    silent = [line for line in said if line.endswith(": nothing was looked at.")]
    assert [line.partition(":")[0] for line in silent] == [s.title for s in ALL.strata[9:]]
    assert said[-1] == "Where we looked, up to 1 defect may have been missed."


def test_silence_is_told_with_its_reasons() -> None:
    world = plain_world({"lesson": 5, "rubric": 3})
    cells = (*world.cells, Cell("lesson/gone", "lesson", None))
    unclear = replace(world.measurements[0], outcome=Outcome.INCONCLUSIVE)
    told = world.but(
        cells=cells,
        strata=(*world.strata, Stratum("quiz", "Quiz", ("drift",))),
        measurements=(unclear, *world.measurements[1:5]),
        policy=Policy("default", "gv1", second_source="missing"),
    )
    assert silent_about(told.verdict()) == (
        "The list of what should exist was not compared with a second source; more may exist.",
        "Lesson: 2 of 6 do not count as looked at (1 should exist and does not, 1 looked at without a clear result).",
        "Rubric: nothing was looked at.",
        "Quiz: none is known to exist, so nothing is said about any.",
        "Where we looked, up to 1 defect may have been missed.",
    )


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (Fraction(996, 1000), "99 %"),
        (Fraction(9_999_999, 10_000_000), "99 %"),
        (Fraction(1), "100 %"),
        (Fraction(1, 1000), "under 1 %"),
        (Fraction(0), "0 %"),
    ],
)
def test_percentages_are_rounded_down(share: Fraction, text: str) -> None:
    assert percent_text(share) == text


def test_all_but_one_cell_is_not_a_full_glyph() -> None:
    world = plain_world({"lesson": 3000})
    assert glyph_of(world.but(measurements=world.measurements[1:]).verdict()).fill_permille == 999


def defect() -> Verdict:
    by = detector()
    world = plain_world({"lesson": 100})
    found = measured(world.cells[0], by, Outcome.DEFECT)
    return world.but(measurements=(found, *world.measurements[1:]), findings=(finding_of(found),)).verdict()


def test_texture_is_content_and_letter_is_state() -> None:
    nothing = ALL.but(measurements=()).verdict()
    loose = plain_world({"lesson": 40, "rubric": 40}, caught=10, planted=10).verdict()
    drawn = [(glyph_of(v).texture, glyph_of(v).letter) for v in (ALL.verdict(), loose, defect(), nothing)]
    assert drawn == [("solid", "P"), ("hatched", "P"), ("crossed", "F"), ("empty", "U")]


def test_a_stale_verdict_has_a_folded_corner_and_says_so() -> None:
    stale = ALL.but(now=NOW + timedelta(days=200)).verdict()
    assert glyph_of(stale).stale
    assert glyph_of(stale).letter == "S"
    assert sentence(stale).endswith("; some results have expired")
    assert not glyph_of(ALL.verdict()).stale


def test_expired_results_are_not_called_never_looked_at() -> None:
    stale = ALL.but(now=NOW + timedelta(days=200)).verdict()
    assert silent_about(stale)[0] == "Pathway-0: nothing counts as looked at (result has expired)."


def test_a_found_defect_is_said_before_what_may_remain() -> None:
    assert sentence(defect()) == (
        "coverage 100 %, 1 of 1 pathways; 1 found; up to 1 more may remain where we looked; nothing was left out"
    )


def test_an_unlooked_at_surface_never_sounds_clean() -> None:
    for verdict in (ALL.but(measurements=()).verdict(), World((), (), ()).verdict()):
        assert "nothing found" not in sentence(verdict)
        assert "nothing is known" in sentence(verdict)


def test_the_terminal_line_loses_nothing_without_colour() -> None:
    coloured, plain = terminal(PART.verdict(), colour=True), terminal(PART.verdict(), colour=False)
    assert re.sub(r"\x1b\[\d+m", "", coloured) == plain
    assert plain.startswith("▃ U  unproven: coverage 40 %")
    assert terminal(defect()).startswith("▇×F  fail: ")


def test_strata_are_called_what_the_surface_calls_them() -> None:
    assert "22 of 22 control domains" in sentence(ALL.verdict(), strata="control domains")


def test_a_row_is_never_without_both_axes() -> None:
    row = dict(zip(csv_columns(), csv_row(PART.verdict()), strict=True))
    assert (row["coverage"], row["coverage_percent"], row["coverage_level"]) == ("9/22", "40", "low")
    assert (row["found"], row["residual"], row["remaining"], row["content_level"]) == ("0", "1", "313", "high")
    assert row["unmeasured_not_run"] == "312"
    assert row["digest"] == PART.verdict().digest


def test_every_reason_has_words() -> None:
    assert tuple(REASON_WORDS) == REASONS
    assert tuple(UNMEASURED_WORDS) == UNMEASURED_REASONS


def test_only_a_verdict_can_be_read() -> None:
    with pytest.raises(InvalidInput):
        sentence(PART.verdict().coverage)  # type: ignore[arg-type]
