"""The worker: claims jobs one after the other, runs their handlers, keeps the lease, tries again."""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, close_old_connections, connection, connections
from django.utils import timezone

from assay.core.errors import AssayError, Unavailable
from assay.jobs import lease, registry, services
from assay.jobs.lease import LeaseLost
from assay.jobs.models import Job, JobState, Step
from assay.jobs.registry import Do, Total, Work

LEASE = timedelta(seconds=30)
POLL_SECONDS = 1.0
BACKOFF_FIRST = timedelta(seconds=5)
BACKOFF_MOST = timedelta(minutes=10)
Clock = Callable[[], datetime]

logger = logging.getLogger("assay.jobs")


def run(
    *,
    stop: threading.Event,
    until_idle: bool = False,
    lease_time: timedelta = LEASE,
    poll_seconds: float = POLL_SECONDS,
    clock: Clock = timezone.now,
) -> int:
    """Work until `stop` is set, or with `until_idle` until nothing is due; return how many jobs were ended.

    Any number of workers may run, in threads, processes or on other machines with the same database. A worker that
    stops in an orderly way finishes its present step and leaves the rest to others.
    """
    worker = f"{socket.gethostname()}:{os.getpid()}"
    ended = 0
    while not stop.is_set():
        try:
            job = _next(worker, lease_time, clock)
            if job is not None:
                ended += _work(job, stop=stop, lease_time=lease_time, clock=clock)
                continue
        except DatabaseError:  # the lease of a job at hand runs out, and somebody takes it over
            logger.exception("jobs.database-unavailable")
            _mend_connection()
        if until_idle:
            break
        stop.wait(poll_seconds)
    return ended


def _next(worker: str, lease_time: timedelta, clock: Clock) -> Job | None:
    now = clock()
    services.schedules_enqueue(now=now)
    job = lease.claim(worker=worker, kinds=tuple(registry.HANDLERS), now=now, lease=lease_time)
    if job is not None and job.attempts > lease.TRIES:
        lease.finish(job=job, state=JobState.FAILED, error=job.error or "Its workers died.", now=now)
        return None
    return job


def _work(job: Job, *, stop: threading.Event, lease_time: timedelta, clock: Clock) -> int:
    """Run one job as far as it goes; 1 if it ended, 0 if it is left for another time or another worker."""
    lost, done = threading.Event(), threading.Event()
    heart = threading.Thread(
        target=_beat, args=(job, lost, done, lease_time, clock), name=f"lease-{job.pk}", daemon=True
    )
    heart.start()
    try:
        finished = _steps(job, stop=stop, lost=lost, lease_time=lease_time, clock=clock)
    except LeaseLost:
        return _after_loss(job, clock)
    except Exception as error:  # noqa: BLE001 — the job loop: one job that fails must not end the worker
        return _after_failure(job, error, clock)
    finally:
        done.set()
        heart.join()
    if not finished:
        lease.put_back(job=job, error="", not_before=clock())
        return 0
    return int(lease.finish(job=job, state=JobState.DONE, error="", now=clock()))


def _steps(job: Job, *, stop: threading.Event, lost: threading.Event, lease_time: timedelta, clock: Clock) -> bool:
    """Drive the handler to its end; False if the worker is to stop before that. Raises LeaseLost."""
    recorded: dict[str, Any] = dict(Step.objects.filter(job=job).values_list("name", "result"))
    work = Work(job.pk, job.organization_id, job.kind, job.key, job.body)
    steps = registry.HANDLERS[job.kind](work)
    answer, units, began = None, 0, time.monotonic()
    named: set[str] = set()
    while True:
        try:
            word = steps.send(answer)
        except StopIteration:
            return True
        answer = None
        if isinstance(word, Total):
            lease.set_total(job=job, units=word.units)
            continue
        if word.name in named:
            raise RuntimeError(f"the handler of {job.kind} names two steps {word.name}")
        named.add(word.name)
        if word.name in recorded:
            answer = recorded[word.name]
            continue
        if stop.is_set():
            return False
        if lost.is_set() or not lease.held(job.pk, job.lease_owner).exists():
            raise LeaseLost
        units += word.units
        rate = round(units * 1000 / max(time.monotonic() - began, 0.001))
        answer = _do(word, job, rate, lease_time, clock)


def _do(word: Do, job: Job, rate: int, lease_time: timedelta, clock: Clock) -> Any:
    save = word.save
    if word.compute is not None:
        computed, keep = word.compute(), word.save
        save = lambda: keep(computed)  # noqa: E731
    return lease.record_step(
        job=job, name=word.name, save=save, units=word.units, rate_milli=rate, clock=clock, lease=lease_time
    )


def _beat(job: Job, lost: threading.Event, done: threading.Event, lease_time: timedelta, clock: Clock) -> None:
    """Renew the lease three times per its length, on a connection of this thread."""
    try:
        while not done.wait(lease_time.total_seconds() / 3):
            try:
                if not lease.renew(job_id=job.pk, owner=job.lease_owner, until=clock() + lease_time):
                    lost.set()
                    return
            except DatabaseError:
                logger.warning("jobs.lease-not-renewed", extra={"job": str(job.pk)}, exc_info=True)
    finally:
        connections.close_all()


def _after_loss(job: Job, clock: Clock) -> int:
    cancelled = Job.objects.filter(pk=job.pk, cancel_asked=True).exists()
    if cancelled and lease.finish(job=job, state=JobState.CANCELLED, error="", now=clock()):
        return 1
    logger.warning("jobs.lease-lost", extra={"job": str(job.pk), "kind": job.kind})
    return 0


def _after_failure(job: Job, error: Exception, clock: Clock) -> int:
    """Try again later; give up at once on an error that says the input is wrong, and after too many tries."""
    final = isinstance(error, AssayError) and not isinstance(error, Unavailable)
    words = (
        f"{error} {error.hint}".strip() if isinstance(error, AssayError) else f"It crashed ({type(error).__name__})."
    )
    logger.error("jobs.failed", extra={"job": str(job.pk), "kind": job.kind}, exc_info=error)
    _mend_connection()
    attempts = Job.objects.values_list("attempts", flat=True).get(pk=job.pk)
    if final or attempts >= lease.TRIES:
        return int(lease.finish(job=job, state=JobState.FAILED, error=words, now=clock()))
    pause = min(BACKOFF_FIRST * 2 ** (attempts - 1), BACKOFF_MOST)
    lease.put_back(job=job, error=words, not_before=clock() + pause)
    return 0


def _mend_connection() -> None:
    """Drop a connection that an error broke, so that the next statement makes a new one."""
    if not connection.in_atomic_block:
        close_old_connections()
