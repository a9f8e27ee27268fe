"""Packages in a SCORM run-time of others, in Chromium: what the platform was told after every act, and what it kept."""

import io
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Browser, FrameLocator, expect

from assay.studio.packaging.scorm import scorm12_package
from tests.courses import small_course
from tests.journeys.lms import KINDS, Platform

pytestmark = [pytest.mark.journey]

BOTH = pytest.mark.parametrize("profile", ["scorm12", "scorm2004"])


def score_of(commit: dict[str, Any], profile: str) -> tuple[float, str]:
    """Score and status as the platform was sent them."""
    cmi = commit["cmi"]
    if profile == "scorm12":
        return float(cmi["core"]["score"]["raw"]), str(cmi["core"]["lesson_status"])
    return float(cmi["score"]["raw"]), f"{cmi['completion_status']}, {cmi['success_status']}"


def answer(inner: FrameLocator, question: int, *options: int) -> None:
    """Answer a question of the open page; all counts from 0."""
    form = inner.locator("form.item").nth(question)
    for option in options:
        form.locator("label").nth(option).click()
    form.get_by_role("button", name="Check my answer").click()


def until(told: Callable[[], object], wanted: object) -> None:
    """Wait until the platform was told this; after ten seconds, say what it was told instead."""
    deadline = time.monotonic() + 10
    while told() != wanted and time.monotonic() < deadline:
        time.sleep(0.02)
    assert told() == wanted


def to_the_quiz(shell: FrameLocator, inner: FrameLocator) -> None:
    expect(inner.get_by_role("heading", level=1)).to_have_text("Second lesson")
    for title in ("Words & <b>marks</b>", "A short quiz"):
        shell.get_by_role("button", name="Next page").click()
        expect(inner.get_by_role("heading", level=1)).to_have_text(title)


@pytest.mark.req("R75")
@BOTH
def test_score_and_completion_reach_the_platform_after_each_answer(
    platform_of: Callable[[str], Platform], profile: str
) -> None:
    platform = platform_of(profile)
    _, shell, inner = platform.launch(small_course())
    to_the_quiz(shell, inner)
    open_, done = ("incomplete", "failed") if profile == "scorm12" else ("incomplete, unknown", "completed, failed")
    standings = [(33.33, open_), (66.67, open_), (66.67, done)]
    for question, options in enumerate([(0,), (0, 2), (1,)]):
        before = len(platform.commits)
        answer(inner, question, *options)
        # The run-time of others may send what was set before once more.
        platform.wait_for_commit(before)
        until(lambda: score_of(platform.commits[-1], profile), standings[question])
    expect(inner.locator("form.item").nth(2).get_by_role("status")).to_have_text(
        "Not right: you chose B, the answer is A."
    )
    before = len(platform.commits)
    inner.get_by_role("button", name="Try again").nth(2).click()
    answer(inner, 2, 0)
    platform.wait_for_commit(before)
    until(
        lambda: score_of(platform.commits[-1], profile),
        (100.0, "passed" if profile == "scorm12" else "completed, passed"),
    )
    assert len(platform.commits[-1]["cmi"]["interactions"]) == 4
    assert platform.complaints == []
    assert all(url.startswith(platform.address) for url in platform.asked)


@BOTH
def test_a_learner_comes_back_to_page_answers_and_result(platform_of: Callable[[str], Platform], profile: str) -> None:
    platform = platform_of(profile)
    page, shell, inner = platform.launch(small_course())
    to_the_quiz(shell, inner)
    expect(shell.locator("#standing")).to_contain_text("3 of 3 pages read")
    before = len(platform.commits)
    answer(inner, 0, 0)
    platform.wait_for_commit(before)
    expect(shell.locator("#standing")).to_contain_text("1 of 3 questions right")
    kept = platform.commits[-1]["cmi"]
    page.close()
    _, shell, inner = platform.launch(small_course(), kept=kept)
    expect(inner.get_by_role("heading", level=1)).to_have_text("A short quiz")
    expect(inner.locator("form.item").nth(0).get_by_role("status")).to_have_text("Right.")
    expect(shell.locator("#standing")).to_have_text("3 of 3 pages read · 1 of 3 questions right, 70 % to pass")


@BOTH
def test_review_writes_nothing(platform_of: Callable[[str], Platform], profile: str) -> None:
    platform = platform_of(profile)
    kept = {"core": {"lesson_mode": "review"}} if profile == "scorm12" else {"mode": "review"}
    page, shell, inner = platform.launch(small_course(), kept=kept)
    expect(shell.get_by_text("You are reviewing")).to_be_visible()
    to_the_quiz(shell, inner)
    expect(inner.get_by_role("button").first).to_be_disabled()
    assert platform.commits == []
    written = page.evaluate("window.written")
    assert written == []


@BOTH
def test_a_platform_that_does_not_save_is_told_to_the_learner(
    platform_of: Callable[[str], Platform], profile: str
) -> None:
    platform = platform_of(profile)
    page, shell, inner = platform.launch(small_course())
    expect(inner.get_by_role("heading", level=1)).to_have_text("Second lesson")
    page.evaluate(f"() => {{ {KINDS[profile][1]}.{KINDS[profile][3]} = () => 'false'; }}")
    shell.get_by_role("button", name="Next page").click()
    expect(shell.get_by_text("The learning platform did not save your last step")).to_be_visible()


def test_the_course_is_done_by_keyboard_alone_on_a_small_screen(platform_of: Callable[[str], Platform]) -> None:
    platform = platform_of("scorm12")
    page, shell, inner = platform.launch(small_course(), width=360)
    expect(inner.get_by_role("heading", level=1)).to_have_text("Second lesson")
    for title in ("Words & <b>marks</b>", "A short quiz"):
        shell.get_by_role("button", name="Next page").focus()
        page.keyboard.press("Enter")
        expect(inner.get_by_role("heading", level=1)).to_have_text(title)
        expect(inner.get_by_role("heading", level=1)).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(inner.locator("form.item").nth(0).get_by_role("status")).to_have_text("Right.")
    for frame in page.frames:
        assert frame.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_without_a_platform_one_reads_and_practises_and_is_told_that_nothing_is_kept(
    tmp_path: Path, chromium: Browser
) -> None:
    with zipfile.ZipFile(io.BytesIO(scorm12_package(small_course()))) as archive:
        archive.extractall(tmp_path)
    context = chromium.new_context(offline=True)
    page = context.new_page()
    page.goto((tmp_path / "index.html").as_uri())
    inner = page.frame_locator("#page")
    expect(page.get_by_text("nothing is recorded")).to_be_visible()
    page.get_by_role("link", name="Quiz").click()
    answer(inner, 0, 1)
    expect(inner.locator("form.item").nth(0).get_by_role("status")).to_have_text(
        "Not right: you chose B, the answer is A."
    )
    context.close()


def test_axe_finds_nothing_in_shell_and_pages(platform_of: Callable[[str], Platform]) -> None:
    platform = platform_of("scorm12")
    page, shell, inner = platform.launch(small_course())
    to_the_quiz(shell, inner)
    answer(inner, 0, 1)
    script = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
    for frame in page.frames[1:]:
        frame.evaluate(script)
        found = frame.evaluate(
            "axe.run(document, {iframes: false}).then(result => result.violations.map(each => each.id))"
        )
        assert found == []
