"""Tables of the room, the same for every register: records and their versions, links, discussion, approvals, evidence."""

import uuid

from django.db import models
from django.db.models import Q

from assay.accounts.models import Organization, Person, PersonSignature


class ImportRun(models.Model):
    """One spreadsheet on its way in. `rows` are the cells as read, `mapping` column to field, `problems` by row number;
    `made` are the records that it made, so that it can be undone."""

    class Standing(models.TextChoices):
        """Read, applied, or taken back."""

        READ = "read", "Read, nothing written"
        APPLIED = "applied", "Applied"
        UNDONE = "undone", "Undone"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    register = models.CharField(max_length=60)
    file_name = models.CharField(max_length=300)
    digest = models.CharField(max_length=80)
    sheet = models.CharField(max_length=200, blank=True, default="")
    header = models.JSONField(default=list)
    rows = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    count = models.PositiveIntegerField(default=0)
    standing = models.CharField(max_length=10, choices=Standing.choices, default=Standing.READ)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-at",)

    def __str__(self) -> str:
        return self.file_name


class Record(models.Model):
    """One record of one register, as it is now. `data` holds the declared fields; `author` is who changed it last.

    `search_text` repeats what can be searched, in lower case. A retired record keeps its number and can be restored.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="records")
    register = models.CharField(max_length=60)
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=300)
    state = models.CharField(max_length=40)
    data = models.JSONField(default=dict)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    deputy = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    review_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    search_text = models.TextField(blank=True, default="")
    imported = models.ForeignKey(ImportRun, on_delete=models.PROTECT, related_name="records", null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("register", "number")
        constraints = (
            models.UniqueConstraint(fields=("organization", "register", "number"), name="registers_record_number_once"),
            models.CheckConstraint(condition=~Q(title=""), name="registers_record_titled"),
        )
        indexes = (
            models.Index(fields=("organization", "register", "retired_at", "number"), name="registers_record_list"),
            models.Index(fields=("organization", "review_on"), name="registers_record_due"),
            models.Index(
                fields=("organization", "register", "retired_at", "state", "review_on", "owner"),
                name="registers_record_counts",
            ),
        )

    def __str__(self) -> str:
        return self.title


class RecordVersion(models.Model):
    """A record as it was after one change; never changed itself. `what` says which kind of change."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    what = models.CharField(max_length=20)
    words = models.TextField(blank=True, default="")
    title = models.CharField(max_length=300)
    state = models.CharField(max_length=40)
    data = models.JSONField(default=dict)
    owner_id = models.UUIDField(null=True, blank=True)
    deputy_id = models.UUIDField(null=True, blank=True)
    review_on = models.DateField(null=True, blank=True)
    retired = models.BooleanField(default=False)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    event_id = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        ordering = ("record", "number")
        constraints = (models.UniqueConstraint(fields=("record", "number"), name="registers_version_number_once"),)

    def __str__(self) -> str:
        return f"{self.record_id} {self.number}"


class RecordLink(models.Model):
    """The index of links: `source` points at `target_key` through its field `field`. Rebuilt from `data` at each change."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    source = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="outward")
    field = models.CharField(max_length=60)
    target_key = models.CharField(max_length=80)
    target = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="inward", null=True, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("source", "field", "target_key"), name="registers_link_once"),)
        indexes = (models.Index(fields=("organization", "target_key"), name="registers_link_target"),)

    def __str__(self) -> str:
        return f"{self.field} {self.target_key}"


class Comment(models.Model):
    """One contribution to the discussion of a record."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="comments")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField()

    class Meta:
        ordering = ("at",)

    def __str__(self) -> str:
        return self.text[:40]


class Approval(models.Model):
    """A person's signature under exactly one version of a record: `digest` is that of its content.

    `signature` holds the signed statement; rows from before there were any have none.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="approvals")
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=40)
    digest = models.CharField(max_length=80)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    words = models.TextField(blank=True, default="")
    signature = models.OneToOneField(
        PersonSignature, on_delete=models.PROTECT, related_name="approval", null=True, blank=True
    )
    event_id = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        ordering = ("at",)

    def __str__(self) -> str:
        return f"{self.record_id} {self.version}"


class SavedFilter(models.Model):
    """A list as somebody wants to see it again: the query string under a name."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    register = models.CharField(max_length=60)
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=1000)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(
                fields=("organization", "person", "register", "name"), name="registers_filter_name_once"
            ),
        )

    def __str__(self) -> str:
        return self.name


class Evidence(models.Model):
    """A thing observed, under a record, or under an obligation or control (`subject`, as `control:A.6.2.4`).

    `strength` 1 claimed to 5 independently verified. `digest` is that of the thing itself, `source` says where it is kept;
    the thing stays there. `collected_on` is when it was observed; after `expires_on` it shows nothing any more.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="evidence", null=True, blank=True)
    subject = models.CharField(max_length=80, blank=True, default="")
    title = models.CharField(max_length=300)
    kind = models.CharField(max_length=40)
    strength = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=500, blank=True, default="")
    digest = models.CharField(max_length=80, blank=True, default="")
    collected_on = models.DateField()
    expires_on = models.DateField(null=True, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)
    retired_why = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        ordering = ("-collected_on",)
        constraints = (
            models.CheckConstraint(
                condition=Q(strength__gte=1) & Q(strength__lte=5), name="registers_evidence_strength_known"
            ),
            models.CheckConstraint(
                condition=Q(record__isnull=False) | ~Q(subject=""), name="registers_evidence_is_about_something"
            ),
        )
        indexes = (models.Index(fields=("organization", "subject"), name="registers_evidence_subject"),)

    def __str__(self) -> str:
        return self.title


class FormDraft(models.Model):
    """What somebody has written into a form and not sent yet: the posted values as they are, per person and record.

    `record` is None for a form that makes a record. `version` is that of the record when the form was opened. No evidence:
    it is gone as soon as the form is sent or the draft discarded.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    register = models.CharField(max_length=60)
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="+", null=True, blank=True)
    content = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ("-saved_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("organization", "person", "register"), condition=Q(record=None), name="registers_draft_new_once"
            ),
            models.UniqueConstraint(
                fields=("person", "record"), condition=Q(record__isnull=False), name="registers_draft_record_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.register} {self.saved_at}"


class Acknowledgement(models.Model):
    """Somebody says that they have read exactly one approved content of a document: `digest` is that of its approval."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="acknowledgements")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=80)
    edition = models.CharField(max_length=200, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at",)
        constraints = (
            models.UniqueConstraint(fields=("record", "person", "digest"), name="registers_acknowledged_once"),
        )

    def __str__(self) -> str:
        return f"{self.record_id} {self.person_id}"


class PublicVersion(models.Model):
    """What of an approved record anybody may read who has its address: the fields declared as public, frozen.

    `address` is the last part of the address, hard to guess; `body` what is shown, `digest` its digest. Withdrawn pages
    answer like those that never were.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="public_versions")
    version = models.PositiveIntegerField()
    address = models.CharField(max_length=60, unique=True)
    body = models.JSONField(default=dict)
    digest = models.CharField(max_length=80)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-at",)

    def __str__(self) -> str:
        return self.address
