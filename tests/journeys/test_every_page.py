"""Every page: axe finds nothing, nothing overflows, it prints, it works without scripts and by keyboard alone."""

from pathlib import Path

import pytest

from tests.journeys.conftest import Opener

pytestmark = pytest.mark.journey

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
FIXED = (
    "/", "/findings", "/ledger", "/ledger/0", "/ledger/30", "/ledger?follow=1", "/ledger/pack?whole=1", "/ledger/retention",
    "/catalog", "/catalog/iso42001:6.1.2", "/catalog/iso42001:A.6.2.4",
    "/catalog/frameworks/nist_ai_rmf", "/detectors", "/detectors/concept-drift", "/search?q=risk", "/glossary",
    "/people", "/tokens", "/profile", "/organizations", "/sweeps", "/tour", "/tour?step=3", "/tour?step=6", "/enforcement",
)  # fmt: skip
FOLLOWED = ("programme", "finding", "artefact", "source", "rubric")


def addresses(visit: Opener) -> dict[str, str]:
    """The pages that are reached by following links from the portfolio."""
    page = visit("/")
    programme = page.locator("main table tbody th a", has_text="Lead Auditor").first.get_attribute("href") or ""
    page.goto(page.url.rstrip("/") + programme)
    artefact = page.locator('#artefacts a[href^="/artefacts/"]').first.get_attribute("href") or ""
    finding = page.locator('#findings a[href^="/findings/"]').first.get_attribute("href") or ""
    page.goto(page.url.partition("/programmes")[0] + "/search?q=rubric")
    rubric = page.locator('main a[href^="/artefacts/"]').first.get_attribute("href") or ""
    return {
        "programme": programme, "finding": finding, "artefact": artefact, "source": f"{artefact}?view=source", "rubric": rubric,
    }  # fmt: skip


def axe(page: object) -> list[str]:
    """What axe finds, as "rule: element"."""
    page.evaluate(AXE)  # type: ignore[attr-defined]
    script = "rules => axe.run(document, {runOnly: rules}).then(r => r.violations.flatMap(v => v.nodes.map(n => v.id + ': ' + n.html.slice(0, 160))))"
    return list(page.evaluate(script, RULES))  # type: ignore[attr-defined]


def overflow(page: object) -> int:
    """Pixels by which the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))  # type: ignore[attr-defined]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", FIXED)
def test_a_page_is_accessible_and_fits_small_and_large(visit: Opener, path: str, scheme: str) -> None:
    page = visit(path, color_scheme=scheme)
    assert axe(page) == []
    assert overflow(page) <= 0
    page.set_viewport_size({"width": 360, "height": 800})
    assert overflow(page) <= 0
    assert page.locator("h1").inner_text().strip()


@pytest.mark.parametrize("kind", FOLLOWED)
def test_a_page_about_one_thing_is_accessible_and_fits(visit: Opener, kind: str) -> None:
    path = addresses(visit)[kind]
    page = visit(path)
    assert axe(page) == []
    page.set_viewport_size({"width": 360, "height": 800})
    assert overflow(page) <= 0
    assert axe(page) == []


def test_an_artefact_reads_without_scripts_in_order_and_its_table_scrolls_by_keyboard(visit: Opener) -> None:
    rubric = addresses(visit)["rubric"]
    page = visit(rubric, width=360, java_script_enabled=False)
    assert overflow(page) <= 0
    table = page.locator(".read__table").first
    table.focus()
    assert table.evaluate("each => each === document.activeElement && each.scrollWidth > each.clientWidth")
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(400)
    assert table.evaluate("each => each.scrollLeft") > 0
    page.get_by_role("link", name="Source", exact=True).click()
    assert page.locator(".prose--raw").count() == 1
    read = visit(rubric)
    read.evaluate(AXE)
    found = read.evaluate("axe.run(document, {runOnly: ['heading-order', 'landmark-unique', 'empty-heading']})")
    assert [each["id"] for each in found["violations"]] == []
    read.emulate_media(media="print")
    assert read.locator(".read__table").first.evaluate("each => getComputedStyle(each).overflowX") == "visible"


@pytest.mark.parametrize("path", FIXED)
def test_a_page_says_the_same_without_scripts(visit: Opener, path: str) -> None:
    with_scripts = visit(path).locator("h1").inner_text()
    page = visit(path, java_script_enabled=False)
    assert page.locator("h1").inner_text() == with_scripts
    assert page.locator("main").inner_text().strip()


@pytest.mark.parametrize("path", FIXED)
def test_the_first_tab_leads_to_the_page_and_focus_is_seen(visit: Opener, path: str) -> None:
    page = visit(path)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate(
        "document.querySelector('main').contains(document.activeElement) || document.activeElement.closest('footer') !== null"
    )


def test_somebody_who_is_not_signed_in_is_asked_to_and_sees_nothing(visit: Opener) -> None:
    page = visit("/findings", signed_in=False)
    assert "/sign-in" in page.url
    assert "Lead Auditor" not in page.content()
