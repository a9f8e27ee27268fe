"""Values of fields: from text or JSON to what is stored, what is missing, and how it reads. Pure.

Stored: text, long, choice, date (ISO), person (id) and money (decimal as text) are strings; int and scale whole numbers; bool a
truth value; multi and link lists of strings; rows a list of objects. Empty is left out. A link reads `record:<id>`,
`control:A.6.2.4` or `obligation:4.1-01`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from assay.core.canonical import digest
from assay.registers.declaration import CONTROLS, OBLIGATIONS, Field, Register

LIMITS = {"text": 1_000, "long": 50_000}
LINK = re.compile(r"(record:[0-9a-f-]{36}|control:A\.[0-9.]+|obligation:[0-9.]+-\d\d)")
YES = frozenset({"yes", "true", "1", "on", "y", "ja", "oui", "sí", "si"})
NO = frozenset({"no", "false", "0", "off", "n", "nein", "non", ""})
DATE_FORMS = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%d %B %Y", "%d %b %Y", "%B %d, %Y", "%Y/%m/%d", "%Y-%m-%dT%H:%M:%S")
MOST_INT = 2**53 - 1
MOST_IN_ROWS = 100


class Refused(ValueError):
    """A value that a field cannot take; the text says why, for the person who gave it."""


def values_read(register: Register, raw: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what can be stored, and a sentence for each field that cannot. Empty values are left out; unknown and derived
    keys are refused."""
    stored: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    known = {each.key: each for each in register.fields}
    for key, value in raw.items():
        field = known.get(key)
        if field is None:
            wrong[key] = "There is no such field."
            continue
        if field.derived:
            wrong[key] = "This is computed."
            continue
        try:
            read = value_read(field, value)
        except Refused as refused:
            wrong[key] = str(refused)
            continue
        if read not in (None, "", []):
            stored[key] = read
    return stored, wrong


def value_read(field: Field, value: Any) -> Any:
    """One value as it is stored; None for an empty one. Raises Refused."""
    if value is None or value == "" or value == []:
        return None
    if isinstance(value, str) and "\x00" in value:
        raise Refused("It holds a character that cannot be stored.")
    return _READERS[field.kind](field, value)


def _text(field: Field, value: Any) -> str:
    if isinstance(value, (dict, list)):
        raise Refused("Give text.")
    text = str(value).replace("\r\n", "\n").strip()
    if field.kind == "text":
        text = " ".join(text.split())
    if len(text) > LIMITS[field.kind]:
        raise Refused(f"Give at most {LIMITS[field.kind]:,} characters.")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Refused("It holds a character that cannot be stored.") from None
    return text


def _choice(field: Field, value: Any) -> str:
    wanted = " ".join(str(value).split()).casefold()
    for key, label in field.choices:
        if wanted in (key.casefold(), label.casefold()):
            return key
    raise Refused(f"Choose one of: {', '.join(label for _key, label in field.choices)}.")


def _multi(field: Field, value: Any) -> list[str]:
    parts = value if isinstance(value, (list, tuple)) else re.split(r"[;,\n]", str(value))
    chosen = {_choice(field, part) for part in parts if str(part).strip()}
    return [key for key, _label in field.choices if key in chosen]


def _int(field: Field, value: Any) -> int:
    text = str(value).strip().replace("\u202f", "").replace(" ", "")
    if re.fullmatch(r"-?\d{1,3}(,\d{3})+", text):
        text = text.replace(",", "")
    text = text.removesuffix(".0").removesuffix("%")
    if isinstance(value, bool) or not re.fullmatch(r"-?\d{1,16}", text):
        raise Refused("Give a whole number.")
    number = int(text)
    if abs(number) > MOST_INT:
        raise Refused("That number is too large.")
    if (field.least is not None and number < field.least) or (field.most is not None and number > field.most):
        raise Refused(
            f"Give a number {'of at least ' + str(field.least) if field.most is None else f'from {field.least} to {field.most}'}."
        )
    return number


def _scale(field: Field, value: Any) -> int:
    if re.fullmatch(r"\d\.0", str(value).strip()):
        value = str(value).strip()[0]
    return int(_choice(field, value))


def _money(field: Field, value: Any) -> str:
    text = str(value).replace("\u202f", "").replace(" ", "").replace("€", "").removesuffix("EUR")
    if re.fullmatch(r"-?\d{1,3}(\.\d{3})*,\d{1,2}", text):
        text = text.replace(".", "").replace(",", ".")
    text = re.sub(r",(?=\d{3}(\D|$))", "", text)
    try:
        amount = Decimal(text).quantize(Decimal("0.01"))
    except InvalidOperation:
        raise Refused("Give an amount, such as 1200.50.") from None
    if not amount.is_finite() or abs(amount) >= Decimal(10) ** 15:
        raise Refused("That amount is too large.")
    return str(amount)


def date_read(value: Any) -> date:
    """A date from ISO or a few written forms (day before month). Raises Refused."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = " ".join(str(value).split())
    for form in DATE_FORMS:
        try:
            found = datetime.strptime(text, form).date()  # noqa: DTZ007 — a day has no zone
        except ValueError:
            continue
        if 1900 <= found.year <= 2200:
            return found
    raise Refused("Give a date such as 2026-11-21.")


def _date(field: Field, value: Any) -> str:
    return date_read(value).isoformat()


def _person(field: Field, value: Any) -> str:
    text = str(value).strip().lower()
    if not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", text):
        raise Refused("Choose a person of the organization.")
    return text


def _link(field: Field, value: Any) -> list[str]:
    parts = value if isinstance(value, (list, tuple)) else re.split(r"[;,\s]+", str(value))
    found: list[str] = []
    for part in (str(each).strip() for each in parts):
        if not part:
            continue
        if CONTROLS in field.to and re.fullmatch(r"A\.\d+(\.\d+)+", part):
            part = f"control:{part}"
        elif OBLIGATIONS in field.to and re.fullmatch(r"\d+(\.\d+)*-\d\d", part):
            part = f"obligation:{part}"
        if LINK.fullmatch(part) is None:
            raise Refused(f"{part[:60]!r} is nothing that can be linked.")
        if part not in found:
            found.append(part)
    if len(found) > 500:
        raise Refused("Link at most 500 things.")
    return sorted(found)


def _bool(field: Field, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    text = str(value).strip().casefold()
    if text in YES:
        return True
    if text in NO:
        return False
    raise Refused("Say yes or no.")


def _rows(field: Field, value: Any) -> list[dict[str, Any]]:
    """Rows of a small table; from text: one a line, cells separated by semicolons, in the order of the columns."""
    given = value if isinstance(value, (list, tuple)) else [_cells(field, line) for line in str(value).splitlines()]
    found = []
    for place, each in enumerate(given, 1):
        if not isinstance(each, Mapping) or set(each) - {column.key for column in field.columns}:
            raise Refused(f"Row {place} has other columns than {', '.join(column.key for column in field.columns)}.")
        row = _row(field, each, place)
        if row:
            found.append(row)
    if len(found) > MOST_IN_ROWS:
        raise Refused(f"Give at most {MOST_IN_ROWS} rows.")
    return found


def _cells(field: Field, line: str) -> dict[str, str]:
    return dict(zip((column.key for column in field.columns), (cell.strip() for cell in line.split(";")), strict=False))


def _row(field: Field, given: Mapping[str, Any], place: int) -> dict[str, Any]:
    row = {}
    for column in field.columns:
        try:
            read = value_read(column, given.get(column.key))
        except Refused as refused:
            raise Refused(f"Row {place}, {column.label.lower()}: {refused}") from None
        if read not in (None, "", []):
            row[column.key] = read
    lacking = [column.label for column in field.columns if column.required and column.key not in row]
    if row and lacking:
        raise Refused(f"Row {place} needs: {', '.join(lacking).lower()}.")
    return row


def _snapshot(field: Field, value: Any) -> Any:
    raise Refused("This is written by the product.")


_READERS = {
    "text": _text, "long": _text, "choice": _choice, "multi": _multi, "int": _int, "scale": _scale, "money": _money,
    "date": _date, "person": _person, "link": _link, "bool": _bool, "rows": _rows, "snapshot": _snapshot,
}  # fmt: skip


def missing(register: Register, data: Mapping[str, Any], state: str) -> dict[str, str]:
    """A sentence for each field that a record in `state` must have and has not."""
    wrong = {}
    for field in register.fields:
        needed = field.required or (field.since and register.has_reached(state, field.since))
        if needed and not field.derived and data.get(field.key) in (None, "", []):
            wrong[field.key] = f"{field.label} is needed" + (
                f" from the state “{register.state(field.since).title}” on." if field.since else "."
            )
    return wrong


def shown(field: Field, value: Any, *, people: Mapping[str, str], targets: Mapping[str, str]) -> str:
    """How a stored value reads, in one line for tables and exports; empty for none."""
    if value in (None, "", []):
        return ""
    labels = dict(field.choices)
    if field.kind in ("choice", "scale"):
        return labels.get(str(value), str(value))
    if field.kind == "multi":
        return ", ".join(labels.get(str(each), str(each)) for each in value)
    if field.kind == "person":
        return people.get(str(value), "somebody who left")
    if field.kind == "link":
        return ", ".join(targets.get(each, each.partition(":")[2]) for each in value)
    if field.kind == "bool":
        return "yes" if value else "no"
    if field.kind in ("int", "money"):
        return f"{value} {field.unit}".strip()
    if field.kind == "rows":
        return "\n".join(
            "; ".join(shown(column, row.get(column.key), people=people, targets=targets) for column in field.columns)
            for row in value
        )
    if field.kind == "snapshot":
        return "held"
    return str(value)


def content_digest(
    register: str, number: int, title: str, data: Mapping[str, Any], owner: object, deputy: object
) -> str:
    """The digest that an approval is bound to. Not the state, which the approval changes."""
    return digest(
        {
            "register": register, "number": number, "title": title, "data": dict(data), "owner": str(owner or ""),
            "deputy": str(deputy or ""),
        }
    )  # fmt: skip


def search_text(register: Register, number: int, title: str, data: Mapping[str, Any]) -> str:
    """What the search looks through: number, title, searchable fields, in lower case."""
    parts = [str(number), title]
    parts += [str(data[each.key]) for each in register.fields if each.searchable and data.get(each.key)]
    return "\n".join(parts).casefold()[:20_000]
