"""Four people and their browsers: Asha leads the AIMS, Ben contributes, Chen audits, Dora belongs elsewhere."""

import os
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from pytest_django import DjangoDbBlocker

from tests.django_setup import NOWHERE, URL, prepare

prepare()

from django.conf import settings  # noqa: E402 — Django must be configured before its parts are imported
from django.test import Client  # noqa: E402

from assay.accounts import services as accounts  # noqa: E402
from assay.accounts.access import SESSION_ORGANIZATION, Actor  # noqa: E402
from assay.accounts.models import Membership, Organization  # noqa: E402
from tests import ledger_flush, middleware  # noqa: E402

ledger_flush.allow()
middleware.share()

settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick, for tests only
ORIGIN = "assay.test"
OWN_WORD = "Halvorsen"  # in the name of Asha's organization, and of nothing that Dora may see


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a database, visibly, where the chosen server cannot be had."""
    if os.environ.get(URL) == NOWHERE:
        for item in items:
            item.add_marker(pytest.mark.skip(reason="no PostgreSQL binaries, or no unprivileged user to run them as"))


@pytest.fixture(scope="module")
def kept(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """What fixtures of a module write after this one, all its tests begin with; it is taken back after the last of them.

    Not for a module that has tests with real transactions, which empty all tables.
    """
    with django_db_blocker.unblock(), ledger_flush.taken_back():
        yield


def organization_of_asha(now: datetime) -> Organization:
    """Make what the fixture `organization` gives."""
    return accounts.organization_create(name=f"{OWN_WORD} Training", slug="halvorsen", origin=ORIGIN, now=now)


@pytest.fixture
def organization(db: None, now: datetime) -> Organization:
    """Asha's organization, its ledger open; the one that the module keeps, if it does."""
    return Organization.objects.filter(slug="halvorsen").first() or organization_of_asha(now)


@pytest.fixture
def other_organization(db: None, now: datetime) -> Organization:
    """Dora's organization."""
    return accounts.organization_create(name="Other Ltd", slug="other", origin=ORIGIN, now=now)


def member(organization: Organization, name: str, role: str, now: datetime) -> Actor:
    """Somebody of the organization in that role: who is there already, or else is added."""
    email = f"{name.lower()}@{organization.slug}.example"
    there = Membership.objects.filter(organization=organization, person__email=email).first()
    membership = there or accounts.person_add(
        organization=organization, email=email, name=name, role=role, by=None, now=now
    )
    return Actor(person=membership.person, organization=organization, role=role)


@pytest.fixture
def asha(organization: Organization, now: datetime) -> Actor:
    return member(organization, "Asha", "owner", now)


@pytest.fixture
def ben(organization: Organization, now: datetime) -> Actor:
    return member(organization, "Ben", "contributor", now)


@pytest.fixture
def chen(organization: Organization, now: datetime) -> Actor:
    return member(organization, "Chen", "auditor", now)


@pytest.fixture
def dora(other_organization: Organization, now: datetime) -> Actor:
    return member(other_organization, "Dora", "owner", now)


@pytest.fixture
def client_of() -> Callable[[Actor | None], Client]:
    """`client_of(actor)`: a browser in which the actor is signed in; `client_of(None)`: nobody is."""

    def signed_in(actor: Actor | None) -> Client:
        client = Client()
        if actor is not None:
            client.force_login(actor.person)
            session = client.session
            session[SESSION_ORGANIZATION] = str(actor.organization.pk)
            session.save()
        return client

    return signed_in


@pytest.fixture
def api_of(now: datetime) -> Callable[..., Client]:
    """`api_of(actor, scope="write")`: a client that sends a token of the actor with each request."""

    def with_token(actor: Actor | None, scope: str = "write") -> Client:
        if actor is None:
            return Client()
        # No expiry: endpoints read the real clock, tests do not.
        _, secret = accounts.token_create(by=actor, name="test", scope=scope, lifetime=None, now=now)
        return Client(headers={"authorization": f"Bearer {secret}"})

    return with_token
