"""A Statement of Applicability as XLSX, DOCX, PDF and OSCAL."""

from __future__ import annotations

import io
import json
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.shared import Mm, Pt

from assay.core.canonical import digest
from assay.registers.exports.sheets import PAGE, Sheet, clean, pdf_of, typst_text, xlsx_bytes
from assay.registers.queries.soa import SoaRow, Statement

FORMATS = ("oscal", "xlsx", "docx", "pdf")
HEAD = (
    "Control",
    "Title",
    "Decision",
    "Justification",
    "Needed because of",
    "Implementation",
    "How it is put in place",
    "Law or contract",
    "Linked to",
)
WIDTHS = tuple(Mm(each) for each in (16, 40, 20, 70, 39, 31, 51))
OSCAL_VERSION = "1.2.1"
NAMESPACE = "https://assay.example/ns/oscal"
_SEED = uuid.UUID("6f1c1f0e-42d0-5a55-9d60-0a42001a5c0a")


def cells(row: SoaRow) -> tuple[str, ...]:
    """One row in the order of HEAD."""
    decision = {"included": "Included", "excluded": "Excluded"}.get(row.decision, "Not decided")
    linked = "; ".join(words for _key, words in row.links)
    implementation = row.implementation + (f", by {row.due_on}" if row.due_on else "")
    return (
        row.control,
        row.title,
        decision,
        row.justification,
        row.reasons,
        implementation,
        row.description,
        row.legal_basis,
        linked,
    )


def notes(statement: Statement) -> str:
    return " · ".join(
        part for part in (statement.organization, statement.note, statement.signed, statement.digest) if part
    )


def statement_xlsx(statement: Statement, now: datetime) -> bytes:
    return xlsx_bytes(
        Sheet("Statement of Applicability", notes(statement), HEAD, [cells(row) for row in statement.rows])
    )


def statement_docx(statement: Statement, now: datetime) -> bytes:
    """Landscape, one table whose head repeats on each page."""
    document = Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(15)
    document.core_properties.title = statement.title
    document.styles["Normal"].font.size = Pt(8)
    document.add_heading(clean(statement.title), 0)
    document.add_paragraph(clean(notes(statement)))
    table = document.add_table(rows=1, cols=7)
    table.style, table.autofit = "Table Grid", False
    for column, width in zip(table.columns, WIDTHS, strict=True):
        column.width = width
    for cell, label, width in zip(table.rows[0].cells, HEAD[:7], WIDTHS, strict=True):
        cell.text, cell.width = label, width
        cell.paragraphs[0].runs[0].bold = True
    properties = table.rows[0]._tr.get_or_add_trPr()
    properties.append(
        properties.makeelement("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}tblHeader", {})
    )
    for row in statement.rows:
        values = cells(row)
        extra = "\n".join(part for part in (values[7], values[8]) if part)
        for cell, text, width in zip(
            table.add_row().cells,
            (*values[:4], "\n".join(part for part in (values[4], extra) if part), *values[5:7]),
            WIDTHS,
            strict=True,
        ):
            cell.text, cell.width = clean(text), width
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def statement_pdf(statement: Statement, now: datetime) -> bytes:
    """Landscape, one table whose head repeats on each page."""
    lines = []
    for row in statement.rows:
        values = cells(row)
        because = "\n".join(part for part in (values[4], values[7], values[8]) if part)
        found = (values[0], values[1], values[2], values[3], because, values[5], values[6])
        lines.append(", ".join(typst_text(text) for text in found))
    head = ", ".join(f"strong({typst_text(label)})" for label in HEAD[:7])
    source = (
        PAGE.replace("margin: (x: 20mm, y: 22mm)", "flipped: true, margin: (x: 14mm, y: 16mm)")
        + f"#heading(level: 1, {typst_text(statement.title)})\n#text(fill: luma(90), {typst_text(notes(statement))})\n"
        + "#set text(size: 7.5pt)\n#set table(stroke: 0.4pt + luma(170), inset: 4pt)\n"
        + f"#table(columns: (13mm, 36mm, 18mm, 1.4fr, 1fr, 24mm, 1.2fr), table.header({head}), {', '.join(lines)})\n"
    )
    return pdf_of(source)


def statement_oscal(statement: Statement, now: datetime) -> bytes:
    """An OSCAL component definition: the management system as one component, each control of Annex A with its decision.

    Identifiers follow from the content, so that the same statement gives the same file but for `last-modified`.
    """
    mark = statement.digest or digest([list(cells(row)) for row in statement.rows])
    body = {
        "component-definition": {
            "uuid": str(uuid.uuid5(_SEED, f"{statement.organization} {mark}")),
            "metadata": {
                "title": f"{statement.title}, {statement.organization}",
                "last-modified": now.isoformat(),
                "version": mark,
                "oscal-version": OSCAL_VERSION,
                "remarks": notes(statement),
            },
            "components": [
                {
                    "uuid": str(uuid.uuid5(_SEED, f"{statement.organization} component")),
                    "type": "policy",
                    "title": f"AI management system of {statement.organization}",
                    "description": "The AI management system with the controls of ISO/IEC 42001:2023, Annex A.",
                    "control-implementations": [
                        {
                            "uuid": str(uuid.uuid5(_SEED, f"{statement.organization} {mark} implementation")),
                            "source": "urn:iso:std:iso-iec:42001:ed-1",
                            "description": "Decision on every control of Annex A.",
                            "implemented-requirements": [_requirement(statement, row) for row in statement.rows],
                        }
                    ],
                }
            ],
        }
    }
    return (json.dumps(body, ensure_ascii=False, indent=2) + "\n").encode()


def _requirement(statement: Statement, row: SoaRow) -> dict[str, Any]:
    props = [_prop("decision", row.decision or "undecided")]
    if row.implementation:
        props.append(_prop("implementation", row.implementation))
    if row.reasons:
        props.append(_prop("needed-because-of", row.reasons))
    if row.legal_basis:
        props.append(_prop("legal-basis", row.legal_basis))
    found: dict[str, Any] = {
        "uuid": str(uuid.uuid5(_SEED, f"{statement.organization} {statement.digest} {row.control}")),
        "control-id": row.control.lower(),
        "description": row.justification or "Not decided.",
        "props": props,
    }
    if row.description:
        found["remarks"] = row.description
    return found


def _prop(name: str, value: str) -> dict[str, str]:
    return {"name": name, "ns": NAMESPACE, "value": " ".join(value.split())}


WRITERS: Mapping[str, Callable[[Statement, datetime], bytes]] = {
    "oscal": statement_oscal, "xlsx": statement_xlsx, "docx": statement_docx, "pdf": statement_pdf,
}  # fmt: skip
