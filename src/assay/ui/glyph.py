"""The verdict glyph: one square that says how much was looked at and what was found there.

Filled area = coverage. Fill = content: solid (clean and bounded), hatched (bounded loosely), crossed (a defect),
empty (dashed frame, nothing filled). The unfilled rest keeps a grey ground. A folded corner means stale.
Colours are presentation attributes of the light palette, so the drawing stands alone (badge, PDF); on pages the
classes let `glyph.css` replace them by tokens. No id, no style attribute: any number fit on one page under a strict
content security policy. Two drawings, as type has optical sizes: below 24 px on a 16-unit grid, else on 28 units.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Final, Protocol

from markupsafe import Markup, escape

Point = tuple[float, float]

INK: Final = {
    "void": "#efece5",
    "frame": "#6b6a66",
    "card": "#ffffff",
    "solid": "#1f7a4d",
    "hatched": "#b7791f",
    "crossed": "#b3261e",
}
TEXTURES: Final = ("solid", "hatched", "crossed", "empty")


class GlyphFacts(Protocol):
    """What a verdict gives to its drawing; `core.reading.Glyph` fulfils it."""

    @property
    def fill_permille(self) -> int: ...
    @property
    def texture(self) -> str: ...
    @property
    def stale(self) -> bool: ...
    @property
    def letter(self) -> str: ...


@dataclass(frozen=True)
class _Grid:
    """Measures of one drawing, in its own units."""

    box: float
    edge: float
    line: float
    radius: float
    ear: float
    period: float
    stripe: float
    cross: float
    bar: float
    least: float

    @property
    def inner(self) -> tuple[float, float]:
        """Low and high coordinate of the fillable square."""
        low = self.edge + self.line / 2
        return low, self.box - low


_SMALL: Final = _Grid(16, 0.5, 1, 2, 5, 4, 1.9, 5.4, 2.2, 1.0)
_LARGE: Final = _Grid(28, 0.75, 1.25, 4.5, 8, 5, 2.3, 9, 3, 1.25)


def _half_plane(polygon: Sequence[Point], a: float, b: float, c: float) -> list[Point]:
    """Cut a polygon to the side where a·x + b·y ≤ c (Sutherland and Hodgman)."""
    kept: list[Point] = []
    for index, here in enumerate(polygon):
        before = polygon[index - 1]
        over_before, over_here = (a * x + b * y - c for x, y in (before, here))
        if (over_before > 0) != (over_here > 0):
            share = over_before / (over_before - over_here)
            kept.append((before[0] + share * (here[0] - before[0]), before[1] + share * (here[1] - before[1])))
        if over_here <= 0:
            kept.append(here)
    return kept


def _rounded_square(low: float, high: float, radius: float) -> list[Point]:
    """Return a square with rounded corners as a polygon, five points to a corner."""
    corners = (
        (high - radius, low + radius, -90),
        (high - radius, high - radius, 0),
        (low + radius, high - radius, 90),
        (low + radius, low + radius, 180),
    )
    return [
        (x + radius * math.cos(math.radians(start + turn)), y + radius * math.sin(math.radians(start + turn)))
        for x, y, start in corners
        for turn in (0, 22.5, 45, 67.5, 90)
    ]


def _path(*polygons: Sequence[Point]) -> str:
    """Write polygons as the data of one path, to a tenth of a unit; points that fall together are written once."""
    lines = ([f"{x:.1f} {y:.1f}".replace(".0", "") for x, y in polygon] for polygon in polygons if polygon)
    return "".join("M" + "L".join(point for point, _ in groupby(line)) + "Z" for line in lines)


def _bars(grid: _Grid) -> tuple[list[Point], list[Point]]:
    """Return the two diagonal bars of the cross, wound the same way."""
    middle, reach, half = grid.box / 2, grid.cross / 2, grid.bar / 2 / math.sqrt(2)

    def bar(lean: int) -> list[Point]:
        ends = [(-reach - half, -reach + half), (-reach + half, -reach - half)]
        ends += [(reach + half, reach - half), (reach - half, reach + half)]
        points = [(middle + lean * x, middle + y) for x, y in ends]
        return points if lean == 1 else points[::-1]

    return bar(1), bar(-1)


def _water(grid: _Grid, permille: int) -> float:
    """Return the y of the fill's upper edge; anything below all or above nothing stays visible as such."""
    low, high = grid.inner
    height = high - low
    if permille <= 0:
        return high
    if permille >= 1000:
        return low
    return high - min(max(height * permille / 1000, grid.least), height - grid.least)


def _shape(kind: str, ink: str, path: str) -> str:
    return f'<path class="glyph__{kind}" fill="{ink}" d="{path}"/>' if path else ""


def _hatch(grid: _Grid, filled: Sequence[Point]) -> str:
    """Draw the stripes of a fill that is clean but loosely bounded."""
    count = math.ceil(2 * grid.box / grid.period)
    stripes = []
    for start in (step * grid.period for step in range(count)):
        band = _half_plane(_half_plane(filled, 1, 1, start + grid.stripe), -1, -1, -start)
        if len(band) > 2:
            stripes.append(band)
    outline = _path(filled)
    ground = _shape("ground", INK["card"], outline)
    rim = f'<path class="glyph__rim" fill="none" stroke="{INK["hatched"]}" d="{outline}"/>'
    return ground + _shape("stripes", INK["hatched"], _path(*stripes)) + rim


@lru_cache(maxsize=4096)
def _drawing(permille: int, texture: str, stale: bool, small: bool) -> str:
    """Return the shapes of one glyph, without the outer element."""
    grid = _SMALL if small else _LARGE
    low, high = grid.inner
    outer = _rounded_square(grid.edge, grid.box - grid.edge, grid.radius)
    inner = _rounded_square(low, high, grid.radius - grid.line / 2)
    fold = grid.box - 2 * grid.edge - grid.ear
    if stale:
        outer, inner = _half_plane(outer, 1, -1, fold), _half_plane(inner, 1, -1, fold)
    dashes = f' stroke-dasharray="{grid.period * 0.6:g} {grid.period * 0.4:g}"' if texture == "empty" else ""
    shapes = [
        f'<path class="glyph__frame" fill="{INK["void"]}" stroke="{INK["frame"]}" stroke-width="{grid.line:g}"{dashes} '
        f'd="{_path(outer)}"/>'
    ]
    water = _water(grid, 0 if texture == "empty" else permille)
    filled = _half_plane(inner, 0, -1, -water) if water < high else []
    if filled and texture == "hatched":
        shapes.append(_hatch(grid, filled))
    elif filled:
        shapes.append(_shape("fill", INK[texture], _path(filled)))
    if texture == "crossed":
        bars = _bars(grid)
        shapes.append(_shape("over", INK["crossed"], _path(*(_half_plane(bar, 0, 1, water) for bar in bars))))
        shapes.append(_shape("under", INK["card"], _path(*(_half_plane(bar, 0, -1, -water) for bar in bars))))
    if stale:
        left, top, right = grid.box - grid.edge - grid.ear, grid.edge, grid.box - grid.edge
        ear = _path([(left, top), (left, top + grid.ear), (right, top + grid.ear)])
        shapes.append(
            f'<path class="glyph__ear" fill="{INK["card"]}" stroke="{INK["frame"]}" stroke-width="{grid.line:g}" '
            f'stroke-linejoin="round" d="{ear}"/>'
        )
    return "".join(shapes)


def svg(glyph: GlyphFacts, sentence: str, size: int = 28) -> Markup:
    """Draw the glyph `size` px square; `sentence` is its whole text alternative and its tooltip.

    Coverage below 100 % never fills the square, and coverage above 0 % never leaves it empty.
    Raises ValueError for an empty sentence, a texture or a fill outside the contract: no part may be left out.
    """
    if not sentence.strip():
        raise ValueError("A verdict glyph needs its sentence.")
    if glyph.texture not in TEXTURES or not 0 <= glyph.fill_permille <= 1000:
        raise ValueError(f"No glyph exists for texture {glyph.texture!r} and fill {glyph.fill_permille!r} permille.")
    small = size < 24
    box = 16 if small else 28
    shapes = _drawing(glyph.fill_permille, glyph.texture, glyph.stale, small)
    stale = " glyph--stale" if glyph.stale else ""
    return Markup(  # noqa: S704 - shapes are numbers of ours; the sentence is escaped
        f'<svg xmlns="http://www.w3.org/2000/svg" class="glyph glyph--{glyph.texture}{stale}" role="img" '
        f'width="{size}" height="{size}" viewBox="0 0 {box} {box}"><title>{escape(sentence)}</title>{shapes}</svg>'
    )
