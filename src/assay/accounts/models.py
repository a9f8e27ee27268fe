"""Tables of the room: organizations, people, memberships, tokens, one-time sign-in links, sign-in attempts."""

import secrets
import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower


def new_pseudonym() -> str:
    """`p-` and 96 random bits in hex: names a person in the ledger and says nothing about them."""
    return f"p-{secrets.token_hex(12)}"


class Role(models.TextChoices):
    """What a membership allows; see `access.ALLOWED`."""

    OWNER = "owner", "Owner"
    CONTRIBUTOR = "contributor", "Contributor"
    AUDITOR = "auditor", "Auditor"
    VIEWER = "viewer", "Viewer"


class Scope(models.TextChoices):
    """What a token allows at most; the role of its person limits it further."""

    READ = "read", "Read"
    WRITE = "write", "Read and write"


class Organization(models.Model):
    """One AI management system with its scope (clause 4.3): the tenant. `log_id` names its ledger and never changes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    log_id = models.CharField(max_length=60, unique=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class People(BaseUserManager["Person"]):
    """Finds people by email address without regard to case."""

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email__iexact=username)


class Person(AbstractBaseUser):
    """Somebody who can sign in. The ledger knows them by `pseudonym` only. `password` is unusable until set."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=200)
    pseudonym = models.CharField(max_length=40, unique=True, default=new_pseudonym, editable=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    objects = People()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]  # noqa: RUF012 — Django wants a list

    class Meta:
        ordering = ("name",)
        constraints = (models.UniqueConstraint(Lower("email"), name="accounts_person_email_unique"),)

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """The role of a person in an organization; at most one each. `ended_at` ends it, the row stays."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("person", "organization"), name="accounts_membership_one_each"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="accounts_membership_role_known"),
        )

    def __str__(self) -> str:
        return f"{self.person_id} {self.role}"


class ApiToken(models.Model):
    """A secret for programs. Only its SHA-256 is kept; `prefix` is what people see of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="tokens")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=20)
    secret_digest = models.CharField(max_length=64, unique=True)
    scope = models.CharField(max_length=10, choices=Scope.choices)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at",)
        constraints = (
            models.CheckConstraint(condition=Q(scope__in=Scope.values), name="accounts_apitoken_scope_known"),
        )

    def __str__(self) -> str:
        return f"{self.prefix}…"


class SignInLink(models.Model):
    """A link that signs its person in once, before `expires_at`. Only the SHA-256 of its secret is kept.

    A `pinned` link was made by somebody else: its session stays in that one organization and cannot set a password for
    a person who belongs to others, for whoever made the link could have followed it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="sign_in_links")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="sign_in_links")
    pinned = models.BooleanField(default=True)
    secret_digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.id)


class Passkey(models.Model):
    """A public-key credential (WebAuthn) of somebody, made by their device for the site `rp_id`.

    `credential` is its id in base64url, `public_key` as `client.person_signature.spki_text`, `cose_key` the same as the device
    gave it. `sign_count` and `last_used_at` change with each use and are not attested.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="passkeys")
    name = models.CharField(max_length=100)
    rp_id = models.CharField(max_length=255)
    credential = models.CharField(max_length=1400, unique=True)
    public_key = models.TextField()
    cose_key = models.BinaryField()
    synced = models.BooleanField()
    sign_count = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("created_at",)

    def __str__(self) -> str:
        return self.name


class Means(models.TextChoices):
    """By what somebody showed who they are before their signature was made."""

    PASSKEY = "passkey", "with their passkey"
    PASSWORD = "password", "with a key on the server, after typing their password"
    ADDRESS = "address", "with a key on the server, after typing their address"
    SESSION = "session", "with a key on the server, in a session that was open"
    TOKEN = "token", "with a key on the server, by a program that holds their token"


class PersonSignature(models.Model):
    """A signature of somebody: `envelope` is DSSE over the exact bytes they approved, `public_key` what verifies it.

    `public_key` is a verifier key (C2SP vkey) of the key that the server holds for them, or that of `passkey`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="signatures")
    means = models.CharField(max_length=20, choices=Means.choices)
    passkey = models.ForeignKey(Passkey, on_delete=models.PROTECT, related_name="signatures", null=True, blank=True)
    public_key = models.TextField()
    envelope = models.TextField()
    at = models.DateTimeField()
    event_id = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        ordering = ("at", "id")
        constraints = (
            models.CheckConstraint(condition=Q(means__in=Means.values), name="accounts_signature_means_known"),
            models.CheckConstraint(
                condition=Q(means="passkey", passkey__isnull=False) | (~Q(means="passkey") & Q(passkey__isnull=True)),
                name="accounts_signature_passkey_named",
            ),
        )

    def __str__(self) -> str:
        return f"{self.person_id} {self.at:%Y-%m-%d}"


class SignInAttempt(models.Model):
    """One failed sign-in, counted against its digest of address or network origin; removed when a day old."""

    id = models.BigAutoField(primary_key=True)
    subject_digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("subject_digest", "at"), name="accounts_attempt_subject_at"),)

    def __str__(self) -> str:
        return f"{self.subject_digest[:8]} {self.at:%Y-%m-%d %H:%M}"
