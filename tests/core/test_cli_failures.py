"""What can go wrong around a command, each told in one clear message with what to do, and with its exit code."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import ROOT, Ran, assay, copied, course, environment, rows
from tests.families import by_turns

LINE = b'{"id": 1, "standard": "iso42001", "text": "Prepare the register of significant environmental aspects."}\n'
ISO = ("--standard", "iso42001")
LESSONS = 400
DETACH = 2  # MNT_DETACH of umount2(2)
DROP_FROM_BOUNDING_SET = 24  # PR_CAPBSET_DROP of prctl(2)
DAC_OVERRIDE = 1  # CAP_DAC_OVERRIDE of capabilities(7): root may write where the mode forbids it


def plainly() -> None:
    """Let the mode of files count for this process even where it belongs to root."""
    if os.geteuid() == 0:
        ctypes.CDLL(None).prctl(DROP_FROM_BOUNDING_SET, DAC_OVERRIDE, 0, 0, 0)


def told(ran: Ran, code: int, *words: str) -> None:
    """Ended with `code`, and said one message that holds these words, and what to do."""
    assert ran.code == code, (ran.code, ran.out, ran.err)
    assert ran.message.startswith("assay: "), ran.err
    assert len([line for line in ran.message.splitlines() if line.startswith("assay: ")]) == 1, ran.err
    for word in words:
        assert word in ran.message, ran.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    by_turns(
        [
            (["audit"], ["Missing argument"]),
            (["audit", "--nope", "x"], ["No such option", "--nope"]),
            (["nosuch"], ["No such command", "nosuch"]),
            (["demo", "--port", "99999"], ["--port", "65535"]),
            (["demo", "--port", "many"], ["--port", "integer"]),
            (["ledger", "proof", "-1"], ["No such option"]),
        ],
        4,
    ),
)
def test_a_command_put_wrongly_is_told_with_exit_code_2(arguments: list[str], words: list[str]) -> None:
    told(assay(*arguments), 2, *words, "what to do", "--help")


@pytest.mark.parametrize("arguments", by_turns([[], ["bench"], ["ledger"], ["witness"]], 4))
def test_a_group_without_a_command_shows_its_help(arguments: list[str]) -> None:
    ran = assay(*arguments)
    assert (ran.code, "Usage:" in ran.err, "Commands:" in ran.err) == (2, True, True), ran.err


def test_help_is_on_standard_output_with_exit_code_0() -> None:
    ran = assay("audit", "--help")
    assert (ran.code, ran.err) == (0, "")
    assert "--sarif" in ran.out


@pytest.mark.slow
def test_a_missing_path_an_unknown_standard_and_an_empty_folder_are_told(tmp_path: Path, data: Path) -> None:
    told(assay("audit", tmp_path / "nothing", *ISO, "--data", data), 1, "nothing", "what to do")
    told(assay("audit", course(tmp_path / "c"), "--standard", "iso9999", "--data", data), 2, "iso9999", "what to do")
    before = rows(data)
    (tmp_path / "empty").mkdir()
    told(assay("audit", tmp_path / "empty", *ISO, "--data", data), 1, "empty", "what to do")
    assert rows(data) == before
    assert before["studio_programme"] == before["studio_artefact"] == 0


def test_a_data_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    told(assay("demo", "--no-serve", "--data", tmp_path / "file"), 2, "is a file, not a folder", "--data")
    told(assay("verify", tmp_path / "file"), 1, str(tmp_path / "file"))
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize(
    ("name", "value"),
    by_turns([
        ("ASSAY_DEBUG", "maybe"), ("ASSAY_ORIGIN", "ftp://x"), ("ASSAY_DATABASE_URL", "mysql://x/y"), ("ASSAY_LOG_LEVEL", "loud"),
        ("ASSAY_SECRET_KEY", "short"), ("ASSAY_ALLOWED_HOSTS", "*"), ("ASSAY_DATABASE_URL_FILE", "/nowhere"), ("ASSAY_NOPE", "1"),
    ], 4),
)  # fmt: skip
def test_a_malformed_setting_is_told_with_its_name_and_not_its_value(tmp_path: Path, name: str, value: str) -> None:
    ran = assay("init", env={name: value, "ASSAY_DATA": str(tmp_path / "data")})
    told(ran, 2, name, "what to do")
    assert not (tmp_path / "data").exists()
    if name == "ASSAY_SECRET_KEY":
        assert value not in ran.err


@pytest.mark.parametrize("command", ["demo", "serve"])
def test_a_port_that_is_taken_is_told_before_anything_is_made(tmp_path: Path, command: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told(assay(command, "--port", port, "--data", tmp_path / "data"), 2, str(port), "in use", "--port")
    assert not (tmp_path / "data").exists()


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir()
    locked.chmod(0o555)
    ran = assay("init", "--data", locked / "data", before=plainly)
    told(ran, 2, "cannot be written", "Permission denied", "--data")
    assert list(locked.iterdir()) == []


@pytest.mark.slow
def test_a_database_that_cannot_be_written_is_told(tmp_path: Path, data: Path) -> None:
    data.chmod(0o555)
    for file in data.rglob("*"):
        file.chmod(0o555 if file.is_dir() else 0o444)
    told(assay("audit", course(tmp_path / "c"), *ISO, "--data", data, before=plainly), 1, "what to do")


@pytest.mark.slow
def test_a_full_disk_is_told_and_the_next_run_completes(tmp_path: Path, data: Path) -> None:
    texts = course(tmp_path / "course", LESSONS)
    room = 100_000  # bytes that any file may hold: less than what an import appends to the log of writes

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    told(assay("audit", texts, *ISO, "--data", data, before=limit), 1, "disk", "what to do")
    assert assay("verify", data).code == 0
    done = assay("audit", texts, *ISO, "--data", data)
    assert (done.code, f"{LESSONS} artefacts" in done.out) == (11, True), done.err
    assert assay("verify", data).code == 0


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
def test_a_disk_of_one_mebibyte_that_is_full_is_told(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    system = ctypes.CDLL(None, use_errno=True)
    if system.mount(b"tmpfs", bytes(small), b"tmpfs", 0, b"size=1100k"):
        pytest.skip(f"mounting is not allowed here: {os.strerror(ctypes.get_errno())}")
    try:
        told(
            assay("audit", course(tmp_path / "course", LESSONS), *ISO, "--data", small / "data"),
            1,
            "disk",
            "full",
            "Free some space",
        )
    finally:
        assert system.umount2(bytes(small), DETACH) == 0


def test_a_report_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    ran = assay("audit", course(tmp_path / "c"), *ISO, "--data", tmp_path / "d", "--json", tmp_path / "no" / "x.json")
    told(ran, 2, "x.json", "what to do")
    assert not (tmp_path / "d").exists()


@pytest.mark.parametrize(
    ("line", "words"),
    by_turns(
        [
            (b"x\n", ["Line 1 is not JSON"]),
            (b'\n{"id": 1}\n', ["Line 2 has no 'text'"]),
            (b"\xff\xfe\n", ["Line 1 is not UTF-8"]),
            (b'{"text": "\\ud800"}\n', ["Line 1 holds half of a character"]),
            (b"[" * 100_000 + b"\n", ["Line 1 is not JSON"]),
            (b'{"text": "x", "standard": "iso9999"}\n', ["Line 1", "iso9999"]),
            (b'{"text": "x", "companions": "iso9001"}\n', ["Line 1", "companions"]),
        ],
        4,
    ),
)
def test_a_line_that_classify_cannot_read_is_told_with_its_number(line: bytes, words: list[str]) -> None:
    told(assay("classify", stdin=line), 1, *words, "what to do")


@pytest.mark.slow
def test_a_reader_that_leaves_early_ends_classify_without_a_word() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "assay", "classify"],
        env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    with contextlib.suppress(BrokenPipeError):
        for _ in range(2000):
            process.stdin.write(LINE)
    with contextlib.suppress(BrokenPipeError):
        process.stdin.close()
    with process.stderr as said:
        assert (process.wait(timeout=60), said.read()) == (1, b"")


@pytest.fixture
def without_django(tmp_path: Path) -> dict[str, str]:
    """An environment in which Django is not installed."""
    package = tmp_path / "blocked" / "django"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("raise ModuleNotFoundError('No module named django', name='django')\n")
    return {"PYTHONPATH": os.pathsep.join([str(package.parent), str(ROOT / "src")])}


@pytest.mark.slow
def test_verify_classify_and_detectors_need_no_django(
    tmp_path: Path, audited_folder: Path, without_django: dict[str, str]
) -> None:
    data = copied(audited_folder, tmp_path / "data")
    assert assay("init", "--data", tmp_path / "other", env=without_django).code == 1
    verified = assay("verify", data, env=without_django)
    assert (verified.code, "Nothing differs" in verified.out) == (0, True), verified.err
    labelled = assay("classify", env=without_django, stdin=LINE)
    assert (labelled.code, '"label": "A"' in labelled.out) == (0, True), labelled.err
    assert assay("detectors", env=without_django).code == 0
    assert assay("version", env=without_django).code == 0


def test_without_the_server_packages_a_command_that_needs_them_says_so(
    tmp_path: Path, without_django: dict[str, str]
) -> None:
    told(assay("init", "--data", tmp_path / "data", env=without_django), 1, "django", "not installed", "what to do")


def interrupted(texts: Path, data: Path, stage: str) -> Ran:
    """An audit that gets Ctrl-C as soon as it says that it is at this stage."""
    process = subprocess.Popen(
        [sys.executable, "-m", "assay", "audit", str(texts), *ISO, "--data", str(data)],
        env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a run in the background ignores it, and children inherit that
    )  # fmt: skip
    assert process.stderr is not None
    said = b""
    while stage.encode() not in said and process.poll() is None:
        said += os.read(process.stderr.fileno(), 1000)
    os.killpg(process.pid, signal.SIGINT)
    _out, rest = process.communicate(timeout=120)
    return Ran(process.returncode, "", (said + rest).decode())


@pytest.mark.slow
@pytest.mark.parametrize("stage", ["storing", "measuring"])
def test_ctrl_c_in_the_middle_is_told_and_the_next_run_completes(tmp_path: Path, data: Path, stage: str) -> None:
    for lessons in (300, 1200, 3600):  # on a busy machine a short course is done before the signal gets there
        texts = course(tmp_path / f"course-{lessons}", lessons)
        ran = interrupted(texts, data, stage)
        if ran.code != 11:
            break
    told(ran, 130, "Stopped", "what to do")
    assert assay("verify", data).code == 0
    done = assay("audit", texts, *ISO, "--data", data)
    assert (done.code, f"{lessons:,} artefacts" in done.out) == (11, True), done.err
    assert assay("verify", data).code == 0


def launcher(folder: Path, python: str) -> dict[str, str]:
    """A checkout in `folder` with only the launcher, and a PATH where `python3` is the given script."""
    shutil.copy(ROOT / "assay", folder / "assay")
    shutil.copytree(ROOT / "requirements", folder / "requirements")
    tools = folder / "bin"
    tools.mkdir()
    for name in ("dirname", "cat", "cksum", "cut", "sh", "grep", "rm", "tail", "uname"):
        (tools / name).symlink_to(shutil.which(name) or name)
    (tools / "python3").write_text(f"#!/bin/sh\n{python}\n")
    (tools / "python3").chmod(0o755)
    return {"PATH": str(tools)}


@pytest.mark.parametrize(
    ("python", "words"),
    [
        (
            '[ "$1" = --version ] && echo Python 3.9.2; exit 1',
            ["no Python 3.11", "Python 3.9.2", "apt install python3"],
        ),
        ("exit 127", ["no Python 3.11", "not there"]),
        (
            'case "$2" in *version_info*) exit 0;; esac; exit 1',
            ["neither the venv module nor pip", "apt install python3-venv"],
        ),
    ],
)
def test_the_launcher_tells_what_python_is_missing(tmp_path: Path, python: str, words: list[str]) -> None:
    done = subprocess.run(
        [tmp_path / "assay", "demo"], env=launcher(tmp_path, python), capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert all(word in done.stderr for word in ["what to do", *words]), done.stderr
    assert not (tmp_path / ".venv").exists()


def test_the_launcher_refuses_a_python_that_was_named_and_cannot_be_used(tmp_path: Path) -> None:
    paths = launcher(tmp_path, "exit 0")
    done = subprocess.run(
        [tmp_path / "assay", "demo"], env={**paths, "ASSAY_PYTHON": "/nowhere/python3"}, capture_output=True, text=True, check=False
    )  # fmt: skip
    assert done.returncode == 1
    assert "ASSAY_PYTHON" in done.stderr
    assert "/nowhere/python3" in done.stderr


def test_the_launcher_tells_of_a_checkout_that_cannot_be_written(tmp_path: Path) -> None:
    paths = launcher(tmp_path, f'exec {sys.executable} "$@"')
    tmp_path.chmod(0o555)
    done = subprocess.run(
        [tmp_path / "assay", "demo"], env=paths, capture_output=True, text=True, check=False, preexec_fn=plainly
    )
    assert done.returncode == 1
    assert "cannot be written" in done.stderr
    assert "folder of your own" in done.stderr
    tmp_path.chmod(0o755)
