"""A verdict as a picture to put elsewhere: glyph and words on their own ground, one file, no script, no reference."""

from typing import Final

from markupsafe import Markup, escape

from assay.ui.glyph import GlyphFacts, svg

_HEIGHT: Final = 28
_GLYPH: Final = 20
_EM: Final = 12
_WIDTHS: Final = {**dict.fromkeys("iIjl.,:;|' ", 0.3), **dict.fromkeys("mwMW%", 0.9), **dict.fromkeys("ft()-–≤", 0.4)}


def _width(words: str) -> int:
    """Estimate the width of a line of 12 px sans-serif, rounded up; the drawing then holds the text to it."""
    return int(sum(_WIDTHS.get(letter, 0.7 if letter.isupper() else 0.58) for letter in words) * _EM) + 1


def badge(glyph: GlyphFacts, sentence: str, words: str) -> Markup:
    """Draw a badge 28 px high. `words` must say coverage and content, never the state alone; `sentence` says all.

    Raises ValueError for empty words or an empty sentence.
    """
    if not words.strip():
        raise ValueError("A badge needs its words: how much was looked at, what was found, what may remain.")
    text = _width(words)
    width = 4 + _GLYPH + 8 + text + 10
    drawing = svg(glyph, sentence, _GLYPH)
    return Markup(  # noqa: S704 - the drawing is ours, the words are escaped
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{_HEIGHT}" viewBox="0 0 {width} {_HEIGHT}" '
        f'role="img"><title>{escape(sentence)}</title>'
        f'<rect x="0.5" y="0.5" width="{width - 1}" height="{_HEIGHT - 1}" rx="6" fill="#ffffff" stroke="#e4e0d8"/>'
        f'<g transform="translate(4 4)">{drawing}</g>'
        f'<text x="{4 + _GLYPH + 8}" y="18.5" textLength="{text}" lengthAdjust="spacingAndGlyphs" fill="#1c1f24" '
        f'font-family="Inter, system-ui, sans-serif" font-size="{_EM}">{escape(words)}</text></svg>'
    )
