"""The verdict glyph says how much was looked at and what was found, by shape, at any size."""

import re
from dataclasses import dataclass
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.ui.badge import badge
from assay.ui.glyph import TEXTURES, svg

SVG = "{http://www.w3.org/2000/svg}"
SENTENCE = "coverage 41 %, 9 of 22 pathways; nothing found; up to 3 may remain where we looked; 310 not looked at"


@dataclass(frozen=True)
class Facts:
    fill_permille: int
    texture: str = "solid"
    stale: bool = False
    letter: str = "U"


def filled_area(drawing: str) -> float:
    """Area of the filled part, in squares of the drawing's grid (shoelace)."""
    found = re.search(r'class="glyph__fill"[^>]* d="M([^"Z]*)Z"', drawing)
    if found is None:
        return 0.0
    points = [tuple(map(float, pair.split())) for pair in found.group(1).split("L")]
    pairs = zip(points, points[1:] + points[:1], strict=True)
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)) / 2


def shape(drawing: str) -> str:
    """The drawing without its colours, classes and words: what remains in monochrome."""
    return re.sub(r' (?:fill|stroke|class)="[^"]*"|<title>.*?</title>', "", drawing)


@pytest.mark.req("P-09")
def test_clean_over_nine_of_22_and_clean_over_all_differ_in_shape() -> None:
    assert shape(svg(Facts(409), SENTENCE)) != shape(svg(Facts(1000), SENTENCE))


@given(permille=st.integers(1, 999), size=st.sampled_from([16, 28]))
def test_some_coverage_neither_looks_like_none_nor_like_all(permille: int, size: int) -> None:
    whole = filled_area(svg(Facts(1000), SENTENCE, size))
    part = filled_area(svg(Facts(permille), SENTENCE, size))
    assert 0 < part < 0.97 * whole


@given(permille=st.integers(0, 1000))
def test_the_filled_area_is_the_coverage(permille: int) -> None:
    whole = filled_area(svg(Facts(1000), SENTENCE, 28))
    assert abs(filled_area(svg(Facts(permille), SENTENCE, 28)) / whole - permille / 1000) < 0.06


@given(lower=st.integers(0, 1000), more=st.integers(0, 1000))
def test_more_coverage_never_draws_less(lower: int, more: int) -> None:
    higher = min(1000, lower + more)
    assert filled_area(svg(Facts(lower), SENTENCE, 16)) <= filled_area(svg(Facts(higher), SENTENCE, 16)) + 1e-6


@pytest.mark.parametrize("size", [16, 20, 28, 64])
def test_all_textures_and_staleness_differ_without_colour(size: int) -> None:
    drawings = {
        shape(svg(Facts(0 if texture == "empty" else 600, texture, stale), SENTENCE, size))
        for texture in TEXTURES
        for stale in (False, True)
    }
    assert len(drawings) == 2 * len(TEXTURES)


@pytest.mark.parametrize("permille", [0, 20, 410, 1000])
def test_a_defect_shows_its_cross_at_any_coverage(permille: int) -> None:
    drawing = svg(Facts(permille, "crossed"), SENTENCE)
    assert "glyph__over" in drawing or "glyph__under" in drawing


@pytest.mark.parametrize("texture", TEXTURES)
def test_the_drawing_is_well_formed_and_obeys_a_strict_policy(texture: str) -> None:
    tree = ElementTree.fromstring(svg(Facts(410, texture, True), SENTENCE))
    attributes = {name for element in tree.iter() for name in element.attrib}
    assert not {name for name in attributes if name in {"style", "id"} or name.startswith("on")}
    assert not list(tree.iter(f"{SVG}style"))


def test_the_sentence_is_the_text_alternative_and_is_escaped() -> None:
    tree = ElementTree.fromstring(svg(Facts(410), "up to 3 < 4 & more"))
    title = tree.find(f"{SVG}title")
    assert tree.attrib["role"] == "img"
    assert title is not None
    assert title.text == "up to 3 < 4 & more"


@pytest.mark.parametrize("facts", [Facts(-1), Facts(1001), Facts(5, "green")])
def test_a_glyph_outside_the_contract_is_refused(facts: Facts) -> None:
    with pytest.raises(ValueError, match="No glyph exists"):
        svg(facts, SENTENCE)


@pytest.mark.req("P-09")
def test_no_glyph_without_its_sentence_and_no_badge_without_its_words() -> None:
    with pytest.raises(ValueError, match="sentence"):
        svg(Facts(410), " ")
    with pytest.raises(ValueError, match="words"):
        badge(Facts(410), SENTENCE, "")


def test_a_badge_stands_alone() -> None:
    drawing = badge(Facts(410), SENTENCE, "41 % looked at, <nothing> found")
    tree = ElementTree.fromstring(drawing)
    texts = [element.text for element in tree.iter(f"{SVG}text")]
    assert texts == ["41 % looked at, <nothing> found"]
    assert not re.search(r"href|url\(|var\(|<style|<script", drawing)
