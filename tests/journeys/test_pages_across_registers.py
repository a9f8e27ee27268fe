"""Pages across the registers in a browser: accessible, small and large, light and dark, the same without scripts."""

import pytest

from tests.journeys.conftest import Opener
from tests.journeys.test_every_page import axe, overflow

pytestmark = pytest.mark.journey
PAGES = (
    "/system", "/system/risks/matrix", "/system/risks/losses", "/system/lifecycle", "/system/graph", "/system/crosswalk",
    "/system/crosswalk/iso27001", "/system/crosswalk/eu_ai_act",
)  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_across_registers_is_accessible_and_fits(visit: Opener, path: str, scheme: str) -> None:
    page = visit(path, color_scheme=scheme)
    assert axe(page) == []
    assert overflow(page) <= 0
    page.set_viewport_size({"width": 360, "height": 800})
    assert overflow(page) <= 0
    assert axe(page) == []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_across_registers_says_the_same_without_scripts(visit: Opener, path: str) -> None:
    told = visit(path).locator("h1").inner_text()
    assert visit(path, java_script_enabled=False).locator("h1").inner_text() == told
