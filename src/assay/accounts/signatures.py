"""Signatures of people under what they approve (DSSE): with their passkey, or with the key that the server holds for them.

The caller makes the bytes of a statement, shows what they say, and has them signed here; the row comes back unsaved, for the
caller's one entry attests it (`tracking.record`) together with what was approved.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core import signing

from assay.accounts.access import Actor
from assay.accounts.models import Means, PersonSignature
from assay.accounts.passkeys import AGAIN, Ask, Site, assertion_ask, passkey_use
from assay.accounts.signer_keys import signer_of
from assay.client.dsse import envelope_sign
from assay.client.person_signature import challenge_of, envelope_by_passkey, signed_payload, spki_read
from assay.core.errors import Conflict, IntegrityBroken, InvalidInput

LIFETIME = timedelta(minutes=15)
_SALT = "assay.signature"
# A token alone signs nothing: it shows which program calls, and not who is there. `token` stands in older signatures only.
BY_PROGRAM = frozenset({Means.PASSKEY, Means.PASSWORD})
BY_PERSON = frozenset({Means.PASSKEY, Means.PASSWORD, Means.ADDRESS, Means.SESSION})
Statement = Callable[[datetime, str], bytes]


@dataclass(frozen=True, slots=True)
class Proof:
    """How the signer has shown who they are: `means`, and for a passkey what it answered, the token of the page and the site.

    `program`: they showed it to a program, which sent it with their API token.
    """

    means: str
    credential: str = ""
    token: str = ""
    site: Site | None = None
    program: bool = False


def signature_ask(*, by: Actor, statement: Statement, site: Site, now: datetime) -> Ask:
    """What the browser needs to have the actor's passkey sign a statement. `statement(at, nonce)` makes its bytes.

    Moment and nonce come back by the token, so that the very same bytes are made again and nothing of them is trusted.
    """
    nonce = secrets.token_hex(16)
    options = assertion_ask(person=by.person, challenge=challenge_of(statement(now, nonce)), site=site)
    facts = {"whom": str(by.person.pk), "at": now.isoformat(), "nonce": nonce}
    return Ask(options, signing.dumps(facts, salt=_SALT))


def signature_make(*, by: Actor, statement: Statement, proof: Proof, now: datetime) -> PersonSignature:
    """The signature of the actor under a statement, not saved. In the caller's transaction.

    Raises Conflict for a token where no program may carry the proof, and for the other way round; InvalidInput for
    means that are not known or not enough, or a passkey's answer that does not hold or is not over exactly this statement.
    """
    if (by.scope is not None) != proof.program:
        raise Conflict("A token cannot sign like this.", hint="Sign on the page, as yourself.")
    if proof.means not in (BY_PROGRAM if proof.program else BY_PERSON):
        raise InvalidInput("It was not confirmed who signs.", hint="Confirm it on the page.")
    row = PersonSignature(id=uuid.uuid4(), organization=by.organization, person=by.person, means=proof.means, at=now)
    if proof.means != Means.PASSKEY:
        signer = signer_of(by)
        row.public_key = signer.verifier.text
        row.envelope = envelope_sign(statement(now, ""), [signer]).decode()
        return row
    at, nonce = _taken(by, proof.token)
    payload = statement(at, nonce)
    if proof.site is None:
        raise InvalidInput("Passkeys cannot be used here.", hint=AGAIN)
    used = passkey_use(
        credential=proof.credential,
        challenge=challenge_of(payload),
        issued=at,
        site=proof.site,
        now=now,
        person=by.person,
    )
    row.passkey, row.public_key = used.passkey, used.passkey.public_key
    row.envelope = envelope_by_passkey(payload, spki_read(row.public_key), used.assertion).decode()
    return row


def signature_payload(signature: PersonSignature) -> bytes:
    """The bytes that were signed. Raises IntegrityBroken, InvalidInput where the signature does not hold."""
    if signature.passkey is not None and signature.passkey.public_key != signature.public_key:
        raise IntegrityBroken("The signature names another key than the passkey's.")
    return signed_payload(signature.envelope.encode(), signature.public_key)


def _taken(by: Actor, token: str) -> tuple[datetime, str]:
    try:
        facts = signing.loads(token, salt=_SALT, max_age=LIFETIME)
    except signing.BadSignature as error:
        raise InvalidInput("The page was open for too long.", hint=AGAIN) from error
    if facts["whom"] != str(by.person.pk):
        raise InvalidInput("The page was opened by somebody else.", hint=AGAIN)
    return datetime.fromisoformat(facts["at"]).astimezone(UTC), str(facts["nonce"])
