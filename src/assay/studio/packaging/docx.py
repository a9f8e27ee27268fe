"""Books as DOCX: real headings, lists and tables, the language set, the provenance as a custom XML part."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from assay.core.errors import Unavailable
from assay.studio.packaging.book import Block, Book, Runs
from assay.studio.packaging.tags import clean, document, tag
from assay.studio.packaging.zips import zip_bytes

PROVENANCE = "urn:assay:provenance:v1"
_CUSTOM = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/customXml"


def docx_bytes(book: Book, files: Mapping[str, bytes]) -> bytes:
    """Return the book as a DOCX file, `files` inside it. Raises Unavailable without python-docx."""
    try:
        made = import_module("docx").Document()
    except ModuleNotFoundError:
        raise Unavailable("DOCX needs python-docx.", hint="Install assay[reports].") from None
    made.core_properties.title = clean(f"{book.title}: {book.subtitle}")[:250]
    made.core_properties.author = clean(book.organization)[:250]
    made.core_properties.language = book.language
    made.core_properties.comments = ""
    language = made.styles.element.find(".//{*}rPrDefault/{*}rPr/{*}lang")
    if language is not None:
        language.set(next(key for key in language.keys() if key.endswith("}val")), book.language)  # noqa: SIM118  an element, not a mapping
    _paragraph(made, "Title").add_run(clean(book.title))
    _paragraph(made, "Subtitle").add_run(clean(f"{book.subtitle} · {book.standard}"))
    made.add_paragraph(clean(book.organization))
    made.styles["Table Grid"].font.size = 9 * 12_700  # nine points in English Metric Units
    _running(made, book)
    for block in book.blocks:
        _block(made, block)
    _attach(made, files)
    stream = io.BytesIO()
    made.save(stream)
    return _fixed(stream.getvalue())


def _running(made: Any, book: Book) -> None:
    """The running head with the titles, and the number of the page at its foot."""
    section = made.sections[0]
    section.header.paragraphs[0].add_run(clean(f"{book.title} · {book.subtitle}")).italic = True
    foot = section.footer.paragraphs[0]
    field = foot._p.makeelement(f"{{{foot._p.nsmap['w']}}}fldSimple", {f"{{{foot._p.nsmap['w']}}}instr": "PAGE"})
    foot._p.append(field)
    foot.alignment = 1  # centred


def _paragraph(made: Any, style: str = "") -> Any:
    """A paragraph under a style given by its id; looking styles up by name takes most of the time of a large book."""
    added = made.add_paragraph()
    if style:
        added._p.style = style
    return added


def _block(made: Any, block: Block) -> None:
    match block.kind:
        case "part":
            made.add_page_break()
            _runs(_paragraph(made, "Heading1"), block.runs)
        case "heading":
            _runs(_paragraph(made, f"Heading{min(4, block.level + 1)}"), block.runs)
        case "table":
            _table(made, block)
        case "drawing":
            _paragraph(made).add_run(f"[{clean(block.runs[0].text)}]").italic = True
        case "rule":
            _paragraph(made).add_run("⁂")
        case "lines":
            for _ in range(block.lines):
                _paragraph(made).add_run("_" * 78)
        case "item" | "option":
            bullet = block.mark == "•"
            depth = "" if block.level == 0 else str(min(3, block.level + 1))
            paragraph = _paragraph(made, ("ListBullet" if bullet else "ListContinue") + depth)
            if block.mark and not bullet:
                paragraph.add_run(f"{block.mark} ")
            _runs(paragraph, block.runs)
        case _:
            _runs(_paragraph(made, {"quote": "IntenseQuote", "key": "Quote"}.get(block.kind, "")), block.runs)


def _runs(paragraph: Any, runs: Runs) -> None:
    for run in runs:
        added = paragraph.add_run(clean(run.text))
        added.bold, added.italic = run.bold or None, run.italic or None
        if run.code:
            added.font.name = "Courier New"


def _table(made: Any, block: Block) -> None:
    width = max((len(row) for row in block.rows), default=0)
    if not width:
        return
    table = made.add_table(rows=len(block.rows), cols=width, style="Table Grid")
    table.autofit = False
    room = 16 * 360_000 / max(1, sum(block.shares))  # sixteen centimetres in English Metric Units
    for column, share in zip(table.columns, block.shares, strict=True):
        column.width = round(room * share)
        for cell in column.cells:
            cell.width = round(room * share)
    cells = iter(table._cells)
    for row in block.rows:
        for runs in (*row, *((),) * (width - len(row))):
            _runs(next(cells).paragraphs[0], runs)
    for at, row in enumerate(table.rows):
        properties = row._tr.get_or_add_trPr()
        for name in ("cantSplit", *(("tblHeader",) if at == 0 else ())):
            properties.append(properties.makeelement(f"{{{properties.nsmap['w']}}}{name}", {}))
    made.add_paragraph()


def _attach(made: Any, files: Mapping[str, bytes]) -> None:
    parts = import_module("docx.opc.part")
    name = import_module("docx.opc.packuri").PackURI("/customXml/item2.xml")
    value = {path: data.decode("utf-8", "replace") for path, data in sorted(files.items())}
    data = document(tag("provenance", {"xmlns": PROVENANCE}, json.dumps(value, sort_keys=True, ensure_ascii=False)))
    made.part.relate_to(parts.Part(name, "application/xml", data, made.part.package), _CUSTOM)


def _fixed(data: bytes) -> bytes:
    """The same package with fixed times and order."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    return zip_bytes(files, first=("[Content_Types].xml",))
