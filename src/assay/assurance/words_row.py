"""The table of the families' words as earlier states of this program had them; `carrying` compares."""

import uuid

from django.db import models

from assay.accounts.models import Organization


class WordsRow(models.Model):
    """The families' words as the detector versions of one state of this program had them, in one organization's log.

    `versions` maps each detector to [version, base]; `state` is the digest over names and versions, which determine all else.
    `body` is zlib-compressed canonical JSON {format, detectors: `versions`, families: {family: {form: twelve hexadecimal
    digits over all that is said of it}}}, `digest` that of the plain bytes.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=80)
    versions = models.JSONField()
    digest = models.CharField(max_length=80)
    body = models.BinaryField()
    at = models.DateTimeField()
    event_id = models.CharField(max_length=80, unique=True)

    class Meta:
        app_label = "assurance"
        ordering = ("organization", "at", "id")
        constraints = (models.UniqueConstraint(fields=("organization", "state"), name="assurance_wordsrow_state_once"),)

    def __str__(self) -> str:
        return self.state
