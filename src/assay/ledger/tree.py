"""The right edge of a log's tree: the one partial tile of each level, which is all that is needed to append to it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from assay.core.errors import IntegrityBroken
from assay.core.merkle import EMPTY_ROOT, HASH_SIZE, TILE_WIDTH, extend_tiles, node_hash, nodes_from_tiles, tree_root

Place = tuple[int, int]

FEW = 64
"""Up to so many new leaves are added to the peaks one by one; more are cheaper to hash out of the tiles."""


def edge_places(size: int) -> Iterator[tuple[Place, int]]:
    """Yield ((level, index), width) of the partial tiles of a tree of `size` leaves, lowest level first."""
    level, count = 0, size
    while count:
        if count % TILE_WIDTH:
            yield (level, count // TILE_WIDTH), count % TILE_WIDTH
        count //= TILE_WIDTH
        level += 1


def root_of(size: int, tiles: Mapping[Place, bytes]) -> bytes:
    """The root of the tree of `size` leaves from its partial tiles. Raises IntegrityBroken if one is missing."""
    return tree_root(size, nodes_from_tiles(lambda level, index: tiles.get((level, index), b"")))


def peaks_of(size: int, tiles: Mapping[Place, bytes]) -> tuple[bytes, ...]:
    """The heads of the complete subtrees that make up a tree of `size` leaves, largest first, from its partial tiles."""
    nodes = nodes_from_tiles(lambda level, index: tiles.get((level, index), b""))
    levels = [level for level in range(size.bit_length() - 1, -1, -1) if size >> level & 1]
    return tuple(nodes(level, (size >> level) - 1) for level in levels)


@dataclass(frozen=True)
class Edge:
    """Size, root, partial tiles and peaks of a tree; each tile holds exactly the hashes that the size needs."""

    size: int
    root: bytes
    tiles: Mapping[Place, bytes]
    peaks: tuple[bytes, ...] = ()

    def extend(self, leaf_hashes: Sequence[bytes]) -> tuple["Edge", dict[Place, bytes]]:
        """The edge after appending `leaf_hashes`, and the tiles that changed, whole."""
        changed = extend_tiles(self.size, leaf_hashes, lambda level, index: self.tiles[level, index])
        size = self.size + len(leaf_hashes)
        known = {**self.tiles, **changed}
        tiles = {place: known[place] for place, _ in edge_places(size)}
        peaks = _grown(self.size, self.peaks, leaf_hashes) if len(leaf_hashes) <= FEW else peaks_of(size, tiles)
        return Edge(size, _joined(peaks), tiles, peaks), changed


def _grown(size: int, peaks: Sequence[bytes], leaf_hashes: Sequence[bytes]) -> tuple[bytes, ...]:
    """The peaks after appending leaves to a tree of `size`: one hash for each leaf, as in counting with carry."""
    found = list(peaks)
    for index, carried in enumerate(leaf_hashes, size):
        head, rest = carried, index
        while rest & 1:
            head, rest = node_hash(found.pop(), head), rest >> 1
        found.append(head)
    return tuple(found)


def _joined(peaks: Sequence[bytes]) -> bytes:
    if not peaks:
        return EMPTY_ROOT
    found = peaks[-1]
    for peak in reversed(peaks[:-1]):
        found = node_hash(peak, found)
    return found


def edge_of(size: int, tiles: Mapping[Place, bytes]) -> Edge:
    """The edge of a tree of `size` leaves from its stored tiles.

    Raises IntegrityBroken if a tile is missing or has another width than the size says.
    """
    kept = {}
    for place, width in edge_places(size):
        data = tiles.get(place, b"")
        if len(data) != width * HASH_SIZE:
            raise IntegrityBroken(
                f"Tile {place[0]}/{place[1]} has {len(data)} bytes instead of {width * HASH_SIZE}.",
                hint="Stop writing, keep the data folder as it is, and run assay verify on it.",
                tile=place,
            )
        kept[place] = data
    peaks = peaks_of(size, kept)
    return Edge(size, _joined(peaks), kept, peaks)
