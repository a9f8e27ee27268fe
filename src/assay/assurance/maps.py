"""The surface map: for each stratum whether it is governed when it is made and whether it is audited, as facts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from assay.assurance.encoding import strata_of
from assay.assurance.inputs import inputs_at, past_at
from assay.assurance.models import CellRow, FindingRow, Surface, VerdictRow
from assay.assurance.shapes import CellSpec
from assay.core.errors import NotFound
from assay.core.stored import verdict_from_bytes
from assay.core.verdict import Stratum, StratumCoverage

GREEN, AMBER, RED, EMPTY = "green", "amber", "red", "empty"


@dataclass(frozen=True, slots=True)
class StratumMap:
    """One stratum of the map. Counts are cells, `missing` ones included in `cells`; shares in permille, rounded down.

    governed: something is there, and all of it bears the stamp of the governance in force. audited: something of it is
    measured. Green is both, amber one of the two, red neither, empty has no cell.
    """

    name: str
    title: str
    required: tuple[str, ...]
    cells: int
    missing: int
    stamped: int
    measured: int
    coverage_permille: int
    defects: int
    unmeasured: Mapping[str, int]
    governed: bool
    audited: bool
    colour: str

    @property
    def present(self) -> int:
        return self.cells - self.missing


@dataclass(frozen=True, slots=True)
class SurfaceMap:
    """The strata in display order, and what they were derived from: a governance version and a moment."""

    governance: str
    at: datetime | None
    position: int | None
    strata: tuple[StratumMap, ...]

    def count(self, colour: str) -> int:
        """How many strata have this colour."""
        return sum(1 for each in self.strata if each.colour == colour)


@dataclass(frozen=True, slots=True)
class _Stamps:
    cells: int = 0
    missing: int = 0
    stamped: int = 0


def surface_map(surface: Surface, at: int | None = None) -> SurfaceMap:
    """The map as it is now, or as it was at ledger index `at`. Now: what the stored verdict says of measured cells, and
    the population in force. Raises NotFound for a position before the surface was defined."""
    if at is not None:
        return _map_at(surface, at)
    stamps = {
        stratum: _Stamps(cells, absent, stamped)
        for stratum, cells, absent, stamped in CellRow.objects.filter(surface=surface)
        .order_by()
        .values_list("stratum")
        .annotate(
            cells=Count("id"),
            absent=Count("id", filter=Q(missing=True)),
            stamped=Count("id", filter=Q(missing=False, governance=surface.governance)),
        )
    }
    row = VerdictRow.objects.filter(surface=surface, is_latest=True).first()
    strata = strata_of(surface.strata)
    if row is None:
        return SurfaceMap(surface.governance, None, None, _strata(strata, stamps, {}))
    return SurfaceMap(surface.governance, row.at, row.position, _strata(strata, stamps, _coverage_of(row)))


def _map_at(surface: Surface, position: int) -> SurfaceMap:
    past = past_at(surface, position)
    if past.definition is None:
        raise NotFound("surface definition", f"{surface.pk} at {position}")
    inputs = inputs_at(surface, position)
    verdict = inputs.verdict(inputs.latest)
    governance = past.definition.policy.governance
    stamps: dict[str, _Stamps] = {}
    for spec in past.cells.values():
        stamps[spec.stratum] = _stamped(stamps.get(spec.stratum, _Stamps()), spec, governance)
    coverage = {each.name: each for each in verdict.coverage.by_stratum}
    return SurfaceMap(governance, verdict.at, verdict.position, _strata(past.definition.strata, stamps, coverage))


def _stamped(so_far: _Stamps, spec: CellSpec, governance: str) -> _Stamps:
    missing = spec.digest is None
    return _Stamps(
        so_far.cells + 1,
        so_far.missing + missing,
        so_far.stamped + (not missing and spec.governance == governance),
    )


def _coverage_of(row: VerdictRow) -> dict[str, StratumCoverage]:
    return {each.name: each for each in verdict_from_bytes(bytes(row.body)).coverage.by_stratum}


def _strata(
    strata: Iterable[Stratum], stamps: Mapping[str, _Stamps], coverage: Mapping[str, StratumCoverage]
) -> tuple[StratumMap, ...]:
    return tuple(_stratum(each, stamps.get(each.name, _Stamps()), coverage.get(each.name)) for each in strata)


def _stratum(stratum: Stratum, stamps: _Stamps, coverage: StratumCoverage | None) -> StratumMap:
    present = stamps.cells - stamps.missing
    governed = present > 0 and stamps.stamped == present
    audited = coverage is not None and coverage.measured > 0
    value = None if coverage is None else coverage.value
    return StratumMap(
        name=stratum.name,
        title=stratum.title,
        required=stratum.required,
        cells=stamps.cells,
        missing=stamps.missing,
        stamped=stamps.stamped,
        measured=0 if coverage is None else coverage.measured,
        coverage_permille=0 if value is None else value.numerator * 1000 // value.denominator,
        defects=0 if coverage is None else coverage.defects,
        unmeasured={} if coverage is None else dict(coverage.unmeasured_reasons),
        governed=governed,
        audited=audited,
        colour=colour_of(cells=stamps.cells, governed=governed, audited=audited),
    )


def colour_of(*, cells: int, governed: bool, audited: bool) -> str:
    """Green governed and audited, amber one of the two, red neither, empty without cells."""
    if not cells:
        return EMPTY
    return {2: GREEN, 1: AMBER, 0: RED}[governed + audited]


def open_defects_by_subject(surface: Surface) -> dict[str, int]:
    """Open defects, neither closed nor dismissed, by the subject (artefact) that they lie in."""
    rows = FindingRow.objects.filter(surface=surface, closed_at=None, disposed_at=None, defect=True)
    return dict(rows.order_by().values_list("subject_id").annotate(count=Count("id")))
