"""Checks the signed checkpoints of one log: signatures, roots, and where a lost key signed, who else saw them when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assay.client.compromised import is_sound
from assay.client.report import Findings
from assay.client.source import Source
from assay.client.trust import Trust
from assay.core.errors import AssayError
from assay.core.note import VerifierKey, parse_checkpoint, verify_checkpoint


@dataclass(frozen=True)
class NoteCheck:
    """The checkpoints of a log. `roots` are recomputed, by size; `size` is how many entries the log holds."""

    source: Source
    log: str
    origin: str
    keys: Sequence[VerifierKey]
    trust: Trust
    findings: Findings
    roots: Mapping[int, bytes]
    size: int

    def run(self, notes: Mapping[int, str]) -> None:
        """Check `notes`, by size. Those that only a lost key signed last, for a sound one may cover them."""
        cosigned = self._cosignatures()
        stamps = self._stamps(notes)
        covered, doubtful = 0, []
        for at, note in notes.items():
            self.findings.count("checkpoints")
            place = f"log {self.log}, checkpoint {at}"
            times = self.trust.seen_at(note + cosigned.get(at, ""), stamps.get(at, ()), place, self.findings)
            sound = self._is_sound(at, note, place)
            if sound is False:
                doubtful.append((note, place, times))
            elif sound and self.roots.get(at) is not None:
                covered = max(covered, at)
        for note, place, times in doubtful:
            self._doubtful(note, place, covered, times)
        self._check_declared()

    def _is_sound(self, at: int, note: str, place: str) -> bool | None:
        """Whether a key that is not lost signed it; None where it is not what it should be."""
        try:
            checkpoint = verify_checkpoint(note, self.keys, origin=self.origin)
            unknown = _unknown_lines(note, self.keys)
            sound = is_sound(note, self.keys, self.trust.compromised)
        except AssayError as error:
            self.findings.add("unsigned", place, str(error), log=self.log)
            return None
        before = len(self.findings.differences)
        if unknown:
            self._differ("edited", place, f"it carries a line of an unknown key: {unknown}")
        if checkpoint.size != at:
            self._differ("edited", place, f"the note is of size {checkpoint.size}")
        elif at not in self.roots:
            self._differ("missing", place, f"entries that were signed are gone: the log holds {self.size}")
        elif checkpoint.root != self.roots[at]:
            self._differ("edited", place, "its root is not the root of the entries up to there")
        if sound and len(self.findings.differences) > before:
            return None
        return sound

    def _doubtful(self, note: str, place: str, covered: int, times: Sequence[datetime]) -> None:
        try:
            self.trust.opened(note, self.keys, origin=self.origin, covered=covered, times=times)
        except AssayError as error:
            self._differ("unsigned", place, str(error))

    def _check_declared(self) -> None:
        """A log that tells of a lost key is not verified without knowing which."""
        told = list(self._rows("SELECT count(*) FROM ledger_entry WHERE log = ? AND kind = 'key.compromised'"))
        if told and told[0][0] and not self.trust.compromised:
            message = "the log says that a signing key was compromised, and none is known here: give --compromised"
            self._differ("unsigned", f"log {self.log}, keys", message)

    def _cosignatures(self) -> Mapping[int, str]:
        found: defaultdict[int, str] = defaultdict(str)
        if self.trust.witnesses:
            for size, line in self._rows("SELECT size, line FROM ledger_cosignature WHERE log = ? ORDER BY name"):
                found[size] += f"{bytes(line).decode('utf-8', 'replace')}\n"
        return found

    def _stamps(self, notes: Mapping[int, str]) -> Mapping[int, list[bytes]]:
        found: defaultdict[int, list[bytes]] = defaultdict(list)
        for size, token in self._rows("SELECT size, token FROM ledger_timestamp WHERE log = ? ORDER BY id"):
            found[size].append(bytes(token))
        for size in found.keys() - notes.keys():
            self._differ("extra", f"log {self.log}, time stamp of {size}", "there is no checkpoint of this size")
        return found

    def _rows(self, sql: str) -> list[Sequence[Any]]:
        """The rows of a table of the ledger; none in a database from before it was there."""
        try:
            return list(self.source.ledger(sql, self.log))
        except LookupError:
            return []

    def _differ(self, kind: str, place: str, message: str) -> None:
        self.findings.add(kind, place, message, log=self.log)


def _unknown_lines(note: str, keys: Sequence[VerifierKey]) -> str:
    known = {(key.name, key.key_id) for key in keys}
    _, parts = parse_checkpoint(note)
    return ", ".join(line.name for line in parts.signatures if (line.name, line.key_id) not in known)
