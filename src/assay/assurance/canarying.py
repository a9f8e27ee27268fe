"""The services that plant canaries for the detectors in use, and record how many were caught."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import groupby

from django.db import transaction

from assay.accounts.access import Actor
from assay.accounts.models import Organization
from assay.assurance.bodies import pack
from assay.assurance.encoding import canaries_body, canaries_of, strata_of
from assay.assurance.engines.figures import canaries_kept
from assay.assurance.engines.local import spread, worker_count
from assay.assurance.engines.planting import Pair, tally_pair
from assay.assurance.models import CanaryBatch, CanaryRow, Surface
from assay.assurance.shapes import CanarySummary
from assay.core.verdict import Canary
from assay.detect.registry import DETECTORS
from assay.ledger import tracking
from assay.ledger.services import append_bulk

_POOL_FROM = 400
"""Fewer pairs are planted sooner in this process than processes start and load their lexicons."""


def canaries_refresh(
    *,
    organization: Organization,
    by: Actor,
    now: datetime,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    surface: Surface | None = None,
) -> CanarySummary:
    """Record canary results for every detector version and stratum of the organization's surfaces that has none yet.

    With `surface`, for those of this one alone.

    Results depend on the detector version alone, so those that another organization's log of this installation holds
    are taken over, then those that are kept with this version; the rest is planted now, over several processes when
    there is much. Each detector is recorded in a transaction of its own; an interrupted refresh continues with the
    next. `progress` is told how many pairs of detector and stratum are done, and how many there are.
    """
    missing, known = _missing(organization, surface)
    ours = _of_installation(missing)
    copied = {(each.detector, each.stratum) for each in ours}
    kept = {pair: found for pair in missing if pair not in copied and (found := canaries_kept(*pair)) is not None}
    fresh = [pair for pair in missing if pair not in copied and pair not in kept]
    done = known + len(copied) + len(kept)
    total = done + len(fresh)
    taken = sorted((*ours, *(each for tallies in kept.values() for each in tallies)), key=_place)
    for _detector, tallied_before in groupby(taken, key=lambda each: each.detector):
        canaries_record(organization=organization, canaries=tuple(tallied_before), by=by, now=now)
    for _detector, planted in groupby(_plant(fresh, workers), key=lambda each: each[0][0]):
        results: list[Canary] = []
        for pair, tallied in planted:
            results += _complete(pair, tallied)
            done += 1
            if progress is not None:
                progress(done, total)
        canaries_record(organization=organization, canaries=results, by=by, now=now)
    return CanarySummary(known=known, copied=len(copied), kept=len(kept), planted=len(fresh))


@transaction.atomic
def canaries_record(*, organization: Organization, canaries: Sequence[Canary], by: Actor, now: datetime) -> CanaryBatch:
    """Record results of one version of one detector in the organization's log. Raises IntegrityError for a stratum and
    kind that has a result of this version already."""
    body = canaries_body(canaries)
    ordered = canaries_of(body)
    detector, version = body["detector"], body["version"]
    packed, digest = pack(body)
    batch = CanaryBatch(
        organization=organization, detector=detector, version=version, digest=digest, body=packed, at=now
    )
    log, subject = organization.log_id, f"detector:{detector}"
    rows = [
        CanaryRow(
            organization=organization, batch=batch, detector=detector, version=version, stratum=each.stratum,
            kind=each.kind, caught=each.caught, planted=each.planted,
        )
        for each in ordered
    ]  # fmt: skip
    batch.event_id = append_bulk(
        log=log, kind="canary.recorded", subject=subject, actor=by.pseudonym, body=body, now=now,
        records=[tracking.record(each) for each in (batch, *rows)],
    )  # fmt: skip
    batch.save(force_insert=True)
    CanaryRow.objects.bulk_create(rows)
    return batch


def canaries_missing(organization: Organization, surface: Surface) -> bool:
    """Whether a detector that a stratum of the surface requires has no canary results of its present version there."""
    return bool(_missing(organization, surface)[0])


def _missing(organization: Organization, only: Surface | None) -> tuple[list[Pair], int]:
    """Pairs without results of the present version, in order, and how many pairs have them."""
    surfaces = Surface.objects.filter(organization=organization) if only is None else [only]
    wanted = {
        (name, stratum.name)
        for surface in surfaces
        for stratum in strata_of(surface.strata)
        for name in stratum.required
        if name in DETECTORS
    }
    if not wanted:
        return [], 0
    there = {
        (detector, stratum)
        for detector, version, stratum in CanaryRow.objects.filter(organization=organization)
        .values_list("detector", "version", "stratum")
        .distinct()
        if detector in DETECTORS and DETECTORS[detector].version == version
    }
    return sorted(wanted - there), len(wanted & there)


def _of_installation(pairs: Iterable[Pair]) -> list[Canary]:
    """Results of the present versions for these pairs that any log of this installation holds, by detector."""
    wanted = set(pairs)
    found = {
        (detector, stratum, kind): Canary(detector, version, stratum, kind, caught, planted)
        for detector, version, stratum, kind, caught, planted in CanaryRow.objects.filter(
            detector__in={name for name, _stratum in wanted}
        ).values_list("detector", "version", "stratum", "kind", "caught", "planted")
        if (detector, stratum) in wanted and DETECTORS[detector].version == version
    }
    return [found[key] for key in sorted(found)]


def _place(each: Canary) -> tuple[str, str, str]:
    return each.detector, each.stratum, each.kind


def _plant(pairs: Sequence[Pair], workers: int | None) -> Iterable[tuple[Pair, tuple[Canary, ...]]]:
    count = worker_count(workers)
    results = (
        map(tally_pair, pairs) if count == 1 or len(pairs) < _POOL_FROM else spread(tally_pair, pairs, workers=count)
    )
    return zip(pairs, results, strict=True)


def _complete(pair: Pair, tallied: Sequence[Canary]) -> list[Canary]:
    """The results with a zero for each kind of which nothing could be planted: known to be unknown."""
    detector, stratum = pair
    spec = DETECTORS[detector]
    seen = {each.kind for each in tallied}
    return [*tallied, *(Canary(detector, spec.version, stratum, kind, 0, 0) for kind in spec.kinds if kind not in seen)]
