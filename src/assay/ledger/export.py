"""The log as files, in the layout of C2SP tlog-tiles.

`resource` is the one place that makes the bytes of a path; whoever serves the log over HTTP and whoever writes it to a
folder call it, so that both give the same bytes.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from django.db import connection

from assay.core.errors import NotFound
from assay.core.merkle import HASH_SIZE, TILE_WIDTH, Tile, bundle_entries, tile_path, tiles_of
from assay.ledger import queries, storage

_TILE = re.compile(
    r"tile/(entries|[0-9]|[1-5][0-9]|6[0-3])/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII
)


def resource(log: str, path: str) -> bytes:
    """The bytes of one path of the published log: `checkpoint`, `tile/<level>/<n>`, `tile/entries/<n>`, `….p/<width>`.

    Raises NotFound for anything that the present size of the log does not have. A partial tile stays available after
    it has grown.
    """
    if path == "checkpoint":
        return queries.checkpoint_latest(log).note.encode("utf-8")
    found = _TILE.fullmatch(path)
    if found is None:
        raise NotFound("file of the log", path)
    index = int("".join(group.removeprefix("x") for group in found[2].split("/")))
    tile = Tile(0 if found[1] == "entries" else int(found[1]), index, int(found[3] or TILE_WIDTH))
    if tile.width > TILE_WIDTH or tile_path(tile, entries=found[1] == "entries") != path:
        raise NotFound("file of the log", path)
    return _bundle(log, tile) if found[1] == "entries" else _hashes(log, tile)


def paths(size: int) -> Iterator[str]:
    """All paths of a log of `size` entries, the checkpoint last, as a writer must order them."""
    for tile in tiles_of(size):
        if tile.level == 0:
            yield tile_path(tile, entries=True)
        yield tile_path(tile)
    if size:
        yield "checkpoint"


def folder_export(*, log: str, target: Path) -> int:
    """Write the published log into the folder `target`, which may hold an older export of it; return its size.

    Full tiles that are there already are left as they are. The checkpoint is replaced last, so that a reader never sees
    one whose tiles are missing.
    """
    latest = queries.checkpoint_latest(log)
    for path in paths(latest.size):
        if path == "checkpoint":
            continue
        file = target / path
        if ".p/" not in path and file.exists():
            continue
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(resource(log, path))
    partial = target / "checkpoint.new"
    partial.write_bytes(latest.note.encode("utf-8"))
    partial.replace(target / "checkpoint")
    return latest.size


def _hashes(log: str, tile: Tile) -> bytes:
    with connection.cursor() as cursor:
        place = (tile.level, tile.index)
        data = storage.tiles_get(cursor, log, [place]).get(place, b"")[: tile.width * HASH_SIZE]
    if len(data) != tile.width * HASH_SIZE:
        raise NotFound("file of the log", tile_path(tile))
    return data


def _bundle(log: str, tile: Tile) -> bytes:
    begin = tile.index * TILE_WIDTH
    leaves = list(queries.leaves(log, begin, begin + tile.width))
    if len(leaves) != tile.width:
        raise NotFound("file of the log", tile_path(tile, entries=True))
    return bundle_entries(leaves)
