"""Lines to a table: which line holds the headings, which sheet is meant, and which column goes where. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assay.core.errors import InvalidInput
from assay.registers.declaration import Field, Register
from assay.registers.importing.cells import level_of, plain
from assay.registers.importing.files import MOST_ROWS, Line, Numbered, lines_read
from assay.registers.importing.words import AFTER, BEFORE, SYNONYMS, TOTALS

HEADER_WITHIN, SAMPLES, LATE = 15, 50, 3
KNOWN = frozenset(word for words in SYNONYMS.values() for word in words)


@dataclass(frozen=True)
class SheetRead:
    """What was read: the header's labels, and the rows under it as text, each with its line number in the file. `others` are
    sheets that were left alone."""

    sheet: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    others: tuple[str, ...] = ()


def file_read(name: str, content: bytes) -> SheetRead:
    """Read an XLSX, CSV or JSON file (in JSON: the longest list of objects). Raises InvalidInput for one that is neither, empty,
    or larger than the limits."""
    sheets = lines_read(name, content)
    sheet, filled = max(sheets.items(), key=lambda pair: _promise(pair[1]), default=("", []))
    if len(filled) < 2:
        raise InvalidInput(f"{name} holds no rows.", hint="Give a sheet with a line of headings and rows under it.")
    place = _header_place([line for _number, line in filled[:HEADER_WITHIN]])
    header = _header([line for _number, line in filled[: place + 1]])
    head = [plain(cell) for cell in filled[place][1] if cell]
    body = [(number, line) for number, line in filled[place + 1 :] if [plain(c) for c in line if c] != head]
    while body and len(filled) - place - 1 - len(body) < LATE and _is_total(body[-1][1]):
        body.pop()
    if len(body) > MOST_ROWS:
        raise InvalidInput(f"{name} holds more than {MOST_ROWS:,} rows.", hint=f"Give at most {MOST_ROWS:,} at a time.")
    if not body:
        raise InvalidInput(f"{name} holds no rows.", hint="Give a sheet with a line of headings and rows under it.")
    used = [
        column
        for column, label in enumerate(header)
        if not re.fullmatch(r"Column \d+", label) or any(len(line) > column and line[column] for _number, line in body)
    ]
    rows = tuple((number, tuple(line[c] if c < len(line) else "" for c in used)) for number, line in body)
    others = tuple(each for each, lines in sheets.items() if each != sheet and lines)
    return SheetRead(sheet, tuple(header[column] for column in used), rows, others)


def _promise(filled: Numbered) -> tuple[int, int]:
    """How much a sheet looks like the one that is meant: known headings, at most six of them counted, then its length."""
    if len(filled) < 2:
        return 0, len(filled)
    top = [line for _number, line in filled[:HEADER_WITHIN]]
    return min(6, _score(top[_header_place(top)])[0]), len(filled)


def _score(line: Line) -> tuple[int, int]:
    texts = [cell for cell in line if cell]
    hits = len({word for cell in texts for word in spoken(cell) if word in KNOWN})
    short = sum(1 for cell in texts if len(cell) < 60 and not re.fullmatch(r"[\d.,%€ -]+", cell))
    return hits, short


def _header_place(lines: Sequence[Line]) -> int:
    """The line that reads most like headings: known words count most, then many short texts without numbers."""
    return max(range(len(lines)), key=lambda place: (*_score(lines[place]), -place))


def _header(lines: Sequence[Line]) -> tuple[str, ...]:
    """Labels of the columns; one that is blank takes the label of the line above it. Where two read the same, the heading that
    stands over each group of columns is put before it; what is still the same is numbered."""
    line, above = list(lines[-1]), _groups(lines[-2]) if len(lines) > 1 else []
    raw = list(lines[-2]) if len(lines) > 1 else []
    labels: list[str] = []
    for column, cell in enumerate(line):
        label = " ".join((cell or (raw[column] if column < len(raw) else "")).split())[:120]
        group = above[column] if column < len(above) else ""
        if label and group and plain(group) != plain(label) and [plain(each) for each in line].count(plain(label)) > 1:
            label = f"{group}: {label}"[:120]
        label = label or f"Column {column + 1}"
        labels.append(label if label not in labels else f"{label} ({column + 1})")
    return tuple(labels)


def _groups(line: Line) -> list[str]:
    """A line of group headings, each repeated over the blank cells to its right."""
    found, last = [], ""
    for cell in line:
        last = cell or last
        found.append(" ".join(last.split())[:60])
    return [*found, *[last] * 50]


def _is_total(line: Line) -> bool:
    """Whether a last line only adds up: its first words say so and everything else in it is a number."""
    cells = [cell for cell in line if cell]
    if not cells or plain(re.sub(r"[\d.,%]+", "", cells[0])) not in TOTALS:
        return False
    return all(re.fullmatch(r"[\d.,%€$ +-]+", cell) or plain(cell) in TOTALS for cell in cells[1:])


def spoken(label: str) -> tuple[str, ...]:
    """What a heading may mean: as it stands, without what is in brackets, and each part of one in two languages."""
    bare = re.sub(r"\([^)]*\)|\[[^\]]*\]|[*†‡:]+", " ", label)
    parts = [plain(label), plain(bare), *(plain(part) for part in re.split(r"[/|\n]| - ", bare))]
    parts += [re.sub(r"(\s+\d+)+$", "", part) for part in parts]
    return tuple(dict.fromkeys(part for part in parts if part))


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


def mapping_guess(register: Register, header: Sequence[str], rows: Sequence[Sequence[str]] = ()) -> dict[str, str]:
    """Column label to field key, for those that can be told; each field once. Where a heading can mean a level or a text, the
    first `rows` decide; a column without any value gives way to one that has some."""
    words: dict[str, list[str]] = {}
    for key, label in targets(register):
        for word in (plain(label), plain(key), *SYNONYMS.get(key, ())):
            words.setdefault(plain(word), []).append(key)
    fields = {each.key: each for each in register.fields}
    found: dict[str, str] = {}
    samples = [
        [row[place] for row in rows[:SAMPLES] if place < len(row) and row[place]] for place in range(len(header))
    ]
    filled = [place for place in range(len(header)) if samples[place] or not rows]
    blank = [place for place in range(len(header)) if place not in filled]
    for places, exact in ((filled, True), (filled, False), (blank, True), (blank, False)):
        for place in places:
            label = header[place]
            meant = spoken(label)[:1] if exact else spoken(label)
            keys = [key for word in meant for key in _keys(words, word, fields)]
            free = [key for key in keys if key not in found.values()]
            if label not in found and free:
                found[label] = _fitting(free, fields, samples[place])
    return {label: found[label] for label in header if label in found}


def _keys(words: Mapping[str, list[str]], word: str, fields: Mapping[str, Field]) -> list[str]:
    """Fields that a heading may mean; with “before” or “after treatment” said in it, the one of that side."""
    if word in words:
        return words[word]
    for said, prefix in ((AFTER, "residual_"), (BEFORE, "")):
        for each in sorted(said, key=len, reverse=True):
            bare = word.removeprefix(f"{each} ").removesuffix(f" {each}")
            if bare != word and bare not in words:
                bare = bare.removeprefix("risk ").removeprefix("risiko ").removeprefix("risque ")
            if bare != word and bare in words:
                return [key for key in (f"{prefix}{name}" for name in words[bare]) if key in fields]
    return []


def _fitting(keys: Sequence[str], fields: Mapping[str, Field], samples: Sequence[str]) -> str:
    if len(keys) == 1 or not samples:
        return keys[0]
    levels = sum(1 for each in samples if level_of(each) is not None) * 2 > len(samples)
    fitting = [key for key in keys if (key in fields and fields[key].kind == "scale") == levels]
    return (fitting or list(keys))[0]
