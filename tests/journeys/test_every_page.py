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
FOLLOWED = ("programme", "finding", "artefact")


def addresses(visit: Opener) -> dict[str, str]:
    """The pages that are reached by following links from the portfolio."""
    page = visit("/")
    programme = page.locator("main table tbody th a", has_text="Lead Auditor").first.get_attribute("href") or ""
    page.goto(page.url.rstrip("/") + programme)
    artefact = page.locator('#artefacts a[href^="/artefacts/"]').first.get_attribute("href") or ""
    finding = page.locator('#findings a[href^="/findings/"]').first.get_attribute("href") or ""
    return {"programme": programme, "finding": finding, "artefact": artefact}


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
