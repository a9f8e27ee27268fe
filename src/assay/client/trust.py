"""What a verifier brings along: keys that are known to be lost, witnesses, and an authority for time.

All of it comes from the verifier's own configuration, as the keys do; nothing of it is taken from the log.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

from assay.client.compromised import Compromised, checkpoint_trusted
from assay.client.report import Findings
from assay.core.errors import AssayError
from assay.core.note import Checkpoint, VerifierKey, parse_note, verify_cosignatures


class TimeAuthority(Protocol):
    """Reads time stamps of authorities that the verifier trusts."""

    def time_of(self, token: bytes, data: bytes) -> datetime:
        """When `data` existed, as a DER response says (RFC 3161). Raises IntegrityBroken, InvalidInput."""
        ...


@dataclass(frozen=True)
class Trust:
    """`compromised` keys count only as far as `client.compromised` says; `witnesses` and `authority` show time."""

    compromised: Sequence[Compromised] = ()
    witnesses: Sequence[VerifierKey] = ()
    authority: TimeAuthority | None = None

    def with_compromised(self, more: Iterable[Compromised]) -> Trust:
        """The same with further lost keys."""
        return Trust([*self.compromised, *more], self.witnesses, self.authority)

    def with_told(self, told: Iterable[Compromised]) -> Trust:
        """The same with keys that a log itself declares as lost: of two moments for one key the earlier counts.

        So does the smaller of two sizes, where 0 says that none is known.
        """
        known = {(each.public, each.origin): each for each in self.compromised}
        for each in told:
            given = known.get((each.public, each.origin))
            if given is not None:
                until = min((size for size in (each.until, given.until) if size), default=0)
                each = replace(each, since=min(each.since, given.since), until=until)
            known[each.public, each.origin] = each
        return Trust([*known.values()], self.witnesses, self.authority)

    def seen_at(self, note: str, tokens: Iterable[bytes], place: str, findings: Findings) -> list[datetime]:
        """When others have seen a signed checkpoint; what does not verify is a difference, what cannot be read a note.

        `note` may carry cosignatures. A token is over the note as the log signed it, without them.
        """
        found = []
        try:
            for seen in verify_cosignatures(note, self.witnesses):
                findings.count("cosignatures")
                found.append(datetime.fromtimestamp(seen.at, UTC))
        except AssayError as error:
            findings.add("unsigned", place, str(error))
        for token in tokens:
            if self.authority is None:
                findings.note(
                    "There are time stamps, and none was checked: give --tsa-ca with the authority's certificates."
                )
                break
            try:
                found.append(self.authority.time_of(token, stamped_bytes(note)))
                findings.count("time stamps")
            except AssayError as error:
                findings.add("unsigned", f"time stamp of {place}", str(error))
        return found

    def opened(
        self,
        note: str,
        keys: Sequence[VerifierKey],
        *,
        origin: str | None = None,
        covered: int = 0,
        times: Sequence[datetime] = (),
    ) -> Checkpoint:
        """The tree head of a note, as `compromised.checkpoint_trusted`, with the lost keys known here."""
        return checkpoint_trusted(note, keys, self.compromised, origin=origin, covered=covered, times=times)


def stamped_bytes(note: str) -> bytes:
    """The bytes that a time stamp is over: the checkpoint with the signatures of its log, without cosignatures."""
    parts = parse_note(note)
    origin = parts.text.partition("\n")[0]
    lines = "".join(line.text for line in parts.signatures if line.name == origin)
    return f"{parts.text}\n{lines}".encode()
