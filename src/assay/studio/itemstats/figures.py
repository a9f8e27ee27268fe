"""The figures: proportions with Wilson intervals, point-biserial with Fisher's, KR-20 with Feldt's. All at 95 %.

Sources: Wilson 1927; Fisher 1921; Kuder and Richardson 1937; Feldt 1965; bounds of what is good as usual in classroom
testing (Ebel and Frisbie; Haladyna and Rodriguez). A figure that the responses do not carry is None, which reads unknown.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assay.studio.itemstats.responses import Response
from assay.studio.packaging.items import LETTERS, Item

Z = 1.959963984540054
"""The 97.5 % point of the normal distribution."""
WORKS = 0.05
"""A distractor that fewer choose does not distract."""


@dataclass(frozen=True)
class Figure:
    """An estimate with its 95 % interval and the number `n` of learners it rests on."""

    value: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        return f"{self.value:.2f} ({self.low:.2f} to {self.high:.2f}, n = {self.n})"


@dataclass(frozen=True)
class ItemFigures:
    """What is known of one item. `difficulty` is the share of right answers; `point_biserial` the correlation of right
    with the share right of the learner's other items; `options` the share that chose each option, in order."""

    item: str
    n: int
    difficulty: Figure | None
    point_biserial: Figure | None
    options: tuple[Figure, ...] | None
    disagreements: int

    def idle(self, key: Sequence[int]) -> tuple[str, ...]:
        """Letters of the distractors that fewer than 5 % chose."""
        if self.options is None:
            return ()
        return tuple(LETTERS[at] for at, share in enumerate(self.options) if at not in key and share.value < WORKS)


@dataclass(frozen=True)
class BankFigures:
    """All items, and the reliability of them together over the `complete` learners who answered each of them."""

    items: Mapping[str, ItemFigures]
    kr20: Figure | None
    complete: int
    learners: int


def bank_figures(items: Mapping[str, Item], responses: Sequence[Response]) -> BankFigures:
    """Return the figures of all `items`, those without responses with everything unknown.

    A response is right when exactly the keyed options were chosen; where the platform does not say what was chosen, its
    own judgement counts. Where both are there and differ, the key decides and the difference is counted.
    """
    marks: dict[str, dict[str, bool]] = {}
    chosen: dict[str, list[frozenset[int]]] = {name: [] for name in items}
    differ = dict.fromkeys(items, 0)
    for response in responses:
        item = items.get(response.item)
        if item is None or (response.chosen is None and response.correct is None):
            continue
        right = response.chosen == frozenset(item.key) if response.chosen is not None else bool(response.correct)
        marks.setdefault(response.learner, {})[item.id] = right
        if response.chosen is not None:
            chosen[item.id].append(response.chosen)
            differ[item.id] += response.correct is not None and response.correct != right
    figures = {name: _item(item, marks, chosen[name], differ[name]) for name, item in items.items()}
    answered = [name for name, each in figures.items() if each.n]
    rows = [[given[name] for name in answered] for given in marks.values() if all(name in given for name in answered)]
    return BankFigures(figures, kr20(rows), len(rows), len(marks))


def _item(
    item: Item, marks: Mapping[str, Mapping[str, bool]], chosen: Sequence[frozenset[int]], differ: int
) -> ItemFigures:
    given = [row for row in marks.values() if item.id in row]
    right = [row[item.id] for row in given]
    pairs = [
        (float(row[item.id]), sum(mark for name, mark in row.items() if name != item.id) / (len(row) - 1))
        for row in given
        if len(row) > 1
    ]
    options = tuple(wilson(sum(at in each for each in chosen), len(chosen)) for at in range(len(item.options)))
    shares = tuple(share for share in options if share is not None)
    return ItemFigures(
        item.id,
        len(given),
        wilson(sum(right), len(right)),
        correlation(pairs),
        shares if len(shares) == len(options) else None,
        differ,
    )


def wilson(count: int, n: int) -> Figure | None:
    """A share of `n` with its Wilson score interval; None for n = 0."""
    if n == 0:
        return None
    share = count / n
    middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z * math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n)) / (1 + Z * Z / n)
    low = 0.0 if count == 0 else max(0.0, middle - half)
    return Figure(share, low, 1.0 if count == n else min(1.0, middle + half), n)


def correlation(pairs: Sequence[tuple[float, float]]) -> Figure | None:
    """Pearson's r in [-1, 1] with Fisher's interval; None for fewer than 4 pairs or where one side never varies.

    With one side right or wrong it is the point-biserial. The interval assumes bivariate normality and is rough here.
    """
    n = len(pairs)
    if n < 4:
        return None
    mean_x, mean_y = math.fsum(x for x, _ in pairs) / n, math.fsum(y for _, y in pairs) / n
    xx = math.fsum((x - mean_x) ** 2 for x, _ in pairs)
    yy = math.fsum((y - mean_y) ** 2 for _, y in pairs)
    if xx <= 1e-12 or yy <= 1e-12:
        return None
    r = max(-1.0, min(1.0, math.fsum((x - mean_x) * (y - mean_y) for x, y in pairs) / math.sqrt(xx * yy)))
    if abs(r) > 1 - 1e-12:
        return Figure(r, r, r, n)
    middle, half = math.atanh(r), Z / math.sqrt(n - 3)
    return Figure(r, math.tanh(middle - half), math.tanh(middle + half), n)


def kr20(rows: Sequence[Sequence[bool]]) -> Figure | None:
    """Kuder-Richardson 20 of learners by items, at most 1 and possibly below 0, with Feldt's interval.

    None for fewer than 2 items or 2 learners, or where all learners have the same total.
    """
    n, k = len(rows), len(rows[0]) if rows else 0
    if n < 2 or k < 2:
        return None
    totals = [sum(row) for row in rows]
    mean = math.fsum(totals) / n
    variance = math.fsum((total - mean) ** 2 for total in totals) / n
    if variance == 0:
        return None
    within = math.fsum((share := sum(row[at] for row in rows) / n) * (1 - share) for at in range(k))
    value = k / (k - 1) * (1 - within / variance)
    one, two = n - 1, (n - 1) * (k - 1)
    return Figure(value, 1 - (1 - value) * f_point(0.975, one, two), 1 - (1 - value) * f_point(0.025, one, two), n)


def f_point(probability: float, one: int, two: int) -> float:
    """The point of the F distribution with `one` and `two` degrees of freedom below which `probability` lies."""
    low, high = 0.0, 1.0
    for _ in range(200):
        middle = (low + high) / 2
        if _beta(middle, one / 2, two / 2) < probability:
            low = middle
        else:
            high = middle
    share = (low + high) / 2
    return two * share / (one * (1 - share))


def _beta(x: float, a: float, b: float) -> float:
    """The regularized incomplete beta function I_x(a, b), by its continued fraction (DLMF 8.17.22)."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    front = math.exp(a * math.log(x) + b * math.log1p(-x) + math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b))
    if x > (a + 1) / (a + b + 2):
        return 1 - front * _fraction(1 - x, b, a) / b
    return front * _fraction(x, a, b) / a


def _fraction(x: float, a: float, b: float) -> float:
    """Lentz's evaluation of the continued fraction of the incomplete beta function."""
    tiny = 1e-300
    c, d = 1.0, 1 / ((1 - (a + b) * x / (a + 1)) or tiny)
    value = d
    for m in range(1, 1000):
        for step in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / ((1 + step * d) or tiny)
            c = (1 + step / c) or tiny
            value *= d * c
        if abs(d * c - 1) < 1e-14:
            break
    return value
