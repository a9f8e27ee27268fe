"""Checks one log: every entry, tile, checkpoint and payload, read from rows and recomputed from the leaves up."""

import json
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

from assay.client.attested import Attested, Recorded
from assay.client.bundles import (
    WIDTH,
    Ahead,
    columns_of,
    contiguous,
    entries_sql,
    moment_bytes,
    moment_of,
    shown,
    template_of,
)
from assay.client.erasures import READ_WHOLE, Erasures, commitment_as
from assay.client.growing_tree import GrowingTree
from assay.client.note_check import NoteCheck
from assay.client.report import Findings
from assay.client.sealed import unseal
from assay.client.source import Source
from assay.client.statement import SALT_LENGTH
from assay.client.trust import Trust
from assay.core.errors import InvalidInput
from assay.core.merkle import HASH_SIZE
from assay.core.note import VerifierKey

Row = Sequence[Any]

# A gap in the numbering that is larger than this is not filled up when looking for what is missing.
MOST_MISSING = 1_000_000


class LogCheck:
    """Verification of one log. `keys` are the verifier keys that are trusted for it."""

    def __init__(
        self,
        source: Source,
        log: str,
        keys: Sequence[VerifierKey],
        findings: Findings,
        attested: Attested,
        trust: Trust = Trust(),  # noqa: B008 — frozen
        ahead: Ahead | None = None,
    ) -> None:
        self._trust = trust
        self._ahead = ahead or Ahead()
        self._sql = entries_sql(source)
        self._following: int | None = None
        self.payloads = 0
        """How many rows of payloads belong to entries, sequenced or waiting, that were read."""
        self._source = source
        self._log = log
        self._keys = keys
        self._findings = findings
        self._attested = attested
        self._erased = Erasures()
        self._unopened: dict[str, tuple[int, str, str]] = {}
        self._tree = GrowingTree(self._compare_tile)
        self._template = template_of(log)
        self._tiles: dict[tuple[int, int], bytes] = {}
        self.roots: dict[int, bytes] = {}

    def run(self, origin: str, size: int, root: bytes, marks: Mapping[int, tuple[bytes, str]]) -> None:
        """Check everything of the log, whose head row says `origin`, `size` and `root`.

        `marks` are checkpoints from outside the database, by size: root, and where it comes from.
        """
        notes = self._notes()
        self._read_tiles()
        self._read(sorted({*notes, *marks}))
        self._check_tiles_left()
        self._check_head(size, root)
        self._check_notes(notes, origin, size)
        self._check_marks(marks)
        self._check_waiting()
        self._check_payloads()
        self._findings.count("entries", self._tree.size)

    # entries

    def _read(self, sizes: list[int]) -> None:
        """All entries, with the root at each of `sizes`: whole bundles at a time as far as the indices have no gap."""
        following = iter([*sizes, None])
        self._following = next(following)
        full = contiguous(self._source, self._log) // WIDTH
        for number, bundle in enumerate(self._ahead.bundles(self._source, self._log, full)):
            begin = number * WIDTH
            if bundle is None or len(bundle.hashes) != WIDTH * HASH_SIZE:
                for row in self._entries("e.idx >= ? AND e.idx < ?", begin, begin + WIDTH):
                    self._reach(following)
                    self._entry(row)
                continue
            self._reach(following)
            if self._following is None or self._following > begin + WIDTH:
                self._tree.append_tile(bundle.hashes)
            else:
                for at in range(0, len(bundle.hashes), HASH_SIZE):
                    self._reach(following)
                    self._tree.append_hash(bundle.hashes[at : at + HASH_SIZE])
            self.payloads += WIDTH - len(bundle.closer)
            if bundle.closer:
                self._look_closer(begin, bundle.closer)
        for row in self._entries("e.idx >= ?", full * WIDTH) if full else self._entries():
            self._reach(following)
            self._entry(row)
        self._reach(following)

    def _reach(self, following: Iterator[int | None]) -> None:
        """Note the root if the tree has just a size at which it is asked for."""
        while self._following is not None and self._following <= self._tree.size:
            if self._following == self._tree.size:
                self.roots[self._following] = self._tree.root()
            self._following = next(following)

    def _look_closer(self, begin: int, indexes: Sequence[int]) -> None:
        wanted = set(indexes)
        for row in self._entries("e.idx >= ? AND e.idx < ?", begin, begin + WIDTH):
            if row[0] in wanted:
                self._facts(row)

    def _entries(self, condition: str = "", *parameters: int) -> Iterator[Row]:
        where = f" AND {condition}" if condition else ""
        return self._source.ledger(f"{self._sql}{where} ORDER BY e.idx", self._log, *parameters)

    def _entry(self, row: Row) -> None:
        index, leaf = row[0], row[6]
        if not isinstance(index, int) or not 0 <= index - self._tree.size <= MOST_MISSING:
            self._differ(
                "malformed", f"entry {index!r}", f"the row has no index that could follow {self._tree.size - 1}"
            )
            return
        if index != self._tree.size:
            missing = f"{self._tree.size}" if index == self._tree.size + 1 else f"{self._tree.size} to {index - 1}"
            self._differ("missing", f"entry {missing}", "the entry is missing", self._tree.size)
            # Go on with the numbering of the rows, so that one gap is one difference.
            while self._tree.size < index:
                self._tree.append_hash(bytes(32))
        if not isinstance(leaf, bytes | memoryview):
            self._differ("malformed", f"entry {index}", "the leaf is not bytes", index)
            leaf = b""
        self._tree.append(bytes(leaf))
        self._facts(row)

    def _facts(self, row: Row) -> None:
        """What a row says, against its leaf and payload."""
        index, event, kind, actor, subject, at, leaf, *stored = row
        leaf = bytes(leaf) if isinstance(leaf, bytes | memoryview) else b""
        columns = (event, kind, actor, subject, at)
        opened = self._opened(index, columns, stored)
        if opened is not None and self._is_plain(leaf, columns, sha256(opened).hexdigest()):
            return
        self._statement(index, leaf, columns, opened)

    def _opened(self, index: int, columns: Sequence[Any], stored: Sequence[Any]) -> bytes | None:
        """salt || payload, or None when the payload is gone."""
        salt, data, number, key = stored
        self.payloads += data is not None
        if salt is None or data is None or (number is not None and key is None):
            self._unopened[shown(columns[0])] = (index, shown(columns[1]), shown(columns[3]))
            return None
        try:
            if number is not None and not salt:
                return unseal(bytes(key), columns[0], bytes(data))
            if number is None:
                return bytes(salt) + bytes(data)
            raise InvalidInput("A sealed payload has its salt inside.")
        except (InvalidInput, TypeError):
            self._differ("edited", f"payload of entry {index}", "the payload or its salt is not what was stored", index)
            return None

    def _is_plain(self, leaf: bytes, columns: tuple[Any, ...], commitment: str) -> bool:
        """Whether the leaf is exactly the statement of these columns and this commitment, with no record to follow.

        A comparison of bytes in place of parsing: most entries of a long log pass here.
        """
        event, kind, actor, subject, at = columns
        if kind in READ_WHOLE:
            return False
        try:
            moment = moment_bytes(at)
            return leaf == self._template % (actor, moment, kind, subject, kind, commitment.encode(), event)
        except TypeError:
            return False

    def _statement(self, index: int, leaf: bytes, columns: tuple[Any, ...], opened: bytes | None) -> None:
        place = f"entry {index}"
        facts = self._parsed(leaf, place, index)
        if facts is None:
            return
        predicate, commitment, event = facts
        names = ("event", "kind", "actor", "subject", "at")
        said = (event, predicate.get("kind"), predicate.get("actor"), predicate.get("subject"), predicate.get("at"))
        for name, column, value in zip(names, columns, said, strict=True):
            found = moment_of(column) if name == "at" else shown(column)
            if found != value:
                self._differ("edited", place, f"the column {name} is {found!r}, the leaf says {value!r}", index)
        if opened is not None and commitment_as(predicate, opened) != commitment:
            self._differ(
                "edited", f"payload of entry {index}", "the payload or its salt is not what was committed", index
            )
        self._note_records(predicate, index, opened)

    def _parsed(self, leaf: bytes, place: str, index: int | None) -> tuple[Mapping[str, Any], str, str] | None:
        """(predicate, commitment, event id) of a leaf of this log; a difference and None if it is none."""
        try:
            value = json.loads(leaf)
            predicate = value["predicate"]
            subject = value["subject"][0]
            facts = (predicate, subject["digest"]["sha256"], subject["name"])
            other = predicate["log"]
        except (ValueError, KeyError, TypeError, IndexError, RecursionError):
            self._differ("malformed", place, "the leaf is not a statement", index)
            return None
        if other != self._log:
            self._differ("edited", place, f"the leaf belongs to log {other!r}", index)
        return facts

    def _note_records(self, predicate: Mapping[str, Any], index: int | None, opened: bytes | None) -> None:
        kind = predicate.get("kind")
        self._erased.note(predicate, index, opened)
        if kind == "tracking.declared" and opened is not None:
            self._declared(index, opened[SALT_LENGTH:])
        record = predicate.get("record")
        if isinstance(record, dict):
            digest = record.get("digest")
            known = digest is None or opened is not None
            salt = opened[:SALT_LENGTH] if opened is not None else b""
            self._attested.put(
                str(record.get("table")),
                str(record.get("key")),
                Recorded(self._log, index, str(record.get("schema")), digest, salt, known),
            )
        if "records" in predicate and opened is not None:
            self._bulk(index, opened[SALT_LENGTH:], predicate["records"])

    def _declared(self, index: int | None, payload: bytes) -> None:
        try:
            declared = json.loads(payload)
            self._attested.declare(self._log, {str(schema): dict(one) for schema, one in declared.items()})
        except (ValueError, AttributeError, TypeError, KeyError):
            self._differ("malformed", _entry_name(index), "the declarations of tables cannot be read", index)

    def _bulk(self, index: int | None, payload: bytes, stated: Any) -> None:
        count = 0
        try:
            for group in json.loads(payload)["records"]:
                table, schema = group["table"], group["schema"]
                for key, digest in group["rows"]:
                    self._attested.put(table, key, Recorded(self._log, index, schema, digest, b""))
                    count += 1
        except (ValueError, KeyError, TypeError, IndexError):
            self._differ("malformed", f"payload of {_entry_name(index)}", "the list of rows cannot be read", index)
            return
        if not isinstance(stated, dict) or stated.get("count") != count:
            self._differ(
                "edited", f"payload of {_entry_name(index)}", "the number of rows is not the stated one", index
            )

    # tiles

    def _read_tiles(self) -> None:
        rows = self._source.ledger("SELECT level, n, data FROM ledger_tile WHERE log = ?", self._log)
        self._tiles = {
            (level, n): bytes(data) if isinstance(data, bytes | memoryview) else b"" for level, n, data in rows
        }

    def _compare_tile(self, level: int, index: int, hashes: bytes) -> None:
        self._findings.count("tiles")
        stored = self._tiles.pop((level, index), None)
        name = f"tile {level}/{index}"
        if stored is None:
            self._differ("missing", name, "the tile is missing")
        elif stored != hashes:
            width = min(len(stored), len(hashes))
            at = next((i for i in range(0, width, 32) if stored[i : i + 32] != hashes[i : i + 32]), width) // 32
            below = index * 256 + at
            what = f"entry {below} or its hash" if level == 0 else f"hash {at} or what lies below it"
            self._differ("edited", name, f"{what} was changed", below if level == 0 else None)

    def _check_tiles_left(self) -> None:
        for (level, index), hashes in self._tree.partial_tiles().items():
            self._compare_tile(level, index, hashes)
        for level, index in sorted(self._tiles):
            self._differ("extra", f"tile {level}/{index}", "the tree has no such tile")

    # head and checkpoints

    def _check_head(self, size: int, root: bytes) -> None:
        if size != self._tree.size:
            kind = "missing" if size > self._tree.size else "extra"
            self._differ(kind, "head", f"the head says {size} entries, the log holds {self._tree.size}")
        elif root != self._tree.root():
            self._differ("edited", "head", "the root in the head is not the root of the entries")

    def _notes(self) -> dict[int, str]:
        rows = self._source.ledger("SELECT size, note FROM ledger_checkpoint WHERE log = ? ORDER BY size", self._log)
        return {size: shown(note) for size, note in rows}

    def _check_notes(self, notes: Mapping[int, str], origin: str, size: int) -> None:
        if size and size not in notes:
            self._differ("missing", f"checkpoint {size}", "the newest checkpoint is missing")
        parts = (self._source, self._log, origin, self._keys, self._trust, self._findings, self.roots, self._tree.size)
        NoteCheck(*parts).run(notes)

    def _check_marks(self, marks: Mapping[int, tuple[bytes, str]]) -> None:
        for at, (root, whence) in sorted(marks.items()):
            self._findings.count("outside checkpoints")
            if at not in self.roots and at != 0:
                self._differ(
                    "rolled-back", whence, f"it was signed at {at} entries, the log holds only {self._tree.size}"
                )
            elif at and self.roots[at] != root:
                self._differ("edited", whence, f"the first {at} entries are not those that were signed")

    # what waits, and payloads

    def _check_waiting(self) -> None:
        key, join = columns_of(self._source)
        rows = self._source.ledger(
            f"SELECT o.event, o.leaf, p.salt, p.data, {key} FROM ledger_outbox o"  # noqa: S608
            f" LEFT JOIN ledger_payload p ON p.event = o.event{join} WHERE o.log = ? ORDER BY o.id",
            self._log,
        )
        for event, leaf, *stored in rows:
            self._findings.count("waiting entries")
            place = f"waiting entry {shown(event)}"
            facts = self._parsed(bytes(leaf) if isinstance(leaf, bytes | memoryview) else b"", place, None)
            if facts is None:
                continue
            predicate, commitment, name = facts
            if name != shown(event):
                self._differ("edited", place, "the leaf carries another event id")
            opened = self._opened(-1, (event, b"", b"", b"", b""), stored)
            if opened is None or commitment_as(predicate, opened) != commitment:
                self._differ("edited", f"payload of {place}", "the payload is not what was committed")
                continue
            self._note_records(predicate, None, opened)

    def _check_payloads(self) -> None:
        for event, (index, kind, subject) in sorted(self._unopened.items(), key=lambda item: item[1]):
            if index >= 0 and not self._erased.covers(event, index, kind, subject):
                self._differ(
                    "missing", f"payload of entry {index}", "the payload is gone and no entry says it was erased", index
                )

    def check_orphans(self) -> None:
        """Payloads that belong to no entry. Slow: for when there are more payloads than entries account for."""
        rows = self._source.ledger(
            "SELECT p.event FROM ledger_payload p LEFT JOIN ledger_entry e ON e.event = p.event"
            " LEFT JOIN ledger_outbox o ON o.event = p.event"
            " WHERE p.log = ? AND e.event IS NULL AND o.event IS NULL ORDER BY p.event",
            self._log,
        )
        for (event,) in rows:
            self._differ("extra", f"payload {shown(event)}", "no entry belongs to this payload")

    def _differ(self, kind: str, place: str, message: str, index: int | None = None) -> None:
        self._findings.add(kind, f"log {self._log}, {place}", message, log=self._log, index=index)


def _entry_name(index: int | None) -> str:
    return "a waiting entry" if index is None else f"entry {index}"


def head_rows(source: Source) -> Iterator[tuple[str, str, int, bytes]]:
    """(log, origin, size, root) of every log. Raises InvalidInput if this is not a ledger's database."""
    try:
        for log, origin, size, root in source.ledger("SELECT log, origin, size, root FROM ledger_head ORDER BY log"):
            yield shown(log), shown(origin), int(size), bytes(root)
    except LookupError as error:
        raise InvalidInput(f"This database holds no ledger: {error}.") from error
