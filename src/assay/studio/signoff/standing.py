"""Where each artefact stands between written and signed, computed from signatures and bytes, never stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from assay.accounts.models import Person
from assay.client.person_signature import signed_payload
from assay.core.errors import IntegrityBroken, InvalidInput
from assay.studio.models import Artefact, ArtefactVersion, Programme, SignedVersion, SignOff, SignOffRequest
from assay.studio.signoff.requests import author_of, needs_signature
from assay.studio.signoff.statement import digests_of, version_digest


class Standing(StrEnum):
    """`not-needed` where no credential rests on it; `superseded` for versions that a later one replaced."""

    NOT_NEEDED = "not-needed"
    DRAFT = "draft"
    AWAITING = "awaiting-signature"
    CHANGES = "changes-requested"
    SIGNED = "signed"
    SUPERSEDED = "superseded"


WORDS: Mapping[Standing, str] = {
    Standing.NOT_NEEDED: "needs no signature",
    Standing.DRAFT: "draft, no signature asked for",
    Standing.AWAITING: "awaiting signature",
    Standing.CHANGES: "changes requested",
    Standing.SIGNED: "signed",
    Standing.SUPERSEDED: "superseded",
}


@dataclass(frozen=True)
class Signed:
    """One valid signature: by whom, when, by which means (`accounts.models.Means`), and the sign-off that holds it."""

    sign_off: UUID
    by: str
    at: datetime
    version: int
    means: str = ""


@dataclass(frozen=True)
class ArtefactStanding:
    """Where one artefact stands. `signature` is the one over its present bytes, `before` one over an earlier state.

    `digest` is that of the present version; `author` a pseudonym.
    """

    artefact: Artefact
    state: Standing
    digest: str
    author: str
    request: SignOffRequest | None
    signature: Signed | None
    before: Signed | None

    @property
    def words(self) -> str:
        """The state in words, with what a reader has to know beside it."""
        if self.state not in (Standing.SIGNED, Standing.NOT_NEEDED) and self.before is not None:
            return f"{WORDS[self.state]}; version {self.before.version} was signed, and it changed since"
        return WORDS[self.state]


def standing_of(artefact: Artefact) -> ArtefactStanding:
    """Where one artefact stands now."""
    return standings([artefact], log=artefact.programme.organization.log_id)[0]


def programme_standings(programme: Programme) -> list[ArtefactStanding]:
    """Where the artefacts of a programme stand that need a signature, by pathway and key."""
    rows = Artefact.objects.filter(programme=programme, removed_at=None).order_by("pathway", "key")
    needing = [row for row in rows.defer("line_map") if needs_signature(row)]
    return standings(needing, log=programme.organization.log_id)


def standings(artefacts: Sequence[Artefact], *, log: str) -> list[ArtefactStanding]:
    """Where these artefacts stand; three queries and one check of each signature, however many there are."""
    ids = [row.pk for row in artefacts]
    requests = {
        (row.artefact_id, row.version, row.digest): row for row in SignOffRequest.objects.filter(artefact__in=ids)
    }
    signed = _signed(ids)
    return [_standing(row, requests, signed.get(row.pk, []), log) for row in artefacts]


def valid_versions(sign_off: SignOff) -> Mapping[str, str]:
    """Artefact id to version digest, as far as the signature covers it; empty where it does not verify."""
    try:
        return digests_of(signed_payload(sign_off.envelope.encode(), _public_key(sign_off)))
    except (IntegrityBroken, InvalidInput):
        return {}


def _public_key(sign_off: SignOff) -> str:
    """What verifies a sign-off: the key on record, and not what the row of the signature says of itself."""
    if sign_off.signature is not None and sign_off.signature.passkey is not None:
        return sign_off.signature.passkey.public_key
    if sign_off.key is None:
        raise IntegrityBroken("A sign-off names no key.")
    return sign_off.key.vkey


def version_state(version: ArtefactVersion) -> tuple[Standing, Signed | None]:
    """An earlier version is superseded; the signature that it bore, if it did."""
    digest = version_digest(version)
    for each, of_row in _signed([version.artefact_id]).get(version.artefact_id, []):
        if of_row == digest and each.version == version.version:
            return Standing.SUPERSEDED, each
    return Standing.SUPERSEDED, None


def names_of(pseudonyms: Iterable[str]) -> dict[str, str]:
    """Names of people by pseudonym; somebody unknown is called by the pseudonym."""
    wanted = {each for each in pseudonyms if each}
    found = dict(Person.objects.filter(pseudonym__in=wanted).values_list("pseudonym", "name"))
    return {each: found.get(each, each) for each in wanted}


def _signed(ids: Sequence[UUID]) -> dict[UUID, list[tuple[Signed, str]]]:
    """The valid signatures of artefacts, each with the digest it covers, the newest first."""
    covered: dict[UUID, Mapping[str, str]] = {}
    found: dict[UUID, list[tuple[Signed, str]]] = {}
    rows = SignedVersion.objects.filter(artefact__in=ids).select_related(
        "sign_off__key", "sign_off__signature__passkey"
    )
    for row in rows.order_by("-sign_off__at", "id"):
        if row.sign_off_id not in covered:
            covered[row.sign_off_id] = valid_versions(row.sign_off)
        if covered[row.sign_off_id].get(str(row.artefact_id)) == row.digest:
            each = Signed(row.sign_off_id, row.sign_off.by, row.sign_off.at, row.version, row.sign_off.authentication)
            found.setdefault(row.artefact_id, []).append((each, row.digest))
    return found


def _standing(
    row: Artefact,
    requests: Mapping[tuple[UUID, int, str], SignOffRequest],
    signed: Sequence[tuple[Signed, str]],
    log: str,
) -> ArtefactStanding:
    digest = version_digest(row)
    author = author_of(row, log)
    request = requests.get((row.pk, row.version, digest))
    present = next((each for each, of in signed if of == digest and each.by != author), None)
    before = next((each for each, of in signed if of != digest), None)
    if not needs_signature(row):
        state = Standing.NOT_NEEDED
    elif request is not None and request.changes_at is not None:
        state = Standing.CHANGES
    elif present is not None:
        state = Standing.SIGNED
    else:
        state = Standing.DRAFT if request is None else Standing.AWAITING
    return ArtefactStanding(row, state, digest, author, request, present, before)
