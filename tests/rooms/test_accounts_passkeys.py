"""Passkeys: registered by their person, used to sign in, taken out of use; nothing else opens anything."""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from assay.accounts import passkeys, services
from assay.accounts.access import Actor
from assay.accounts.models import Passkey
from assay.accounts.passkeys import Site, site_of
from assay.core.errors import Conflict, InvalidInput, NotFound
from assay.ledger import live, queries
from assay.ledger import services as ledger
from tests.rooms.soft_passkey import PRESENT, SoftPasskey

pytestmark = pytest.mark.django_db
HOST = "http://localhost:8000"
SITE = Site("localhost", (HOST,))


@pytest.fixture
def device() -> SoftPasskey:
    return SoftPasskey(HOST)


def registered(device: SoftPasskey, who: Actor, now: datetime, *, pinned: bool = False, name: str = "Phone") -> Passkey:
    ask = passkeys.register_ask(by=who, site=SITE, now=now)
    return passkeys.passkey_register(
        by=who, name=name, credential=device.create(ask.options), token=ask.token, site=SITE, pinned=pinned, now=now
    )


def signed_in(device: SoftPasskey, now: datetime) -> Actor:
    ask = passkeys.sign_in_ask(site=SITE, now=now)
    return passkeys.passkey_sign_in(credential=device.get(ask.options), token=ask.token, site=SITE, now=now)


def test_a_registered_passkey_signs_its_person_in(device: SoftPasskey, asha: Actor, now: datetime) -> None:
    row = registered(device, asha, now)
    assert (row.name, row.rp_id, row.sign_count) == ("Phone", "localhost", 1)
    found = signed_in(device, now + timedelta(minutes=1))
    assert (found.person, found.organization, found.role) == (asha.person, asha.organization, "owner")
    row.refresh_from_db()
    assert (row.sign_count, row.last_used_at) == (2, now + timedelta(minutes=1))


def test_each_step_is_an_entry_and_the_row_is_attested(device: SoftPasskey, asha: Actor, now: datetime) -> None:
    row = registered(device, asha, now)
    signed_in(device, now + timedelta(minutes=1))
    passkeys.passkey_remove(passkey=row, by=asha, now=now + timedelta(minutes=2))
    ledger.integrate(log=asha.log, now=now)
    entries = queries.entry_list(log=asha.log).entries
    assert [each.kind for each in entries[:3]] == ["passkey.removed", "session.opened", "passkey.registered"]
    payload = queries.payload_get(log=asha.log, event=entries[2].event)
    assert payload is not None
    assert json.loads(payload)["public_key"] == row.public_key
    assert live.verify_live().differences == ()
    Passkey.objects.update(public_key="spki:AAAA")
    assert {each.table for each in live.verify_live().differences} == {"accounts_passkey"}


def test_a_removed_passkey_opens_nothing(device: SoftPasskey, asha: Actor, now: datetime) -> None:
    row = registered(device, asha, now)
    passkeys.passkey_remove(passkey=row, by=asha, now=now)
    with pytest.raises(InvalidInput):
        signed_in(device, now + timedelta(minutes=1))


def test_nobody_removes_or_sees_another_persons_passkey(
    device: SoftPasskey, asha: Actor, ben: Actor, now: datetime
) -> None:
    row = registered(device, asha, now)
    with pytest.raises(NotFound):
        passkeys.access_passkey(actor=ben, passkey_id=row.pk)
    with pytest.raises(NotFound):
        passkeys.passkey_remove(passkey=row, by=ben, now=now)


def test_an_answer_is_used_once(device: SoftPasskey, asha: Actor, now: datetime) -> None:
    registered(device, asha, now)
    ask = passkeys.sign_in_ask(site=SITE, now=now)
    answer = device.get(ask.options)
    later = now + timedelta(seconds=1)
    passkeys.passkey_sign_in(credential=answer, token=ask.token, site=SITE, now=later)
    Passkey.objects.update(sign_count=0)  # some keychains count nothing
    with pytest.raises(InvalidInput, match="used since"):
        passkeys.passkey_sign_in(credential=answer, token=ask.token, site=SITE, now=later)


@pytest.mark.parametrize(
    ("bend", "use"),
    [
        ({"origin": "https://evil.example"}, "get"),
        ({"origin": "https://evil.example"}, "create"),
        ({"rp_id": "evil.example"}, "get"),
        ({"rp_id": "evil.example"}, "create"),
        ({"flags": PRESENT}, "get"),
        ({"flags": PRESENT}, "create"),
        ({"flags": 0}, "get"),
        ({"credential": b"another"}, "get"),
        ({"key": SoftPasskey(HOST).key}, "get"),
    ],
)
def test_what_does_not_hold_opens_nothing(
    device: SoftPasskey, asha: Actor, now: datetime, bend: dict[str, object], use: str
) -> None:
    if use == "get":
        registered(device, asha, now)
    for name, value in bend.items():
        setattr(device, name, value)
    with pytest.raises(InvalidInput):
        signed_in(device, now + timedelta(minutes=1)) if use == "get" else registered(device, asha, now)
    assert not queries.entry_list(log=asha.log, kind="session.opened").entries


@pytest.mark.parametrize(
    "sent", ["", "null", "[]", "{}", '{"id": 5}', "nonsense", "[" * 5000, '{"id": "a"}' + " " * 70_000]
)
def test_what_is_no_answer_is_refused(device: SoftPasskey, asha: Actor, now: datetime, sent: str) -> None:
    registered(device, asha, now)
    ask = passkeys.sign_in_ask(site=SITE, now=now)
    with pytest.raises(InvalidInput):
        passkeys.passkey_sign_in(credential=sent, token=ask.token, site=SITE, now=now)
    again = passkeys.register_ask(by=asha, site=SITE, now=now)
    with pytest.raises(InvalidInput):
        passkeys.passkey_register(
            by=asha, name="x", credential=sent, token=again.token, site=SITE, pinned=False, now=now
        )


def test_an_answer_to_another_page_or_person_is_refused(
    device: SoftPasskey, asha: Actor, ben: Actor, now: datetime
) -> None:
    bens = passkeys.register_ask(by=ben, site=SITE, now=now)
    other = passkeys.sign_in_ask(site=SITE, now=now)
    for token in (bens.token, other.token, "made:up:token"):
        with pytest.raises(InvalidInput):
            passkeys.passkey_register(
                by=asha, name="x", credential=device.create(bens.options), token=token, site=SITE, pinned=False, now=now
            )


def test_a_link_made_by_somebody_else_registers_nothing_for_a_person_of_two_organizations(
    device: SoftPasskey, asha: Actor, other_organization: object, now: datetime
) -> None:
    services.person_add(
        organization=other_organization,
        email=asha.person.email,
        name="Asha",
        role="viewer",
        by=None,
        now=now,  # type: ignore[arg-type]
    )
    with pytest.raises(Conflict):
        registered(device, asha, now, pinned=True)


def test_the_same_passkey_is_not_registered_twice_nor_without_a_name(
    device: SoftPasskey, asha: Actor, ben: Actor, now: datetime
) -> None:
    registered(device, asha, now)
    with pytest.raises(Conflict):
        registered(device, ben, now)
    with pytest.raises(InvalidInput):
        registered(SoftPasskey(HOST), asha, now, name=" ")


@pytest.mark.parametrize(
    ("origin", "host", "rp_id", "elsewhere"),
    [
        ("http://127.0.0.1:8000", "localhost:8000", "localhost", ""),
        ("http://127.0.0.1:8000", "127.0.0.1:8123", "", "http://localhost:8123"),
        ("https://gov.example.org", "gov.example.org", "gov.example.org", ""),
        ("https://gov.example.org", "a.gov.example.org", "gov.example.org", ""),
        ("https://gov.example.org", "evilgov.example.org", "", "https://gov.example.org"),
        ("https://192.0.2.7", "192.0.2.7", "", ""),
    ],
)
def test_passkeys_belong_to_the_name_of_the_site(
    origin: str, host: str, rp_id: str, elsewhere: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assay.accounts.passkeys.settings.ASSAY", type("A", (), {"origin": origin}))
    site = site_of(scheme=origin.partition(":")[0], host=host)
    assert (site.rp_id, site.elsewhere) == (rp_id, elsewhere)
    assert bool(site.reason) == (not rp_id)


# pages


def form_of(page: str, action: str) -> dict[str, str]:
    """The options and the token of the form with this address."""
    found = re.search(
        rf'<form[^>]*action="{action}"[^>]*data-passkey="([^"]*)".*?name="token" value="([^"]*)"', page, re.S
    )
    assert found is not None, action
    return {"options": unescape(found[1]), "token": found[2]}


def test_a_person_registers_on_their_page_and_signs_in(
    device: SoftPasskey, asha: Actor, client_of: Callable[[Actor | None], Client]
) -> None:
    browser = client_of(asha)
    host = {"headers": {"host": "localhost:8000"}}
    ask = form_of(browser.get("/profile", **host).content.decode(), "/profile/passkeys")  # type: ignore[arg-type]
    sent = {"passkey_name": "Laptop", "token": ask["token"], "credential": device.create(ask["options"])}
    page = browser.post("/profile/passkeys", sent, follow=True, **host).content.decode()  # type: ignore[arg-type]
    assert "Laptop" in page
    assert "1 passkey" in page
    stranger = Client()
    ask = form_of(stranger.get("/sign-in", **host).content.decode(), "/sign-in/passkey")  # type: ignore[arg-type]
    sent = {"token": ask["token"], "credential": device.get(ask["options"]), "next": "/profile"}
    answer = stranger.post("/sign-in/passkey", sent, **host)  # type: ignore[arg-type]
    assert (answer.status_code, answer["Location"]) == (302, "/profile")
    assert stranger.get("/profile", **host).status_code == 200  # type: ignore[arg-type]


def test_at_an_address_in_numbers_the_pages_say_where_passkeys_work(
    asha: Actor, client_of: Callable[[Actor | None], Client]
) -> None:
    host = {"headers": {"host": "127.0.0.1:8000"}}
    for browser, address in ((client_of(asha), "/profile"), (client_of(None), "/sign-in")):
        page = browser.get(address, **host).content.decode()  # type: ignore[arg-type]
        assert f"http://localhost:8000{address}" in page
        assert "data-passkey=" not in page


def test_a_refused_passkey_leads_back_and_says_so(client_of: Callable[[Actor | None], Client], db: None) -> None:
    browser = client_of(None)
    sent = {"token": "x", "credential": "{}", "next": "/people"}
    page = browser.post("/sign-in/passkey", sent, follow=True, headers={"host": "localhost:8000"})
    assert "open for too long" in page.content.decode()
    assert page.redirect_chain[0][0] == "/sign-in?next=%2Fpeople"


def test_a_challenge_is_not_taken_after_its_time(
    device: SoftPasskey, asha: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    registered(device, asha, now)
    ask = passkeys.sign_in_ask(site=SITE, now=now)
    monkeypatch.setattr("django.core.signing.time.time", lambda: now.timestamp() + 301)
    with pytest.raises(InvalidInput, match="too long"):
        passkeys.passkey_sign_in(credential=device.get(ask.options), token=ask.token, site=SITE, now=now)
