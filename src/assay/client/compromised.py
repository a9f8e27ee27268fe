"""Signing keys that somebody else may hold: from when on, and what of their signatures still counts.

A stolen key signs whatever its thief likes, with whatever date. So a checkpoint that only such a key signed counts in two
cases: a later checkpoint by a sound key covers it in the same tree, and it is not larger than what stood when the theft
was declared; or somebody else saw it before the key was lost: a witness by a cosignature, an authority by a time stamp.

One line a key and log, in `ledger-keys-compromised.txt` of the data folder, outside the database:

    <public key, base64> <since, RFC 3339 in UTC> <origin of the log> <size that stood at the declaration>
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from assay.core.errors import IntegrityBroken, InvalidInput
from assay.core.note import Checkpoint, VerifierKey, parse_checkpoint, verify_checkpoint, verify_note

NAME = "ledger-keys-compromised.txt"


@dataclass(frozen=True, slots=True)
class Compromised:
    """A key that was compromised from `since` on. `until` is the size of the log `origin` when that was declared."""

    public: bytes
    since: datetime
    origin: str
    until: int = 0

    @property
    def line(self) -> str:
        return f"{base64.b64encode(self.public).decode()} {moment_text(self.since)} {self.origin} {self.until}"


def moment_text(moment: datetime) -> str:
    """RFC 3339 in UTC, whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment_read(text: str) -> datetime:
    """A time with offset. Raises InvalidInput for anything else."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise InvalidInput(f"{text!r} is no time with offset.", hint="Write it as 2026-11-20T12:00:00Z.")
    return found.astimezone(UTC)


def compromised_read(path: Path) -> list[Compromised]:
    """The keys that a file names; none if there is no file. Raises InvalidInput if it cannot be read."""
    try:
        lines = path.read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        return []
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{path.name} is no list of compromised keys.") from error
    return [_parsed(line.split(), path.name) for line in lines if line.strip()]


def _parsed(words: list[str], name: str) -> Compromised:
    try:
        key, since, origin, until = words
        found = Compromised(base64.b64decode(key, validate=True), moment_read(since), origin, int(until))
    except (ValueError, binascii.Error) as error:
        raise InvalidInput(f"{name} is no list of compromised keys.", hint="Restore it from its backup.") from error
    if len(found.public) != 32 or found.until < 0:
        raise InvalidInput(f"{name} is no list of compromised keys.", hint="Restore it from its backup.")
    return found


def compromised_given(text: str) -> Compromised:
    """`<verifier key>@<since>`, as an operator hands it out. Raises InvalidInput."""
    vkey, found, since = text.strip().rpartition("@")
    if not found:
        raise InvalidInput(
            "A compromised key is given as KEY@TIME.", hint="Add @ and the time, such as …@2026-11-20T12:00:00Z."
        )
    key = VerifierKey.parse(vkey)
    return Compromised(key.public, moment_read(since), key.name)


def checkpoint_trusted(
    note: str,
    keys: Iterable[VerifierKey],
    compromised: Sequence[Compromised],
    *,
    origin: str | None = None,
    covered: int = 0,
    times: Sequence[datetime] = (),
) -> Checkpoint:
    """The tree head of a note that one of `keys` signed, where that signature still counts.

    `covered` is the largest size that a sound key signs in the same tree; `times` are moments at which others have
    seen exactly this note. Raises InvalidInput if malformed, IntegrityBroken if it does not count.
    """
    known = list(keys)
    checkpoint = verify_checkpoint(note, known, origin=origin)
    lost = [_of(key, checkpoint.origin, compromised) for key in verify_note(parse_checkpoint(note)[1], known)]
    if any(each is None for each in lost):
        return checkpoint
    for each in lost:
        assert each is not None
        if checkpoint.size <= min(each.until, covered) or any(time < each.since for time in times):
            return checkpoint
    first = lost[0]
    assert first is not None
    raise IntegrityBroken(
        f"Only a key that was compromised from {moment_text(first.since)} on has signed it, and nobody else saw it before.",
        hint="Look for a checkpoint that a sound key signed, a cosignature or a time stamp from before.",
    )


def is_sound(note: str, keys: Iterable[VerifierKey], compromised: Sequence[Compromised]) -> bool:
    """Whether one of `keys` that was not compromised signed the note. Raises as `verify_note`."""
    checkpoint, parts = parse_checkpoint(note)
    return any(_of(key, checkpoint.origin, compromised) is None for key in verify_note(parts, keys))


def _of(key: VerifierKey, origin: str, compromised: Sequence[Compromised]) -> Compromised | None:
    """What is known of a key in a log: the words about that log before those about another with the same key."""
    found = [each for each in compromised if each.public == key.public]
    own = [each for each in found if each.origin == origin]
    if own:
        return min(own, key=lambda each: (each.since, each.until))
    return Compromised(key.public, min(each.since for each in found), origin) if found else None
