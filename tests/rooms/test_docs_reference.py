"""The reference says what the program has: every command, setting, error, address, detector and kind of entry."""

from __future__ import annotations

from scripts.make_reference import TARGET, commands, reference

from assay.config.environment import VARIABLES
from assay.core.errors import AssayError
from assay.detect.registry import DETECTORS
from assay.ledger.kinds import KINDS
from assay.reports.api import api


def test_the_reference_is_what_the_program_would_write() -> None:
    assert TARGET.read_text(encoding="utf-8") == reference(), "run: python scripts/make_reference.py"


def test_nothing_is_left_out() -> None:
    page = TARGET.read_text(encoding="utf-8")
    names = [f"`assay {name}`" for name, _ in commands()]
    names += [f"`{name}`" for name in (*VARIABLES, *DETECTORS, *KINDS, *api.get_openapi_schema()["paths"])]
    names += [f"`{kind.code}`" for kind in AssayError.__subclasses__()]
    assert len(names) > 100
    assert [name for name in names if name not in page] == []


def test_every_command_and_option_says_what_it_is_for() -> None:
    silent = [
        (name, each.name)
        for name, command in commands()
        for each in command.params
        if not getattr(each, "help", None) and each.name != "help"
    ]
    assert silent == []
    assert [name for name, command in commands() if not command.help] == []
