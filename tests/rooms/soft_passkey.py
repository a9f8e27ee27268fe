"""An authenticator in software: makes a passkey and answers challenges, as a device does (W3C Web Authentication)."""

import base64
import json
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_bytes
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


@dataclass
class SoftPasskey:
    """One passkey for one site. `flags` and `origin` can be bent, for what must be refused."""

    origin: str
    rp_id: str = "localhost"
    flags: int = PRESENT | VERIFIED
    key: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))
    credential: bytes = field(default_factory=lambda: token_bytes(32))
    count: int = 0

    def _data(self, *, attested: bytes = b"") -> bytes:
        self.count += 1
        flags = self.flags | (ATTESTED if attested else 0)
        return sha256(self.rp_id.encode()).digest() + bytes([flags]) + self.count.to_bytes(4) + attested

    def _seen(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()

    def _answer(self, response: dict[str, bytes]) -> str:
        parts = {name: text(value) for name, value in response.items()}
        own = text(self.credential)
        return json.dumps({"id": own, "rawId": own, "type": "public-key", "response": parts})

    def create(self, options: str) -> str:
        """What `navigator.credentials.create` gives, without attestation."""
        asked: dict[str, Any] = json.loads(options)
        numbers = self.key.public_key().public_numbers()
        cose = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)})
        attested = bytes(16) + len(self.credential).to_bytes(2) + self.credential + cose
        made = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": self._data(attested=attested)})
        seen = self._seen("webauthn.create", asked["challenge"])
        return self._answer({"clientDataJSON": seen, "attestationObject": made})

    def get(self, options: str) -> str:
        """What `navigator.credentials.get` gives."""
        seen, data = self._seen("webauthn.get", json.loads(options)["challenge"]), self._data()
        signature = self.key.sign(data + sha256(seen).digest(), ECDSA(SHA256()))
        return self._answer({"clientDataJSON": seen, "authenticatorData": data, "signature": signature})
