"""The tables of the assurance room, all made in one step."""

import datetime
import uuid

import django.db.models.deletion
from django.db import migrations, models

from assay.ledger.schema import CreateTables

TABLES = [
    migrations.CreateModel(
        name="CanaryBatch",
        fields=[
            ("at", models.DateTimeField()),
            ("event_id", models.CharField(max_length=80, unique=True)),
            ("position", models.BigIntegerField(blank=True, null=True)),
            ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
            ("detector", models.CharField(max_length=60)),
            ("version", models.CharField(max_length=40)),
            ("digest", models.CharField(max_length=80)),
            ("body", models.BinaryField()),
            (
                "organization",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                ),
            ),
        ],
        options={"ordering": ("organization", "at", "id")},
    ),
    migrations.CreateModel(
        name="Surface",
        fields=[
            ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
            ("kind", models.CharField(max_length=40)),
            ("key", models.CharField(max_length=200)),
            ("title", models.CharField(max_length=300)),
            ("standard", models.CharField(max_length=60)),
            ("companions", models.JSONField(default=list)),
            ("strata", models.JSONField(default=list)),
            ("policy", models.JSONField(default=dict)),
            ("governance", models.CharField(max_length=60)),
            ("valid_for", models.DurationField(blank=True, null=True)),
            ("strata_word", models.CharField(default="pathways", max_length=40)),
            ("definition", models.PositiveIntegerField(default=0)),
            ("created_at", models.DateTimeField()),
            (
                "organization",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="surfaces", to="accounts.organization"
                ),
            ),
        ],
        options={
            "ordering": ("title", "key"),
            "constraints": [
                models.UniqueConstraint(fields=("organization", "kind", "key"), name="assurance_surface_key_once"),
                models.CheckConstraint(
                    condition=models.Q(("key", ""), _negated=True), name="assurance_surface_key_not_empty"
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("valid_for__isnull", True), ("valid_for__gt", datetime.timedelta(0)), _connector="OR"
                    ),
                    name="assurance_surface_valid_for_positive",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="PopulationBatch",
        fields=[
            ("at", models.DateTimeField()),
            ("event_id", models.CharField(max_length=80, unique=True)),
            ("position", models.BigIntegerField(blank=True, null=True)),
            ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
            ("number", models.PositiveIntegerField()),
            ("digest", models.CharField(max_length=80)),
            ("body", models.BinaryField()),
            ("count", models.PositiveIntegerField()),
            (
                "surface",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to="assurance.surface"
                ),
            ),
        ],
        options={
            "ordering": ("surface", "number"),
            "constraints": [
                models.UniqueConstraint(fields=("surface", "number"), name="assurance_populationbatch_number_once")
            ],
        },
    ),
    migrations.CreateModel(
        name="MeasurementBatch",
        fields=[
            ("at", models.DateTimeField()),
            ("event_id", models.CharField(max_length=80, unique=True)),
            ("position", models.BigIntegerField(blank=True, null=True)),
            ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
            ("number", models.PositiveIntegerField()),
            ("digest", models.CharField(max_length=80)),
            ("body", models.BinaryField()),
            ("count", models.PositiveIntegerField()),
            ("expires", models.DateTimeField(blank=True, null=True)),
            ("governance", models.CharField(max_length=60)),
            (
                "surface",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to="assurance.surface"
                ),
            ),
        ],
        options={
            "ordering": ("surface", "number"),
            "constraints": [
                models.UniqueConstraint(fields=("surface", "number"), name="assurance_measurementbatch_number_once"),
                models.CheckConstraint(
                    condition=models.Q(("expires__isnull", True), ("expires__gt", models.F("at")), _connector="OR"),
                    name="assurance_measurementbatch_expires_later",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="FindingRow",
        fields=[
            ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
            ("key", models.CharField(max_length=80)),
            ("cell_key", models.CharField(max_length=300)),
            ("digest", models.CharField(max_length=80)),
            ("detector", models.CharField(max_length=60)),
            ("version", models.CharField(max_length=40)),
            ("kind", models.CharField(max_length=60)),
            ("bucket", models.CharField(max_length=3)),
            ("family", models.CharField(blank=True, default="", max_length=60)),
            ("defect", models.BooleanField()),
            ("blocking", models.BooleanField()),
            ("rule", models.CharField(max_length=200)),
            ("start", models.PositiveIntegerField()),
            ("end", models.PositiveIntegerField()),
            ("line_start", models.PositiveIntegerField()),
            ("line_end", models.PositiveIntegerField()),
            ("quote", models.TextField()),
            ("confidence", models.PositiveSmallIntegerField()),
            ("reasons", models.JSONField(default=list)),
            ("stratum", models.CharField(max_length=80)),
            ("subject_id", models.CharField(blank=True, default="", max_length=80)),
            ("title", models.CharField(blank=True, default="", max_length=300)),
            ("route", models.CharField(max_length=80)),
            ("governance_version", models.CharField(max_length=60)),
            ("is_legacy", models.BooleanField()),
            ("found_at", models.DateTimeField()),
            ("seen_at", models.DateTimeField()),
            ("closed_at", models.DateTimeField(blank=True, null=True)),
            (
                "closing",
                models.CharField(
                    blank=True,
                    choices=[
                        ("clean", "measured clean after a change"),
                        ("reread", "the same text measured clean by a newer detector or under another definition"),
                        ("superseded", "superseded by a newer finding in the same cell"),
                        ("cell-left", "cell left the population"),
                    ],
                    default="",
                    max_length=20,
                ),
            ),
            ("disposed_at", models.DateTimeField(blank=True, null=True)),
            (
                "batch",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to="assurance.measurementbatch"
                ),
            ),
            (
                "closed_by",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="assurance.measurementbatch",
                ),
            ),
            (
                "surface",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="findings", to="assurance.surface"
                ),
            ),
        ],
        options={
            "ordering": ("surface", "stratum", "cell_key", "start", "id"),
            "indexes": [
                models.Index(
                    condition=models.Q(("closed_at__isnull", True)),
                    fields=["surface", "cell_key"],
                    name="assurance_finding_open",
                ),
                models.Index(fields=["detector", "version"], name="assurance_finding_detector"),
            ],
            "constraints": [
                models.UniqueConstraint(fields=("surface", "key"), name="assurance_findingrow_key_once"),
                models.CheckConstraint(
                    condition=models.Q(("bucket__in", ("A", "B", "C", "own"))), name="assurance_findingrow_bucket"
                ),
                models.CheckConstraint(
                    condition=models.Q(("end__gte", models.F("start"))), name="assurance_findingrow_span"
                ),
                models.CheckConstraint(
                    condition=models.Q(("line_end__gte", models.F("line_start")), ("line_start__gte", 1)),
                    name="assurance_findingrow_lines",
                ),
                models.CheckConstraint(
                    condition=models.Q(("confidence__lte", 1000)), name="assurance_findingrow_confidence"
                ),
                models.CheckConstraint(
                    condition=models.Q(("defect", True), ("blocking", False), _connector="OR"),
                    name="assurance_findingrow_blocking",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("closed_at__isnull", True), ("closing", "")),
                        models.Q(("closed_at__isnull", False), models.Q(("closing", ""), _negated=True)),
                        _connector="OR",
                    ),
                    name="assurance_findingrow_closing",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="DefinitionBatch",
        fields=[
            ("at", models.DateTimeField()),
            ("event_id", models.CharField(max_length=80, unique=True)),
            ("position", models.BigIntegerField(blank=True, null=True)),
            ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
            ("number", models.PositiveIntegerField()),
            ("digest", models.CharField(max_length=80)),
            ("body", models.BinaryField()),
            ("count", models.PositiveIntegerField()),
            (
                "surface",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to="assurance.surface"
                ),
            ),
        ],
        options={
            "ordering": ("surface", "number"),
            "constraints": [
                models.UniqueConstraint(fields=("surface", "number"), name="assurance_definitionbatch_number_once")
            ],
        },
    ),
    migrations.CreateModel(
        name="CellRow",
        fields=[
            ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
            ("key", models.CharField(max_length=300)),
            ("stratum", models.CharField(max_length=80)),
            ("digest", models.CharField(blank=True, max_length=80, null=True)),
            ("missing", models.BooleanField(default=False)),
            ("weight", models.PositiveIntegerField(default=1)),
            ("language", models.CharField(blank=True, max_length=35, null=True)),
            ("subject_id", models.CharField(blank=True, default="", max_length=80)),
            ("title", models.CharField(blank=True, default="", max_length=300)),
            ("route", models.CharField(blank=True, default="", max_length=80)),
            ("governance", models.CharField(blank=True, default="", max_length=60)),
            ("legacy", models.BooleanField(default=False)),
            (
                "surface",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="cell_rows", to="assurance.surface"
                ),
            ),
        ],
        options={
            "ordering": ("surface", "key"),
            "constraints": [
                models.UniqueConstraint(fields=("surface", "key"), name="assurance_cellrow_key_once"),
                models.CheckConstraint(
                    condition=models.Q(("weight__gte", 1)), name="assurance_cellrow_weight_positive"
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("digest__isnull", True), ("missing", True)),
                        models.Q(("digest__isnull", False), ("missing", False)),
                        _connector="OR",
                    ),
                    name="assurance_cellrow_missing_has_no_digest",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="VerdictRow",
        fields=[
            ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
            ("number", models.PositiveIntegerField()),
            ("is_latest", models.BooleanField()),
            ("body", models.BinaryField()),
            ("digest", models.CharField(max_length=80)),
            ("event_id", models.CharField(max_length=80, unique=True)),
            ("position", models.BigIntegerField()),
            ("recorded_at", models.DateTimeField()),
            ("at", models.DateTimeField(blank=True, null=True)),
            ("state", models.CharField(max_length=10)),
            ("governance", models.CharField(max_length=60)),
            ("coverage_n", models.BigIntegerField()),
            ("coverage_d", models.BigIntegerField()),
            ("coverage_permille", models.PositiveSmallIntegerField()),
            ("coverage_level", models.CharField(max_length=6)),
            ("weakest", models.CharField(blank=True, default="", max_length=80)),
            ("weakest_permille", models.PositiveSmallIntegerField(blank=True, null=True)),
            ("strata_measured", models.PositiveIntegerField()),
            ("strata_total", models.PositiveIntegerField()),
            ("cells", models.PositiveIntegerField()),
            ("measured", models.PositiveIntegerField()),
            ("found", models.PositiveIntegerField()),
            ("blocking", models.PositiveIntegerField()),
            ("residual", models.PositiveIntegerField()),
            ("residual_simultaneous", models.PositiveIntegerField()),
            ("remaining", models.PositiveIntegerField()),
            ("content_level", models.CharField(max_length=6)),
            ("oldest", models.DateTimeField(blank=True, null=True)),
            ("next_expiry", models.DateTimeField(blank=True, null=True)),
            ("texture", models.CharField(max_length=10)),
            ("stale", models.BooleanField()),
            ("letter", models.CharField(max_length=4)),
            ("sentence", models.TextField()),
            ("reasons", models.JSONField(default=list)),
            (
                "surface",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="verdicts", to="assurance.surface"
                ),
            ),
            ("weakest_title", models.CharField(blank=True, default="", max_length=200)),
        ],
        options={
            "ordering": ("surface", "number"),
            "indexes": [
                models.Index(
                    condition=models.Q(("is_latest", True)), fields=["surface"], name="assurance_verdict_latest"
                )
            ],
            "constraints": [
                models.UniqueConstraint(fields=("surface", "number"), name="assurance_verdictrow_number_once"),
                models.UniqueConstraint(
                    condition=models.Q(("is_latest", True)),
                    fields=("surface",),
                    name="assurance_verdictrow_latest_once",
                ),
                models.CheckConstraint(
                    condition=models.Q(("state__in", ("pass", "fail", "stale", "unproven"))),
                    name="assurance_verdictrow_state",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("coverage_d__gte", 1),
                        ("coverage_n__lte", models.F("coverage_d")),
                        ("coverage_permille__lte", 1000),
                    ),
                    name="assurance_verdictrow_coverage",
                ),
                models.CheckConstraint(
                    condition=models.Q(("measured__lte", models.F("cells"))), name="assurance_verdictrow_measured"
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="CanaryRow",
        fields=[
            ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
            ("detector", models.CharField(max_length=60)),
            ("version", models.CharField(max_length=40)),
            ("stratum", models.CharField(max_length=80)),
            ("kind", models.CharField(max_length=60)),
            ("caught", models.PositiveIntegerField()),
            ("planted", models.PositiveIntegerField()),
            (
                "batch",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to="assurance.canarybatch"
                ),
            ),
            (
                "organization",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                ),
            ),
        ],
        options={
            "ordering": ("detector", "version", "stratum", "kind"),
            "constraints": [
                models.UniqueConstraint(
                    fields=("organization", "detector", "version", "stratum", "kind"), name="assurance_canaryrow_once"
                ),
                models.CheckConstraint(
                    condition=models.Q(("caught__lte", models.F("planted"))), name="assurance_canaryrow_caught"
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="MeasurementRow",
        fields=[
            (
                "cell",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE,
                    primary_key=True,
                    related_name="measured",
                    serialize=False,
                    to="assurance.cellrow",
                ),
            ),
            ("digest", models.CharField(max_length=80)),
            ("results", models.TextField()),
            (
                "surface",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to="assurance.surface"
                ),
            ),
        ],
        options={"ordering": ("cell",)},
    ),
    migrations.CreateModel(
        name="DispositionRow",
        fields=[
            ("at", models.DateTimeField()),
            ("event_id", models.CharField(max_length=80, unique=True)),
            ("position", models.BigIntegerField(blank=True, null=True)),
            ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
            ("decision", models.CharField(choices=[("not-a-defect", "not a defect")], max_length=20)),
            ("reason", models.TextField()),
            ("by", models.CharField(max_length=80)),
            (
                "finding",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="dispositions", to="assurance.findingrow"
                ),
            ),
        ],
        options={
            "ordering": ("at", "id"),
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("reason", ""), _negated=True), name="assurance_dispositionrow_reason_given"
                ),
                models.UniqueConstraint(fields=("finding", "decision"), name="assurance_dispositionrow_decision_once"),
            ],
        },
    ),
]


class Migration(migrations.Migration):
    replaces = [("assurance", "0001_initial"), ("assurance", "0002_verdict_weakest_title")]

    initial = True

    dependencies = [("accounts", "0001_squashed_0003_means_of_signing")]

    operations = [CreateTables(TABLES)]
