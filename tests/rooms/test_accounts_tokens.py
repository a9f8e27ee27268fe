"""Tokens: shown once, hashed, scoped, expiring, revocable."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from assay.accounts import queries, services, sign_in
from assay.accounts.access import Actor, actor_of_token
from assay.accounts.models import ApiToken
from assay.core.errors import InvalidInput, NotFound, NotPermitted
from assay.ledger import queries as ledger


@pytest.fixture
def made(ben: Actor, now: datetime) -> tuple[ApiToken, str]:
    return services.token_create(by=ben, name="pipeline", scope="read", lifetime=timedelta(days=7), now=now)


def test_a_token_acts_for_its_person_within_its_scope(made: tuple[ApiToken, str], ben: Actor, now: datetime) -> None:
    actor = actor_of_token(made[1], now=now)
    assert actor is not None
    assert (actor.person, actor.organization) == (ben.person, ben.organization)
    assert (actor.may("read"), actor.may("write")) == (True, False)


def test_only_the_digest_of_a_token_is_kept(made: tuple[ApiToken, str]) -> None:
    token, secret = made
    kept = [str(value) for value in ApiToken.objects.values_list().get(pk=token.pk)]
    assert secret not in kept
    assert secret.startswith(token.prefix)


def test_an_expired_a_revoked_and_an_unknown_token_open_nothing(
    made: tuple[ApiToken, str], ben: Actor, now: datetime
) -> None:
    token, secret = made
    assert actor_of_token(secret, now=now + timedelta(days=7)) is None
    assert actor_of_token(secret + "x", now=now) is None
    services.token_revoke(token=token, by=ben, now=now)
    assert actor_of_token(secret, now=now) is None
    assert ledger.waiting_list(log=ben.log, limit=1000)[-1].kind == "token.revoked"


def test_a_token_cannot_be_wider_than_its_role(chen: Actor, now: datetime) -> None:
    with pytest.raises(NotPermitted):
        services.token_create(by=chen, name="x", scope="write", lifetime=None, now=now)


def test_a_token_makes_no_tokens(made: tuple[ApiToken, str], now: datetime) -> None:
    actor = actor_of_token(made[1], now=now)
    assert actor is not None
    with pytest.raises(NotPermitted):
        services.token_create(by=actor, name="x", scope="read", lifetime=None, now=now)


def test_a_token_needs_a_name(ben: Actor, now: datetime) -> None:
    with pytest.raises(InvalidInput):
        services.token_create(by=ben, name=" ", scope="read", lifetime=None, now=now)


def test_a_token_of_a_colleague_is_out_of_reach(made: tuple[ApiToken, str], asha: Actor, chen: Actor) -> None:
    assert queries.access_token(actor=asha, token_id=made[0].pk) == made[0]
    with pytest.raises(NotFound):
        queries.access_token(actor=chen, token_id=made[0].pk)


def test_the_page_shows_a_token_once(ben: Actor, client_of: Callable[..., Client]) -> None:
    browser = client_of(ben)
    shown = browser.post("/tokens", {"name": "pipeline", "scope": "write", "days": "30"}).content.decode()
    prefix = ApiToken.objects.get().prefix
    assert shown.count(prefix) >= 1
    listed = browser.get("/tokens").content.decode()
    assert prefix + "…" in listed
    assert "1 token is in use." in listed


def test_the_page_offers_an_auditor_no_writing_token(chen: Actor, client_of: Callable[..., Client]) -> None:
    answer = client_of(chen).post("/tokens", {"name": "x", "scope": "write", "days": "30"})
    assert answer.status_code == 422
    assert not ApiToken.objects.exists()


def test_the_last_use_of_a_token_is_kept_to_five_minutes(made: tuple[ApiToken, str], now: datetime) -> None:
    token, secret = made
    uses = (now, now + timedelta(minutes=4), now + timedelta(minutes=6))
    kept = [used_at(token, secret, moment) for moment in uses]
    assert kept == [now, now, now + timedelta(minutes=6)]


def used_at(token: ApiToken, secret: str, moment: datetime) -> datetime | None:
    assert sign_in.token_use(secret=secret, now=moment) is not None
    token.refresh_from_db()
    return token.last_used_at
