"""The server as its owner meets it: started by one command, entered by the printed link, stopped with Ctrl-C."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.command import assay, environment


@pytest.fixture
def server(data: Path) -> Iterator[tuple[int, Path, subprocess.Popen[bytes]]]:
    """A server on a free port with its data folder."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "assay", "serve", "--port", str(port), "--data", str(data)],
        env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    try:
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield port, data, process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


@pytest.mark.slow
def test_a_printed_link_signs_in_once_and_ctrl_c_ends_the_server_beside_an_open_browser(
    server: tuple[int, Path, subprocess.Popen[bytes]],
) -> None:
    port, data, process = server
    link = assay("sign-in-link", "--data", data, env={"ASSAY_ORIGIN": f"http://127.0.0.1:{port}"}).out.strip()
    assert link.startswith(f"http://127.0.0.1:{port}/sign-in/")
    path = link.removeprefix(f"http://127.0.0.1:{port}")
    browser = http.client.HTTPConnection("127.0.0.1", port, timeout=20)  # keeps its connection open, as browsers do
    browser.request("GET", path)
    shown = browser.getresponse()
    page, cookie = shown.read().decode(), shown.headers["Set-Cookie"].split(";")[0]
    assert shown.status == 200
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token
    form = urlencode({"csrfmiddlewaretoken": token[1]})
    headers = {
        "Cookie": cookie,
        "Content-Type": "application/x-www-form-urlencoded",
        "Origin": f"http://127.0.0.1:{port}",
    }
    browser.request("POST", path, form, headers)
    entered = browser.getresponse()
    entered.read()
    session = "; ".join(each.split(";")[0] for each in entered.headers.get_all("Set-Cookie") or [])
    assert (entered.status, entered.headers["Location"]) == (302, "/")
    browser.request("GET", "/", headers={"Cookie": session})
    portfolio = browser.getresponse()
    assert (portfolio.status, b"<h1" in portfolio.read()) == (200, True)
    browser.request("POST", path, form, headers)
    again = browser.getresponse()
    again.read()
    assert again.status == 404

    began = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    _out, said = process.communicate(timeout=20)
    assert time.monotonic() - began < 15
    assert b"Traceback" not in said, said.decode()
    assert process.returncode in (0, 130)
    browser.close()
    assert assay("verify", data).code == 0


def asked(port: int, place: int, answers: list[int | str], until: float) -> None:
    """Ask for pages and for health, each over a connection of its own, as a crowd does; note status or refusal."""
    while time.monotonic() < until:
        try:
            one = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            one.request("GET", ("/healthz", "/sign-in")[place % 2])
            answers.append(one.getresponse().status)
            one.close()
        except OSError as error:
            answers.append(type(error).__name__)


def children_of(pid: int) -> list[int]:
    """The processes that a process started and that serve: those with a command of their own."""
    listed = Path(f"/proc/{pid}/task").glob("*/children")
    found = [int(each) for tasks in listed for each in tasks.read_text().split()]
    return [each for each in found if b"spawn_main" in Path(f"/proc/{each}/cmdline").read_bytes()]


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="finds the serving process in /proc")
def test_a_crowd_is_answered_and_a_killed_process_is_replaced(
    server: tuple[int, Path, subprocess.Popen[bytes]],
) -> None:
    port, _data, process = server
    answers: list[int | str] = []
    until = time.monotonic() + 4
    crowd = [threading.Thread(target=asked, args=(port, place, answers, until)) for place in range(32)]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join(60)
    assert set(answers) == {200}
    (serving,) = children_of(process.pid)
    os.kill(serving, signal.SIGKILL)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and serving in children_of(process.pid):
        time.sleep(0.1)
    answers.clear()
    while time.monotonic() < deadline and 200 not in answers:
        asked(port, 0, answers, time.monotonic() + 0.2)
    assert 200 in answers, answers[-3:]
    assert process.poll() is None
    assert children_of(process.pid) != [serving]
