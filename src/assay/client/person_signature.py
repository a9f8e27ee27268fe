"""Signatures of people: DSSE envelopes by a key that the server holds for somebody, or by a passkey of their own.

A passkey (WebAuthn) never signs bytes as they are. It signs its own data and the digest of what the browser saw, and in
that stands a challenge; here the challenge is SHA-256 of the bytes that DSSE signs, so that the passkey binds exactly
these and no others. The envelope carries what is needed to follow that offline:

    {"payload": …, "payloadType": …, "signatures": [{"keyid": "passkey+<32 hex>", "sig": <base64>,
      "webauthn": {"authenticatorData": <base64>, "clientDataJSON": <base64>}}]}

Source: W3C Web Authentication Level 2, sections 6.1 and 7.2; DSSE v1. Specified in docs/formats/signature.md.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from assay.client.dsse import IN_TOTO, envelope_open, pre_authentication
from assay.core.errors import IntegrityBroken, InvalidInput
from assay.core.note import VerifierKey

PASSKEY, SPKI = "passkey+", "spki:"
_ORIGIN = re.compile(r"https?://([a-z0-9._-]+)(?::[0-9]{1,5})?", re.ASCII)
USER_PRESENT, USER_VERIFIED = 0x01, 0x04


@dataclass(frozen=True, slots=True)
class Assertion:
    """What an authenticator gave: its data, what the browser saw, and the signature over both."""

    authenticator_data: bytes
    client_data: bytes
    signature: bytes


def passkey_id(public_key: bytes) -> str:
    """The key id of a passkey, from its public key (DER SubjectPublicKeyInfo): `passkey+` and 128 bits of SHA-256."""
    return f"{PASSKEY}{sha256(public_key).hexdigest()[:32]}"


def challenge_of(payload: bytes, *, payload_type: str = IN_TOTO) -> bytes:
    """The challenge with which a passkey signs this payload: 32 bytes."""
    return sha256(pre_authentication(payload_type, payload)).digest()


def envelope_by_passkey(
    payload: bytes, public_key: bytes, assertion: Assertion, *, payload_type: str = IN_TOTO
) -> bytes:
    """The envelope of a payload that a passkey has signed. Raises IntegrityBroken unless it has."""
    signature = {
        "keyid": passkey_id(public_key),
        "sig": base64.b64encode(assertion.signature).decode(),
        "webauthn": {
            "authenticatorData": base64.b64encode(assertion.authenticator_data).decode(),
            "clientDataJSON": base64.b64encode(assertion.client_data).decode(),
        },
    }
    envelope = {"payload": base64.b64encode(payload).decode(), "payloadType": payload_type, "signatures": [signature]}
    data = (json.dumps(envelope, indent=1, sort_keys=True) + "\n").encode()
    _passkey_payload(data, public_key, payload_type)
    return data


def signed_payload(envelope: bytes, public_key: str, *, payload_type: str = IN_TOTO) -> bytes:
    """The payload that a person signed. `public_key` is a verifier key, or that of a passkey as `spki_text`.

    Raises InvalidInput if it is no such envelope, IntegrityBroken if this key did not sign exactly this payload.
    """
    if public_key.startswith(SPKI):
        return _passkey_payload(envelope, spki_read(public_key), payload_type)
    return envelope_open(envelope, [VerifierKey.parse(public_key)], payload_type=payload_type)


def spki_text(public_key: bytes) -> str:
    """The public key of a passkey as text: `spki:` and base64 of its DER SubjectPublicKeyInfo."""
    return SPKI + base64.b64encode(public_key).decode()


def spki_read(text: str) -> bytes:
    """The DER bytes in the text of a passkey's public key. Raises InvalidInput."""
    try:
        return base64.b64decode(text.removeprefix(SPKI), validate=True)
    except (ValueError, binascii.Error) as error:
        raise InvalidInput("The public key of a passkey is not base64.") from error


def _passkey_payload(data: bytes, public_key: bytes, payload_type: str) -> bytes:
    try:
        value: Any = json.loads(data)
        payload = base64.b64decode(value["payload"], validate=True)
        found_type = str(value["payloadType"])
        (one,) = value["signatures"]
        keyid, made = str(one["keyid"]), one["webauthn"]
        assertion = Assertion(
            base64.b64decode(made["authenticatorData"], validate=True),
            base64.b64decode(made["clientDataJSON"], validate=True),
            base64.b64decode(one["sig"], validate=True),
        )
    except (ValueError, KeyError, TypeError, binascii.Error, RecursionError) as error:
        raise InvalidInput("This is no envelope that a passkey signed.") from error
    if found_type != payload_type:
        raise InvalidInput(f"The envelope holds {found_type!r}, not {payload_type!r}.")
    if keyid != passkey_id(public_key):
        raise IntegrityBroken("The envelope is signed by another passkey.", hint="Check the key.")
    assertion_check(assertion, public_key, challenge_of(payload, payload_type=payload_type))
    return payload


def assertion_check(assertion: Assertion, public_key: bytes, challenge: bytes) -> None:
    """Return if a passkey signed this challenge, for the site that the browser was on, with its person present and verified.

    Raises IntegrityBroken otherwise, InvalidInput for data that is none.
    """
    try:
        seen: Any = json.loads(assertion.client_data)
        kind, asked, origin = str(seen["type"]), str(seen["challenge"]), str(seen["origin"])
        crossing = bool(seen.get("crossOrigin", False))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InvalidInput("What the browser saw cannot be read.") from error
    if kind != "webauthn.get" or crossing:
        raise IntegrityBroken("The passkey was not asked for a signature by this site.")
    if asked != base64.urlsafe_b64encode(challenge).decode().rstrip("="):
        raise IntegrityBroken("The passkey signed something else.")
    if len(assertion.authenticator_data) < 37:
        raise InvalidInput("The data of the authenticator is too short.")
    if assertion.authenticator_data[:32] not in _site_digests(origin):
        raise IntegrityBroken("The passkey belongs to another site than the one that the browser was on.")
    wanted = USER_PRESENT | USER_VERIFIED
    if assertion.authenticator_data[32] & wanted != wanted:
        raise IntegrityBroken("The passkey did not verify its person.", hint="Use one that asks for a PIN or a finger.")
    _verify(public_key, assertion.signature, assertion.authenticator_data + sha256(assertion.client_data).digest())


def _site_digests(origin: str) -> set[bytes]:
    """The digests of the host of an origin and of the names above it: what a passkey can be bound to there."""
    found = _ORIGIN.fullmatch(origin)
    labels = found[1].split(".") if found is not None else []
    names = {".".join(labels[at:]) for at in range(len(labels))}
    return {sha256(name.encode()).digest() for name in names if name}


def _verify(public_key: bytes, signature: bytes, message: bytes) -> None:
    try:
        key = load_der_public_key(public_key)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise InvalidInput("The public key of the passkey cannot be read.") from error
    try:
        if isinstance(key, EllipticCurvePublicKey):
            key.verify(signature, message, ECDSA(SHA256()))
        elif isinstance(key, Ed25519PublicKey):
            key.verify(signature, message)
        elif isinstance(key, RSAPublicKey):
            key.verify(signature, message, PKCS1v15(), SHA256())
        else:
            raise InvalidInput("The public key of the passkey is of a kind that is not supported.")
    except InvalidSignature:
        raise IntegrityBroken("The signature of the passkey does not verify.") from None
