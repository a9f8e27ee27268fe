"""Tables of the room: programmes, their artefacts as they are now, and every earlier version of each."""

import uuid

from django.db import models
from django.db.models import Q

from assay.accounts.models import Organization, Person, PersonSignature
from assay.assurance.models import FindingRow, Surface
from assay.studio.governance import is_legacy
from assay.studio.pathways import BY_NUMBER, UNMAPPED


class Programme(models.Model):
    """A course of an organization. `blueprint` lists the slugs of the pathways it should have; empty means all 22.

    `minimums` says how many artefacts of a pathway it needs at least, by slug; 1 where nothing is said. `seed` decides
    the free choices of what is generated for it, when an artefact is written again as well.
    `source_digest` is that of the last import that was brought to its end, over keys, pathways and digests of all
    pieces: the same source imported again is known by it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="programmes")
    slug = models.SlugField(max_length=80)
    title = models.CharField(max_length=300)
    standard = models.CharField(max_length=60)
    companions = models.JSONField(default=list)
    kind = models.CharField(max_length=40, default="course")
    locale = models.CharField(max_length=35, default="en")
    blueprint = models.JSONField(default=list)
    minimums = models.JSONField(default=dict)
    seed = models.PositiveIntegerField(default=0)
    surface = models.OneToOneField(Surface, on_delete=models.PROTECT, related_name="programme")
    source_name = models.CharField(max_length=300, blank=True, default="")
    source_digest = models.CharField(max_length=80, blank=True, default="")
    created_at = models.DateTimeField()
    imported_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("title", "slug")
        constraints = (
            models.UniqueConstraint(fields=("organization", "slug"), name="studio_programme_slug_once"),
            models.CheckConstraint(condition=~Q(slug="") & ~Q(standard=""), name="studio_programme_named"),
        )

    def __str__(self) -> str:
        return self.title


class Content(models.Model):
    """What an artefact is in one version. `digest` is that of the text, or of the file where the text cannot be read.

    `pathway` is a number 1 to 22, null for unmapped; `how` says by what it was found (mapping, stamp, front-matter,
    structure, none). `generation_meta` is the stamp, exactly {route, governance_version, at}. `source_line` counts from
    1; `line_map` holds the source line of each line of the text where the two differ, else it is empty. `author` is the
    pseudonym of who brought this version in, empty where that was before authors were kept.
    """

    pathway = models.PositiveSmallIntegerField(null=True, blank=True)
    how = models.CharField(max_length=20)
    title = models.CharField(max_length=300)
    text = models.TextField(blank=True, default="")
    readable = models.BooleanField(default=True)
    media_type = models.CharField(max_length=100)
    digest = models.CharField(max_length=80)
    language = models.CharField(max_length=35, null=True, blank=True)
    generation_meta = models.JSONField(null=True, blank=True)
    provenance = models.JSONField(null=True, blank=True)
    source_path = models.CharField(max_length=1000, blank=True, default="")
    source_line = models.PositiveIntegerField(default=1)
    source_end_line = models.PositiveIntegerField(default=1)
    line_map = models.JSONField(default=list)
    version = models.PositiveIntegerField()
    author = models.CharField(max_length=80, blank=True, default="")
    event_id = models.CharField(max_length=80)

    class Meta:
        abstract = True

    @property
    def pathway_slug(self) -> str:
        """The slug of the pathway, or `unmapped`: the stratum of the artefact's cell."""
        return UNMAPPED if self.pathway is None else BY_NUMBER[self.pathway].slug

    @property
    def is_legacy(self) -> bool:
        """Whether it was born under other rules than those in force; computed from the stamp, never stored."""
        return is_legacy(self.generation_meta, self.provenance)

    @property
    def route(self) -> str:
        return str((self.generation_meta or {}).get("route", ""))

    @property
    def governance_version(self) -> str:
        return str((self.generation_meta or {}).get("governance_version", ""))

    def source_line_of(self, line: int) -> int:
        """The line of the source file on which line `line` (from 1) of the text stands."""
        if self.line_map:
            return int(self.line_map[min(line, len(self.line_map)) - 1])
        return self.source_line + line - 1


class Artefact(Content):
    """One generated or imported piece as it is now. `id` follows from programme and key, so no import makes it twice.

    `removed_at` is set when an import no longer had it; its row and text stay. `internal` artefacts are seen by no learner
    and enter no publication.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="artefacts")
    key = models.CharField(max_length=260)
    internal = models.BooleanField(default=False)
    changed_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("programme", "pathway", "source_path", "source_line", "key")
        constraints = (
            models.UniqueConstraint(fields=("programme", "key"), name="studio_artefact_key_once"),
            models.CheckConstraint(
                condition=Q(pathway__isnull=True) | Q(pathway__gte=1, pathway__lte=22), name="studio_artefact_pathway"
            ),
            models.CheckConstraint(
                condition=Q(generation_meta__isnull=False) | Q(provenance__isnull=True),
                name="studio_artefact_provenance_has_stamp",
            ),
        )

    def __str__(self) -> str:
        return self.title or self.key


class ArtefactVersion(Content):
    """A version of an artefact that a later one replaced. Written once, when that happened; never changed."""

    id = models.UUIDField(primary_key=True, editable=False)
    artefact = models.ForeignKey(Artefact, on_delete=models.PROTECT, related_name="versions")
    since = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        ordering = ("artefact", "-version")
        constraints = (models.UniqueConstraint(fields=("artefact", "version"), name="studio_artefactversion_once"),)

    def __str__(self) -> str:
        return f"{self.artefact_id} version {self.version}"


class Logged(models.Model):
    """A row that one person's act made: who (pseudonym), when, and the ledger entry of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()
    event_id = models.CharField(max_length=80)

    class Meta:
        abstract = True


class SweepReport(Logged):
    """What one sweep of the whole portfolio came to: canonical JSON in `body`, `envelope` the DSSE signature over it.

    `number` counts from 1 within the organization; counts are programmes, `total_remediations` artefacts ever written
    again; `job_id` is the background job that made it.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="sweep_reports")
    number = models.PositiveIntegerField()
    job_id = models.UUIDField(unique=True)
    body = models.BinaryField()
    digest = models.CharField(max_length=80)
    envelope = models.TextField()
    verdict = models.CharField(max_length=20)
    programme_count = models.PositiveIntegerField()
    affected_count = models.PositiveIntegerField()
    total_remediations = models.PositiveIntegerField()

    class Meta:
        ordering = ("organization", "-number")
        constraints = (
            models.UniqueConstraint(fields=("organization", "number"), name="studio_sweepreport_number_once"),
            models.CheckConstraint(
                condition=Q(affected_count__lte=models.F("programme_count")), name="studio_sweepreport_affected"
            ),
        )

    def __str__(self) -> str:
        return f"sweep {self.number}: {self.verdict}"


class Remediation(Logged):
    """One attempt to fix a finding by writing its artefact again.

    `replaced`: the new text took the place of the old one, as the same version (`in_place`; the old text is kept in
    `before_text`) or as a new one. `refused`: what the writer wrote had a defect itself, so nothing was changed.
    """

    class Outcome(models.TextChoices):
        REPLACED = "replaced", "written again"
        REFUSED = "refused", "what was written had a defect too"

    artefact = models.ForeignKey(Artefact, on_delete=models.PROTECT, related_name="remediations")
    finding = models.ForeignKey(FindingRow, on_delete=models.PROTECT, related_name="remediations")
    detector = models.CharField(max_length=60)
    kind = models.CharField(max_length=60)
    outcome = models.CharField(max_length=20, choices=Outcome.choices)
    in_place = models.BooleanField()
    from_version = models.PositiveIntegerField()
    to_version = models.PositiveIntegerField()
    before_digest = models.CharField(max_length=80)
    after_digest = models.CharField(max_length=80)
    before_text = models.TextField(blank=True, default="")
    writer = models.CharField(max_length=80)
    reason = models.TextField(blank=True, default="")
    report = models.ForeignKey(SweepReport, null=True, blank=True, on_delete=models.PROTECT, related_name="fixes")

    class Meta:
        ordering = ("-at", "id")
        indexes = (models.Index(fields=("artefact", "detector", "kind"), name="studio_remediation_of"),)

    def __str__(self) -> str:
        return f"{self.artefact_id}: {self.outcome}"


class SignOffRequest(Logged):
    """Somebody asks for a signature under exactly one version of an artefact. `digest` is that of the whole version.

    `changes_wanted` is what a reviewer asked for instead of signing.
    """

    artefact = models.ForeignKey(Artefact, on_delete=models.PROTECT, related_name="sign_off_requests")
    version = models.PositiveIntegerField()
    digest = models.CharField(max_length=80)
    changes_wanted = models.TextField(blank=True, default="")
    changes_by = models.CharField(max_length=80, blank=True, default="")
    changes_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("artefact", "-version", "-at")
        constraints = (
            models.UniqueConstraint(fields=("artefact", "version", "digest"), name="studio_signoffrequest_once"),
            models.CheckConstraint(
                condition=Q(changes_at__isnull=True, changes_by="", changes_wanted="")
                | (Q(changes_at__isnull=False) & ~Q(changes_by="") & ~Q(changes_wanted="")),
                name="studio_signoffrequest_changes",
            ),
        )

    def __str__(self) -> str:
        return f"{self.artefact_id} version {self.version}"


class SignerKey(Logged):
    """The verifier key of one person in one organization; the private half lies in a file of the data folder."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="signer_keys")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="signer_keys")
    vkey = models.CharField(max_length=300, unique=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("person", "organization"), name="studio_signerkey_one_each"),)

    def __str__(self) -> str:
        return self.vkey


class SignOff(Logged):
    """One signature of one person over one or more versions: `envelope` is DSSE over an in-toto statement.

    `signature` is where the room of people keeps it, with what verifies it; older rows have `key` alone.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="sign_offs")
    key = models.ForeignKey(SignerKey, on_delete=models.PROTECT, related_name="sign_offs", null=True, blank=True)
    signature = models.OneToOneField(
        PersonSignature, on_delete=models.PROTECT, related_name="sign_off", null=True, blank=True
    )
    envelope = models.TextField()
    authentication = models.CharField(max_length=20)

    class Meta:
        ordering = ("-at", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(key__isnull=False) | Q(signature__isnull=False), name="studio_signoff_verifiable"
            ),
        )

    def __str__(self) -> str:
        return f"{self.by} {self.at:%Y-%m-%d}"


class SignedVersion(models.Model):
    """One of the versions under a signature."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sign_off = models.ForeignKey(SignOff, on_delete=models.PROTECT, related_name="versions")
    artefact = models.ForeignKey(Artefact, on_delete=models.PROTECT, related_name="signed_versions")
    version = models.PositiveIntegerField()
    digest = models.CharField(max_length=80)

    class Meta:
        ordering = ("artefact", "-version")
        constraints = (models.UniqueConstraint(fields=("sign_off", "artefact"), name="studio_signedversion_once"),)

    def __str__(self) -> str:
        return f"{self.artefact_id} version {self.version}"


class ReviewComment(Logged):
    """What somebody said about one version of an artefact."""

    artefact = models.ForeignKey(Artefact, on_delete=models.PROTECT, related_name="comments")
    version = models.PositiveIntegerField()
    text = models.TextField()

    class Meta:
        ordering = ("artefact", "at", "id")
        constraints = (models.CheckConstraint(condition=~Q(text=""), name="studio_reviewcomment_says"),)

    def __str__(self) -> str:
        return self.text[:60]


class EnforcementSetting(Logged):
    """Whether the governance blocker of publishing is enforced, as somebody set it. Off has an end, always."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="enforcement_settings")
    enforced = models.BooleanField()
    reason = models.TextField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("organization", "-at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(enforced=True, until__isnull=True) | Q(enforced=False, until__isnull=False),
                name="studio_enforcementsetting_ends",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="studio_enforcementsetting_why"),
        )

    def __str__(self) -> str:
        return "enforced" if self.enforced else f"off until {self.until:%Y-%m-%d %H:%M}"


class PublishDecision(Logged):
    """One answer of the publish gate. `blockers` refused it, `waived` would have if the gate were enforced.

    `number` and `manifest` are set when it was published: [[key, pathway slug, version, digest], …] of what learners
    get, with `digest` over that list.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="publish_decisions")
    allowed = models.BooleanField()
    enforced = models.BooleanField()
    blockers = models.JSONField(default=list)
    waived = models.JSONField(default=list)
    number = models.PositiveIntegerField(null=True, blank=True)
    manifest = models.JSONField(default=list)
    digest = models.CharField(max_length=80, blank=True, default="")
    verdict_digest = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        ordering = ("programme", "-at", "-id")
        constraints = (
            models.UniqueConstraint(fields=("programme", "number"), name="studio_publishdecision_number_once"),
            models.CheckConstraint(
                condition=Q(allowed=True, number__isnull=False) | Q(allowed=False, number__isnull=True),
                name="studio_publishdecision_numbered",
            ),
        )

    def __str__(self) -> str:
        return f"{self.programme_id}: {'published' if self.allowed else 'refused'}"
