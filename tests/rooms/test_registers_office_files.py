"""Exported files opened by LibreOffice: every cell as it was written, tables whole after a round trip, pages with their words."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from docx import Document

from assay.accounts.access import Actor
from assay.registers.exports.sheets import WRITERS as LISTS
from assay.registers.exports.sheets import Sheet, sheet_of
from assay.registers.exports.statement import HEAD, WRITERS, cells
from assay.registers.models import Record
from assay.registers.queries.records import ListFilters, record_list
from assay.registers.queries.soa import Statement, statement_now
from assay.registers.queries.standing import held
from assay.registers.registry import register_of
from assay.registers.services import record_create
from assay.registers.services.soa import soa_decide, soa_open
from tests.rooms.registers_material import data_of

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
TO_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,1"
HARD = (
    "=1+1", "@SUM(A1)", "-2", "Umlaute äöü, ﷽, 日本語, emoji 🙂", "two\nlines", 'quotes " and ; semicolons, commas', "<b>&amp;</b>",
    "007", "1e5", "2026-11-21", "TRUE", "trailing space ", "x" * 5_000, "a\u0000b\u000bc",
)  # fmt: skip
pytestmark = [
    pytest.mark.slow,
    pytest.mark.req("M-05"),
    pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed"),
]
Convert = Callable[[bytes, str, str], Path]


@pytest.fixture
def convert(tmp_path: Path) -> Convert:
    """`convert(content, file name, filter)`: what LibreOffice makes of a file. It makes nothing of one that it cannot load."""

    def made(content: bytes, name: str, to: str) -> Path:
        source, out = tmp_path / name, tmp_path / "out"
        source.write_bytes(content)
        command = [
            str(OFFICE), f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--norestore", "--convert-to", to,
            "--outdir", str(out), str(source),
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        found = sorted(out.glob(f"{source.stem}*.{to.partition(':')[0]}")) if out.exists() else []
        assert len(found) == 1, done.stdout + done.stderr
        return found[0]

    return made


def rows_of(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))


@pytest.fixture
def statement(asha: Actor, now: datetime) -> Statement:
    soa_open(actor=asha, now=now)
    for place, row in enumerate(Record.objects.filter(organization=asha.organization, register="soa")):
        words = f"{row.data['control']}: {HARD[place % 12].replace(chr(10), ' ')} and why we do it."
        soa_decide(
            actor=asha, control=row.data["control"], now=now,
            data={"applies": "included", "justification": words, "reasons": ["policy"], "description": f"Done, {place}."},
        )  # fmt: skip
    return statement_now(asha, held(asha.organization, today=now.date()), today=now.date())


def test_a_statement_as_xlsx_shows_every_cell(statement: Statement, now: datetime, convert: Convert) -> None:
    shown = rows_of(convert(WRITERS["xlsx"](statement, now), "statement.xlsx", TO_CSV))
    assert shown[0] == list(HEAD)
    assert shown[1:] == [list(cells(row)) for row in statement.rows]


def test_a_statement_as_docx_survives_a_round_trip(statement: Statement, now: datetime, convert: Convert) -> None:
    content = WRITERS["docx"](statement, now)
    before = [[cell.text for cell in row.cells] for row in Document(io.BytesIO(content)).tables[0].rows]
    after = Document(str(convert(content, "statement.docx", "docx")))
    assert [[cell.text for cell in row.cells] for row in after.tables[0].rows] == before
    assert len(before) == 39


def test_a_list_holds_hard_texts_as_they_are(convert: Convert) -> None:
    sheet = Sheet("Hard: [texts]/*?", "note", ("No.", "Text"), [(str(n), text) for n, text in enumerate(HARD)])
    content = LISTS["xlsx"](sheet)
    shown = rows_of(convert(content, "hard.xlsx", TO_CSV))
    for (number, said), text in zip(shown[1:], HARD, strict=True):
        assert printed(said) == printed(text), number


def printed(text: str) -> str:
    """Text without what no cell can show."""
    return "".join(letter for letter in text if letter == "\n" or ord(letter) >= 32)


@pytest.mark.parametrize("slug", ["risks", "documents", "impacts"])
def test_a_register_as_xlsx_and_docx_is_whole(slug: str, asha: Actor, now: datetime, convert: Convert) -> None:
    register = register_of(slug)
    for place in range(3):
        data = {
            key: value
            for key, value in data_of(register, asha, now, place).items()
            if register.field(key).kind != "link"
        }
        data |= {"systems": [_system(asha, now)]} if slug == "impacts" else {}
        record_create(actor=asha, register=slug, title=f"=Title {place}", data=data, now=now)
    rows = record_list(asha, register, ListFilters(), today=now.date())
    sheet = sheet_of(asha, register, rows, now=now)
    shown = rows_of(convert(LISTS["xlsx"](sheet), f"{slug}.xlsx", TO_CSV))
    assert shown == [list(sheet.head), *(list(row) for row in sheet.rows)]
    document = Document(str(convert(LISTS["docx"](sheet), f"{slug}.docx", "docx")))
    assert len(document.tables) == 3
    told = [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]
    assert told == [
        [label, value] for row in sheet.rows for label, value in list(zip(sheet.head, row, strict=True))[2:] if value
    ]


def _system(actor: Actor, now: datetime) -> str:
    data = data_of(register_of("ai-systems"), actor, now)
    return f"record:{record_create(actor=actor, register='ai-systems', title='Tutor', data=data, now=now).pk}"


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler is not installed")
def test_a_statement_as_pdf_says_all_of_it(statement: Statement, now: datetime, tmp_path: Path) -> None:
    path = tmp_path / "statement.pdf"
    path.write_bytes(WRITERS["pdf"](statement, now))
    done = subprocess.run(["pdftotext", "-raw", str(path), "-"], capture_output=True, text=True, check=True, timeout=60)
    for row in statement.rows:
        assert row.control in done.stdout
        assert row.title.split()[0] in done.stdout
    assert "not issued and not signed" in done.stdout.replace("\n", " ")
