"""RFC 6962 arithmetic: known heads, proofs for every place of many trees, and nothing forged accepted."""

from __future__ import annotations

import hashlib
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.core.errors import IntegrityBroken, InvalidInput
from assay.core.merkle import (
    EMPTY_ROOT,
    HASH_SIZE,
    MAX_LEAF,
    TILE_WIDTH,
    Tile,
    bundle_entries,
    consistency_path,
    consistency_proof,
    extend_tiles,
    inclusion_path,
    inclusion_proof,
    leaf_hash,
    node_hash,
    nodes_from_tiles,
    nodes_of,
    root_hash,
    tile_path,
    tiles_of,
    tree_root,
    unbundle_entries,
    verify_consistency,
    verify_inclusion,
)

pytestmark = pytest.mark.req("L-06")

# The eight entries, and the heads over the first one to eight of them, that logs after RFC 6962 have been tried with since 2013.
ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
HEADS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]
MANY = [leaf_hash(str(i).encode()) for i in range(70_000)]


def mth(leaves: list[bytes]) -> bytes:
    """The definition in RFC 6962 section 2.1, word for word."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def path(m: int, leaves: list[bytes]) -> list[bytes]:
    """PATH(m, D[n]) of RFC 6962 section 2.1.1, word for word."""
    if len(leaves) == 1:
        return []
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    if m < k:
        return [*path(m, leaves[:k]), mth(leaves[k:])]
    return [*path(m - k, leaves[k:]), mth(leaves[:k])]


def subproof(m: int, leaves: list[bytes], shared: bool) -> list[bytes]:
    """SUBPROOF(m, D[n], b) of RFC 6962 section 2.1.2, word for word."""
    if m == len(leaves):
        return [] if shared else [mth(leaves)]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    if m <= k:
        return [*subproof(m, leaves[:k], shared), mth(leaves[k:])]
    return [*subproof(m - k, leaves[k:], False), mth(leaves[:k])]


@pytest.mark.parametrize("size", range(9))
def test_heads_are_the_known_ones(size: int) -> None:
    assert root_hash(LEAVES[:size]).hex() == HEADS[size]


@pytest.mark.parametrize("size", range(1, 35))
def test_every_inclusion_proof_is_that_of_the_definition_and_verifies(size: int) -> None:
    leaves = MANY[:size]
    root = mth(leaves)
    assert root_hash(leaves) == tree_root(size, nodes_of(leaves)) == root
    for index in range(size):
        proof = inclusion_proof(leaves, index)
        assert proof == path(index, leaves)
        verify_inclusion(leaves[index], index, size, proof, root)


@pytest.mark.parametrize("size", range(1, 35))
def test_every_consistency_proof_is_that_of_the_definition_and_verifies(size: int) -> None:
    leaves = MANY[:size]
    for first in range(1, size + 1):
        proof = consistency_proof(leaves, first)
        assert proof == subproof(first, leaves, True)
        verify_consistency(first, size, mth(leaves[:first]), mth(leaves), proof)


@settings(max_examples=200, deadline=None)
@given(size=st.integers(1, 300), seed=st.integers())
def test_one_changed_bit_anywhere_fails(size: int, seed: int) -> None:
    rng = random.Random(seed)
    index, leaves = rng.randrange(size), MANY[:size]
    parts = [leaves[index], root_hash(leaves), *inclusion_proof(leaves, index)]
    spoilt, bit = rng.randrange(len(parts)), rng.randrange(256)
    number = int.from_bytes(parts[spoilt], "big") ^ (1 << bit)
    parts[spoilt] = number.to_bytes(32, "big")
    with pytest.raises(IntegrityBroken):
        verify_inclusion(parts[0], index, size, parts[2:], parts[1])


@settings(max_examples=200, deadline=None)
@given(size=st.integers(2, 300), seed=st.integers())
def test_a_proof_for_another_place_size_or_length_fails(size: int, seed: int) -> None:
    rng = random.Random(seed)
    leaves = MANY[:size]
    index = rng.randrange(size)
    root, proof = root_hash(leaves), inclusion_proof(leaves, index)
    other = rng.choice([i for i in range(size) if i != index])
    bad = [(other, size, proof), (index, size, proof[:-1]), (index, size, [*proof, root]), (-1, size, proof)]
    for place, claimed, steps in [*bad, (size, size, proof), (index, 0, proof)]:
        with pytest.raises(IntegrityBroken):
            verify_inclusion(leaves[index], place, claimed, steps, root)


@settings(max_examples=200, deadline=None)
@given(size=st.integers(3, 300), seed=st.integers())
def test_a_rewritten_beginning_is_no_beginning(size: int, seed: int) -> None:
    rng = random.Random(seed)
    first = rng.randrange(1, size)
    leaves, forged = MANY[:size], list(MANY[:size])
    forged[rng.randrange(first)] = leaf_hash(b"forged")
    for old, new in ((leaves, forged), (forged, leaves)):
        with pytest.raises(IntegrityBroken):
            verify_consistency(first, size, root_hash(old[:first]), root_hash(new), consistency_proof(new, first))


@pytest.mark.parametrize(
    ("first", "second", "old", "new", "proof"),
    [
        (0, 0, b"\x01" * 32, b"\x01" * 32, []),
        (0, 1, b"\x01" * 32, LEAVES[0], []),
        (0, 1, EMPTY_ROOT, LEAVES[0], [LEAVES[0]]),
        (1, 1, LEAVES[0], LEAVES[1], []),
        (1, 1, LEAVES[0], LEAVES[0], [LEAVES[0]]),
        (2, 1, root_hash(LEAVES[:2]), LEAVES[0], []),
        (1, 2, LEAVES[0], root_hash(LEAVES[:2]), []),
        (1, 2, b"", root_hash(LEAVES[:2]), [LEAVES[1]]),
        (1, 2, LEAVES[0], root_hash(LEAVES[:2]), [LEAVES[1], LEAVES[1]]),
        (1, 2, LEAVES[0], root_hash(LEAVES[:2]), [b""]),
        (3, 7, root_hash(LEAVES[:3]), root_hash(LEAVES[:7]), []),
        (-1, 2, EMPTY_ROOT, root_hash(LEAVES[:2]), []),
    ],
)
def test_edges_of_consistency_are_refused(first: int, second: int, old: bytes, new: bytes, proof: list[bytes]) -> None:
    with pytest.raises(IntegrityBroken):
        verify_consistency(first, second, old, new, proof)


def test_from_nothing_any_tree_may_grow() -> None:
    verify_consistency(0, 0, EMPTY_ROOT, EMPTY_ROOT, [])
    verify_consistency(0, 8, EMPTY_ROOT, root_hash(LEAVES), [])
    verify_consistency(8, 8, root_hash(LEAVES), root_hash(LEAVES), [])


def test_there_are_no_proofs_of_what_is_not_there() -> None:
    for ask in (
        lambda: inclusion_proof(LEAVES, 8),
        lambda: inclusion_proof([], 0),
        lambda: consistency_proof(LEAVES, 9),
    ):
        with pytest.raises(InvalidInput):
            ask()


@pytest.mark.parametrize(
    ("tile", "place"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 1234067), "tile/0/x001/x234/067"),
        (Tile(1, 1000, 17), "tile/1/x001/000.p/17"),
        (Tile(2, 0, 1), "tile/2/000.p/1"),
    ],
)
def test_tiles_have_the_paths_of_the_specification(tile: Tile, place: str) -> None:
    assert tile_path(tile) == place


def test_bundles_of_entries_lie_beside_the_tiles() -> None:
    assert tile_path(Tile(0, 5, 3), entries=True) == "tile/entries/005.p/3"
    with pytest.raises(InvalidInput):
        tile_path(Tile(0, 0, 257))


def test_a_tree_of_seventy_thousand_has_the_tiles_of_the_specification() -> None:
    tiles = list(tiles_of(70_000))
    widths = {level: [t.width for t in tiles if t.level == level] for level in range(3)}
    assert widths == {0: [256] * 273 + [112], 1: [256, 17], 2: [1]}
    assert list(tiles_of(256)) == [Tile(0, 0, 256), Tile(1, 0, 1)]
    assert list(tiles_of(0)) == []


def test_proofs_from_tiles_are_those_from_leaves() -> None:
    tiles: dict[tuple[int, int], bytes] = {}

    def read(level: int, index: int) -> bytes:
        return tiles[level, index]

    rng, size = random.Random(6962), 0
    while size < 70_000:
        batch = MANY[size : size + rng.choice([1, 2, 255, 256, 257, 5_000, 20_000])]
        tiles.update(extend_tiles(size, batch, read))
        size += len(batch)
    assert {(t.level, t.index): t.width * HASH_SIZE for t in tiles_of(size)} == {k: len(v) for k, v in tiles.items()}
    nodes, plain = nodes_from_tiles(read), nodes_of(MANY)
    assert tree_root(size, nodes) == root_hash(MANY)
    for index in (0, 255, 256, 65_535, 65_536, 69_999):
        assert inclusion_path(index, size, nodes) == inclusion_path(index, size, plain)
        assert consistency_path(index, size, nodes) == consistency_path(index, size, plain)


def test_tiles_of_a_later_tree_serve_an_earlier_one() -> None:
    tiles = extend_tiles(0, MANY[:1000], lambda level, index: b"")
    nodes = nodes_from_tiles(lambda level, index: tiles[level, index])
    assert tree_root(300, nodes) == root_hash(MANY[:300])


def test_a_tile_that_is_too_short_is_noticed() -> None:
    with pytest.raises(IntegrityBroken):
        tree_root(2, nodes_from_tiles(lambda level, index: LEAVES[0]))
    with pytest.raises(IntegrityBroken):
        extend_tiles(3, LEAVES[:1], lambda level, index: LEAVES[0])


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_bundles_read_back(leaves: list[bytes]) -> None:
    assert unbundle_entries(bundle_entries(leaves)) == leaves


def test_bad_bundles_are_refused() -> None:
    for data in (b"\x00", b"\x00\x02a", b"\x00\x01a\x00"):
        with pytest.raises(IntegrityBroken):
            unbundle_entries(data)
    for leaves in ([b""] * (TILE_WIDTH + 1), [b"x" * (MAX_LEAF + 1)]):
        with pytest.raises(InvalidInput):
            bundle_entries(leaves)


def test_a_node_is_not_a_leaf() -> None:
    assert node_hash(LEAVES[0], LEAVES[1]) != leaf_hash(LEAVES[0] + LEAVES[1])
