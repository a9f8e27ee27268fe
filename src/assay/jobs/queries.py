"""What pages read of jobs."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from assay.accounts.access import Actor
from assay.core.errors import NotFound
from assay.jobs.models import OPEN_STATES, Job


@dataclass(frozen=True)
class JobView:
    """The progress of one job. `rate` is units per second in words, `remaining` a rough time in words; both may be
    empty. `total` is None until the handler knows it."""

    id: UUID
    kind: str
    key: str
    state: str
    done: int
    total: int | None
    rate: str
    remaining: str
    error: str
    open: bool
    cancelling: bool
    created_at: datetime
    finished_at: datetime | None


def job_list(*, actor: Actor, limit: int = 100) -> tuple[JobView, ...]:
    """The jobs of the actor's organization, newest first."""
    actor.require("read")
    return tuple(job_view(job) for job in Job.objects.filter(organization=actor.organization)[:limit])


def access_job(*, actor: Actor, job_id: UUID) -> Job:
    """A job of the actor's organization. Raises NotFound."""
    job = Job.objects.filter(pk=job_id, organization=actor.organization).first()
    if job is None or not actor.may("read"):
        raise NotFound("job", job_id)
    return job


def job_view(job: Job) -> JobView:
    """The progress of a job as a page shows it."""
    is_open = job.state in OPEN_STATES
    per_second = job.rate_milli / 1000
    left = None if job.total_units is None else job.total_units - job.done_units
    timed = is_open and left is not None and per_second > 0
    return JobView(
        id=job.pk,
        kind=job.kind,
        key=job.key,
        state=job.state,
        done=job.done_units,
        total=job.total_units,
        rate=f"{per_second:,.1f} a second" if is_open and per_second > 0 else "",
        remaining=_duration(round((left or 0) / per_second)) if timed else "",
        error=job.error,
        open=is_open,
        cancelling=is_open and job.cancel_asked,
        created_at=job.created_at,
        finished_at=job.finished_at,
    )


def _duration(seconds: int) -> str:
    if seconds < 90:
        return f"about {max(seconds, 1)} s left"
    if seconds < 90 * 60:
        return f"about {round(seconds / 60)} min left"
    return f"about {round(seconds / 3600)} h left"
