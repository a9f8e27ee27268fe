"""From nothing to an approved and signed Statement of Applicability, as two people do it: three AI systems, six risks, two impact
assessments. Clicks, fields and time are counted and printed."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Browser, Locator, Page

from tests.journeys.conftest import ROOT, START_SECONDS
from tests.journeys.test_every_page import axe, overflow

pytestmark = [pytest.mark.journey, pytest.mark.slow]

SYSTEMS = ("Essay tutor", "Admission ranking", "Timetable helper")
IMPACT = {
    "misuse": "Teachers may copy its marks without reading the essay.",
    "context": "Used in three schools in Oslo; pupils are 13 to 19 years old.",
    "individuals": "A pupil may get a wrong mark and lose a place at a school, without knowing why.",
    "societies": "If every school did this, writing for the machine would become what is taught.",
    "benefits": "Pupils get an answer the same evening; teachers have time for those who need them.",
    "measures": "A teacher reads every essay near a border; samples are checked each week.",
    "remaining": "Single wrong marks remain; they can be corrected within a week, which our method accepts.",
    "consulted": "Two classes, the parents' board and the union of teachers, in October.",
    "summary": "The tutor reads your essay and proposes a mark. It can be wrong. You can ask a teacher to look again.",
    "remedies": "Ask your teacher, or the office of the school.",
}


@dataclass
class Walk:
    """A person at a browser, counted: clicks (choices and buttons) and texts typed."""

    page: Page
    clicks: int = 0
    texts: int = 0
    pages: list[str] = field(default_factory=list)

    def click(self, target: Locator) -> None:
        self.clicks += 1
        target.click()
        self.page.wait_for_load_state()
        self.pages.append(self.page.url)

    def link(self, name: str | re.Pattern[str], within: Locator | None = None) -> None:
        self.click((within or self.page.locator("main")).get_by_role("link", name=name).first)

    def press(self, name: str | re.Pattern[str]) -> None:
        self.click(self.page.locator("main").get_by_role("button", name=name).first)
        assert self.page.locator("[role=alert]").count() == 0, self.page.locator("[role=alert]").first.inner_text()

    def write(self, label: str | re.Pattern[str], text: str) -> None:
        self.texts += 1
        self.page.locator("main").get_by_label(label).first.fill(text)

    def choose(self, label: str | re.Pattern[str], option: str | re.Pattern[str]) -> None:
        self.clicks += 1
        box = self.page.locator("main").get_by_label(label, exact=isinstance(label, str)).first
        words = box.locator("option").all_inner_texts()
        wanted = next(
            each for each in words if (re.search(option, each) if isinstance(option, re.Pattern) else each == option)
        )
        box.select_option(label=wanted)

    def tick(self, words: str | re.Pattern[str]) -> None:
        self.clicks += 1
        self.page.locator("main").get_by_label(words).first.check()

    def home(self) -> None:
        self.click(self.page.locator("header").get_by_role("link", name="Management system"))


@dataclass(frozen=True)
class Empty:
    """A server with an organization in which nothing was recorded, and a way in."""

    address: str
    link: str


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Empty]:
    """`assay serve` on a fresh data folder, and `assay sign-in-link` as its owner runs it."""
    data = tmp_path_factory.mktemp("empty") / "data"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ASSAY_", "DJANGO_"))}
    environment |= {"ASSAY_DATA": str(data), "PYTHONPATH": str(ROOT / "src"), "NO_COLOR": "1"}
    command = [sys.executable, "-m", "assay"]
    output = Path(data.parent / "printed.txt")
    with output.open("w") as printed:
        server = subprocess.Popen(
            [*command, "serve", "--port", str(port)], env=environment, stdout=printed, stderr=subprocess.STDOUT
        )
        try:
            deadline = time.monotonic() + START_SECONDS
            while time.monotonic() < deadline:
                assert server.poll() is None, output.read_text()
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.2)
            address = f"http://127.0.0.1:{port}"
            done = subprocess.run([*command, "sign-in-link", "--origin", address], env=environment, capture_output=True, text=True, check=True, timeout=60)  # fmt: skip
            yield Empty(address, done.stdout.strip())
        finally:
            server.terminate()
            server.wait(timeout=30)


def enter(chromium: Browser, link: str) -> Walk:
    page = chromium.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.set_default_timeout(20_000)
    page.goto(link)
    walk = Walk(page)
    walk.press(re.compile("sign in", re.IGNORECASE))
    return walk


def colleague(owner: Walk, chromium: Browser) -> Walk:
    """Add a second person, who gets a link of their own."""
    owner.page.locator("header").get_by_role("link", name="People").or_(
        owner.page.locator("header summary")
    ).first.click()
    if "/people" not in owner.page.url:
        owner.click(owner.page.get_by_role("link", name="People").first)
    owner.write("Name", "Ben Lund")
    owner.write(re.compile("e-?mail", re.IGNORECASE), "ben@skole.example")
    owner.choose("Role", re.compile("contributor", re.IGNORECASE))
    owner.press("Add and show the link")
    found = re.search(r"http://127\.0\.0\.1:\d+/sign-in/[\w-]+", owner.page.content())
    assert found is not None
    return enter(chromium, found[0])


def sign(approver: Walk) -> None:
    """The page that shows what is signed: the signer shows who they are, and signs."""
    assert "You are about to sign" in approver.page.locator("h1").inner_text()
    approver.write("Your address", "ben@skole.example")
    approver.press("Sign")


def draft(owner: Walk) -> None:
    """Twelve questions."""
    owner.home()
    owner.link("Start here: twelve questions")
    does = "We run three schools and use AI to help with teaching."
    people = "Pupils, parents, teachers"
    answers = (does, "\n".join(SYSTEMS), people, "Oslo, three schools", "Norway", "The head of each school")
    labels = ("1\\.", "systems", "affected|concerned|touch", "sites|units", "countr|where", "stop")
    boxes = owner.page.locator("main form textarea, main form input[type=text]")
    for place in range(boxes.count()):
        label = owner.page.locator(f'label[for="{boxes.nth(place).get_attribute("id")}"]').inner_text()
        text = next(
            (answer for answer, words in zip(answers, labels, strict=True) if re.search(words, label, re.IGNORECASE)),
            answers[0],
        )
        boxes.nth(place).fill(text)
        owner.texts += 1
    for words in ("people", "hosted", "aiact", "gdpr", "content", "provider"):
        box = owner.page.locator(f'main input[type=checkbox][value="{words}"]')
        if box.count():
            box.first.check()
            owner.clicks += 1
    for name in ("personal", "size"):
        box = owner.page.locator(f"#field-{name}")
        if box.count():
            box.select_option(index=1)
            owner.clicks += 1
    owner.press("Make the draft")


def own_risk(owner: Walk) -> None:
    """A risk of their own beside those of the draft."""
    owner.home()
    owner.link("Risks")
    owner.link("New risk")
    owner.write("Title", "Teachers stop reading essays")
    owner.choose("Kind", "Risk")
    owner.choose("Risk source", "People")
    owner.write("What may happen", "Marks go out that no teacher has looked at.")
    owner.write("Causes", "There is no time, and the proposals look right.")
    owner.write("Consequences for the organization", "Complaints, and marks that have to be taken back.")
    owner.tick(re.compile("Essay tutor"))
    owner.press("Create")


def rate_risks(owner: Walk) -> int:
    """Every risk gets a likelihood and a consequence, and counts as assessed."""
    count = 0
    while True:
        owner.home()
        step = owner.page.locator("main .steps").get_by_role("link", name=re.compile(r"^Rate "))
        if not step.count():
            return count
        owner.click(step.first)
        rows = owner.page.locator("main table tbody tr", has_text="Identified")
        links = [rows.nth(place).get_by_role("link").first.get_attribute("href") for place in range(rows.count())]
        assert links
        for address in links:
            owner.clicks += 1
            owner.page.goto(owner.page.url.split("/system")[0] + str(address))
            owner.link("Edit")
            owner.choose("Likelihood", "Possible")
            owner.choose("Consequence", "Moderate")
            owner.write("On what the estimate rests", "A talk of an hour with two teachers and the office.")
            owner.press("Save")
            owner.press("Assessed")
            count += 1


def answer_step(owner: Walk) -> None:
    """One step of a guided assessment: texts where there are none, the middle of each scale."""
    for key, text in IMPACT.items():
        box = owner.page.locator(f"#field-{key}")
        if box.count():
            box.fill(text)
            owner.texts += 1
    for name, option in (
        ("groups-1-group", "Pupils who learn Norwegian"),
        ("groups-1-how", "Marks depend on language"),
        ("groups-0-how", "They get marks"),
    ):
        box = owner.page.locator(f"#field-{name}")
        if box.count():
            box.fill(option)
            owner.texts += 1
    for select in owner.page.locator("main form select").all():
        name = select.get_attribute("name") or ""
        if re.search(r"severity|scale|likelihood|reversibility|worst", name):
            select.select_option(index=2)
            owner.clicks += 1
        elif name == "approver" or name == "deputy":
            select.select_option(label="Ben Lund")
            owner.clicks += 1
        elif name == "public":
            select.select_option(label="Yes")
            owner.clicks += 1
    owner.press(re.compile("Save and (go on|finish)"))


def assess(owner: Walk, approver: Walk, title: str) -> str:
    """Walk an assessment through its steps, send it to review; the other person approves it."""
    owner.home()
    owner.click(
        owner.page.locator("main .steps")
        .get_by_role("link", name=re.compile("impact assessment|Impact of|Go on with"))
        .first
    )
    if "/registers/" in owner.page.url:
        owner.link(title)
        owner.link("Step by step")
    owner.link(re.compile("^Go on: "))
    for _step in range(9):
        if not re.search(r"/system/impacts/[\w-]+/[a-z]+$", owner.page.url):
            break
        answer_step(owner)
    assert "complete, rated" in owner.page.locator("h1").inner_text()
    owner.press("Send to review")
    approver.home()
    approver.click(
        approver.page.locator("main .steps").get_by_role("link", name=re.compile("waits? for approval")).first
    )
    if "/due" in approver.page.url:
        approver.link(title)
    if "/records/" in approver.page.url:
        approver.link("Step by step")
    approver.press("Approve and sign")
    sign(approver)
    assert "approved" in approver.page.locator("h1").inner_text()
    return owner.page.url


def decide(owner: Walk) -> int:
    """All controls: what a record names is suggested, the others get a reason of their own."""
    owner.home()
    owner.click(owner.page.locator("main .steps").get_by_role("link", name=re.compile("^Decide on 38 controls")))
    count = 0
    while owner.page.locator("#field-justification").count():
        box = owner.page.locator("#field-justification")
        heading = owner.page.locator("main form h3").inner_text()
        if not box.input_value():
            box.fill(f"{heading}: part of how our schools run AI, because the policy of the schools asks for it.")
            owner.texts += 1
        if owner.page.locator("#field-applies").input_value() != "included":
            owner.choose("Decision", "Included")
        owner.press(re.compile("^Decide"))
        count += 1
        assert count <= 38
    return count


def look(walk: Walk, address: str, paths: list[str]) -> list[str]:
    """What axe finds on pages with records in them, and which are wider than their window, light and dark, small and large."""
    found = []
    for path in paths:
        for scheme, width in (("light", 1440), ("dark", 360)):
            walk.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            walk.page.set_viewport_size({"width": width, "height": 900})
            walk.page.goto(address + path)
            found += [f"{path} {scheme}: {each}" for each in axe(walk.page)]
            found += [f"{path} {width}: too wide"] if overflow(walk.page) > 0 else []
    walk.page.set_viewport_size({"width": 1440, "height": 900})
    return found


def drafts(walk: Walk, chromium: Browser, address: str) -> None:
    """What is typed comes back after the window is closed; without scripts a button keeps it."""
    walk.page.goto(address + "/system/registers/suppliers/new")
    walk.page.get_by_label("Supplier", exact=True).fill("Half a supplier")
    walk.page.get_by_text("Draft kept at").wait_for(timeout=10_000)
    state = walk.page.context.storage_state()
    plain = chromium.new_context(java_script_enabled=False, storage_state=state).new_page()
    plain.goto(address + "/system/registers/suppliers/new")
    assert plain.get_by_label("Supplier", exact=True).input_value() == "Half a supplier"
    plain.get_by_label("Supplier", exact=True).fill("Half a supplier, more")
    plain.get_by_role("button", name="Save draft").click()
    assert plain.get_by_label("Supplier", exact=True).input_value() == "Half a supplier, more"
    plain.get_by_role("button", name="Discard the draft").click()
    assert plain.get_by_label("Supplier", exact=True).input_value() == ""


def test_two_people_come_from_nothing_to_a_signed_statement(
    chromium: Browser, empty: Empty, capsys: pytest.CaptureFixture[str]
) -> None:
    began = time.monotonic()
    owner = enter(chromium, empty.link)
    ben = colleague(owner, chromium)
    draft(owner)
    owner.link(re.compile("^AI systems$"))
    assert all(owner.page.get_by_role("link", name=name).count() for name in SYSTEMS)
    own_risk(owner)
    risks = rate_risks(owner)
    assert risks >= 6
    for title in SYSTEMS[:2]:
        assess(owner, ben, f"Impact of {title}")
    assert decide(owner) == 38
    assert "38 controls included" in owner.page.locator("h1").inner_text()
    owner.press("Issue for approval")
    assert "another person has to approve it" in owner.page.locator("main").inner_text()
    ben.home()
    ben.click(ben.page.locator("main .steps").get_by_role("link", name=re.compile("waits? for approval")).first)
    ben.write(re.compile("Words with your signature"), "Read all 38 decisions.")
    ben.press(re.compile("Approve and sign"))
    sign(ben)
    owner.home()
    owner.page.goto(empty.address + "/system/soa")
    text = owner.page.locator("#issue").inner_text()
    assert "signed by Ben Lund" in text
    took = time.monotonic() - began
    drafts(owner, chromium, empty.address)
    impact = owner.page.locator("main table a").first
    owner.page.goto(empty.address + "/system/registers/impacts")
    record = (impact.get_attribute("href") or "").rsplit("/", 1)[-1]
    paths = [
        "",
        "/due?days=365",
        "/reading",
        "/soa?row=A.2.2",
        "/obligations",
        "/impacts/new",
        "/registers/reviews/new",
    ]
    paths += [f"/impacts/{record}", f"/records/{record}", "/registers/risks/import", "/rules"]
    assert look(owner, empty.address, [f"/system{path}" for path in paths]) == []
    with capsys.disabled():
        print(
            f"\nfrom nothing to a signed statement: {owner.clicks + ben.clicks} clicks, {owner.texts + ben.texts} texts, "
            f"{len(owner.pages) + len(ben.pages)} pages, {took:.0f} s by machine; {risks} risks rated, 2 assessments approved"
        )
