"""What others saw of a log, for a pack: stamped and cosigned checkpoints, and how the log grew from each to its newest."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from django.db.models import Min

from assay.client.witness import Request, format_request
from assay.core.merkle import consistency_path
from assay.ledger import queries, timestamping
from assay.ledger.models import Cosignature, TimeStamp

# A log that is witnessed each second has a checkpoint for almost every entry: of more than these, some, evenly spread.
MOST_SEEN = 1_000


def seen_files(
    *, log: str, latest: queries.CheckpointView, indexes: Sequence[int], grown: bool
) -> Iterator[tuple[str, bytes]]:
    """The files `time/…`, `seen/…` and, with `grown`, `consistency/…` of a pack of the entries `indexes`, in ascending order.

    For each entry the stamp and the cosignature that are the earliest to cover it: they bound when it was made, and
    show it also when the key of the log is lost later.
    """
    stamps = TimeStamp.objects.filter(log=log, size__lte=latest.size).values("size").annotate(first=Min("moment"))
    stamped = _earliest(stamps.values_list("size", "first"), indexes)
    for size in stamped:
        note, token = timestamping.stamp_get(log=log, size=size)
        yield f"time/{size}.note", note
        yield f"time/{size}.tsr", token
    lines = Cosignature.objects.filter(log=log, size__lt=latest.size).values("size").annotate(first=Min("at"))
    cosigned = _thinned(_earliest(lines.values_list("size", "first"), indexes))
    for size in cosigned:
        yield f"seen/{size}.note", queries.checkpoint_get(log, size).note.encode()
    if not grown:
        return
    nodes = queries.nodes(log)
    for size in sorted({*stamped, *cosigned} - {latest.size}):
        proof = consistency_path(size, latest.size, nodes)
        body = format_request(Request(size, tuple(proof), latest.note))
        yield f"consistency/{size}-{latest.size}.txt", body.encode()


def _earliest(rows: Iterable[tuple[int, datetime]], indexes: Sequence[int]) -> list[int]:
    """The sizes with the earliest moment among those that cover some of `indexes`, ascending."""
    frontier: list[int] = []
    best: datetime | None = None
    for size, moment in sorted(rows, reverse=True):
        if best is None or moment < best:
            frontier.append(size)
            best = moment
    found, before = [], 0
    for size in reversed(frontier):
        if bisect_left(indexes, before) < bisect_left(indexes, size):
            found.append(size)
        before = size
    return found


def _thinned(sizes: list[int]) -> list[int]:
    if len(sizes) <= MOST_SEEN:
        return sizes
    return [sizes[at * (len(sizes) - 1) // (MOST_SEEN - 1)] for at in range(MOST_SEEN)]
