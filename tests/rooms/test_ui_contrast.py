"""Every pair of colours that stands together is far enough apart, in light and in dark (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re

import pytest

from tests.rooms.ui_pages import UI

TOKEN = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")
TOKENS = {
    name: {"light": light, "dark": dark}
    for name, light, dark in TOKEN.findall((UI / "static/ui/css/tokens.css").read_text(encoding="utf-8"))
}
TEXT = [
    *((ink, ground) for ink in ("ink", "soft") for ground in ("paper", "card", "wash", "void")),
    ("accent", "paper"),
    ("on-accent", "accent"),
    ("on-verdict", "clean"),
    ("on-verdict", "defect"),
    ("defect", "card"),
    ("defect", "paper"),
    ("paper", "ink"),
]
SHAPES = [
    *((edge, ground) for edge in ("edge", "frame", "accent") for ground in ("card", "paper")),
    *((fill, ground) for fill in ("clean", "bounded", "defect") for ground in ("void", "card")),
    ("frame", "void"),
    ("ink", "void"),
]


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb, 0 to 1. Source: WCAG 2.2, relative luminance."""
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio, 1 to 21. Source: WCAG 2.2, contrast ratio."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_formula_gives_the_known_values() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_can_be_read(ink: str, ground: str, scheme: str) -> None:
    assert contrast(TOKENS[ink][scheme], TOKENS[ground][scheme]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("shape", "ground"), SHAPES)
def test_shapes_can_be_seen(shape: str, ground: str, scheme: str) -> None:
    assert contrast(TOKENS[shape][scheme], TOKENS[ground][scheme]) >= 3
