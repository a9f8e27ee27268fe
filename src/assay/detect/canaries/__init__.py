"""Planted defects: artefacts with one known drift, by which the sensitivity of detectors is measured.

Belongs here: the pieces that are no family's and no detector's (`data/`), their composition, the tally of what a detector
caught. Does not belong here: pieces of families and frames of kinds (in their folders), the labelled passages
(`detect.corpus`), detection, storing results. May import `core` and what finds the folders; `tally` and `survey` the detectors.
Canaries are never shown to learners nor exported; nobody tunes a detector on the seed it is measured with.
"""

from assay.detect.canaries.compose import HonestText, PlantedDefect, generate, generate_clean, generate_comparison
from assay.detect.canaries.pieces import PLACES
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
from assay.detect.discovery import KINDS

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
