"""Bodies of batches: canonical JSON, compressed, bound by the digest of the canonical bytes.

The compressed form is storage only; nothing signs or compares it. Times are RFC 3339 in UTC with six decimals.
"""

import json
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from assay.core.canonical import canonical_bytes, sha256_hex
from assay.core.errors import IntegrityBroken

_LEVEL = 3


def instant(at: datetime) -> str:
    """`at` (aware) as RFC 3339 in UTC, always with six decimals, so that texts sort as times do."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def parse_instant(text: str) -> datetime:
    """The aware UTC time that `instant` wrote. Raises ValueError for any other form."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def pack(value: Mapping[str, Any]) -> tuple[bytes, str]:
    """(compressed canonical bytes, "sha256:" digest of the canonical bytes)."""
    plain = canonical_bytes(value)
    return zlib.compress(plain, _LEVEL), f"sha256:{sha256_hex(plain)}"


def unpack(body: bytes | memoryview, digest: str) -> dict[str, Any]:
    """The value that `pack` was given. Raises IntegrityBroken when the bytes do not decompress to `digest`."""
    try:
        plain = zlib.decompress(bytes(body))
    except zlib.error as error:
        raise IntegrityBroken("The body of a batch cannot be read.", digest=digest) from error
    if f"sha256:{sha256_hex(plain)}" != digest:
        raise IntegrityBroken("The body of a batch does not match its digest.", digest=digest)
    value: dict[str, Any] = json.loads(plain)
    return value
