"""Passkeys (WebAuthn): registering one, signing in with it, signing a statement with it, taking it out of use.

A challenge is made here, carried by the page in a signed token, and taken back within five minutes. It holds its moment:
a passkey that was used since does not take it any more, so that nothing is used twice. What a browser sends is checked
by the library `webauthn`; the person's presence and their verification by the device are always asked for.
"""

from __future__ import annotations

import base64
import ipaddress
import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.core import signing
from django.db import transaction
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import decode_credential_public_key, decoded_public_key_to_cryptography
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from assay.accounts.access import Actor, actor_of
from assay.accounts.models import Passkey, Person
from assay.accounts.sign_in import session_opened
from assay.client.person_signature import Assertion, spki_text
from assay.core.errors import Conflict, InvalidInput, NotFound
from assay.ledger import services as ledger
from assay.ledger import tracking

LIFETIME = timedelta(minutes=5)
MOST = 20
LARGEST = 64 * 1024
_SALT = "assay.passkey"
AGAIN = "Open the page again and try once more."


@dataclass(frozen=True, slots=True)
class Site:
    """Where passkeys are asked for. `reason` says why they cannot be used there, with `elsewhere` where they can."""

    rp_id: str
    origins: tuple[str, ...]
    reason: str = ""
    elsewhere: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """What a page hands to the browser: options in JSON, and the token that brings the challenge back."""

    options: str
    token: str


@dataclass(frozen=True, slots=True)
class Used:
    """A passkey that has just been used, with what it gave."""

    passkey: Passkey
    assertion: Assertion


def site_of(*, scheme: str, host: str) -> Site:
    """The site that a request reached; `host` with its port, as the browser named it.

    Passkeys belong to a name, never to an address in numbers: on the machine itself they work under `localhost`.
    """
    origin = urlsplit(settings.ASSAY.origin)
    own, here = origin.hostname or "", urlsplit(f"//{host}").hostname or ""
    if _is_loopback(own):
        own = "localhost"
    if _is_address(own):
        return Site("", (), "Passkeys need a host name, and this server is known by an address in numbers only.")
    if here == own or here.endswith(f".{own}"):
        return Site(own, tuple(dict.fromkeys((settings.ASSAY.origin, f"{scheme}://{host}"))))
    port = urlsplit(f"//{host}").port
    at = f"{origin.scheme}://{own}{f':{port}' if port else ''}"
    return Site("", (), f"Passkeys work where this server has its name: {own}.", at)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    return _is_address(host) and ipaddress.ip_address(host).is_loopback


def passkeys_of(person: Person) -> list[Passkey]:
    """The passkeys of somebody that are in use, the oldest first."""
    return list(Passkey.objects.filter(person=person, ended_at=None))


def register_ask(*, by: Actor, site: Site, now: datetime) -> Ask:
    """What the browser needs to have a passkey made for the actor."""
    challenge = secrets.token_bytes(32)
    options = generate_registration_options(
        rp_id=site.rp_id,
        rp_name="Assay",
        user_id=by.person.pk.bytes,
        user_name=by.person.email,
        user_display_name=by.person.name,
        challenge=challenge,
        exclude_credentials=[_descriptor(each) for each in passkeys_of(by.person)],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
    )
    return Ask(options_to_json(options), _token("register", str(by.person.pk), challenge, now))


@transaction.atomic
def passkey_register(
    *, by: Actor, name: str, credential: str, token: str, site: Site, pinned: bool, now: datetime
) -> Passkey:
    """Keep a passkey that the actor's device has made. `pinned`: see `SignInLink`.

    Raises InvalidInput for an answer that does not hold or no name, Conflict for one that is known, too many, or a pinned
    session of a person who belongs to other organizations too.
    """
    elsewhere = by.person.memberships.exclude(organization=by.organization).filter(ended_at=None)
    if pinned and elsewhere.exists():
        raise Conflict(
            "This session began with a link that somebody else made, and you belong to other organizations too.",
            hint="Sign in with your password, or ask whoever runs the server for a link.",
        )
    told = " ".join(name.split())
    if not told or len(told) > 100:
        raise InvalidInput("Give the passkey a name, such as that of the device.", field="name")
    if len(passkeys_of(by.person)) >= MOST:
        raise Conflict(f"You have {MOST} passkeys.", hint="Remove one that you no longer use.")
    challenge, _ = _taken("register", str(by.person.pk), token)
    try:
        made = verify_registration_response(
            credential=_json(credential),
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=list(site.origins),
            require_user_verification=True,
        )
        public = decoded_public_key_to_cryptography(decode_credential_public_key(made.credential_public_key))
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise InvalidInput("The answer of your device does not hold.", hint=AGAIN) from error
    if Passkey.objects.filter(credential=_id(made.credential_id)).exists():
        raise Conflict("This passkey is registered already.", hint="Use it, or make another.")
    row = Passkey(
        person=by.person,
        name=told,
        rp_id=site.rp_id,
        credential=_id(made.credential_id),
        public_key=spki_text(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)),
        cose_key=made.credential_public_key,
        synced=made.credential_backed_up,
        sign_count=made.sign_count,
        created_at=now,
    )
    row.save(force_insert=True)
    _append_everywhere(row, by, "passkey.registered", {"public_key": row.public_key, "site": row.rp_id}, now)
    return row


@transaction.atomic
def passkey_remove(*, passkey: Passkey, by: Actor, now: datetime) -> Passkey:
    """Take one of the actor's own passkeys out of use; what it signed stays verifiable."""
    if passkey.person_id != by.person.pk:
        raise NotFound("passkey", str(passkey.pk))
    if passkey.ended_at is None:
        passkey.ended_at = now
        passkey.save(update_fields=["ended_at"])
        _append_everywhere(passkey, by, "passkey.removed", {}, now)
    return passkey


def access_passkey(*, actor: Actor, passkey_id: Any) -> Passkey:
    """A passkey of the actor. Raises NotFound."""
    row = Passkey.objects.filter(pk=passkey_id, person=actor.person).first()
    if row is None:
        raise NotFound("passkey", str(passkey_id))
    return row


def sign_in_ask(*, site: Site, now: datetime) -> Ask:
    """What the browser needs to have somebody choose one of their passkeys; it names nobody."""
    challenge = secrets.token_bytes(32)
    options = generate_authentication_options(
        rp_id=site.rp_id, challenge=challenge, user_verification=UserVerificationRequirement.REQUIRED
    )
    return Ask(options_to_json(options), _token("sign-in", "", challenge, now))


@transaction.atomic
def passkey_sign_in(*, credential: str, token: str, site: Site, now: datetime) -> Actor:
    """The actor whose passkey this is, with the entry of the session. Raises InvalidInput for anything that does not hold."""
    challenge, issued = _taken("sign-in", "", token)
    used = passkey_use(credential=credential, challenge=challenge, issued=issued, site=site, now=now)
    actor = actor_of(used.passkey.person)
    if actor is None:
        raise _refused()
    session_opened(actor=actor, way="passkey", now=now)
    return actor


def assertion_ask(*, person: Person, challenge: bytes, site: Site) -> str:
    """Options in JSON that have one of a person's passkeys answer this very challenge."""
    options = generate_authentication_options(
        rp_id=site.rp_id,
        challenge=challenge,
        allow_credentials=[_descriptor(each) for each in passkeys_of(person) if each.rp_id == site.rp_id],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def passkey_use(
    *, credential: str, challenge: bytes, issued: datetime, site: Site, now: datetime, person: Person | None = None
) -> Used:
    """The passkey that answered a challenge made at `issued`. Which of the reasons it was that it does not hold is not said.

    Raises InvalidInput for an answer that does not hold, a passkey that is unknown, removed, another person's than
    `person`, or was used since `issued`.
    """
    given = _json(credential)
    rows = Passkey.objects.select_for_update(of=("self",)).select_related("person")
    row = rows.filter(credential=str(given.get("id", "")), ended_at=None, person__is_active=True).first()
    if row is None or (person is not None and row.person_id != person.pk):
        raise _refused()
    if row.last_used_at is not None and row.last_used_at >= issued:
        raise InvalidInput("This passkey was used since the page was opened.", hint=AGAIN)
    try:
        held = verify_authentication_response(
            credential=given,
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=list(site.origins),
            credential_public_key=bytes(row.cose_key),
            credential_current_sign_count=row.sign_count,
            require_user_verification=True,
        )
        answer = given["response"]
        assertion = Assertion(
            _bytes(answer["authenticatorData"]), _bytes(answer["clientDataJSON"]), _bytes(answer["signature"])
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise _refused() from error
    row.sign_count, row.last_used_at = held.new_sign_count, now
    row.save(update_fields=["sign_count", "last_used_at"])
    return Used(row, assertion)


def _refused() -> InvalidInput:
    return InvalidInput("This passkey does not open anything here.", hint=AGAIN, field="credential")


def _token(use: str, whom: str, challenge: bytes, now: datetime) -> str:
    facts = {"use": use, "whom": whom, "challenge": challenge.hex(), "at": now.isoformat()}
    token: str = signing.dumps(facts, salt=_SALT)
    return token


def _taken(use: str, whom: str, token: str) -> tuple[bytes, datetime]:
    """(challenge, moment it was made) of a token that is fresh and of this use."""
    try:
        facts = signing.loads(token, salt=_SALT, max_age=LIFETIME)
    except signing.BadSignature as error:
        raise InvalidInput("The page was open for too long.", hint=AGAIN) from error
    if facts["use"] != use or facts["whom"] != whom:
        raise InvalidInput("The answer belongs to another page.", hint=AGAIN)
    return bytes.fromhex(facts["challenge"]), datetime.fromisoformat(facts["at"]).astimezone(UTC)


def _json(credential: str) -> dict[str, Any]:
    try:
        value = json.loads(credential) if len(credential) <= LARGEST else None
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise InvalidInput("Your device gave no answer.", hint=AGAIN, field="credential")
    return value


def _descriptor(passkey: Passkey) -> PublicKeyCredentialDescriptor:
    return PublicKeyCredentialDescriptor(id=_bytes(passkey.credential))


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _id(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _append_everywhere(passkey: Passkey, by: Actor, kind: str, body: dict[str, object], now: datetime) -> None:
    """A passkey opens every organization of its person, so each ledger is told."""
    for membership in passkey.person.memberships.select_related("organization"):
        ledger.append(
            log=membership.organization.log_id,
            kind=kind,
            subject=f"passkey:{passkey.pk}",
            actor=by.pseudonym,
            body={"person": by.pseudonym, **body},
            now=now,
            record=tracking.record(passkey),
        )
