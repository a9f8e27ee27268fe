"""A passkey in a real browser, by the virtual authenticator of its developer tools."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Example

pytestmark = [pytest.mark.journey, pytest.mark.req("L-14")]
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def named(example: Example) -> str:
    """The example under its name: passkeys belong to names."""
    return example.address.replace("127.0.0.1", "localhost")


@pytest.fixture
def page(chromium: Browser, example: Example, named: str) -> Iterator[Page]:
    """A browser with a device for passkeys, signed in as the owner by a one-time link."""
    context = chromium.new_context(viewport={"width": 1100, "height": 900})
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    tools = context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    page.goto(link(example, named))
    page.get_by_role("button", name=re.compile("sign in", re.IGNORECASE)).click()
    page.wait_for_url(named + "/")
    yield page
    context.close()
    assert complaints == []


def link(example: Example, origin: str, *more: str) -> str:
    command = [sys.executable, "-m", "assay", "sign-in-link", "--origin", origin, *more]
    done = subprocess.run(command, env=example.environment, capture_output=True, text=True, check=True, timeout=60)
    return done.stdout.strip()


def add_passkey(page: Page, named: str, name: str) -> None:
    page.goto(named + "/profile")
    page.get_by_label("Name of the passkey").fill(name)
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text(f"The passkey “{name}” is registered")).to_be_visible()


def test_a_passkey_is_added_signs_in_and_is_removed(page: Page, named: str) -> None:
    add_passkey(page, named, "Test device")
    expect(page.get_by_text("You sign in with 1 passkey")).to_be_visible()
    page.context.clear_cookies()
    page.goto(named + "/sign-in?next=/profile")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(named + "/profile")
    expect(page.get_by_text("last used")).to_be_visible()
    page.locator("li", has_text="Test device").get_by_role("button", name="Remove").click()
    expect(page.get_by_text("opens nothing any more")).to_be_visible()
    page.context.clear_cookies()
    page.goto(named + "/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("does not open anything here")).to_be_visible()


def test_without_scripts_the_other_ways_remain(chromium: Browser, example: Example, named: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(named + "/sign-in")
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
    page.goto(link(example, named))
    page.get_by_role("button", name=re.compile("sign in", re.IGNORECASE)).click()
    page.goto(named + "/profile")
    expect(page.get_by_text("Adding a passkey needs JavaScript and HTTPS")).to_be_visible()
    context.close()


def test_somebody_signs_off_with_their_passkey(page: Page, example: Example, named: str, chromium: Browser) -> None:
    slug = "lead-implementer"
    page.goto(f"{named}/people")
    page.locator("form.form [name=name]").fill("Rita Vogel")
    page.locator("form.form [name=email]").fill("rita@example.org")
    page.locator("form.form select[name=role]").select_option("contributor")
    page.get_by_role("button", name="Add and show the link").click()
    invitation = re.search(r"/sign-in/[\w-]+", page.locator("main").inner_text())
    assert invitation is not None
    page.goto(f"{named}/programmes/{slug}/sign")
    ask = page.get_by_role("button", name=re.compile("Ask for"))
    if ask.count():
        ask.click()
    page.context.clear_cookies()
    page.goto(named + invitation[0])
    page.get_by_role("button", name=re.compile("sign in", re.IGNORECASE)).click()
    add_passkey(page, named, "Rita's laptop")
    page.goto(f"{named}/programmes/{slug}/sign")
    page.get_by_role("button", name="See what you would sign").click()
    expect(page.get_by_text("Your passkey signs these very bytes.")).to_be_visible()
    page.get_by_role("button", name="Sign with your passkey").click()
    expect(page.get_by_text(re.compile(r"You signed \d+ version"))).to_be_visible()
    expect(page.get_by_text("by passkey").first).to_be_visible()
    command = [sys.executable, "-m", "assay", "verify", str(example.data), "--json"]
    done = subprocess.run(command, env=example.environment, capture_output=True, text=True, check=False, timeout=120)
    report = json.loads(done.stdout)
    assert report["differences"] == []
    assert report["counts"]["signatures of people"] >= 1
