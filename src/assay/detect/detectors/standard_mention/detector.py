"""The detector `standard-mention` as the product knows it."""

from __future__ import annotations

from assay.detect.declaration import GROUND, WEIGHING, Detector
from assay.detect.explicit import explicit_hits
from assay.detect.language import LANGUAGES

DETECTOR = Detector(
    name="standard-mention",
    order=10,
    scope=(
        "Finds each standard, law or framework of the known families that a text names, and says whether it is "
        "presented as governing, is part of a title, or is mentioned for comparison."
    ),
    kinds=("explicit",),
    languages=LANGUAGES,
    limits=(
        "It reads names and numbers; a standard that is only alluded to is left to concept-drift.",
        "It reads a sentence, its passage and headings, not the whole programme.",
        "Weights were learned from English; in other languages the rules alone decide.",
        "About a quarter of governing mentions in unusual voices (advertising, slides, game-like texts) is taken for context.",
        "Irony, role play and quotations of wrong answers are read literally.",
    ),
    by_passage=explicit_hits,
    drifts=True,
    reads=WEIGHING,
    catalog=GROUND,
)
