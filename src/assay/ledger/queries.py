"""What reads the ledger: entries, positions, checkpoints and proofs."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Max, OuterRef, QuerySet, Subquery

from assay.client.statement import Statement, read_leaf
from assay.core.errors import InvalidInput, NotFound
from assay.core.merkle import TILE_HEIGHT, TILE_WIDTH, NodeReader, consistency_path, inclusion_path, nodes_from_tiles
from assay.core.note import LogProof, format_proof, parse_checkpoint
from assay.ledger import storage
from assay.ledger.models import Checkpoint, Cosignature, Entry, Head, LogKey, Outbox
from assay.ledger.payloads import payload_open

PAGE = 50
MOST_KEPT_NODES, MOST_KEPT_LOGS = 50_000, 16  # at most some 200 MB
_kept_nodes: dict[tuple[str, str], dict[tuple[int, int], bytes]] = {}


@dataclass(frozen=True, slots=True)
class EntryView:
    """One entry as pages show it. `index` is None while it waits; `state` is accepted, published or witnessed."""

    index: int | None
    event: str
    kind: str
    actor: str
    subject: str
    at: str
    state: str
    statement: Statement
    leaf: bytes


@dataclass(frozen=True, slots=True)
class EntryPage:
    """Entries, newest first. `next_before` is the value of `before` for the following page, None at the end."""

    entries: tuple[EntryView, ...]
    next_before: int | None


@dataclass(frozen=True, slots=True)
class CheckpointView:
    """A signed checkpoint. `at` is the claimed time of its last entry; `witnesses` are those who cosigned it."""

    log: str
    origin: str
    size: int
    root: bytes
    note: str
    at: datetime
    witnesses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lag:
    """How far publication is behind: entries accepted but not sequenced."""

    waiting: int
    size: int


def logs() -> list[str]:
    """All log ids, sorted."""
    return list(Head.objects.order_by("log").values_list("log", flat=True))


def position(log: str) -> int:
    """How many entries of `log` are sequenced: the index that the next one will get. Raises NotFound."""
    with connection.cursor() as cursor:
        size = storage.size_of(cursor, log)
    if size is None:
        raise NotFound("log", log)
    return size


@dataclass(frozen=True, slots=True)
class Standing:
    """How many entries are sequenced, how many wait, and how many some witness has cosigned."""

    size: int
    waiting: int
    witnessed: int

    @property
    def mark(self) -> str:
        """Changes whenever an entry comes in, is sequenced, or is witnessed."""
        return f"{self.size}-{self.waiting}-{self.witnessed}"


def standing(log: str) -> Standing:
    """Where `log` stands, in one statement. Raises NotFound."""
    with connection.cursor() as cursor:
        found = storage.standing_of(cursor, log)
    if found is None:
        raise NotFound("log", log)
    return Standing(*found)


def pending_count(log: str) -> int:
    """How many entries of `log` are accepted and wait to be sequenced."""
    return Outbox.objects.filter(log=log).count()


def lag(log: str) -> Lag:
    """How far the published log is behind the accepted entries."""
    return Lag(pending_count(log), position(log))


def vkeys(log: str) -> list[str]:
    """The verifier keys of `log` in the order of their use."""
    return list(LogKey.objects.filter(log=log).order_by("from_size", "id").values_list("vkey", flat=True))


def entry_list(
    *,
    log: str,
    kind: str = "",
    actor: str = "",
    subject: str = "",
    before: int | None = None,
    limit: int = PAGE,
    witnessed: int | None = None,
) -> EntryPage:
    """Sequenced entries, newest first, those with an index below `before`. Empty filters match everything.

    `kind` may end in ".*" to match all kinds of one noun. Two queries, whatever the size of the log; one where it is known
    how many entries are `witnessed`.
    """
    rows = Entry.objects.filter(log=log)
    if kind.endswith(".*"):
        rows = rows.filter(kind__startswith=kind.removesuffix("*"))
    elif kind:
        rows = rows.filter(kind=kind)
    if actor:
        rows = rows.filter(actor=actor)
    if subject:
        rows = rows.filter(subject=subject)
    if before is not None:
        rows = rows.filter(idx__lt=before)
    found = list(rows.order_by("-idx")[: limit + 1])
    witnessed = witnessed_size(log) if witnessed is None else witnessed
    views = tuple(_view(row.idx, bytes(row.leaf), witnessed) for row in found[:limit])
    return EntryPage(views, found[limit - 1].idx if len(found) > limit else None)


def entry_indexes(*, log: str, kind: str = "", subject: str = "") -> list[int]:
    """The indices of all published entries of a kind (or of the kinds of a noun, "artefact.*") or about a subject."""
    rows = Entry.objects.filter(log=log)
    if kind:
        rows = rows.filter(kind__startswith=kind.removesuffix("*")) if kind.endswith(".*") else rows.filter(kind=kind)
    if subject:
        rows = rows.filter(subject=subject)
    return list(rows.order_by("idx").values_list("idx", flat=True))


def entry_indexes_about(*, log: str, subjects: Sequence[str], kinds_without: Sequence[str] = ()) -> list[int]:
    """The indices of all published entries about any of `subjects`, but for those of the kinds named."""
    found: list[int] = []
    for at in range(0, len(subjects), 500):
        rows = Entry.objects.filter(log=log, subject__in=subjects[at : at + 500]).exclude(kind__in=kinds_without)
        found += rows.values_list("idx", flat=True)
    return sorted(found)


def entry_indexes_between(*, log: str, begin: datetime, end: datetime) -> list[int]:
    """The indices of all published entries whose claimed time is from `begin` on and before `end`."""
    rows = Entry.objects.filter(log=log, at__gte=begin, at__lt=end)
    return list(rows.order_by("idx").values_list("idx", flat=True))


def subjects_last(*, log: str, kind: str) -> dict[str, datetime]:
    """When a published entry of `kind` last told of each subject."""
    rows = Entry.objects.filter(log=log, kind=kind).order_by().values_list("subject")
    return dict(rows.annotate(last=Max("at")))


def waiting_list(*, log: str, limit: int = PAGE) -> tuple[EntryView, ...]:
    """Accepted entries that wait for their index, oldest first."""
    rows = Outbox.objects.filter(log=log).order_by("id")[:limit]
    return tuple(_view(None, bytes(row.leaf), 0) for row in rows)


def entry_get(*, log: str, index: int | None = None, event: str | None = None) -> EntryView:
    """One entry by its index or its event id; an event may still wait. Raises NotFound."""
    if (index is None) == (event is None):
        raise InvalidInput("An entry is named by its index or by its event id, one of the two.")
    rows = Entry.objects.filter(log=log)
    row = rows.filter(idx=index).first() if index is not None else rows.filter(event=event).first()
    if row is not None:
        return _view(row.idx, bytes(row.leaf), witnessed_size(log))
    waiting = Outbox.objects.filter(log=log, event=event).first() if event is not None else None
    if waiting is None:
        raise NotFound("entry", index if index is not None else event)
    return _view(None, bytes(waiting.leaf), 0)


def entry_index(*, log: str, event: str) -> int | None:
    """The index of an event, None while it waits. Raises NotFound if `log` never accepted it."""
    return entry_get(log=log, event=event).index


def positions_of(events: Sequence[str]) -> dict[str, int]:
    """The indices of those of `events` that are sequenced, in whatever logs they are."""
    found: dict[str, int] = {}
    for at in range(0, len(events), 500):
        found.update(Entry.objects.filter(event__in=events[at : at + 500]).values_list("event", "idx"))
    return found


def entries_at(*, log: str, indexes: Sequence[int]) -> list[EntryView]:
    """The entries at up to 500 indices, in their order."""
    rows = Entry.objects.filter(log=log, idx__in=list(indexes)).order_by("idx")
    witnessed = witnessed_size(log)
    return [_view(row.idx, bytes(row.leaf), witnessed) for row in rows]


def entries_after(*, log: str, position: int, limit: int = 500) -> list[EntryView]:
    """Entries from index `position` on, oldest first: what a follower reads."""
    rows = Entry.objects.filter(log=log, idx__gte=position).order_by("idx")[:limit]
    witnessed = witnessed_size(log)
    return [_view(row.idx, bytes(row.leaf), witnessed) for row in rows]


def payload_get(*, log: str, event: str) -> bytes | None:
    """The payload of an event, None if it was erased. Raises NotFound for an unknown event."""
    found = payload_open(log, event)
    if found is not None:
        return found.payload
    entry_get(log=log, event=event)
    return None


def payload_latest(log: str, kind: str) -> bytes | None:
    """The payload of the newest entry of `kind`, accepted or sequenced; None if there is none."""
    for waiting in Outbox.objects.filter(log=log).order_by("-id"):
        if read_leaf(bytes(waiting.leaf)).kind == kind:
            return payload_get(log=log, event=waiting.event)
    event = Entry.objects.filter(log=log, kind=kind).order_by("-idx").values_list("event", flat=True).first()
    return None if event is None else payload_get(log=log, event=event)


def checkpoint_latest(log: str) -> CheckpointView:
    """The newest signed checkpoint. Raises NotFound before the first entry is sequenced."""
    return _one_checkpoint(log, Checkpoint.objects.filter(log=log).order_by("-size")[:1])


def checkpoint_get(log: str, size: int) -> CheckpointView:
    """The signed checkpoint of exactly this size. Raises NotFound: not every size has one."""
    return _one_checkpoint(log, Checkpoint.objects.filter(log=log, size=size))


def checkpoint_list(*, log: str, below: int | None = None, limit: int = PAGE) -> list[CheckpointView]:
    """Signed checkpoints, newest first, those of a size less than `below`. Two statements."""
    rows = Checkpoint.objects.filter(log=log)
    if below is not None:
        rows = rows.filter(size__lt=below)
    return _checkpoints(log, rows.order_by("-size")[:limit])


def inclusion(*, log: str, index: int, size: int | None = None) -> list[bytes]:
    """The audit path of entry `index` in the tree of `size` (default: the present size), sibling of the leaf first."""
    size = position(log) if size is None else _known_size(log, size)
    return inclusion_path(index, size, nodes(log, near=tiles_near((index,), size)))


def consistency(*, log: str, first: int, second: int | None = None) -> list[bytes]:
    """The proof that the tree of `first` entries is a beginning of that of `second` (default: the present size)."""
    second = position(log) if second is None else _known_size(log, second)
    return consistency_path(first, second, nodes(log, near=tiles_near((first - 1, first), second)))


def proof_text(*, log: str, index: int, latest: CheckpointView | None = None) -> str:
    """The `.tlog-proof` of an entry against `latest` or the newest checkpoint, with the cosignatures collected so far.

    Raises NotFound for an entry that is not published yet.
    """
    latest = latest or checkpoint_latest(log)
    if not 0 <= index < latest.size:
        raise NotFound("entry", index)
    path = inclusion_path(index, latest.size, nodes(log, near=tiles_near((index,), latest.size)))
    return format_proof(LogProof(index, tuple(path), latest.note))


def nodes(log: str, *, near: Sequence[tuple[int, int]] = ()) -> NodeReader:
    """A reader of the tree's nodes over the stored tiles, each fetched at most once.

    A node is the hash of a complete subtree and never changes, so nodes are kept in memory; not inside a transaction, which
    may be rolled back. Where nothing is kept yet, the tiles `near` are fetched with the first one, in one statement.
    """
    place = (str(connection.settings_dict["NAME"]), log)
    known = {} if connection.in_atomic_block else _kept_nodes.setdefault(place, {})
    while len(_kept_nodes) > MOST_KEPT_LOGS:
        _kept_nodes.pop(next(iter(_kept_nodes)), None)
    ahead: dict[tuple[int, int], bytes] = {}
    asked = {} if known else dict.fromkeys(near)

    def read(level: int, index: int) -> bytes:
        if (level, index) not in ahead:
            with connection.cursor() as cursor:
                ahead.update(storage.tiles_get(cursor, log, [*({(level, index): None} | asked)]))
            asked.clear()
        return ahead.get((level, index), b"")

    from_tiles = nodes_from_tiles(read)

    def kept(level: int, index: int) -> bytes:
        found = known.get((level, index))
        if found is None:
            found = from_tiles(level, index)
            if len(known) >= MOST_KEPT_NODES:
                known.clear()
            known[level, index] = found
        return found

    return kept


def tiles_near(leaves: Sequence[int], size: int) -> tuple[tuple[int, int], ...]:
    """(level, index) of the tiles above these leaves and at the right edge of a tree of `size`: what a path is made of."""
    found, level, width = dict[tuple[int, int], None](), 0, size
    while width:
        for leaf in (*leaves, size):
            index = leaf >> (TILE_HEIGHT * (level + 1))
            if leaf >= 0 and index * TILE_WIDTH < width:
                found[level, index] = None
        level, width = level + 1, width >> TILE_HEIGHT
    return tuple(found)


def forget_nodes() -> None:
    """Drop the nodes that are kept in memory: when the database behind this process was exchanged."""
    _kept_nodes.clear()


def entry_next(*, log: str, position: int, end: int, kinds: Collection[str] = ()) -> EntryView | None:
    """The first entry of `kinds` (any, if empty) with an index from `position` to `end` - 1."""
    rows = Entry.objects.filter(log=log, idx__gte=position, idx__lt=end)
    if kinds:
        rows = rows.filter(kind__in=kinds)
    row = rows.order_by("idx").first()
    return None if row is None else _view(row.idx, bytes(row.leaf), 0)


def leaves(log: str, begin: int, end: int) -> Iterator[bytes]:
    """The leaves with the indices `begin` to `end` - 1, in order."""
    rows = Entry.objects.filter(log=log, idx__gte=begin, idx__lt=end).order_by("idx")
    for leaf in rows.values_list("leaf", flat=True).iterator(chunk_size=1024):
        yield bytes(leaf)


def _known_size(log: str, size: int) -> int:
    present = position(log)
    if not 0 <= size <= present:
        raise InvalidInput(f"Log {log} has {present} entries, not {size}.", log=log, size=size)
    return size


def witnessed_size(log: str) -> int:
    """How many entries some witness has cosigned; 0 if none."""
    return Cosignature.objects.filter(log=log).order_by("-size").values_list("size", flat=True).first() or 0


def _view(index: int | None, leaf: bytes, witnessed: int) -> EntryView:
    statement = read_leaf(leaf)
    state = "accepted" if index is None else "witnessed" if index < witnessed else "published"
    said = (statement.event, statement.kind, statement.actor, statement.subject, statement.at)
    return EntryView(index, *said, state, statement, leaf)


def _one_checkpoint(log: str, rows: QuerySet[Checkpoint]) -> CheckpointView:
    found = _checkpoints(log, rows)
    if not found:
        raise NotFound("checkpoint", log)
    return found[0]


def _checkpoints(log: str, rows: QuerySet[Checkpoint]) -> list[CheckpointView]:
    """The rows as they are read, each with the cosignatures collected so far."""
    origin = Subquery(Head.objects.filter(log=log).values("origin")[:1])
    last = Subquery(Entry.objects.filter(log=log, idx=OuterRef("size") - 1).values("at")[:1])
    found = list(rows.annotate(origin=origin, at=last).values_list("size", "note", "origin", "at"))
    lines: dict[int, list[Cosignature]] = {}
    for line in Cosignature.objects.filter(log=log, size__in=[row[0] for row in found]).order_by("name"):
        lines.setdefault(line.size, []).append(line)
    views = []
    for size, own, home, at in found:
        note = own + "".join(f"{line.line}\n" for line in lines.get(size, ()))
        witnesses = tuple(line.name for line in lines.get(size, ()))
        views.append(CheckpointView(log, home, size, parse_checkpoint(note)[0].root, note, at, witnesses))
    return views
