"""Reading spreadsheets for an import: sheets, header rows, columns to fields, cells to values. Pure.

Messy files are the rule: titles over the header, merged cells, blank lines, dates and numbers as text, several languages.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from openpyxl import load_workbook  # type: ignore[import-untyped]
from openpyxl.utils.exceptions import InvalidFileException  # type: ignore[import-untyped]

from assay.core.errors import InvalidInput
from assay.registers.declaration import Field, Register
from assay.registers.values import date_read, value_read

MOST_ROWS, MOST_COLUMNS, MOST_UNPACKED, HEADER_WITHIN = 20_000, 200, 400 * 1024 * 1024, 15
SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "title": ("name", "title", "titel", "titre", "título", "risk", "risk name", "bezeichnung", "nom", "ai risk", "risk title", "project title"),
    "owner": ("owner", "risk owner", "responsible", "verantwortlich", "eigentümer", "responsable", "assigned to", "action owner", "use case owner", "propietario", "ansvarlig"),
    "review_on": ("review", "review date", "next review", "date of assessment", "deadline", "fällig", "eta"),
    "event": ("description", "risk description", "beschreibung", "description du risque", "descripción", "scenario", "what may happen"),
    "causes": ("causes", "cause", "threats", "threat", "ursache", "vulnerabilities", "risk source"),
    "consequence_text": ("impact description", "consequences", "consequence", "impact", "folgen", "potential impact", "conséquences", "consecuencias"),
    "likelihood": ("likelihood", "probability", "probabilidad", "current proba", "inherent proba", "eintrittswahrscheinlichkeit", "probabilité", "current probability"),
    "consequence": ("severity", "gravité", "impacto", "current impact", "inherent impact", "schwere", "auswirkung", "impact level"),
    "residual_likelihood": ("residual proba", "residual probability", "residual likelihood", "likelihood mitigation"),
    "residual_consequence": ("residual impact", "residual severity", "residual consequence", "risk severity"),
    "basis": ("justification", "assessment", "comments", "review notes", "existing controls", "begründung"),
    "option": ("treatment", "treatment option", "risk treatment", "option"),
    "source": ("category", "risk category", "risk origin", "source", "kategorie", "catégorie"),
}  # fmt: skip
STEPS: Mapping[str, int] = {
    "very low": 1, "negligible": 1, "rare": 1, "insignificant": 1, "sehr gering": 1, "low": 2, "minor": 2, "unlikely": 2, "gering": 2,
    "niedrig": 2, "medium": 3, "moderate": 3, "possible": 3, "mittel": 3, "high": 4, "major": 4, "likely": 4, "significant": 4,
    "hoch": 4, "très faible": 1, "faible": 2, "moyen": 3, "moyenne": 3, "élevé": 4, "élevée": 4, "forte": 4, "très élevé": 5,
    "muy bajo": 1, "bajo": 2, "medio": 3, "alto": 4, "muy alto": 5, "lav": 2, "middels": 3, "høy": 4, "very high": 5, "critical": 5,
    "catastrophic": 5, "severe": 5, "almost certain": 5, "certain": 5, "sehr hoch": 5,
}  # fmt: skip
MONTHS: Mapping[str, int] = {
    name: number
    for number, names in enumerate(
        (
            "jan janv ene", "feb fév févr", "mar mär mars", "apr avr abr", "may mai", "jun juin", "jul juil", "aug août ago", "sep",
            "oct okt", "nov", "dec dez déc dic des",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
SERIAL_ZERO, FIRST_SERIAL, LAST_SERIAL = date(1899, 12, 30), 25_569, 73_050  # 1970 to 2099 as spreadsheets count days
NOTHING = frozenset(
    {"--", "-", "–", "n/a", "na", "none", "null", "undefined", "unassigned", "not set", "keine", "aucun"}
)
WORDS: Mapping[str, str] = {
    "cybersecurity risk": "security", "security": "security", "third party vendor risk": "supplier", "third party risk": "supplier",
    "vendor risk": "supplier", "legal risk": "law", "compliance risk": "law", "regulatory": "law", "technological risk": "model",
    "technical": "model", "operational risk": "use", "operational": "use", "strategic risk": "environment", "financial risk": "environment",
    "reputational risk": "environment", "environmental risk": "environment", "human resources risk": "people", "data quality": "data",
    "privacy": "data", "data privacy": "data", "model performance": "model", "intellectual property risk": "law",
    "artificial intelligence risk": "model", "safety": "use", "geopolitical risk": "environment",
}  # fmt: skip
NOTHING_PLAIN = frozenset({"n a", "not applicable", "not assessed"})
OPTIONS: Mapping[str, str] = {
    **WORDS, "mitigate": "modify", "reduce": "modify", "accept": "retain", "accepted": "retain", "transfer": "share", "terminate": "avoid",
}  # fmt: skip


@dataclass(frozen=True)
class SheetRead:
    """What was read: the header's labels, and the rows under it as text, each with its line number in the file."""

    sheet: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def file_read(name: str, content: bytes) -> SheetRead:
    """Read an XLSX, CSV or JSON file (in JSON: the longest list of objects). Raises InvalidInput for one that is neither, empty, or larger than the limits."""
    if content[:2] == b"PK":
        sheets = _xlsx(content)
    else:
        sheets = _json(name, content) if content.lstrip()[:1] in (b"{", b"[") else {"": _csv(content)}
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


def _json(name: str, content: bytes) -> dict[str, list[tuple[str, ...]]]:
    """The longest list of objects anywhere in the file as a table: one column per key of any of them."""
    try:
        whole = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise InvalidInput(f"{name} cannot be read as JSON.", hint="Export it again, or save it as CSV.") from error
    found: list[tuple[str, list[Mapping[str, Any]]]] = []
    front: list[tuple[str, Any]] = [("", whole)]
    while front:
        key, value = front.pop()
        if isinstance(value, Mapping):
            front += [(str(inner), each) for inner, each in value.items()]
        elif isinstance(value, list):
            rows = [each for each in value if isinstance(each, Mapping)]
            found.append((key, rows))
            front += [(key, each) for each in rows]
    key, rows = max(found, key=lambda pair: (len(pair[1]), pair[0]), default=("", []))
    heads = list(dict.fromkeys(str(head) for row in rows for head in row))[:MOST_COLUMNS]
    return {key: [tuple(heads), *(tuple(_flat(row.get(head)) for head in heads) for row in rows)]}


def _flat(value: Any) -> str:
    """A value of JSON as a cell: lists joined, objects by their name or title, times of day cut off dates."""
    if isinstance(value, list):
        return ", ".join(text for text in map(_flat, value) if text)
    if isinstance(value, Mapping):
        return _flat(value.get("name") or value.get("title") or value.get("email") or "")
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = _cell(value)
    return text[:10] if re.fullmatch(r"\d{4}-\d\d-\d\dT\S+", text) else text


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


def day_read(text: str) -> date:
    """A day as people write it: also with the name of the month in five languages, or as the number that a spreadsheet
    keeps for it. Raises Refused."""
    found = re.fullmatch(r"(\d{1,2})\.?\s+(?:de\s+)?([^\W\d]+)\.?\s+(?:de\s+)?(\d{4})", text.strip())
    month = MONTHS.get(found.group(2).casefold()[:4]) or MONTHS.get(found.group(2).casefold()[:3]) if found else None
    if found and month:
        text = f"{found.group(3)}-{month:02d}-{int(found.group(1)):02d}"
    elif re.fullmatch(r"\d{5}", text.strip()) and FIRST_SERIAL <= int(text) <= LAST_SERIAL:
        return SERIAL_ZERO + timedelta(days=int(text))
    return date_read(text)


def cell_read(field: Field, text: str) -> Any:
    """A value from a cell as people write it; None for what says that there is none. Raises Refused."""
    if (
        plain(text) in NOTHING_PLAIN
        or text.strip().casefold() in NOTHING
        or (field.key == "option" and plain(text) == "open")
    ):
        return None
    if field.kind == "scale" and plain(text).removesuffix(" risk") in STEPS:
        return min(STEPS[plain(text).removesuffix(" risk")], len(field.choices))
    if field.kind == "scale" and re.fullmatch(r"\s*\d\s*([-–:.(/].*)?", text):
        return value_read(field, text.strip()[0])
    if field.kind == "choice":
        return value_read(field, _choice_of(field, text))
    if field.kind == "date":
        return day_read(text).isoformat()
    return value_read(field, text)


def _choice_of(field: Field, text: str) -> str:
    """The option that a cell means: its own name, a known word of others (the first of several), a word in common."""
    known = {plain(word) for pair in field.choices for word in pair}
    for part in (text, *re.split(r"[,;/|]", text)):
        if plain(part) in known:
            return part
        if OPTIONS.get(plain(part)) in {key for key, _label in field.choices}:
            return OPTIONS[plain(part)]
    return next((key for key, label in field.choices if plain(label).split()[0] in plain(text).split()), text)
