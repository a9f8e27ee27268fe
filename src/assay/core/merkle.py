"""Merkle tree arithmetic of RFC 6962 section 2.1 (SHA-256), and the tile layout of C2SP tlog-tiles.

Hashes are 32 bytes, leaf indices start at 0. A *node* (level, index) is the hash of the complete subtree over the
leaves index · 2^level … (index + 1) · 2^level − 1. A *tile* (level, index) holds up to 256 nodes of level 8 · tile
level. Everything here works on a reader of hashes, so that proofs come from a list, a file or a table alike. Checks
return None or raise.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from assay.core.errors import IntegrityBroken, InvalidInput

HASH_SIZE = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()
TILE_HEIGHT = 8
TILE_WIDTH = 256
MAX_LEAF = 65_535
"""Longest entry in bytes: an entry bundle prefixes each with a big-endian uint16 (C2SP tlog-tiles, Log entries)."""

NodeReader = Callable[[int, int], bytes]
"""(level, index) -> the 32-byte hash of that complete subtree."""

TileReader = Callable[[int, int], bytes]
"""(tile level, tile index) -> its hashes, concatenated; at least as many as the tree size in question needs."""


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """Place of a tile; `width` is 256 for a full tile and 1 to 255 for a partial one."""

    level: int
    index: int
    width: int = TILE_WIDTH


def leaf_hash(data: bytes) -> bytes:
    """Return SHA-256(0x00 ‖ data). Source: RFC 6962 section 2.1."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return SHA-256(0x01 ‖ left ‖ right). Source: RFC 6962 section 2.1."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_hash(leaf_hashes: Sequence[bytes]) -> bytes:
    """Return the tree head over leaf hashes (not leaves) in order; that of the empty tree is SHA-256 of nothing."""
    if not leaf_hashes:
        return EMPTY_ROOT
    edge: list[bytes] = []
    for index, found in enumerate(leaf_hashes):
        carried, rest = found, index
        while rest & 1:
            carried, rest = node_hash(edge.pop(), carried), rest >> 1
        edge.append(carried)
    return _fold(edge)


def nodes_of(leaf_hashes: Sequence[bytes]) -> NodeReader:
    """Return a reader of nodes over a list of leaf hashes; levels are hashed once, when first asked for."""
    levels: list[Sequence[bytes]] = [leaf_hashes]

    def read(level: int, index: int) -> bytes:
        while len(levels) <= level:
            below = levels[-1]
            levels.append([node_hash(below[i], below[i + 1]) for i in range(0, len(below) - 1, 2)])
        return levels[level][index]

    return read


def tree_root(size: int, nodes: NodeReader) -> bytes:
    """Return the tree head at `size` leaves, reading at most ⌈log2 size⌉ nodes."""
    return _range_hash(0, size, nodes) if size else EMPTY_ROOT


def inclusion_path(index: int, size: int, nodes: NodeReader) -> list[bytes]:
    """Return the audit path of leaf `index` in the tree of `size`, sibling of the leaf first. Source: RFC 6962, 2.1.1.

    Raises InvalidInput unless 0 ≤ index < size.
    """
    if not 0 <= index < size:
        raise InvalidInput(f"There is no leaf {index} in a tree of {size}.", index=index, size=size)
    path: list[bytes] = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            path.append(_range_hash(middle, end, nodes))
            end = middle
        else:
            path.append(_range_hash(begin, middle, nodes))
            begin = middle
    return path[::-1]


def consistency_path(first: int, second: int, nodes: NodeReader) -> list[bytes]:
    """Return the proof that the tree of `first` leaves is a beginning of the tree of `second`. Source: RFC 6962, 2.1.2.

    Empty where first is 0 or equals second. Raises InvalidInput unless 0 ≤ first ≤ second.
    """
    if not 0 <= first <= second:
        raise InvalidInput(f"A tree of {first} leaves is no beginning of one of {second}.", first=first, second=second)
    if first in (0, second):
        return []
    path: list[bytes] = []
    begin, end, shared = 0, second, True
    while first != end:
        middle = begin + _split(end - begin)
        if first <= middle:
            path.append(_range_hash(middle, end, nodes))
            end = middle
        else:
            path.append(_range_hash(begin, middle, nodes))
            begin, shared = middle, False
    if not shared:
        path.append(_range_hash(begin, end, nodes))
    return path[::-1]


def inclusion_proof(leaf_hashes: Sequence[bytes], index: int) -> list[bytes]:
    """Return the audit path of leaf `index` in the tree over all `leaf_hashes`: at most ⌈log2 n⌉ hashes."""
    return inclusion_path(index, len(leaf_hashes), nodes_of(leaf_hashes))


def consistency_proof(leaf_hashes: Sequence[bytes], first: int) -> list[bytes]:
    """Return the proof that the first `first` leaves grew into all `leaf_hashes`."""
    return consistency_path(first, len(leaf_hashes), nodes_of(leaf_hashes))


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Check that the leaf *hash* `leaf` is entry `index` of the tree of `size` with head `root`.

    `size` and `root` must come from a verified checkpoint, never from the proof. Raises IntegrityBroken otherwise.
    Source: RFC 9162 section 2.1.3.2.
    """
    _check_hashes([leaf, root, *proof])
    if not 0 <= index < size:
        raise IntegrityBroken(f"Leaf {index} cannot be in a tree of {size}.", index=index, size=size)
    fn, sn, found = index, size - 1, leaf
    for sibling in proof:
        if sn == 0:
            raise IntegrityBroken("The inclusion proof is too long.", index=index, size=size)
        if fn & 1 or fn == sn:
            found = node_hash(sibling, found)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            found = node_hash(found, sibling)
        fn, sn = fn >> 1, sn >> 1
    if sn != 0:
        raise IntegrityBroken("The inclusion proof is too short.", index=index, size=size)
    if found != root:
        raise IntegrityBroken(f"Leaf {index} is not in the tree with this head.", index=index, size=size)


def verify_consistency(first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]) -> None:
    """Check that the tree (`first`, `first_root`) is a beginning of (`second`, `second_root`).

    Sizes and heads must come from verified checkpoints. From the empty tree only its own head and an empty proof
    are accepted. Raises IntegrityBroken otherwise. Source: RFC 9162 section 2.1.4.2.
    """
    _check_hashes([first_root, second_root, *proof])
    if not 0 <= first <= second:
        raise IntegrityBroken(f"A tree of {first} is no beginning of one of {second}.", first=first, second=second)
    for size, root in ((first, first_root), (second, second_root)):
        if size == 0 and root != EMPTY_ROOT:
            raise IntegrityBroken("The head of the empty tree is wrong.", first=first, second=second)
    if first == second and first_root != second_root:
        raise IntegrityBroken(f"Two heads differ at the same size {first}.", first=first, second=second)
    if first in (0, second):
        if proof:
            raise IntegrityBroken("The consistency proof must be empty.", first=first, second=second)
        return
    old, new = _consistent_roots(first, second, first_root, proof)
    if old != first_root or new != second_root:
        raise IntegrityBroken(
            f"The tree of {second} does not begin with the tree of {first}.", first=first, second=second
        )


def tile_path(tile: Tile, *, entries: bool = False) -> str:
    """Return the path of a tile below a log's prefix, such as `tile/0/x001/x234/067.p/17`. Source: C2SP tlog-tiles."""
    if not (0 <= tile.level <= 63 and tile.index >= 0 and 1 <= tile.width <= TILE_WIDTH):
        raise InvalidInput(f"There is no such tile: {tile}.")
    groups: list[str] = []
    rest = tile.index
    while True:
        rest, last = divmod(rest, 1000)
        groups.append(f"{last:03}" if not groups else f"x{last:03}")
        if not rest:
            break
    suffix = "" if tile.width == TILE_WIDTH else f".p/{tile.width}"
    return f"tile/{'entries' if entries else tile.level}/{'/'.join(reversed(groups))}{suffix}"


def tiles_of(size: int, level: int | None = None) -> Iterator[Tile]:
    """Yield the tiles of a tree of `size` leaves, level by level, left to right; the last of a level may be partial."""
    current = 0
    while count := size >> (TILE_HEIGHT * current):
        if level in (None, current):
            full, partial = divmod(count, TILE_WIDTH)
            yield from (Tile(current, index) for index in range(full))
            if partial:
                yield Tile(current, full, partial)
        current += 1


def nodes_from_tiles(read_tile: TileReader) -> NodeReader:
    """Return a reader of nodes that fetches each tile at most once. A tile that is too short is IntegrityBroken."""
    seen: dict[tuple[int, int], bytes] = {}

    def read(level: int, index: int) -> bytes:
        tile_level, height = divmod(level, TILE_HEIGHT)
        first = index << height
        place = (tile_level, first // TILE_WIDTH)
        if place not in seen:
            seen[place] = read_tile(*place)
        offset = first % TILE_WIDTH * HASH_SIZE
        data = seen[place][offset : offset + (HASH_SIZE << height)]
        if len(data) != HASH_SIZE << height:
            raise IntegrityBroken(f"Tile {place} is shorter than the tree says.", tile=place)
        return _perfect_hash(data)

    return read


def extend_tiles(size: int, leaf_hashes: Sequence[bytes], read_tile: TileReader) -> dict[tuple[int, int], bytes]:
    """Return the tiles that change when `leaf_hashes` are appended to a tree of `size`: (level, index) -> bytes.

    Reads only the partial tiles on the right edge (one for each level). The bytes hold what the new size needs, no
    more.
    """
    changed: dict[tuple[int, int], bytes] = {}
    fresh, start, level = list(leaf_hashes), size, 0
    while fresh:
        index, held = divmod(start, TILE_WIDTH)
        edge = read_tile(level, index)[: held * HASH_SIZE] if held else b""
        if len(edge) != held * HASH_SIZE:
            raise IntegrityBroken(f"Tile {(level, index)} is shorter than the tree says.", tile=(level, index))
        data = edge + b"".join(fresh)
        above: list[bytes] = []
        for offset in range(0, len(data), TILE_WIDTH * HASH_SIZE):
            tile = data[offset : offset + TILE_WIDTH * HASH_SIZE]
            changed[level, index] = tile
            index += 1
            if len(tile) == TILE_WIDTH * HASH_SIZE:
                above.append(_perfect_hash(tile))
        fresh, start, level = above, start // TILE_WIDTH, level + 1
    return changed


def bundle_entries(leaves: Sequence[bytes]) -> bytes:
    """Return an entry bundle of up to 256 leaves, each after its length. Source: C2SP tlog-tiles, Log entries."""
    if len(leaves) > TILE_WIDTH or any(len(leaf) > MAX_LEAF for leaf in leaves):
        raise InvalidInput(f"A bundle holds at most {TILE_WIDTH} entries of at most {MAX_LEAF} bytes.")
    return b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in leaves)


def unbundle_entries(data: bytes) -> list[bytes]:
    """Return the leaves of an entry bundle. Raises IntegrityBroken where a length and the bytes disagree."""
    leaves: list[bytes] = []
    place = 0
    while place < len(data):
        length = int.from_bytes(data[place : place + 2], "big")
        leaf = data[place + 2 : place + 2 + length]
        if place + 2 > len(data) or len(leaf) != length:
            raise IntegrityBroken("An entry bundle ends in the middle of an entry.", place=place)
        leaves.append(leaf)
        place += 2 + length
    return leaves


def _split(count: int) -> int:
    """Return the largest power of two smaller than `count`."""
    return 1 << (count - 1).bit_length() - 1


def _range_hash(begin: int, end: int, nodes: NodeReader) -> bytes:
    """Hash leaves begin … end − 1, where `begin` is aligned as in any subtree of an RFC 6962 tree."""
    parts: list[bytes] = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        parts.append(nodes(level, begin >> level))
        begin += 1 << level
    return _fold(parts)


def _fold(parts: Sequence[bytes]) -> bytes:
    """Join complete subtrees of falling size from the right."""
    found = parts[-1]
    for part in reversed(parts[:-1]):
        found = node_hash(part, found)
    return found


def _perfect_hash(data: bytes) -> bytes:
    """Hash 2^k concatenated hashes into the head of their complete subtree."""
    sha256 = hashlib.sha256
    while len(data) > HASH_SIZE:
        pairs = range(0, len(data), 2 * HASH_SIZE)
        data = b"".join([sha256(b"\x01" + data[i : i + 2 * HASH_SIZE]).digest() for i in pairs])
    return data


def _check_hashes(hashes: Sequence[bytes]) -> None:
    if any(len(found) != HASH_SIZE for found in hashes):
        raise IntegrityBroken("A hash is not 32 bytes long.")


def _consistent_roots(first: int, second: int, first_root: bytes, proof: Sequence[bytes]) -> tuple[bytes, bytes]:
    """Recompute both heads for 0 < first < second. The steps are those of RFC 9162 section 2.1.4.2."""
    path = [first_root, *proof] if first & (first - 1) == 0 else list(proof)
    if not path:
        raise IntegrityBroken("The consistency proof is too short.", first=first, second=second)
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    old = new = path[0]
    for found in path[1:]:
        if sn == 0:
            raise IntegrityBroken("The consistency proof is too long.", first=first, second=second)
        if fn & 1 or fn == sn:
            old, new = node_hash(found, old), node_hash(found, new)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            new = node_hash(new, found)
        fn, sn = fn >> 1, sn >> 1
    if sn != 0:
        raise IntegrityBroken("The consistency proof is too short.", first=first, second=second)
    return old, new
