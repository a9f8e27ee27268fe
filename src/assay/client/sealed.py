"""Payloads as they are stored: salt and content encrypted under the key of whom the entry is about.

    stored = nonce (12 bytes) || AES-256-GCM(key, nonce, salt (32 bytes) || payload, event id as associated data)

Whoever destroys the key has destroyed salt and content, in every copy. Source: NIST SP 800-38D.
"""

import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from assay.core.errors import InvalidInput

KEY_SIZE = 32
NONCE_SIZE = 12
SALT_SIZE = 32


def key_new() -> bytes:
    """A new random key."""
    return AESGCM.generate_key(bit_length=8 * KEY_SIZE)


def seal(key: bytes, event: str, salt: bytes, payload: bytes) -> bytes:
    """The stored form of a payload and its salt."""
    nonce = os.urandom(NONCE_SIZE)
    return nonce + cipher_of(key).encrypt(nonce, salt + payload, event.encode("ascii"))


def unseal(key: bytes, event: bytes, stored: bytes) -> bytes:
    """salt || payload of a stored form. Raises InvalidInput if it was changed, or belongs to another key or event."""
    try:
        found = cipher_of(key).decrypt(stored[:NONCE_SIZE], stored[NONCE_SIZE:], event)
    except (InvalidTag, ValueError) as error:
        raise InvalidInput("A stored payload does not open under its key.") from error
    if len(found) < SALT_SIZE:
        raise InvalidInput("A stored payload is shorter than its salt.")
    return found


@lru_cache(maxsize=4096)
def cipher_of(key: bytes) -> AESGCM:
    """The cipher of a key, kept for the next time."""
    return AESGCM(key)
