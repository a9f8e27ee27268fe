"""Planted defects: artefacts with one known drift, by which the sensitivity of detectors is measured.

Belongs here: the pieces (`data/`), their composition, the tally of what a detector caught. Does not belong here: the
labelled passages (`detect.corpus`), detection, storing results. May import `core` and, in `tally` alone, the detectors.
Canaries are never shown to learners nor exported; nobody tunes a detector on the seed it is measured with.
"""

from assay.detect.canaries.compose import HonestText, PlantedDefect, generate, generate_clean, generate_comparison
from assay.detect.canaries.pieces import KINDS, PLACES
from assay.detect.canaries.tally import (
    QUOTA,
    ROTATION,
    FalseAlarms,
    false_alarms,
    is_caught,
    missed,
    tally,
    tally_places,
)

__all__ = [
    "KINDS",
    "PLACES",
    "QUOTA",
    "ROTATION",
    "FalseAlarms",
    "HonestText",
    "PlantedDefect",
    "false_alarms",
    "generate",
    "generate_clean",
    "generate_comparison",
    "is_caught",
    "missed",
    "tally",
    "tally_places",
]
