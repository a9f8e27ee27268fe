"""Services that measure: the population from artefacts and blueprint, a sweep over it, one artefact, a decision."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from assay.accounts.access import Actor
from assay.assurance.models import FindingRow, Surface, VerdictRow
from assay.assurance.queries import cells_due
from assay.assurance.services import (
    canaries_refresh,
    cells_put,
    cells_replace,
    finding_confirm,
    finding_dispose,
    surface_measure,
    verdict_refresh,
)
from assay.assurance.shapes import CellSpec, MeasureItem, MeasureSummary
from assay.assurance.standing import Standing
from assay.core.errors import NotFound
from assay.detect.context import Context
from assay.studio.intake import artefact_put
from assay.studio.models import Artefact, Programme
from assay.studio.pathways import PATHWAYS, UNMAPPED
from assay.studio.programmes import surface_follow
from assay.studio.shapes import Accepted, Step, SweepSummary
from assay.studio.unchanged import programme_standing
from assay.studio.whole import whole_measure

_TEXTS = 256


def programme_sweep(
    *,
    actor: Actor,
    programme: Programme,
    now: datetime,
    workers: int | None = None,
    only: Sequence[str] | None = None,
    progress: Callable[[Step], None] | None = None,
) -> SweepSummary:
    """Measure everything of a programme that lacks a fresh result, and bring its verdict up to date.

    Every pathway of the blueprint (all 22 where it declares none) without an artefact is a missing cell. `only` limits
    the measuring to those pathways, by slug; the others keep what is known of them, and the programme is not judged as a
    whole. Content is never changed; a sweep with no new input writes nothing. Raises NotPermitted, NotFound for a programme of another organization.
    """
    actor.require("write")
    if programme.organization_id != actor.organization.pk:
        raise NotFound("programme", programme.slug)
    programme = Programme.objects.get(pk=programme.pk)
    standing = programme_standing(programme, now)
    if standing is not None:
        whole_measure(actor=actor, programme=programme, now=now, lay_out_only=only is not None)
        return _as_it_stands(programme, standing)
    cells, missing, unmapped = _population(programme)
    surface = surface_follow(actor=actor, programme=programme, unmapped=unmapped > 0, now=now)
    cells_replace(surface=surface, cells=cells, by=actor, now=now)
    canaries = canaries_refresh(
        organization=actor.organization,
        by=actor,
        now=now,
        workers=workers,
        progress=_told(progress, "canaries"),
        surface=surface,
    )
    wanted = {cell.key for cell in cells if only is None or cell.stratum in only}
    due = [cell.subject_id for cell in cells_due(surface, now) if cell.key in wanted]
    measuring = _told(progress, "measuring")
    summary = surface_measure(
        surface=surface,
        items=_items(programme, due),
        by=actor,
        now=now,
        workers=workers,
        progress=None if measuring is None else lambda done: measuring(done, len(due)),
    )
    verdict = verdict_refresh(surface=surface, now=now)
    whole_measure(actor=actor, programme=programme, now=now, lay_out_only=only is not None)
    return SweepSummary(programme, verdict, summary, len(cells), missing, unmapped, canaries.planted)


def _as_it_stands(programme: Programme, standing: Standing) -> SweepSummary:
    """The summary of a sweep that found nothing to do: the verdict in force, all that is there fresh."""
    present = sum(standing.present.values())
    return SweepSummary(
        programme=programme,
        verdict=standing.verdict,
        summary=MeasureSummary(),
        cells=present + len(standing.missing),
        missing=tuple(pathway.slug for pathway in PATHWAYS if pathway.slug in standing.missing),
        unmapped=standing.present.get(UNMAPPED, 0),
        canaries_planted=0,
        readings=(standing.readings, standing.readings_due),
    )


def artefact_accept(*, actor: Actor, programme: Programme, stamped: Mapping[str, object], now: datetime) -> Accepted:
    """Take in one stamped artefact, measure it, and bring the verdict up to date. Raises as `artefact_put`."""
    artefact, changed = artefact_put(actor=actor, programme=programme, stamped=stamped, now=now)
    canaries_refresh(organization=actor.organization, by=actor, now=now, surface=artefact.programme.surface)
    summary = artefact_measure(actor=actor, programme=artefact.programme, artefact=artefact, now=now)
    verdict = verdict_refresh(surface=artefact.programme.surface, now=now)
    whole_measure(actor=actor, programme=artefact.programme, now=now)
    return Accepted(artefact, changed, summary, verdict)


def artefact_measure(*, actor: Actor, programme: Programme, artefact: Artefact, now: datetime) -> MeasureSummary:
    """Bring the cell of one artefact up to date and measure it. The verdict is left to `verdict_refresh`."""
    there = Artefact.objects.filter(programme=programme, removed_at=None)
    unmapped = there.filter(pathway=None).exists()
    surface = surface_follow(actor=actor, programme=programme, unmapped=unmapped, now=now)
    if not surface.cell_rows.exists():
        cells_replace(surface=surface, cells=_population(programme)[0], by=actor, now=now)
    else:
        _cells_follow(actor, programme, surface, artefact, now)
    items = [_item(programme, artefact)] if artefact.readable and artefact.pathway is not None else []
    return surface_measure(surface=surface, items=items, by=actor, now=now, workers=1)


def finding_decide(*, finding: FindingRow, by: Actor, reason: str, now: datetime, defect: bool = False) -> VerdictRow:
    """Record that a person finds a finding to be no defect, and bring the verdict up to date.

    With `defect`, that a passage which a detector held for reading is one. Raises as
    `assurance.services.finding_dispose` and `finding_confirm`, and NotFound for a finding of another organization.
    """
    if finding.surface.organization_id != by.organization.pk:
        raise NotFound("finding", finding.pk)
    decide = finding_confirm if defect else finding_dispose
    decide(finding=finding, by=by, reason=reason, now=now)
    return verdict_refresh(surface=finding.surface, now=now)


def missing_key(slug: str) -> str:
    """The key of the cell that stands for a pathway without artefact; the key of no artefact begins with `missing:`."""
    return f"missing:{slug}"


def _population(programme: Programme) -> tuple[list[CellSpec], tuple[str, ...], int]:
    """The cells of a programme, the slugs that are expected and missing, and how many artefacts are unmapped."""
    rows = Artefact.objects.filter(programme=programme, removed_at=None).defer("text", "line_map").order_by("key")
    cells = [_cell(row) for row in rows.iterator(chunk_size=2000)]
    there = {cell.stratum for cell in cells}
    expected = programme.blueprint or [pathway.slug for pathway in PATHWAYS]
    missing = tuple(slug for slug in expected if slug not in there)
    cells += [_missing(slug) for slug in missing]
    return cells, missing, sum(1 for cell in cells if cell.stratum == UNMAPPED)


def _missing(slug: str) -> CellSpec:
    name = next(pathway.name for pathway in PATHWAYS if pathway.slug == slug)
    return CellSpec(key=missing_key(slug), stratum=slug, digest=None, title=f"{name}: expected and not there")


def _cell(row: Artefact) -> CellSpec:
    return CellSpec(
        key=row.key,
        stratum=row.pathway_slug,
        digest=row.digest,
        language=row.language,
        subject_id=str(row.pk),
        title=row.title,
        route=row.route,
        governance=row.governance_version,
        legacy=row.is_legacy,
    )


def _cells_follow(actor: Actor, programme: Programme, surface: Surface, artefact: Artefact, now: datetime) -> None:
    """Put the cell of one artefact, and keep the missing cells true for the pathways it left and came to."""
    there = set(
        Artefact.objects.filter(programme=programme, removed_at=None).values_list("pathway", flat=True).distinct()
    )
    expected = [p for p in PATHWAYS if not programme.blueprint or p.slug in programme.blueprint]
    missing = [_missing(pathway.slug) for pathway in expected if pathway.number not in there]
    found = [missing_key(pathway.slug) for pathway in PATHWAYS if pathway.number in there]
    cells_put(surface=surface, cells=[_cell(artefact), *missing], drop=found, by=actor, now=now)


def _items(programme: Programme, ids: Sequence[str]) -> Iterator[MeasureItem]:
    """The texts of these artefacts in the given order, a few at a time; those that cannot be read are passed over."""
    for start in range(0, len(ids), _TEXTS):
        chunk = ids[start : start + _TEXTS]
        rows = {str(row.pk): row for row in Artefact.objects.filter(pk__in=chunk, readable=True).defer("line_map")}
        yield from (_item(programme, rows[pk]) for pk in chunk if pk in rows)


def _item(programme: Programme, row: Artefact) -> MeasureItem:
    context = Context(
        standard=programme.standard,
        companions=frozenset(programme.companions),
        artefact=row.pathway_slug,
        language=row.language,
        title=row.title,
    )
    return MeasureItem(
        cell_key=row.key,
        digest=row.digest,
        text=row.text,
        context=context,
        route=row.route,
        governance_version=row.governance_version,
        legacy=row.is_legacy,
    )


def _told(progress: Callable[[Step], None] | None, stage: str) -> Callable[[int, int], None] | None:
    if progress is None:
        return None
    return lambda done, total: progress(Step(stage, done, total))
