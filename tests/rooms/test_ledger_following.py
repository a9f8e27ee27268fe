"""Reactions read the log forward: in order, once in effect, from where they stopped."""

from datetime import datetime

import pytest
from django.db import transaction

from assay.core.errors import NotFound
from assay.ledger import queries, services
from assay.ledger.following import follow, follower_lag, follower_position
from tests.rooms.ledger_log import LOG, ORIGIN, fill

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _log(now: datetime) -> None:
    services.log_open(log=LOG, origin=ORIGIN, now=now)
    fill(20, now)
    services.integrate(log=LOG, now=now)


def test_each_entry_is_given_once_and_in_order(now: datetime) -> None:
    seen: list[int | None] = []
    assert follow(name="risks", log=LOG, react=lambda entry: seen.append(entry.index)) == 23
    assert follow(name="risks", log=LOG, react=lambda entry: seen.append(entry.index)) == 0
    fill(5, now)
    services.integrate(log=LOG, now=now)
    follow(name="risks", log=LOG, react=lambda entry: seen.append(entry.index))
    assert seen == list(range(28))
    assert follower_lag(name="risks", log=LOG) == 0


def test_only_the_kinds_asked_for_are_given_and_the_rest_is_passed_over() -> None:
    seen: list[str] = []
    assert follow(name="keys", log=LOG, react=lambda entry: seen.append(entry.kind), kinds={"key.created"}) == 23
    assert seen == ["key.created"]


def test_a_reaction_that_fails_leaves_no_effect_and_is_tried_again(now: datetime) -> None:
    failing = {7}

    def react(entry: queries.EntryView) -> None:
        services.append(
            log=LOG, kind="evidence.opened", subject=f"entry:{entry.index}", actor="p-follower", body={}, now=now
        )
        if entry.index in failing:
            raise RuntimeError("not now")

    with pytest.raises(RuntimeError):
        follow(name="risks", log=LOG, react=react)
    assert follower_position(name="risks", log=LOG) == 7
    failing.clear()
    follow(name="risks", log=LOG, react=react, limit=16)
    effects = [entry.subject for entry in queries.waiting_list(log=LOG, limit=100)]
    assert effects == [f"entry:{index}" for index in range(23)]


def test_an_effect_that_is_rolled_back_moves_no_position() -> None:
    with transaction.atomic():
        follow(name="risks", log=LOG, react=lambda entry: None, limit=5)
        transaction.set_rollback(True)
    assert follower_position(name="risks", log=LOG) == 0


def test_followers_go_their_own_ways_and_show_their_lag() -> None:
    follow(name="risks", log=LOG, react=lambda entry: None, limit=3)
    assert follower_lag(name="risks", log=LOG) == 20
    assert follower_lag(name="notices", log=LOG) == 23


def test_a_log_that_is_not_there_has_no_lag() -> None:
    with pytest.raises(NotFound):
        follower_lag(name="risks", log="nothing")
