"""How good a detector has shown itself to be here: planted defects caught, and what people said of its findings."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt

from django.db.models import Count, Q

from assay.accounts.access import Actor
from assay.assurance.engines.figures import precision_compute, precision_kept
from assay.assurance.models import CanaryRow, DispositionRow, FindingRow
from assay.detect.evaluate import Share
from assay.detect.registry import DETECTORS

Z_95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Interval:
    """A share with its 95 % Wilson interval, all within 0..1."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """Planted defects caught in one stratum, of one kind."""

    stratum: str
    kind: str
    caught: int
    planted: int
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class DetectorStats:
    """One detector version as it did in one organization.

    `reported` defects ever; `dismissed` by a person as not a defect; `remedied` were not dismissed and closed because
    the text was changed and measured clean; `unreviewed` is the rest. `corpus` is how often the detector was right on the
    untouched half of the labelled passages. `precision` takes both together: right there and remedied here, of all that
    it reported there and that was answered here; a finding that nobody has answered counts neither way. None where
    nothing was reported and nothing answered.
    """

    name: str
    version: str
    reported: int
    dismissed: int
    remedied: int
    unreviewed: int
    corpus: Share
    precision: Interval | None
    sensitivity: tuple[Sensitivity, ...]


def wilson(successes: int, trials: int, z: float = Z_95) -> Interval | None:
    """The Wilson score interval for a share. None for no trials. Source: Wilson (1927), JASA 22."""
    if not trials:
        return None
    share = successes / trials
    scale = 1 + z * z / trials
    middle = (share + z * z / (2 * trials)) / scale
    half = z * sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials)) / scale
    low = 0.0 if successes == 0 else max(0.0, middle - half)
    high = 1.0 if successes == trials else min(1.0, middle + half)
    return Interval(share, low, high)


@lru_cache(maxsize=64)
def corpus_precision(detector: str, version: str) -> Share:
    """How many of the passages in which a detector reports a defect have one, in the untouched half of the corpus.

    `version` only tells answers of different versions apart. Taken from what is kept with the version where that is the
    present one, else computed (a second).
    """
    return Share(*(precision_kept(detector) or precision_compute(detector)))


def detector_stats(actor: Actor, names: Iterable[str] | None = None) -> tuple[DetectorStats, ...]:
    """The detectors registered now, each at its present version, by name. Two queries."""
    if not actor.may("read"):
        return ()
    chosen = sorted(DETECTORS if names is None else set(names) & DETECTORS.keys())
    findings = FindingRow.objects.filter(surface__organization=actor.organization, defect=True).order_by()
    dismissed = Q(disposed_at__isnull=False)
    counts = {
        (detector, version): (reported, refused, remedied)
        for detector, version, reported, refused, remedied in findings.values_list("detector", "version").annotate(
            reported=Count("id"),
            refused=Count("id", filter=dismissed),
            remedied=Count("id", filter=Q(closing=FindingRow.Closing.CLEAN) & ~dismissed),
        )
    }
    canaries: dict[tuple[str, str], list[CanaryRow]] = {}
    for row in CanaryRow.objects.filter(organization=actor.organization, detector__in=chosen):
        canaries.setdefault((row.detector, row.version), []).append(row)
    return tuple(
        _stats(name, DETECTORS[name].version, counts.get((name, DETECTORS[name].version), (0, 0, 0)), canaries)
        for name in chosen
    )


def _stats(
    name: str, version: str, counts: tuple[int, int, int], canaries: dict[tuple[str, str], list[CanaryRow]]
) -> DetectorStats:
    reported, dismissed, remedied = counts
    corpus = corpus_precision(name, version)
    return DetectorStats(
        name=name,
        version=version,
        reported=reported,
        dismissed=dismissed,
        remedied=remedied,
        unreviewed=reported - dismissed - remedied,
        corpus=corpus,
        precision=wilson(corpus.hits + remedied, corpus.total + remedied + dismissed),
        sensitivity=tuple(
            Sensitivity(row.stratum, row.kind, row.caught, row.planted, wilson(row.caught, row.planted))
            for row in canaries.get((name, version), [])
        ),
    )


def dismissals(actor: Actor, detector: str) -> list[DispositionRow]:
    """What people said was no defect of this detector's findings, with their reasons, the newest first."""
    rows = DispositionRow.objects.filter(
        finding__surface__organization=actor.organization, finding__detector=detector
    ).select_related("finding")
    return list(rows.order_by("-at")) if actor.may("read") else []
