"""Tables of the room: programmes, their artefacts as they are now, and every earlier version of each."""

import uuid

from django.db import models
from django.db.models import Q

from assay.accounts.models import Organization
from assay.assurance.models import Surface
from assay.studio.governance import is_legacy
from assay.studio.pathways import BY_NUMBER, UNMAPPED


class Programme(models.Model):
    """A course of an organization. `blueprint` lists the slugs of the pathways it should have; empty means all 22.

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
    1; `line_map` holds the source line of each line of the text where the two differ, else it is empty.
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

    `removed_at` is set when an import no longer had it; its row and text stay.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="artefacts")
    key = models.CharField(max_length=260)
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
