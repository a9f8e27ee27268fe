"""Workbooks that are damaged, packed oddly, or made to fill the memory: refused with words, before anything large is held."""

import io
import tracemalloc
import zipfile
from collections.abc import Callable
from contextlib import suppress

import pytest
from openpyxl import Workbook  # type: ignore[import-untyped]

from assay.core.errors import InvalidInput
from assay.registers.importing import file_read
from assay.registers.importing.files import MOST_UNPACKED
from tests.families import by_turns

pytestmark = pytest.mark.req("M-03")
SHEET = "xl/worksheets/sheet1.xml"
HEAD = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
TAIL = "</sheetData></worksheet>"


def workbook(sheets: int = 1) -> bytes:
    """A small workbook of risks; every sheet but the first is hidden."""
    made = Workbook()
    page = made.active
    page.title = "Risks"
    for line in (("Name", "Description"), *((f"Risk {number}", "What may happen") for number in range(300))):
        page.append(line)
    for number in range(1, sheets):
        made.create_sheet(f"Hidden {number}").sheet_state = "hidden"
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def packed(content: bytes, parts: dict[str, str]) -> bytes:
    """The workbook with these parts in the place of its own."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, parts.get(name, old.read(name).decode()))
    return out.getvalue()


def broken(content: bytes) -> bytes:
    """A sheet whose packed bytes are no deflate stream."""
    with zipfile.ZipFile(io.BytesIO(content)) as old:
        start = old.getinfo(SHEET).header_offset + 30 + len(SHEET)
    return content[:start] + b"\xff" * 40 + content[start + 40 :]


def flagged(at: int, value: int) -> Callable[[bytes], bytes]:
    """Every part with two bytes of its two heads changed: `at` counts from the flags."""

    def change(content: bytes) -> bytes:
        data = bytearray(content)
        for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            place = data.find(mark)
            while place >= 0:
                data[place + offset + at : place + offset + at + 2] = value.to_bytes(2, "little")
                place = data.find(mark, place + 4)
        return bytes(data)

    return change


def cut(content: bytes) -> bytes:
    """A sheet that ends in the middle of a row, in a package that is whole."""
    return packed(content, {SHEET: HEAD + '<row r="1"><c r="A1" t="s"><v>0</v>'})


def strange(content: bytes) -> bytes:
    """A cell whose shared text does not exist, in a sheet without a place for it."""
    return packed(content, {SHEET: HEAD + '<row r="x"><c r="1A" t="s"><v>99999</v></c></row>' + TAIL})


@pytest.mark.parametrize(
    ("spoil", "word"),
    [(broken, "damaged"), (flagged(0, 1), "password"), (flagged(2, 99), "damaged"), (cut, "damaged"), (strange, "damaged")],
    ids=["deflate", "encrypted", "method-99", "cut", "strange-cell"],
)  # fmt: skip
def test_what_is_damaged_or_packed_oddly_is_refused_with_what_to_do(spoil: Callable[[bytes], bytes], word: str) -> None:
    with pytest.raises(InvalidInput, match=word) as refused:
        file_read("risks.xlsx", spoil(workbook()))
    assert "save it again as XLSX" in refused.value.hint


@pytest.mark.parametrize("step", range(0, 6000, 211))
def test_a_file_cut_or_spoilt_anywhere_is_read_or_refused(step: int) -> None:
    content = workbook()
    place = step % len(content)
    for spoilt in (content[:place] or b"PK", content[:place] + b"\xaa\x55\xff" + content[place + 3 :]):
        with suppress(InvalidInput):  # anything else would be an error of the product
            assert file_read("risks.xlsx", spoilt).rows


@pytest.mark.parametrize(
    ("name", "xml"),
    by_turns(
        [
            (SHEET, lambda: HEAD + '<row r="1">' + "<c/>" * 300_000 + "</row>" + TAIL),
            (SHEET, lambda: HEAD.replace("<sheetData>", "<cols>" + "<col/>" * 300_000 + "</cols><sheetData>") + TAIL),
            (SHEET, lambda: HEAD + "<row/>" * 2_300_000 + TAIL),
            (SHEET, lambda: HEAD + ("<row>" + "<c/>" * 200_000 + "</row>") * 41 + TAIL),
            ("xl/styles.xml", lambda: "<styleSheet>" + "<xf/>" * 300_000 + "</styleSheet>"),
            (SHEET, lambda: HEAD + " " * MOST_UNPACKED + TAIL),
        ],
        6,
    ),
    ids=["one-row", "columns", "rows", "cells", "styles", "blank"],
)
def test_a_small_file_that_would_fill_the_memory_is_refused_before_it_does(name: str, xml: Callable[[], str]) -> None:
    content = packed(workbook(), {name: xml()})
    assert len(content) < 1024 * 1024
    tracemalloc.start()
    try:
        with pytest.raises(InvalidInput, match="more than"):
            file_read("risks.xlsx", content)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 20 * 1024 * 1024


@pytest.mark.slow
def test_hidden_sheets_are_not_held_and_a_formula_needs_no_second_copy() -> None:
    blank = HEAD + f'<row r="1"><c r="A1" t="inlineStr"><is><t>{"x" * 8_000_000}</t></is></c></row>' + TAIL
    hidden = {f"xl/worksheets/sheet{number}.xml": blank for number in range(2, 11)}
    first = (
        HEAD
        + '<row r="1"><c r="A1" t="inlineStr"><is><t>Name</t></is></c><c r="B1" t="inlineStr"><is><t>Description</t></is></c></row>'
        '<row r="2"><c r="A2" t="inlineStr"><is><t>Drift</t></is></c><c r="B2"><f>A2</f></c></row>' + TAIL
    )
    content = packed(workbook(10), {SHEET: first, **hidden})
    tracemalloc.start()
    try:
        read = file_read("risks.xlsx", content)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert read.rows == ((2, ("Drift", "#FORMULA!")),)
    assert peak < 40 * 1024 * 1024
