"""A Merkle tree that is rebuilt leaf by leaf, in memory that grows with its logarithm, beside its tiles.

Every hash is computed once: a node at level 8·k is also an entry of tile level k.
"""

from collections.abc import Callable
from hashlib import sha256

from assay.core.merkle import EMPTY_ROOT, HASH_SIZE, TILE_HEIGHT, TILE_WIDTH

FullTile = Callable[[int, int, bytes], None]


class GrowingTree:
    """`on_tile(level, index, hashes)` is called for each tile when it is full."""

    def __init__(self, on_tile: FullTile) -> None:
        self.size = 0
        self._edge: list[bytes] = []
        self._open: list[list[bytes]] = [[]]
        self._on_tile = on_tile

    def append(self, leaf: bytes) -> None:
        """Add the leaf with these bytes."""
        self.append_hash(sha256(b"\x00" + leaf).digest())

    def append_hash(self, found: bytes) -> None:
        """Add a leaf by its hash."""
        edge, index = self._edge, self.size
        tile = self._open[0]
        tile.append(found)
        if len(tile) == TILE_WIDTH:
            self._on_tile(0, index >> TILE_HEIGHT, b"".join(tile))
            self._open[0] = []
        height = 0
        rest = index
        while rest & 1:
            found = sha256(b"\x01" + edge.pop() + found).digest()
            rest >>= 1
            height += 1
            if height % TILE_HEIGHT == 0:
                self._node(height // TILE_HEIGHT, rest, found)
        edge.append(found)
        self.size = index + 1

    def append_tile(self, hashes: bytes) -> None:
        """Add 256 leaves at once, by their hashes; the tree holds a multiple of 256 before."""
        if self.size % TILE_WIDTH or len(hashes) != TILE_WIDTH * HASH_SIZE:
            raise ValueError("a tile is added whole, at its place")
        self._on_tile(0, self.size >> TILE_HEIGHT, hashes)
        level = [hashes[at : at + 64] for at in range(0, len(hashes), 64)]
        while len(level) > 1:
            made = [sha256(b"\x01" + pair).digest() for pair in level]
            level = [made[at] + made[at + 1] for at in range(0, len(made), 2)]
        found = sha256(b"\x01" + level[0]).digest()
        rest, height = self.size >> TILE_HEIGHT, TILE_HEIGHT
        self._node(1, rest, found)
        while rest & 1:
            found = sha256(b"\x01" + self._edge.pop() + found).digest()
            rest >>= 1
            height += 1
            if height % TILE_HEIGHT == 0:
                self._node(height // TILE_HEIGHT, rest, found)
        self._edge.append(found)
        self.size += TILE_WIDTH

    def root(self) -> bytes:
        """The tree head of the leaves so far."""
        if not self._edge:
            return EMPTY_ROOT
        found = self._edge[-1]
        for part in reversed(self._edge[:-1]):
            found = sha256(b"\x01" + part + found).digest()
        return found

    def partial_tiles(self) -> dict[tuple[int, int], bytes]:
        """The tiles that are not full: (level, index) -> hashes."""
        found = {}
        count = self.size
        for level, tile in enumerate(self._open):
            if tile:
                found[level, count // TILE_WIDTH] = b"".join(tile)
            count //= TILE_WIDTH
        return found

    def _node(self, level: int, index: int, found: bytes) -> None:
        while len(self._open) <= level:
            self._open.append([])
        tile = self._open[level]
        tile.append(found)
        if len(tile) == TILE_WIDTH:
            self._on_tile(level, index >> TILE_HEIGHT, b"".join(tile))
            self._open[level] = []
