"""Tables about learners' results, without a learner in them: measurements of questions, and badges; and models' votes."""

from __future__ import annotations

from django.db import models

from assay.assurance.models import FindingRow
from assay.studio.models import Logged, Programme


class ItemMeasurement(Logged):
    """What one file of responses said of a programme's questions: `body` is the entry's, and names no learner."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="item_measurements")
    body = models.JSONField()

    def __str__(self) -> str:
        return f"{self.programme_id}: {self.body.get('learners')} learners"


class BadgeGiven(Logged):
    """A badge, known by the `digest` of its token and the `credential` id in it; who got it is in `identity` alone, the
    digest of address and `salt`. Revoked once `revoked_at` is set, for a reason that verifiers are told."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="badges")
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=80, unique=True)
    credential = models.CharField(max_length=80)
    issuer = models.CharField(max_length=120)
    identity = models.CharField(max_length=80)
    salt = models.CharField(max_length=80)
    revoked_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True, default="")

    def __str__(self) -> str:
        return self.credential


class FindingAdvice(Logged):
    """What a model said of a passage held for reading: a vote that decides nothing. `by` asked; `prompt` and `answer` are
    digests, `quotation` stands in the passage letter for letter."""

    class Vote(models.TextChoices):
        DRIFT = "drift", "drift"
        HONEST = "honest", "honest"
        UNSURE = "unsure", "cannot tell"

    finding = models.ForeignKey(FindingRow, on_delete=models.PROTECT, related_name="advice")
    model = models.CharField(max_length=200)
    prompt = models.CharField(max_length=80)
    answer = models.CharField(max_length=80)
    vote = models.CharField(max_length=10, choices=Vote.choices)
    quotation = models.TextField()
    reason = models.TextField()

    class Meta:
        ordering = ("finding", "-at", "id")
        constraints = (
            models.UniqueConstraint(fields=("finding", "model", "prompt"), name="studio_findingadvice_once"),
            models.CheckConstraint(condition=~models.Q(quotation=""), name="studio_findingadvice_quotes"),
        )

    def __str__(self) -> str:
        return f"{self.model}: {self.vote}"
