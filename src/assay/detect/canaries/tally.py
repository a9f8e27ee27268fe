"""Count what a detector catches of the planted defects, and how often it cries over honest texts.

Everything here measures with the reserve shelf unless told otherwise. The difference to the practice shelf shows how far
a detector was fitted to the texts it was made with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from assay.core.errors import NotFound
from assay.core.evidence import Canary
from assay.detect.canaries.compose import (
    HonestText,
    PlantedDefect,
    Source,
    generate,
    generate_clean,
    generate_comparison,
)
from assay.detect.canaries.pieces import PLACES, Shelf, stock_load
from assay.detect.discovery import KINDS
from assay.detect.hits import Hit
from assay.detect.measure import measure
from assay.detect.registry import DETECTORS

QUOTA: Final = 200
"""Fewest planted defects per kind and stratum that a sensitivity may rest on (verdict.md)."""

Fated = Literal["accused", "held", "passed"]

ROTATION: Final = 2027
"""Seed of the canaries in use. Raising it rotates all of them."""


@dataclass(frozen=True, slots=True)
class FalseAlarms:
    """Honest texts of one source and pathway: `flagged` of `texts` drew a defect from the detector, rightly none.

    `examples` holds up to five of the flagged, for the detector's page and for whoever mends it.
    """

    detector: str
    version: str
    artefact: str
    source: Source
    flagged: int
    texts: int
    examples: tuple[HonestText, ...]


def fate_of(hits: Sequence[Hit], start: int, end: int) -> Fated:
    """Return what becomes of text[start:end]: accused by a hit that overlaps it by a character, else held, else passed."""
    inside = [hit for hit in hits if hit.start < end and start < hit.end]
    if any(hit.defect for hit in inside):
        return "accused"
    return "held" if any(hit.in_doubt for hit in inside) else "passed"


def is_caught(defect: PlantedDefect, hits: Sequence[Hit]) -> bool:
    """Return whether one of the hits overlaps the planted span by a character and is a defect or held for reading.

    A text with a passage that waits for a person's reading does not count as measured (`inconclusive`), so neither lets
    the defect pass as clean; that is what a verdict's sensitivity is about.
    """
    return fate_of(hits, defect.start, defect.end) != "passed"


def hits_on(detector: str, text: PlantedDefect | HonestText) -> tuple[Hit, ...]:
    """Return the hits of one detector on a composed text."""
    return tuple(measure(text.text, text.context, (detector,))[detector].hits)


def _spec_known(detector: str) -> None:
    if detector not in DETECTORS:
        raise NotFound("detector", detector)


def missed(
    detector: str, kind: str, artefact: str, *, count: int = QUOTA, seed: int = ROTATION, shelf: Shelf = "reserve"
) -> tuple[PlantedDefect, ...]:
    """Return the planted defects of a kind or place that the detector does not catch, in order of planting.

    In a place, the kinds that the detector answers for take turns (in a translation, those of drift alone).
    """
    _spec_known(detector)
    if kind in PLACES:
        known = stock_load(shelf).translated if kind == "translation" else KINDS
        own = tuple(name for name in DETECTORS[detector].kinds if name in known)
        planted = generate(kind, artefact, count, seed, within=own, shelf=shelf)
    else:
        planted = generate(kind, artefact, count, seed, shelf=shelf)
    return tuple(defect for defect in planted if not is_caught(defect, hits_on(detector, defect)))


def tally(
    detector: str, artefact: str, *, count: int = QUOTA, seed: int = ROTATION, shelf: Shelf = "reserve"
) -> tuple[Canary, ...]:
    """Return one tally per kind that the detector answers for, in one pathway.

    A kind of the detector that nobody knows how to plant is tallied as 0 of 0, which gives it no sensitivity.
    Raises NotFound for an unknown detector and InvalidInput for an unknown pathway.
    """
    _spec_known(detector)
    spec = DETECTORS[detector]
    return tuple(
        Canary(
            detector=spec.name,
            version=spec.version,
            stratum=artefact,
            kind=kind,
            caught=count - len(missed(detector, kind, artefact, count=count, seed=seed, shelf=shelf))
            if plantable
            else 0,
            planted=count if plantable else 0,
        )
        for kind in spec.kinds
        for plantable in (kind in (*KINDS, *PLACES),)
    )


def tally_places(
    detector: str, artefact: str, *, count: int = QUOTA, seed: int = ROTATION, shelf: Shelf = "reserve"
) -> tuple[Canary, ...]:
    """Return one tally per place (alternative text, hotspot label, distractor …), defects of the detector's own kinds.

    `kind` of the tally is the place's name. Faults in the own standard's name are not planted in translations.
    """
    _spec_known(detector)
    spec = DETECTORS[detector]
    return tuple(
        Canary(
            detector=spec.name,
            version=spec.version,
            stratum=artefact,
            kind=place,
            caught=count - len(missed(detector, place, artefact, count=count, seed=seed, shelf=shelf)),
            planted=count,
        )
        for place in PLACES
        if set(spec.kinds) & set(stock_load(shelf).translated if place == "translation" else KINDS)
    )


def false_alarms(
    detector: str, artefact: str, *, count: int = QUOTA, seed: int = ROTATION, shelf: Shelf = "reserve"
) -> tuple[FalseAlarms, ...]:
    """Return false alarms of a detector in one pathway by source: clean twins, comparisons, titles and lists."""
    _spec_known(detector)
    spec = DETECTORS[detector]
    texts = (
        *generate_clean(artefact, count, seed, shelf=shelf),
        *generate_comparison(artefact, count, seed, shelf=shelf),
    )
    flagged = {text.id for text in texts if any(hit.defect for hit in hits_on(detector, text))}
    sources: tuple[Source, ...] = ("clean", "comparative", "structural")
    return tuple(
        FalseAlarms(
            detector=spec.name,
            version=spec.version,
            artefact=artefact,
            source=source,
            flagged=sum(text.id in flagged for text in texts if text.source == source),
            texts=sum(text.source == source for text in texts),
            examples=tuple(text for text in texts if text.source == source and text.id in flagged)[:5],
        )
        for source in sources
    )
