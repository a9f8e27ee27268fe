"""Signing in by one-time link and password, browser sessions, and what they leave in the ledger."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from assay.accounts import services, sign_in
from assay.accounts.access import Actor
from assay.accounts.models import Membership, SignInAttempt
from assay.core.errors import Conflict, InvalidInput, NotFound, NotPermitted, Unavailable
from assay.ledger import queries as ledger

PASSWORD = "a long enough pass phrase"


def membership_of(actor: Actor) -> Membership:
    return Membership.objects.get(person=actor.person, organization=actor.organization)


def last_kinds(actor: Actor, count: int = 1) -> list[str]:
    return [entry.kind for entry in ledger.waiting_list(log=actor.log, limit=1000)][-count:]


@pytest.fixture
def with_password(asha: Actor, now: datetime) -> Actor:
    services.password_set(by=asha, password=PASSWORD, pinned=False, now=now)
    return asha


def attempt(email: str, password: str, now: datetime) -> Actor:
    return sign_in.password_use(email=email, password=password, client="192.0.2.1", now=now)


def test_a_link_works_once(asha: Actor, ben: Actor, now: datetime) -> None:
    _, secret = services.sign_in_link_create(membership=membership_of(ben), by=asha, now=now)
    actor, link = sign_in.link_use(secret=secret, now=now)
    assert (actor, link.pinned) == (ben, True)
    assert last_kinds(ben, 2) == ["sign-in-link.used", "session.opened"]
    with pytest.raises(NotFound):
        sign_in.link_use(secret=secret, now=now)


def test_a_link_expires_after_a_quarter_of_an_hour(asha: Actor, now: datetime) -> None:
    _, secret = services.sign_in_link_create(membership=membership_of(asha), by=asha, now=now)
    with pytest.raises(NotFound):
        sign_in.link_use(secret=secret, now=now + timedelta(minutes=15))


def test_the_secret_of_a_link_is_not_kept(asha: Actor, now: datetime) -> None:
    link, secret = services.sign_in_link_create(membership=membership_of(asha), by=asha, now=now)
    assert secret not in str([getattr(link, field.attname) for field in link._meta.concrete_fields])


def test_a_contributor_makes_no_link_for_others(asha: Actor, ben: Actor, now: datetime) -> None:
    with pytest.raises(NotPermitted):
        services.sign_in_link_create(membership=membership_of(asha), by=ben, now=now)


def test_a_password_signs_in_and_a_wrong_one_does_not(with_password: Actor, now: datetime) -> None:
    assert attempt(with_password.person.email.upper(), PASSWORD, now) == with_password
    with pytest.raises(InvalidInput):
        attempt(with_password.person.email, "wrong", now)
    assert last_kinds(with_password, 2) == ["session.opened", "session.refused"]


def test_an_unknown_address_fails_like_a_wrong_password(with_password: Actor, now: datetime) -> None:
    with pytest.raises(InvalidInput) as unknown:
        attempt("nobody@example.org", PASSWORD, now)
    with pytest.raises(InvalidInput) as wrong:
        attempt(with_password.person.email, "wrong", now)
    assert str(unknown.value) == str(wrong.value)


def test_after_five_failures_the_right_password_waits_too(with_password: Actor, now: datetime) -> None:
    for _ in range(5):
        with pytest.raises(InvalidInput):
            attempt(with_password.person.email, "wrong", now)
    with pytest.raises(Unavailable):
        attempt(with_password.person.email, PASSWORD, now)
    assert attempt(with_password.person.email, PASSWORD, now + timedelta(minutes=15)) == with_password


def test_failures_keep_no_address(with_password: Actor, now: datetime) -> None:
    with pytest.raises(InvalidInput):
        attempt(with_password.person.email, "wrong", now)
    assert "@" not in "".join(SignInAttempt.objects.values_list("subject_digest", flat=True))


def test_a_person_without_a_password_cannot_use_one(asha: Actor, now: datetime) -> None:
    with pytest.raises(InvalidInput):
        attempt(asha.person.email, "", now)


def test_an_owner_cannot_set_the_password_of_somebody_who_belongs_elsewhere(
    asha: Actor, dora: Actor, now: datetime
) -> None:
    services.person_add(
        organization=asha.organization, email=dora.person.email, name="D", role="viewer", by=asha, now=now
    )
    taken_over = Actor(person=dora.person, organization=asha.organization, role="viewer")
    with pytest.raises(Conflict):
        services.password_set(by=taken_over, password=PASSWORD, pinned=True, now=now)


def test_a_browser_follows_a_link_with_one_click(asha: Actor, ben: Actor) -> None:
    _, secret = services.sign_in_link_create(membership=membership_of(ben), by=asha, now=timezone.now())
    browser, address = Client(), f"/sign-in/{secret}"
    assert "Ben" in browser.get(address).content.decode()
    assert browser.get(address).status_code == 200  # looking uses nothing up
    assert browser.post(address).status_code == 302
    assert "You are Ben, contributor of Halvorsen Training." in browser.get("/profile").content.decode()
    again = Client().post(address)
    assert (again.status_code, "cannot be used any more" in again.content.decode()) == (404, True)


def test_a_browser_signs_in_with_a_password_and_out_again(with_password: Actor) -> None:
    browser = Client()
    form = {"email": with_password.person.email, "password": PASSWORD, "next": "/tokens"}
    assert browser.post("/sign-in", form)["Location"] == "/tokens"
    assert browser.get("/tokens").status_code == 200
    assert browser.post("/sign-out")["Location"] == "/sign-in"
    assert browser.get("/tokens")["Location"] == "/sign-in?next=%2Ftokens"
    assert last_kinds(with_password) == ["session.closed"]


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example/", "\\\\evil.example", "javascript:x"])
def test_signing_in_leads_nowhere_else(onward: str, with_password: Actor) -> None:
    form = {"email": with_password.person.email, "password": PASSWORD, "next": onward}
    assert Client().post("/sign-in", form)["Location"] == "/"


def test_a_wrong_password_is_said_on_the_page(with_password: Actor) -> None:
    answer = Client().post("/sign-in", {"email": with_password.person.email, "password": "wrong"})
    assert answer.status_code == 422
    assert "do not belong together" in answer.content.decode()


def test_a_form_without_the_mark_of_the_session_is_refused(with_password: Actor) -> None:
    browser = Client(enforce_csrf_checks=True)
    answer = browser.post("/sign-in", {"email": with_password.person.email, "password": PASSWORD})
    assert answer.status_code == 403
    assert "mark of this browser session" in answer.content.decode()


def test_a_session_ends_when_its_membership_does(
    asha: Actor, ben: Actor, client_of: Callable[[Actor | None], Client], now: datetime
) -> None:
    browser = client_of(ben)
    assert browser.get("/profile").status_code == 200
    services.membership_end(membership=membership_of(ben), by=asha, now=now)
    assert browser.get("/profile").status_code == 302


def test_a_new_password_signs_other_browsers_out(with_password: Actor, client_of: Callable[..., Client]) -> None:
    here, there = client_of(with_password), client_of(with_password)
    new = {"part": "password", "password": "another good pass phrase", "again": "another good pass phrase"}
    assert here.post("/profile", new).status_code == 302
    assert (here.get("/profile").status_code, there.get("/profile").status_code) == (200, 302)


def test_a_person_of_two_organizations_switches(asha: Actor, dora: Actor, client_of: Callable[..., Client]) -> None:
    services.person_add(
        organization=asha.organization,
        email=dora.person.email,
        name="Dora",
        role="viewer",
        by=asha,
        now=timezone.now(),
    )
    browser = client_of(dora)
    assert browser.post("/organizations", {"organization": str(asha.organization.pk)}).status_code == 302
    assert "viewer of Halvorsen Training" in browser.get("/profile").content.decode()


def test_a_link_made_by_somebody_else_stays_in_its_organization(asha: Actor, dora: Actor) -> None:
    membership = services.person_add(
        organization=asha.organization,
        email=dora.person.email,
        name="Dora",
        role="viewer",
        by=asha,
        now=timezone.now(),
    )
    _, secret = services.sign_in_link_create(membership=membership, by=asha, now=timezone.now())
    browser = Client()
    browser.post(f"/sign-in/{secret}")
    assert browser.post("/organizations", {"organization": str(dora.organization.pk)}).status_code == 409
    assert "Halvorsen" in browser.get("/profile").content.decode()
