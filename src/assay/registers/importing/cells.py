"""Cells to values: levels, days and choices as people write them. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from assay.registers.declaration import Field
from assay.registers.importing.files import FORMULA
from assay.registers.importing.words import (
    DOUBTS,
    ERRORS,
    LISTED,
    MONTHS,
    NOTHING,
    NOTHING_PLAIN,
    OPTIONS,
    SMALL,
    STEPS,
)
from assay.registers.values import Refused, date_read, value_read

SERIAL_ZERO, FIRST_SERIAL, LAST_SERIAL = date(1899, 12, 30), 25_569, 73_050  # 1970 to 2099 as spreadsheets count days
BESIDE = re.compile(
    r"\b(risk|level|score|rating|stufe|niveau|risiko|risque|likelihood|probability|impact|severity|[plisc])\b"
)


@lru_cache(maxsize=50_000)
def plain(text: str) -> str:
    """A heading or word for comparison."""
    return " ".join(re.findall(r"[\w]+", text.casefold().replace("_", " ")))


def is_nothing(text: str) -> bool:
    """Whether a cell says in words that there is nothing."""
    return text.strip().casefold() in NOTHING or plain(text) in NOTHING_PLAIN


def error_in(text: str) -> str:
    """A sentence for a cell that holds the error of a spreadsheet instead of a value; empty for others."""
    if text == FORMULA:
        return "It holds a formula whose result was not saved: open the file in a spreadsheet program and save it once."
    if text.strip().casefold() in ERRORS:
        return f"The spreadsheet shows an error here ({text.strip()[:12]})."
    return ""


def cell_read(field: Field, text: str, order: str = "day") -> Any:
    """A value from a cell as people write it; None for what says that there is none. `order` as `day_order` says. Raises Refused."""
    wrong = error_in(text)
    if wrong:
        raise Refused(wrong)
    if is_nothing(text) or (field.key == "option" and plain(text) == "open"):
        return None
    if field.kind == "scale":
        level = level_read(text, len(field.choices))
        return value_read(field, str(level) if level is not None else text)
    if field.kind == "choice":
        return value_read(field, choice_of(field, text))
    if field.kind == "date":
        return day_read(text, order).isoformat()
    return value_read(field, text)


def level_of(text: str) -> int | None:
    """The level that a cell names by word or number; None for one that names none."""
    try:
        return level_read(text, 5)
    except Refused:
        return None


def level_read(text: str, steps: int) -> int | None:
    """A step of a scale from 1: “4”, “4.0”, “High”, “High (4)”, “4 - high”, “P4”, “4/5”; None if it reads as none.

    Raises Refused where word and number contradict each other, or the number is of a scale of other length.
    """
    whole = re.fullmatch(r"\s*(\d)\s*/\s*(\d{1,3})\s*", text)
    if whole:
        if int(whole.group(2)) != steps:
            raise Refused(f"“{text.strip()}” is of a scale of {whole.group(2)}; the one here has {steps} steps.")
        return int(whole.group(1))
    if re.fullmatch(r"\s*\d(?:[.,]0+)?\s*", text):
        return int(text.strip()[0])
    if re.match(r"\s*[-+−]\s*\d", text):
        return None
    numbers = re.findall(r"(?<![\d.,])\d+(?![\d.,%]|\s*%)", text)
    word = plain(re.sub(r"\d+", " ", text))
    step = STEPS.get(word) or STEPS.get(" ".join(BESIDE.sub(" ", word).split()))
    number = int(numbers[0]) if len(numbers) == 1 and len(numbers[0]) == 1 else None
    if step is not None and re.search(r"\d", text) and number is None:
        return None  # “High (60 %)”, “Low 1-2”: more than one level could be meant
    if step is not None and number is not None and number != min(step, steps):
        raise Refused(
            f"“{text.strip()[:40]}” says two things: the word reads as {min(step, steps)} of {steps}, the number as {number}."
        )
    if step is not None:
        return min(step, steps)
    if number is not None and (
        not BESIDE.sub(" ", word).strip() or re.match(r"\s*\d\s*[-–—:.(=]", text) or re.search(r"\(\d\)\s*$", text)
    ):
        return number
    return None


def day_order(cells: Iterable[str]) -> str:
    """`day` or `month`: which comes first in dates such as 03/04/2027, told by those of a column that can only be read in one
    way; empty where they contradict each other."""
    seen = set()
    for text in cells:
        found = re.fullmatch(r"\s*(\d{1,2})/(\d{1,2})/(\d{2}|\d{4})(\s.*)?", text)
        if found and int(found.group(1)) > 12:
            seen.add("day")
        elif found and int(found.group(2)) > 12:
            seen.add("month")
    return "" if len(seen) > 1 else next(iter(seen), "day")


def day_read(text: str, order: str = "day") -> date:
    """A day as people write it: also with the name of the month in five languages, or as the number that a spreadsheet keeps
    for it. `order` as `day_order` says. Raises Refused."""
    text = " ".join(text.split())
    weekday = re.match(r"([^\W\d]{2,10})\.?,?\s+(?=\d)", text)
    if weekday and not _month(weekday.group(1)):
        text = text[weekday.end() :]
    if re.match(r"\d{4}-\d\d-\d\d[T ]\d", text):
        text = text[:10]
    text = re.sub(r"(?<=\d)(st|nd|rd|th|er)\b", "", text)
    serial = re.fullmatch(r"(\d{5})(?:[.,]\d+)?", text)
    if serial and FIRST_SERIAL <= int(serial.group(1)) <= LAST_SERIAL:
        return SERIAL_ZERO + timedelta(days=int(serial.group(1)))
    named = re.fullmatch(r"(\d{1,2})\.?[\s-]+(?:de\s+)?([^\W\d]+)\.?,?[\s-]+(?:de\s+)?(\d{4})", text)
    if named and _month(named.group(2)):
        return date_read(f"{named.group(3)}-{_month(named.group(2)):02d}-{int(named.group(1)):02d}")
    named = re.fullmatch(r"([^\W\d]+)\.?\s+(\d{1,2})\.?,?\s+(\d{4})", text)
    if named and _month(named.group(1)):
        return date_read(f"{named.group(3)}-{_month(named.group(1)):02d}-{int(named.group(2)):02d}")
    parts = re.fullmatch(r"(\d{1,2})([./-])(\d{1,2})\2(\d{2}|\d{4})(?:\s+\d.*)?", text)
    if parts:
        if parts.group(2) == "/" and not order:
            raise Refused("Days and months change places in this column: write dates such as 2026-11-21.")
        year = parts.group(4) if len(parts.group(4)) == 4 else f"20{parts.group(4)}"
        first, second = int(parts.group(1)), int(parts.group(3))
        day, month = (second, first) if parts.group(2) == "/" and order == "month" else (first, second)
        return date_read(f"{year}-{month:02d}-{day:02d}")
    return date_read(text)


def _month(name: str) -> int:
    return MONTHS.get(name.casefold()[:4]) or MONTHS.get(name.casefold()[:3]) or 0


def choice_of(field: Field, text: str) -> str:
    """The option that a cell means: its own name, a known word of others, or a name of it among other words; the first of a
    list where lists are usual.

    Raises Refused where it names more than one, or none for sure: “not low”, “High (was low)”, “low?”.
    """
    names, others = _names_of(field)
    said = plain(text)
    if "?" not in text and (said in names or said in others):
        return names.get(said) or others[said]
    parts = [names.get(plain(part)) or others.get(plain(part)) for part in re.split(r"[,;/|]", text)]
    if field.key in LISTED and parts[0] and all(parts):
        return parts[0]
    said = plain(re.sub(r"(?i)n['’]t\b|\bno\b(?=\s+\w)", " not ", text))
    meant, rest = _named(f" {said} ", {**names, **others})
    options = ", ".join(label for _key, label in field.choices)
    if len(meant) > 1:
        found = ", ".join(label for key, label in field.choices if key in meant)
        raise Refused(f"“{text.strip()[:60]}” names more than one option ({found}). Write one of: {options}.")
    if meant and ("?" in text or DOUBTS & set(rest.split())):
        raise Refused(f"“{text.strip()[:60]}” does not say for sure which option is meant. Write one of: {options}.")
    return next((key for key in meant if key in parts or key in _named(f" {said} ", names)[0]), text)


@lru_cache(maxsize=500)
def _names_of(field: Field) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Plain words to the option that they name: its own (key, label, a first word that tells it from the others), and those
    of other programs and languages."""
    keys = [key for key, _label in field.choices]
    names = {plain(key): key for key in keys}
    for key, label in field.choices:
        names.setdefault(plain(label), key)
    firsts = Counter(plain(label).split()[0] for _key, label in field.choices)
    for key, label in field.choices:
        first = plain(label).split()[0]
        if firsts[first] == 1 and first not in SMALL:
            names.setdefault(first, key)
    return names, {word: key for word, key in OPTIONS.items() if key in keys and word not in names}


def _named(said: str, names: Mapping[str, str]) -> tuple[set[str], str]:
    """The options that plain text (a blank at both ends) names by whole words, longer names first, and what is left of it."""
    meant = set()
    for name in sorted(names, key=lambda each: (-len(each), each)):
        if f" {name} " in said:
            meant.add(names[name])
            said = said.replace(f" {name} ", " | ")
    return meant, said
