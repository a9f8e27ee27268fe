"""The main path: the example starts, its portfolio is read, a defect is followed to its passage, judged, and proven."""

import re

import pytest

from tests.journeys.conftest import Example, Opener

pytestmark = pytest.mark.journey


def open_programme(page: object, title: str) -> None:
    page.locator("main table tbody th a", has_text=title).first.click()  # type: ignore[attr-defined]
    page.wait_for_url("**/programmes/**")  # type: ignore[attr-defined]


@pytest.mark.req("P-09", "P-10")
def test_the_first_command_prints_each_verdict_with_coverage_and_content(example: Example) -> None:
    assert re.search(r"fail: coverage \d+ %, \d+ of 22 pathways", example.printed)
    assert "may remain where we looked" in example.printed


@pytest.mark.req("P-21")
def test_the_portfolio_begins_with_one_computed_sentence_and_a_row_for_each_programme(visit: Opener) -> None:
    page = visit("/")
    assert re.fullmatch(
        r"\d+ programmes?\. We looked at \d+ % of what could be wrong\.", page.locator("h1").inner_text()
    )
    rows = page.locator("main table tbody tr")
    assert rows.count() >= 5
    assert rows.locator("svg.glyph, svg[role=img]").count() >= rows.count()


def test_sorting_and_filtering_the_portfolio_is_in_the_address_and_back_works(visit: Opener) -> None:
    page = visit("/")
    page.get_by_role("link", name="Looked at").click()
    page.wait_for_url("**sort=coverage**")
    page.get_by_label("Verdict", exact=True).select_option("fail")
    page.get_by_role("button", name="Filter").click()
    page.wait_for_url("**state=fail**")
    assert page.locator("main table tbody tr").count() == 1
    page.go_back()
    page.locator("main table tbody tr").nth(1).wait_for()


@pytest.mark.req("P-08")
def test_the_surface_map_names_the_22_pathways(visit: Opener) -> None:
    page = visit("/")
    open_programme(page, "Lead Auditor")
    assert page.locator("#map ol li").count() == 22
    assert "Assignment brief" in page.locator("#map").inner_text()


@pytest.mark.req("P-11", "P-12")
def test_a_finding_names_its_six_attributions_and_leads_to_the_passage(visit: Opener) -> None:
    page = visit("/")
    open_programme(page, "Lead Auditor")
    page.locator('#findings a[href^="/findings/"]').first.click()
    facts = page.locator("aside").inner_text()
    for word in ("What failed", "Artefact", "Pathway", "Route", "Governance version", "Legacy"):
        assert word in facts
    page.locator("blockquote footer a").click()
    page.wait_for_url("**/artefacts/**")
    assert page.locator("mark").count() >= 1


def test_a_finding_decided_as_no_defect_is_logged_and_needs_a_reason(visit: Opener) -> None:
    page = visit("/findings?bucket=A", quiet=False)
    before = page.locator("main table tbody tr").count()
    page.locator("main table tbody th a").first.click()
    page.get_by_label("Why it is not a defect").fill("   ")
    page.get_by_role("button", name="Record: not a defect").click()
    assert page.get_by_text("needs a reason").count() >= 1
    page.get_by_label("Why it is not a defect").fill("The passage quotes the other standard for a contrast in class.")
    page.get_by_role("button", name="Record: not a defect").click()
    page.wait_for_load_state()
    assert "decided that it is not a defect" in page.locator("main").inner_text()
    page.get_by_role("link", name="Ledger entry").click()
    page.wait_for_load_state()
    assert "Path to the root" in page.content() or "waits" in page.content()
    page.goto(page.url.split("/ledger")[0] + "/findings?bucket=A")
    assert page.locator("main table tbody tr").count() == before - 1 or before == 1


@pytest.mark.req("L-06")
def test_verify_now_recomputes_everything_and_finds_nothing(visit: Opener) -> None:
    page = visit("/ledger")
    page.get_by_role("button", name="Verify now").click()
    page.wait_for_load_state()
    assert "Nothing differs" in page.locator("h1").inner_text()


def test_the_palette_reaches_a_clause_by_its_number(visit: Opener) -> None:
    page = visit("/")
    page.keyboard.press("/")
    page.keyboard.type("6.1.4")
    page.wait_for_function(
        "[...document.querySelectorAll('#palette-list li')].some(li => li.textContent.includes('6.1.4'))"
    )
    page.keyboard.press("Escape")
    page.goto(page.url.rstrip("/") + "/search?q=6.1.4")
    page.get_by_role("link", name=re.compile(r"^6\.1\.4")).first.click()
    page.wait_for_url("**/catalog/iso42001:6.1.4")


@pytest.mark.req("M-01")
def test_the_catalog_has_119_obligations_and_38_controls(visit: Opener) -> None:
    page = visit("/catalog")
    assert "119 obligations, 38 controls" in page.locator("h1").inner_text()
    assert page.locator("#controls ul li").count() == 38
