"""A programme as a whole, as its page shows it, and the detector that reads it so."""

from __future__ import annotations

from dataclasses import dataclass

from assay.accounts.access import Actor
from assay.assurance.models import CanaryRow, FindingRow, VerdictRow
from assay.assurance.queries import finding_list, glyph_of_row, verdict_latest
from assay.assurance.stats import DetectorStats, Sensitivity, wilson
from assay.core.reading import Glyph
from assay.detect import joint
from assay.detect.evaluate import Share
from assay.studio.criterion import Criterion, as_a_whole
from assay.studio.models import Programme
from assay.studio.whole import KIND, whole_surface


@dataclass(frozen=True)
class WholePart:
    """What is known of a programme as a whole: its criterion, the verdict of its own surface, what was found or held."""

    criterion: Criterion
    row: VerdictRow | None
    glyph: Glyph | None
    findings: tuple[FindingRow, ...]


def whole_part(actor: Actor, programme: Programme) -> WholePart:
    """The part of a programme's page that looks at all artefacts together."""
    surface = whole_surface(programme)
    row = None if surface is None else verdict_latest(surface)
    found = () if surface is None else tuple(finding_list(actor=actor, surface=surface))
    return WholePart(as_a_whole(programme), row, None if row is None else glyph_of_row(row), found)


def whole_stats(actor: Actor) -> DetectorStats:
    """How the detector of whole programmes has done in the actor's organization."""
    found = FindingRow.objects.filter(
        surface__organization=actor.organization, surface__kind=KIND, detector=joint.NAME, version=joint.version(), defect=True
    )  # fmt: skip
    reported, dismissed = found.count(), found.filter(disposed_at__isnull=False).count()
    remedied = found.filter(closing=FindingRow.Closing.CLEAN, disposed_at=None).count()
    rows = CanaryRow.objects.filter(
        organization=actor.organization, detector=joint.NAME, version=joint.version()
    ).order_by("kind")
    return DetectorStats(
        name=joint.NAME,
        version=joint.version(),
        reported=reported,
        dismissed=dismissed,
        remedied=remedied,
        unreviewed=reported - dismissed - remedied,
        corpus=Share(0, 0),
        precision=wilson(remedied, remedied + dismissed),
        sensitivity=tuple(
            Sensitivity(row.stratum, row.kind, row.caught, row.planted, wilson(row.caught, row.planted)) for row in rows
        ),
    )
