"""Reading a long log quickly: bundles of 256 entries whose rows say exactly what their leaves say, hashed in a row.

A leaf is compared with the bytes that its columns and its opened payload must give, in place of being parsed. What needs
a closer look (records, declarations, erasures, contents committed to by field, anything odd) is only named by its index.
"""

import os
from binascii import hexlify
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from assay.client.erasures import READ_WHOLE
from assay.client.sealed import KEY_SIZE, NONCE_SIZE, cipher_of
from assay.client.source import Source, SqliteSource
from assay.client.statement import STATEMENT_TYPE

WIDTH = 256
STRETCH = 64
"""Bundles that one process reads at a time: 16,384 entries."""
WORTH = 2 * STRETCH
MOST_KEYS = 4096
PLAIN_SQL = (
    "SELECT e.idx, e.event, e.kind, e.actor, e.subject, e.at, e.leaf, p.salt, p.data, p.key_id"
    " FROM ledger_entry e LEFT JOIN ledger_payload p ON p.event = e.event AND p.log = e.log"
    " WHERE e.log = ? AND e.idx >= ? AND e.idx < ? ORDER BY e.idx"
)


@dataclass(frozen=True, slots=True)
class Bundle:
    """The hashes of 256 leaves, 32 bytes each, and the indices of those entries that need a closer look."""

    hashes: bytes
    closer: tuple[int, ...]


def columns_of(source: Source) -> tuple[str, str]:
    """The columns (number of the key, key) of a payload and their join; none in a database from before sealing."""
    try:
        list(source.ledger("SELECT key_id FROM ledger_payload WHERE event = ''"))
    except LookupError:
        return "NULL, NULL", ""
    return "p.key_id, k.key", " LEFT JOIN ledger_payloadkey k ON k.id = p.key_id AND k.log = p.log"


def entries_sql(source: Source) -> str:
    """What reads entries with their payloads, up to the condition on their index."""
    key, join = columns_of(source)
    # The key must be that of the entry's own subject: erasing the subject destroys that one.
    join += " AND k.subject = e.subject" if join else ""
    return (
        f"SELECT e.idx, e.event, e.kind, e.actor, e.subject, e.at, e.leaf, p.salt, p.data, {key}"  # noqa: S608
        f" FROM ledger_entry e LEFT JOIN ledger_payload p ON p.event = e.event{join} WHERE e.log = ?"
    )


def template_of(log: str) -> bytes:
    """The bytes of a plain leaf of this log, to be filled: actor, time, kind, subject, kind, commitment, event."""
    return (
        b'{"_type":"%b","predicate":{"actor":"%%b","at":"%%b","kind":"%%b","log":"%b","subject":"%%b"},'
        b'"predicateType":"urn:assay:evidence:%%b:v1","subject":[{"digest":{"sha256":"%%b"},"name":"%%b"}]}'
    ) % (STATEMENT_TYPE.encode(), log.encode().replace(b"%", b"%%"))


def bundles_read(source: Source, log: str, first: int, last: int) -> list[Bundle | None]:
    """The bundles `first` to `last` - 1, all full; None for one whose rows are not 256 leaves in their order."""
    if not columns_of(source)[1]:
        return [None] * (last - first)
    rows = source.ledger(PLAIN_SQL, log, first * WIDTH, last * WIDTH)
    keys = _Keys(source, log)
    found: list[Bundle | None] = []
    while len(found) < last - first:
        part = list(islice(rows, WIDTH))
        if not part:
            break
        found.append(_bundle(part, (first + len(found)) * WIDTH, template_of(log), keys))
    return found + [None] * (last - first - len(found))


def _bundle(rows: list[Sequence[Any]], begin: int, template: bytes, keys: "_Keys") -> Bundle | None:
    """One bundle from its rows. The loop runs once for every entry of a log, so it calls as little as it can."""
    hashes: list[bytes] = []
    closer: list[int] = []
    for expected, row in enumerate(rows, begin):
        index, event, kind, actor, subject, at, leaf, salt, data, number = row
        if index != expected or type(leaf) is not bytes:
            return None
        hashes.append(sha256(b"\0" + leaf).digest())
        if number is None or salt or kind in READ_WHOLE:
            closer.append(index)
            continue
        owner, decrypt = keys[number]
        try:
            committed = hexlify(sha256(decrypt(data[:NONCE_SIZE], data[NONCE_SIZE:], event)).digest())
            said = template % (actor, moment_bytes(at), kind, subject, kind, committed, event)
        except Exception:  # noqa: BLE001 — whatever is wrong is found out and named by the closer look
            said = b""
        if owner != subject or leaf != said:
            closer.append(index)
    return Bundle(b"".join(hashes), tuple(closer)) if len(hashes) == WIDTH else None


class _Keys(dict[int, tuple[object, Callable[[bytes, bytes, bytes], bytes]]]):
    """Subject and cipher of each key, read when it is first met."""

    def __init__(self, source: Source, log: str) -> None:
        super().__init__()
        self._source, self._log = source, log

    def __missing__(self, number: int) -> tuple[object, Callable[[bytes, bytes, bytes], bytes]]:
        if len(self) >= MOST_KEYS:
            self.clear()
        sql = "SELECT subject, key FROM ledger_payloadkey WHERE id = ? AND log = ?"
        found: tuple[object, Callable[[bytes, bytes, bytes], bytes]] = (None, _no_key)
        for subject, key in self._source.ledger(sql, number, self._log):
            if isinstance(key, bytes) and len(key) == KEY_SIZE:
                found = (subject, cipher_of(key).decrypt)
        self[number] = found
        return found


def _no_key(*_: bytes) -> bytes:
    raise LookupError("the key is gone")


def contiguous(source: Source, log: str) -> int:
    """How many entries a log holds if their indices are 0, 1, 2, …; else 0."""
    for count, least, most in source.ledger("SELECT count(*), min(idx), max(idx) FROM ledger_entry WHERE log = ?", log):
        if type(least) is int and least == 0 and most == count - 1:
            return int(count)
    return 0


class Ahead:
    """Reads bundles one after another, or with several processes beside this one; made before the database is opened.

    A process that finds another state of the database than the given one reads nothing, and the bundle is None.
    """

    def __init__(self, path: Path | None = None, workers: int = 1) -> None:
        self._path = path
        self._pool: ProcessPoolExecutor | None = None
        if path is not None and workers > 1 and hasattr(os, "fork"):
            self._pool = ProcessPoolExecutor(workers, mp_context=get_context("fork"))
            # The processes start now, while no connection is open that they would inherit.
            self._pool.submit(int).result()
        self._window = 2 * workers

    def __enter__(self) -> "Ahead":
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def bundles(self, source: Source, log: str, count: int) -> Iterator[Bundle | None]:
        """The first `count` bundles of a log, in their order."""
        stretches = [(at, min(at + STRETCH, count)) for at in range(0, count, STRETCH)]
        if self._pool is None or count < WORTH:
            for first, last in stretches:
                yield from bundles_read(source, log, first, last)
            return
        state = _state(source)
        waiting: list[Future[list[Bundle | None]]] = []
        for first, last in stretches:
            waiting.append(self._pool.submit(_elsewhere, str(self._path), log, first, last, state))
            if len(waiting) >= self._window:
                yield from waiting.pop(0).result()
        for each in waiting:
            yield from each.result()


def _elsewhere(path: str, log: str, first: int, last: int, state: tuple[object, ...]) -> list[Bundle | None]:
    with closing(SqliteSource(Path(path))) as source:
        if _state(source) != state:
            return [None] * (last - first)
        return bundles_read(source, log, first, last)


def _state(source: Source) -> tuple[object, ...]:
    """Changes with every entry that is accepted or sequenced, so also with everything that is erased."""
    numbers = "SELECT seq FROM sqlite_sequence WHERE name = 'ledger_outbox'"
    heads = "SELECT log, size, epoch FROM ledger_head ORDER BY log"
    return (*map(tuple, source.ledger(numbers)), *map(tuple, source.ledger(heads)))


def shown(value: object) -> str:
    """A column as text; bytes that are no UTF-8 are written out."""
    return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else str(value)


def moment_bytes(value: object) -> bytes:
    """The same as `moment_of`, in bytes."""
    if isinstance(value, bytes):
        return b"%bT%b%bZ" % (value[:10], value[11:], b"" if len(value) > 19 else b".000000")
    return moment_of(value).encode()


def moment_of(value: object) -> str:
    """The time of a column as leaves write it; what cannot be read comes back as it is."""
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    text = shown(value)
    return f"{text[:10]}T{text[11:]}{'' if len(text) > 19 else '.000000'}Z" if text[10:11] == " " else text
