"""Jobs: enqueued with the change, one owner at a time, steps once, tries, cancelling, schedules."""

import threading
from datetime import datetime, timedelta
from functools import partial

import pytest
from django.db import transaction

from assay.accounts.access import Actor
from assay.accounts.models import Organization
from assay.core.errors import Conflict, InvalidInput, NotFound, NotPermitted, Unavailable, UsageError
from assay.jobs import lease, queries, registry, services, worker
from assay.jobs.models import Job, JobState, Schedule, Step
from assay.jobs.registry import Do, Steps, Total, Work

LEASE = timedelta(seconds=30)


class Clock:
    """A clock that is set by hand."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(now: datetime) -> Clock:
    return Clock(now)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A handler `test.count` of `body["steps"]` steps, one of which may fail; the list tells what was done."""
    done: list[str] = []

    def save(name: str) -> str:
        done.append(name)
        return name

    def fail(error: Exception) -> None:
        done.append("failed")
        raise error

    def count(work: Work) -> Steps:
        yield Total(work.body["steps"])
        for number in range(work.body["steps"]):
            if number == work.body.get("fails_at") and done.count("failed") < work.body.get("times", 1):
                error = InvalidInput("bad input") if work.body.get("final") else Unavailable("try later")
                yield Do("failing", partial(fail, error))
            answer = yield Do(f"step-{number}", partial(save, f"step-{number}"))
            assert answer == f"step-{number}"

    monkeypatch.setattr(registry, "_handlers", handlers := {"test.count": count})
    monkeypatch.setattr(registry, "HANDLERS", handlers)
    return done


def enqueued(organization: Organization | None, now: datetime, key: str = "one", **body: object) -> Job:
    with transaction.atomic():
        return services.enqueue(
            kind="test.count", key=key, steps_body={"steps": 3, **body}, organization=organization, now=now
        )


def work_once(clock: Clock) -> int:
    return worker.run(stop=threading.Event(), until_idle=True, lease_time=LEASE, clock=clock)


@pytest.mark.django_db(transaction=True)
def test_a_job_cannot_be_enqueued_outside_the_change_that_wants_it(now: datetime) -> None:
    with pytest.raises(UsageError):
        services.enqueue(kind="test.count", key="one", steps_body={}, organization=None, now=now)


@pytest.mark.django_db(transaction=True)
def test_a_job_of_a_change_that_is_undone_never_was(now: datetime) -> None:
    with transaction.atomic():
        services.enqueue(kind="test.count", key="one", steps_body={}, organization=None, now=now)
        transaction.set_rollback(True)
    assert not Job.objects.exists()


def test_an_open_job_is_not_enqueued_twice(organization: Organization, other_organization: Organization, now: datetime):
    first = enqueued(organization, now)
    assert enqueued(organization, now) == first
    assert enqueued(other_organization, now) != first
    assert enqueued(None, now) == enqueued(None, now)


def test_a_job_runs_to_its_end(organization: Organization, clock: Clock, counted: list[str]) -> None:
    job = enqueued(organization, clock.now)
    assert work_once(clock) == 1
    job.refresh_from_db()
    assert (job.state, job.done_units, job.total_units, job.lease_owner) == ("done", 3, 3, "")
    assert counted == ["step-0", "step-1", "step-2"]
    assert Step.objects.filter(job=job).count() == 3


def test_a_finished_job_can_be_enqueued_again(organization: Organization, clock: Clock, counted: list[str]) -> None:
    first = enqueued(organization, clock.now)
    work_once(clock)
    assert enqueued(organization, clock.now) != first


def test_a_job_waits_for_its_time(organization: Organization, clock: Clock, counted: list[str]) -> None:
    later = clock.now + timedelta(hours=1)
    with transaction.atomic():
        services.enqueue(
            kind="test.count", key="k", steps_body={"steps": 1}, organization=None, now=clock.now, not_before=later
        )
    assert work_once(clock) == 0
    clock.now = later
    assert work_once(clock) == 1


def test_a_step_that_fails_is_tried_again_later_and_earlier_steps_are_not(
    organization: Organization, clock: Clock, counted: list[str]
) -> None:
    job = enqueued(organization, clock.now, fails_at=1)
    assert work_once(clock) == 0
    job.refresh_from_db()
    assert (job.state, job.error, job.not_before) == ("queued", "try later", clock.now + worker.BACKOFF_FIRST)
    clock.now = job.not_before
    assert work_once(clock) == 1
    assert counted == ["step-0", "failed", "step-1", "step-2"]


def test_a_job_that_says_the_input_is_wrong_fails_at_once(
    organization: Organization, clock: Clock, counted: list[str]
) -> None:
    job = enqueued(organization, clock.now, fails_at=0, final=True)
    assert work_once(clock) == 1
    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", "bad input")


def test_a_job_fails_after_too_many_tries_without_a_step(
    organization: Organization, clock: Clock, counted: list[str]
) -> None:
    job = enqueued(organization, clock.now, fails_at=0, times=1000)
    for _ in range(lease.TRIES):
        work_once(clock)
        clock.now += worker.BACKOFF_MOST
    job.refresh_from_db()
    assert (job.state, len(counted)) == ("failed", lease.TRIES)


def test_a_second_worker_does_not_get_a_leased_job(organization: Organization, now: datetime, counted: list[str]):
    enqueued(organization, now)
    assert lease.claim(worker="a", kinds=["test.count"], now=now, lease=LEASE) is not None
    assert lease.claim(worker="b", kinds=["test.count"], now=now + LEASE, lease=LEASE) is None


def test_a_job_whose_worker_fell_silent_is_taken_over(organization: Organization, clock: Clock, counted: list[str]):
    enqueued(organization, clock.now)
    silent = lease.claim(worker="a", kinds=["test.count"], now=clock.now, lease=LEASE)
    assert silent is not None
    clock.now += LEASE + timedelta(seconds=1)
    assert work_once(clock) == 1
    assert not lease.renew(job_id=silent.pk, owner=silent.lease_owner, until=clock.now)


def test_a_worker_that_wakes_up_after_its_lease_changes_nothing(
    organization: Organization, clock: Clock, counted: list[str]
) -> None:
    enqueued(organization, clock.now)
    silent = lease.claim(worker="a", kinds=["test.count"], now=clock.now, lease=LEASE)
    late = clock.now + LEASE + timedelta(seconds=1)
    assert lease.claim(worker="b", kinds=["test.count"], now=late, lease=LEASE) is not None
    assert silent is not None
    with pytest.raises(lease.LeaseLost):
        lease.record_step(job=silent, name="x", save=dict, units=1, rate_milli=0, clock=clock, lease=LEASE)
    assert not Step.objects.filter(job=silent).exists()
    assert not lease.finish(job=silent, state=JobState.DONE, error="", now=late)


def test_a_kind_without_a_handler_is_left_to_others(organization: Organization, clock: Clock) -> None:
    job = enqueued(organization, clock.now)
    work_once(clock)
    job.refresh_from_db()
    assert job.state == "queued"


def test_a_waiting_job_is_cancelled_at_once(ben: Actor, clock: Clock, counted: list[str]) -> None:
    job = enqueued(ben.organization, clock.now)
    services.job_cancel(job=job, by=ben, now=clock.now)
    assert (job.state, work_once(clock)) == ("cancelled", 0)
    with pytest.raises(Conflict):
        services.job_cancel(job=job, by=ben, now=clock.now)


def test_a_running_job_is_cancelled_before_its_next_step(ben: Actor, clock: Clock, counted: list[str]) -> None:
    job = enqueued(ben.organization, clock.now)
    assert lease.claim(worker="a", kinds=["test.count"], now=clock.now, lease=LEASE) is not None
    services.job_cancel(job=job, by=ben, now=clock.now)
    clock.now += LEASE + timedelta(seconds=1)  # its worker died; another one takes it over and ends it
    assert work_once(clock) == 1
    job.refresh_from_db()
    assert (job.state, counted) == ("cancelled", [])


def test_an_auditor_cancels_nothing_and_an_outsider_sees_no_job(chen: Actor, dora: Actor, now: datetime) -> None:
    job = enqueued(chen.organization, now)
    with pytest.raises(NotPermitted):
        services.job_cancel(job=job, by=chen, now=now)
    with pytest.raises(NotFound):
        queries.access_job(actor=dora, job_id=job.pk)
    assert queries.job_list(actor=dora) == ()


def test_a_handler_that_names_two_steps_alike_is_refused(
    organization: Organization, clock: Clock, counted: list[str]
) -> None:
    def twice(work: Work) -> Steps:
        yield Do("same", dict)
        yield Do("same", dict)

    registry._handlers["test.count"] = twice
    job = enqueued(organization, clock.now)
    work_once(clock)
    job.refresh_from_db()
    assert (job.state, job.error) == ("queued", "It crashed (RuntimeError).")


def test_what_a_step_computes_reaches_what_it_saves(organization: Organization, clock: Clock, counted: list[str]):
    saved: list[int] = []

    def computing(work: Work) -> Steps:
        yield Do("compute", saved.append, compute=lambda: 42)

    registry._handlers["test.count"] = computing
    enqueued(organization, clock.now)
    assert (work_once(clock), saved) == (1, [42])


def test_a_schedule_enqueues_once_however_late(organization: Organization, now: datetime) -> None:
    every = timedelta(hours=1)
    services.schedule_set(
        kind="test.count", key="s", body={"steps": 1}, every=every, organization=organization, now=now
    )
    assert services.schedules_enqueue(now=now) == 0
    assert services.schedules_enqueue(now=now + 5 * every) == 1
    assert services.schedules_enqueue(now=now + 5 * every) == 0
    assert Job.objects.count() == 1
    assert Schedule.objects.get().next_at == now + 6 * every


def test_a_schedule_set_again_keeps_its_time(organization: Organization, now: datetime) -> None:
    rest = {"kind": "test.count", "key": "s", "body": {}, "organization": organization}
    first = services.schedule_set(every=timedelta(hours=1), now=now, **rest)
    again = services.schedule_set(every=timedelta(hours=2), now=now + timedelta(minutes=5), **rest)
    assert (again.pk, again.next_at, again.every_seconds) == (first.pk, first.next_at, 7200)


def test_progress_is_told_in_words(organization: Organization, now: datetime) -> None:
    job = enqueued(organization, now)
    job.done_units, job.total_units, job.rate_milli = 40, 100, 500
    view = queries.job_view(job)
    assert (view.rate, view.remaining) == ("0.5 a second", "about 2 min left")
