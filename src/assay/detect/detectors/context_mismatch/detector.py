"""The detector `context-mismatch` as the product knows it."""

from __future__ import annotations

from assay.detect.case import case_hits
from assay.detect.declaration import GROUND, WEIGHING, Detector

DETECTOR = Detector(
    name="context-mismatch",
    order=30,
    scope=(
        "Finds case companies whose mission is the domain of another family while nothing in the case is about AI systems."
    ),
    kinds=("case-mismatch",),
    languages=("en",),
    limits=(
        "It reads a sentence or paragraph that tells of an organization; a mission told over several paragraphs may be missed.",
        "Company names in other languages than English are not read.",
    ),
    by_passage=case_hits,
    drifts=True,
    reads=WEIGHING,
    catalog=GROUND,
)
