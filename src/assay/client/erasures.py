"""What the entries of a log say was erased, so that a payload that is gone is either accounted for or missing."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from assay.client.fields import commitment_by_field
from assay.client.statement import SALT_LENGTH
from assay.core.errors import InvalidInput

ERASED, SUBJECT_ERASED, EXPIRED = "payload.erased", "subject.erased", "payloads.expired"
# Kinds of entries whose content matters to verification itself, as the columns of a database give them.
READ_WHOLE = frozenset(kind.encode() for kind in (ERASED, SUBJECT_ERASED, EXPIRED, "tracking.declared"))
WAITING = 1 << 63


@dataclass
class Erasures:
    """Erased events, subjects and kinds; the latter two up to the index of the entry that says so."""

    events: set[str] = field(default_factory=set)
    subjects: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, int] = field(default_factory=dict)

    def note(self, predicate: Mapping[str, Any], index: int | None, opened: bytes | None) -> None:
        """Read one entry: `index` None while it waits, `opened` its salt and payload if they are there."""
        kind, subject = predicate.get("kind"), str(predicate.get("subject", ""))
        at = WAITING if index is None else index
        if kind == ERASED:
            self.events.add(subject.removeprefix("event:"))
        elif kind == SUBJECT_ERASED:
            name = subject.removeprefix("subject:")
            self.subjects[name] = max(at, self.subjects.get(name, 0))
        elif kind == EXPIRED and opened is not None:
            name = subject.removeprefix("kind:")
            self.kinds[name] = max(min(_below(opened), at), self.kinds.get(name, 0))

    def covers(self, event: str, index: int, kind: str, subject: str) -> bool:
        """Whether some entry says that the payload of this one was erased."""
        return event in self.events or index < self.subjects.get(subject, 0) or index < self.kinds.get(kind, 0)


def commitment_as(predicate: Mapping[str, Any], opened: bytes) -> str:
    """The commitment to salt || payload in the way that the leaf names; "" if the payload has no such form."""
    if predicate.get("opens") != "fields":
        return sha256(opened).hexdigest()
    try:
        return commitment_by_field(opened[:SALT_LENGTH], opened[SALT_LENGTH:])
    except InvalidInput:
        return ""


def _below(opened: bytes) -> int:
    try:
        return int(json.loads(opened[SALT_LENGTH:])["below"])
    except (ValueError, KeyError, TypeError):
        return 0
