"""The tables of the accounts, all made in one step."""

import uuid

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import assay.accounts.models
from assay.ledger.schema import CreateTables

TABLES = [
    migrations.CreateModel(
        name="Organization",
        fields=[
            ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
            ("slug", models.SlugField(max_length=60, unique=True)),
            ("name", models.CharField(max_length=200)),
            ("log_id", models.CharField(max_length=60, unique=True)),
            ("created_at", models.DateTimeField()),
        ],
        options={"ordering": ("name",)},
    ),
    migrations.CreateModel(
        name="Person",
        fields=[
            ("password", models.CharField(max_length=128, verbose_name="password")),
            ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
            ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
            ("email", models.EmailField(max_length=254)),
            ("name", models.CharField(max_length=200)),
            (
                "pseudonym",
                models.CharField(
                    default=assay.accounts.models.new_pseudonym, editable=False, max_length=40, unique=True
                ),
            ),
            ("is_active", models.BooleanField(default=True)),
            ("created_at", models.DateTimeField()),
        ],
        options={
            "ordering": ("name",),
            "constraints": [
                models.UniqueConstraint(
                    django.db.models.functions.text.Lower("email"), name="accounts_person_email_unique"
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="SignInAttempt",
        fields=[
            ("id", models.BigAutoField(primary_key=True, serialize=False)),
            ("subject_digest", models.CharField(max_length=64)),
            ("at", models.DateTimeField()),
        ],
        options={"indexes": [models.Index(fields=["subject_digest", "at"], name="accounts_attempt_subject_at")]},
    ),
    migrations.CreateModel(
        name="SignInLink",
        fields=[
            ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
            ("pinned", models.BooleanField(default=True)),
            ("secret_digest", models.CharField(max_length=64, unique=True)),
            ("created_at", models.DateTimeField()),
            ("expires_at", models.DateTimeField()),
            ("used_at", models.DateTimeField(blank=True, null=True)),
            (
                "organization",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="sign_in_links",
                    to="accounts.organization",
                ),
            ),
            (
                "person",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="sign_in_links",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
        ],
    ),
    migrations.CreateModel(
        name="Membership",
        fields=[
            ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
            (
                "role",
                models.CharField(
                    choices=[
                        ("owner", "Owner"),
                        ("contributor", "Contributor"),
                        ("auditor", "Auditor"),
                        ("viewer", "Viewer"),
                    ],
                    max_length=20,
                ),
            ),
            ("created_at", models.DateTimeField()),
            ("ended_at", models.DateTimeField(blank=True, null=True)),
            (
                "person",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="memberships", to=settings.AUTH_USER_MODEL
                ),
            ),
            (
                "organization",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="memberships", to="accounts.organization"
                ),
            ),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(fields=("person", "organization"), name="accounts_membership_one_each"),
                models.CheckConstraint(
                    condition=models.Q(("role__in", ["owner", "contributor", "auditor", "viewer"])),
                    name="accounts_membership_role_known",
                ),
            ]
        },
    ),
    migrations.CreateModel(
        name="ApiToken",
        fields=[
            ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
            ("name", models.CharField(max_length=100)),
            ("prefix", models.CharField(max_length=20)),
            ("secret_digest", models.CharField(max_length=64, unique=True)),
            ("scope", models.CharField(choices=[("read", "Read"), ("write", "Read and write")], max_length=10)),
            ("created_at", models.DateTimeField()),
            ("expires_at", models.DateTimeField(blank=True, null=True)),
            ("last_used_at", models.DateTimeField(blank=True, null=True)),
            ("revoked_at", models.DateTimeField(blank=True, null=True)),
            (
                "person",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="tokens", to=settings.AUTH_USER_MODEL
                ),
            ),
            (
                "organization",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="tokens", to="accounts.organization"
                ),
            ),
        ],
        options={
            "ordering": ("-created_at",),
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("scope__in", ["read", "write"])), name="accounts_apitoken_scope_known"
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="Passkey",
        fields=[
            ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
            ("name", models.CharField(max_length=100)),
            ("rp_id", models.CharField(max_length=255)),
            ("credential", models.CharField(max_length=1400, unique=True)),
            ("public_key", models.TextField()),
            ("cose_key", models.BinaryField()),
            ("synced", models.BooleanField()),
            ("sign_count", models.BigIntegerField(default=0)),
            ("created_at", models.DateTimeField()),
            ("last_used_at", models.DateTimeField(blank=True, null=True)),
            ("ended_at", models.DateTimeField(blank=True, null=True)),
            (
                "person",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="passkeys", to=settings.AUTH_USER_MODEL
                ),
            ),
        ],
        options={"ordering": ("created_at",)},
    ),
    migrations.CreateModel(
        name="PersonSignature",
        fields=[
            ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
            (
                "means",
                models.CharField(
                    choices=[
                        ("passkey", "with their passkey"),
                        ("password", "with a key on the server, after typing their password"),
                        ("address", "with a key on the server, after typing their address"),
                        ("session", "with a key on the server, in a session that was open"),
                        ("token", "with a key on the server, by a program that holds their token"),
                    ],
                    max_length=20,
                ),
            ),
            ("public_key", models.TextField()),
            ("envelope", models.TextField()),
            ("at", models.DateTimeField()),
            ("event_id", models.CharField(blank=True, default="", max_length=80)),
            (
                "organization",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                ),
            ),
            (
                "passkey",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="signatures",
                    to="accounts.passkey",
                ),
            ),
            (
                "person",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="signatures", to=settings.AUTH_USER_MODEL
                ),
            ),
        ],
        options={
            "ordering": ("at", "id"),
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("means", "passkey"), ("passkey__isnull", False)),
                        models.Q(models.Q(("means", "passkey"), _negated=True), ("passkey__isnull", True)),
                        _connector="OR",
                    ),
                    name="accounts_signature_passkey_named",
                ),
                models.CheckConstraint(
                    condition=models.Q(("means__in", ["passkey", "password", "address", "session", "token"])),
                    name="accounts_signature_means_known",
                ),
            ],
        },
    ),
]


class Migration(migrations.Migration):
    replaces = [
        ("accounts", "0001_initial"),
        ("accounts", "0002_passkeys_signatures"),
        ("accounts", "0003_means_of_signing"),
    ]

    initial = True

    dependencies = []

    operations = [CreateTables(TABLES)]
