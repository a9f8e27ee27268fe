"""The example, started as the README says, and browsers on it: with a session, without scripts, small and large."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.journeys.lms import platform_of  # noqa: F401  a fixture of several journeys

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START_SECONDS = 180
Opener = Callable[..., Page]


@dataclass(frozen=True)
class Example:
    """A running example: its address, its data folder, and what it printed before it began to serve."""

    address: str
    data: Path
    printed: str
    environment: dict[str, str]

    def sign_in_link(self) -> str:
        """A fresh one-time link, as `assay sign-in-link` prints it."""
        command = [sys.executable, "-m", "assay", "sign-in-link", "--origin", self.address]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=True, timeout=60)
        return done.stdout.strip()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Example]:
    """`assay demo`, in a process of its own, on a fresh data folder."""
    data = tmp_path_factory.mktemp("example") / "data"
    port = _free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ASSAY_", "DJANGO_"))}
    environment |= {"ASSAY_DATA": str(data), "PYTHONPATH": str(ROOT / "src"), "NO_COLOR": "1"}
    command = [sys.executable, "-m", "assay", "demo", "--port", str(port)]
    with (data.parent / "printed.txt").open("w+") as output:
        server = subprocess.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT)
        try:
            printed = _until_it_serves(server, data.parent / "printed.txt", port)
            yield Example(f"http://127.0.0.1:{port}", data, printed, environment)
        finally:
            server.terminate()
            server.wait(timeout=30)


def _until_it_serves(server: subprocess.Popen[bytes], output: Path, port: int) -> str:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        printed = output.read_text()
        assert server.poll() is None, printed
        if "sign-in/" in printed:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return printed
        time.sleep(0.2)
    raise AssertionError(f"the example did not start:\n{output.read_text()}")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium was found on PATH")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def session_state(example: Example, chromium: Browser) -> dict[str, object]:
    """Cookies of the local owner, got by the one-time link that the first command printed."""
    link = re.search(r"http://127\.0\.0\.1:\d+/sign-in/\S+", example.printed)
    assert link is not None, example.printed
    context = chromium.new_context()
    page = context.new_page()
    page.goto(link[0])
    page.get_by_role("button", name=re.compile("sign in", re.IGNORECASE)).click()
    page.wait_for_url(example.address + "/")
    state = context.storage_state()
    context.close()
    return dict(state)


@pytest.fixture
def visit(example: Example, chromium: Browser, session_state: dict[str, object]) -> Iterator[Opener]:
    """`visit(path, width=…, signed_in=…, **context options)`; complaints of the browser fail the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_it(path: str, *, width: int = 1440, signed_in: bool = True, quiet: bool = True, **options: object) -> Page:
        state = session_state if signed_in else None
        context = chromium.new_context(viewport={"width": width, "height": 900}, storage_state=state, **options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        if quiet:
            page.on("console", lambda message: complaints.append(message.text) if message.type != "log" else None)
            page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(example.address + path)
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert complaints == []
