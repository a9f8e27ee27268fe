"""Files to lines of text: XLSX, CSV, JSON and lines of JSON, as they come. Pure.

Messy files are the rule: wrong dimensions, merged and hidden things, formulas without results, odd separators and encodings.
"""

from __future__ import annotations

import csv
import io
import json
import lzma
import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from datetime import date, datetime
from typing import Any

from openpyxl import load_workbook  # type: ignore[import-untyped]
from openpyxl.utils import range_boundaries  # type: ignore[import-untyped]
from openpyxl.utils.exceptions import InvalidFileException  # type: ignore[import-untyped]

from assay.core.errors import InvalidInput

MOST_ROWS, MOST_COLUMNS, MOST_UNPACKED, MOST_BLANK = 20_000, 200, 100 * 1024 * 1024, 2_000
MOST_CELLS = 3 * MOST_ROWS * MOST_COLUMNS
"""Cells of all sheets that are kept to choose one of them."""
MOST_TAGS, MOST_APART, MOST_ENDS, PIECE = 8_000_000, 250_000, 2_200_000, 1024 * 1024
"""Tags of a workbook, four to a filled cell: reading takes a minute at most; tags between the ends of two rows (or shared
texts): the widest row has about 100,000; such ends in one part: a sheet has at most 1,048,576 rows; bytes read at a time."""
ROW_ENDS = re.compile(rb"</(?:\w+:)?(?:row|si)>|<(?:\w+:)?row\b[^<>]*/>")
MERGED = re.compile(rb'<mergeCell ref="([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})"')
UNREADABLE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, InvalidFileException, RuntimeError, NotImplementedError, EOFError,
    OSError, ArithmeticError, AttributeError, LookupError, SyntaxError, TypeError, ValueError,
)  # fmt: skip
"""What a damaged, encrypted or oddly packed file makes the readers of packages and sheets raise."""
FORMULA = "#FORMULA!"
Line = tuple[str, ...]
Numbered = list[tuple[int, Line]]


def lines_read(name: str, content: bytes) -> dict[str, Numbered]:
    """Sheet name to its lines that hold anything, each with its number in the file; hidden sheets only where nothing else is
    there. Raises InvalidInput."""
    if content[:2] == b"PK":
        return _xlsx(content)
    if content[:4] == b"\xd0\xcf\x11\xe0":
        raise InvalidInput(
            f"{name} is a workbook of the old kind, or one with a password.", hint="Save it as XLSX without a password."
        )
    text = _text(content)
    start = text.lstrip()[:15].casefold()
    if start.startswith(("<!doctype", "<html", "<?xml", "<table")):
        raise InvalidInput(
            f"{name} is a page, not a sheet.", hint="Open it in a spreadsheet program and save it as XLSX."
        )
    if start[:1] in ("{", "["):
        return {sheet: list(_numbered(lines)) for sheet, lines in _json(name, text).items()}
    return {"": list(_numbered(_csv(text)))}


def _numbered(lines: Iterable[Sequence[Any]]) -> Iterator[tuple[int, Line]]:
    """Lines with anything in them, until there are too many of them or only blank ones come."""
    filled = blank = 0
    for number, line in enumerate(lines, 1):
        cells = tuple(cell_text(value) for value in line[:MOST_COLUMNS])
        if not any(cells):
            blank += 1
            if blank > MOST_BLANK:
                return
            continue
        blank, filled = 0, filled + 1
        yield number, cells
        if filled > MOST_ROWS + 50:
            return


def _xlsx(content: bytes) -> dict[str, Numbered]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            _weigh(packed)
            if "mimetype" in packed.namelist() and b"opendocument" in packed.read("mimetype"):
                raise InvalidInput("The file is an OpenDocument sheet.", hint="Save it as XLSX or CSV.")
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            pages = [page for page in book.worksheets if page.sheet_state == "visible"] or book.worksheets
            found: dict[str, Numbered] = {}
            left = MOST_CELLS
            for page in pages:
                found[page.title] = _page(page, *_marks(packed, page._worksheet_path.lstrip("/")))
                left -= sum(len(line) for _number, line in found[page.title])
                if left < 0:
                    raise InvalidInput("The file holds more sheets than can be read.", hint="Keep the one to import.")
            return found
    except UNREADABLE as error:
        secret = isinstance(error, RuntimeError) and "password" in str(error)
        raise InvalidInput(
            "The file is packed with a password."
            if secret
            else "The file cannot be read as XLSX: it is damaged or packed oddly.",
            hint="Open it in a spreadsheet program and save it again as XLSX without a password, or as CSV.",
        ) from error


def _weigh(packed: zipfile.ZipFile) -> None:
    """Refuse a package whose parts would fill the memory once they are read: unpacked, or as elements between two rows."""
    if sum(each.file_size for each in packed.infolist()) > MOST_UNPACKED:
        raise InvalidInput(
            f"The file unpacks to more than {MOST_UNPACKED // 2**20} MB.",
            hint="Keep the sheet to import alone, without pictures and blank rows, or split it.",
        )
    tags = 0
    for part in packed.infolist():
        apart = ends = 0
        with packed.open(part) as source:
            while chunk := source.read(PIECE):
                first, *more = ROW_ENDS.split(chunk)
                counts = [apart + first.count(b"<"), *(each.count(b"<") for each in more)]
                apart, ends, tags = counts[-1], ends + len(more), tags + chunk.count(b"<")
                if max(counts) > MOST_APART or ends > MOST_ENDS or tags > MOST_TAGS:
                    raise InvalidInput(
                        f"{part.filename[:80]} in the file holds more than can be read.", hint="Save the sheet as CSV."
                    )


def _marks(packed: zipfile.ZipFile, path: str) -> tuple[set[bytes], bool]:
    """Of one sheet, piece by piece: the ranges of its merged cells, and whether it holds a formula."""
    merged: set[bytes] = set()
    formulas, tail = False, b""
    with packed.open(path) as source:
        while chunk := source.read(PIECE):
            text = tail + chunk
            merged.update(MERGED.findall(text))
            formulas = formulas or b"<f>" in text or b"<f " in text
            tail = text[-200:]
    return merged, formulas


def _page(page: Any, merged: Iterable[bytes], formulas: bool) -> Numbered:
    """The lines of one sheet, as wide as the widest that holds anything."""
    page.reset_dimensions()
    lines = page.iter_rows(values_only=True, max_col=MOST_COLUMNS)
    if formulas:
        said = copy(page)
        said.parent = copy(page.parent)
        said.parent._data_only = False
        lines = _unsaved(lines, said.iter_rows(values_only=True, max_col=MOST_COLUMNS))
    read = _spread(list(_numbered(lines)), merged)
    wide = max((place for _number, line in read for place, cell in enumerate(line, 1) if cell), default=0)
    return [(number, line[:wide]) for number, line in read]


def _unsaved(values: Iterable[Line], formulas: Iterable[Line]) -> Iterator[tuple[Any, ...]]:
    """Lines in which a formula whose result was not saved reads as FORMULA, so that it is told and not taken for nothing."""
    for line, said in zip(values, formulas, strict=False):
        yield tuple(
            FORMULA if value is None and isinstance(formula, str) and formula.startswith("=") else value
            for value, formula in zip(line, said, strict=False)
        )


def _spread(lines: Numbered, merged: Iterable[bytes]) -> Numbered:
    """Lines in which cells that were merged downwards hold their value in every row. Merged titles over columns stay one."""
    down: dict[int, list[tuple[int, int]]] = {}
    for ref in sorted(merged):
        left, top, _right, bottom = range_boundaries(ref.decode())
        if bottom > top and left <= MOST_COLUMNS:
            down.setdefault(top, []).append((left - 1, bottom))
    if not down:
        return lines
    open_cells: dict[int, tuple[int, str]] = {}
    found: Numbered = []
    for number, line in lines:
        cells = list(line)
        for column, (bottom, value) in open_cells.items():
            if number <= bottom:
                cells += [""] * (column + 1 - len(cells))
                cells[column] = cells[column] or value
        for column, bottom in down.get(number, ()):
            if column < len(cells) and cells[column]:
                open_cells[column] = (bottom, cells[column])
        found.append((number, tuple(cells)))
    return found


def _text(content: bytes) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        order: tuple[str, ...] = ("utf-16",)
    elif content[:200].count(b"\x00") > len(content[:200]) // 4:
        order = ("utf-16-le",) if content[1:2] == b"\x00" else ("utf-16-be",)
    else:
        order = ("utf-8-sig", "cp1252", "latin-1") if b"\x00" not in content[:5000] else ("utf-8-sig",)
    for encoding in order:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InvalidInput("The file is neither XLSX nor CSV nor JSON.", hint="Save it as one of these.")


def _csv(text: str) -> list[list[str]]:
    declared = re.match(r"\ufeff?sep=(.)\r?\n", text)
    if declared:
        text = text[declared.end() :]
    separator = declared.group(1) if declared else _separator(text)
    csv.field_size_limit(10 * 1024 * 1024)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise InvalidInput("The file cannot be read as CSV.", hint="Save it again as CSV, UTF-8.") from error
    return [[], *lines] if declared else lines


def _separator(text: str) -> str:
    """The sign that cuts most of the first lines into the same number of cells, more than one; quotes are respected."""

    def fit(sign: str) -> tuple[int, int]:
        try:
            reader = csv.reader(io.StringIO(text[:100_000], newline=""), delimiter=sign)
            widths = Counter(len(line) for line, _ in zip(reader, range(60), strict=False) if any(line))
        except csv.Error:
            return 0, 0
        width, count = max(widths.items(), key=lambda pair: (pair[0] > 1, pair[1], pair[0]), default=(1, 0))
        return (count, width) if width > 1 else (0, 0)

    return max(",;\t|", key=fit)


def _json(name: str, text: str) -> dict[str, list[Line]]:
    """The longest list of objects anywhere in the file as a table: one column per key of any of them. Objects that stand under
    keys of their own count as a list; lines of JSON are one."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError) as error:
        try:
            whole = [json.loads(line) for line in text.splitlines() if line.strip()]
        except (ValueError, RecursionError):
            raise InvalidInput(f"{name} cannot be read as JSON.", hint="Export it again, or save it as CSV.") from error
    found: list[tuple[str, list[Mapping[str, Any]]]] = []
    front: list[tuple[str, Any]] = [("", whole)]
    while front:
        key, value = front.pop()
        if isinstance(value, Mapping):
            inner = list(value.values())
            if len(inner) > 1 and all(isinstance(each, Mapping) for each in inner) and _alike(inner):
                found.append((key, [{"id": name, **each} for name, each in value.items()]))
            front += [(str(each), one) for each, one in value.items()]
        elif isinstance(value, list):
            rows = [each for each in value if isinstance(each, Mapping)]
            found.append((key, rows))
            front += [(key, each) for each in rows]
    key, rows = max(found, key=lambda pair: (len(pair[1]), _width(pair[1]), pair[0]), default=("", []))
    rows = [_opened(row) for row in rows]
    heads = list(dict.fromkeys(str(head) for row in rows for head in row))[:MOST_COLUMNS]
    return {key: [tuple(heads), *(tuple(_flat(row.get(head)) for head in heads) for row in rows)]}


def _alike(rows: Sequence[Mapping[str, Any]]) -> bool:
    """Whether objects look like rows of one table: most keys of the first stand in the others."""
    first = set(rows[0])
    return bool(first) and all(len(first & set(row)) * 2 >= len(first) for row in rows[:20])


def _width(rows: Sequence[Mapping[str, Any]]) -> int:
    return max((len(row) for row in rows[:20]), default=0)


def _opened(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """A row whose values lie one level deeper, as `attributes`, `fields` or `properties`, laid open."""
    for name in ("attributes", "fields", "properties"):
        if isinstance(row.get(name), Mapping):
            return {**{key: value for key, value in row.items() if key != name}, **row[name]}
    return row


def _flat(value: Any) -> str:
    """A value of JSON as a cell: lists joined, objects by what names them, times of day cut off dates."""
    if isinstance(value, list):
        return ", ".join(text for text in map(_flat, value) if text)
    if isinstance(value, Mapping):
        for name in (
            "name",
            "title",
            "label",
            "str",
            "display_name",
            "displayName",
            "full_name",
            "email",
            "value",
            "text",
        ):
            if value.get(name) not in (None, "", [], {}):
                return _flat(value[name])
        return " ".join(_flat(value[name]) for name in ("first_name", "last_name") if value.get(name))
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = cell_text(value)
    return text[:10] if re.fullmatch(r"\d{4}-\d\d-\d\dT\S+", text) else text


def cell_text(value: Any) -> str:
    """A cell as text: days as ISO, whole numbers without a point, nothing that cannot be printed."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value).replace("\u00a0", " ").replace("\ufeff", "").replace("\u200b", "")
    if text.isprintable():
        return text.strip()
    return "".join(letter for letter in text if letter in "\n\t" or ord(letter) >= 32).strip()
