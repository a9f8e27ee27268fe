"""Reading: access to a surface or finding, verdicts now and at a past position, portfolio, surface map, findings."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Count, F, Model, Q, QuerySet

from assay.accounts.access import Actor
from assay.assurance.encoding import strata_of
from assay.assurance.inputs import inputs_at
from assay.assurance.models import CanaryRow, CellRow, FindingRow, Surface, VerdictRow
from assay.assurance.results import due, read_results, terms_of
from assay.assurance.shapes import DueCell
from assay.core import reading
from assay.core.errors import NotFound
from assay.core.reading import Glyph
from assay.core.stored import verdict_from_bytes
from assay.core.verdict import Canary, Verdict
from assay.detect.registry import DETECTORS

M = TypeVar("M", bound=Model)
OPEN, DISMISSED, CLOSED, ALL = "open", "dismissed", "closed", "all"


def access_surface(*, actor: Actor, surface_id: UUID | str) -> Surface:
    """The surface, if it belongs to the actor's organization. Raises NotFound, the same for absent and for foreign."""
    found = _first(Surface.objects.filter(organization=actor.organization), surface_id)
    if found is None or not actor.may("read"):
        raise NotFound("surface", surface_id)
    return found


def access_finding(*, actor: Actor, finding_id: UUID | str) -> FindingRow:
    """The finding, with its surface, if it belongs to the actor's organization. Raises NotFound otherwise."""
    rows = FindingRow.objects.filter(surface__organization=actor.organization).select_related("surface", "batch")
    found = _first(rows, finding_id)
    if found is None or not actor.may("read"):
        raise NotFound("finding", finding_id)
    return found


def _first(rows: "QuerySet[M]", key: UUID | str) -> M | None:
    try:
        return rows.filter(pk=key).first()
    except (ValidationError, ValueError):
        return None


def verdict_latest(surface: Surface) -> VerdictRow | None:
    """The verdict in force as it was last recorded; None before the first."""
    return VerdictRow.objects.filter(surface=surface, is_latest=True).first()


def verdict_list(surface: Surface) -> "QuerySet[VerdictRow]":
    """All verdicts recorded, the newest first, without their bytes."""
    return VerdictRow.objects.filter(surface=surface).defer("body").order_by("-number")


def verdict_at(surface: Surface, position: int, now: datetime | None = None) -> Verdict:
    """The verdict recomputed from the batches up to ledger index `position`, at `now`, by default the time of the last
    input. With the position and `at` of a stored verdict: its bytes. Raises NotFound before the surface was defined."""
    inputs = inputs_at(surface, position)
    return inputs.verdict(inputs.latest if now is None else now)


def silent_about(surface: Surface) -> tuple[str, ...]:
    """Plain sentences: what the verdict in force says nothing about."""
    row = verdict_latest(surface)
    return () if row is None else reading.silent_about(verdict_of(row))


def verdict_of(row: VerdictRow) -> Verdict:
    """The verdict that a row stores. Raises InvalidInput if its bytes are none."""
    return verdict_from_bytes(bytes(row.body))


@dataclass(frozen=True, slots=True)
class OpenCounts:
    """Findings of a surface that are neither closed nor dismissed, by bucket."""

    a: int = 0
    b: int = 0
    c: int = 0
    own: int = 0


class VerdictFacts(NamedTuple):
    """The columns of a stored verdict that lists show; names and meanings as in `VerdictRow`."""

    surface_id: UUID
    state: str
    governance: str
    coverage_n: int
    coverage_d: int
    coverage_permille: int
    coverage_level: str
    weakest: str
    weakest_title: str
    weakest_permille: int | None
    strata_measured: int
    strata_total: int
    cells: int
    measured: int
    found: int
    blocking: int
    residual: int
    residual_simultaneous: int
    remaining: int
    content_level: str
    oldest: datetime | None
    next_expiry: datetime | None
    texture: str
    stale: bool
    letter: str
    sentence: str
    position: int
    digest: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class PortfolioRow:
    """One surface in a list. `verdict` and `glyph` are None before the first verdict."""

    surface_id: UUID
    kind: str
    key: str
    title: str
    standard: str
    verdict: VerdictFacts | None
    glyph: Glyph | None
    weakest_title: str
    open: OpenCounts


def glyph_of_row(row: VerdictRow | VerdictFacts) -> Glyph:
    """The glyph of a stored verdict, from its columns alone."""
    texture: Any = row.texture  # written from a glyph of core's
    return Glyph(
        fill=Fraction(row.coverage_n, row.coverage_d),
        fill_permille=row.coverage_permille,
        texture=texture,
        stale=row.stale,
        letter=row.letter,
    )


def portfolio_rows(
    actor: Actor,
    *,
    kind: str | None = None,
    state: str | None = None,
    search: str = "",
    surfaces: Iterable[UUID] | None = None,
) -> list[PortfolioRow]:
    """The surfaces of the actor's organization by title. `state` "none" asks for those without a verdict.

    Three queries, whatever the number of surfaces.
    """
    if not actor.may("read"):
        return []
    rows = Surface.objects.filter(organization=actor.organization)
    if kind is not None:
        rows = rows.filter(kind=kind)
    if search:
        rows = rows.filter(Q(title__icontains=search) | Q(key__icontains=search) | Q(standard__icontains=search))
    if surfaces is not None:
        rows = rows.filter(pk__in=list(surfaces))
    latest = VerdictRow.objects.filter(surface__organization=actor.organization, is_latest=True).order_by()
    verdicts = {values[0]: VerdictFacts._make(values) for values in latest.values_list(*VerdictFacts._fields)}
    counts, none = _open_counts(actor), OpenCounts()
    listed = []
    for pk, of_kind, key, title, standard in rows.values_list("pk", "kind", "key", "title", "standard"):
        verdict = verdicts.get(pk)
        if state is not None and (verdict.state if verdict is not None else "none") != state:
            continue
        glyph, weakest = (None, "") if verdict is None else (glyph_of_row(verdict), verdict.weakest_title)
        listed.append(PortfolioRow(pk, of_kind, key, title, standard, verdict, glyph, weakest, counts.get(pk, none)))
    return listed


def _open_counts(actor: Actor) -> dict[UUID, OpenCounts]:
    groups = (
        FindingRow.objects.filter(surface__organization=actor.organization, closed_at=None, disposed_at=None)
        .exclude(bucket="A", defect=False)
        .order_by()
        .values_list("surface_id", "bucket")
        .annotate(count=Count("id"))
    )
    found: dict[UUID, dict[str, int]] = {}
    for surface, bucket, count in groups:
        found.setdefault(surface, {})[bucket.lower()] = count
    return {surface: OpenCounts(**by_bucket) for surface, by_bucket in found.items()}


def finding_list(
    *,
    actor: Actor,
    surface: Surface | None = None,
    status: str = OPEN,
    bucket: str | None = None,
    stratum: str | None = None,
    detector: str | None = None,
    kind: str | None = None,
    family: str | None = None,
    subject_id: str | None = None,
    search: str = "",
) -> "QuerySet[FindingRow]":
    """Findings of the actor's organization, defects first, then by surface and place. `status` is open, dismissed,
    closed or all; open means neither closed nor dismissed."""
    rows = FindingRow.objects.filter(surface__organization=actor.organization).select_related("surface")
    if not actor.may("read"):
        return rows.none()
    if status == OPEN:
        rows = rows.filter(closed_at=None, disposed_at=None)
    elif status == DISMISSED:
        rows = rows.filter(disposed_at__isnull=False)
    elif status == CLOSED:
        rows = rows.filter(closed_at__isnull=False)
    exact = {
        "surface": surface, "bucket": bucket, "stratum": stratum, "detector": detector, "kind": kind,
        "family": family, "subject_id": subject_id,
    }  # fmt: skip
    rows = rows.filter(**{name: value for name, value in exact.items() if value is not None})
    if search:
        rows = rows.filter(Q(quote__icontains=search) | Q(title__icontains=search) | Q(family__icontains=search))
    return rows.order_by(F("blocking").desc(), F("defect").desc(), "bucket", "surface", "stratum", "cell_key", "start")


def finding_counts(*, actor: Actor, surface: Surface) -> OpenCounts:
    """Open findings of one surface by bucket; what waits for a person's reading is not among them."""
    found = (
        finding_list(actor=actor, surface=surface)
        .exclude(bucket="A", defect=False)
        .order_by()
        .values_list("bucket")
        .annotate(count=Count("id"))
    )
    return OpenCounts(**{bucket.lower(): count for bucket, count in found})


def canaries_known(actor: Actor) -> tuple[Canary, ...]:
    """What the detectors registered now have caught of planted defects in the actor's organization, in a fixed order."""
    if not actor.may("read"):
        return ()
    rows = CanaryRow.objects.filter(organization=actor.organization, detector__in=DETECTORS)
    return tuple(
        Canary(row.detector, row.version, row.stratum, row.kind, row.caught, row.planted)
        for row in rows.order_by("detector", "stratum", "kind")
        if DETECTORS[row.detector].version == row.version
    )


def cells_due(surface: Surface, now: datetime) -> tuple[DueCell, ...]:
    """The cells that a measurement at `now` would measure, by key: whoever holds the texts loads only theirs."""
    required = {each.name: each.required for each in strata_of(surface.strata)}
    terms = terms_of(surface)
    rows = CellRow.objects.filter(surface=surface, missing=False).values_list(
        "key", "digest", "stratum", "subject_id", "measured__digest", "measured__results"
    )
    answers: dict[tuple[str, str], tuple[str, ...]] = {}
    found = []
    for key, digest, stratum, subject, measured, text in rows.order_by("key").iterator(chunk_size=5000):
        mark = (stratum, text if measured == digest else "{}")
        if mark not in answers:
            answers[mark] = due(
                required.get(stratum, ()),
                read_results(mark[1]),
                governance=surface.governance,
                terms=terms,
                now=now,
            )
        if answers[mark] and digest is not None:
            found.append(DueCell(key, digest, subject, answers[mark]))
    return tuple(found)
