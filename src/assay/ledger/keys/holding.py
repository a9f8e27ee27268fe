"""What every place of keys offers, and the reference by which a key outside of a file is found again.

`ASSAY_SIGNER` says where the next key is made. Where a key lies that is in use stands in its own file: the private key
itself, or a reference of the form below, so that a key keeps signing when the setting changes, and moving to another
place is one change of key.

    -----BEGIN ASSAY KEY REFERENCE-----
    base64 of {"name": …, "place": …, "public": <base64 of 32 bytes>}
    -----END ASSAY KEY REFERENCE-----
"""

from __future__ import annotations

import atexit
import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol

from django.conf import settings

from assay.core.errors import IntegrityBroken, InvalidInput, UsageError
from assay.core.note import ED25519, VerifierKey
from assay.ledger.keys.remote import RemoteHolder

BEGIN, END = "-----BEGIN ASSAY KEY REFERENCE-----", "-----END ASSAY KEY REFERENCE-----"
FILE = "file"


class Key(Protocol):
    """An Ed25519 key that signs, wherever it lies. `public` is 32 bytes, a signature 64."""

    @property
    def public(self) -> bytes: ...

    def sign(self, message: bytes) -> bytes: ...


class Holder(Protocol):
    """A place of keys outside of this process. Both raise Unavailable when it does not answer."""

    def create(self, name: str) -> bytes:
        """Make a key under a name that was never used; return its public half."""
        ...

    def sign(self, name: str, message: bytes) -> bytes:
        """The signature of the key with this name."""
        ...

    def close(self) -> None:
        """Let go of sessions and processes; the next use begins anew."""
        ...


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a key lies: `place` in the form of ASSAY_SIGNER, `name` there, and its public half."""

    place: str
    name: str
    public: bytes

    @property
    def text(self) -> str:
        facts = {"name": self.name, "place": self.place, "public": base64.b64encode(self.public).decode()}
        body = base64.encodebytes(json.dumps(facts, sort_keys=True).encode()).decode()
        return f"{BEGIN}\n{body}{END}\n"

    @classmethod
    def parse(cls, text: str) -> Reference | None:
        """The reference in the text of a key file; None if it holds something else. Raises InvalidInput if damaged."""
        if not text.startswith(BEGIN):
            return None
        try:
            facts = json.loads(base64.b64decode(text.removeprefix(BEGIN).partition(END)[0]))
            found = cls(str(facts["place"]), str(facts["name"]), base64.b64decode(facts["public"], validate=True))
        except (ValueError, KeyError, TypeError, binascii.Error) as error:
            raise InvalidInput("A reference to a signing key cannot be read.", hint="Restore its backup.") from error
        if len(found.public) != 32:
            raise InvalidInput("A reference to a signing key names no Ed25519 key.", hint="Restore its backup.")
        return found


@dataclass(frozen=True)
class HeldKey:
    """A key at its holder. What comes back is checked before it leaves this process: a holder is not trusted blindly."""

    reference: Reference
    holder: Holder

    @property
    def public(self) -> bytes:
        return self.reference.public

    def sign(self, message: bytes) -> bytes:
        signature = self.holder.sign(self.reference.name, message)
        try:
            VerifierKey(self.reference.name, ED25519, self.public).verify(message, signature)
        except IntegrityBroken:
            raise IntegrityBroken(
                f"The signer did not sign with the key {self.reference.name}.",
                hint="Nothing was published. Look at the signer: it holds another key under this name.",
                place=self.reference.place,
            ) from None
        return signature


_holders: dict[tuple[str, str], Holder] = {}


def holder_of(place: str) -> Holder:
    """The holder at a place. Raises UsageError for a form that is not known or an extra that is not installed."""
    key = (place, settings.ASSAY.signer_secret)
    if key not in _holders:
        _holders[key] = _holder(*key)
    return _holders[key]


def holders_forget() -> None:
    """Let go of every holder: when this process stops, and when its keys lie elsewhere now."""
    while _holders:
        _holders.popitem()[1].close()


def _holder(place: str, secret: str) -> Holder:
    if place.startswith("pkcs11:"):
        try:
            make: Callable[[str, str], Any] = import_module("assay.ledger.keys.hardware").TokenHolder
        except ModuleNotFoundError as error:
            raise UsageError(
                f"Keys behind PKCS#11 need the package {error.name}.", hint="Install it: pip install 'assay[pkcs11]'."
            ) from None
        holder: Holder = make(place, secret)
        return holder
    if place.startswith(("exec:", "http://", "https://")):
        return RemoteHolder(place, secret)
    raise UsageError(f"No keys can lie at {place.partition(':')[0]!r}.", hint="See ASSAY_SIGNER in the settings.")


atexit.register(holders_forget)
