"""Two transactions that each write about new subjects, in whatever order, do not wait for each other."""

import threading
from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import DatabaseError, connection, transaction

from assay.core.errors import NotFound
from assay.ledger import queries, services
from assay.ledger.erasing import subject_erase
from assay.ledger.live import verify_live
from assay.ledger.models import PayloadKey
from tests.django_setup import chosen_database
from tests.rooms.ledger_log import LOG, ORIGIN

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.req("L-06"),
    pytest.mark.skipif(chosen_database() != "postgres", reason="SQLite has one writer at a time"),
]
SECONDS = 20


@pytest.fixture(autouse=True)
def _log(now: datetime) -> None:
    services.log_open(log=LOG, origin=ORIGIN, now=now)
    services.integrate(log=LOG, now=now)


def write(subject: str, now: datetime) -> str:
    return services.append(log=LOG, kind="person.changed", subject=subject, actor="p-1", body={"n": 1}, now=now)


def side_by_side(*acts: Callable[[], None]) -> list[BaseException]:
    """Run functions in threads of their own, each with its own connection; return what they raised."""
    raised: list[BaseException] = []

    def run(act: Callable[[], None]) -> None:
        try:
            act()
        except (AssertionError, DatabaseError, threading.BrokenBarrierError) as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for each in threads:
        each.start()
    for each in threads:
        each.join(SECONDS)
    assert not any(each.is_alive() for each in threads)
    return raised


def in_order(now: datetime, meeting: threading.Barrier, *subjects: str) -> Callable[[], None]:
    """A transaction that writes about subjects one after another, and waits after the first until the other did as well."""

    def act() -> None:
        with transaction.atomic():
            for number, subject in enumerate(subjects):
                write(subject, now)
                if not number:
                    meeting.wait(SECONDS)

    return act


def test_new_subjects_in_opposite_order_are_no_deadlock(now: datetime) -> None:
    for number in range(3):
        meeting = threading.Barrier(2)
        one, two = f"person:{number}-a", f"person:{number}-b"
        assert side_by_side(in_order(now, meeting, one, two), in_order(now, meeting, two, one)) == []
    services.integrate(log=LOG, now=now)
    entries = queries.entry_list(log=LOG, kind="person.changed").entries
    assert len(entries) == 12
    assert all(queries.payload_get(log=LOG, event=each.event) == b'{"n":1}' for each in entries)
    assert verify_live().differences == ()


def test_nobody_waits_until_another_has_finished_about_the_same_new_subject(now: datetime) -> None:
    wrote, go = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            write("person:new", now)
            wrote.set()
            assert go.wait(SECONDS), "the other waited for this transaction"

    def quick() -> None:
        assert wrote.wait(SECONDS)
        with transaction.atomic():
            write("person:new", now)
        go.set()

    assert side_by_side(slow, quick) == []


def test_erasing_takes_everything_whatever_it_was_sealed_under(now: datetime) -> None:
    meeting = threading.Barrier(2)
    pair = ("person:x", "person:y")
    assert side_by_side(in_order(now, meeting, *pair), in_order(now, meeting, *reversed(pair))) == []
    with transaction.atomic():
        later = write("person:x", now)
    services.integrate(log=LOG, now=now)
    assert subject_erase(log=LOG, subject="person:x", actor="p-1", reason="asked", basis="law", now=now) == 3
    services.integrate(log=LOG, now=now)
    assert not PayloadKey.objects.filter(log=LOG, subject="person:x").exists()
    assert queries.payload_get(log=LOG, event=later) is None
    with pytest.raises(NotFound):
        subject_erase(log=LOG, subject="person:x", actor="p-1", reason="asked", basis="law", now=now)
    assert verify_live().differences == ()
