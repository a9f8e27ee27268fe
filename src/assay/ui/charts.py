"""Bars and lines as server-made SVG. Words and numbers stay in the table beside a drawing, so they never shrink
with it, and a reader without pictures loses nothing. Colour is left to verdicts: a drawing is ink on ground."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from markupsafe import Markup

Value = int | float | Fraction

_WIDTH: Final = 1000
_HEIGHT: Final = 300


@dataclass(frozen=True)
class Bar:
    """One bar: what it is of, how long, and its value in words. `url` leads to the rows behind the number."""

    label: str
    value: Value
    words: str
    url: str = ""


@dataclass(frozen=True)
class LinePoint:
    """One point of a line: where along (a date in words, in order), how high, and its value in words."""

    label: str
    value: Value
    words: str


def bar_svg(value: Value, maximum: Value) -> Markup:
    """Draw one bar of length value / maximum on its ground; a maximum of 0 draws the ground alone."""
    share = min(1.0, max(0.0, float(value) / float(maximum))) if maximum else 0.0
    length = f'<rect class="bar__length" fill="#1c1f24" width="{share * _WIDTH:.0f}" height="10"/>' if share else ""
    return Markup(  # noqa: S704 - numbers only
        f'<svg class="bar" viewBox="0 0 {_WIDTH} 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        f'<rect class="bar__ground" fill="#efece5" width="{_WIDTH}" height="10"/>{length}</svg>'
    )


def line_svg(values: Sequence[Value], maximum: Value, limit: Value | None = None) -> Markup:
    """Draw values from left to right at equal distances, 0 at the foot; `limit` is a dashed level to compare with.

    One value is a level line; none draws the ground alone.
    """
    top = float(maximum) or 1.0

    def height(value: Value) -> float:
        return _HEIGHT - min(1.0, max(0.0, float(value) / top)) * _HEIGHT

    row = list(values) * 2 if len(values) == 1 else list(values)
    step = _WIDTH / (len(row) - 1) if row else 0.0
    points = " ".join(f"{index * step:.1f},{height(value):.1f}" for index, value in enumerate(row))
    area = f'<polygon class="line__area" fill="#efece5" points="0,{_HEIGHT} {points} {_WIDTH},{_HEIGHT}"/>'
    stroke = f'<polyline class="line__stroke" fill="none" stroke="#1c1f24" points="{points}"/>'
    level = ""
    if limit is not None:
        y = f"{height(limit):.1f}"
        level = f'<line class="line__limit" stroke="#6b6a66" x1="0" x2="{_WIDTH}" y1="{y}" y2="{y}"/>'
    return Markup(  # noqa: S704 - numbers only
        f'<svg class="line" viewBox="0 0 {_WIDTH} {_HEIGHT}" preserveAspectRatio="none" aria-hidden="true" '
        f'focusable="false">{area + stroke if row else ""}{level}</svg>'
    )
