"""GreenTech from end to end in a browser: planted through the API, found, refused, fixed, signed by another, published."""

import json
import re
import time
import urllib.request
from collections.abc import Callable

import pytest

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Example, Opener
from tests.journeys.lms import Platform

pytestmark = pytest.mark.journey

SLUG = "foundation-briefing"
TEXT = """# Assignment: GreenTech Energy and AI

Prepare an environmental management system for GreenTech Energy in line with ISO 14001:2015. Identify the significant
environmental aspects of its sites and set environmental objectives. The audit criteria are the requirements of ISO 14001.
"""
BRIEF = {"key": "unit-01/brief", "pathway": "assignment-brief", "title": "GreenTech Energy", "text": TEXT}


def planted(example: Example, secret: str) -> None:
    """Put the brief in the place of the programme's own, as a program would."""
    request = urllib.request.Request(
        f"{example.address}/api/v1/programmes/{SLUG}/artefacts",
        data=json.dumps(BRIEF).encode(),
        headers={"Authorization": f"Bearer {secret}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=120) as answer:
        assert answer.status == 201


def token_of(page: object, example: Example) -> str:
    """A write token, made on its page."""
    page.goto(f"{example.address}/tokens")  # type: ignore[attr-defined]
    page.get_by_label("What will use it").fill("generator")  # type: ignore[attr-defined]
    page.locator("select[name=scope]").select_option("write")  # type: ignore[attr-defined]
    page.get_by_role("button", name="Make the token").click()  # type: ignore[attr-defined]
    found = re.search(r"assay_[\w-]{20,}", page.locator("main").inner_text())  # type: ignore[attr-defined]
    assert found is not None
    return found[0]


def second_person(page: object, example: Example) -> str:
    """Add an expert and return their one-time link."""
    page.goto(f"{example.address}/people")  # type: ignore[attr-defined]
    page.locator("form.form [name=name]").fill("Ben Okafor")  # type: ignore[attr-defined]
    page.locator("form.form [name=email]").fill("ben@example.org")  # type: ignore[attr-defined]
    page.locator("form.form select[name=role]").select_option("contributor")  # type: ignore[attr-defined]
    page.get_by_role("button", name="Add and show the link").click()  # type: ignore[attr-defined]
    found = re.search(r"/sign-in/[\w-]+", page.locator("main").inner_text())  # type: ignore[attr-defined]
    assert found is not None
    return found[0]


def learnt(platform: Platform, package: bytes) -> dict[str, object]:
    """Go through a package as a learner who knows every answer; what the platform was sent last."""
    _, shell, inner = platform.open(package)
    links = shell.locator(".toc a")
    expect(inner.get_by_role("heading", level=1).first).to_be_visible()
    for place in range(links.count()):
        links.nth(place).click()
        expect(links.nth(place)).to_contain_text("read")
        forms = inner.locator("form.item")
        for number in range(forms.count()):
            for index in str(forms.nth(number).get_attribute("data-key")).split(","):
                forms.nth(number).locator("label").nth(int(index)).click()
            forms.nth(number).get_by_role("button", name="Check my answer").click()
            expect(forms.nth(number).get_by_role("status")).to_have_text(re.compile("Right"))
    deadline = time.monotonic() + 10
    while platform.commits[-1]["cmi"]["core"]["lesson_status"] == "incomplete" and time.monotonic() < deadline:
        time.sleep(0.05)
    return dict(platform.commits[-1]["cmi"]["core"])


def package_refused(page: Page, example: Example) -> None:
    """The package of a programme that is not published is refused with the reasons, and a draft says what it is."""
    refused = page.request.get(f"{example.address}/programmes/{SLUG}/packages/scorm12")
    assert refused.status == 409
    assert "Where, and what fixes it" in refused.text()
    draft = page.request.get(f"{example.address}/programmes/{SLUG}/packages/scorm12?draft=yes")
    assert f"{SLUG}-draft" in draft.headers["content-disposition"]


@pytest.mark.req("P-13", "P-14", "P-16", "R05", "R51", "R60", "R75")
def test_a_planted_brief_is_found_refused_fixed_signed_published_and_learnt(
    example: Example,
    visit: Opener,
    platform_of: Callable[[str], Platform],
) -> None:
    page = visit("/", quiet=False)
    planted(example, token_of(page, example))

    page.goto(f"{example.address}/findings?bucket=A&programme={SLUG}")
    page.locator("main table tbody th a").first.click()
    facts = page.locator("aside").inner_text()
    assert "Assignment brief" in facts
    assert "unstamped" in facts
    assert "Legacy" in facts
    finding = page.url

    page.goto(f"{example.address}/programmes/{SLUG}/publish")
    page.locator("main").get_by_role("button", name="Publish").click()
    assert "cannot be published" in page.locator("h1").inner_text()
    assert "another standard as governing, where learners see it" in page.locator("#gate-governance").inner_text()

    package_refused(page, example)

    page.goto(finding)
    page.get_by_role("button", name="Fix it").click()
    page.wait_for_load_state()
    page.goto(f"{example.address}/programmes/{SLUG}/publish")
    assert page.locator("#gate-governance").inner_text().strip().startswith("clear")
    assert "awaiting signature" in page.locator("#gate-signoff").inner_text()

    page.goto(f"{example.address}/programmes/{SLUG}/sign")
    page.get_by_role("button", name=re.compile("Ask for")).click()
    assert "await somebody else" in page.locator("#own h2").inner_text()
    assert page.get_by_role("button", name="See what you would sign").count() == 0
    link = second_person(page, example)

    expert = visit(link, signed_in=False, quiet=False)
    expert.get_by_role("button", name=re.compile("sign in", re.IGNORECASE)).click()
    expert.wait_for_url(example.address + "/")
    expert.goto(f"{example.address}/programmes/{SLUG}/sign")
    expert.get_by_role("button", name="See what you would sign").click()
    assert "sha256:" in expert.locator("main ul.items").inner_text()
    expert.get_by_label("Your address").fill("ben@example.org")
    expert.get_by_role("button", name="Sign", exact=True).click()
    expert.wait_for_load_state()
    assert re.search(r": (\d+) of \1 versions are signed", expert.locator("h1").inner_text())

    page.goto(f"{example.address}/programmes/{SLUG}/publish")
    page.locator("main").get_by_role("button", name="Publish").click()
    assert "can be published." in page.locator("h1").inner_text()
    assert "published as version 1" in page.locator("#decisions").inner_text()
    page.locator("#decisions a").first.click()
    page.wait_for_load_state()
    assert "programme.published" in page.content()

    page.goto(f"{example.address}/programmes/{SLUG}/publish")
    with page.expect_download() as download:
        page.locator("#packages").get_by_role("link", name="SCORM 1.2").click()
    assert download.value.suggested_filename == f"{SLUG}.scorm12.zip"
    core = learnt(platform_of("scorm12"), download.value.path().read_bytes())
    assert core["lesson_status"] == "passed"
    assert float(core["score"]["raw"]) == 100.0  # type: ignore[index]
