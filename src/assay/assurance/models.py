"""Tables of the room: batches that are the truth, and rows that index them for reading.

A batch is written once, with its ledger entry, and never changed; only its `position` is filled in when the log has
given its entry an index. Rows of cells, measurements and findings can be rebuilt from the batches.
"""

import uuid
from datetime import timedelta

from django.db import models
from django.db.models import F, Q

from assay.accounts.models import Organization
from assay.assurance.words_row import WordsRow as WordsRow


def row_id(surface: uuid.UUID, key: str) -> uuid.UUID:
    """The primary key of the row that stands for `key` on a surface: the same in every replay."""
    return uuid.uuid5(surface, key)


class Surface(models.Model):
    """Everything that could hold a defect of one kind, as one organization declares it.

    `definition` is the number of the definition in force; that `DefinitionBatch` holds the same values as the columns.
    `strata` is a list of {name, title, required: [detector]} in display order; `policy` the fields of `core.Policy`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="surfaces")
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    title = models.CharField(max_length=300)
    standard = models.CharField(max_length=60)
    companions = models.JSONField(default=list)
    strata = models.JSONField(default=list)
    policy = models.JSONField(default=dict)
    governance = models.CharField(max_length=60)
    valid_for = models.DurationField(null=True, blank=True)
    strata_word = models.CharField(max_length=40, default="pathways")
    definition = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("title", "key")
        constraints = (
            models.UniqueConstraint(fields=("organization", "kind", "key"), name="assurance_surface_key_once"),
            models.CheckConstraint(condition=~Q(key=""), name="assurance_surface_key_not_empty"),
            models.CheckConstraint(
                condition=Q(valid_for__isnull=True) | Q(valid_for__gt=timedelta(0)),
                name="assurance_surface_valid_for_positive",
            ),
        )

    def __str__(self) -> str:
        return self.title


class Logged(models.Model):
    """An append-only input of verdicts: when it was taken in, its ledger entry, and the index of that entry, later."""

    at = models.DateTimeField()
    event_id = models.CharField(max_length=80, unique=True)
    position = models.BigIntegerField(null=True, blank=True)

    class Meta:
        abstract = True


class Batch(Logged):
    """One numbered input of one surface. `body` is zlib-compressed canonical JSON, `digest` that of the plain bytes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    surface = models.ForeignKey(Surface, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=80)
    body = models.BinaryField()
    count = models.PositiveIntegerField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.surface_id} {self.number}"


class DefinitionBatch(Batch):
    """Strata, policy, governance version and detectors as in force from its position on. `count` is strata."""

    class Meta:
        ordering = ("surface", "number")
        constraints = (
            models.UniqueConstraint(fields=("surface", "number"), name="assurance_definitionbatch_number_once"),
        )


class PopulationBatch(Batch):
    """At most 512 changes of the population: cells put (with all their facts) and keys dropped."""

    class Meta:
        ordering = ("surface", "number")
        constraints = (
            models.UniqueConstraint(fields=("surface", "number"), name="assurance_populationbatch_number_once"),
        )


class MeasurementBatch(Batch):
    """Results of at most 512 cells, measured at `at` under `governance`, good until `expires` (null: no end)."""

    expires = models.DateTimeField(null=True, blank=True)
    governance = models.CharField(max_length=60)

    class Meta:
        ordering = ("surface", "number")
        constraints = (
            models.UniqueConstraint(fields=("surface", "number"), name="assurance_measurementbatch_number_once"),
            models.CheckConstraint(
                condition=Q(expires__isnull=True) | Q(expires__gt=F("at")),
                name="assurance_measurementbatch_expires_later",
            ),
        )


class CellRow(models.Model):
    """One cell of the population in force. `id` is `row_id(surface, key)`; `digest` is null where the thing is missing.

    `route`, `governance` and `legacy` repeat the stamp of the thing: what made it, under which governance version, and
    whether it is older than the governance in force. Empty where it bears no stamp.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    surface = models.ForeignKey(Surface, on_delete=models.PROTECT, related_name="cell_rows")
    key = models.CharField(max_length=300)
    stratum = models.CharField(max_length=80)
    digest = models.CharField(max_length=80, null=True, blank=True)
    missing = models.BooleanField(default=False)
    weight = models.PositiveIntegerField(default=1)
    language = models.CharField(max_length=35, null=True, blank=True)
    subject_id = models.CharField(max_length=80, blank=True, default="")
    title = models.CharField(max_length=300, blank=True, default="")
    route = models.CharField(max_length=80, blank=True, default="")
    governance = models.CharField(max_length=60, blank=True, default="")
    legacy = models.BooleanField(default=False)

    class Meta:
        ordering = ("surface", "key")
        constraints = (
            models.UniqueConstraint(fields=("surface", "key"), name="assurance_cellrow_key_once"),
            models.CheckConstraint(condition=Q(weight__gte=1), name="assurance_cellrow_weight_positive"),
            models.CheckConstraint(
                condition=Q(missing=True, digest__isnull=True) | Q(missing=False, digest__isnull=False),
                name="assurance_cellrow_missing_has_no_digest",
            ),
        )

    def __str__(self) -> str:
        return self.key


class MeasurementRow(models.Model):
    """The latest results of one cell: index of the batches, one row for all detectors that read the same digest.

    `results` is JSON {detector: [version, outcome, strength, reason, batch number]}; time, expiry and governance are
    those of the batch with that number. Equal results have equal text, so readers parse each distinct text once.
    """

    cell = models.OneToOneField(CellRow, primary_key=True, on_delete=models.CASCADE, related_name="measured")
    surface = models.ForeignKey(Surface, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=80)
    results = models.TextField()

    class Meta:
        ordering = ("cell",)

    def __str__(self) -> str:
        return str(self.cell_id)


class FindingRow(models.Model):
    """One located result of a detector, with its six attributions. `id` is `row_id(surface, key)`.

    `start` and `end` are character offsets into the measured text (digest `digest`), lines count from 1. `closed_*` is
    set by a newer measurement of the cell, or because the cell left the population; the row itself stays. `disposed_at`
    repeats the disposition, `seen_at` is the latest measurement that showed it. `confidence` is 0 to 1000.
    """

    class Closing(models.TextChoices):
        CLEAN = "clean", "measured clean after a change"
        REREAD = "reread", "the same text measured clean by a newer detector or under another definition"
        SUPERSEDED = "superseded", "superseded by a newer finding in the same cell"
        CELL_LEFT = "cell-left", "cell left the population"

    id = models.UUIDField(primary_key=True, editable=False)
    surface = models.ForeignKey(Surface, on_delete=models.PROTECT, related_name="findings")
    key = models.CharField(max_length=80)
    cell_key = models.CharField(max_length=300)
    digest = models.CharField(max_length=80)
    detector = models.CharField(max_length=60)
    version = models.CharField(max_length=40)
    kind = models.CharField(max_length=60)
    bucket = models.CharField(max_length=3)
    family = models.CharField(max_length=60, blank=True, default="")
    defect = models.BooleanField()
    blocking = models.BooleanField()
    rule = models.CharField(max_length=200)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    line_start = models.PositiveIntegerField()
    line_end = models.PositiveIntegerField()
    quote = models.TextField()
    confidence = models.PositiveSmallIntegerField()
    reasons = models.JSONField(default=list)
    stratum = models.CharField(max_length=80)
    subject_id = models.CharField(max_length=80, blank=True, default="")
    title = models.CharField(max_length=300, blank=True, default="")
    route = models.CharField(max_length=80)
    governance_version = models.CharField(max_length=60)
    is_legacy = models.BooleanField()
    found_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    batch = models.ForeignKey(MeasurementBatch, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(MeasurementBatch, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    closing = models.CharField(max_length=20, choices=Closing.choices, blank=True, default="")
    disposed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("surface", "stratum", "cell_key", "start", "id")
        indexes = (
            models.Index(
                fields=("surface", "cell_key"), condition=Q(closed_at__isnull=True), name="assurance_finding_open"
            ),
            models.Index(fields=("detector", "version"), name="assurance_finding_detector"),
        )
        constraints = (
            models.UniqueConstraint(fields=("surface", "key"), name="assurance_findingrow_key_once"),
            models.CheckConstraint(condition=Q(bucket__in=("A", "B", "C", "own")), name="assurance_findingrow_bucket"),
            models.CheckConstraint(condition=Q(end__gte=F("start")), name="assurance_findingrow_span"),
            models.CheckConstraint(
                condition=Q(line_start__gte=1, line_end__gte=F("line_start")), name="assurance_findingrow_lines"
            ),
            models.CheckConstraint(condition=Q(confidence__lte=1000), name="assurance_findingrow_confidence"),
            models.CheckConstraint(condition=Q(defect=True) | Q(blocking=False), name="assurance_findingrow_blocking"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closing="") | (Q(closed_at__isnull=False) & ~Q(closing="")),
                name="assurance_findingrow_closing",
            ),
        )

    def __str__(self) -> str:
        return f"{self.detector} {self.kind}: {self.quote[:60]}"

    @property
    def in_doubt(self) -> bool:
        """Whether the detector held it for a person's reading: it may be drift, and may as well be honest."""
        return self.bucket == "A" and not self.defect

    @property
    def category(self) -> str:
        """The bucket as people read it: A, B, C, own, or "read" for what waits for a person's reading."""
        return "read" if self.in_doubt else self.bucket


class DispositionRow(Logged):
    """A person's decision about one finding, with the reason. Append-only; evidence of verdicts like a measurement."""

    class Decision(models.TextChoices):
        NOT_A_DEFECT = "not-a-defect", "not a defect"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    finding = models.ForeignKey(FindingRow, on_delete=models.PROTECT, related_name="dispositions")
    decision = models.CharField(max_length=20, choices=Decision.choices)
    reason = models.TextField()
    by = models.CharField(max_length=80)

    class Meta:
        ordering = ("at", "id")
        constraints = (
            models.CheckConstraint(condition=~Q(reason=""), name="assurance_dispositionrow_reason_given"),
            models.UniqueConstraint(fields=("finding", "decision"), name="assurance_dispositionrow_decision_once"),
        )

    def __str__(self) -> str:
        return f"{self.decision}: {self.reason[:60]}"


class CanaryBatch(Logged):
    """Canary results of one detector version, as recorded in one organization's log.

    Results belong to the installation and the detector version (the planted defects are generated, the same for all),
    so they are computed once; every organization's log receives them, so that its verdicts can be recomputed from it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    detector = models.CharField(max_length=60)
    version = models.CharField(max_length=40)
    digest = models.CharField(max_length=80)
    body = models.BinaryField()

    class Meta:
        ordering = ("organization", "at", "id")

    def __str__(self) -> str:
        return f"{self.detector} {self.version}"


class CanaryRow(models.Model):
    """Planted defects caught by one detector version in one stratum, of one kind; index of the canary batches."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    batch = models.ForeignKey(CanaryBatch, on_delete=models.PROTECT, related_name="+")
    detector = models.CharField(max_length=60)
    version = models.CharField(max_length=40)
    stratum = models.CharField(max_length=80)
    kind = models.CharField(max_length=60)
    caught = models.PositiveIntegerField()
    planted = models.PositiveIntegerField()

    class Meta:
        ordering = ("detector", "version", "stratum", "kind")
        constraints = (
            models.UniqueConstraint(
                fields=("organization", "detector", "version", "stratum", "kind"), name="assurance_canaryrow_once"
            ),
            models.CheckConstraint(condition=Q(caught__lte=F("planted")), name="assurance_canaryrow_caught"),
        )

    def __str__(self) -> str:
        return f"{self.detector} {self.stratum} {self.kind}: {self.caught}/{self.planted}"


class VerdictRow(models.Model):
    """One verdict of a surface: its exact bytes, and the facts that lists and glyphs show, repeated as columns.

    A new row is written only when the bytes differ from those of the last; `is_latest` marks the one in force. Shares
    are in permille, rounded down; `residual` and `remaining` count defects and cells.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    surface = models.ForeignKey(Surface, on_delete=models.PROTECT, related_name="verdicts")
    number = models.PositiveIntegerField()
    is_latest = models.BooleanField()
    body = models.BinaryField()
    digest = models.CharField(max_length=80)
    event_id = models.CharField(max_length=80, unique=True)
    position = models.BigIntegerField()
    recorded_at = models.DateTimeField()
    at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10)
    governance = models.CharField(max_length=60)
    coverage_n = models.BigIntegerField()
    coverage_d = models.BigIntegerField()
    coverage_permille = models.PositiveSmallIntegerField()
    coverage_level = models.CharField(max_length=6)
    weakest = models.CharField(max_length=80, blank=True, default="")
    weakest_title = models.CharField(max_length=200, blank=True, default="")
    weakest_permille = models.PositiveSmallIntegerField(null=True, blank=True)
    strata_measured = models.PositiveIntegerField()
    strata_total = models.PositiveIntegerField()
    cells = models.PositiveIntegerField()
    measured = models.PositiveIntegerField()
    found = models.PositiveIntegerField()
    blocking = models.PositiveIntegerField()
    residual = models.PositiveIntegerField()
    residual_simultaneous = models.PositiveIntegerField()
    remaining = models.PositiveIntegerField()
    content_level = models.CharField(max_length=6)
    oldest = models.DateTimeField(null=True, blank=True)
    next_expiry = models.DateTimeField(null=True, blank=True)
    texture = models.CharField(max_length=10)
    stale = models.BooleanField()
    letter = models.CharField(max_length=4)
    sentence = models.TextField()
    reasons = models.JSONField(default=list)

    class Meta:
        ordering = ("surface", "number")
        indexes = (models.Index(fields=("surface",), condition=Q(is_latest=True), name="assurance_verdict_latest"),)
        constraints = (
            models.UniqueConstraint(fields=("surface", "number"), name="assurance_verdictrow_number_once"),
            models.UniqueConstraint(
                fields=("surface",), condition=Q(is_latest=True), name="assurance_verdictrow_latest_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("pass", "fail", "stale", "unproven")), name="assurance_verdictrow_state"
            ),
            models.CheckConstraint(
                condition=Q(coverage_permille__lte=1000, coverage_d__gte=1, coverage_n__lte=F("coverage_d")),
                name="assurance_verdictrow_coverage",
            ),
            models.CheckConstraint(condition=Q(measured__lte=F("cells")), name="assurance_verdictrow_measured"),
        )

    def __str__(self) -> str:
        return self.sentence
