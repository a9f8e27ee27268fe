"""The latest results of cells, as `MeasurementRow` indexes them: reading them, what is due, what is believed."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from assay.assurance.bodies import unpack
from assay.assurance.encoding import Definition, definition_of
from assay.assurance.history import measurement
from assay.assurance.lifecycle import Belief, belief_of
from assay.assurance.models import CanaryRow, DefinitionBatch, MeasurementBatch, Surface
from assay.assurance.recording import name_of
from assay.core.errors import NotFound
from assay.core.verdict import Canary, Measurement, Outcome
from assay.detect.registry import DETECTORS

Latest = dict[str, tuple[str, str, int, str, int]]
"""Detector to (version, outcome, strength, reason, batch number): what `MeasurementRow.results` holds."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What all results of one batch share."""

    at: datetime
    expires: datetime | None
    governance: str


def read_results(text: str) -> Latest:
    """The latest results of a cell from the text of its row."""
    return {detector: (each[0], each[1], each[2], each[3], each[4]) for detector, each in json.loads(text).items()}


def terms_of(surface: Surface, after: int = 0) -> dict[int, Terms]:
    """The terms of every measurement batch of a surface with a number above `after`, by number."""
    batches = MeasurementBatch.objects.filter(surface=surface, number__gt=after)
    rows = batches.values_list("number", "at", "expires", "governance")
    return {number: Terms(at, expires, governance) for number, at, expires, governance in rows}


def measurements_of(cell: str, digest: str, latest: Latest, terms: Mapping[int, Terms]) -> Iterable[Measurement]:
    """The latest results of one cell as core takes them."""
    for detector, (*result, number) in latest.items():
        of_batch = terms[number]
        yield measurement(cell, digest, detector, result, of_batch.at, of_batch.expires, of_batch.governance)


def row_measurements(cell: str, row: tuple[str, str] | None, terms: Mapping[int, Terms]) -> dict[str, Measurement]:
    """The latest results of one cell by detector, from digest and text of its row; empty without a row."""
    if row is None:
        return {}
    found = measurements_of(cell, row[0], read_results(row[1]), terms)
    return {each.detector: each for each in found}


def due(
    required: Iterable[str], latest: Latest, *, governance: str, terms: Mapping[int, Terms], now: datetime
) -> tuple[str, ...]:
    """The required detectors of this program whose latest result is missing or counts no more.

    A detector is a pure function of what a result is bound to, so an inconclusive result is not tried again; one that
    did not run is.
    """
    wanted = []
    for name in required:
        spec, result = DETECTORS.get(name), latest.get(name)
        if spec is None:
            continue
        if result is not None and result[0] == spec.version and result[1] != Outcome.NOT_RUN:
            under = terms[result[4]]
            if under.governance == governance and (under.expires is None or now < under.expires):
                continue
        wanted.append(name)
    return tuple(wanted)


def definition_now(surface: Surface) -> Definition:
    """The definition in force. Raises NotFound for a surface without one, IntegrityBroken for a damaged one."""
    last = DefinitionBatch.objects.filter(surface=surface).order_by("-number").first()
    if last is None:
        raise NotFound("surface definition", name_of(surface))
    return definition_of(unpack(last.body, last.digest))


def belief_now(surface: Surface) -> Belief:
    """What the canaries in the organization's log say of the detectors in force."""
    definition = definition_now(surface)
    names = [each.name for each in definition.detectors]
    rows = CanaryRow.objects.filter(organization=surface.organization_id, detector__in=names)
    values = rows.values_list("detector", "version", "stratum", "kind", "caught", "planted")
    return belief_of(definition.detectors, definition.strata, (Canary(*each) for each in values))
