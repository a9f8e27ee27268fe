"""The tables of the studio, all made in one step."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from assay.ledger.schema import CreateTables

TABLES = [
    migrations.CreateModel(
        name="Programme",
        fields=[
            ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
            ("slug", models.SlugField(max_length=80)),
            ("title", models.CharField(max_length=300)),
            ("standard", models.CharField(max_length=60)),
            ("companions", models.JSONField(default=list)),
            ("kind", models.CharField(default="course", max_length=40)),
            ("locale", models.CharField(default="en", max_length=35)),
            ("blueprint", models.JSONField(default=list)),
            ("source_name", models.CharField(blank=True, default="", max_length=300)),
            ("source_digest", models.CharField(blank=True, default="", max_length=80)),
            ("created_at", models.DateTimeField()),
            ("imported_at", models.DateTimeField(blank=True, null=True)),
            (
                "organization",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="programmes", to="accounts.organization"
                ),
            ),
            (
                "surface",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.PROTECT, related_name="programme", to="assurance.surface"
                ),
            ),
            ("minimums", models.JSONField(default=dict)),
            ("seed", models.PositiveIntegerField(default=0)),
        ],
        options={
            "ordering": ("title", "slug"),
            "constraints": [
                models.UniqueConstraint(fields=("organization", "slug"), name="studio_programme_slug_once"),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("slug", ""), _negated=True), models.Q(("standard", ""), _negated=True)
                    ),
                    name="studio_programme_named",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Artefact",
        fields=[
            ("pathway", models.PositiveSmallIntegerField(blank=True, null=True)),
            ("how", models.CharField(max_length=20)),
            ("title", models.CharField(max_length=300)),
            ("text", models.TextField(blank=True, default="")),
            ("readable", models.BooleanField(default=True)),
            ("media_type", models.CharField(max_length=100)),
            ("digest", models.CharField(max_length=80)),
            ("language", models.CharField(blank=True, max_length=35, null=True)),
            ("generation_meta", models.JSONField(blank=True, null=True)),
            ("provenance", models.JSONField(blank=True, null=True)),
            ("source_path", models.CharField(blank=True, default="", max_length=1000)),
            ("source_line", models.PositiveIntegerField(default=1)),
            ("source_end_line", models.PositiveIntegerField(default=1)),
            ("line_map", models.JSONField(default=list)),
            ("version", models.PositiveIntegerField()),
            ("event_id", models.CharField(max_length=80)),
            ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
            ("key", models.CharField(max_length=260)),
            ("changed_at", models.DateTimeField()),
            ("removed_at", models.DateTimeField(blank=True, null=True)),
            (
                "programme",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="artefacts", to="studio.programme"
                ),
            ),
            ("author", models.CharField(blank=True, default="", max_length=80)),
            ("internal", models.BooleanField(default=False)),
        ],
        options={
            "ordering": ("programme", "pathway", "source_path", "source_line", "key"),
            "constraints": [
                models.UniqueConstraint(fields=("programme", "key"), name="studio_artefact_key_once"),
                models.CheckConstraint(
                    condition=models.Q(
                        ("pathway__isnull", True), models.Q(("pathway__gte", 1), ("pathway__lte", 22)), _connector="OR"
                    ),
                    name="studio_artefact_pathway",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("generation_meta__isnull", False), ("provenance__isnull", True), _connector="OR"
                    ),
                    name="studio_artefact_provenance_has_stamp",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="ArtefactVersion",
        fields=[
            ("pathway", models.PositiveSmallIntegerField(blank=True, null=True)),
            ("how", models.CharField(max_length=20)),
            ("title", models.CharField(max_length=300)),
            ("text", models.TextField(blank=True, default="")),
            ("readable", models.BooleanField(default=True)),
            ("media_type", models.CharField(max_length=100)),
            ("digest", models.CharField(max_length=80)),
            ("language", models.CharField(blank=True, max_length=35, null=True)),
            ("generation_meta", models.JSONField(blank=True, null=True)),
            ("provenance", models.JSONField(blank=True, null=True)),
            ("source_path", models.CharField(blank=True, default="", max_length=1000)),
            ("source_line", models.PositiveIntegerField(default=1)),
            ("source_end_line", models.PositiveIntegerField(default=1)),
            ("line_map", models.JSONField(default=list)),
            ("version", models.PositiveIntegerField()),
            ("event_id", models.CharField(max_length=80)),
            ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
            ("since", models.DateTimeField()),
            ("until", models.DateTimeField()),
            (
                "artefact",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="studio.artefact"
                ),
            ),
            ("author", models.CharField(blank=True, default="", max_length=80)),
        ],
        options={
            "ordering": ("artefact", "-version"),
            "constraints": [
                models.UniqueConstraint(fields=("artefact", "version"), name="studio_artefactversion_once")
            ],
        },
    ),
    migrations.CreateModel(
        name="SignerKey",
        fields=[
            ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
            ("by", models.CharField(max_length=80)),
            ("at", models.DateTimeField()),
            ("event_id", models.CharField(max_length=80)),
            ("vkey", models.CharField(max_length=300, unique=True)),
            (
                "organization",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="signer_keys", to="accounts.organization"
                ),
            ),
            (
                "person",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="signer_keys", to=settings.AUTH_USER_MODEL
                ),
            ),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(fields=("person", "organization"), name="studio_signerkey_one_each")
            ]
        },
    ),
    migrations.CreateModel(
        name="SignOff",
        fields=[
            ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
            ("by", models.CharField(max_length=80)),
            ("at", models.DateTimeField()),
            ("event_id", models.CharField(max_length=80)),
            ("envelope", models.TextField()),
            ("authentication", models.CharField(max_length=20)),
            (
                "key",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="sign_offs",
                    to="studio.signerkey",
                ),
            ),
            (
                "programme",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="sign_offs", to="studio.programme"
                ),
            ),
            (
                "signature",
                models.OneToOneField(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="sign_off",
                    to="accounts.personsignature",
                ),
            ),
        ],
        options={
            "ordering": ("-at", "id"),
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("key__isnull", False), ("signature__isnull", False), _connector="OR"),
                    name="studio_signoff_verifiable",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="SignedVersion",
        fields=[
            ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
            ("version", models.PositiveIntegerField()),
            ("digest", models.CharField(max_length=80)),
            (
                "artefact",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="signed_versions", to="studio.artefact"
                ),
            ),
            (
                "sign_off",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="studio.signoff"
                ),
            ),
        ],
        options={
            "ordering": ("artefact", "-version"),
            "constraints": [models.UniqueConstraint(fields=("sign_off", "artefact"), name="studio_signedversion_once")],
        },
    ),
    migrations.CreateModel(
        name="SignOffRequest",
        fields=[
            ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
            ("by", models.CharField(max_length=80)),
            ("at", models.DateTimeField()),
            ("event_id", models.CharField(max_length=80)),
            ("version", models.PositiveIntegerField()),
            ("digest", models.CharField(max_length=80)),
            ("changes_wanted", models.TextField(blank=True, default="")),
            ("changes_by", models.CharField(blank=True, default="", max_length=80)),
            ("changes_at", models.DateTimeField(blank=True, null=True)),
            (
                "artefact",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="sign_off_requests", to="studio.artefact"
                ),
            ),
        ],
        options={
            "ordering": ("artefact", "-version", "-at"),
            "constraints": [
                models.UniqueConstraint(fields=("artefact", "version", "digest"), name="studio_signoffrequest_once"),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("changes_at__isnull", True), ("changes_by", ""), ("changes_wanted", "")),
                        models.Q(
                            ("changes_at__isnull", False),
                            models.Q(("changes_by", ""), _negated=True),
                            models.Q(("changes_wanted", ""), _negated=True),
                        ),
                        _connector="OR",
                    ),
                    name="studio_signoffrequest_changes",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="SweepReport",
        fields=[
            ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
            ("by", models.CharField(max_length=80)),
            ("at", models.DateTimeField()),
            ("event_id", models.CharField(max_length=80)),
            ("number", models.PositiveIntegerField()),
            ("job_id", models.UUIDField(unique=True)),
            ("body", models.BinaryField()),
            ("digest", models.CharField(max_length=80)),
            ("envelope", models.TextField()),
            ("verdict", models.CharField(max_length=20)),
            ("programme_count", models.PositiveIntegerField()),
            ("affected_count", models.PositiveIntegerField()),
            ("total_remediations", models.PositiveIntegerField()),
            (
                "organization",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="sweep_reports",
                    to="accounts.organization",
                ),
            ),
        ],
        options={
            "ordering": ("organization", "-number"),
            "constraints": [
                models.UniqueConstraint(fields=("organization", "number"), name="studio_sweepreport_number_once"),
                models.CheckConstraint(
                    condition=models.Q(("affected_count__lte", models.F("programme_count"))),
                    name="studio_sweepreport_affected",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Remediation",
        fields=[
            ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
            ("by", models.CharField(max_length=80)),
            ("at", models.DateTimeField()),
            ("event_id", models.CharField(max_length=80)),
            ("detector", models.CharField(max_length=60)),
            ("kind", models.CharField(max_length=60)),
            (
                "outcome",
                models.CharField(
                    choices=[("replaced", "written again"), ("refused", "what was written had a defect too")],
                    max_length=20,
                ),
            ),
            ("in_place", models.BooleanField()),
            ("from_version", models.PositiveIntegerField()),
            ("to_version", models.PositiveIntegerField()),
            ("before_digest", models.CharField(max_length=80)),
            ("after_digest", models.CharField(max_length=80)),
            ("before_text", models.TextField(blank=True, default="")),
            ("writer", models.CharField(max_length=80)),
            ("reason", models.TextField(blank=True, default="")),
            (
                "artefact",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="remediations", to="studio.artefact"
                ),
            ),
            (
                "finding",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="remediations", to="assurance.findingrow"
                ),
            ),
            (
                "report",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="fixes",
                    to="studio.sweepreport",
                ),
            ),
        ],
        options={
            "ordering": ("-at", "id"),
            "indexes": [models.Index(fields=["artefact", "detector", "kind"], name="studio_remediation_of")],
        },
    ),
    migrations.CreateModel(
        name="EnforcementSetting",
        fields=[
            ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
            ("by", models.CharField(max_length=80)),
            ("at", models.DateTimeField()),
            ("event_id", models.CharField(max_length=80)),
            ("enforced", models.BooleanField()),
            ("reason", models.TextField()),
            ("until", models.DateTimeField(blank=True, null=True)),
            (
                "organization",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="enforcement_settings",
                    to="accounts.organization",
                ),
            ),
        ],
        options={
            "ordering": ("organization", "-at", "-id"),
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("enforced", True), ("until__isnull", True)),
                        models.Q(("enforced", False), ("until__isnull", False)),
                        _connector="OR",
                    ),
                    name="studio_enforcementsetting_ends",
                ),
                models.CheckConstraint(
                    condition=models.Q(("reason", ""), _negated=True), name="studio_enforcementsetting_why"
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="PublishDecision",
        fields=[
            ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
            ("by", models.CharField(max_length=80)),
            ("at", models.DateTimeField()),
            ("event_id", models.CharField(max_length=80)),
            ("allowed", models.BooleanField()),
            ("enforced", models.BooleanField()),
            ("blockers", models.JSONField(default=list)),
            ("waived", models.JSONField(default=list)),
            ("number", models.PositiveIntegerField(blank=True, null=True)),
            ("manifest", models.JSONField(default=list)),
            ("digest", models.CharField(blank=True, default="", max_length=80)),
            ("verdict_digest", models.CharField(blank=True, default="", max_length=80)),
            (
                "programme",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="publish_decisions", to="studio.programme"
                ),
            ),
        ],
        options={
            "ordering": ("programme", "-at", "-id"),
            "constraints": [
                models.UniqueConstraint(fields=("programme", "number"), name="studio_publishdecision_number_once"),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("allowed", True), ("number__isnull", False)),
                        models.Q(("allowed", False), ("number__isnull", True)),
                        _connector="OR",
                    ),
                    name="studio_publishdecision_numbered",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="ReviewComment",
        fields=[
            ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
            ("by", models.CharField(max_length=80)),
            ("at", models.DateTimeField()),
            ("event_id", models.CharField(max_length=80)),
            ("version", models.PositiveIntegerField()),
            ("text", models.TextField()),
            (
                "artefact",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="comments", to="studio.artefact"
                ),
            ),
        ],
        options={
            "ordering": ("artefact", "at", "id"),
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("text", ""), _negated=True), name="studio_reviewcomment_says"
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="BadgeGiven",
        fields=[
            ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
            ("by", models.CharField(max_length=80)),
            ("at", models.DateTimeField()),
            ("event_id", models.CharField(max_length=80)),
            ("number", models.PositiveIntegerField()),
            ("digest", models.CharField(max_length=80, unique=True)),
            ("credential", models.CharField(max_length=80)),
            ("issuer", models.CharField(max_length=120)),
            ("identity", models.CharField(max_length=80)),
            ("salt", models.CharField(max_length=80)),
            ("revoked_at", models.DateTimeField(blank=True, null=True)),
            ("reason", models.CharField(blank=True, default="", max_length=300)),
            (
                "programme",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="badges", to="studio.programme"
                ),
            ),
        ],
        options={"abstract": False},
    ),
    migrations.CreateModel(
        name="ItemMeasurement",
        fields=[
            ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
            ("by", models.CharField(max_length=80)),
            ("at", models.DateTimeField()),
            ("event_id", models.CharField(max_length=80)),
            ("body", models.JSONField()),
            (
                "programme",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="item_measurements", to="studio.programme"
                ),
            ),
        ],
        options={"abstract": False},
    ),
]


class Migration(migrations.Migration):
    replaces = [
        ("studio", "0001_initial"),
        ("studio", "0002_remediation_signoff_publishing"),
        ("studio", "0003_seed_of_programmes"),
        ("studio", "0004_person_signatures"),
        ("studio", "0005_questions_and_badges"),
    ]

    initial = True

    dependencies = [
        ("accounts", "0001_squashed_0003_means_of_signing"),
        ("assurance", "0001_squashed_0002_verdict_weakest_title"),
    ]

    operations = [CreateTables(TABLES)]
