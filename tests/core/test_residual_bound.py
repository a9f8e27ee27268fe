"""What may have been missed: the reference values, and a brute-force search over every way to spread the defects."""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.core.residual import residual_bound
from assay.core.sensitivity import ALPHA, PARTS, sensitivity_bound, share_text

pytestmark = pytest.mark.req("P-10")


def likelihood(found: int, spread: Sequence[int], sensitivities: Sequence[int]) -> Fraction:
    """P(X ≤ found), exactly, one defect after the other."""
    masses = [Fraction(1)]
    for defects, s in zip(spread, sensitivities, strict=True):
        hit = Fraction(s, PARTS)
        for _ in range(defects):
            masses = [
                a * (1 - hit) + b * hit for a, b in zip([*masses, Fraction(0)], [Fraction(0), *masses], strict=True)
            ]
    return sum(masses[: found + 1], Fraction(0))


def by_brute_force(found: int, strata: Sequence[tuple[int, int]]) -> int:
    """The formula itself: every spread of every number of defects."""
    sensitivities = [s for s, _ in strata]
    spreads = itertools.product(*(range(room + 1) for _, room in strata))
    return max(sum(d) for d in spreads if likelihood(found, d, sensitivities) >= ALPHA) - found


strata_lists = st.lists(
    st.tuples(st.sampled_from([0, 300_000, 500_000, 683_017, 884_718, 940_370, 975_000]), st.integers(0, 5)),
    min_size=1,
    max_size=3,
)


@pytest.mark.slow
@settings(max_examples=120, deadline=None)
@given(strata=strata_lists, found=st.integers(0, 4))
def test_the_worst_spread_by_law_is_the_worst_of_all(strata: list[tuple[int, int]], found: int) -> None:
    room = sum(room for _, room in strata)
    found = min(found, room)
    assert residual_bound(found, strata) == by_brute_force(found, strata)


@pytest.mark.slow
@settings(max_examples=5_000, deadline=None)
@given(strata=strata_lists, found=st.integers(0, 4))
def test_the_worst_spread_by_law_is_the_worst_of_all_five_thousand_times(
    strata: list[tuple[int, int]], found: int
) -> None:
    found = min(found, sum(room for _, room in strata))
    assert residual_bound(found, strata) == by_brute_force(found, strata)


@pytest.mark.parametrize(
    ("sensitivity", "found", "residual"), [(950_000, 0, 1), (900_000, 1, 2), (800_000, 3, 4), (500_000, 10, 22)]
)
def test_the_reference_values_come_out(sensitivity: int, found: int, residual: int) -> None:
    assert residual_bound(found, [(sensitivity, 1540 + found)]) == residual


@pytest.mark.parametrize(
    ("strata", "found", "residual"),
    [
        ([(940_370, 100)] * 22, 0, 1),
        ([(940_370, 100)] * 21 + [(500_000, 3)], 0, 3),
        ([(940_370, 100)] * 21 + [(500_000, 100)], 0, 5),
        ([(683_017, 2), (884_718, 2), (940_370, 1000)], 2, 3),
        ([(0, 4), (940_370, 1000)], 0, 5),
    ],
)
def test_several_strata_fill_from_the_least_sensitive_upward(
    strata: list[tuple[int, int]], found: int, residual: int
) -> None:
    assert residual_bound(found, strata) == residual


def test_an_exact_tie_counts_as_likely_enough() -> None:
    assert residual_bound(0, [(975_000, 10)]) == 1


@given(
    strata=st.lists(st.tuples(st.integers(0, 999_999), st.integers(1, 40)), min_size=1, max_size=5),
    found=st.integers(0, 30),
    data=st.data(),
)
@settings(max_examples=150, deadline=None)
def test_more_found_less_sensitive_or_more_room_never_lowers_it(
    strata: list[tuple[int, int]], found: int, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(strata) - 1))
    sensitivity, room = strata[place]
    found = min(found, sum(room for _, room in strata))
    before = residual_bound(found, strata)
    duller = [*strata[:place], (sensitivity // 2, room), *strata[place + 1 :]]
    wider = [*strata[:place], (sensitivity, room + 1), *strata[place + 1 :]]
    assert residual_bound(found, duller) >= before
    assert before <= residual_bound(found, wider) <= before + 1
    assert residual_bound(found + 1, wider) >= before


def test_a_million_cells_and_hundreds_of_findings_take_a_moment() -> None:
    strata = [(500_000 + 7_000 * i, 5 + 13 * i) for i in range(21)] + [(990_000, 1_000_000)]
    began = time.perf_counter()
    assert residual_bound(400, strata) > 0
    assert time.perf_counter() - began < 0.5


@pytest.mark.parametrize(
    ("caught", "planted", "bound"),
    [
        (60, 60, "0.940370"),
        (58, 60, "0.884718"),
        (18, 20, "0.683017"),
        (200, 200, "0.981724"),
        (1, 1, "0.025000"),
        (0, 60, "0.000000"),
        (0, 0, "0.000000"),
    ],
)
def test_sensitivity_has_its_reference_values(caught: int, planted: int, bound: str) -> None:
    assert share_text(sensitivity_bound(caught, planted)) == bound


def upper_tail(caught: int, planted: int, millionths: int) -> Fraction:
    hit = Fraction(millionths, PARTS)
    return sum(
        (math.comb(planted, i) * hit**i * (1 - hit) ** (planted - i) for i in range(caught, planted + 1)), Fraction(0)
    )


@settings(max_examples=80, deadline=None)
@given(planted=st.integers(1, 60), data=st.data(), parts=st.sampled_from([1, 3, 66]))
def test_the_bound_is_the_largest_millionth_whose_tail_is_small(planted: int, data: st.DataObject, parts: int) -> None:
    caught = data.draw(st.integers(1, planted))
    bound = sensitivity_bound(caught, planted, ALPHA / parts)
    assert upper_tail(caught, planted, bound) <= ALPHA / parts < upper_tail(caught, planted, bound + 1)


def test_ten_thousand_canaries_are_no_burden() -> None:
    began = time.perf_counter()
    assert share_text(sensitivity_bound(9_900, 10_000)) == "0.987850"
    assert time.perf_counter() - began < 0.5
