"""A programme as a whole: a surface of its own with one cell, measured once after the artefacts by the joint detector.

It stands beside the programme's surface, whose cells are artefacts by pathway: counts such as "22 of 22 pathways" stay what
they are, and the joint result has coverage, findings, canaries and a verdict by the same laws (decision 0049).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from heapq import nsmallest
from threading import Lock
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import F, Max

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
from assay.core.canonical import rows_digest
from assay.core.verdict import Outcome, Policy, Stratum, Strength
from assay.detect.context import Context
from assay.detect.hits import Hit
from assay.detect.joint import NAME, STRATUM, JointResult, Share, Tally, figures, judge, tally, version
from assay.detect.joint.judging import sentences
from assay.detect.joint.tallies import unread
from assay.studio import governance
from assay.studio.models import Artefact, Programme
from assay.studio.pathways import BY_NUMBER, UNMAPPED

KIND = "studio.whole"
CELL = "programme"
VALID_FOR = timedelta(days=90)  # as long as a measurement of one artefact counts
MOST = 2_000
"""Most artefacts of a programme that are read together (decision 0049 says why); of more, so many drawn by `_drawn`."""
_KEPT = 4096
_TEXTS = 256


def whole_surface(programme: Programme) -> Surface | None:
    """The surface of the programme as a whole; None before its first sweep."""
    rows = Surface.objects.filter(organization=programme.organization_id, kind=KIND, key=programme.slug)
    return rows.select_related("organization").first()


def whole_is_current(programme: Programme, surface: Surface) -> bool:
    """Whether the joint cell was drawn from the population that the programme's own surface has now, and its latest
    result, if it has any, is of that."""
    there = surface.cell_rows.filter(key=CELL, route=_mark(programme)).values_list("digest", "measured__digest").first()
    return there is not None and there[1] in (None, there[0])


def whole_is_read_of(programme: Programme) -> tuple[int, int]:
    """How many artefacts are read together at most, and how many were laid out last."""
    there = CellRow.objects.filter(surface=programme.surface_id, missing=False).count()
    return min(MOST, there), there


def whole_said(surface: Surface, cell: str) -> str:
    """What the joint detector said last beside its outcome: why it is not conclusive, of how many artefacts it read only
    some. "" where it said nothing, never ran, or ran on an earlier state of the programme."""
    row = MeasurementRow.objects.filter(cell=row_id(surface.pk, cell), digest=F("cell__digest")).first()
    latest = None if row is None else read_results(row.results).get(NAME)
    return "" if latest is None else latest[3]


def whole_measure(
    *, actor: Actor, programme: Programme, now: datetime, lay_out_only: bool = False
) -> VerdictRow | None:
    """Bring the joint measurement of a programme and its verdict up to date; return the verdict.

    Call it after the artefacts were laid out, outside any transaction. Writes nothing while no artefact, definition or
    detector has changed and the result counts. With `lay_out_only` nothing is read: the cell stays as it is, or
    unmeasured; so it does where texts are changed while they are read, until the next call. None for a programme without
    a surface of its own.
    """
    if programme.surface_id is None:
        return None
    surface = whole_surface(programme)
    if surface is not None:
        verdict = _standing(programme, surface, now, measured=not lay_out_only)
        if verdict is not None:
            return verdict
    surface = _surface(actor, programme, now)
    population = _mark(programme)  # before the rows: what is committed in between makes the cell look old, never new
    rows = _rows(programme)
    state = _state(rows)
    cells_replace(surface=surface, cells=[_cell(programme, state, population)], by=actor, now=now)
    _canaries_record(actor, now)
    if state is not None and not lay_out_only and not _is_fresh(surface, state, now):
        drawn = _drawn(rows, state)
        result = _judged(programme, drawn)
        if result is not None:
            told = _result(programme, state, drawn, result, _partly(drawn, rows))
            results_record(surface=surface, results=[told], by=actor, now=now)
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
    return f"all of population {last or 0}"


class _Row(NamedTuple):
    """An artefact without its text."""

    pk: UUID
    key: str
    title: str
    pathway: int | None
    digest: str
    language: str | None
    readable: bool

    @property
    def pathway_slug(self) -> str:
        return UNMAPPED if self.pathway is None else BY_NUMBER[self.pathway].slug


def _rows(programme: Programme) -> list[_Row]:
    there = Artefact.objects.filter(programme=programme, removed_at=None).order_by("digest", "key")
    return [_Row(*row) for row in there.values_list(*_Row._fields).iterator(chunk_size=2000)]


def _state(rows: Sequence[_Row]) -> str | None:
    """The digest of the programme as far as the joint detector may read it, of all artefacts; None without any."""
    if not rows:
        return None
    return rows_digest((row.key, row.digest, row.pathway_slug, row.language or "", row.readable) for row in rows)


def _drawn(rows: Sequence[_Row], state: str) -> Sequence[_Row]:
    """The artefacts to read: all, or `MOST` of them in an order that follows from the state of all artefacts and each
    key, so that no text can be written to stay out: any change to it draws anew."""
    if len(rows) <= MOST:
        return rows
    return nsmallest(MOST, rows, key=lambda row: sha256(f"{state}\n{row.key}".encode()).digest())


def _partly(drawn: Sequence[_Row], rows: Sequence[_Row]) -> str:
    """What a result says where only some artefacts were read; "" where all were."""
    if len(drawn) == len(rows):
        return ""
    return f"Only {len(drawn):,} of the {len(rows):,} artefacts were read together."


def _cell(programme: Programme, state: str | None, population: str) -> CellSpec:
    return CellSpec(
        key=CELL, stratum=STRATUM, digest=state, subject_id=str(programme.pk), title=programme.title, route=population
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


def _judged(programme: Programme, rows: Sequence[_Row]) -> JointResult | None:
    """Judge the rows; texts that this process has read before are not loaded again.

    None where an artefact is no longer what its row says: then the rows describe no programme that was there at once.
    """
    keys = {row.pk: _key(programme, row) for row in rows if row.readable}
    with _guard:
        known = {key: _tallies[key] for key in keys.values() if key in _tallies}
    _read(programme, {key: pk for pk, key in keys.items() if key not in known}, known)
    with _guard:
        for key, each in known.items():
            _tallies[key] = each
            _tallies.move_to_end(key)
        while len(_tallies) > _KEPT:
            _tallies.popitem(last=False)
    if any(key not in known for key in keys.values()):
        return None
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


def _read(programme: Programme, lacking: dict[_Key, UUID], known: dict[_Key, Tally]) -> None:
    """Add the tallies of these texts to `known`, a few texts in memory at a time; those of changed artefacts are left out."""
    ids = list(lacking.values())
    columns = ("key", "text", "pathway", "language", "title", "digest", "readable")
    for start in range(0, len(ids), _TEXTS):
        for row in Artefact.objects.filter(pk__in=ids[start : start + _TEXTS]).only(*columns):
            key = _key(programme, row)
            if row.readable and lacking.get(key) == row.pk:
                known[key] = tally(row.text, _context(programme, row), key=row.key)


def _key(programme: Programme, row: Artefact | _Row) -> _Key:
    return _Key(row.digest, programme.standard, tuple(programme.companions), row.pathway_slug, row.language)


def _context(programme: Programme, row: Artefact) -> Context:
    return Context(programme.standard, frozenset(programme.companions), row.pathway_slug, row.language, row.title)


def _result(programme: Programme, state: str, rows: Sequence[_Row], result: JointResult, partly: str) -> CellResult:
    item = MeasureItem(CELL, state, "", Context(programme.standard), "", governance.CURRENT.version)
    said = Result(NAME, version(), result.outcome, Strength.OBSERVED, f"{result.reason} {partly}".strip())
    titles = {row.key: f"“{row.title or row.key}” ({row.pathway_slug.replace('-', ' ')})" for row in rows}
    held = result.held if result.outcome in (Outcome.DEFECT, Outcome.INCONCLUSIVE) else ()
    return CellResult(item, (said,), tuple(_found(programme, state, each, result, titles, partly) for each in held))


def _found(
    programme: Programme, state: str, share: Share, result: JointResult, titles: dict[str, str], partly: str
) -> Found:
    first, *others = sentences(share, result, titles)
    told = (f"{first} {partly}".strip(), *others)
    pathways = ", ".join(slug.replace("-", " ") for slug in share.pathways)
    hit: Any = Hit(
        kind=share.sign, bucket="A", family=share.family, start=0, end=len(told[0]), quote=told[0],
        confidence=min(1000, int(share.spread * 250)), reasons=(*told, f"Pathways concerned: {pathways}."), features=(),
        defect=share.defect, blocking=share.defect,
    )  # fmt: skip
    reading = [programme.standard, sorted(programme.companions)]
    key = digest_of([KIND, programme.slug, state, NAME, version(), *reading, share.sign, share.family])
    return Found(key, NAME, version(), hit, 1, 1)
