"""Loss exceedance as a picture: how often a year costs more than an amount. The words stand beside it, in its table."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final

from markupsafe import Markup

WIDTH: Final = 640
HEIGHT: Final = 300
_LEFT, _RIGHT, _TOP, _FOOT = 46, 14, 10, 34


def exceedance_svg(
    levels: Sequence[int], shares: Sequence[Sequence[float]], *, limit: int = 0, chance: float = 0.0, label: str
) -> Markup:
    """Draw one falling line per sequence of `shares` (0 to 1) over `levels` (rising, > 0, set apart by ratio).

    The second line is dashed. `limit` and `chance` draw the point that should not be passed as two thin lines. Amounts along
    the foot are powers of ten. `label` is what the picture says, for readers without it.
    """
    low, high = math.log10(levels[0]), math.log10(max(levels[-1], limit, levels[0] * 10))
    if limit:
        low = min(low, math.log10(limit))

    def along(amount: float) -> float:
        return _LEFT + (math.log10(amount) - low) / (high - low) * (WIDTH - _LEFT - _RIGHT)

    def up(share: float) -> float:
        return _TOP + (1 - share) * (HEIGHT - _TOP - _FOOT)

    parts = [_grid(low, high, along, up)]
    if limit:
        parts.append(
            f'<path class="curve__limit" d="M{along(limit):.1f} {_TOP}V{HEIGHT - _FOOT}'
            + (f'M{_LEFT} {up(chance):.1f}H{WIDTH - _RIGHT}"/>' if chance else '"/>')
        )
    for place, line in enumerate(shares):
        points = " ".join(f"{along(amount):.1f},{up(share):.1f}" for amount, share in zip(levels, line, strict=True))
        parts.append(f'<polyline class="curve__line{" curve__line--after" if place else ""}" points="{points}"/>')
    return Markup('<svg class="curve" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        WIDTH,
        HEIGHT,
        label,
        Markup("".join(parts)),  # noqa: S704 — numbers and our own marks only
    )


def _grid(low: float, high: float, along: Callable[[float], float], up: Callable[[float], float]) -> str:
    marks = []
    for tenth in (0.0, 0.25, 0.5, 0.75, 1.0):
        marks.append(f'<path class="curve__grid" d="M{_LEFT} {up(tenth):.1f}H{WIDTH - _RIGHT}"/>')
        marks.append(
            f'<text class="curve__word" x="{_LEFT - 6}" y="{up(tenth) + 4:.1f}" text-anchor="end">{tenth:.0%}</text>'
        )
    powers = range(math.ceil(low), math.floor(high) + 1)
    step = max(1, math.ceil(len(powers) / 6))
    for power in powers[::step]:
        place = along(10**power)
        marks.append(f'<path class="curve__grid" d="M{place:.1f} {_TOP}V{HEIGHT - _FOOT}"/>')
        marks.append(
            f'<text class="curve__word" x="{place:.1f}" y="{HEIGHT - _FOOT + 18}" text-anchor="middle">{amount_words(10**power)}</text>'
        )
    return "".join(marks)


def amount_words(amount: int) -> str:
    """An amount in the fewest letters: 950, 2.5k, 10k, 1M, 3G."""
    for size, unit in ((10**9, "G"), (10**6, "M"), (10**3, "k")):
        if amount >= size:
            return f"{amount / size:.3g}{unit}"
    return str(amount)
