"""Who works on a job: claiming, renewing, recording a step, finishing. Every write is conditional on the lease.

A worker that was stopped for longer than its lease may wake up and go on; its writes then find another owner and change
nothing. Together with the unique name of a step in a job this makes each step happen once.
"""

import secrets
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Q

from assay.jobs.models import Job, JobState, Step

TRIES = 8  # tries in a row without a step done, after which a job fails


class LeaseLost(Exception):
    """Another worker has the job, or somebody cancelled it; what was done since the last step is undone."""


def claim(*, worker: str, kinds: Collection[str], now: datetime, lease: timedelta) -> Job | None:
    """Take one job that waits or whose worker fell silent; the one due longest first. None if there is none.

    PostgreSQL: rows that another worker is taking are skipped. SQLite: a look without a lock, then an update that holds
    only if nothing changed meanwhile.
    """
    due = Q(state=JobState.QUEUED, not_before__lte=now) | Q(state=JobState.RUNNING, lease_until__lt=now)
    candidates = Job.objects.filter(due, kind__in=kinds).order_by("not_before", "created_at")
    owner = f"{worker}/{secrets.token_hex(6)}"
    if not connection.features.has_select_for_update_skip_locked:
        job = candidates.first()
        return None if job is None else _take(job, due, owner, now, lease)
    with transaction.atomic():
        job = candidates.select_for_update(skip_locked=True, of=("self",)).first()
        return None if job is None else _take(job, due, owner, now, lease)


def _take(job: Job, due: Q, owner: str, now: datetime, lease: timedelta) -> Job | None:
    taken = Job.objects.filter(due, pk=job.pk).update(
        state=JobState.RUNNING,
        lease_owner=owner,
        lease_until=now + lease,
        attempts=F("attempts") + 1,
        started_at=now,
    )
    if not taken:
        return None
    job.refresh_from_db()
    return job


def held(job_id: UUID, owner: str) -> Any:
    """The job while `owner` has it and nobody asked to cancel it, as a queryset of one row or none."""
    return Job.objects.filter(pk=job_id, state=JobState.RUNNING, lease_owner=owner, cancel_asked=False)


def renew(*, job_id: UUID, owner: str, until: datetime) -> bool:
    """Keep the lease; False when it is lost or a cancellation is asked for."""
    return bool(held(job_id, owner).update(lease_until=until))


def record_step(
    *,
    job: Job,
    name: str,
    save: Callable[[], Any],
    units: int,
    rate_milli: int,
    clock: Callable[[], datetime],
    lease: timedelta,
) -> Any:
    """Do a step and record it, both or neither; return its answer. Raises LeaseLost.

    The lease is renewed in the same transaction, so that a step that took longer than the lease is not lost by it.
    """
    with transaction.atomic():
        answer = save()
        now = clock()
        Step.objects.create(job=job, name=name, result=answer, at=now)
        kept = held(job.pk, job.lease_owner).update(
            lease_until=now + lease, attempts=1, done_units=F("done_units") + units, rate_milli=rate_milli
        )
        if not kept:
            raise LeaseLost
    return answer


def set_total(*, job: Job, units: int) -> None:
    """Record the size of the job. Raises LeaseLost."""
    if not held(job.pk, job.lease_owner).update(total_units=units):
        raise LeaseLost


def finish(*, job: Job, state: JobState, error: str, now: datetime) -> bool:
    """End the job if this worker still has it (whether or not a cancellation is asked for)."""
    mine = Job.objects.filter(pk=job.pk, state=JobState.RUNNING, lease_owner=job.lease_owner)
    return bool(mine.update(state=state, error=error, lease_until=None, lease_owner="", finished_at=now))


def put_back(*, job: Job, error: str, not_before: datetime) -> bool:
    """Queue the job for another try."""
    mine = Job.objects.filter(pk=job.pk, state=JobState.RUNNING, lease_owner=job.lease_owner)
    return bool(
        mine.update(state=JobState.QUEUED, error=error, lease_until=None, lease_owner="", not_before=not_before)
    )
