"""Drawings in SVG: a cover and a life-cycle diagram with hotspots. Every drawing carries title and description."""

from __future__ import annotations

from html import escape

from assay.studio.composing.choice import number

_INK, _PAPER, _LINE, _SPOT = "#1d2b36", "#f7f4ec", "#8a9aa5", "#1f6f5c"


def cover(title: str, subtitle: str, alt: str, seed: int) -> str:
    """A cover 1200 by 630: rings of points, one of them filled to a share, with title and subtitle."""
    points = []
    for ring in range(4):
        count = 12 + 8 * ring
        filled = number(seed, "ring", ring) % count
        for at in range(count):
            x, y = _on_circle(900, 315, 60 + 62 * ring, at, count)
            fill = _SPOT if at <= filled else _PAPER
            points.append(f'<circle cx="{x}" cy="{y}" r="9" fill="{fill}" stroke="{_INK}" stroke-width="2"/>')
    return _svg(
        1200,
        630,
        alt,
        "Cover",
        [
            f'<rect width="1200" height="630" fill="{_PAPER}"/>',
            *points,
            *(_text(70, 270 + 66 * at, 54, line, bold=True) for at, line in enumerate(_lines(title, 20))),
            _text(70, 560, 26, subtitle),
        ],
    )


def lifecycle(labels: tuple[str, ...], alt: str, title: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """A ring of numbered stations with their labels under a title, and the place of each station in a field of 1000 by 700."""
    places = tuple(_on_circle(500, 350, 240, at, len(labels)) for at in range(len(labels)))
    body = [
        f'<rect width="1000" height="700" fill="{_PAPER}"/>',
        f'<circle cx="500" cy="350" r="240" fill="none" stroke="{_LINE}" stroke-width="6"/>',
    ]
    for at, ((x, y), label) in enumerate(zip(places, labels, strict=True), start=1):
        body.append(f'<circle cx="{x}" cy="{y}" r="26" fill="{_SPOT}"/>')
        body.append(
            f'<text x="{x}" y="{y + 8}" font-size="24" fill="{_PAPER}" text-anchor="middle" font-family="sans-serif">{at}</text>'
        )
        side = (x > 500) - (x < 500)
        anchor = ("end", "middle", "start")[side + 1]
        down = 7 if side else 60 if y > 350 else -40
        body.append(
            f'<text x="{x + 42 * side}" y="{y + down}" font-size="20" fill="{_INK}" text-anchor="{anchor}" '
            f'font-family="sans-serif">{escape(label)}</text>'
        )
    return _svg(1000, 700, alt, title, body), places


# Cosine and sine in ten-thousandths for every five degrees of a quarter: whole numbers give the same bytes everywhere.
_SINE = (0, 872, 1736, 2588, 3420, 4226, 5000, 5736, 6428, 7071, 7660, 8192, 8660, 9063, 9397, 9659, 9848, 9962, 10000)


def _on_circle(x: int, y: int, radius: int, at: int, count: int) -> tuple[int, int]:
    step = round(72 * at / count) % 72
    return x + radius * _sine(step) // 10000, y - radius * _sine(step + 18) // 10000


def _sine(step: int) -> int:
    step %= 72
    if step >= 36:
        return -_sine(step - 36)
    return _SINE[step] if step <= 18 else _SINE[36 - step]


def _svg(width: int, height: int, alt: str, title: str, body: list[str]) -> str:
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-labelledby="t d">',
            f'<title id="t">{escape(title)}</title>',
            f'<desc id="d">{escape(alt)}</desc>',
            *body,
            "</svg>",
        ]
    )


def _text(x: int, y: int, size: int, words: str, *, bold: bool = False) -> str:
    weight = ' font-weight="700"' if bold else ""
    return f'<text x="{x}" y="{y}" font-size="{size}" fill="{_INK}" font-family="sans-serif"{weight}>{escape(words)}</text>'


def _lines(words: str, width: int) -> list[str]:
    lines: list[str] = [""]
    for word in words.split():
        if lines[-1] and len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines[:4]
