"""A clean verdict over 9 of 22 pathways and one over 22 of 22: the same page never looks or reads the same."""

import re

import pytest

from tests.journeys.conftest import Opener

pytestmark = [pytest.mark.journey, pytest.mark.req("P-08", "P-09", "P-10", "R14", "R18")]


def address(page: object, title: str) -> str:
    link = page.locator("main table tbody th a").get_by_text(title, exact=True)  # type: ignore[attr-defined]
    return str(link.get_attribute("href"))


@pytest.fixture
def pair(visit: Opener) -> tuple[str, str]:
    page = visit("/")
    return address(page, "AIMS Lead Implementer"), address(page, "AIMS Lead Implementer, seen as in 2025")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("vision", ["none", "achromatopsia"])
def test_the_two_pictures_differ_in_every_light(visit: Opener, pair: tuple[str, str], scheme: str, vision: str) -> None:
    pictures = []
    for path in pair:
        page = visit(path, color_scheme=scheme)
        session = page.context.new_cdp_session(page)
        session.send("Emulation.setEmulatedVisionDeficiency", {"type": vision})
        glyph = page.locator("aside svg").first.screenshot()
        pictures.append((glyph, page.locator("#map ol").screenshot()))
    assert pictures[0][0] != pictures[1][0]
    assert pictures[0][1] != pictures[1][1]


def test_both_are_clean_and_only_one_looked_everywhere(visit: Opener, pair: tuple[str, str]) -> None:
    whole, part = (visit(path).locator("h1").inner_text() for path in pair)
    assert "nothing found" in whole
    assert "nothing found" in part
    assert "100 %" in whole
    assert "100 %" not in part


def test_the_partial_one_names_each_of_the_13_silent_pathways(visit: Opener, pair: tuple[str, str]) -> None:
    page = visit(pair[1])
    assert re.search(r"9 of 22", page.locator("aside").first.inner_text())
    words = page.locator("#silent").inner_text().lower()
    silent = page.locator("#map ol li:not(:has(.map__cell--green))")
    names = [text.lower() for text in silent.locator(".map__name").all_inner_texts()]
    assert len(names) == 13
    for name in names:
        assert name.strip().splitlines()[0].split(":")[0] in words


def test_a_screen_reader_hears_the_difference(visit: Opener, pair: tuple[str, str]) -> None:
    titles = [visit(path).locator("aside svg[role=img] title").first.text_content() or "" for path in pair]
    assert "22 of 22 pathways" in titles[0]
    assert "9 of 22 pathways" in titles[1]
