"""A list of records as CSV, JSON, XLSX, DOCX or PDF: what the filters leave, with every declared field."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import typst
import xlsxwriter  # type: ignore[import-untyped]
from django.db.models import QuerySet
from django.http import HttpResponse
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.shared import Mm

from assay.accounts.access import Actor, SignedInRequest
from assay.accounts.exporting import file_answer
from assay.registers.declaration import Register
from assay.registers.models import Record
from assay.registers.queries.lists import records_json
from assay.registers.queries.records import people_of, targets_of
from assay.registers.values import shown

LABEL_WIDTH, VALUE_WIDTH = Mm(50), Mm(102)
EXPORTS = ("csv", "json", "xlsx", "docx", "pdf")
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


Block = tuple[str, Sequence[tuple[str, str]]]
ONE_PAGE = 200
"""Letters that columns may be wide together to be printed on the width of one page."""


@dataclass(frozen=True)
class Sheet:
    """A table to be written: a title, a line under it, column heads, rows of text.

    On paper, where a table of many columns cannot be read, it is `blocks`: headings, each with labels and values. Without
    any, each row is one.
    """

    title: str
    note: str
    head: tuple[str, ...]
    rows: Sequence[Sequence[str]]
    blocks: Sequence[Block] = ()

    def on_paper(self) -> Iterator[Block]:
        """What DOCX and PDF show; pairs without a value are left out."""
        for heading, pairs in self.blocks:
            yield heading, [pair for pair in pairs if pair[1]]
        for row in () if self.blocks else self.rows:
            labelled = list(zip(self.head, row, strict=True))[2:]
            yield f"{row[0]}. {row[1]}", [pair for pair in labelled if pair[1]]


def list_export(
    request: SignedInRequest, register: Register, rows: QuerySet[Record], wanted: str, *, now: datetime
) -> HttpResponse:
    """The answer that downloads the rows in one of EXPORTS."""
    if wanted == "json":
        content = f'{{"register":"{register.slug}","records":{records_json(rows)}}}'.encode()
    else:
        content = WRITERS[wanted](sheet_of(request.actor, register, rows, now=now))
    return file_response(request, content, wanted, register.slug, what=f"register:{register.slug}")


def file_response(request: SignedInRequest, content: bytes, wanted: str, name: str, *, what: str = "") -> HttpResponse:
    """A download, which the log notes; `what` it is about, else a page of the registers."""
    about = what or f"registers:{name}"
    return file_answer(request, content, what=about, name=f"{name}.{wanted}", content_type=TYPES[wanted])


def sheet_of(actor: Actor, register: Register, rows: QuerySet[Record], *, now: datetime) -> Sheet:
    """The records as a sheet: the heads are what an import reads back."""
    found = list(rows.select_related("owner", "deputy"))
    people = people_of(actor)
    fields = [each for each in register.fields if each.kind != "snapshot"]
    linked = {key for row in found for each in register.links for key in row.data.get(each.key, ())}
    targets = targets_of(actor, linked)
    titles = {each.name: each.title for each in register.states}
    head = ("No.", register.title_label, "State", "Owner", "Deputy", "Next review", *(each.label for each in fields))

    def lines() -> Iterator[tuple[str, ...]]:
        for row in found:
            yield (
                str(row.number), row.title, titles.get(row.state, row.state), row.owner.name if row.owner else "",
                row.deputy.name if row.deputy else "", row.review_on.isoformat() if row.review_on else "",
                *(shown(each, row.data.get(each.key), people=people, targets=targets) for each in fields),
            )  # fmt: skip

    note = f"{actor.organization.name}, {now:%d %B %Y %H:%M} UTC, {len(found)} records"
    return Sheet(register.plural, note, head, tuple(lines()))


def plain(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def csv_bytes(sheet: Sheet) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(sheet.head)
    writer.writerows([plain(cell) for cell in row] for row in sheet.rows)
    return text.getvalue().encode()


def xlsx_bytes(sheet: Sheet) -> bytes:
    """One worksheet with a frozen head and filters; every cell is text."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    page = book.add_worksheet(sheet.title[:31].translate({ord(c): " " for c in "[]:*?/\\"}))
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    cell = book.add_format({"text_wrap": True, "valign": "top"})
    widths = [
        min(60, max(12, len(label) + 2, max((len(row[column]) for row in sheet.rows), default=0) // 2))
        for column, label in enumerate(sheet.head)
    ]
    for column, label in enumerate(sheet.head):
        page.write_string(0, column, label, bold)
        page.set_column(column, column, widths[column])
    for line, row in enumerate(sheet.rows, 1):
        page.set_row(line, row_height(row, widths))
        for column, text in enumerate(row):
            page.write_string(line, column, text[:32_000], cell)
    page.freeze_panes(1, 2)
    if sheet.rows:
        page.autofilter(0, 0, len(sheet.rows), len(sheet.head) - 1)
    page.set_landscape()
    page.set_paper(9)
    page.repeat_rows(0)
    if sum(widths) <= ONE_PAGE:
        page.fit_to_pages(1, 0)
    else:
        page.repeat_columns(0, 1)
    book.close()
    return out.getvalue()


def row_height(row: Sequence[str], widths: Sequence[int]) -> float:
    """Points that a row of wrapped text needs, at most what a sheet can hold: not every program fits rows by itself."""
    lines = max(
        (sum(max(1, -(-len(part) // (width - 1))) for part in text.split("\n")) for text, width in zip(row, widths, strict=True)),
        default=1,
    )  # fmt: skip
    return min(409.0, 15.0 * lines)


def docx_bytes(sheet: Sheet) -> bytes:
    """One block after another: a heading, then labels and values."""
    document = Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    document.core_properties.title = sheet.title
    document.add_heading(sheet.title, 0)
    document.add_paragraph(sheet.note)
    for heading, pairs in sheet.on_paper():
        document.add_heading(clean(heading), 2)
        table = document.add_table(rows=0, cols=2)
        table.style, table.autofit = "Table Grid", False
        table.columns[0].width, table.columns[1].width = LABEL_WIDTH, VALUE_WIDTH
        for label, value in pairs:
            cells = table.add_row().cells
            cells[0].text, cells[1].text = clean(label), clean(value)
            cells[0].width, cells[1].width = LABEL_WIDTH, VALUE_WIDTH
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def clean(text: str) -> str:
    """Text without the control characters that XML forbids."""
    return "".join(letter for letter in text if letter in "\n\t" or ord(letter) >= 32)


def typst_text(text: str) -> str:
    """Text as a string literal of typst, so that no letter of it is a command."""
    return '"' + clean(text).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


PAGE = """#set page(paper: "a4", margin: (x: 20mm, y: 22mm), numbering: "1 / 1", footer-descent: 30%)
#set text(size: 9.5pt)
#set par(leading: 0.6em)
#show heading.where(level: 1): set text(size: 17pt)
#show heading.where(level: 2): set text(size: 11pt)
#show heading: set block(above: 1.3em, below: 0.6em)
"""


def pdf_bytes(sheet: Sheet) -> bytes:
    """The same blocks as DOCX, set by typst."""
    parts = [PAGE, f"#heading(level: 1, {typst_text(sheet.title)})\n#text(fill: luma(90), {typst_text(sheet.note)})\n"]
    for heading, pairs in sheet.on_paper():
        parts.append(f"#heading(level: 2, {typst_text(heading)})\n")
        cells = ", ".join(f"text(fill: luma(90), {typst_text(label)}), {typst_text(value)}" for label, value in pairs)
        parts.append(f"#grid(columns: (46mm, 1fr), column-gutter: 5mm, row-gutter: 5pt, {cells})\n" if cells else "")
    return pdf_of("".join(parts))


def pdf_of(source: str) -> bytes:
    """A typst source as PDF."""
    made = typst.compile(source.encode())
    return bytes(made if isinstance(made, (bytes, bytearray)) else b"".join(made))


WRITERS: Mapping[str, Callable[[Sheet], bytes]] = {
    "csv": csv_bytes,
    "xlsx": xlsx_bytes,
    "docx": docx_bytes,
    "pdf": pdf_bytes,
}
