"""The inputs of a verdict: gathered from the rows as they are now, or replayed from the batches up to a position."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from typing import Any

from django.db.models import Max, Q, QuerySet

from assay.assurance.bodies import unpack
from assay.assurance.encoding import Definition, cell_of, strata_of
from assay.assurance.findings import fact_of_row
from assay.assurance.history import Past, replay
from assay.assurance.models import (
    CanaryBatch,
    CanaryRow,
    CellRow,
    DefinitionBatch,
    DispositionRow,
    FindingRow,
    Logged,
    MeasurementBatch,
    PopulationBatch,
    Surface,
)
from assay.assurance.recording import name_of
from assay.assurance.results import Latest, definition_now, measurements_of, read_results, terms_of
from assay.core.assess import assess
from assay.core.errors import NotFound, Unavailable
from assay.core.verdict import Canary, Cell, Disposition, FindingFact, Measurement, Verdict


@dataclass(frozen=True)
class Inputs:
    """Everything that `core.assess` needs except the time. `position` is the ledger index of the last input, `latest`
    the latest time at which one was taken in."""

    surface: str
    definition: Definition
    cells: tuple[Cell, ...]
    measurements: tuple[Measurement, ...]
    findings: tuple[FindingFact, ...]
    dispositions: tuple[Disposition, ...]
    canaries: tuple[Canary, ...]
    position: int
    latest: datetime

    def verdict(self, now: datetime) -> Verdict:
        """The verdict at `now`, or at the time of the latest input if that is later (batches of one surface bear rising
        times). Its bytes are the same for every `now` between two inputs or expiries."""
        return assess(
            surface=self.surface,
            cells=self.cells,
            strata=self.definition.strata,
            detectors=self.definition.detectors,
            measurements=self.measurements,
            findings=self.findings,
            dispositions=self.dispositions,
            canaries=self.canaries,
            policy=self.definition.policy,
            now=max(now, self.latest),
            position=self.position,
        )


def inputs_now(surface: Surface) -> Inputs:
    """The inputs from the rows. Raises Unavailable while an input has no index in the log yet."""
    definition = definition_now(surface)
    cells, measurements = _cells_and_measurements(surface)
    open_rows = list(FindingRow.objects.filter(surface=surface, closed_at=None).only(*_FACT_COLUMNS))
    decided = DispositionRow.objects.filter(finding__surface=surface)
    canaries = CanaryRow.objects.filter(_canaries_of(surface, definition))
    batches = [model.objects.filter(surface=surface) for model in (DefinitionBatch, PopulationBatch, MeasurementBatch)]
    position, latest = _last([*batches, decided, CanaryBatch.objects.filter(pk__in=canaries.values("batch"))])
    return Inputs(
        surface=name_of(surface),
        definition=definition,
        cells=cells,
        measurements=measurements,
        findings=tuple(fact_of_row(row) for row in open_rows),
        dispositions=_dispositions(decided.filter(finding__closed_at=None)),
        canaries=_canaries(canaries),
        position=position,
        latest=latest,
    )


def last_input(surface: Surface) -> int:
    """Ledger index of the last input that a verdict now would use. Raises Unavailable while one has no index yet."""
    canaries = CanaryRow.objects.filter(_canaries_of(surface, definition_now(surface)))
    batches = [model.objects.filter(surface=surface) for model in (DefinitionBatch, PopulationBatch, MeasurementBatch)]
    decided = DispositionRow.objects.filter(finding__surface=surface)
    return _last([*batches, decided, CanaryBatch.objects.filter(pk__in=canaries.values("batch"))])[0]


def is_last_input(surface: Surface, position: int) -> bool:
    """Whether a verdict now would use no input after `position`, which is that of a verdict under the definition in force.

    Inputs are only ever added, so it is enough that none has a later place or waits for one; where canaries of these
    detectors came later, which may be of other strata or versions, the last input is looked for.
    """
    later = Q(position__gt=position) | Q(position=None)
    batches = [
        model.objects.filter(later, surface=surface) for model in (DefinitionBatch, PopulationBatch, MeasurementBatch)
    ]
    names = {name for stratum in strata_of(surface.strata) for name in stratum.required}
    canaries = CanaryBatch.objects.filter(later, organization=surface.organization_id, detector__in=names)
    decided = DispositionRow.objects.filter(later, finding__surface=surface)
    first, *others = (rows.order_by().values_list("event_id") for rows in (*batches, decided, canaries))
    if not list(first.union(*others, all=True)[:1]):
        return True
    try:
        return last_input(surface) == position
    except Unavailable:
        return False


def inputs_at(surface: Surface, position: int) -> Inputs:
    """The inputs as they stood at `position` (a ledger index), replayed from batches whose digests are checked.

    Raises NotFound if the surface was not defined yet, IntegrityBroken if a batch does not match its digest.
    """
    past = past_at(surface, position)
    definition = past.definition
    if definition is None:
        raise NotFound("surface definition", f"{name_of(surface)} at {position}")
    findings = past.findings()
    decided = DispositionRow.objects.filter(finding__surface=surface, position__lte=position)
    canaries = CanaryRow.objects.filter(_canaries_of(surface, definition), batch__position__lte=position)
    batches = [
        model.objects.filter(surface=surface, position__lte=position)
        for model in (DefinitionBatch, PopulationBatch, MeasurementBatch)
    ]
    place, latest = _last([*batches, decided, CanaryBatch.objects.filter(pk__in=canaries.values("batch"))])
    return Inputs(
        surface=name_of(surface),
        definition=definition,
        cells=tuple(cell_of(spec) for spec in past.cells.values()),
        measurements=past.measurements(),
        findings=findings,
        dispositions=_dispositions(decided.filter(finding__key__in=[fact.key for fact in findings])),
        canaries=_canaries(canaries),
        position=place,
        latest=latest,
    )


def past_at(surface: Surface, position: int) -> Past:
    """Cells, latest measurements and open findings as they stood at `position`, from the batches alone."""
    streams = [
        _stream(model.objects.filter(surface=surface, position__lte=position).order_by("position"))
        for model in (DefinitionBatch, PopulationBatch, MeasurementBatch)
    ]
    canaries = CanaryBatch.objects.filter(organization=surface.organization_id, position__lte=position)
    streams.append(_stream(canaries.order_by("position")))
    return replay(unpack(body, digest) for _place, body, digest in merge(*streams, key=lambda row: row[0]))


_FACT_COLUMNS = (
    "key", "cell_key", "digest", "detector", "kind", "bucket", "defect", "blocking", "seen_at",
)  # fmt: skip


def _stream(rows: "QuerySet[Any]") -> Iterable[tuple[int, bytes, str]]:
    return rows.values_list("position", "body", "digest").iterator(chunk_size=16)


def _cells_and_measurements(surface: Surface) -> tuple[tuple[Cell, ...], tuple[Measurement, ...]]:
    terms = terms_of(surface)
    parsed: dict[str, Latest] = {}
    cells, measurements = list[Cell](), list[Measurement]()
    rows = CellRow.objects.filter(surface=surface).values_list(
        "key", "stratum", "digest", "weight", "language", "measured__digest", "measured__results"
    )
    for key, stratum, digest, weight, language, measured, text in rows.iterator(chunk_size=5000):
        cells.append(Cell(key, stratum, digest, weight, language))
        if text is None:
            continue
        latest = parsed.get(text)
        if latest is None:
            latest = parsed[text] = read_results(text)
        measurements += measurements_of(key, measured, latest, terms)
    return tuple(cells), tuple(measurements)


def _dispositions(rows: "QuerySet[DispositionRow]") -> tuple[Disposition, ...]:
    return tuple(Disposition(key, "not-a-defect", at) for key, at in rows.values_list("finding__key", "at"))


def _canaries_of(surface: Surface, definition: Definition) -> Q:
    """The canary results that count: of the versions in force, in the strata that require them."""
    wanted = Q(pk__in=[])
    for detector in definition.detectors:
        strata = [each.name for each in definition.strata if detector.name in each.required]
        wanted |= Q(detector=detector.name, version=detector.version, stratum__in=strata, kind__in=detector.kinds)
    return Q(organization=surface.organization_id) & wanted


def _canaries(rows: "QuerySet[CanaryRow]") -> tuple[Canary, ...]:
    values = rows.values_list("detector", "version", "stratum", "kind", "caught", "planted")
    return tuple(Canary(*each) for each in values)


def _last(inputs: "Iterable[QuerySet[Any]]") -> tuple[int, datetime]:
    """Ledger index of the last of these inputs, and the latest time of any."""
    places, times = [], []
    for rows in inputs:
        found = rows.aggregate(last=Max("position"), latest=Max("at"), waiting=Max("event_id", filter=Q(position=None)))
        if found["waiting"] is not None:
            raise Unavailable(
                "An input of the verdict has no place in the log yet.",
                hint="Try again in a moment.",
                event=found["waiting"],
            )
        if found["last"] is not None:
            places.append(found["last"])
            times.append(found["latest"])
    return max(places), max(times)


LOGGED: tuple[type[Logged], ...] = (DefinitionBatch, PopulationBatch, MeasurementBatch, DispositionRow, CanaryBatch)
