"""Reading what was published, and whether something has been found in it since."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from assay.assurance.models import FindingRow
from assay.studio.models import Programme, PublishDecision
from assay.studio.publishing.facts import manifest_of


@dataclass(frozen=True)
class Publication:
    """The version that is up. `flagged` are open category-A findings in texts that it holds; `changed`: the programme
    is no longer what was published."""

    decision: PublishDecision
    flagged: tuple[FindingRow, ...]
    changed: bool


def decision_list(programme: Programme) -> QuerySet[PublishDecision]:
    """All answers of the gate, the newest first."""
    return PublishDecision.objects.filter(programme=programme).order_by("-at", "-id")


def publication(programme: Programme) -> Publication | None:
    """The version that is up, None before the first. What is found in it later flags it and takes nothing down."""
    row = PublishDecision.objects.filter(programme=programme, allowed=True).order_by("-number").first()
    if row is None:
        return None
    held = {(key, of) for key, _pathway, _version, of in row.manifest}
    defects = FindingRow.objects.filter(
        surface=programme.surface, bucket="A", defect=True, closed_at=None, disposed_at=None
    )
    flagged = tuple(each for each in defects if (each.cell_key, each.digest) in held)
    return Publication(row, flagged, manifest_of(programme)[1] != row.digest)
