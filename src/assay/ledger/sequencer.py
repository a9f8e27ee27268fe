"""Sequencing: give waiting entries their index, extend the tree, sign the checkpoint, all in one transaction.

1. Take the head's lock: the first statement of the transaction.
2. Compare head, right edge, last checkpoint and high-water mark; refuse to sign if they do not fit together.
3. Take up to 1,024 waiting rows, write entries, tiles, head and signed checkpoint; delete the rows by id.
4. Commit. Only then keep the new edge in memory and raise the high-water mark.
"""

import logging
import threading
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple

from django.db import connection, transaction

from assay.client.statement import facts_of
from assay.core.errors import IntegrityBroken, NotFound
from assay.core.merkle import leaf_hash
from assay.ledger import folder, highwater, signing, sqlite_guard, storage
from assay.ledger.payloads import Content, payloads_put
from assay.ledger.tree import Edge, edge_of, edge_places, root_of

logger = logging.getLogger(__name__)

BATCH = 1024
BROKEN_HINT = (
    "Nothing was signed. Keep the data folder as it is, run assay verify on it, and compare it with your newest"
    " outside checkpoint before anything is written."
)

# The edge after the last commit of this process, per log. Never trusted beyond equality with the locked head.
_edges: dict[tuple[str, str], Edge] = {}
# The high-water mark that this process wrote last, so that its own signature is not verified again.
_marks: dict[tuple[str, str], tuple[str, int, bytes]] = {}
_edges_lock = threading.Lock()


def drain(log: str, now: datetime) -> int:
    """Sequence everything that waits in `log`; return how many entries. Raises NotFound for an unknown log."""
    total = 0
    while True:
        with connection.cursor() as cursor:
            if not storage.is_waiting(cursor, log):
                return total
        count = sequence_batch(log, now)
        total += count
        if count < BATCH:
            return total


class Prepared(NamedTuple):
    """An entry that is made and not yet accepted anywhere. `facts` are kind, actor, subject and time as in its leaf."""

    event: str
    leaf: bytes
    content: Content
    facts: tuple[str, str, str, str]


def sequence_batch(log: str, now: datetime, direct: Sequence[Prepared] = ()) -> int:
    """Sequence up to 1,024 waiting entries, then those of `direct`, in a transaction of their own; return how many.

    `direct` entries need no outbox: they are accepted, sequenced and published by the one commit.
    """
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        head = storage.head_lock(cursor, log)
        if head is None:
            raise NotFound("log", log)
        edge = edge_checked(cursor, head)
        waiting = storage.outbox_take(cursor, log, BATCH)
        leaves = [row.leaf for row in waiting] + [one.leaf for one in direct]
        if not leaves:
            # Another integrator was faster; keep even the counter of the head as it was.
            transaction.set_rollback(True)
            return 0
        edge, tiles = edge.extend([leaf_hash(leaf) for leaf in leaves])
        note = signing.checkpoint_sign(head.origin, edge.size, edge.root)
        rows = [entry_row(row) for row in waiting] + [entry_row(one) for one in direct]
        storage.entries_insert(cursor, log, head.size, rows)
        if direct:
            payloads_put(cursor, log, [one.content for one in direct])
        storage.tiles_put(cursor, log, tiles)
        storage.head_advance(cursor, log, edge.size, edge.root)
        storage.checkpoint_insert(cursor, log, edge.size, note)
        if waiting:
            storage.outbox_delete(cursor, [row.id for row in waiting])
        transaction.on_commit(partial(after_commit, log, edge, note))
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        sqlite_guard.checkpoint_if_due(connection.settings_dict["NAME"])
    lag = round((now - datetime.fromisoformat(rows[0].at)).total_seconds() * 1000)
    logger.debug("ledger.published", extra={"log": log, "size": edge.size, "lag_ms": lag})
    return len(rows)


def edge_checked(cursor: storage.Cursor, head: storage.LockedHead) -> Edge:
    """The right edge of a locked log. Raises IntegrityBroken unless it fits head, checkpoint and high-water mark."""
    _check_high_water(cursor, head)
    with _edges_lock:
        known = _edges.get(_edge_key(head.log))
    if known is not None and known.size == head.size and known.root == head.root:
        return known
    edge = edge_of(head.size, storage.tiles_get(cursor, head.log, _places(head.size)))
    if edge.root != head.root:
        raise _broken(f"The tiles of log {head.log} do not give the root of its head at size {head.size}.", head)
    if head.size:
        _check_checkpoint(cursor, head)
    return edge


def root_at(cursor: storage.Cursor, log: str, size: int) -> bytes:
    """The root of an earlier size, from tiles that may have grown since. Raises IntegrityBroken if one is missing."""
    return root_of(size, storage.tiles_get(cursor, log, _places(size)))


def forget_edges() -> None:
    """Drop what this process remembers: after an error in a commit, whose outcome is unknown."""
    with _edges_lock:
        _edges.clear()
        _marks.clear()


def _check_checkpoint(cursor: storage.Cursor, head: storage.LockedHead) -> None:
    note = storage.checkpoint_note(cursor, head.log, head.size)
    if note is None:
        raise _broken(f"Log {head.log} has no checkpoint of its size {head.size}.", head)
    if signing.checkpoint_open(note, head.origin) != (head.size, head.root):
        raise _broken(f"The checkpoint of log {head.log} at {head.size} is of another tree.", head)


def _check_high_water(cursor: storage.Cursor, head: storage.LockedHead) -> None:
    note = highwater.mark_read(folder.high_water_file(head.log))
    if note is None:
        return
    with _edges_lock:
        known_note, size, root = _marks.get(_edge_key(head.log), ("", 0, b""))
    if note != known_note:
        size, root = signing.checkpoint_open(note, head.origin)
    if size > head.size:
        raise _broken(
            f"Log {head.log} has {head.size} entries, but this installation has signed a checkpoint of {size}.", head
        )
    found = head.root if size == head.size else root_at(cursor, head.log, size)
    if found != root:
        raise _broken(f"Log {head.log} is not a continuation of the checkpoint of {size} that was signed here.", head)


def _broken(message: str, head: storage.LockedHead) -> IntegrityBroken:
    logger.critical("ledger.refused", extra={"log": head.log, "size": head.size})
    return IntegrityBroken(message, hint=BROKEN_HINT, log=head.log, size=head.size)


def entry_row(row: storage.Waiting | Prepared) -> storage.EntryRow:
    """The row of an entry, its columns read from the leaf."""
    kind, actor, subject, at = row.facts if isinstance(row, Prepared) else facts_of(row.leaf)
    return storage.EntryRow(row.event, kind, actor, subject, at, row.leaf)


def _places(size: int) -> list[tuple[int, int]]:
    return [place for place, _ in edge_places(size)]


def _edge_key(log: str) -> tuple[str, str]:
    return (str(connection.settings_dict["NAME"]), log)


def after_commit(log: str, edge: Edge, note: str) -> None:
    """Keep the new edge, and raise the high-water mark: only when the commit has returned."""
    with _edges_lock:
        _edges[_edge_key(log)] = edge
        _marks[_edge_key(log)] = (note, edge.size, edge.root)
    highwater.mark_write(folder.high_water_file(log), note, edge.size)
