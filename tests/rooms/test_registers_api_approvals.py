"""Approvals over HTTP: shown first, signed by who showed who they are; a token alone signs nothing, for any role."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from assay.accounts import passkeys
from assay.accounts.access import Actor
from assay.accounts.models import PersonSignature
from assay.accounts.passkeys import Site
from assay.accounts.services import password_set
from assay.accounts.signatures import signature_payload
from assay.core.errors import InvalidInput
from assay.ledger import live
from assay.registers.models import Approval, Record
from assay.registers.services import record_move, record_update
from tests.families import by_turns
from tests.rooms.registers_material import record_of
from tests.rooms.soft_passkey import SoftPasskey

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("L-14")]
SITE = Site("localhost", ("http://localhost:8000",))
HOST = {"host": "localhost:8000"}
PASSWORD = "a long sentence that ben knows"


@pytest.fixture
def record(asha: Actor, now: datetime) -> Record:
    """A policy that Asha wrote and put up for approval."""
    return record_move(record=record_of("ai-policy", asha, now), to="review", actor=asha, now=now)


@pytest.fixture
def knows(ben: Actor, now: datetime) -> Actor:
    """Ben, with a password."""
    password_set(by=ben, password=PASSWORD, pinned=True, now=now)
    return ben


def post(client: Client, record: Record, what: str, body: dict[str, Any]) -> tuple[int, Any]:
    address = f"/api/v1/registers/records/{record.pk}/{what}"
    answer = client.post(address, json.dumps(body), content_type="application/json", headers=HOST)
    return answer.status_code, answer.json()


def asked(client: Client, record: Record, words: str = "") -> Any:
    status, body = post(client, record, "approval", {"to": "approved", "words": words})
    assert status == 200, body
    return body


def move(shown: Any, **proof: str) -> dict[str, Any]:
    return {
        "to": "approved", "words": shown["words"], "digest": shown["digest"], "version": shown["version"], "proof": proof,
    }  # fmt: skip


def test_with_their_password_a_person_signs_what_they_were_shown(
    knows: Actor, record: Record, api_of: Callable[..., Client]
) -> None:
    client = api_of(knows)
    shown = asked(client, record, "Read.")
    assert (shown["title"], shown["state"], shown["password"], shown["passkey"]) == (
        record.title,
        "approved",
        True,
        None,
    )
    assert not Approval.objects.exists()
    status, body = post(client, record, "moves", move(shown, password=PASSWORD))
    assert (status, body["state"]) == (200, "approved")
    signature = PersonSignature.objects.get()
    stated = json.loads(signature_payload(signature))
    assert stated["subject"][0]["digest"]["sha256"] == shown["digest"].removeprefix("sha256:")
    told = stated["predicate"]
    assert (told["authentication"], told["through"], told["words"]) == ("password", "api", "Read.")
    assert live.verify_live().differences == ()


def test_with_their_passkey_a_person_signs_exactly_that(
    ben: Actor, record: Record, api_of: Callable[..., Client], now: datetime
) -> None:
    device = SoftPasskey(SITE.origins[0])
    ask = passkeys.register_ask(by=ben, site=SITE, now=now)
    passkeys.passkey_register(
        by=ben, name="Phone", credential=device.create(ask.options), token=ask.token, site=SITE, pinned=False, now=now
    )
    client = api_of(ben)
    shown = asked(client, record, "Read.")
    sent = move(shown, credential=device.get(json.dumps(shown["passkey"]["options"])), token=shown["passkey"]["token"])
    assert post(client, record, "moves", {**sent, "words": "Another sentence."})[0] == 422
    assert not PersonSignature.objects.exists()
    assert post(client, record, "moves", sent)[0] == 200
    signature = PersonSignature.objects.get()
    assert signature.means == "passkey"
    assert json.loads(signature_payload(signature))["predicate"]["through"] == "api"
    report = live.verify_live()
    assert (report.differences, report.counts["signatures of people"]) == ((), 1)


def _without(name: str) -> Callable[[dict[str, Any]], None]:
    return lambda body: body.pop(name)


@pytest.mark.parametrize(
    ("bend", "status"),
    by_turns(
        [
            (_without("proof"), 422),
            (_without("version"), 422),
            (_without("digest"), 409),
            (lambda body: body.update(version=body["version"] + 1), 409),
            (lambda body: body.update(digest="sha256:00"), 409),
            (lambda body: body.update(proof={}), 422),
            (lambda body: body.update(proof={"password": "another"}), 422),
            (lambda body: body.update(proof={"credential": "{}", "token": "x"}), 422),
            (lambda body: body.update(proof={"address": "ben@example.org"}), 422),
        ],
        3,
    ),
    ids=["no proof", "no version", "no digest", "version", "digest", "empty", "wrong", "no passkey", "address"],
)
def test_what_does_not_hold_signs_nothing(
    bend: Callable[[dict[str, Any]], None],
    status: int,
    knows: Actor,
    record: Record,
    api_of: Callable[..., Client],
) -> None:
    client = api_of(knows)
    body = move(asked(client, record), password=PASSWORD)
    bend(body)
    assert post(client, record, "moves", body)[0] == status
    assert not PersonSignature.objects.exists()
    record.refresh_from_db()
    assert record.state == "review"


def test_what_changed_after_it_was_shown_is_not_signed(
    knows: Actor, asha: Actor, record: Record, api_of: Callable[..., Client], now: datetime
) -> None:
    client = api_of(knows)
    body = move(asked(client, record), password=PASSWORD)
    record_update(record=record, actor=asha, title="Another title", now=now)
    assert post(client, record, "moves", body)[0] == 409
    assert not Approval.objects.exists()


def test_who_has_neither_password_nor_passkey_signs_on_the_page(
    ben: Actor, record: Record, api_of: Callable[..., Client]
) -> None:
    client = api_of(ben)
    shown = asked(client, record)
    assert (shown["password"], shown["passkey"]) == (False, None)
    status, body = post(client, record, "moves", move(shown, password=""))
    assert (status, "on the page" in json.dumps(body)) == (422, True)


def test_each_role_sees_and_signs_what_it_may(
    asha: Actor, chen: Actor, dora: Actor, knows: Actor, record: Record, api_of: Callable[..., Client]
) -> None:
    body = move(asked(api_of(knows), record), password=PASSWORD)
    owner, auditor, outsider = api_of(asha), api_of(chen, "read"), api_of(dora)
    for what, sent in (("approval", {"to": "approved"}), ("moves", body)):
        # The owner wrote it, and no role is above four eyes. What is forbidden and what is absent look the same.
        for client in (owner, auditor, outsider, api_of(knows, "read")):
            assert post(client, record, what, sent)[0] == 404
        assert post(api_of(None), record, what, sent)[0] == 401
    assert not Approval.objects.exists()


def test_a_state_that_nobody_approves_is_said(
    asha: Actor, knows: Actor, record: Record, api_of: Callable[..., Client]
) -> None:
    status, body = post(api_of(knows), record, "approval", {"to": "draft"})
    assert (status, "approved" in json.dumps(body)) == (409, True)


def test_the_service_itself_refuses_a_token_without_proof(knows: Actor, record: Record, now: datetime) -> None:
    token = type(knows)(person=knows.person, organization=knows.organization, role=knows.role, scope="write")
    with pytest.raises(InvalidInput, match="who signs"):
        record_move(record=record, to="approved", actor=token, now=now)


def test_too_many_wrong_passwords_close_the_door(knows: Actor, record: Record, api_of: Callable[..., Client]) -> None:
    client = api_of(knows)
    body = move(asked(client, record), password="wrong")
    answers = [post(client, record, "moves", body)[0] for _ in range(12)]
    assert answers[0] == 422
    assert answers[-1] in (429, 503)
    assert post(client, record, "moves", {**body, "proof": {"password": PASSWORD}})[0] in (429, 503)
