"""A cmi5 package in Chromium against a record store: what it was sent, in which order, and that a learner can come back."""

import io
import json
import threading
import time
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlparse

import pytest

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Browser, FrameLocator, Page, expect

from assay.studio.packaging.cmi5 import cmi5_package
from tests.courses import small_course

pytestmark = [pytest.mark.journey]
REGISTRATION = "8b1d3b2c-6f1e-4b0a-9d3a-2f5f7a9c1d10"


class RecordStore:
    """A record store on this machine with the parts of xAPI that cmi5 uses, beside the course it launches."""

    def __init__(self, root: Path) -> None:
        self.statements: list[dict[str, Any]] = []
        self.states: dict[str, bytes] = {}
        self.mode = "Normal"
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, self, directory=str(root)))
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def launch(self) -> str:
        """The address under which a platform would open the course."""
        template = {
            "contextActivities": {"grouping": [{"id": "urn:course"}]},
            "extensions": {"https://w3id.org/xapi/cmi5/context/extensions/sessionid": "s"},
        }
        self.states["LMS.LaunchData"] = json.dumps(
            {"launchMode": self.mode, "moveOn": "CompletedAndPassed", "contextTemplate": template}
        ).encode()
        asked = {
            "endpoint": f"{self.address}/xapi", "fetch": f"{self.address}/token", "registration": REGISTRATION,
            "actor": json.dumps({"objectType": "Agent", "account": {"homePage": self.address, "name": "42"}}), "activityId": "urn:au",
        }  # fmt: skip
        return f"{self.address}/index.html?{urlencode(asked)}"

    def verbs(self) -> list[str]:
        return [statement["verb"]["id"].rsplit("/", 1)[-1] for statement in self.statements]

    def wait_for(self, verb: str) -> None:
        deadline = time.monotonic() + 10
        while verb not in self.verbs():
            assert time.monotonic() < deadline, self.verbs()
            time.sleep(0.02)


class _Handler(SimpleHTTPRequestHandler):
    def __init__(self, store: RecordStore, *args: object, **rest: object) -> None:
        self.store = store
        super().__init__(*args, **rest)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        if not self.path.startswith("/xapi/"):
            super().do_GET()
            return
        assert self.headers["Authorization"] == "Basic dG9rZW4="
        data = self.store.states.get(self._state())
        self._answer(200 if data is not None else 404, data or b"")

    def do_POST(self) -> None:
        if self.path == "/token":
            self._answer(200, b'{"auth-token": "dG9rZW4="}')
            return
        assert self.headers["X-Experience-API-Version"] == "1.0.3"
        self.store.statements.append(json.loads(self._body()))
        self._answer(200, b"[]")

    def do_PUT(self) -> None:
        self.store.states[self._state()] = self._body()
        self._answer(204, b"")

    def _state(self) -> str:
        return parse_qs(urlparse(self.path).query)["stateId"][0]

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers["Content-Length"]))

    def _answer(self, status: int, data: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        if status != 204:
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if status != 204:
            self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def store(tmp_path: Path) -> Iterator[RecordStore]:
    with zipfile.ZipFile(io.BytesIO(cmi5_package(small_course()))) as archive:
        archive.extractall(tmp_path)
    made = RecordStore(tmp_path)
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context()
    yield context.new_page()
    context.close()


def answer(inner: FrameLocator, question: int, *options: int) -> None:
    form = inner.locator("form.item").nth(question)
    for option in options:
        form.locator("label").nth(option).click()
    form.get_by_role("button", name="Check my answer").click()


@pytest.mark.req("R75")
def test_completed_and_passed_are_told_once_with_the_score(store: RecordStore, page: Page) -> None:
    page.goto(store.launch())
    inner = page.frame_locator("#page")
    expect(page.locator("#standing")).to_contain_text("1 of 3 pages")  # the record store has answered
    for title in ("Hostile", "Quiz"):
        page.get_by_role("link", name=title).click()
        expect(page.locator("#standing")).to_contain_text("2 of" if title == "Hostile" else "3 of 3 pages")
    for question, options in enumerate([(0,), (0, 2), (0,)]):
        answer(inner, question, *options)
    store.wait_for("passed")
    assert store.verbs() == ["initialized", "answered", "answered", "answered", "completed", "passed"]
    passed = store.statements[-1]
    assert passed["result"]["score"] == {"scaled": 1, "raw": 100, "min": 0, "max": 100}
    assert passed["context"]["registration"] == REGISTRATION
    assert [each["id"].rsplit("/", 1)[-1] for each in passed["context"]["contextActivities"]["category"]] == [
        "cmi5",
        "moveon",
    ]
    assert passed["context"]["contextActivities"]["grouping"] == [{"id": "urn:course"}]
    page.goto("about:blank")
    store.wait_for("terminated")
    page.goto(store.launch())
    expect(page.locator("#standing")).to_contain_text("3 of 3 questions right, 70 % to pass · passed")
    page.wait_for_timeout(300)
    assert store.verbs()[6:] == ["terminated", "initialized"]


def test_review_sends_no_answer_and_keeps_no_state(store: RecordStore, page: Page) -> None:
    store.mode = "Review"
    page.goto(store.launch())
    expect(page.get_by_text("You are reviewing")).to_be_visible()
    page.get_by_role("link", name="Quiz").click()
    expect(page.frame_locator("#page").get_by_role("button").first).to_be_disabled()
    assert store.verbs() == ["initialized"]
    assert set(store.states) == {"LMS.LaunchData"}
