"""README is short, its commands exist, and what the documents point to is there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer

from assay.cli.main import app
from tests.command import ROOT, assay

README = ROOT / "README.md"
PAGES = sorted(each for each in (README, *(ROOT / "docs").rglob("*.md"), ROOT / "CHANGELOG.md"))
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]+)(#[^)\s]*)?\)")
LAUNCHER_ONLY = {"test", "check", "check-only"}


def test_readme_is_under_120_lines_with_one_picture() -> None:
    text = README.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 120
    assert len(re.findall(r"!\[[^\]]+\]\(", text)) == 1


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_a_page_links_to_is_there(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    missing = [target for target, _ in LINK.findall(text) if not (page.parent / target).exists()]
    assert missing == []


def commands_in(page: Path) -> list[list[str]]:
    """The calls of `assay` in the code blocks of a page, as words."""
    blocks = re.findall(r"```\w*\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    calls = [line.split(" | ")[-1] for block in blocks for line in block.splitlines()]
    words = [shlex.split(call, comments=True) for call in calls if re.match(r"(\./)?assay( |$)", call.strip())]
    return [each[1:] for each in words]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_commands_of_a_page_exist_with_their_options(page: Path) -> None:
    for call in commands_in(page):
        command = typer.main.get_command(app)
        if call[0] in LAUNCHER_ONLY:
            assert f"{call[0]}" in (ROOT / "assay").read_text(encoding="utf-8")
            continue
        rest = list(call)
        while hasattr(command, "commands") and rest:
            assert rest[0] in command.commands, call
            command = command.commands[rest.pop(0)]
        known = {name for each in command.params for name in (*each.opts, *each.secondary_opts)}
        assert {word for word in rest if word.startswith("--")} <= known, call


def test_readme_shows_its_two_first_commands_and_the_main_job() -> None:
    calls = [call[0] for call in commands_in(README)]
    assert calls[:2] == ["demo", "test"]
    assert {"audit", "classify", "verify"} <= set(calls)


@pytest.mark.slow
def test_the_line_that_readme_pipes_into_classify_gives_an_a_finding() -> None:
    text = README.read_text(encoding="utf-8")
    found = re.search(r"echo '(\{.*\})' \| \./assay classify", text)
    assert found
    ran = assay("classify", stdin=found[1].encode() + b"\n")
    assert (ran.code, '"label": "A"' in ran.out) == (0, True), ran.err


def test_readme_says_which_exit_codes_an_audit_has() -> None:
    text = README.read_text(encoding="utf-8")
    assert "0 pass, 10 fail, 11 unproven, 12 stale, 1 error, 2 wrong usage" in " ".join(text.split())
