"""Yearly losses from ranges: how often an event comes, what it costs, and what that adds up to, by simulated years.

An exposure has two ranges, each the middle 90 % of what is thought possible: one year in twenty lies below the low end, one
above the high end. A range reads as log-normal. One that is wider than 1 : WIDEST, a low end of 0 among them, says nothing
about its middle and reads as uniform between its ends. In a simulated year the rate is drawn from its range, the number of
events from a Poisson distribution of that rate, and each event's loss from its range; losses are whole units of currency.

Every exposure has its own stream of random numbers, made of the seed and its key, and only `random.Random.random` is used,
whose sequence the language promises to keep. So the same input gives the same losses; an exposure that is added or left out
changes no draw of another; the same key before and after treatment is compared year by year.
"""

from __future__ import annotations

import hashlib
import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist
from typing import Final

WIDEST: Final = 10_000
MOST_RATE: Final = 365_000
"""Events in 1,000 years: more than one a day is a running cost, not a risk."""
MOST_LOSS: Final = 10**13
MOST_WORK: Final = 2_000_000
"""Numbers drawn in one simulation, on average: about a second of one core."""
LEVELS: Final = 24
_NORMAL: Final = NormalDist()
_Z90: Final = _NORMAL.inv_cdf(0.95)
_Z95: Final = _NORMAL.inv_cdf(0.975)
_SMALLEST: Final = 2.0**-53


@dataclass(frozen=True)
class Range:
    """The middle 90 % of a quantity, both ends whole numbers with 0 ≤ low ≤ high."""

    low: int
    high: int

    @property
    def sound(self) -> bool:
        return 0 <= self.low <= self.high and self.high > 0

    @property
    def flat(self) -> bool:
        """Whether it reads as uniform."""
        return self.low * WIDEST < self.high

    @property
    def mean(self) -> float:
        """The exact mean of the distribution, before losses are rounded to whole units."""
        if self.flat:
            return (self.low + self.high) / 2
        middle, spread = _log(self)
        return math.exp(middle + spread * spread / 2)


@dataclass(frozen=True)
class Exposure:
    """A risk in numbers: events in 1,000 years, and loss per event in whole units of currency. `key` names its stream."""

    key: str
    rate: Range
    loss: Range


@dataclass(frozen=True)
class Estimate:
    """A figure with the interval in which it lies with 95 % confidence, as far as chance in the simulation goes."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Simulation:
    """Simulated years. `losses` are the yearly sums in rising order; `sums` the loss of all years by exposure key."""

    seed: int
    runs: int
    losses: tuple[int, ...]
    sums: tuple[tuple[str, int], ...]

    @property
    def mean(self) -> Estimate:
        """Expected loss in a year."""
        middle = sum(self.losses) / self.runs
        spread = math.sqrt(sum((each - middle) ** 2 for each in self.losses) / max(1, self.runs - 1) / self.runs)
        return Estimate(middle, max(0.0, middle - _Z95 * spread), middle + _Z95 * spread)

    def quantile(self, share: float) -> Estimate:
        """The loss that is not exceeded in `share` of years (0 < share < 1), its interval by order statistics."""
        centre, spread = self.runs * share, math.sqrt(self.runs * share * (1 - share))
        places = (centre, centre - _Z95 * spread, centre + _Z95 * spread)
        value, low, high = (self.losses[min(self.runs - 1, max(0, math.ceil(place) - 1))] for place in places)
        return Estimate(value, low, high)

    def exceeding(self, loss: int) -> Estimate:
        """The share of years in which more than `loss` is lost, with Wilson's interval."""
        over = self.runs - _count_upto(self.losses, loss)
        share, squared = over / self.runs, _Z95 * _Z95
        below = 1 + squared / self.runs
        middle = (share + squared / (2 * self.runs)) / below
        reach = _Z95 / below * math.sqrt(share * (1 - share) / self.runs + squared / (4 * self.runs**2))
        return Estimate(share, max(0.0, middle - reach), min(1.0, middle + reach))

    def levels(self, count: int = LEVELS) -> tuple[int, ...]:
        """Losses at which the curve is drawn: from the smallest loss of a year that has one to the largest, by ratio."""
        held = [each for each in self.losses if each > 0]
        if not held:
            return ()
        low, high = held[0], held[-1]
        if low == high:
            return (low,)
        step = (math.log(high) - math.log(low)) / (count - 1)
        return tuple(sorted({round(low * math.exp(step * place)) for place in range(count)}))


def why_not(exposure: Exposure) -> str:
    """Why an exposure cannot be simulated, in a sentence; empty if it can."""
    if not exposure.rate.sound or not exposure.loss.sound:
        return "A range is upside down or empty."
    if exposure.rate.high > MOST_RATE:
        return "More than one event a day is a running cost, not a risk."
    if exposure.loss.high > MOST_LOSS:
        return "The loss per event is beyond what can be simulated."
    return ""


def affordable(exposures: Sequence[Exposure], runs: int) -> int:
    """The number of runs, lowered so that the work stays within MOST_WORK; at least 100."""
    each = sum(2 + exposure.rate.high / 1000 for exposure in exposures)
    return max(100, min(runs, int(MOST_WORK / each))) if each else runs


@lru_cache(maxsize=64)
def simulate(exposures: tuple[Exposure, ...], *, seed: int, runs: int) -> Simulation:
    """Simulate `runs` years. Raises ValueError for an exposure that `why_not` refuses, a key used twice, or no runs."""
    if runs < 1 or len({each.key for each in exposures}) != len(exposures):
        raise ValueError("there must be at least one run, and a key may stand for one exposure only")
    years = [0] * runs
    sums = []
    for exposure in exposures:
        reason = why_not(exposure)
        if reason:
            raise ValueError(f"{exposure.key}: {reason}")
        sums.append((exposure.key, _add(exposure, seed, years)))
    return Simulation(seed, runs, tuple(sorted(years)), tuple(sums))


def _add(exposure: Exposure, seed: int, years: list[int]) -> int:
    """Add an exposure's losses to each year and return their sum."""
    mark = hashlib.sha256(f"{seed}\n{exposure.key}".encode()).digest()
    drawn = random.Random(int.from_bytes(mark)).random  # noqa: S311 — reproducible on purpose, nothing secret
    rate, loss = quantile_of(exposure.rate), quantile_of(exposure.loss)
    whole = 0
    for year in range(len(years)):
        lost = 0
        for _event in range(_poisson(rate(drawn()) / 1000, drawn)):
            lost += round(loss(drawn()))
        years[year] += lost
        whole += lost
    return whole


def quantile_of(each: Range) -> Callable[[float], float]:
    """The quantile function of a range, for numbers from [0, 1)."""
    if each.flat:
        low, width = each.low, each.high - each.low
        return lambda share: low + width * share
    middle, spread = _log(each)
    inverse = _NORMAL.inv_cdf
    return lambda share: math.exp(middle + spread * inverse(max(share, _SMALLEST)))


def _log(each: Range) -> tuple[float, float]:
    """Mean and deviation of the logarithm."""
    low, high = math.log(each.low), math.log(each.high)
    return (low + high) / 2, (high - low) / (2 * _Z90)


def _poisson(rate: float, drawn: Callable[[], float]) -> int:
    """A number of events by inversion; a large rate is split, since sums of Poisson numbers are Poisson."""
    events = 0
    while rate > 16:
        events += _poisson(16, drawn)
        rate -= 16
    left = drawn()
    chance = math.exp(-rate)
    count = 0
    while left >= chance and chance > 0:
        left -= chance
        count += 1
        chance *= rate / count
    return events + count


def _count_upto(values: Sequence[int], limit: int) -> int:
    low, high = 0, len(values)
    while low < high:
        middle = (low + high) // 2
        if values[middle] <= limit:
            low = middle + 1
        else:
            high = middle
    return low
