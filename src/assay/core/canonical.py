"""Canonical bytes of data: RFC 8785 (JSON Canonicalization Scheme), restricted to what every implementation agrees on.

Allowed: None, bool, int with |n| ≤ 2^53 − 1, str without lone surrogates, list or tuple, dict with str keys. A
float is refused: rationals travel as "n/d" strings and decimals as digit strings, so that no two machines print a
number differently.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

import rfc8785

from assay.core.errors import InvalidInput

MAX_INTEGER = 2**53 - 1
MAX_DEPTH = 64
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True, check_circular=False).encode
_AS_STORED = "Give the bytes exactly as they were stored."


def canonical_bytes(value: object) -> bytes:
    """Return the RFC 8785 bytes of `value`.

    Raises InvalidInput, with the place as `path` (for example `$.cells[3].weight`), for a float, an integer beyond
    2^53 − 1, a key that is not a string, a lone surrogate, another type, or nesting deeper than 64.
    """
    plain_keys = _plain_keys(value, 0)
    if plain_keys is None:
        plain_keys = _check(value, "$", 0)
    try:
        if plain_keys:
            # With ASCII keys the standard encoder sorts and escapes exactly as RFC 8785 does, at several times the speed.
            return _encode(value).encode()
        return bytes(rfc8785.dumps(_plain(value)))
    except (UnicodeEncodeError, rfc8785.CanonicalizationError):
        _check(value, "$", 0)
        raise


def parse_canonical(data: bytes) -> Any:
    """Read canonical bytes back. Raises InvalidInput unless `data` is exactly the canonical form of what it says."""
    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"The bytes are not JSON: {error}.", hint=_AS_STORED) from None
    if canonical_bytes(value) != data:
        raise InvalidInput("The bytes are JSON but not canonical (RFC 8785).", hint=_AS_STORED)
    return value


def sha256_hex(data: bytes) -> str:
    """Return the SHA-256 of `data` as 64 lower-case hex digits."""
    return hashlib.sha256(data).hexdigest()


def digest(value: object) -> str:
    """Return `sha256:` and the hex SHA-256 of the canonical bytes of `value`."""
    return "sha256:" + sha256_hex(canonical_bytes(value))


def rows_digest(rows: Iterable[Sequence[str | int]]) -> str:
    """What `digest` returns for the list of these rows of text and integers below 2^53, without holding them all."""
    taken, between = hashlib.sha256(b"["), b""
    stream = iter(rows)
    while part := list(islice(stream, 1_000)):
        taken.update(between + _encode(part)[1:-1].encode())
        between = b","
    taken.update(b"]")
    return "sha256:" + taken.hexdigest()


def text_digest(text: str) -> str:
    """Return `sha256:` and the hex SHA-256 of the UTF-8 bytes of `text`. Raises InvalidInput for a lone surrogate."""
    try:
        return "sha256:" + sha256_hex(text.encode())
    except UnicodeEncodeError:
        raise InvalidInput(
            "The text holds a lone surrogate and has no UTF-8 form.", hint="Decode the source again."
        ) from None


def _plain_keys(value: object, depth: int) -> bool | None:
    """Return whether all keys are ASCII, or None where a closer look is needed: something that may have to be refused."""
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return True
    if kind is int:
        return True if -MAX_INTEGER <= value <= MAX_INTEGER else None  # type: ignore[operator]
    if depth >= MAX_DEPTH or kind not in (dict, list, tuple):
        return None
    plain = True
    items: Iterable[object] = value  # type: ignore[assignment]
    if kind is dict:
        for key in items:
            if type(key) is not str:
                return None
            plain &= key.isascii()
        items = value.values()  # type: ignore[attr-defined]
    for item in items:
        if type(item) is not str:
            found = _plain_keys(item, depth + 1)
            if found is None:
                return None
            plain &= found
    return plain


def _check(value: object, path: str, depth: int) -> bool:
    """Refuse what has no canonical form; return whether all keys are ASCII."""
    if isinstance(value, str):
        return value.isascii() or _check_text(value, path)
    if value is None or isinstance(value, bool):
        return True
    if isinstance(value, int):
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise InvalidInput(f"The integer at {path} is beyond 2^53 − 1.", hint="Write it as a string.", path=path)
        return True
    if depth >= MAX_DEPTH:
        raise InvalidInput(f"The value at {path[:80]} is nested deeper than {MAX_DEPTH}.", path=path)
    if isinstance(value, dict):
        return _check_object(value, path, depth + 1)
    if isinstance(value, (list, tuple)):
        plain = [_check(item, f"{path}[{index}]", depth + 1) for index, item in enumerate(value)]
        return False not in plain
    kind = type(value).__name__
    raise InvalidInput(f"The value at {path} is a {kind}.", hint="Write rationals as 'n/d' strings.", path=path)


def _check_object(value: dict[Any, Any], path: str, depth: int) -> bool:
    plain = True
    for key, item in value.items():
        if not isinstance(key, str):
            raise InvalidInput(f"A key at {path} is not a string: {key!r}.", path=path)
        if not key.isascii():
            _check_text(key, path)
            plain = False
        plain &= _check(item, f"{path}.{key}", depth)
    return plain


def _check_text(text: str, path: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise InvalidInput(f"The text at {path} holds a lone surrogate.", path=path) from None
    return True


def _plain(value: object) -> Any:
    """Strip subclasses (enumerations of text and integers), which the reference encoder does not know."""
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return int(value)
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {_plain(key): _plain(item) for key, item in value.items()}
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise InvalidInput("A key occurs twice in one object.", hint=_AS_STORED)
    return found
