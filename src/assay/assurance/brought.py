"""Detectors that rooms above bring: they measure on their own and hand in results; here they are declared and judged.

A room registers its detectors in its app's `ready()`, measures its surfaces itself and calls `results_record`. Its canaries
it plants itself and records with `canaries_record`. Everything else (fresh or not, findings, verdicts) is the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from assay.accounts.access import Actor
from assay.assurance.engines.partition import CellResult
from assay.assurance.measuring import Call, partition_record, summary_of
from assay.assurance.models import MeasurementRow, Surface, row_id
from assay.assurance.population import chunks, definition_follow
from assay.assurance.results import Terms, terms_of
from assay.assurance.shapes import PARTITION, MeasureSummary


def results_record(
    *,
    surface: Surface,
    results: Iterable[CellResult],
    by: Actor,
    now: datetime,
    renew_within: timedelta = timedelta(0),
) -> MeasureSummary:
    """Record what another room measured; skip cells whose stored results say the same of the same digest and are fresh.

    Each partition is a transaction with one entry, as in `surface_measure`. A cell with another digest than the
    population's is counted as outdated. What would expire within `renew_within` is recorded anew, so that whoever measures
    that often never lets a result run out.
    """
    definition_follow(surface=surface, now=now)
    surface = Surface.objects.select_related("organization").get(pk=surface.pk)
    call = Call(surface, by, now, {}, terms_of(surface))
    for chunk in chunks(results, PARTITION):
        call.counts["offered"] += len(chunk)
        ids = [row_id(surface.pk, each.item.cell_key) for each in chunk]
        rows = MeasurementRow.objects.filter(cell__in=ids).values_list("cell__key", "digest", "results")
        standing = {key: (digest, json.loads(text)) for key, digest, text in rows}
        changed = [
            each
            for each in chunk
            if not _same(each, standing.get(each.item.cell_key), call.terms, surface, now + renew_within)
        ]
        call.counts["fresh"] += len(chunk) - len(changed)
        if changed:
            partition_record(call, changed)
    return summary_of(call)


def _same(
    result: CellResult,
    standing: tuple[str, Mapping[str, Any]] | None,
    terms: Mapping[int, Terms],
    surface: Surface,
    now: datetime,
) -> bool:
    if standing is None or standing[0] != result.item.digest:
        return False
    for one in result.results:
        latest = standing[1].get(one.detector)
        if latest is None or list(latest[:4]) != [one.version, str(one.outcome), int(one.strength), one.reason]:
            return False
        under = terms.get(latest[4])
        if (
            under is None
            or under.governance != surface.governance
            or (under.expires is not None and now >= under.expires)
        ):
            return False
    return True
