"""The tables of the registers, all made in one step."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from assay.ledger.schema import CreateTables

TABLES = [
    migrations.CreateModel(
        name="ImportRun",
        fields=[
            ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
            ("register", models.CharField(max_length=60)),
            ("file_name", models.CharField(max_length=300)),
            ("digest", models.CharField(max_length=80)),
            ("sheet", models.CharField(blank=True, default="", max_length=200)),
            ("header", models.JSONField(default=list)),
            ("rows", models.JSONField(default=list)),
            ("mapping", models.JSONField(default=dict)),
            ("problems", models.JSONField(default=list)),
            ("count", models.PositiveIntegerField(default=0)),
            (
                "standing",
                models.CharField(
                    choices=[("read", "Read, nothing written"), ("applied", "Applied"), ("undone", "Undone")],
                    default="read",
                    max_length=10,
                ),
            ),
            ("at", models.DateTimeField()),
            ("undone_at", models.DateTimeField(blank=True, null=True)),
            (
                "by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                ),
            ),
            (
                "organization",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                ),
            ),
        ],
        options={"ordering": ("-at",)},
    ),
    migrations.CreateModel(
        name="Record",
        fields=[
            ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
            ("register", models.CharField(max_length=60)),
            ("number", models.PositiveIntegerField()),
            ("title", models.CharField(max_length=300)),
            ("state", models.CharField(max_length=40)),
            ("data", models.JSONField(default=dict)),
            ("review_on", models.DateField(blank=True, null=True)),
            ("version", models.PositiveIntegerField(default=1)),
            ("search_text", models.TextField(blank=True, default="")),
            ("created_at", models.DateTimeField()),
            ("updated_at", models.DateTimeField()),
            ("retired_at", models.DateTimeField(blank=True, null=True)),
            (
                "author",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                ),
            ),
            (
                "deputy",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "imported",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="records",
                    to="registers.importrun",
                ),
            ),
            (
                "organization",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="records", to="accounts.organization"
                ),
            ),
            (
                "owner",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
        ],
        options={
            "ordering": ("register", "number"),
            "indexes": [
                models.Index(fields=["organization", "register", "retired_at", "number"], name="registers_record_list"),
                models.Index(fields=["organization", "review_on"], name="registers_record_due"),
                models.Index(
                    fields=["organization", "register", "retired_at", "state", "review_on", "owner"],
                    name="registers_record_counts",
                ),
            ],
            "constraints": [
                models.UniqueConstraint(
                    fields=("organization", "register", "number"), name="registers_record_number_once"
                ),
                models.CheckConstraint(
                    condition=models.Q(("title", ""), _negated=True), name="registers_record_titled"
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Evidence",
        fields=[
            ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
            ("subject", models.CharField(blank=True, default="", max_length=80)),
            ("title", models.CharField(max_length=300)),
            ("kind", models.CharField(max_length=40)),
            ("strength", models.PositiveSmallIntegerField()),
            ("source", models.CharField(blank=True, default="", max_length=500)),
            ("digest", models.CharField(blank=True, default="", max_length=80)),
            ("collected_on", models.DateField()),
            ("expires_on", models.DateField(blank=True, null=True)),
            ("at", models.DateTimeField()),
            ("retired_at", models.DateTimeField(blank=True, null=True)),
            ("retired_why", models.CharField(blank=True, default="", max_length=300)),
            (
                "by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                ),
            ),
            (
                "organization",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                ),
            ),
            (
                "record",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="evidence",
                    to="registers.record",
                ),
            ),
        ],
        options={
            "ordering": ("-collected_on",),
            "indexes": [models.Index(fields=["organization", "subject"], name="registers_evidence_subject")],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("strength__gte", 1), ("strength__lte", 5)),
                    name="registers_evidence_strength_known",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("record__isnull", False), models.Q(("subject", ""), _negated=True), _connector="OR"
                    ),
                    name="registers_evidence_is_about_something",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Comment",
        fields=[
            ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
            ("at", models.DateTimeField()),
            ("text", models.TextField()),
            (
                "by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                ),
            ),
            (
                "record",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="comments", to="registers.record"
                ),
            ),
        ],
        options={"ordering": ("at",)},
    ),
    migrations.CreateModel(
        name="Approval",
        fields=[
            ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
            ("version", models.PositiveIntegerField()),
            ("state", models.CharField(max_length=40)),
            ("digest", models.CharField(max_length=80)),
            ("at", models.DateTimeField()),
            ("words", models.TextField(blank=True, default="")),
            ("event_id", models.CharField(blank=True, default="", max_length=80)),
            (
                "by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                ),
            ),
            (
                "record",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="approvals", to="registers.record"
                ),
            ),
            (
                "signature",
                models.OneToOneField(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="approval",
                    to="accounts.personsignature",
                ),
            ),
        ],
        options={"ordering": ("at",)},
    ),
    migrations.CreateModel(
        name="RecordLink",
        fields=[
            ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
            ("field", models.CharField(max_length=60)),
            ("target_key", models.CharField(max_length=80)),
            (
                "organization",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                ),
            ),
            (
                "source",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="outward", to="registers.record"
                ),
            ),
            (
                "target",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="inward",
                    to="registers.record",
                ),
            ),
        ],
        options={
            "indexes": [models.Index(fields=["organization", "target_key"], name="registers_link_target")],
            "constraints": [
                models.UniqueConstraint(fields=("source", "field", "target_key"), name="registers_link_once")
            ],
        },
    ),
    migrations.CreateModel(
        name="RecordVersion",
        fields=[
            ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
            ("number", models.PositiveIntegerField()),
            ("what", models.CharField(max_length=20)),
            ("words", models.TextField(blank=True, default="")),
            ("title", models.CharField(max_length=300)),
            ("state", models.CharField(max_length=40)),
            ("data", models.JSONField(default=dict)),
            ("owner_id", models.UUIDField(blank=True, null=True)),
            ("deputy_id", models.UUIDField(blank=True, null=True)),
            ("review_on", models.DateField(blank=True, null=True)),
            ("retired", models.BooleanField(default=False)),
            ("at", models.DateTimeField()),
            ("event_id", models.CharField(blank=True, default="", max_length=80)),
            (
                "by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                ),
            ),
            (
                "record",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="registers.record"
                ),
            ),
        ],
        options={
            "ordering": ("record", "number"),
            "constraints": [models.UniqueConstraint(fields=("record", "number"), name="registers_version_number_once")],
        },
    ),
    migrations.CreateModel(
        name="SavedFilter",
        fields=[
            ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
            ("register", models.CharField(max_length=60)),
            ("name", models.CharField(max_length=80)),
            ("query", models.CharField(max_length=1000)),
            ("created_at", models.DateTimeField()),
            (
                "organization",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                ),
            ),
            (
                "person",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                ),
            ),
        ],
        options={
            "ordering": ("name",),
            "constraints": [
                models.UniqueConstraint(
                    fields=("organization", "person", "register", "name"), name="registers_filter_name_once"
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="PublicVersion",
        fields=[
            ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
            ("version", models.PositiveIntegerField()),
            ("address", models.CharField(max_length=60, unique=True)),
            ("body", models.JSONField(default=dict)),
            ("digest", models.CharField(max_length=80)),
            ("at", models.DateTimeField()),
            ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
            (
                "by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                ),
            ),
            (
                "record",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="public_versions", to="registers.record"
                ),
            ),
        ],
        options={"ordering": ("-at",)},
    ),
    migrations.CreateModel(
        name="Acknowledgement",
        fields=[
            ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
            ("digest", models.CharField(max_length=80)),
            ("edition", models.CharField(blank=True, default="", max_length=200)),
            ("at", models.DateTimeField()),
            (
                "person",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                ),
            ),
            (
                "record",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="acknowledgements", to="registers.record"
                ),
            ),
        ],
        options={
            "ordering": ("at",),
            "constraints": [
                models.UniqueConstraint(fields=("record", "person", "digest"), name="registers_acknowledged_once")
            ],
        },
    ),
    migrations.CreateModel(
        name="FormDraft",
        fields=[
            ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
            ("register", models.CharField(max_length=60)),
            ("content", models.JSONField(default=dict)),
            ("version", models.PositiveIntegerField(default=0)),
            ("saved_at", models.DateTimeField()),
            (
                "organization",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.organization"
                ),
            ),
            (
                "person",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                ),
            ),
            (
                "record",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="+",
                    to="registers.record",
                ),
            ),
        ],
        options={
            "ordering": ("-saved_at",),
            "constraints": [
                models.UniqueConstraint(
                    condition=models.Q(("record", None)),
                    fields=("organization", "person", "register"),
                    name="registers_draft_new_once",
                ),
                models.UniqueConstraint(
                    condition=models.Q(("record__isnull", False)),
                    fields=("person", "record"),
                    name="registers_draft_record_once",
                ),
            ],
        },
    ),
]


class Migration(migrations.Migration):
    replaces = [
        ("registers", "0001_initial"),
        ("registers", "0002_drafts_reading_public_versions"),
        ("registers", "0003_counts_of_a_list"),
        ("registers", "0004_approval_signature"),
    ]

    initial = True

    dependencies = [("accounts", "0001_squashed_0003_means_of_signing")]

    operations = [CreateTables(TABLES)]
