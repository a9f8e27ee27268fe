"""A learning platform on this machine for packages: serves one, runs it in a run-time of others, keeps what it is sent."""

import io
import json
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page

from assay.studio.packaging.course import Course
from assay.studio.packaging.scorm import scorm12_package, scorm2004_package
from tests.players import player

PLATFORM = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Platform</title>
<script src="/player/{script}"></script></head><body style="margin:0"><script>
const kept = {kept};
window.written = [];
window.{name} = new {kind}({{ autocommit: false, lmsCommitUrl: "/commit", logLevel: 5 }});
window.{name}.on("{set_value}", (element) => window.written.push(element));
window.{name}.on("{commit}", () => window.written.push("commit"));
window.{name}.loadFromJSON(kept);
</script><iframe id="sco" title="Course" src="/course/index.html" style="width:100%;height:100vh;border:0"></iframe></body></html>"""
KINDS = {
    "scorm12": ("scorm12.min.js", "API", "Scorm12API", "LMSCommit", scorm12_package),
    "scorm2004": ("scorm2004.min.js", "API_1484_11", "Scorm2004API", "Commit", scorm2004_package),
}


class Platform:
    """A learning platform on this machine: serves a package and keeps the commits it is sent, in their order."""

    def __init__(self, root: Path, context: BrowserContext, profile: str) -> None:
        self.root, self.context, self.profile = root, context, profile
        self.commits: list[dict[str, Any]] = []
        self.asked: list[str] = []
        self.complaints: list[str] = []
        handler = partial(_Handler, self, directory=str(root))
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def launch(
        self, course: Course, *, kept: dict[str, Any] | None = None, width: int = 1280
    ) -> tuple[Page, FrameLocator, FrameLocator]:
        """Open the course; return the page, the shell of the player in it, and the page of the course in that."""
        return self.open(KINDS[self.profile][4](course), kept=kept, width=width)

    def open(
        self, package: bytes, *, kept: dict[str, Any] | None = None, width: int = 1280
    ) -> tuple[Page, FrameLocator, FrameLocator]:
        """Open a package as it was downloaded."""
        script, name, kind, commit, _ = KINDS[self.profile]
        with zipfile.ZipFile(io.BytesIO(package)) as archive:
            archive.extractall(self.root / "course")
        (self.root / "player").mkdir(exist_ok=True)
        (self.root / "player" / script).write_bytes(player(f"scorm-again/dist/{script}").read_bytes())
        text = PLATFORM.format(
            script=script,
            name=name,
            kind=kind,
            commit=commit,
            kept=json.dumps(kept or {}),
            set_value=commit.replace("Commit", "SetValue"),
        )
        (self.root / "index.html").write_text(text)
        page = self.context.new_page()
        page.set_viewport_size({"width": width, "height": 800})
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("console", lambda message: self.complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(self.address)
        shell = page.frame_locator("#sco")
        return page, shell, shell.frame_locator("#page")

    def wait_for_commit(self, before: int) -> None:
        """Wait until more than `before` commits have come in."""
        deadline = time.monotonic() + 10
        while len(self.commits) <= before:
            assert time.monotonic() < deadline, "the platform was sent nothing"
            time.sleep(0.02)


class _Handler(SimpleHTTPRequestHandler):
    def __init__(self, platform: Platform, *args: object, **rest: object) -> None:
        self.platform = platform
        super().__init__(*args, **rest)  # type: ignore[arg-type]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.platform.commits.append(json.loads(body))
        answer = b'{"result": "true", "errorCode": 0}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def do_GET(self) -> None:
        if self.path == "/favicon.ico":
            self.send_response(204)
            self.end_headers()
        else:
            super().do_GET()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def platform_of(tmp_path: Path, chromium: Browser) -> Iterator[Callable[[str], Platform]]:
    made: list[Platform] = []

    def make(profile: str) -> Platform:
        made.append(Platform(tmp_path, chromium.new_context(), profile))
        return made[-1]

    yield make
    for platform in made:
        platform.context.close()
        platform.server.shutdown()
        platform.server.server_close()
