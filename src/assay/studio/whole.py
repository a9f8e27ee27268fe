"""A programme as a whole: a surface of its own with one cell, measured once after the artefacts by the joint detector.

It stands beside the programme's surface, whose cells are artefacts by pathway: counts such as "22 of 22 pathways" stay what
they are, and the joint result has coverage, findings, canaries and a verdict by the same laws (decision 0049).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from django.db.models import Max

from assay.accounts.access import Actor
from assay.accounts.models import Organization
from assay.assurance.engines.partition import CellResult, Found, Result
from assay.assurance.models import (
    CanaryRow,
    CellRow,
    MeasurementBatch,
    MeasurementRow,
    PopulationBatch,
    Surface,
    VerdictRow,
    row_id,
)
from assay.assurance.results import read_results
from assay.assurance.services import canaries_record, cells_replace, results_record, surface_define, verdict_refresh
from assay.assurance.shapes import CellSpec, MeasureItem
from assay.assurance.standing import verdict_standing
from assay.core.canonical import digest as digest_of
from assay.core.verdict import Outcome, Policy, Stratum, Strength
from assay.detect.context import Context
from assay.detect.hits import Hit
from assay.detect.joint import NAME, STRATUM, JointResult, Share, Tally, figures, judge, tally, version
from assay.detect.joint.judging import sentences
from assay.detect.joint.tallies import unread
from assay.studio import governance
from assay.studio.models import Artefact, Programme

KIND = "studio.whole"
CELL = "programme"
VALID_FOR = timedelta(days=90)  # as long as a measurement of one artefact counts
SAMPLE = 400
"""Most artefacts of a programme that are read together: the first by digest, which is as good as drawn by lot."""
_KEPT = 4096


def whole_surface(programme: Programme) -> Surface | None:
    """The surface of the programme as a whole; None before its first sweep."""
    rows = Surface.objects.filter(organization=programme.organization_id, kind=KIND, key=programme.slug)
    return rows.select_related("organization").first()


def whole_is_current(programme: Programme, surface: Surface) -> bool:
    """Whether the joint cell was drawn from the population that the programme's own surface has now."""
    return surface.cell_rows.filter(key=CELL, route=_mark(programme)).exists()


def whole_said(surface: Surface, cell: str) -> str:
    """The reason that the joint detector gave last for not being conclusive; "" where it gave none or never ran."""
    row = MeasurementRow.objects.filter(cell=row_id(surface.pk, cell)).first()
    latest = None if row is None else read_results(row.results).get(NAME)
    return "" if latest is None else latest[3]


def whole_measure(
    *, actor: Actor, programme: Programme, now: datetime, lay_out_only: bool = False
) -> VerdictRow | None:
    """Bring the joint measurement of a programme and its verdict up to date; return the verdict.

    Call it after the artefacts were laid out, outside any transaction. Writes nothing while no artefact, definition or
    detector has changed and the result counts. With `lay_out_only` nothing is read: the cell stays as it is, or
    unmeasured. None for a programme without a surface of its own.
    """
    if programme.surface_id is None:
        return None
    surface = whole_surface(programme)
    if surface is not None:
        verdict = _standing(programme, surface, now, measured=not lay_out_only)
        if verdict is not None:
            return verdict
    surface = _surface(actor, programme, now)
    rows = _rows(programme)
    mark = _digest(programme, rows)
    cells_replace(surface=surface, cells=[_cell(programme, mark)], by=actor, now=now)
    _canaries_record(actor, now)
    if rows and not lay_out_only and not _is_fresh(surface, str(mark), now):
        result = _judged(programme, rows)
        results_record(surface=surface, results=[_result(programme, str(mark), rows, result)], by=actor, now=now)
    return verdict_refresh(surface=surface, now=now)


def _standing(programme: Programme, surface: Surface, now: datetime, *, measured: bool) -> VerdictRow | None:
    """The verdict if nothing would be written: same population, same particulars, and (with `measured`) a result that
    counts; else None. A sweep asks it of every programme, so it takes few queries."""
    told = (surface.title, surface.standard, surface.companions, surface.governance)
    if told != (programme.title, programme.standard, programme.companions, governance.CURRENT.version):
        return None
    there = CellRow.objects.filter(surface=surface, key=CELL).values_list(
        "route", "digest", "measured__digest", "measured__results"
    )
    route, digest, read, results = there.first() or ("", None, None, None)
    if route != _mark(programme):
        return None
    if measured and digest is not None and not _counts(surface, results if read == digest else None, now):
        return None
    return verdict_standing(surface, now)


def _surface(actor: Actor, programme: Programme, now: datetime) -> Surface:
    return surface_define(
        organization=actor.organization,
        kind=KIND,
        key=programme.slug,
        title=programme.title,
        standard=programme.standard,
        companions=programme.companions,
        strata=(Stratum(STRATUM, "The programme as a whole", (NAME,)),),
        policy=Policy(name=CELL, governance=governance.CURRENT.version),
        valid_for=VALID_FOR,
        by=actor,
        now=now,
        strata_word="programmes",
    )


def _mark(programme: Programme) -> str:
    """The number of the last change to the population of artefacts: what the joint cell was drawn from."""
    last = PopulationBatch.objects.filter(surface=programme.surface_id).aggregate(last=Max("number"))["last"]
    return f"population {last or 0}"


def _rows(programme: Programme) -> list[Artefact]:
    there = Artefact.objects.filter(programme=programme, removed_at=None).order_by("digest", "key")
    columns = ("key", "title", "pathway", "digest", "language", "readable")
    return list(there.only(*columns)[:SAMPLE])


def _digest(programme: Programme, rows: Sequence[Artefact]) -> str | None:
    """The state of the programme as far as the joint detector reads it; None without artefacts."""
    if not rows:
        return None
    return digest_of([[row.key, row.digest, row.pathway_slug, row.language or "", row.readable] for row in rows])


def _cell(programme: Programme, mark: str | None) -> CellSpec:
    return CellSpec(
        key=CELL, stratum=STRATUM, digest=mark, subject_id=str(programme.pk), title=programme.title, route=_mark(programme)
    )  # fmt: skip


def _is_fresh(surface: Surface, digest: str, now: datetime) -> bool:
    """Whether the latest result is of this text state, detector and governance, and has not expired."""
    row = MeasurementRow.objects.filter(cell=row_id(surface.pk, CELL), digest=digest).first()
    return _counts(surface, None if row is None else row.results, now)


def _counts(surface: Surface, results: str | None, now: datetime) -> bool:
    """Whether the text of the latest results holds one of this detector and governance that has not expired."""
    latest = None if results is None else read_results(results).get(NAME)
    if latest is None or latest[0] != version():
        return False
    under = MeasurementBatch.objects.filter(surface=surface, number=latest[4]).only("governance", "expires").first()
    if under is None or under.governance != governance.CURRENT.version:
        return False
    return under.expires is None or now < under.expires


def _canaries_record(actor: Actor, now: datetime) -> None:
    """Record the canaries of this version once in each organization's log."""
    organization: Organization = actor.organization
    there = CanaryRow.objects.filter(organization=organization, detector=NAME, version=version())
    if not there.exists():
        canaries_record(organization=organization, canaries=figures.canaries(), by=actor, now=now)


@dataclass(frozen=True, slots=True)
class _Key:
    """What a tally of a text depends on."""

    digest: str
    standard: str
    companions: tuple[str, ...]
    pathway: str
    language: str | None


_tallies: OrderedDict[_Key, Tally] = OrderedDict()
_guard = Lock()


def _judged(programme: Programme, rows: Sequence[Artefact]) -> JointResult:
    """Judge the rows; texts that this process has read before are not loaded again."""
    keys = {row.pk: _key(programme, row) for row in rows if row.readable}
    with _guard:
        known = {key: _tallies[key] for key in keys.values() if key in _tallies}
    lacking = [pk for pk, key in keys.items() if key not in known]
    for row in Artefact.objects.filter(pk__in=lacking).only("key", "text", "pathway", "language", "title", "digest"):
        known[keys[row.pk]] = tally(row.text, _context(programme, row), key=row.key)
    with _guard:
        for key, each in known.items():
            _tallies[key] = each
            _tallies.move_to_end(key)
        while len(_tallies) > _KEPT:
            _tallies.popitem(last=False)
    return judge(
        [
            replace(known[keys[row.pk]], key=row.key, title=row.title)
            if row.pk in keys
            else unread(row.key, row.pathway_slug, row.title)
            for row in rows
        ],
        standard=programme.standard,
        companions=programme.companions,
    )


def _key(programme: Programme, row: Artefact) -> _Key:
    return _Key(row.digest, programme.standard, tuple(programme.companions), row.pathway_slug, row.language)


def _context(programme: Programme, row: Artefact) -> Context:
    return Context(programme.standard, frozenset(programme.companions), row.pathway_slug, row.language, row.title)


def _result(programme: Programme, mark: str, rows: Sequence[Artefact], result: JointResult) -> CellResult:
    item = MeasureItem(CELL, mark, "", Context(programme.standard), "", governance.CURRENT.version)
    said = Result(NAME, version(), result.outcome, Strength.OBSERVED, result.reason)
    titles = {row.key: f"“{row.title or row.key}” ({row.pathway_slug.replace('-', ' ')})" for row in rows}
    read = _sampled(programme, rows)
    held = result.held if result.outcome in (Outcome.DEFECT, Outcome.INCONCLUSIVE) else ()
    return CellResult(item, (said,), tuple(_found(programme, mark, each, result, titles, read) for each in held))


def _sampled(programme: Programme, rows: Sequence[Artefact]) -> str:
    """What a finding says where only a sample was read; "" where all artefacts were."""
    if len(rows) < SAMPLE:
        return ""
    there = Artefact.objects.filter(programme=programme, removed_at=None).count()
    return f" Only {len(rows):,} of the {there:,} artefacts were read together." if there > len(rows) else ""


def _found(
    programme: Programme, mark: str, share: Share, result: JointResult, titles: dict[str, str], read: str
) -> Found:
    first, *others = sentences(share, result, titles)
    told = (first + read, *others)
    pathways = ", ".join(slug.replace("-", " ") for slug in share.pathways)
    hit: Any = Hit(
        kind=share.sign, bucket="A", family=share.family, start=0, end=len(told[0]), quote=told[0],
        confidence=min(1000, int(share.spread * 250)), reasons=(*told, f"Pathways concerned: {pathways}."), features=(),
        defect=share.defect, blocking=share.defect,
    )  # fmt: skip
    reading = [programme.standard, sorted(programme.companions)]
    key = digest_of([KIND, programme.slug, mark, NAME, version(), *reading, share.sign, share.family])
    return Found(key, NAME, version(), hit, 1, 1)
