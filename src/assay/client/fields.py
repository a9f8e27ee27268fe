"""Payloads that can be shown in part: a commitment to each top-level field on its own, in the manner of SD-JWT.

    salt of a field    HMAC-SHA-256(salt of the entry, name in UTF-8)
    digest of a field  SHA-256(salt of the field || canonical bytes of [name, value])
    commitment         SHA-256(digests of all fields, 32 bytes each, in ascending order)

Whoever is shown a field gets its salt, its name and its value; of the others the digests, which say neither names nor
values. The salt of one field says nothing about that of another.
"""

import hmac
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from assay.core.canonical import canonical_bytes
from assay.core.errors import InvalidInput

DIGEST_SIZE = 32


@dataclass(frozen=True, slots=True)
class Opening:
    """One field as it is shown: `salt` is that of the field."""

    name: str
    salt: bytes
    value: Any

    @property
    def digest(self) -> bytes:
        """The digest of the field, 32 bytes."""
        return sha256(self.salt + canonical_bytes([self.name, self.value])).digest()


def openings(salt: bytes, payload: bytes) -> list[Opening]:
    """All fields of a payload, a canonical JSON object. Raises InvalidInput if it is none."""
    try:
        value = json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise InvalidInput("The payload is not JSON.") from error
    if not isinstance(value, dict):
        raise InvalidInput("The payload is not a JSON object.")
    return [Opening(name, _salt_of(salt, name), value[name]) for name in value]


def commitment_by_field(salt: bytes, payload: bytes) -> str:
    """The commitment to a payload that can be shown in part, in lower-case hex. Raises InvalidInput for no JSON object."""
    return commitment_of_digests(each.digest for each in openings(salt, payload))


def commitment_of_digests(digests: Iterable[bytes]) -> str:
    """The commitment to fields by their digests. Raises InvalidInput for a digest of another length, or one twice."""
    ordered = sorted(digests)
    if any(len(each) != DIGEST_SIZE for each in ordered) or len(set(ordered)) != len(ordered):
        raise InvalidInput("The digests of fields are not 32 bytes each, all different.")
    return sha256(b"".join(ordered)).hexdigest()


def disclose(salt: bytes, payload: bytes, hide: Collection[str]) -> tuple[list[Opening], list[bytes]]:
    """The fields that are shown, and the digests of those named in `hide`, sorted so that their place tells nothing."""
    shown, hidden = [], []
    for each in openings(salt, payload):
        if each.name in hide:
            hidden.append(each.digest)
        else:
            shown.append(each)
    return shown, sorted(hidden)


def _salt_of(salt: bytes, name: str) -> bytes:
    try:
        return hmac.digest(salt, name.encode("utf-8"), "sha256")
    except UnicodeEncodeError as error:
        raise InvalidInput("A field is named by text that is not Unicode.") from error
