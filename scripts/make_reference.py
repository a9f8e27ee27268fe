"""Write docs/reference.md from the program itself; with --check, only say whether it is up to date (exit code 1 if not)."""

# ruff: noqa: PLC0415 — parts of the program are imported once Django is ready

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs/reference.md"
sys.path.insert(0, str(ROOT / "src"))

HEAD = """# Reference

Made by `python scripts/make_reference.py` from the program itself; a test fails when the two differ. Edit the program, not this page.

Contents: [commands](#commands) · [exit codes](#exit-codes) · [settings](#settings) · [errors](#errors) · [HTTP API](#http-api) ·
[detectors](#detectors) · [ledger entries](#ledger-entries)
"""
EXITS = (
    (0, "done; for `audit`: the verdict is pass"), (1, "an error; `verify`: something differs"), (2, "the command is put wrongly"),
    (10, "`audit`: fail; `programme publish`: refused by the gate"), (11, "`audit`: unproven"), (12, "`audit`: stale"), (130, "stopped with Ctrl-C; nothing is half done"),
)  # fmt: skip


def row(*cells: object) -> str:
    """A row of a Markdown table."""
    return "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ").strip() for cell in cells) + " |"


def table(*names: str) -> list[str]:
    return [row(*names), row(*("---" for _ in names))]


def commands() -> Iterator[tuple[str, Any]]:
    """Every command with its full name, from the command line itself."""
    import typer

    from assay.cli.main import app

    def walk(name: str, command: Any) -> Iterator[tuple[str, Any]]:
        inner = getattr(command, "commands", None)
        if inner is None:
            yield name, command
            return
        for each in inner:
            yield from walk(f"{name} {each}".strip(), inner[each])

    yield from walk("", typer.main.get_command(app))


def command_lines() -> Iterator[str]:
    for name, command in commands():
        yield f"\n### `assay {name}`\n"
        yield " ".join((command.help or "").split())
        rows = [each for each in command.params if each.name != "help"]
        if not rows:
            continue
        yield ""
        yield from table("argument or option", "meaning", "without it")
        for each in rows:
            positional = each.param_type_name == "argument"
            names = each.name.upper() if positional else ", ".join((*each.opts, *each.secondary_opts))
            default = each.default() if callable(each.default) else each.default
            shown = "required" if each.required else "" if default in (None, "", False, ()) else f"`{default}`"
            yield row(f"`{names}`", each.help or "", shown)


def setting_lines() -> Iterator[str]:
    from assay.config.environment import VARIABLES

    yield from table("variable", "value")
    for name, words in VARIABLES.items():
        yield row(f"`{name}`", words)


def error_lines() -> Iterator[str]:
    from assay.core.errors import AssayError

    yield from table("code", "HTTP", "exit code", "meaning")
    kinds, waiting = [], list(AssayError.__subclasses__())
    while waiting:
        kind = waiting.pop()
        kinds.append(kind)
        waiting += kind.__subclasses__()
    for kind in sorted(
        {each.code: each for each in sorted(kinds, key=lambda each: -len(each.__mro__))}.values(),
        key=lambda each: each.code,
    ):
        yield row(f"`{kind.code}`", kind.http_status, kind.exit_code, (kind.__doc__ or "").split("\n\n")[0])
    yield row("`unauthenticated`", 401, "", "No token, or one that opens nothing.")
    yield row("`bad-request`", 400, "", "The request could not be read.")
    yield row("`form-expired`", 403, "", "A form did not carry the mark of the browser session.")
    yield row("`internal`", 500, "", "A fault of the program; quote the request id.")


def api_lines() -> Iterator[str]:
    from assay.reports.api import api

    yield from table("method", "address", "what it does")
    for path, entry in api.get_openapi_schema()["paths"].items():
        for method, operation in entry.items():
            yield row(method.upper(), f"`{path}`", operation.get("description") or operation["summary"])


def detector_lines() -> Iterator[str]:
    from assay.detect.registry import DETECTORS

    yield from table("name", "version", "scope", "kinds", "languages", "limits")
    for each in DETECTORS.values():
        name, kinds = f"`{each.name}`", ", ".join(f"`{kind}`" for kind in each.kinds)
        yield row(name, each.version, each.scope, kinds, ", ".join(each.languages), " ".join(each.limits))


def kind_lines() -> Iterator[str]:
    from assay.ledger.kinds import KINDS

    yield from table("kind", "what it records")
    for name, words in KINDS.items():
        yield row(f"`{name}`", words)


def reference() -> str:
    """The whole page. Django must be ready."""
    lines = [HEAD, "## Commands", *command_lines(), "\n## Exit codes\n", *table("code", "meaning")]
    lines += [row(code, words) for code, words in EXITS]
    lines += ["\n## Settings\n\nMore on each in [the guide](guides/settings.md).\n", *setting_lines()]
    lines += ['\n## Errors\n\nEvery error of the API is `{"error": {"code", "message", "hint"}}`.\n', *error_lines()]
    lines += [
        "\n## HTTP API\n\nThe full description is served at `/api/v1/openapi.json`; send `Authorization: Bearer TOKEN`.\n"
    ]
    lines += [*api_lines(), "\n## Detectors\n", *detector_lines(), "\n## Ledger entries\n", *kind_lines()]
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    """Write the page, or compare it; return the exit code."""
    import django

    with tempfile.TemporaryDirectory() as folder:
        os.environ["ASSAY_DATA"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "assay.config.settings"
        django.setup()
        page = reference()
    if "--check" in arguments:
        same = TARGET.exists() and TARGET.read_text(encoding="utf-8") == page
        sys.stdout.write("" if same else "docs/reference.md differs; run `python scripts/make_reference.py`.\n")
        return 0 if same else 1
    TARGET.write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
