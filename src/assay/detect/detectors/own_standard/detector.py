"""The detector `own-standard` as the product knows it."""

from __future__ import annotations

from assay.detect.declaration import Detector
from assay.detect.language import LANGUAGES
from assay.detect.own_standard import own_hits

DETECTOR = Detector(
    name="own-standard",
    order=40,
    scope=(
        "Finds wrong editions and mistyped numbers of the programme's own standard, and for ISO/IEC 42001 clause numbers, "
        "clause titles and counts that the catalog contradicts."
    ),
    kinds=("wrong-edition", "wrong-number"),
    languages=LANGUAGES,
    limits=(
        "Clause titles are compared in English and for ISO/IEC 42001 only.",
        "An edition named in a sentence about history is not judged.",
    ),
    by_text=own_hits,
    catalog=("iso42001.yaml",),
)
