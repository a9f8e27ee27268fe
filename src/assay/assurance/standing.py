"""Whether a surface stands: nothing is due, and its verdict would keep every byte. Grouped in the database, not row by row.

A sweep over what has not changed asks this first. The answer rests on what decides about a result, (cell digest,
detector version, governance version, expiry), on the canaries in the log, and on the place of the last input.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import BooleanField, Case, Count, F, Min, Value, When

from assay.accounts.models import Organization
from assay.assurance.canarying import canaries_missing
from assay.assurance.encoding import strata_of
from assay.assurance.inputs import is_last_input
from assay.assurance.models import CellRow, MeasurementBatch, Surface, VerdictRow
from assay.assurance.population import definition_stands
from assay.assurance.results import Latest, due, read_results, terms_of


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a surface without measuring. Counts are cells, except readings: (cell, required detector) pairs.

    `present` maps stratum to its cells that are there, `missing` names the strata of those that are not. `due` lack a
    fresh result of some detector. `readings` have a result of the present digest, of `readings_due` that should.
    """

    verdict: VerdictRow
    present: Mapping[str, int]
    missing: tuple[str, ...]
    due: int
    readings: int
    readings_due: int


def surface_standing(surface: Surface, now: datetime) -> Standing | None:
    """What is known of a surface if bringing its verdict up to date at `now` would change no byte of it; else None.

    `due` counts what measuring would be tried for; the caller knows whether it could be. Reads only.
    """
    verdict = verdict_standing(surface, now)
    return None if verdict is None else _counted(surface, verdict, now)


def verdict_standing(surface: Surface, now: datetime) -> VerdictRow | None:
    """The latest verdict if bringing it up to date at `now` would change no byte of it; else None. Reads only."""
    verdict = VerdictRow.objects.filter(surface=surface, is_latest=True).first()
    if verdict is None or now < verdict.recorded_at or not definition_stands(surface):
        return None
    organization: Organization = surface.organization
    if canaries_missing(organization, surface) or _expired_between(surface, verdict.recorded_at, now):
        return None
    return verdict if is_last_input(surface, verdict.position) else None


def _expired_between(surface: Surface, since: datetime, now: datetime) -> bool:
    """Whether measurements stopped counting after `since` and not after `now`."""
    rows = MeasurementBatch.objects.filter(surface=surface, expires__gt=since)
    first = rows.aggregate(first=Min("expires"))["first"]
    return first is not None and first <= now


def readings_of(surface: Surface) -> tuple[int, int]:
    """How many (cell, required detector) pairs have a result of the present digest, and how many should have one."""
    required = {each.name: each.required for each in strata_of(surface.strata)}
    done = wanted = 0
    for stratum, _absent, text, is_same, cells in _groups(surface):
        wanted += cells * len(required.get(stratum, ()))
        done += cells * _said(required.get(stratum, ()), _latest(text, is_same))
    return done, wanted


def _counted(surface: Surface, verdict: VerdictRow, now: datetime) -> Standing:
    terms, required = terms_of(surface), {each.name: each.required for each in strata_of(surface.strata)}
    present: dict[str, int] = {}
    missing: list[str] = []
    lacking = readings = readings_due = 0
    for stratum, absent, text, is_same, cells in _groups(surface):
        wanted = required.get(stratum, ())
        readings_due += cells * len(wanted)
        if absent:
            missing += [stratum] * cells
            continue
        present[stratum] = present.get(stratum, 0) + cells
        latest = _latest(text, is_same)
        readings += cells * _said(wanted, latest)
        if due(wanted, latest, governance=surface.governance, terms=terms, now=now):
            lacking += cells
    return Standing(verdict, present, tuple(sorted(missing)), lacking, readings, readings_due)


def _groups(surface: Surface) -> Iterable[tuple[str, bool, str | None, bool, int]]:
    """Stratum, missing, text of the results, whether they are of the present digest, and how many such cells."""
    same = Case(When(measured__digest=F("digest"), then=Value(True)), default=Value(False), output_field=BooleanField())
    return (
        CellRow.objects.filter(surface=surface)
        .order_by()
        .values_list("stratum", "missing", "measured__results", same)
        .annotate(cells=Count("id"))
    )


def _latest(text: str | None, is_same: bool) -> Latest:
    return read_results(text) if is_same and text is not None else {}


def _said(wanted: Iterable[str], latest: Latest) -> int:
    return sum(1 for name in wanted if name in latest)
