"""Items of a QTI 3.0 bank in a certified player of others, in Chromium: rendered, answered, scored by their own rules."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Browser, Page

from assay.studio.packaging.qti import qti30_package
from tests.courses import small_course
from tests.players import player

pytestmark = [pytest.mark.journey]

HOST = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Player</title></head><body><div id="app"></div></body></html>"""
START = """xml => new Promise(done => {
  window.states = [];
  new Vue({ el: "#app", render: make => make(qti3Player, { on: {
    notifyQti3PlayerReady: made => { window.player = made; made.loadItemFromXml(xml, {
      guid: "g", sessionControl: { max_attempts: 0, show_feedback: true, validate_responses: false } }); },
    notifyQti3ItemReady: () => done(true),
    notifyQti3EndAttemptCompleted: data => window.states.push(JSON.parse(JSON.stringify(data.state))),
  } }) });
})"""
Runner = Callable[[str], Page]


@pytest.fixture
def run(chromium: Browser) -> Iterator[Runner]:
    """`run(xml)`: a page in which the player shows the item."""
    scripts = [player("vue/dist/vue.min.js"), player("qti3-item-player/dist/qti3Player.umd.min.js")]
    context = chromium.new_context(offline=True)

    def started(xml: str) -> Page:
        page = context.new_page()
        page.set_content(HOST)
        for script in scripts:
            page.add_script_tag(content=Path(script).read_text(encoding="utf-8"))
        page.evaluate(START, xml)
        return page

    yield started
    context.close()


def items() -> list[str]:
    """The items of the small course in their order."""
    course = small_course()
    with zipfile.ZipFile(io.BytesIO(qti30_package(course))) as archive:
        return [archive.read(f"items/{item.id}.xml").decode() for _, item in course.bank]


def outcome(page: Page, name: str) -> Any:
    page.evaluate("player.endAttempt('score')")
    page.wait_for_function("states.length > 0")
    state = json.loads(page.evaluate("JSON.stringify(states.pop())"))
    return next(each["value"] for each in state["outcomeVariables"] if each["identifier"] == name)


@pytest.mark.req("R75")
@pytest.mark.parametrize(
    ("item", "chosen", "score"),
    [(0, ["A"], 1), (0, ["B"], 0), (1, ["A", "C"], 1), (1, ["A"], 0), (1, ["A", "B", "C"], 0)],
)
def test_the_player_gives_the_point_for_exactly_the_key(run: Runner, item: int, chosen: list[str], score: int) -> None:
    page = run(items()[item])
    for letter in chosen:
        page.locator("[role=radio], [role=checkbox]").nth("ABC".index(letter)).click()
    assert outcome(page, "SCORE") == score


def test_an_unanswered_item_gets_nothing(run: Runner) -> None:
    assert outcome(run(items()[0]), "SCORE") == 0


def test_the_player_shows_stem_options_and_the_reason(run: Runner) -> None:
    page = run(items()[0])
    text = page.locator("body").inner_text()
    assert "Who decides on the scope of an AI management system?" in text
    assert "the certification body" in text
    page.locator("[role=radio]").nth(0).click()
    assert outcome(page, "FEEDBACK") == "WHY"
