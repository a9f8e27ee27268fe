"""Two transactions that each write about new subjects, in whatever order, do not wait for each other."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from assay.core.errors import NotFound
from assay.ledger import queries, services, storage
from assay.ledger.erasing import payload_erase, retention_run, retention_set, subject_erase
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


def erase(subject: str, now: datetime) -> int:
    return subject_erase(log=LOG, subject=subject, actor="p-1", reason="asked", basis="law", now=now)


def waiting_for_a_lock() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return int(cursor.fetchone()[0])


def until_somebody_waits() -> None:
    until = time.monotonic() + SECONDS
    while not waiting_for_a_lock():
        assert time.monotonic() < until, "nobody waits"
        time.sleep(0.02)


def test_what_another_transaction_is_about_to_commit_is_erased_too(now: datetime) -> None:
    """Two write first about a subject; one commits; the subject is erased; the other commits."""
    written, made, erased = threading.Event(), [""], [0]

    def late() -> None:
        with transaction.atomic():
            made[0] = write("person:late", now)
            written.set()
            until_somebody_waits()

    def eraser() -> None:
        assert written.wait(SECONDS)
        write_committed(now)
        erased[0] = erase("person:late", now)

    def write_committed(now: datetime) -> None:
        with transaction.atomic():
            write("person:late", now)

    assert side_by_side(late, eraser) == []
    services.integrate(log=LOG, now=now)
    assert erased == [2]
    assert queries.payload_get(log=LOG, event=made[0]) is None
    assert not PayloadKey.objects.filter(log=LOG, subject="person:late").exists()
    (entry,) = queries.entry_list(log=LOG, kind="subject.erased").entries
    assert b'"contents":2' in (queries.payload_get(log=LOG, event=entry.event) or b"")
    assert verify_live().differences == ()


def test_a_long_import_about_many_new_subjects_goes_on_while_one_is_erased(now: datetime) -> None:
    """The import holds the key of the subject; it makes keys in every slot, and writes about the subject again."""
    with transaction.atomic():
        write("person:known", now)
    begun = threading.Event()

    def importing() -> None:
        with transaction.atomic():
            write("person:known", now)
            begun.set()
            until_somebody_waits()
            for number in range(600):
                write(f"record:{number}", now)
            write("person:known", now)

    def erasing() -> None:
        assert begun.wait(SECONDS)
        assert erase("person:known", now) == 3

    assert side_by_side(importing, erasing) == []
    services.integrate(log=LOG, now=now)
    assert PayloadKey.objects.filter(log=LOG, subject__startswith="record:").count() == 600
    assert not PayloadKey.objects.filter(log=LOG, subject="person:known").exists()
    assert verify_live().differences == ()


def test_who_writes_while_the_subject_is_erased_waits_and_is_kept(now: datetime) -> None:
    """What is written about a subject after it was erased is new content, under a new key."""
    with transaction.atomic():
        write("person:again", now)
    inside, made = threading.Event(), [""]

    def erasing() -> None:
        with transaction.atomic():
            assert erase("person:again", now) == 1
            inside.set()
            until_somebody_waits()

    def writing() -> None:
        assert inside.wait(SECONDS)
        with transaction.atomic():
            made[0] = write("person:again", now)

    assert side_by_side(erasing, writing) == []
    services.integrate(log=LOG, now=now)
    assert queries.payload_get(log=LOG, event=made[0]) == b'{"n":1}'
    assert verify_live().differences == ()


def crossing() -> tuple[str, str]:
    """Two subjects, the entry about the erasure of either of which needs the slot of the other."""
    seen: dict[tuple[int, int], str] = {}
    for number in range(20_000):
        subject = f"person:{number}"
        own, told = storage._slot(LOG, subject), storage._slot(LOG, f"subject:{subject}")
        if own != told and (told, own) in seen:
            return seen[told, own], subject
        seen[own, told] = subject
    raise AssertionError("no such subjects")


def test_two_erasures_that_need_what_the_other_holds_both_happen(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    subjects = crossing()
    for subject in subjects:
        with transaction.atomic():
            write(subject, now)
    meeting, stop = threading.Barrier(2), storage.key_making_stop

    def stop_and_meet(*given: Any) -> None:
        stop(*given)
        with suppress(threading.BrokenBarrierError):
            meeting.wait(1.0)

    monkeypatch.setattr(storage, "key_making_stop", stop_and_meet)
    counts: list[int] = []
    acts = [lambda subject=subject: counts.append(erase(subject, now)) for subject in subjects]
    assert side_by_side(*acts) == []
    assert counts == [1, 1]
    services.integrate(log=LOG, now=now)
    assert len(queries.entry_list(log=LOG, kind="subject.erased").entries) == 2
    assert not PayloadKey.objects.filter(log=LOG, subject__in=subjects).exists()
    assert verify_live().differences == ()


def test_two_runs_of_retention_erase_once_and_tell_it_once(now: datetime) -> None:
    for number in range(30):
        with transaction.atomic():
            write(f"person:{number}", now - timedelta(days=90))
    with transaction.atomic():
        retention_set(log=LOG, kind="person.changed", days=30, basis="ours", actor="p-1", now=now)
    services.integrate(log=LOG, now=now)

    told: list[int] = []

    def run() -> None:
        told.extend(each.count for each in retention_run(log=LOG, actor="p-1", now=now))

    assert side_by_side(run, run, run) == []
    assert told == [30]
    services.integrate(log=LOG, now=now)
    (entry,) = queries.entry_list(log=LOG, kind="payloads.expired").entries
    assert b'"contents":30' in (queries.payload_get(log=LOG, event=entry.event) or b"")
    assert verify_live().differences == ()


def test_two_who_erase_the_same_content_tell_it_once(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    with transaction.atomic():
        event = write("person:1", now)
    services.integrate(log=LOG, now=now)
    meeting, enter = threading.Barrier(2), storage.erasing_enter

    def meet_and_enter(*given: Any) -> None:
        with suppress(threading.BrokenBarrierError):
            meeting.wait(5.0)
        enter(*given)

    monkeypatch.setattr(storage, "erasing_enter", meet_and_enter)

    refused: list[NotFound] = []

    def run() -> None:
        try:
            payload_erase(log=LOG, event=event, actor="p-1", reason="asked", basis="ours", now=now)
        except NotFound as error:
            refused.append(error)

    assert side_by_side(run, run) == []
    assert len(refused) == 1
    services.integrate(log=LOG, now=now)
    assert len(queries.entry_list(log=LOG, kind="payload.erased").entries) == 1
    assert verify_live().differences == ()
