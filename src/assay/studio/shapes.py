"""What the services of this room hand back: frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from assay.assurance.models import VerdictRow
from assay.assurance.shapes import MeasureSummary
from assay.studio.importing import Note
from assay.studio.models import Artefact, Programme


@dataclass(frozen=True)
class ImportSummary:
    """What an import did. Counts are artefacts; `by_pathway` counts those now present, by slug or `unmapped`.

    `unread` were found in a format that cannot be read, and count as not looked at.
    """

    programme: Programme
    files: int
    added: int
    changed: int
    removed: int
    unchanged: int
    unread: int
    batches: int
    by_pathway: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()

    @property
    def pieces(self) -> int:
        return self.added + self.changed + self.unchanged


@dataclass(frozen=True)
class SweepSummary:
    """What a sweep did, and the verdict it led to. Counts are cells; `missing` are pathways expected and not there.

    `readings` is how many (cell, required detector) pairs have a result of the present text, and how many should have
    one; None where the sweep did not count them.
    """

    programme: Programme
    verdict: VerdictRow
    summary: MeasureSummary
    cells: int
    missing: tuple[str, ...]
    unmapped: int
    canaries_planted: int
    readings: tuple[int, int] | None = None

    @property
    def measured(self) -> int:
        return self.summary.measured

    @property
    def fresh(self) -> int:
        return self.cells - self.summary.measured - len(self.missing)


@dataclass(frozen=True)
class Accepted:
    """An artefact taken in through the API, what measuring it gave, and the verdict of its programme."""

    artefact: Artefact
    changed: bool
    summary: MeasureSummary
    verdict: VerdictRow


@dataclass(frozen=True)
class Step:
    """Progress of an import or sweep: `done` of `total` in a stage (reading, storing, canaries, measuring, judging)."""

    stage: str
    done: int
    total: int
    at: datetime | None = None
