"""Approvals of records are signed statements: over exactly the content shown, by a passkey or by a key on the server."""

import base64
import json
import re
from collections.abc import Callable
from datetime import datetime
from html import unescape
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from assay.accounts import passkeys
from assay.accounts.access import Actor
from assay.accounts.models import PersonSignature
from assay.accounts.passkeys import Site
from assay.accounts.signatures import signature_payload
from assay.client.verify import verify_path
from assay.ledger import live, queries
from assay.ledger import services as ledger
from assay.ledger.pack import pack_write
from assay.registers.models import Approval, Record
from assay.registers.queries.approvals import approval_stands
from assay.registers.services import record_move, record_update
from assay.registers.services.writing import content_digest
from tests.rooms.approving import approve, hidden
from tests.rooms.ledger_log import as_administrator
from tests.rooms.registers_material import record_of
from tests.rooms.soft_passkey import SoftPasskey

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("L-14")]
SITE = Site("localhost", ("http://localhost:8000",))
HOST = {"host": "localhost:8000"}


@pytest.fixture
def record(asha: Actor, now: datetime) -> Record:
    """A policy that Asha wrote and put up for approval."""
    made = record_of("ai-policy", asha, now)
    return record_move(record=made, to="review", actor=asha, now=now) if made.state != "review" else made


@pytest.fixture
def device(ben: Actor, now: datetime) -> SoftPasskey:
    """Ben's device, its passkey registered."""
    made = SoftPasskey(SITE.origins[0])
    ask = passkeys.register_ask(by=ben, site=SITE, now=now)
    passkeys.passkey_register(
        by=ben, name="Phone", credential=made.create(ask.options), token=ask.token, site=SITE, pinned=False, now=now
    )
    return made


def test_the_page_shows_what_is_signed_and_the_signature_is_over_it(
    ben: Actor, record: Record, client_of: Callable[[Actor | None], Client], now: datetime
) -> None:
    browser = client_of(ben)
    page = browser.post(reverse("record-move", args=[record.pk]), {"to": "approved", "words": "Read."})
    shown = hidden(page.content.decode())
    assert record.title in page.content.decode()
    record.refresh_from_db()
    assert record.state == "review"
    assert approve(browser, ben, record, words="Read.").status_code == 302
    approval = Approval.objects.get()
    assert approval.signature is not None
    stated = json.loads(signature_payload(approval.signature))
    assert stated["subject"][0]["digest"]["sha256"] == shown["digest"].removeprefix("sha256:")
    assert stated["subject"][0]["digest"]["sha256"] == approval.digest.removeprefix("sha256:")
    told = stated["predicate"]
    assert (told["signer"], told["authentication"], told["words"]) == (ben.pseudonym, "address", "Read.")
    ledger.integrate(log=ben.log, now=now)
    payload = json.loads(queries.payload_get(log=ben.log, event=approval.event_id) or b"")
    assert payload["envelope"] == approval.signature.envelope
    report = live.verify_live()
    assert (report.differences, report.counts["signatures of people"]) == ((), 1)
    text = browser.get(reverse("record", args=[record.pk])).content.decode()
    assert "with a key on the server, after typing their address" in text


def test_a_passkey_approves_exactly_what_was_shown(
    ben: Actor, record: Record, device: SoftPasskey, client_of: Callable[[Actor | None], Client]
) -> None:
    browser, address = client_of(ben), reverse("record-move", args=[record.pk])
    page = browser.post(address, {"to": "approved", "words": "Read."}, headers=HOST).content.decode()
    options = re.search(r'data-passkey="([^"]*)"', page)
    assert options is not None
    sent = {**hidden(page), "credential": device.get(unescape(options[1]))}
    bent = browser.post(address, {**sent, "words": "Another sentence."}, headers=HOST)
    assert bent.status_code == 422
    assert not PersonSignature.objects.exists()
    done = browser.post(address, sent, follow=True, headers=HOST)
    assert "with their passkey" in done.content.decode()
    assert PersonSignature.objects.get().means == "passkey"
    assert live.verify_live().counts["signatures of people"] == 1


@pytest.mark.parametrize("bend", [{"address": "somebody@else.example"}, {"digest": "sha256:00"}, {"version": "1"}])
def test_what_does_not_hold_signs_nothing_and_says_why(
    ben: Actor, record: Record, client_of: Callable[[Actor | None], Client], bend: dict[str, str]
) -> None:
    answer = approve(client_of(ben), ben, record, **bend)
    assert answer.status_code in (409, 422)
    assert "Show that it is you" in answer.content.decode()
    assert not Approval.objects.exists()


def test_who_wrote_it_or_only_reads_gets_no_page_to_sign(
    asha: Actor, chen: Actor, dora: Actor, record: Record, client_of: Callable[[Actor | None], Client]
) -> None:
    address = reverse("record-move", args=[record.pk])
    assert client_of(asha).post(address, {"to": "approved"}).status_code == 302
    assert client_of(chen).post(address, {"to": "approved"}).status_code == 404
    assert client_of(dora).post(address, {"to": "approved"}).status_code == 404


def test_a_change_afterwards_shows_as_unsigned(
    asha: Actor, ben: Actor, record: Record, client_of: Callable[[Actor | None], Client], now: datetime
) -> None:
    browser = client_of(ben)
    approve(browser, ben, record)
    record.refresh_from_db()
    assert approval_stands(Approval.objects.get(), content_digest(record))
    record_update(record=record, actor=asha, title="Another title", now=now)
    text = browser.get(reverse("record", args=[record.pk])).content.decode()
    assert "for an earlier content, not for this one" in text


def test_an_approval_whose_signature_was_tampered_with_does_not_stand(
    ben: Actor, record: Record, client_of: Callable[[Actor | None], Client]
) -> None:
    approve(client_of(ben), ben, record)
    record.refresh_from_db()
    as_administrator("UPDATE accounts_personsignature SET envelope = '{}'")
    approval = Approval.objects.select_related("signature__passkey").get()
    assert not approval_stands(approval, content_digest(record))


def test_without_a_page_the_statement_says_that_only_the_session_or_a_token_stands_for_the_signer(
    ben: Actor, record: Record, now: datetime
) -> None:
    record_move(record=record, to="approved", actor=ben, now=now)
    signature = PersonSignature.objects.get()
    assert signature.means == "session"
    assert json.loads(signature_payload(signature))["predicate"]["authentication"] == "session"


def test_a_pack_carries_the_signature_and_it_is_followed_there(
    ben: Actor, record: Record, tmp_path: Path, now: datetime
) -> None:
    record_move(record=record, to="approved", actor=ben, now=now)
    ledger.integrate(log=ben.log, now=now)
    event = Approval.objects.get().event_id
    index = queries.entry_index(log=ben.log, event=event)
    assert index is not None
    pack_write(log=ben.log, target=tmp_path / "pack", actor=ben.pseudonym, now=now, indexes=[index])
    report = verify_path(tmp_path / "pack")
    assert (report.differences, report.counts["signatures of people"]) == ((), 1)
    payload = next((tmp_path / "pack" / "payloads").iterdir())
    held = json.loads(payload.read_text())
    body = json.loads(base64.b64decode(held["data"]))
    body["authentication"] = "passkey"
    held["data"] = base64.b64encode(json.dumps(body).encode()).decode()
    payload.write_text(json.dumps(held) + "\n")
    assert f"signature in entry {index}" in {each.place for each in verify_path(tmp_path / "pack").differences}
