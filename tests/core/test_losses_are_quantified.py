"""Simulated yearly losses: the same for the same input, right on average, and lawful when exposures or ranges change."""

from __future__ import annotations

import hashlib
import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.core.quantify import (
    MOST_LOSS,
    MOST_RATE,
    MOST_WORK,
    WIDEST,
    Exposure,
    Range,
    affordable,
    quantile_of,
    simulate,
    why_not,
)
from tests.families import by_turns

pytestmark = pytest.mark.req("M-03")
FEW = settings(max_examples=25, deadline=None)

ranges = st.tuples(st.integers(0, 5_000), st.integers(1, 50_000)).map(lambda ends: Range(min(ends), max(ends)))
exposures = st.lists(st.tuples(ranges, ranges), min_size=1, max_size=4).map(
    lambda pairs: tuple(Exposure(f"risk {n}", rate, loss) for n, (rate, loss) in enumerate(pairs))
)
seeds = st.integers(0, 2**31)


@FEW
@given(given_exposures=exposures, seed=seeds)
def test_the_same_input_gives_the_same_losses_in_any_order(given_exposures: tuple[Exposure, ...], seed: int) -> None:
    first = simulate.__wrapped__(given_exposures, seed=seed, runs=200)
    again = simulate.__wrapped__(tuple(reversed(given_exposures)), seed=seed, runs=200)
    assert first.losses == again.losses
    assert dict(first.sums) == dict(again.sums)
    assert sum(first.losses) == sum(lost for _key, lost in first.sums)
    assert list(first.losses) == sorted(first.losses)
    assert first.losses[0] >= 0


@FEW
@given(given_exposures=exposures, seed=seeds)
def test_leaving_a_risk_out_never_raises_a_loss(given_exposures: tuple[Exposure, ...], seed: int) -> None:
    whole = simulate.__wrapped__(given_exposures, seed=seed, runs=200)
    less = simulate.__wrapped__(given_exposures[1:], seed=seed, runs=200)
    assert all(left <= right for left, right in zip(less.losses, whole.losses, strict=True))
    for limit in whole.levels():
        assert less.exceeding(limit).value <= whole.exceeding(limit).value


@FEW
@given(rate=ranges, loss=ranges, seed=seeds, factor=st.integers(2, 50))
def test_losses_grow_with_the_range_of_a_loss(rate: Range, loss: Range, seed: int, factor: int) -> None:
    small = Exposure("one", rate, loss)
    large = replace(small, loss=Range(loss.low * factor, loss.high * factor))
    before = simulate.__wrapped__((small,), seed=seed, runs=200)
    after = simulate.__wrapped__((large,), seed=seed, runs=200)
    most_events = 200 * (MOST_RATE // 1000)
    for left, right in zip(before.losses, after.losses, strict=True):
        assert left <= right
        assert abs(right - left * factor) <= factor * most_events


@FEW
@given(given_exposures=exposures, seed=seeds, share=st.sampled_from([0.5, 0.9, 0.99]))
def test_estimates_lie_in_their_intervals_and_the_curve_falls(
    given_exposures: tuple[Exposure, ...], seed: int, share: float
) -> None:
    found = simulate.__wrapped__(given_exposures, seed=seed, runs=300)
    for each in (found.mean, found.quantile(share), found.exceeding(int(found.mean.value))):
        assert each.low - 1e-9 <= each.value <= each.high + 1e-9
    curve = [found.exceeding(level).value for level in found.levels()]
    assert curve == sorted(curve, reverse=True)
    assert found.exceeding(found.losses[-1]).value == 0


@pytest.mark.parametrize(
    ("rate", "loss"),
    by_turns(
        [
            (Range(50, 800), Range(2_000, 90_000)),
            (Range(0, 2_000), Range(0, 10_000)),
            (Range(90_000, 110_000), Range(100, 200)),
            (Range(1_000, 1_000), Range(500, 500)),
        ],
        4,
    ),
    ids=["log-normal", "uniform", "often", "certain"],
)
def test_the_mean_is_rate_times_loss(rate: Range, loss: Range) -> None:
    exposure = Exposure("one", rate, loss)
    runs = affordable((exposure,), 20_000)
    found = simulate((exposure,), seed=7, runs=runs).mean
    exact = rate.mean / 1000 * loss.mean
    reach = max(found.high - found.value, 1e-9)
    assert abs(found.value - exact) <= 2 * reach  # 1.96 standard errors, twice


def test_a_range_is_the_middle_ninety_in_a_hundred() -> None:
    loss = Range(1_000, 50_000)
    assert quantile_of(loss)(0.05) == pytest.approx(loss.low)
    assert quantile_of(loss)(0.95) == pytest.approx(loss.high)
    assert quantile_of(loss)(0.5) == pytest.approx(math.sqrt(loss.low * loss.high))
    assert quantile_of(Range(0, 10))(0.25) == 2.5
    assert Range(1, WIDEST + 1).flat
    assert not Range(1, WIDEST).flat


@pytest.mark.parametrize(
    "exposure",
    [
        Exposure("a", Range(5, 1), Range(1, 2)),
        Exposure("a", Range(0, 0), Range(1, 2)),
        Exposure("a", Range(1, MOST_RATE + 1), Range(1, 2)),
        Exposure("a", Range(1, 2), Range(1, MOST_LOSS + 1)),
    ],
    ids=["upside-down", "empty", "every-hour", "beyond"],
)
def test_what_cannot_be_simulated_is_refused_with_a_reason(exposure: Exposure) -> None:
    assert why_not(exposure).endswith(".")
    with pytest.raises(ValueError, match="a: "):
        simulate((exposure,), seed=1, runs=10)


def test_a_key_used_twice_or_no_run_is_refused() -> None:
    one = Exposure("a", Range(1, 2), Range(1, 2))
    with pytest.raises(ValueError, match="one run"):
        simulate((one, one), seed=1, runs=10)
    with pytest.raises(ValueError, match="one run"):
        simulate((one,), seed=1, runs=0)


@FEW
@given(given_exposures=exposures)
def test_work_is_bounded(given_exposures: tuple[Exposure, ...]) -> None:
    runs = affordable(given_exposures, 1_000_000)
    assert runs >= 100
    assert runs == 100 or runs * sum(2 + each.rate.high / 1000 for each in given_exposures) <= MOST_WORK


def test_a_known_seed_gives_known_bytes() -> None:
    """Held by its bytes: whoever repeats it on another machine or version sees the same years."""
    two = (Exposure("one", Range(50, 800), Range(2_000, 90_000)), Exposure("two", Range(0, 9_000), Range(0, 700)))
    losses = simulate.__wrapped__(two, seed=42001, runs=1_000).losses
    assert hashlib.sha256(",".join(map(str, losses)).encode()).hexdigest() == (
        "b8802bb159d752880cbbdf2360d604d8a6f29322f6c3e544f923a2a981650a43"
    )
