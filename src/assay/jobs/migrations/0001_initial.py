"""The tables of the jobs, all made in one step."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from assay.ledger.schema import CreateTables

TABLES = [
    migrations.CreateModel(
        name="Job",
        fields=[
            ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
            ("kind", models.CharField(max_length=60)),
            ("key", models.CharField(max_length=200)),
            ("body", models.JSONField()),
            (
                "state",
                models.CharField(
                    choices=[
                        ("queued", "Queued"),
                        ("running", "Running"),
                        ("done", "Done"),
                        ("failed", "Failed"),
                        ("cancelled", "Cancelled"),
                    ],
                    default="queued",
                    max_length=12,
                ),
            ),
            ("lease_owner", models.CharField(blank=True, default="", max_length=80)),
            ("lease_until", models.DateTimeField(blank=True, null=True)),
            ("attempts", models.PositiveIntegerField(default=0)),
            ("not_before", models.DateTimeField()),
            ("done_units", models.PositiveBigIntegerField(default=0)),
            ("total_units", models.PositiveBigIntegerField(blank=True, null=True)),
            ("rate_milli", models.PositiveBigIntegerField(default=0)),
            ("error", models.TextField(blank=True, default="")),
            ("cancel_asked", models.BooleanField(default=False)),
            ("created_at", models.DateTimeField()),
            ("started_at", models.DateTimeField(blank=True, null=True)),
            ("finished_at", models.DateTimeField(blank=True, null=True)),
            (
                "organization",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="jobs",
                    to="accounts.organization",
                ),
            ),
        ],
        options={
            "ordering": ("-created_at",),
            "indexes": [
                models.Index(fields=["state", "not_before"], name="jobs_job_state_not_before"),
                models.Index(fields=["organization", "-created_at"], name="jobs_job_organization_created"),
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("state__in", ["queued", "running", "done", "failed", "cancelled"])),
                    name="jobs_job_state_known",
                ),
                models.UniqueConstraint(
                    condition=models.Q(("state__in", ("queued", "running"))),
                    fields=("organization", "kind", "key"),
                    name="jobs_job_open_key_unique",
                ),
                models.UniqueConstraint(
                    condition=models.Q(("organization", None), ("state__in", ("queued", "running"))),
                    fields=("kind", "key"),
                    name="jobs_job_open_key_unique_nobody",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("lease_until__isnull", False), ("state", "running")),
                        models.Q(models.Q(("state", "running"), _negated=True), ("lease_until", None)),
                        _connector="OR",
                    ),
                    name="jobs_job_lease_while_running",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Schedule",
        fields=[
            ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
            ("kind", models.CharField(max_length=60)),
            ("key", models.CharField(max_length=200)),
            ("body", models.JSONField()),
            ("every_seconds", models.PositiveIntegerField()),
            ("next_at", models.DateTimeField()),
            ("enabled", models.BooleanField(default=True)),
            (
                "organization",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="schedules",
                    to="accounts.organization",
                ),
            ),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(fields=("organization", "kind", "key"), name="jobs_schedule_key_unique"),
                models.UniqueConstraint(
                    condition=models.Q(("organization", None)),
                    fields=("kind", "key"),
                    name="jobs_schedule_key_unique_nobody",
                ),
                models.CheckConstraint(
                    condition=models.Q(("every_seconds__gte", 1)), name="jobs_schedule_every_positive"
                ),
            ]
        },
    ),
    migrations.CreateModel(
        name="Step",
        fields=[
            ("id", models.BigAutoField(primary_key=True, serialize=False)),
            ("name", models.CharField(max_length=200)),
            ("result", models.JSONField(null=True)),
            ("at", models.DateTimeField()),
            (
                "job",
                models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="jobs.job"),
            ),
        ],
        options={"constraints": [models.UniqueConstraint(fields=("job", "name"), name="jobs_step_once")]},
    ),
]


class Migration(migrations.Migration):
    initial = True

    dependencies = [("accounts", "0001_squashed_0003_means_of_signing")]

    operations = [CreateTables(TABLES)]
