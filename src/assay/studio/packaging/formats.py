"""The formats a programme can be had in, by name: one list for the command line, the pages and the tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from assay.core.errors import NotFound
from assay.studio.packaging.book import TITLES, BookKind, book_of
from assay.studio.packaging.cmi5 import cmi5_package
from assay.studio.packaging.course import Course
from assay.studio.packaging.docx import docx_bytes
from assay.studio.packaging.pdf import pdf_bytes
from assay.studio.packaging.qti import qti21_package, qti30_package
from assay.studio.packaging.scorm import scorm12_package, scorm2004_package
from assay.studio.packaging.web import html_bytes, web_package

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True)
class Format:
    """One format: what people call it, the end of the file's name, its media type, and who writes it."""

    name: str
    title: str
    suffix: str
    media_type: str
    write: Callable[[Course], bytes]


def _books(kind: BookKind) -> tuple[Format, ...]:
    """One book as DOCX, PDF and HTML. The course book has the plain names, the others end with theirs."""

    def docx(course: Course) -> bytes:
        return docx_bytes(book_of(course, kind), course.files)

    def pdf(course: Course) -> bytes:
        return pdf_bytes(book_of(course, kind), course.files)

    def html(course: Course) -> bytes:
        return html_bytes(book_of(course, kind), course.files.get("provenance.json", b"{}"))

    end = "" if kind == "course" else f"-{kind}"
    return (
        Format(f"docx{end}", f"{TITLES[kind]}, DOCX", f"{end}.docx", _DOCX, docx),
        Format(f"pdf{end}", f"{TITLES[kind]}, PDF", f"{end}.pdf", "application/pdf", pdf),
        Format(f"html{end}", f"{TITLES[kind]}, HTML", f"{end}.html", "text/html; charset=utf-8", html),
    )


_ALL = (
    Format("scorm12", "SCORM 1.2", ".scorm12.zip", "application/zip", scorm12_package),
    Format("scorm2004", "SCORM 2004", ".scorm2004.zip", "application/zip", scorm2004_package),
    Format("cmi5", "cmi5", ".cmi5.zip", "application/zip", cmi5_package),
    Format("qti21", "Item bank, QTI 2.1", ".qti21.zip", "application/zip", qti21_package),
    Format("qti30", "Item bank, QTI 3.0", ".qti30.zip", "application/zip", qti30_package),
    Format("web", "Web pages", ".web.zip", "application/zip", web_package),
    *_books("course"),
    *_books("assessor"),
    *_books("workbook"),
)
FORMATS: Mapping[str, Format] = MappingProxyType({each.name: each for each in _ALL})


def format_of(name: str) -> Format:
    """Return a format by its name. Raises NotFound with the names there are."""
    if name not in FORMATS:
        raise NotFound("format", name, hint=f"Formats are: {', '.join(FORMATS)}.")
    return FORMATS[name]
