"""One value, one sequence of bytes: RFC 8785, and nothing that two machines could write differently."""

from __future__ import annotations

import hashlib
import json
from enum import IntEnum, StrEnum
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from assay.core.canonical import (
    MAX_DEPTH,
    MAX_INTEGER,
    canonical_bytes,
    digest,
    parse_canonical,
    sha256_hex,
    text_digest,
)
from assay.core.errors import InvalidInput

pytestmark = pytest.mark.req("L-06")
texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
scalars = st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | texts
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4), max_leaves=20
)


class Colour(StrEnum):
    RED = "red"


class Size(IntEnum):
    TWO = 2


@given(values)
def test_the_bytes_are_those_of_the_reference_encoder(value: Any) -> None:
    assert canonical_bytes(value) == rfc8785.dumps(value)


@given(values)
def test_what_is_written_reads_back(value: Any) -> None:
    assert parse_canonical(canonical_bytes(value)) == value


@given(st.dictionaries(texts, st.integers(0, 9), max_size=6))
def test_the_order_of_keys_changes_nothing(value: dict[str, int]) -> None:
    assert canonical_bytes(dict(reversed(value.items()))) == canonical_bytes(value)


def test_keys_are_sorted_by_utf_16_units() -> None:
    assert canonical_bytes({"\U0001f600": 1, "\ufb33": 2, "a": 3}) == '{"a":3,"\U0001f600":1,"\ufb33":2}'.encode()


def test_escapes_are_the_short_ones() -> None:
    assert canonical_bytes('\b\t\n\f\r"\\/\x01\x7f é\u2028') == '"\\b\\t\\n\\f\\r\\"\\\\/\\u0001\x7f é\u2028"'.encode()


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (1.0, "$"),
        ([1, {"a": float("nan")}], "$[1].a"),
        ({"n": 2**53}, "$.n"),
        ({"n": [-(2**53)]}, "$.n[0]"),
        ({1: "a"}, "$"),
        (["ok", "\ud800"], "$[1]"),
        ({"\udfff": 1}, "$"),
        ({"a": {1, 2}}, "$.a"),
        (b"bytes", "$"),
    ],
)
def test_what_machines_could_write_differently_is_refused_with_its_place(value: Any, path: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        canonical_bytes(value)
    assert refused.value.path == path


def test_nesting_has_an_end() -> None:
    value: Any = 0
    for _ in range(MAX_DEPTH):
        value = [value]
    assert canonical_bytes(value)
    with pytest.raises(InvalidInput):
        canonical_bytes([value])


def test_enumerations_are_their_values_with_any_keys() -> None:
    assert canonical_bytes({"é": Colour.RED, "n": Size.TWO}) == '{"n":2,"é":"red"}'.encode()
    assert canonical_bytes({"e": Colour.RED, "n": Size.TWO}) == b'{"e":"red","n":2}'


@pytest.mark.parametrize(
    "data",
    [
        b'{"a": 1}',
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b"1.0",
        b"NaN",
        b"\xff",
        b"",
        b"[" * 100_000,
        b"9" * 5_000,
        b'"\\u0041"',
    ],
)
def test_bytes_that_are_not_canonical_are_refused(data: bytes) -> None:
    with pytest.raises(InvalidInput):
        parse_canonical(data)


def test_digests_are_sha_256_of_the_bytes() -> None:
    value = {"b": [1, "é"], "a": None}
    written = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert digest(value) == "sha256:" + hashlib.sha256(written).hexdigest()
    assert text_digest("é") == "sha256:" + sha256_hex("é".encode())
    with pytest.raises(InvalidInput):
        text_digest("\ud800")
