"""Sentences that resemble drift in meaning, where `ASSAY_EMBED` asks for it: held for a person's reading, never accused.

Read are English sentences for ISO/IEC 42001 that show at least one sign of another family and that the detector of drift
let pass. Every other sentence stays as it was, so this can only find more, never less.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from assay.detect.drift import leads_home
from assay.detect.explain import family_name
from assay.detect.hits import DOUBT, Hit
from assay.detect.likeness import border, folder, likeness
from assay.detect.view import PassageView
from assay.detect.windows import Window, window_of

_STANDARD = "iso42001"
_WORDS = 5  # below this a sentence has no meaning of its own to compare


def resembling_hits(view: PassageView, hits: Sequence[Hit]) -> list[Hit]:
    """Return what is held beside the `hits` that the detector of drift found in the same passage; [] where not asked for."""
    whole = view.whole
    if folder() is None or whole.language != "en" or whole.standard != _STANDARD or view.disowned():
        return []
    windows = []
    for sentence in view.sentences():
        taken = any(hit.start < sentence.end and sentence.start < hit.end for hit in hits if hit.bucket == "A")
        if taken or len(whole.text[sentence.start : sentence.end].split()) < _WORDS:
            continue
        window = window_of(view, sentence.start, sentence.end, lead=sentence.lead)
        if window is not None and not leads_home(view, window):
            windows.append(window)
    scores = likeness([whole.text[window.start : window.end].strip(" -*#>|") for window in windows])
    return [_hit(view, window, score) for window, score in zip(windows, scores, strict=True) if score >= border()]


def _hit(view: PassageView, window: Window, score: int) -> Hit:
    confidence = round(1000 / (1 + math.exp(-max(-30.0, min(30.0, score / 100)))))
    words = ", ".join(f"“{phrase}”" for phrase in window.phrases[:4])
    reasons = (
        f"In meaning the sentence is near to texts about another discipline than {family_name(view.whole.standard)}; "
        f"words of {family_name(window.family)} in it: {words}.",
        DOUBT,
    )
    quote = view.whole.text[window.start : window.end]
    return Hit(
        "implicit", "A", window.family, window.start, window.end, quote, confidence, reasons, (("likeness", score),),
        defect=False, blocking=False,
    )  # fmt: skip
