"""What callers hand to this room and get back: frozen values, no rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from assay.detect.context import Context

PARTITION = 512


@dataclass(frozen=True, slots=True)
class CellSpec:
    """One cell as its source lists it. `digest` is None where the thing should exist and is missing.

    `subject_id` names the thing in its own room (an artefact's id); `route`, `governance`, `legacy` repeat its stamp.
    """

    key: str
    stratum: str
    digest: str | None
    weight: int = 1
    language: str | None = None
    subject_id: str = ""
    title: str = ""
    route: str = ""
    governance: str = ""
    legacy: bool = False


@dataclass(frozen=True, slots=True)
class MeasureItem:
    """The text of one cell, ready to be measured. `digest` is the cell's; a result counts for that digest alone."""

    cell_key: str
    digest: str
    text: str
    context: Context
    route: str = ""
    governance_version: str = ""
    legacy: bool = False


@dataclass(frozen=True, slots=True)
class DueCell:
    """A cell that lacks a fresh result of some detectors that its stratum requires."""

    key: str
    digest: str
    subject_id: str
    detectors: tuple[str, ...]


@dataclass(frozen=True)
class MeasureSummary:
    """What one call of `surface_measure` did. Counts are cells, except findings.

    `fresh` were skipped, `carried` took over what an earlier version said, `outdated` had another digest than the population when their partition was recorded,
    `outcomes` counts results per detector outcome.
    """

    offered: int = 0
    fresh: int = 0
    measured: int = 0
    outdated: int = 0
    batches: int = 0
    opened: int = 0
    closed: int = 0
    carried: int = 0
    outcomes: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class PopulationChange:
    """What one call changed in the population. Counts are cells."""

    added: int
    changed: int
    dropped: int
    unchanged: int


@dataclass(frozen=True)
class CanarySummary:
    """What one refresh of canaries did: results in the log already, taken from another log of this installation, taken
    from what is kept with the detectors' version, or planted now. Pairs of detector and stratum."""

    known: int
    copied: int
    kept: int
    planted: int


@dataclass(frozen=True)
class SweepTick:
    """Progress of a measurement: cells done, cells per second since the start (0.0 at the start)."""

    done: int
    at: datetime
