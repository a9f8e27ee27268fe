"""Signing off with a passkey: it binds the bytes that were shown, and `assay verify` follows it without the server."""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape

import pytest
from django.test import Client

from assay.accounts import passkeys
from assay.accounts.access import Actor
from assay.accounts.models import Passkey, PersonSignature
from assay.accounts.passkeys import Site
from assay.accounts.signatures import Proof, signature_payload
from assay.core.errors import AssayError, Conflict, InvalidInput
from assay.ledger import live, queries, services
from assay.studio.models import Programme, SignOff
from assay.studio.signoff.services import signatures_request, versions_ask, versions_sign
from assay.studio.signoff.standing import Standing, programme_standings, standing_of
from tests.families import by_turns
from tests.rooms.ledger_log import as_administrator
from tests.rooms.soft_passkey import SoftPasskey
from tests.rooms.studio_material import artefact_of, programme_of, verify_detectors

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("L-14")]
SITE = Site("localhost", ("http://localhost:8000",))


@pytest.fixture
def programme(ben: Actor, asha: Actor, now: datetime) -> Programme:
    """Everything brought in by Ben, a signature asked for under all of it."""
    verify_detectors(ben, now)
    made = programme_of(ben, now)
    signatures_request(actor=ben, programme=made, now=now)
    return made


@pytest.fixture
def device(asha: Actor, now: datetime) -> SoftPasskey:
    """Asha's device, its passkey registered."""
    made = SoftPasskey(SITE.origins[0])
    ask = passkeys.register_ask(by=asha, site=SITE, now=now)
    passkeys.passkey_register(
        by=asha, name="Phone", credential=made.create(ask.options), token=ask.token, site=SITE, pinned=False, now=now
    )
    return made


def signed(asha: Actor, programme: Programme, device: SoftPasskey, now: datetime, **bend: object) -> SignOff:
    """Asha signs the first version that awaits her; `bend` changes what the page sends back."""
    chosen = [each for each in programme_standings(programme) if each.state is Standing.AWAITING][:1]
    ask = versions_ask(actor=asha, programme=programme, versions=chosen, site=SITE, now=now)
    sent = {"credential": device.get(ask.options), "token": ask.token, "site": SITE, **bend}
    return versions_sign(
        actor=asha,
        programme=programme,
        shown={str(each.artefact.pk): each.digest for each in chosen},
        proof=Proof("passkey", **sent),  # type: ignore[arg-type]
        now=now + timedelta(seconds=5),
    )


def places() -> list[str]:
    return [each.place for each in live.verify_live().differences]


def test_a_passkey_signs_exactly_what_was_shown(
    asha: Actor, programme: Programme, device: SoftPasskey, now: datetime
) -> None:
    row = signed(asha, programme, device, now)
    assert (row.authentication, row.key) == ("passkey", None)
    assert row.signature is not None
    stated = json.loads(signature_payload(row.signature))
    assert stated["predicate"]["signer"] == asha.pseudonym
    assert stated["predicate"]["authentication"] == "passkey"
    assert len(stated["predicate"]["nonce"]) == 32
    version = row.versions.get()
    assert stated["subject"][0]["digest"]["sha256"] == version.digest.removeprefix("sha256:")
    assert standing_of(version.artefact).signature.means == "passkey"  # type: ignore[union-attr]


def test_the_entry_carries_the_signature_and_verification_counts_it(
    asha: Actor, programme: Programme, device: SoftPasskey, now: datetime
) -> None:
    row = signed(asha, programme, device, now)
    services.integrate(log=asha.log, now=now)
    payload = json.loads(queries.payload_get(log=asha.log, event=row.event_id) or b"")
    assert payload["envelope"] == row.envelope
    assert payload["public_key"] == Passkey.objects.get().public_key
    report = live.verify_live()
    assert (report.differences, report.counts["signatures of people"]) == ((), 1)


def test_a_change_after_signing_shows_as_unsigned(
    asha: Actor, programme: Programme, device: SoftPasskey, now: datetime
) -> None:
    artefact = signed(asha, programme, device, now).versions.get().artefact
    assert standing_of(artefact).state is Standing.SIGNED
    artefact.text += " And one comma more,"
    artefact.save(update_fields=["text"])
    found = standing_of(artefact_of(programme, artefact.key))
    assert found.state is not Standing.SIGNED
    assert "it changed since" in found.words


def test_an_answer_is_not_carried_over_to_other_versions(
    asha: Actor, programme: Programme, device: SoftPasskey, now: datetime
) -> None:
    first, second = [each for each in programme_standings(programme) if each.state is Standing.AWAITING][:2]
    ask = versions_ask(actor=asha, programme=programme, versions=[first], site=SITE, now=now)
    with pytest.raises(InvalidInput):
        versions_sign(
            actor=asha,
            programme=programme,
            shown={str(second.artefact.pk): second.digest},
            proof=Proof("passkey", device.get(ask.options), ask.token, SITE),
            now=now + timedelta(seconds=5),
        )
    assert not SignOff.objects.exists()


def test_another_persons_passkey_or_page_signs_nothing(
    asha: Actor, ben: Actor, programme: Programme, device: SoftPasskey, now: datetime
) -> None:
    chosen = [each for each in programme_standings(programme) if each.state is Standing.AWAITING][:1]
    bens = versions_ask(actor=ben, programme=programme, versions=chosen, site=SITE, now=now)
    for bend in (
        {"token": bens.token},
        {"token": "made:up"},
        {"credential": SoftPasskey(SITE.origins[0]).get(bens.options)},
        {"credential": "{}"},
        {"site": None},
        {"site": Site("evil.example", ("https://evil.example",))},
    ):
        with pytest.raises(InvalidInput):
            signed(asha, programme, device, now + timedelta(minutes=1), **bend)
    assert not SignOff.objects.exists()


def test_the_same_answer_does_not_sign_twice(
    asha: Actor, programme: Programme, device: SoftPasskey, now: datetime
) -> None:
    chosen = [each for each in programme_standings(programme) if each.state is Standing.AWAITING][:1]
    ask = versions_ask(actor=asha, programme=programme, versions=chosen, site=SITE, now=now)
    shown = {str(each.artefact.pk): each.digest for each in chosen}
    proof = Proof("passkey", device.get(ask.options), ask.token, SITE)
    versions_sign(actor=asha, programme=programme, shown=shown, proof=proof, now=now + timedelta(seconds=1))
    with pytest.raises((Conflict, InvalidInput)):
        versions_sign(actor=asha, programme=programme, shown=shown, proof=proof, now=now + timedelta(seconds=2))


@pytest.mark.parametrize(
    ("sql", "said"),
    by_turns(
        [
            ("UPDATE accounts_personsignature SET envelope = replace(envelope, 'payload', 'Payload')", "signature "),
            ("UPDATE accounts_personsignature SET public_key = 'spki:AAAA'", "signature "),
            ("UPDATE accounts_personsignature SET means = 'password', passkey_id = NULL", "signature "),
            ("DELETE FROM accounts_passkey", "signature "),
        ],
        4,
    ),
    ids=["envelope", "key", "means", "passkey"],
)
def test_a_signature_that_was_tampered_with_is_named_offline(
    asha: Actor, programme: Programme, device: SoftPasskey, now: datetime, sql: str, said: str
) -> None:
    signed(asha, programme, device, now)
    services.integrate(log=asha.log, now=now)
    if sql.startswith("DELETE"):
        as_administrator("UPDATE accounts_personsignature SET passkey_id = NULL, means = 'address'")
    as_administrator(sql)
    found = places()
    assert any(place.startswith(said) for place in found)
    assert any("accounts_personsignature" in place for place in found)


def test_a_row_of_a_signature_that_nobody_made_is_no_signature(
    asha: Actor, programme: Programme, device: SoftPasskey, now: datetime
) -> None:
    row = signed(asha, programme, device, now)
    PersonSignature.objects.filter(pk=row.signature_id).update(envelope="{}")
    SignOff.objects.filter(pk=row.pk).update(envelope="{}")
    assert standing_of(row.versions.get().artefact).state is Standing.AWAITING
    with pytest.raises(AssayError):
        signature_payload(PersonSignature.objects.get())


def test_the_page_offers_the_passkey_and_signs_with_it(
    asha: Actor, programme: Programme, device: SoftPasskey, client_of: Callable[[Actor | None], Client]
) -> None:
    browser = client_of(asha)
    chosen = next(each for each in programme_standings(programme) if each.state is Standing.AWAITING)
    sent = {f"version-{chosen.artefact.pk}": chosen.digest}
    address, host = f"/programmes/{programme.slug}/sign/confirm", {"host": "localhost:8000"}
    page = browser.post(address, sent, headers=host).content.decode()
    assert "Your passkey signs these very bytes." in page
    options = re.search(r'data-passkey="([^"]*)"', page)
    token = re.search(r'name="token" value="([^"]*)"', page)
    assert options is not None
    assert token is not None
    sent |= {"confirmed": "yes", "token": token[1], "credential": device.get(unescape(options[1]))}
    done = browser.post(address, sent, follow=True, headers=host).content.decode()
    assert "You signed 1 version." in done
    assert "by passkey" in done
    versions = browser.get(f"/artefacts/{chosen.artefact.pk}/versions").content.decode()
    assert "Asha with their passkey" in versions


def test_somebody_with_a_passkey_can_still_sign_the_other_way(
    asha: Actor, programme: Programme, device: SoftPasskey, client_of: Callable[[Actor | None], Client]
) -> None:
    chosen = next(each for each in programme_standings(programme) if each.state is Standing.AWAITING)
    sent = {f"version-{chosen.artefact.pk}": chosen.digest, "confirmed": "yes", "address": asha.person.email}
    client_of(asha).post(f"/programmes/{programme.slug}/sign/confirm", sent)
    assert SignOff.objects.get().authentication == "address"
    assert live.verify_live().counts["signatures of people"] == 1
