"""Concepts of another family that a passage names only to compare or to exclude, without naming a standard."""

from __future__ import annotations

import re

from assay.detect.concepts import ConceptHit
from assay.detect.view import PassageView

_EXCUSED = re.compile(
    r"\b(?:unlike|compar(?:ed?|ing|ison)|in contrast|contrast with|similar to|differs? from|different from|whereas|rather than|"
    r"instead of|as opposed to|distinct from|analogous to|confused? with|(?:does|do|did|will) not (?:cover|address|include|ask|replace|"
    r"teach|deal|belong)|(?:is|are) not (?:about|part|covered|in scope|our|the subject)|out(?:side)? of? ?(?:the )?scope|no longer|"
    r"belongs? to (?:another|a different|other)|another standard|other standards|known from|can inspire|anders als|im gegensatz|contrairement|à la différence|"
    r"a diferencia|a differenza|ao contrário)\b|与|不同于|と異なり|と違い"
)


def borrowed(view: PassageView) -> list[ConceptHit]:
    """Return the concepts that are nobody else's and stand in a comparison, where the passage has an own subject."""
    if not (view.own_words() or view.own_mentions()):
        return []
    found: list[ConceptHit] = []
    for hit in view.concepts:
        if hit.concept.strength < 3 or hit.concept.family in view.whole.own_families:
            continue
        if view.whole.relation(hit.concept.family) not in ("foreign", "adjacent"):
            continue
        for sentence in view.sentences():
            if sentence.start <= hit.start < sentence.end and _held(view, sentence.start, sentence.end, hit):
                found.append(hit)
    return found


def _held(view: PassageView, start: int, end: int, hit: ConceptHit) -> bool:
    """Whether the concept stands right behind the head of a comparison or of an exclusion."""
    return _EXCUSED.search(view.low, max(start, hit.start - 70), min(end, hit.end + 45)) is not None
