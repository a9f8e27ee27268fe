"""Word documents into documents: the words in their order, headings, lists with their numbers, tables, notes.

Read straight from the XML parts (ECMA-376 part 1, WordprocessingML); nothing is run, fetched or unpacked to disk. A file
with macros is refused. Deleted words and comments are left out, since no learner meets them. Lines are paragraphs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree as Tree

from assay.core.errors import InvalidInput
from assay.studio.importing.archive import Archive
from assay.studio.importing.numbering import Numbering
from assay.studio.importing.pieces import Document, Heading, Limits, Note
from assay.studio.importing.xmlsafe import local, xml_parse

MAIN = "word/document.xml"
_EXTRA = re.compile(r"word/(?:footnotes|endnotes|header\d*|footer\d*)\.xml")
_MACROS = re.compile(r"vbaProject|macroEnabled|vbaData", re.I)
# What of a paragraph no learner meets, or meets twice: deleted words, field codes, the copy for old readers.
_SKIPPED = frozenset(
    {"del", "moveFrom", "delText", "instrText", "Fallback", "pPr", "rPr", "sectPr", "tblPr", "trPr", "tcPr"}
)
_HEADING = re.compile(r"heading (\d)", re.I)


def read_docx(raw: bytes, path: str, limits: Limits) -> Document:
    """Return the document as Markdown lines; `starts` counts paragraphs from 1. Raises InvalidInput for macros, for what
    an archive may not hold, and for a zip that is no Word document.
    """
    archive = Archive(raw, path, limits)
    if MAIN not in archive:
        raise InvalidInput(f"{path} is no Word document: it has no {MAIN}.", hint="Save it as .docx again.", path=path)
    types = archive.read("[Content_Types].xml").decode("utf-8", "replace") if "[Content_Types].xml" in archive else ""
    if _MACROS.search(types) or any(_MACROS.search(name) for name in archive.names()):
        raise InvalidInput(f"{path} holds macros.", hint="Save it as .docx without macros.", path=path)
    reader = _Reader(_levels(archive), Numbering.of(archive))
    reader.part(_parse(archive, MAIN))
    main = len(reader.lines)
    for name in sorted(name for name in archive.names() if _EXTRA.fullmatch(name)):
        reader.part(_parse(archive, name))
    notes = [Note("docx", path, "read as words: layout and pictures are not kept; lines are paragraphs")]
    if "word/comments.xml" in archive:
        notes.append(Note("comments", path, "comments were left out"))
    title, language = _properties(archive)
    first = next((heading.words for heading in reader.headings), "")
    return Document(
        path=path,
        media_type="text/markdown",
        lines=tuple(reader.lines) or ("",),
        headings=tuple(heading for heading in reader.headings if heading.index < main),
        title=title or first,
        language=language or None,
        starts=tuple(reader.starts) or (1,),
        notes=tuple(notes),
    )


def _parse(archive: Archive, name: str) -> Tree.Element:
    return xml_parse(archive.read(name), f"{archive.name}, {name}")


def value(element: Tree.Element | None, name: str = "val") -> str:
    """The value of an attribute whatever its namespace, "" where it or the element is absent."""
    if element is None:
        return ""
    return next((said for key, said in element.attrib.items() if key.rsplit("}", 1)[-1] == name), "")


def child(element: Tree.Element | None, *names: str) -> Tree.Element | None:
    """The first child under these names, step by step."""
    for name in names:
        element = next((each for each in element if local(each) == name), None) if element is not None else None
    return element


def _levels(archive: Archive) -> dict[str, int]:
    """The heading level (from 1) of each paragraph style that has one."""
    if "word/styles.xml" not in archive:
        return {}
    found = {}
    for style in _parse(archive, "word/styles.xml"):
        named = _HEADING.fullmatch(value(child(style, "name")))
        outline = value(child(style, "pPr", "outlineLvl"))
        if value(child(style, "name")).lower() == "title":
            found[value(style, "styleId")] = 1
        elif named is not None:
            found[value(style, "styleId")] = int(named.group(1))
        elif outline.isdigit() and int(outline) < 6:
            found[value(style, "styleId")] = int(outline) + 1
    return found


def _properties(archive: Archive) -> tuple[str, str]:
    if "docProps/core.xml" not in archive:
        return "", ""
    said = {local(each): (each.text or "").strip() for each in _parse(archive, "docProps/core.xml")}
    language = said.get("language", "")
    return said.get("title", "")[:300], language if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]+)*", language) else ""


class _Reader:
    """Collects paragraphs and rows, each a line, with an empty line behind those that are not of one list."""

    def __init__(self, levels: dict[str, int], numbering: Numbering) -> None:
        self.levels, self.numbering = levels, numbering
        self.lines: list[str] = []
        self.starts: list[int] = []
        self.headings: list[Heading] = []
        self.count = 0

    def part(self, root: Tree.Element) -> None:
        for element in self._blocks(root):
            if local(element) == "tbl":
                self._table(element)
            else:
                self._paragraph(element)

    def _blocks(self, element: Tree.Element) -> Iterator[Tree.Element]:
        """Paragraphs and tables in their order; those inside tables and text boxes belong to what holds them."""
        for each in element:
            name = local(each)
            if name in ("p", "tbl"):
                yield each
            elif name not in _SKIPPED:
                yield from self._blocks(each)

    def _paragraph(self, element: Tree.Element) -> None:
        self.count += 1
        words = _words(element)
        if not words:
            return
        properties = child(element, "pPr")
        style = value(child(properties, "pStyle"))
        level = self.levels.get(style, 0)
        label, depth = self.numbering.label(child(properties, "numPr"), style)
        if level:
            level = min(level, 6)
            shown = f"{label} {words}".strip() if label not in ("", "-") else words
            self.headings.append(Heading(level, shown, len(self.lines)))
            words = f"{'#' * level} {shown}"
        elif label:
            words = f"{'   ' * depth}{label} {words}"
        self._line(words, apart=not label or bool(level))

    def _table(self, table: Tree.Element) -> None:
        rows = [[_words(cell) for cell in row if local(cell) == "tc"] for row in table.iter() if local(row) == "tr"]
        for at, row in enumerate(rows):
            self.count += 1
            if at == 0 and self.lines and self.lines[-1]:
                self._put("")
            self._put("| " + " | ".join(cell.replace("|", "/").replace("\n", " ") for cell in row) + " |")
            if at == 0:
                self._put("|" + "---|" * len(row))
        self._put("")

    def _line(self, words: str, *, apart: bool) -> None:
        if apart and self.lines and self.lines[-1]:
            self._put("")
        for line in words.split("\n"):
            self._put(line)
        if apart:
            self._put("")

    def _put(self, line: str) -> None:
        self.lines.append(line)
        self.starts.append(self.count)


def _words(element: Tree.Element) -> str:
    text = "".join(_said(element))
    return "\n".join(filter(None, (" ".join(line.split()) for line in text.split("\n"))))


def _said(element: Tree.Element) -> Iterator[str]:
    for each in element:
        name = local(each)
        if name == "t":
            yield each.text or ""
        elif name == "tab":
            yield " "
        elif name in ("br", "cr"):
            yield "\n"
        elif name in ("noBreakHyphen", "softHyphen"):
            yield "-" if name == "noBreakHyphen" else ""
        elif name == "docPr":
            yield f"\n{value(each, 'descr')}\n" if value(each, "descr") else ""
        elif name not in _SKIPPED:
            yield from _said(each)
            yield "\n" if name == "p" else ""
