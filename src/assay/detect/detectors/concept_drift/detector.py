"""The detector `concept-drift` as the product knows it."""

from __future__ import annotations

from pathlib import Path

from assay.detect.declaration import GROUND, WEIGHING, Detector
from assay.detect.drift import drift_hits
from assay.detect.hits import Hit
from assay.detect.language import LANGUAGES
from assay.detect.likeness import LEARNED, folder
from assay.detect.resembling import resembling_hits
from assay.detect.view import PassageView
from assay.detect.weighing import Reading


def _hits(view: PassageView, found: list[Reading], /, *, review: bool = False) -> list[Hit]:
    hits = drift_hits(view, found, review=review)
    return [*hits, *resembling_hits(view, hits)] if review else hits


def _learned() -> tuple[Path, ...]:
    """What meaning was learned with, where it is asked for; it names the model by its digest."""
    return (LEARNED,) if folder() is not None else ()


DETECTOR = Detector(
    name="concept-drift",
    order=20,
    scope=(
        "Finds passages that teach another family's subject without naming it, also where words about AI surround them."
    ),
    kinds=("implicit", "ai-wrapped"),
    languages=LANGUAGES,
    limits=(
        "A passage without any word of the other discipline, however clear to a reader, is not found.",
        "Security work on AI systems told in security words alone may be taken for information security.",
        "English has about 1,900 concepts and 2,800 everyday words; German, French, Spanish, Italian, Portuguese, Japanese and Chinese have the "
        "commonest of the main families only.",
        "Families without a concept file are known by the catalog's vocabulary alone.",
    ),
    by_passage=_hits,
    drifts=True,
    reads=WEIGHING,
    catalog=GROUND,
    also=_learned,
)
