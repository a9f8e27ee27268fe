"""The right edge of a log's tree: the one partial tile of each level, which is all that is needed to append to it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from assay.core.errors import IntegrityBroken
from assay.core.merkle import HASH_SIZE, TILE_WIDTH, extend_tiles, nodes_from_tiles, tree_root

Place = tuple[int, int]


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


@dataclass(frozen=True)
class Edge:
    """Size, root and partial tiles of a tree; each tile holds exactly the hashes that the size needs."""

    size: int
    root: bytes
    tiles: Mapping[Place, bytes]

    def extend(self, leaf_hashes: Sequence[bytes]) -> tuple["Edge", dict[Place, bytes]]:
        """The edge after appending `leaf_hashes`, and the tiles that changed, whole."""
        changed = extend_tiles(self.size, leaf_hashes, lambda level, index: self.tiles[level, index])
        size = self.size + len(leaf_hashes)
        known = {**self.tiles, **changed}
        tiles = {place: known[place] for place, _ in edge_places(size)}
        return Edge(size, root_of(size, tiles), tiles), changed


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
    return Edge(size, root_of(size, kept), kept)
