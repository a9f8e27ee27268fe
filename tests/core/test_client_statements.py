"""Leaves, states of rows and growing trees: laws that hold for any input."""

import json
import random
import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.client.growing_tree import GrowingTree
from assay.client.state import plain_json, reader_of, state_digest, unreadable, value_of
from assay.client.statement import LEAF_LIMIT, Statement, facts_of, leaf_bytes, read_leaf, timestamp
from assay.core.errors import InvalidInput
from assay.core.merkle import leaf_hash, nodes_of, root_hash, tiles_of, tree_root
from tests.families import by_turns

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
statements = st.builds(
    Statement,
    event=text,
    commitment=text,
    log=text,
    kind=text,
    subject=text,
    actor=text,
    at=text,
    record=st.none() | st.tuples(text, text, text),
    record_digest=st.none() | text,
    records=st.none() | st.integers(0, 2**40),
)


@given(statements)
def test_a_leaf_is_what_the_reference_serialiser_makes_of_it(statement: Statement) -> None:
    leaf = leaf_bytes(statement)
    assert leaf == rfc8785.dumps(json.loads(leaf))


plain = st.text(st.characters(codec="ascii", exclude_characters='"\\', min_codepoint=33), max_size=20)


@given(
    statements
    | st.builds(Statement, plain, plain, plain, plain, plain, plain, plain, st.none() | st.tuples(plain, plain, plain))
)
def test_the_fast_reading_of_a_leaf_says_what_parsing_it_says(statement: Statement) -> None:
    found = (statement.kind, statement.actor, statement.subject, statement.at)
    assert facts_of(leaf_bytes(statement)) == found


@given(statements)
def test_a_leaf_reads_back_as_it_was_written(statement: Statement) -> None:
    found = read_leaf(leaf_bytes(statement))
    assert leaf_bytes(found) == leaf_bytes(statement)
    assert (found.event, found.kind, found.record) == (statement.event, statement.kind, statement.record)


@given(statements, st.data())
def test_a_leaf_with_another_byte_is_another_statement_or_none(statement: Statement, data: st.DataObject) -> None:
    leaf = bytearray(leaf_bytes(statement))
    leaf[data.draw(st.integers(0, len(leaf) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    try:
        found = read_leaf(bytes(leaf))
    except InvalidInput:
        return
    assert leaf_bytes(found) == bytes(leaf)


@pytest.mark.parametrize("leaf", [b"", b"{}", b"[]", b"null", b'{"predicate":{}}', b"\xff", b"[" * 5000])
def test_what_is_no_statement_is_refused(leaf: bytes) -> None:
    with pytest.raises(InvalidInput):
        read_leaf(leaf)


def test_a_leaf_above_the_limit_is_refused() -> None:
    with pytest.raises(InvalidInput):
        leaf_bytes(Statement("e", "c", "l", "k", "x" * LEAF_LIMIT, "a", "t"))


def test_a_lone_surrogate_is_refused() -> None:
    with pytest.raises(InvalidInput):
        leaf_bytes(Statement("e", "c", "l", "k", "\ud800", "a", "t"))


def test_a_time_is_written_in_utc_with_six_decimals() -> None:
    zone = datetime.fromisoformat("2026-03-01T12:00:00+02:00")
    assert timestamp(zone) == "2026-03-01T10:00:00.000000Z"
    with pytest.raises(InvalidInput):
        timestamp(datetime(2026, 3, 1))  # noqa: DTZ001


@pytest.mark.parametrize("size", by_turns([0, 1, 2, 3, 255, 256, 257, 511, 512, 513, 1000, 65_535, 65_536, 65_793], 4))
def test_a_tree_grown_leaf_by_leaf_has_the_root_and_tiles_of_the_whole(size: int) -> None:
    hashes = [leaf_hash(b"%d" % n) for n in range(size)]
    tiles: dict[tuple[int, int], bytes] = {}
    tree = GrowingTree(lambda level, index, data: tiles.__setitem__((level, index), data))
    for found in hashes:
        tree.append_hash(found)
    nodes = nodes_of(hashes)
    assert tree.root() == root_hash(hashes) == tree_root(size, nodes)
    tiles.update(tree.partial_tiles())
    assert set(tiles) == {(tile.level, tile.index) for tile in tiles_of(size)}
    for tile in tiles_of(size):
        first = tile.index * 256
        assert tiles[tile.level, tile.index] == b"".join(
            nodes(8 * tile.level, first + offset) for offset in range(tile.width)
        )


def test_a_growing_tree_knows_its_root_at_every_size() -> None:
    rng = random.Random(1)
    hashes = [rng.randbytes(32) for _ in range(300)]
    tree = GrowingTree(lambda level, index, data: None)
    for size, found in enumerate(hashes):
        assert tree.root() == root_hash(hashes[:size])
        tree.append_hash(found)


def as_sqlite(kind: str, value: object) -> object:
    """What the SQLite driver hands out for a value that Django stored."""
    if kind == "json":
        return json.dumps(value)
    if isinstance(value, uuid.UUID):
        return value.hex
    if isinstance(value, datetime):
        return str(value.astimezone(UTC).replace(tzinfo=None))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, timedelta):
        return value // timedelta(microseconds=1)
    if isinstance(value, Decimal):
        return float(value)
    return value


simple_json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False) | text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
    max_leaves=8,
)
columns = st.one_of(
    st.tuples(st.just("text"), text),
    st.tuples(st.just("int"), st.integers(-(2**63), 2**63 - 1)),
    st.tuples(st.just("bool"), st.booleans()),
    st.tuples(st.just("uuid"), st.uuids()),
    st.tuples(st.just("datetime"), st.datetimes(timezones=st.just(UTC))),
    st.tuples(st.just("date"), st.dates()),
    st.tuples(st.just("duration"), st.timedeltas(timedelta(days=-9999), timedelta(days=9999))),
    st.tuples(st.just("float"), st.floats(allow_nan=False, allow_infinity=False)),
    st.tuples(st.just("bytes"), st.binary(max_size=40)),
    st.tuples(st.just("json"), simple_json),
    st.tuples(st.just("decimal:4"), st.decimals(-9999, 9999, places=4)),
)


@pytest.mark.slow
@settings(max_examples=400)
@given(columns)
def test_a_value_in_memory_and_its_raw_column_give_one_state(column: tuple[str, object]) -> None:
    kind, value = column
    assert value_of(kind, value) == reader_of(kind)(as_sqlite(kind, value))
    state_digest({"column": value_of(kind, value)})


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        ("text", 5),
        ("text", b"x"),
        ("text", "\udcff"),
        ("int", "5"),
        ("int", 5.0),
        ("bool", 2),
        ("bool", "1"),
        ("uuid", "6F1C7A520B7E5D0C9A432F1F6F2B9D11"),
        ("uuid", "6f1c7a52-0b7e-5d0c-9a43-2f1f6f2b9d11"),
        ("uuid", "nothing"),
        ("datetime", "2026-01-01"),
        ("datetime", "2026-01-01T00:00:00"),
        ("datetime", "2026-01-01 00:00:00.000000"),
        ("datetime", 17),
        ("date", "2026-1-1"),
        ("bytes", "x"),
        ("json", "{"),
        ("json", 7),
        ("json", "[" * 100_000),
        ("duration", "1 day"),
        ("decimal:2", "1.00"),
        ("float", "1.0"),
    ],
)
def test_a_column_that_does_not_hold_its_type_has_a_state_no_honest_row_has(kind: str, raw: object) -> None:
    assert reader_of(kind)(raw) == unreadable(raw)


def test_null_is_null_whatever_the_type() -> None:
    assert reader_of("uuid")(None) is None
    assert value_of("json", None) is None


def test_numbers_of_json_have_one_form() -> None:
    assert plain_json([1.0, 1.5, 2**60, True]) == [1, "float:1.5", f"int:{2**60}", True]
