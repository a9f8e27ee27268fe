"""Tables of the room: jobs, the steps they have done, schedules. None of them is evidence; what a step does is logged
by the service it calls."""

import uuid

from django.db import models
from django.db.models import Q

from assay.accounts.models import Organization


class JobState(models.TextChoices):
    """queued → running → done | failed | cancelled; running → queued when a try fails and another is left."""

    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


OPEN_STATES = (JobState.QUEUED.value, JobState.RUNNING.value)


class Job(models.Model):
    """One piece of background work. Open jobs have a key that is unique per organization and kind; a job of
    the whole installation has no organization.

    A running job belongs to `lease_owner` until `lease_until`; afterwards any worker may take it over. `done_units` of
    `total_units` count what the handler says; `rate_milli` is units per 1000 s over the present try; `attempts` counts
    the tries since a step was last done.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, null=True, blank=True, on_delete=models.PROTECT, related_name="jobs")
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    body = models.JSONField()
    state = models.CharField(max_length=12, choices=JobState.choices, default=JobState.QUEUED)
    lease_owner = models.CharField(max_length=80, blank=True, default="")
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    not_before = models.DateTimeField()
    done_units = models.PositiveBigIntegerField(default=0)
    total_units = models.PositiveBigIntegerField(null=True, blank=True)
    rate_milli = models.PositiveBigIntegerField(default=0)
    error = models.TextField(blank=True, default="")
    cancel_asked = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at",)
        indexes = (
            models.Index(fields=("state", "not_before"), name="jobs_job_state_not_before"),
            models.Index(fields=("organization", "-created_at"), name="jobs_job_organization_created"),
        )
        constraints = (
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="jobs_job_state_known"),
            models.UniqueConstraint(
                fields=("organization", "kind", "key"),
                condition=Q(state__in=OPEN_STATES),
                name="jobs_job_open_key_unique",
            ),
            models.UniqueConstraint(
                fields=("kind", "key"),
                condition=Q(state__in=OPEN_STATES, organization=None),
                name="jobs_job_open_key_unique_nobody",
            ),
            models.CheckConstraint(
                condition=Q(state=JobState.RUNNING, lease_until__isnull=False)
                | (~Q(state=JobState.RUNNING) & Q(lease_until=None)),
                name="jobs_job_lease_while_running",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Step(models.Model):
    """One step that a job has done, written in the transaction of what the step did."""

    id = models.BigAutoField(primary_key=True)
    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="steps")
    name = models.CharField(max_length=200)
    result = models.JSONField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("job", "name"), name="jobs_step_once"),)

    def __str__(self) -> str:
        return self.name


class Schedule(models.Model):
    """Enqueue a job every `every_seconds`, next at `next_at`. Missed times are made up for by one job."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, null=True, blank=True, on_delete=models.PROTECT, related_name="schedules"
    )
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    body = models.JSONField()
    every_seconds = models.PositiveIntegerField()
    next_at = models.DateTimeField()
    enabled = models.BooleanField(default=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("organization", "kind", "key"), name="jobs_schedule_key_unique"),
            models.UniqueConstraint(
                fields=("kind", "key"), condition=Q(organization=None), name="jobs_schedule_key_unique_nobody"
            ),
            models.CheckConstraint(condition=Q(every_seconds__gte=1), name="jobs_schedule_every_positive"),
        )

    def __str__(self) -> str:
        return f"{self.kind} every {self.every_seconds} s"
