"""The state of a row as canonical JSON, computed alike from a record in memory and from a raw database row.

A declaration lists the columns of a table and the type of each:

    {"key": "id", "key_type": "uuid", "label": "artefact", "fields": {"title": "text", "created_at": "datetime", ...}}

Types and their JSON values: `text` string; `int` integer (beyond 2^53-1: string); `bool`; `uuid` hyphenated string;
`datetime` UTC with six decimals and Z; `date` ISO 8601; `decimal:N` string with N decimals; `float` shortest repr as
string; `duration` microseconds as integer; `bytes` "sha256:<hex>"; `json` the value, its floats and large integers as
strings; NULL is null. Anything else that a row may hold becomes {"unreadable": ...}, which no honest state contains, so
that a tampered row has another digest instead of stopping the verification.
"""

import hashlib
import json
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from assay.core.canonical import canonical_bytes, digest

SAFE_INTEGER = 2**53 - 1
SCALAR_TYPES = frozenset({"text", "int", "bool", "uuid", "datetime", "date", "float", "duration", "bytes", "json"})

Json = Any


def schema_id(declaration: Mapping[str, Json]) -> str:
    """The first 16 hex digits of the digest of a declaration: what `RecordRef.schema` holds."""
    return hashlib.sha256(canonical_bytes(declaration)).hexdigest()[:16]


def state_digest(state: Mapping[str, Json]) -> str:
    """ "sha256:<hex>" of the canonical bytes of a state."""
    return digest(state)


def unreadable(value: object) -> Json:
    """The value of a column that does not hold what its type says."""
    shown = hashlib.sha256(repr(value).encode("utf-8", "replace")).hexdigest()
    return {"unreadable": f"{type(value).__name__}:{shown}"}


def plain_json(value: Json) -> Json:
    """`value` with fractions as "float:<repr>" and integers beyond 2^53-1 as "int:<digits>": canonical."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int):
        return value if -SAFE_INTEGER <= value <= SAFE_INTEGER else f"int:{value}"
    if isinstance(value, float):
        # 1.0 and 1 are one number in JSON, and a database may hand out either.
        return int(value) if value.is_integer() and abs(value) <= SAFE_INTEGER else f"float:{value!r}"
    if isinstance(value, list | tuple):
        return [plain_json(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): plain_json(item) for key, item in value.items()}
    return unreadable(value)


def _text(value: object) -> Json:
    if not isinstance(value, str):
        return unreadable(value)
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return unreadable(value)
    return str(value)


def _int(value: object) -> Json:
    if isinstance(value, bool) or not isinstance(value, int):
        return unreadable(value)
    return int(value) if -SAFE_INTEGER <= value <= SAFE_INTEGER else f"int:{value}"


def _bool(value: object) -> Json:
    if isinstance(value, bool):
        return value
    return bool(value) if isinstance(value, int) and value in (0, 1) else unreadable(value)


def _uuid(value: object) -> Json:
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, str) and len(value) == 32 and value == value.lower():
        try:
            return str(uuid.UUID(hex=value))
        except ValueError:
            return unreadable(value)
    return unreadable(value)


def _datetime(value: object) -> Json:
    moment = value
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value).replace(tzinfo=UTC)
        except ValueError:
            return unreadable(value)
        # One spelling only: "YYYY-MM-DD HH:MM:SS[.ffffff]", as the driver writes it.
        if str(moment.replace(tzinfo=None)) != value:
            return unreadable(value)
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        return unreadable(value)
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _date(value: object) -> Json:
    if isinstance(value, datetime):
        return unreadable(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        try:
            return value if date.fromisoformat(value).isoformat() == value else unreadable(value)
        except ValueError:
            return unreadable(value)
    return unreadable(value)


def _float(value: object) -> Json:
    return repr(float(value)) if isinstance(value, float | int) and not isinstance(value, bool) else unreadable(value)


def _duration(value: object) -> Json:
    if isinstance(value, timedelta):
        return (value.days * 86400 + value.seconds) * 1_000_000 + value.microseconds
    return _int(value)


def _bytes(value: object) -> Json:
    if not isinstance(value, bytes | bytearray | memoryview):
        return unreadable(value)
    return f"sha256:{hashlib.sha256(value).hexdigest()}"


def _json_text(value: object) -> Json:
    if not isinstance(value, str):
        return unreadable(value)
    try:
        plain = plain_json(json.loads(value))
        canonical_bytes(plain)
    except (ValueError, RecursionError):
        return unreadable(value)
    return plain


def _decimal(places: int) -> Callable[[object], Json]:
    quantum = Decimal(1).scaleb(-places)

    def read(value: object) -> Json:
        if isinstance(value, bool) or not isinstance(value, Decimal | int | float):
            return unreadable(value)
        exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
        return format(exact.quantize(quantum), "f") if exact.is_finite() else unreadable(value)

    return read


_READERS: Mapping[str, Callable[[object], Json]] = {
    "text": _text,
    "int": _int,
    "bool": _bool,
    "uuid": _uuid,
    "datetime": _datetime,
    "date": _date,
    "float": _float,
    "duration": _duration,
    "bytes": _bytes,
    "json": _json_text,
}


def reader_of(kind: str) -> Callable[[object], Json]:
    """The function that turns one raw column value of type `kind` into JSON. Raises KeyError for an unknown type."""
    name, _, places = kind.partition(":")
    read = _decimal(int(places)) if name == "decimal" else _READERS[name]
    return lambda value: None if value is None else read(value)


def value_of(kind: str, value: object) -> Json:
    """The JSON value of an attribute in memory. Like `reader_of`, but `json` takes the value itself, not its text."""
    if value is None:
        return None
    if kind == "json":
        return plain_json(json.loads(json.dumps(value)))
    return reader_of(kind)(value)
