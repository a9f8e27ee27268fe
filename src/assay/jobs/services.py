"""Use cases of the room: enqueue, cancel, schedule. Jobs leave no entries themselves; what their steps do, does."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction

from assay.accounts.access import Actor
from assay.accounts.models import Organization
from assay.core.errors import Conflict, InvalidInput, UsageError
from assay.jobs.models import OPEN_STATES, Job, JobState, Schedule


def enqueue(
    *,
    kind: str,
    key: str,
    steps_body: Mapping[str, Any],
    organization: Organization | None,
    now: datetime,
    not_before: datetime | None = None,
) -> Job:
    """Put a job into the queue, in the caller's transaction: it exists if and only if the caller's change does.

    While a job of the same organization, kind and key is open, that one is returned and nothing is added. `steps_body`
    is JSON, handed to the handler as `work.body`. Raises UsageError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise UsageError("A job can be enqueued only in the transaction of the change that wants it.")
    same = Job.objects.filter(organization=organization, kind=kind, key=key, state__in=OPEN_STATES)
    found = same.first()
    if found is not None:
        return found
    job = Job(
        organization=organization,
        kind=kind,
        key=key,
        body=dict(steps_body),
        not_before=not_before or now,
        created_at=now,
    )
    try:
        with transaction.atomic():
            job.save(force_insert=True)
    except IntegrityError:  # somebody else enqueued it between the look and the insert
        return same.get()
    return job


@transaction.atomic
def job_cancel(*, job: Job, by: Actor, now: datetime) -> Job:
    """Cancel a job: at once if it waits, else before its next step, the running one being undone.

    Raises NotPermitted unless `by` may write, Conflict if the job is finished.
    """
    by.require("write")
    waiting = Job.objects.filter(pk=job.pk, state=JobState.QUEUED)
    if not waiting.update(state=JobState.CANCELLED, finished_at=now) and not Job.objects.filter(
        pk=job.pk, state=JobState.RUNNING
    ).update(cancel_asked=True):
        raise Conflict("The job is finished already.", hint="There is nothing left to cancel.")
    job.refresh_from_db()
    return job


@transaction.atomic
def schedule_set(
    *,
    kind: str,
    key: str,
    body: Mapping[str, Any],
    every: timedelta,
    organization: Organization | None,
    now: datetime,
    first_at: datetime | None = None,
) -> Schedule:
    """Have a job enqueued every `every` (at least one second), from `first_at` (default: one interval from now) on.

    Setting it again for the same organization, kind and key changes interval and body and keeps the next time, unless
    `first_at` is given.
    """
    seconds = int(every.total_seconds())
    if seconds < 1:
        raise InvalidInput("A schedule needs an interval of a second or more.", field="every")
    schedule = Schedule.objects.filter(organization=organization, kind=kind, key=key).first()
    if schedule is None:
        schedule = Schedule(organization=organization, kind=kind, key=key, next_at=first_at or now + every)
    schedule.body, schedule.every_seconds, schedule.enabled = dict(body), seconds, True
    schedule.next_at = first_at or schedule.next_at
    schedule.save()
    return schedule


@transaction.atomic
def schedule_stop(*, schedule: Schedule) -> None:
    """Keep a schedule and enqueue nothing more from it."""
    schedule.enabled = False
    schedule.save(update_fields=["enabled"])


def schedules_enqueue(*, now: datetime) -> int:
    """Enqueue what is due, each schedule once however late it is; return how many jobs. Safe from several workers."""
    count = 0
    for schedule in Schedule.objects.filter(enabled=True, next_at__lte=now).select_related("organization"):
        with transaction.atomic():
            late = (now - schedule.next_at) // timedelta(seconds=schedule.every_seconds)
            following = schedule.next_at + timedelta(seconds=schedule.every_seconds) * (late + 1)
            mine = Schedule.objects.filter(pk=schedule.pk, next_at=schedule.next_at).update(next_at=following)
            if mine:
                enqueue(
                    kind=schedule.kind,
                    key=schedule.key,
                    steps_body=schedule.body,
                    organization=schedule.organization,
                    now=now,
                )
                count += 1
    return count
