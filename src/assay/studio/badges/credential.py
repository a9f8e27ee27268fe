"""An Open Badges 3.0 credential as a signed JWT: written, signed with Ed25519, checked, put into a picture.

The issuer is a `did:key`, so the key is in its name: whoever knows the issuer's name can check without asking anybody.
Sources: Open Badges 3.0 (section 8.2, JSON Web Token proof format), RFC 7515, RFC 8037, did:key 0.9.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from xml.sax.saxutils import escape, quoteattr

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from assay.core.errors import IntegrityBroken, InvalidInput

CONTEXTS = ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"]
_NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"
_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ED25519 = b"\xed\x01"
_LONGEST = 64 * 1024


@dataclass(frozen=True)
class Award:
    """Who is given what by whom. `score` is in percent, `salt` a random word that hides the address in its digest.

    `evidence` is the digest of the published version that the learner was assessed with; `status` the address of the
    issuer's list of revoked badges, empty where the issuer cannot be reached by others.
    """

    organization: str
    programme: str
    title: str
    standard: str
    criteria: str
    name: str
    email: str
    salt: str
    score: int
    evidence: str
    at: datetime
    status: str = ""


def issuer_of(key: Ed25519PublicKey) -> str:
    """The `did:key` of a public key."""
    number = int.from_bytes(_ED25519 + key.public_bytes_raw(), "big")
    text = ""
    while number:
        number, place = divmod(number, 58)
        text = _ALPHABET[place] + text
    return f"did:key:z{text}"


def key_of(issuer: str) -> Ed25519PublicKey:
    """The public key that a `did:key` names. Raises InvalidInput for any other name."""
    text = issuer.removeprefix("did:key:z")
    try:
        number = 0
        for letter in text[:80]:
            number = number * 58 + _ALPHABET.index(letter)
        raw = number.to_bytes(34, "big")
    except (ValueError, OverflowError):
        raw = b""
    if text == issuer or raw[:2] != _ED25519:
        raise InvalidInput(
            f"{issuer[:100]} is not the did:key of an Ed25519 key.", hint="It begins with did:key:z6Mk; ask the issuer."
        )
    return Ed25519PublicKey.from_public_bytes(raw[2:])


def badge_sign(award: Award, key: Ed25519PrivateKey) -> str:
    """Return the credential as a compact JWT; the same award and key give the same text."""
    issuer = issuer_of(key.public_key())
    payload = _credential(award, issuer)
    payload |= {"iss": issuer, "jti": payload["id"], "nbf": int(award.at.timestamp())}
    public = {"crv": "Ed25519", "kty": "OKP", "x": _part(key.public_key().public_bytes_raw())}
    signed = f"{_json({'alg': 'EdDSA', 'jwk': public, 'typ': 'JWT'})}.{_json(payload)}"
    return f"{signed}.{_part(key.sign(signed.encode()))}"


def badge_check(token: str, *, issuer: str, now: datetime) -> dict[str, Any]:
    """Return the credential of a token that `issuer` signed. Raises IntegrityBroken for one that was changed, is by
    another issuer or not valid yet, InvalidInput for what is no token at all.

    The key comes from `issuer`, never from the token.
    """
    parts = token.strip().split(".")
    if len(parts) != 3 or len(token) > _LONGEST:
        raise InvalidInput(
            "This is no signed badge: it does not have three parts.", hint="Give the text of the .jwt file."
        )
    try:
        head, payload, signature = json.loads(_bytes(parts[0])), json.loads(_bytes(parts[1])), _bytes(parts[2])
    except (ValueError, binascii.Error, RecursionError):
        raise InvalidInput(
            "This is no signed badge: its parts cannot be read.", hint="Give the .jwt file as it came."
        ) from None
    if not isinstance(head, dict) or not isinstance(payload, dict) or head.get("alg") not in ("EdDSA", "Ed25519"):
        raise IntegrityBroken("The badge is not signed with Ed25519.", hint="Ask the issuer for it again.")
    try:
        key_of(issuer).verify(signature, f"{parts[0]}.{parts[1]}".encode())
    except InvalidSignature:
        raise IntegrityBroken(
            "The badge was changed, or somebody else signed it.", hint="Ask the issuer for it again.", issuer=issuer
        ) from None
    said = payload.get("issuer")
    if payload.get("iss") != issuer or (said.get("id") if isinstance(said, dict) else said) != issuer:
        raise IntegrityBroken("The badge names another issuer than the one who signed it.", issuer=issuer)
    begins = payload.get("nbf")
    if not isinstance(begins, int) or begins > now.timestamp():
        raise IntegrityBroken("The badge is not valid yet.", begins=begins)
    return payload


def recipient_matches(credential: dict[str, Any], email: str) -> bool:
    """Whether the badge was given to this address."""
    subject = credential.get("credentialSubject", {})
    return any(
        each.get("identityHash") == identity_hash(email, str(each.get("salt", "")))
        for each in subject.get("identifier", [])
        if each.get("identityType") == "emailAddress"
    )


def badge_picture(award: Award, token: str) -> bytes:
    """Return an SVG that shows the badge and carries its token, as Open Badges 3.0 (section 5.3.2) bakes it."""
    title = f"{award.title}: {award.name}"
    lines = [award.title[:46], award.name[:46], f"{award.organization[:30]} · {award.at:%d %B %Y}"]
    words = "".join(
        f'<text x="200" y="{y}" font-size="{size}" text-anchor="middle" font-family="sans-serif">{escape(line)}</text>'
        for line, y, size in zip(lines, (150, 190, 225), (17, 20, 12), strict=True)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="{_NAMESPACE}" viewBox="0 0 400 300" role="img">'
        f"<title>{escape(title)}</title><openbadges:credential verify={quoteattr(token)}/>"
        '<rect x="8" y="8" width="384" height="284" rx="18" fill="#fff" stroke="#1f4fa3" stroke-width="6"/>'
        '<path d="M170 80l22 22 40-44" fill="none" stroke="#1f4fa3" stroke-width="10" stroke-linecap="round"/>'
        f"{words}</svg>\n"
    ).encode()


def _credential(award: Award, issuer: str) -> dict[str, Any]:
    at = award.at.strftime("%Y-%m-%dT%H:%M:%SZ")
    place = f"urn:assay:{award.programme}"
    seed = "\n".join([issuer, award.programme, award.email.strip().lower(), award.salt, at])
    status = {"credentialStatus": {"id": award.status, "type": "1EdTechRevocationList"}} if award.status else {}
    described = f"{award.title}, taught and assessed against {award.standard}."
    result = str(uuid5(NAMESPACE_URL, f"{place}:score"))
    return {
        "@context": CONTEXTS,
        "id": f"urn:uuid:{uuid5(NAMESPACE_URL, seed)}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": award.title,
        "issuer": {"id": issuer, "type": ["Profile"], "name": award.organization},
        "validFrom": at,
        **status,
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [
                {
                    "type": "IdentityObject", "hashed": True, "identityHash": identity_hash(award.email, award.salt),
                    "identityType": "emailAddress", "salt": award.salt,
                },
                {"type": "IdentityObject", "hashed": False, "identityHash": award.name, "identityType": "name"},
            ],
            "achievement": {
                "id": place,
                "type": ["Achievement"],
                "achievementType": "CertificateOfCompletion",
                "name": award.title,
                "description": described,
                "criteria": {"narrative": award.criteria},
                "resultDescription": [
                    {
                        "id": f"urn:uuid:{result}", "type": ["ResultDescription"], "name": "Score in percent",
                        "resultType": "Percent", "valueMin": "0", "valueMax": "100",
                    }
                ],
            },
            "result": [{"type": ["Result"], "resultDescription": f"urn:uuid:{result}", "value": str(award.score)}],
        },
        "evidence": [
            {"type": ["Evidence"], "name": "Published version", "description": f"Assessed with the version {award.evidence}."}
        ],
    }  # fmt: skip


def identity_hash(email: str, salt: str) -> str:
    """What a badge says of its learner's address: the digest of address and salt, as Open Badges 3.0 writes it."""
    return "sha256$" + sha256((email.strip().lower() + salt).encode()).hexdigest()


def _json(value: dict[str, Any]) -> str:
    return _part(json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode())


def _part(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    """The bytes of a part. Raises ValueError unless it is written in the one way that they have."""
    data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if _part(data) != text:
        raise ValueError("not canonical base64url")
    return data
