"""Batch bodies to values and back. The formats are the room's promise to whoever recomputes a verdict.

Bodies hold outcomes, digests and places, never texts or quotations, so that content can be erased without
changing any verdict. Rationals are written "n/d".
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from assay.assurance.bodies import instant
from assay.assurance.engines.partition import CellResult, Found
from assay.assurance.shapes import CellSpec
from assay.core.verdict import Canary, Cell, Detector, FindingFact, Policy, Stratum

DEFINITION, POPULATION, MEASUREMENT, CANARIES = (
    "assay/definition/1",
    "assay/population/1",
    "assay/measurement/1",
    "assay/canaries/1",
)


@dataclass(frozen=True)
class Definition:
    """What a surface is judged by from some position on."""

    strata: tuple[Stratum, ...]
    policy: Policy
    detectors: tuple[Detector, ...]


def strata_json(strata: Iterable[Stratum]) -> list[dict[str, Any]]:
    return [{"name": each.name, "title": each.title, "required": list(each.required)} for each in strata]


def strata_of(value: Iterable[Mapping[str, Any]]) -> tuple[Stratum, ...]:
    return tuple(Stratum(each["name"], each["title"], tuple(each["required"])) for each in value)


def policy_json(policy: Policy) -> dict[str, Any]:
    share = policy.max_remaining_share
    return {
        "name": policy.name,
        "governance": policy.governance,
        "max_remaining_share": f"{share.numerator}/{share.denominator}",
        "max_remaining": policy.max_remaining,
        "second_source": policy.second_source,
    }


def policy_of(value: Mapping[str, Any]) -> Policy:
    return Policy(
        name=value["name"],
        governance=value["governance"],
        max_remaining_share=Fraction(value["max_remaining_share"]),
        max_remaining=value["max_remaining"],
        second_source=value["second_source"],
    )


def detectors_json(detectors: Iterable[Detector]) -> list[dict[str, Any]]:
    return [
        {
            "name": each.name,
            "version": each.version,
            "kinds": list(each.kinds),
            "languages": list(each.languages),
        }
        for each in sorted(detectors, key=lambda each: each.name)
    ]


def definition_of(body: Mapping[str, Any]) -> Definition:
    """The definition in a `DefinitionBatch` body."""
    detectors = tuple(
        Detector(each["name"], each["version"], tuple(each["kinds"]), tuple(each["languages"]))
        for each in body["detectors"]
    )
    return Definition(strata_of(body["strata"]), policy_of(body["policy"]), detectors)


def population_body(
    surface: str, *, put: Iterable[CellSpec], drop: Iterable[str], again: Iterable[str]
) -> dict[str, Any]:
    """Cells put, keys dropped, and keys whose results count no more although the digest stayed; each sorted by key."""
    return {
        "format": POPULATION,
        "surface": surface,
        "put": [
            [
                cell.key,
                cell.stratum,
                cell.digest,
                cell.weight,
                cell.language,
                cell.subject_id,
                cell.route,
                cell.governance,
                cell.legacy,
            ]
            for cell in sorted(put, key=lambda cell: cell.key)
        ],
        "drop": sorted(drop),
        "again": sorted(again),
    }


def specs_of(put: Iterable[Sequence[Any]]) -> tuple[CellSpec, ...]:
    """The cells of a population body; titles are not kept there."""
    return tuple(
        CellSpec(key, stratum, digest, weight, language, subject, "", route, governance, legacy)
        for key, stratum, digest, weight, language, subject, route, governance, legacy in put
    )


def cell_of(spec: CellSpec) -> Cell:
    return Cell(spec.key, spec.stratum, spec.digest, spec.weight, spec.language)


def measurement_body(
    surface: str,
    results: Sequence[CellResult],
    *,
    at: datetime,
    expires: datetime | None,
    governance: str,
    carried: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Results in the order given (an engine gives them by cell key). Cells with the same results of all detectors share
    one list in `said`, and name it by its index. `carried` says where results come from that no detector read anew."""
    said: dict[Any, int] = {}
    marks = [said.setdefault(each.results, len(said)) for each in results]
    return {
        "format": MEASUREMENT,
        "surface": surface,
        "at": instant(at),
        "expires": None if expires is None else instant(expires),
        "governance": governance,
        "said": [
            [[one.detector, one.version, str(one.outcome), int(one.strength), one.reason] for one in each]
            for each in said
        ],
        "results": [
            [
                each.item.cell_key,
                each.item.digest,
                mark,
                [_found_json(found) for found in each.found],
            ]
            for each, mark in zip(results, marks, strict=True)
        ],
        **({} if carried is None else {"carried": dict(carried)}),
    }


def _found_json(found: Found) -> list[Any]:
    hit = found.hit
    place = [hit.start, hit.end, found.line_start, found.line_end]
    return [found.key, found.detector, hit.kind, hit.bucket, hit.defect, hit.blocking, hit.family or "", *place]


def fact_of(cell: str, digest: str, found: Sequence[Any], at: datetime) -> FindingFact:
    """The fact about one entry of the findings of a measurement body, found at `at`."""
    key, detector, kind, bucket, defect, blocking = found[:6]
    return FindingFact(key, cell, digest, detector, kind, bucket, defect, blocking, at)


def canaries_body(canaries: Iterable[Canary]) -> dict[str, Any]:
    """Results of one version of one detector, by stratum and kind. Raises ValueError for several versions or none."""
    ordered = sorted(canaries, key=lambda each: (each.stratum, each.kind))
    ((detector, version),) = {(each.detector, each.version) for each in ordered}
    return {
        "format": CANARIES,
        "detector": detector,
        "version": version,
        "results": [[each.stratum, each.kind, each.caught, each.planted] for each in ordered],
    }


def canaries_of(body: Mapping[str, Any]) -> tuple[Canary, ...]:
    """The results in a `CanaryBatch` body."""
    return tuple(Canary(body["detector"], body["version"], *each) for each in body["results"])
