"""One label for a whole passage, the same detectors seen from outside."""

from __future__ import annotations

from assay.detect.borrowing import borrowed
from assay.detect.context import Context
from assay.detect.drift import judged
from assay.detect.hits import Classification, Hit, Label
from assay.detect.language import LANGUAGES
from assay.detect.measure import hits_by_detector
from assay.detect.model import model
from assay.detect.registry import DETECTORS
from assay.detect.view import View, read


def classify(text: str, context: Context) -> Classification:
    """Return the label of the whole passage.

    A where any detector found a governing use of another family; else C, else B, by the mentions there are; else NONE.
    Wrong facts about the own standard leave the label as it is and set `kind`. INCONCLUSIVE for languages not covered
    and for passages whose evidence lies in the band just below the threshold.
    """
    if not text.strip():
        return Classification("NONE", "", (), (), 1000, ("The passage is empty.",))
    view = read(text, context)
    if view.language not in LANGUAGES:
        reason = f"The passage's language ({view.language}) is not covered."
        return Classification("INCONCLUSIVE", "", (), (), 0, (reason,))
    names = [name for name in DETECTORS if view.language in DETECTORS[name].languages]
    hits = [hit for found in hits_by_detector(view, names).values() for hit in found]
    buckets: tuple[Label, ...] = ("A", "C", "B")
    for bucket in buckets:
        chosen = [h for h in hits if h.bucket == bucket]
        if chosen:
            return _of(bucket, chosen)
    own = [h for h in hits if h.bucket == "own"]
    if own:
        return Classification("NONE", own[0].kind, (), _spans(own), own[0].confidence, _reasons(own))
    return _unnamed(view)


def _of(label: Label, chosen: list[Hit]) -> Classification:
    order = {"explicit": 0, "ai-wrapped": 1, "implicit": 2, "case-mismatch": 3}
    lead = min(chosen, key=lambda h: (order.get(h.kind, 9), -h.confidence))
    families = tuple(dict.fromkeys(h.family for h in sorted(chosen, key=lambda h: h.start)))
    return Classification(
        label, lead.kind, families, _spans(chosen), max(h.confidence for h in chosen), _reasons([lead, *chosen])
    )


def _spans(hits: list[Hit]) -> tuple[tuple[int, int], ...]:
    return tuple(sorted({(h.start, h.end) for h in hits}))


def _reasons(hits: list[Hit]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(reason for hit in hits for reason in hit.reasons))


def _unnamed(view: View) -> Classification:
    """Label a passage that names no other family: INCONCLUSIVE in the band, C where it compares with one, else NONE."""
    for passage in view.passages:
        seen = judged(passage)
        if seen.whole is not None and model("passage").doubt <= seen.whole[1] and not passage.own_mentions():
            words = ", ".join(seen.whole[0].phrases[:3])
            reason = f"Words of another discipline ({words}) come close to drift; a person should read it."
            window = seen.whole[0]
            return Classification(
                "INCONCLUSIVE", "implicit", (window.family,), ((window.start, window.end),), 450, (reason,)
            )
    for passage in view.passages:
        compared = borrowed(passage)
        if compared:
            families = tuple(dict.fromkeys(h.concept.family for h in compared))
            reason = f"“{compared[0].concept.phrase}” of another family is mentioned for comparison only."
            spans = tuple((h.start, h.end) for h in compared)
            return Classification("C", "implicit", families, spans, 700, (reason,))
    return Classification("NONE", "", (), (), 900, ("No other family is named or taught in the passage.",))
