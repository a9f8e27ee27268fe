"""Reading spreadsheets for an import: sheets, header rows, columns to fields, cells to values. Pure.

Messy files are the rule: titles over the header, merged cells, blank lines, dates and numbers as text, several languages.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from openpyxl import load_workbook  # type: ignore[import-untyped]
from openpyxl.utils.exceptions import InvalidFileException  # type: ignore[import-untyped]

from assay.core.errors import InvalidInput
from assay.registers.declaration import Field, Register
from assay.registers.values import value_read

MOST_ROWS, MOST_COLUMNS, MOST_UNPACKED, HEADER_WITHIN = 20_000, 200, 400 * 1024 * 1024, 15
SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "title": ("name", "title", "titel", "titre", "título", "risk", "risk name", "bezeichnung", "nom", "ai risk", "project title"),
    "owner": ("owner", "risk owner", "responsible", "verantwortlich", "eigentümer", "responsable", "assigned to", "action owner", "use case owner"),
    "review_on": ("review", "review date", "next review", "date of assessment", "deadline", "fällig", "eta"),
    "event": ("description", "risk description", "beschreibung", "description du risque", "descripción", "scenario", "what may happen"),
    "causes": ("causes", "cause", "threats", "threat", "ursache", "vulnerabilities", "risk source"),
    "consequence_text": ("impact description", "consequences", "consequence", "impact", "folgen", "potential impact"),
    "likelihood": ("likelihood", "probability", "current proba", "inherent proba", "eintrittswahrscheinlichkeit", "probabilité", "current probability"),
    "consequence": ("severity", "current impact", "inherent impact", "schwere", "auswirkung", "impact level"),
    "residual_likelihood": ("residual proba", "residual probability", "residual likelihood", "likelihood mitigation"),
    "residual_consequence": ("residual impact", "residual severity", "residual consequence", "risk severity"),
    "basis": ("justification", "assessment", "comments", "mitigation evidence document"),
    "option": ("treatment", "treatment option", "risk treatment", "option"),
    "source": ("category", "risk category", "source", "kategorie"),
}  # fmt: skip
STEPS: Mapping[str, int] = {
    "very low": 1, "negligible": 1, "rare": 1, "insignificant": 1, "sehr gering": 1, "low": 2, "minor": 2, "unlikely": 2, "gering": 2,
    "niedrig": 2, "medium": 3, "moderate": 3, "possible": 3, "mittel": 3, "high": 4, "major": 4, "likely": 4, "significant": 4,
    "hoch": 4, "very high": 5, "critical": 5, "catastrophic": 5, "severe": 5, "almost certain": 5, "certain": 5, "sehr hoch": 5,
}  # fmt: skip
OPTIONS: Mapping[str, str] = {
    "mitigate": "modify", "reduce": "modify", "accept": "retain", "accepted": "retain", "transfer": "share", "terminate": "avoid",
}  # fmt: skip


@dataclass(frozen=True)
class SheetRead:
    """What was read: the header's labels, and the rows under it as text, each with its line number in the file."""

    sheet: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def file_read(name: str, content: bytes) -> SheetRead:
    """Read an XLSX or CSV file. Raises InvalidInput for one that is neither, empty, or larger than the limits."""
    sheets = _xlsx(content) if content[:2] == b"PK" else {"": _csv(content)}
    sheet, lines = max(sheets.items(), key=lambda pair: sum(1 for line in pair[1] if any(line)), default=("", []))
    filled = [(number, line) for number, line in enumerate(lines, 1) if any(line)]
    if len(filled) < 2:
        raise InvalidInput(f"{name} holds no rows.", hint="Give a sheet with a line of headings and rows under it.")
    place = _header_place([line for _number, line in filled[:HEADER_WITHIN]])
    header = _header(filled, place)
    body = [
        (number, line)
        for number, line in filled[place + 1 :]
        if [plain(c) for c in line if c] != [plain(c) for c in header if c]
    ]
    if len(body) > MOST_ROWS:
        raise InvalidInput(f"{name} holds {len(body):,} rows.", hint=f"Give at most {MOST_ROWS:,} at a time.")
    return SheetRead(
        sheet, header, tuple((number, line[: len(header)] + ("",) * (len(header) - len(line))) for number, line in body)
    )


def _xlsx(content: bytes) -> dict[str, list[tuple[str, ...]]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(each.file_size for each in packed.infolist()) > MOST_UNPACKED:
                raise InvalidInput("The file unpacks to more than can be read.", hint="Split it.")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        return {
            page.title: [
                tuple(_cell(value) for value in line[:MOST_COLUMNS])
                for line in page.iter_rows(values_only=True, max_row=MOST_ROWS + HEADER_WITHIN + 1)
            ]
            for page in book.worksheets
        }
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        raise InvalidInput("The file cannot be read as XLSX.", hint="Save it again as XLSX or CSV.") from error


def _csv(content: bytes) -> list[tuple[str, ...]]:
    for encoding in ("utf-8-sig", "utf-16") if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        sample = text[:20_000]
        separator = max(",;\t|", key=lambda sign: sum(min(line.count(sign), 50) for line in sample.splitlines()[:20]))
        try:
            lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
        except csv.Error as error:
            raise InvalidInput("The file cannot be read as CSV.", hint="Save it again as CSV, UTF-8.") from error
        return [tuple(_cell(value) for value in line[:MOST_COLUMNS]) for line in lines]
    raise InvalidInput("The file is neither XLSX nor CSV.", hint="Save it as one of these.")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "".join(letter for letter in str(value) if letter in "\n\t" or ord(letter) >= 32).strip()


def _header_place(lines: Sequence[Sequence[str]]) -> int:
    """The line that reads most like headings: known words count most, then many short texts without numbers."""
    known = {word for words in SYNONYMS.values() for word in words}

    def score(line: Sequence[str]) -> tuple[int, int]:
        texts = [cell for cell in line if cell]
        hits = sum(1 for cell in texts if plain(cell) in known)
        short = sum(1 for cell in texts if len(cell) < 60 and not re.fullmatch(r"[\d.,%€ -]+", cell))
        return hits, short

    return max(range(len(lines)), key=lambda place: (*score(lines[place]), -place))


def _header(filled: Sequence[tuple[int, Sequence[str]]], place: int) -> tuple[str, ...]:
    """Labels of the columns; one that is blank takes the label of the line above it (a merged heading), made unique."""
    line = list(filled[place][1])
    above = list(filled[place - 1][1]) if place else []
    labels: list[str] = []
    for column, cell in enumerate(line):
        label = (
            " ".join((cell or (above[column] if column < len(above) else "")).split())[:120] or f"Column {column + 1}"
        )
        labels.append(label if label not in labels else f"{label} ({column + 1})")
    return tuple(labels)


def plain(text: str) -> str:
    """A heading for comparison."""
    return " ".join(re.findall(r"[\w]+", text.casefold().replace("_", " ")))


def targets(register: Register) -> tuple[tuple[str, str], ...]:
    """What a column can go to: (key, label)."""
    own = tuple((f.key, f.label) for f in register.fields if not f.derived and f.kind != "snapshot")
    return (
        ("title", register.title_label),
        *own,
        ("owner", "Owner"),
        ("deputy", "Deputy"),
        ("review_on", "Next review"),
    )


def mapping_guess(register: Register, header: Sequence[str]) -> dict[str, str]:
    """Column label to field key, for those that can be told; each field once."""
    found: dict[str, str] = {}
    words: dict[str, str] = {}
    for key, label in targets(register):
        for word in (plain(label), plain(key), *SYNONYMS.get(key, ())):
            words.setdefault(plain(word), key)
    for label in header:
        target = words.get(plain(label))
        if target is not None and target not in found.values():
            found[label] = target
    return found


def cell_read(field: Field, text: str) -> Any:
    """A value from a cell as people write it. Raises Refused."""
    if field.kind == "scale" and plain(text) in STEPS:
        return min(STEPS[plain(text)], len(field.choices))
    if field.kind == "scale" and re.fullmatch(r"\s*\d\s*[-–:.(].*", text):
        return value_read(field, text.strip()[0])
    if field.kind == "choice":
        known = {plain(word) for pair in field.choices for word in pair}
        if plain(text) in OPTIONS and plain(text) not in known:
            text = OPTIONS[plain(text)]
        elif plain(text) not in known:
            text = next((key for key, label in field.choices if plain(label).split()[0] in plain(text).split()), text)
    return value_read(field, text)
