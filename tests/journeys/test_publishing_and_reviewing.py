"""What is approved reaches those it is for: a low-tier assessment published to outsiders, a policy read, a review signed.

The assessment is timed: questions that need an answer, words to type, and what a person needs for that at a usual speed.
"""

import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Browser

from assay.registers.records.impacts.guide import SHORT
from assay.registers.registry import registers
from tests.journeys.test_from_empty_to_signed_soa import (  # noqa: F401  the empty server is a fixture
    IMPACT,
    Empty,
    Walk,
    colleague,
    empty,
    enter,
    sign,
)

pytestmark = [pytest.mark.journey, pytest.mark.slow]
WORDS_A_MINUTE, SECONDS_A_CLICK, SECONDS_A_QUESTION = 35, 3, 8
TODAY = datetime.now(UTC).date()


@pytest.fixture(scope="module")
def server(request: pytest.FixtureRequest) -> Empty:
    """A server with an organization in which nothing was recorded."""
    found: Empty = request.getfixturevalue("empty")
    return found


@pytest.fixture(scope="module")
def people(chromium: Browser, server: Empty) -> tuple[Walk, Walk]:
    """The owner and Ben, each in a browser of their own."""
    owner = enter(chromium, server.link)
    return owner, colleague(owner, chromium)


def made(walk: Walk, base: str, register: str, **answers: str) -> str:
    """A record by its form: `answers` by field, the rest as its kind allows; return its address."""
    walk.page.goto(f"{base}/system/registers/{register}/new")
    form = walk.page.locator("main form.form").first
    for box in form.locator("textarea, input[type=text], input[type=date], input[inputmode=numeric]").all():
        name = box.get_attribute("name") or ""
        if name in answers:
            box.fill(answers[name])
        elif box.get_attribute("required") is not None and not box.input_value():
            box.fill(TODAY.isoformat() if box.get_attribute("type") == "date" else f"As we do it: {name}.")
    for select in form.locator("select").all():
        name = select.get_attribute("name") or ""
        if "-" in name and name.split("-")[-2].isdigit():
            continue  # lines of a small table
        if name in answers:
            select.select_option(answers[name]) if name != "acknowledge" else select.select_option(label=answers[name])
        elif (
            name not in ("owner", "deputy", "approver")
            and not select.input_value()
            and select.locator("option").count() > 1
        ):
            select.select_option(index=1)
    for name in {box.get_attribute("name") for box in form.locator("input[type=checkbox]").all()} & {"own_roles"}:
        form.locator(f"input[name={name}]").first.check()
    walk.press("Create")
    return walk.page.url


def answered(walk: Walk) -> None:
    """One step of the short way: a text where there is a question, the middle of each scale, one group of people."""
    texts = {**IMPACT, "groups-0-group": "People who eat here", "groups-0-how": "They choose by it"}
    for key, text in texts.items():
        box = walk.page.locator(f"#field-{key}")
        if box.count() and not box.input_value():
            box.fill(text)
            walk.texts += 1
    for select in walk.page.locator("main form select").all():
        name = select.get_attribute("name") or ""
        if re.fullmatch(r"groups-0-worst|[a-z_]*(severity|scale|likelihood|reversibility)", name):
            select.select_option(index=2)
            walk.clicks += 1
        elif name in ("approver", "deputy", "public"):
            select.select_option(label="Yes" if name == "public" else "Ben Lund")
            walk.clicks += 1
    walk.press(re.compile("Save and (go on|finish)"))


def approved(walk: Walk, address: str) -> None:
    """Ben opens it, approves it, and signs what he is shown."""
    walk.page.goto(address)
    walk.press(re.compile("^(Approve and sign|In force)"))
    sign(walk)


@pytest.mark.req("M-04")
def test_a_low_tier_assessment_takes_ten_minutes_and_outsiders_read_its_public_version_only(
    chromium: Browser,
    server: Empty,
    people: tuple[Walk, Walk],
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    owner, ben = people
    made(owner, server.address, "ai-systems", title="Menu helper", tier="low")
    began, clicks = time.monotonic(), owner.clicks
    owner.page.goto(f"{server.address}/system/impacts/new")
    owner.page.locator("main").get_by_label(re.compile("Menu helper")).first.check()
    owner.press(re.compile("Begin|Start|Go on"))
    steps = 0
    while re.search(r"/system/impacts/[\w-]+/[a-z]+$", owner.page.url):
        answered(owner)
        steps += 1
    assert "complete, rated" in owner.page.locator("h1").inner_text()
    took, clicks = time.monotonic() - began, owner.clicks - clicks
    fields = {each.key: each for each in registers()["impacts"].fields}
    asked = [fields[key] for step in SHORT for key in step.fields if fields[key].required or fields[key].since]
    typed = sum(len(text.split()) for text in IMPACT.values()) + 12
    minutes = (typed / WORDS_A_MINUTE) + (clicks * SECONDS_A_CLICK + len(asked) * SECONDS_A_QUESTION) / 60
    with capsys.disabled():
        print(
            f"\nLow tier: {steps} steps, {len(asked)} answers needed, {typed} words, {clicks} clicks, {took:.0f} s by program;"
            f" {minutes:.1f} min at {WORDS_A_MINUTE} words a minute, {SECONDS_A_CLICK} s a click, {SECONDS_A_QUESTION} s a question"
        )
    assert steps == len(SHORT)
    assert minutes <= 10
    owner.press("Send to review")
    approved(ben, owner.page.url)
    owner.page.reload()
    owner.press("Publish this version")
    public = owner.page.get_by_role("link", name="Read it as they do").get_attribute("href")
    assert public
    outsider = chromium.new_context().new_page()
    outsider.goto(public)
    assert IMPACT["summary"].split(".")[0] in outsider.locator("main").inner_text()
    assert IMPACT["misuse"] not in outsider.content()
    assert IMPACT["consulted"] not in outsider.content()
    outsider.goto(owner.page.url)
    assert "/sign-in" in outsider.url or "Sign in" in outsider.locator("h1").inner_text()
    assert outsider.goto(public[:-4] + "zzzz").status == 404  # type: ignore[union-attr]
    owner.press("Withdraw it")
    assert outsider.goto(public).status == 404  # type: ignore[union-attr]


@pytest.mark.req("L-14")
def test_a_document_is_approved_by_another_person_and_read_by_those_it_concerns(
    server: Empty,
    people: tuple[Walk, Walk],
) -> None:
    owner, ben = people
    address = made(owner, server.address, "documents", title="How we watch outputs", acknowledge="Yes", edition="1")
    owner.press("In review")
    assert owner.page.locator("main").get_by_role("button", name=re.compile("Approve|In force")).count() == 0
    approved(ben, address)
    ben.page.goto(f"{server.address}/system/reading")
    assert "1 document waits for you to read" in ben.page.locator("h1").inner_text()
    ben.press("I have read it")
    assert "You have read everything" in ben.page.locator("h1").inner_text()
    owner.page.goto(f"{server.address}/system/reading")
    assert "1 of 2 have read it" in owner.page.locator("main").inner_text()
    owner.page.goto(address)
    owner.link("Edit")
    owner.write("What it says", "Samples are read each week, and each month by somebody else.")
    owner.press("Save")
    assert "Draft" in owner.page.locator("main").inner_text()
    ben.page.goto(f"{server.address}/system/reading")
    assert "You have read everything" in ben.page.locator("h1").inner_text()  # a draft is nobody's to read


@pytest.mark.req("L-14")
def test_a_management_review_is_held_on_live_inputs_and_its_minutes_are_signed(
    server: Empty,
    people: tuple[Walk, Walk],
) -> None:
    owner, ben = people
    address = made(owner, server.address, "reviews", title="Review of the autumn")
    owner.page.goto(address)
    owner.link("Inputs and meeting")
    review = owner.page.url
    owner.press("Read the inputs")
    assert owner.page.locator("main section h2").count() >= 9
    owner.write("Present", "Both of us")
    owner.press("Hold it and freeze the inputs")
    owner.link(re.compile("[Ww]rite the minutes"))
    owner.page.locator("[name=decisions-0-decision]").fill("Read twice as many samples.")
    owner.page.locator("[name=decisions-0-kind]").select_option("improve")
    owner.page.locator("[name=decisions-0-who]").select_option(label="Ben Lund")
    owner.page.locator("[name=decisions-0-due_on]").fill((TODAY + timedelta(days=30)).isoformat())
    owner.write(re.compile("still suitable"), "It is, with more samples.")
    owner.press("Save")
    owner.page.goto(review)
    assert "1 of 1 decisions still open" in owner.page.locator("h1").inner_text()
    assert (
        owner.page.get_by_role("button", name=re.compile("Approve and sign")).count() == 0
    )  # who wrote it does not sign it
    approved(ben, review)
    ben.page.goto(review)
    text = ben.page.locator("body").inner_text()
    assert "Signed by Ben Lund" in re.sub(r"\s+", " ", text)
    assert "Improvement 1" in text
