"""A passkey's signature binds exactly the bytes that were approved, and is followed without the server."""

import base64
import json
import shutil
import subprocess
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP384R1
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as ec_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as rsa_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from assay.client.dsse import IN_TOTO, envelope_sign, pre_authentication
from assay.client.person_signature import (
    Assertion,
    assertion_check,
    challenge_of,
    envelope_by_passkey,
    passkey_id,
    signed_payload,
    spki_text,
)
from assay.core.errors import AssayError, IntegrityBroken, InvalidInput
from assay.core.note import Ed25519Signer
from tests.rooms.soft_passkey import PRESENT, VERIFIED, SoftPasskey

pytestmark = pytest.mark.req("L-14")
PAYLOAD = b'{"says":"I approve"}'


def public_of(device: SoftPasskey) -> bytes:
    return device.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def assertion_of(device: SoftPasskey, challenge: bytes) -> Assertion:
    asked = json.dumps({"challenge": base64.urlsafe_b64encode(challenge).decode().rstrip("=")})
    given = json.loads(device.get(asked))["response"]
    parts = (
        base64.urlsafe_b64decode(given[name] + "==") for name in ("authenticatorData", "clientDataJSON", "signature")
    )
    return Assertion(*parts)


@pytest.fixture
def device() -> SoftPasskey:
    return SoftPasskey("https://gov.example.org", "gov.example.org")


@pytest.fixture
def envelope(device: SoftPasskey) -> bytes:
    return envelope_by_passkey(PAYLOAD, public_of(device), assertion_of(device, challenge_of(PAYLOAD)))


def test_what_was_signed_comes_back(device: SoftPasskey, envelope: bytes) -> None:
    assert signed_payload(envelope, spki_text(public_of(device))) == PAYLOAD
    assert json.loads(envelope)["signatures"][0]["keyid"] == passkey_id(public_of(device))


def test_a_signature_by_a_key_of_the_server_is_opened_by_the_same_function() -> None:
    signer = Ed25519Signer.from_seed("log/p-1", bytes(range(32)))
    assert signed_payload(envelope_sign(PAYLOAD, [signer]), signer.verifier.text) == PAYLOAD
    with pytest.raises(AssayError):
        signed_payload(envelope_sign(PAYLOAD, [signer]), Ed25519Signer.from_seed("log/p-1", bytes(32)).verifier.text)


def test_every_changed_part_is_refused(device: SoftPasskey, envelope: bytes) -> None:
    public = spki_text(public_of(device))
    value = json.loads(envelope)
    (one,) = value["signatures"]
    other = base64.b64encode(b'{"says":"I do not"}').decode()
    seen = json.loads(base64.b64decode(one["webauthn"]["clientDataJSON"]))
    bent = [
        {**value, "payload": other},
        {**value, "payloadType": "text/plain"},
        {**value, "signatures": [one, one]},
        {**value, "signatures": []},
        {**value, "signatures": [{**one, "keyid": "passkey+00"}]},
        {**value, "signatures": [{**one, "sig": other}]},
        *(
            {**value, "signatures": [{**one, "webauthn": {**one["webauthn"], "clientDataJSON": part}}]}
            for part in (
                "",
                "AAAA",
                *(
                    base64.b64encode(json.dumps({**seen, **more}).encode()).decode()
                    for more in (
                        {"type": "webauthn.create"},
                        {"challenge": "AAAA"},
                        {"origin": "https://evil.example"},
                        {"origin": "null"},
                        {"crossOrigin": True},
                        {"more": 1},
                    )
                ),
            )
        ),
        {"payload": "x"},
        [],
    ]
    for each in bent:
        with pytest.raises((IntegrityBroken, InvalidInput)):
            signed_payload(json.dumps(each).encode(), public)
    for junk in (b"", b"null", b"{}", b"[" * 100_000, envelope[:-30]):
        with pytest.raises(InvalidInput):
            signed_payload(junk, public)


def test_every_flipped_byte_of_the_authenticators_data_is_refused(device: SoftPasskey) -> None:
    challenge = challenge_of(PAYLOAD)
    whole = assertion_of(device, challenge)
    for at in range(len(whole.authenticator_data)):
        data = bytearray(whole.authenticator_data)
        data[at] ^= 1
        with pytest.raises(AssayError):
            assertion_check(Assertion(bytes(data), whole.client_data, whole.signature), public_of(device), challenge)


@pytest.mark.parametrize("flags", [0, PRESENT, VERIFIED])
def test_a_person_who_was_not_verified_signs_nothing(device: SoftPasskey, flags: int) -> None:
    device.flags = flags
    with pytest.raises(IntegrityBroken, match="verify its person"):
        assertion_check(assertion_of(device, b"c" * 32), public_of(device), b"c" * 32)


@pytest.mark.parametrize(
    ("origin", "rp_id", "holds"),
    [
        ("https://gov.example.org", "example.org", True),
        ("http://localhost:8000", "localhost", True),
        ("https://gov.example.org", "ov.example.org", False),
        ("https://example.org.evil.example", "example.org", False),
        ("https://gov.example.org@evil.example", "gov.example.org", False),
        ("file://gov.example.org", "gov.example.org", False),
    ],
)
def test_a_passkey_signs_on_its_own_site_alone(origin: str, rp_id: str, holds: bool) -> None:
    device = SoftPasskey(origin, rp_id)
    check: Callable[[], None] = lambda: assertion_check(  # noqa: E731
        assertion_of(device, b"c" * 32), public_of(device), b"c" * 32
    )
    if holds:
        check()
    else:
        with pytest.raises(IntegrityBroken, match="another site"):
            check()


def test_other_kinds_of_keys_sign_as_well_and_unknown_ones_do_not(device: SoftPasskey) -> None:
    whole = assertion_of(device, b"c" * 32)
    message = whole.authenticator_data + sha256(whole.client_data).digest()
    ed, rsa, p384 = Ed25519PrivateKey.generate(), rsa_key(65537, 2048), ec_key(SECP384R1())
    der = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    for public, signature in (
        (ed.public_key().public_bytes(*der), ed.sign(message)),
        (rsa.public_key().public_bytes(*der), rsa.sign(message, PKCS1v15(), SHA256())),
    ):
        assertion_check(Assertion(whole.authenticator_data, whole.client_data, signature), public, b"c" * 32)
        with pytest.raises(IntegrityBroken):
            assertion_check(whole, public, b"c" * 32)
    with pytest.raises(IntegrityBroken):
        assertion_check(whole, p384.public_key().public_bytes(*der), b"c" * 32)
    with pytest.raises(InvalidInput):
        assertion_check(whole, b"not a key", b"c" * 32)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="the program openssl is not installed")
def test_openssl_follows_a_passkeys_signature(device: SoftPasskey, envelope: bytes, tmp_path: Path) -> None:
    (one,) = json.loads(envelope)["signatures"]
    parts = {"authenticator.bin": "authenticatorData", "client.json": "clientDataJSON"}
    for name, part in parts.items():
        (tmp_path / name).write_bytes(base64.b64decode(one["webauthn"][part]))
    (tmp_path / "signature.bin").write_bytes(base64.b64decode(one["sig"]))
    pem = device.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "key.pem").write_bytes(pem)
    steps = (
        "{ cat authenticator.bin; openssl dgst -sha256 -binary client.json; } > message.bin &&"
        " openssl dgst -sha256 -verify key.pem -signature signature.bin message.bin"
    )
    done = subprocess.run(["sh", "-c", steps], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "Verified OK" in done.stdout
    asked = json.loads((tmp_path / "client.json").read_bytes())["challenge"]
    assert base64.urlsafe_b64decode(asked + "=") == sha256(pre_authentication(IN_TOTO, PAYLOAD)).digest()
