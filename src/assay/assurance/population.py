"""Services that say what a surface is: its definition and the cells of its population."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, TypeVar

from django.db import transaction

from assay.accounts.access import Actor
from assay.accounts.models import Organization
from assay.assurance.bodies import pack
from assay.assurance.detectors import detector_of
from assay.assurance.encoding import DEFINITION, detectors_json, policy_json, population_body, strata_json, strata_of
from assay.assurance.models import (
    CellRow,
    DefinitionBatch,
    FindingRow,
    MeasurementRow,
    PopulationBatch,
    Surface,
    row_id,
)
from assay.assurance.recording import SYSTEM, batch_write, name_of, subject_of, surface_lock
from assay.assurance.shapes import PARTITION, CellSpec, PopulationChange
from assay.core.errors import InvalidInput
from assay.core.verdict import Detector, Policy, Stratum
from assay.ledger import tracking
from assay.ledger.services import append_bulk

CELL_COLUMNS = (
    "stratum", "digest", "missing", "weight", "language", "subject_id", "title", "route", "governance", "legacy",
)  # fmt: skip

T = TypeVar("T")


@transaction.atomic
def surface_define(
    *,
    organization: Organization,
    kind: str,
    key: str,
    title: str,
    standard: str,
    strata: Sequence[Stratum],
    policy: Policy,
    by: Actor,
    now: datetime,
    companions: Iterable[str] = (),
    valid_for: timedelta | None = None,
    strata_word: str = "pathways",
) -> Surface:
    """Create the surface (organization, kind, key), or bring it to this definition; writes nothing if it is in force.

    `valid_for` is how long a measurement counts; None means until something changes. `strata_word` is what people call
    the strata of this kind of surface, in the plural. A change of standard or companions
    makes every measurement taken so far count no more. Raises InvalidInput for strata that name no or twice the same.
    """
    _strata_check(strata)
    surface, created = Surface.objects.get_or_create(
        organization=organization,
        kind=kind,
        key=key,
        defaults={
            "title": title,
            "standard": standard,
            "companions": sorted(set(companions)),
            "strata": strata_json(strata),
            "policy": policy_json(policy),
            "governance": policy.governance,
            "valid_for": valid_for,
            "strata_word": strata_word,
            "created_at": now,
        },
    )
    surface = surface_lock(surface)
    context = (surface.standard, surface.companions)
    surface.title, surface.standard, surface.companions = title, standard, sorted(set(companions))
    surface.strata, surface.policy = strata_json(strata), policy_json(policy)
    surface.governance, surface.valid_for = policy.governance, valid_for
    surface.strata_word = strata_word
    if not created and context != (surface.standard, surface.companions):
        MeasurementRow.objects.filter(surface=surface).delete()
    _definition_write(surface, actor=by.pseudonym, now=now)
    return surface


def surface_is(
    surface: Surface,
    *,
    title: str,
    standard: str,
    companions: Iterable[str],
    strata: Sequence[Stratum],
    policy: Policy,
    valid_for: timedelta | None,
) -> bool:
    """Whether the row says just this already, so that `surface_define` would change none of it."""
    says = (surface.title, surface.standard, surface.companions, surface.strata, surface.policy, surface.valid_for)
    return says == (title, standard, sorted(set(companions)), strata_json(strata), policy_json(policy), valid_for)


@transaction.atomic
def definition_follow(*, surface: Surface, now: datetime) -> None:
    """Record the detectors as registered in this program, if they changed since the definition in force."""
    _definition_write(surface_lock(surface), actor=SYSTEM, now=now)


def registered(strata: Iterable[Stratum]) -> tuple[Detector, ...]:
    """The detectors that the strata require, as far as this program has them, by name."""
    names = sorted({name for stratum in strata for name in stratum.required})
    found = (detector_of(name) for name in names)
    return tuple(each for each in found if each is not None)


def _strata_check(strata: Sequence[Stratum]) -> None:
    names = [each.name for each in strata]
    twice = sorted({name for name in names if names.count(name) > 1})
    if not names or twice:
        raise InvalidInput(
            "A surface needs strata, each with a name of its own.", hint="Give every stratum another name.", twice=twice
        )


def definition_stands(surface: Surface) -> bool:
    """Whether the definition in force is what the row and the detectors of this program say."""
    last = DefinitionBatch.objects.filter(surface=surface).order_by("-number").only("digest").first()
    return last is not None and last.digest == pack(_definition_body(surface))[1]


def _definition_body(surface: Surface) -> dict[str, Any]:
    return {
        "format": DEFINITION,
        "surface": name_of(surface),
        "title": surface.title,
        "standard": surface.standard,
        "companions": surface.companions,
        "strata": surface.strata,
        "strata_word": surface.strata_word,
        "policy": surface.policy,
        "valid_for": None if surface.valid_for is None else int(surface.valid_for.total_seconds()),
        "detectors": detectors_json(registered(strata_of(surface.strata))),
    }


def _definition_write(surface: Surface, *, actor: str, now: datetime) -> None:
    body = _definition_body(surface)
    last = DefinitionBatch.objects.filter(surface=surface).order_by("-number").first()
    if last is not None and last.digest == pack(body)[1]:
        return
    surface.definition = 1 if last is None else last.number + 1
    batch_write(
        DefinitionBatch,
        surface=surface,
        kind="surface.defined",
        body=body,
        count=len(surface.strata),
        facts={"governance": surface.governance},
        records=[tracking.record(surface)],
        actor=actor,
        now=now,
    )
    surface.save()


@transaction.atomic
def cells_replace(*, surface: Surface, cells: Iterable[CellSpec], by: Actor, now: datetime) -> PopulationChange:
    """Make the population exactly `cells`; only differences are written. Raises InvalidInput for a key given
    twice and for a stratum that the surface does not have."""
    surface = surface_lock(surface)
    wanted = _by_key(surface, cells)
    standing = {row.key: spec_of(row) for row in CellRow.objects.filter(surface=surface).iterator()}
    put = [cell for key, cell in wanted.items() if standing.get(key) != cell]
    drop = sorted(standing.keys() - wanted.keys())
    _population_write(surface, put, drop, standing, actor=by.pseudonym, now=now)
    added = sum(1 for cell in put if cell.key not in standing)
    return PopulationChange(added, len(put) - added, len(drop), len(wanted) - len(put))


@transaction.atomic
def cells_put(
    *, surface: Surface, cells: Iterable[CellSpec], by: Actor, now: datetime, drop: Iterable[str] = ()
) -> PopulationChange:
    """Add or change these cells and drop the keys of `drop`; the rest of the population stays as it is. Raises
    InvalidInput as `cells_replace`, and for a key that is in both."""
    surface = surface_lock(surface)
    wanted, unwanted = _by_key(surface, cells), sorted(set(drop))
    if both := sorted(wanted.keys() & set(unwanted)):
        raise InvalidInput("A cell cannot be put and dropped at once.", keys=both)
    standing = {key: spec_of(row) for key, row in cell_rows(surface, [*wanted, *unwanted]).items()}
    put = [cell for key, cell in wanted.items() if standing.get(key) != cell]
    gone = [key for key in unwanted if key in standing]
    _population_write(surface, put, gone, standing, actor=by.pseudonym, now=now)
    added = sum(1 for cell in put if cell.key not in standing)
    return PopulationChange(added, len(put) - added, len(gone), len(wanted) - len(put))


def cell_rows(surface: Surface, keys: Iterable[str]) -> dict[str, CellRow]:
    """The rows of these cells of the population in force, by key; keys that it does not hold are left out."""
    rows: dict[str, CellRow] = {}
    for chunk in chunks(keys, PARTITION):
        ids = [row_id(surface.pk, key) for key in chunk]
        rows.update((row.key, row) for row in CellRow.objects.filter(id__in=ids))
    return rows


def chunks(values: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of at most `size` values, in order."""
    stream = iter(values)
    while part := list(islice(stream, size)):
        yield part


def spec_of(row: CellRow) -> CellSpec:
    """The cell that a row stands for."""
    return CellSpec(
        row.key, row.stratum, row.digest, row.weight, row.language, row.subject_id, row.title, row.route,
        row.governance, row.legacy,
    )  # fmt: skip


def _by_key(surface: Surface, cells: Iterable[CellSpec]) -> dict[str, CellSpec]:
    strata = {each["name"] for each in surface.strata}
    wanted: dict[str, CellSpec] = {}
    for cell in cells:
        if cell.stratum not in strata:
            raise InvalidInput(
                f"The cell {cell.key!r} is in no stratum of its surface: {cell.stratum!r}.",
                hint="Define the surface with this stratum first.",
                cell=cell.key,
            )
        if cell.key in wanted:
            raise InvalidInput(f"The cell {cell.key!r} is given twice.", hint="Give every cell a key of its own.")
        wanted[cell.key] = replace(cell, title=cell.title[:300])
    return wanted


def _population_write(
    surface: Surface,
    put: Sequence[CellSpec],
    drop: Sequence[str],
    standing: dict[str, CellSpec],
    *,
    actor: str,
    now: datetime,
) -> None:
    changes: list[CellSpec | str] = [*put, *drop]
    for chunk in chunks(changes, PARTITION):
        specs = [each for each in chunk if isinstance(each, CellSpec)]
        keys = [each for each in chunk if isinstance(each, str)]
        rows = [_row_of(surface, spec) for spec in specs]
        again = [spec.key for spec in specs if spec.key in standing and reread(standing[spec.key], spec)]
        batch_write(
            PopulationBatch,
            surface=surface,
            kind="cells.replaced",
            body=population_body(name_of(surface), put=specs, drop=keys, again=again),
            count=len(chunk),
            facts={"put": len(specs), "dropped": len(keys)},
            records=[*map(tracking.record, rows), *(tracking.record_deleted(_gone(surface, key)) for key in keys)],
            actor=actor,
            now=now,
        )
        CellRow.objects.bulk_create(rows, update_conflicts=True, unique_fields=["id"], update_fields=CELL_COLUMNS)
        MeasurementRow.objects.filter(cell__in=[row_id(surface.pk, key) for key in again]).delete()
        _cells_drop(surface, keys, actor=actor, now=now)


def reread(old: CellSpec, new: CellSpec) -> bool:
    """Whether a cell is read in another way than before, so that results about the same digest say nothing any more."""
    return (old.stratum, old.language, old.title) != (new.stratum, new.language, new.title)


def _cells_drop(surface: Surface, keys: Sequence[str], *, actor: str, now: datetime) -> None:
    if not keys:
        return
    standing = list(FindingRow.objects.filter(surface=surface, cell_key__in=keys, closed_at=None))
    for finding in standing:
        finding.closed_at, finding.closing = now, FindingRow.Closing.CELL_LEFT
    if standing:
        append_bulk(
            log=surface.organization.log_id,
            kind="finding.recorded",
            subject=subject_of(surface),
            actor=actor,
            body={"count": len(standing), "why": FindingRow.Closing.CELL_LEFT.value},
            now=now,
            records=[tracking.record(finding) for finding in standing],
        )
        FindingRow.objects.bulk_update(standing, ["closed_at", "closing"], batch_size=100)
    ids = [row_id(surface.pk, key) for key in keys]
    MeasurementRow.objects.filter(cell__in=ids).delete()
    CellRow.objects.filter(id__in=ids).delete()


def _gone(surface: Surface, key: str) -> CellRow:
    return CellRow(id=row_id(surface.pk, key))


def _row_of(surface: Surface, spec: CellSpec) -> CellRow:
    return CellRow(
        id=row_id(surface.pk, spec.key),
        surface_id=surface.pk,
        key=spec.key,
        stratum=spec.stratum,
        digest=spec.digest,
        missing=spec.digest is None,
        weight=spec.weight,
        language=spec.language,
        subject_id=spec.subject_id,
        title=spec.title,
        route=spec.route,
        governance=spec.governance,
        legacy=spec.legacy,
    )
