"""A badge verifies with a library of others and with our own check; one changed byte is refused."""

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assay.core.errors import AssayError, IntegrityBroken, InvalidInput
from assay.studio.badges.credential import (
    Award,
    badge_check,
    badge_picture,
    badge_sign,
    issuer_of,
    key_of,
    recipient_matches,
)

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
ISSUER = issuer_of(KEY.public_key())
AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
AWARD = Award(
    "Halvorsen & Co", "lead-auditor", "Lead Auditor", "ISO/IEC 42001", "Reach 70 %.", "Mia Berg", "Mia@x.example", "s" * 16, 86,
    "sha256:00", AT,
)  # fmt: skip
TOKEN = badge_sign(AWARD, KEY)


def repacked(**changes: object) -> str:
    head, payload, signature = TOKEN.split(".")
    value = json.loads(base64.urlsafe_b64decode(payload + "==")) | changes
    return f"{head}.{base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b'=').decode()}.{signature}"


@pytest.mark.req("R75")
def test_a_library_of_others_verifies_the_badge_and_refuses_a_changed_one() -> None:
    verifier = pytest.importorskip("openbadgeslib.ob3.verifier")
    checker = verifier.OB3Verifier.for_issuer_did(ISSUER)
    credential = checker.verify(TOKEN)
    assert (credential.issuer.name, credential.achievement.name) == ("Halvorsen & Co", "Lead Auditor")
    with pytest.raises(verifier.OB3VerificationError):
        checker.verify(repacked(name="Grand Auditor"))
    other = issuer_of(Ed25519PrivateKey.generate().public_key())
    with pytest.raises(verifier.OB3VerificationError):
        verifier.OB3Verifier.for_issuer_did(other).verify(TOKEN)


def test_a_library_of_others_finds_the_badge_in_the_picture() -> None:
    verifier = pytest.importorskip("openbadgeslib.ob3.verifier")
    picture = badge_picture(AWARD, TOKEN)
    assert verifier.OB3Verifier.extract_token_from_svg(picture) == TOKEN
    assert "Mia Berg" in "".join(ElementTree.fromstring(picture).itertext())


def test_our_own_check_gives_the_credential_and_knows_the_learner() -> None:
    credential = badge_check(TOKEN, issuer=ISSUER, now=AT)
    assert credential["credentialSubject"]["result"][0]["value"] == "86"
    assert (recipient_matches(credential, "mia@x.example"), recipient_matches(credential, "max@x.example")) == (
        True,
        False,
    )
    assert "mia@x.example" not in json.dumps(credential).lower()


@pytest.mark.parametrize(
    ("token", "issuer", "at"),
    [
        (repacked(name="Grand Auditor"), ISSUER, AT),
        (TOKEN, issuer_of(Ed25519PrivateKey.generate().public_key()), AT),
        (badge_sign(replace(AWARD, at=AT + timedelta(days=1)), KEY), ISSUER, AT),
        ("eyJhbGciOiJub25lIn0." + TOKEN.split(".")[1] + ".", ISSUER, AT),
    ],
    ids=["changed", "foreign", "early", "unsigned"],
)
def test_a_badge_that_is_changed_foreign_early_or_unsigned_is_refused(token: str, issuer: str, at: datetime) -> None:
    with pytest.raises(IntegrityBroken):
        badge_check(token, issuer=issuer, now=at)


@pytest.mark.parametrize("text", ["", "a.b", "a.b.c", "é.é.é", "....", "x" * 70_000], ids=range(6))
def test_what_is_no_badge_is_said_to_be_none(text: str) -> None:
    with pytest.raises(InvalidInput):
        badge_check(text, issuer=ISSUER, now=AT)


@settings(max_examples=200)
@given(st.integers(0, len(TOKEN) - 1), st.sampled_from("ABab01-_."))
def test_no_letter_can_be_exchanged(place: int, letter: str) -> None:
    assume(TOKEN[place] != letter)
    with pytest.raises(AssayError):
        badge_check(TOKEN[:place] + letter + TOKEN[place + 1 :], issuer=ISSUER, now=AT)


def test_the_name_of_the_issuer_is_its_key() -> None:
    assert ISSUER.startswith("did:key:z6Mk")
    assert key_of(ISSUER).public_bytes_raw() == KEY.public_key().public_bytes_raw()
    for wrong in ("did:web:x.example", "did:key:z6Mk", "did:key:z" + "1" * 90, "did:key:z0OIl"):
        with pytest.raises(InvalidInput):
            key_of(wrong)


def test_the_same_award_gives_the_same_badge() -> None:
    assert badge_sign(AWARD, KEY) == TOKEN
