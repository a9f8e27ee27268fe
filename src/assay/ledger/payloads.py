"""Payloads in the database: sealed under the key of their subject when written, opened when read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from assay.client.sealed import SALT_SIZE, key_new, seal, unseal
from assay.core.errors import InvalidInput
from assay.ledger import storage
from assay.ledger.models import Payload, PayloadKey

CHUNK = 500


class Content(NamedTuple):
    """What an entry is about, before it is stored."""

    event: str
    subject: str
    salt: bytes
    payload: bytes


@dataclass(frozen=True, slots=True)
class Opened:
    """A stored payload, opened."""

    salt: bytes
    payload: bytes


def payloads_put(cursor: storage.Cursor, log: str, contents: Sequence[Content]) -> None:
    """Store payloads in the transaction of the cursor, each under the key of its subject; keys are made when missing."""
    keys = _keys(cursor, log, {each.subject for each in contents})
    rows = []
    for each in contents:
        number, key = keys[each.subject]
        rows.append((each.event, seal(key, each.event, each.salt, each.payload), number))
    storage.payloads_insert(cursor, log, rows)


def payloads_open(log: str, events: Iterable[str]) -> dict[str, Opened]:
    """The payloads of events, those that are not erased. Raises InvalidInput for one that does not open."""
    wanted = list(events)
    found: dict[str, Opened] = {}
    for at in range(0, len(wanted), CHUNK):
        rows = list(Payload.objects.filter(log=log, event__in=wanted[at : at + CHUNK]))
        numbers = {row.key_id for row in rows if row.key_id is not None}
        keys = {row.pk: bytes(row.key) for row in PayloadKey.objects.filter(log=log, pk__in=numbers)}
        found |= {row.event: opened for row in rows if (opened := _opened(row, keys)) is not None}
    return found


def payload_open(log: str, event: str) -> Opened | None:
    """The payload of one event, None if it is erased."""
    return payloads_open(log, [event]).get(event)


def _opened(row: Payload, keys: Mapping[int, bytes]) -> Opened | None:
    if row.key_id is None:
        return Opened(bytes(row.salt), bytes(row.data))
    key = keys.get(row.key_id)
    if key is None:
        return None
    try:
        found = unseal(key, row.event.encode("ascii"), bytes(row.data))
    except (InvalidInput, UnicodeEncodeError) as error:
        raise InvalidInput(f"The content of {row.event} was changed.", hint="Run assay verify.") from error
    return Opened(found[:SALT_SIZE], found[SALT_SIZE:])


def _keys(cursor: storage.Cursor, log: str, subjects: set[str]) -> dict[str, tuple[int, bytes]]:
    wanted = sorted(subjects)
    found: dict[str, tuple[int, bytes]] = {}
    for at in range(0, len(wanted), CHUNK):
        part = wanted[at : at + CHUNK]
        found |= storage.payload_keys_get(cursor, log, part)
        if missing := [each for each in part if each not in found]:
            storage.key_making_enter(cursor, log, missing)
            storage.payload_keys_insert(cursor, [(log, each, key_new()) for each in missing])
            found |= storage.payload_keys_get(cursor, log, missing)
    return found
