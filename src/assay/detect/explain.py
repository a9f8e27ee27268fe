"""Decisions in words: the features of a hit as sentences that a course author understands."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from assay.detect.attachment import Attachment
from assay.detect.lexicon import lexicon
from assay.detect.mentions import Mention
from assay.detect.view import View

_FEATURES = {
    "own_in_group": "it is listed together with {own}",
    "own_in_sentence": "{own} is named in the same sentence",
    "own_nearby": "the passage speaks of {own} as well",
    "own_absent": "nothing in the passage is about {own}",
    "declared_comparison": "a heading or sentence declares a comparison",
    "imperative": "the sentence is an instruction",
    "concepts": "its own concepts appear beside it",
    "graded_artefact": "the artefact is graded work",
    "adjacent": "it may be cited beside {own}",
    "kin": "it is another rule about AI",
    "law": "laws bind beside any standard",
    "repeated": "it is named repeatedly",
    "option": "it is an answer to choose from",
    "enumeration": "it is one of several in a list",
    "quoted": "it stands in a quotation",
}
_BUCKETS = {
    "A": "presented as governing",
    "B": "part of a title or structure only",
    "C": "mentioned for comparison or context",
    "own": "a fact about the own standard",
}


def confidence_of(margin: int, slope: int) -> int:
    """Return 0..1000 for a margin over the threshold (hundredths): 500 at the threshold, logistic with `slope`."""
    bounded = max(-2000.0, min(2000.0, float(margin)))
    return round(1000 / (1 + math.exp(-bounded / slope)))


def family_name(family: str) -> str:
    """Return the name of a family for readers, such as "ISO 14001"."""
    known = lexicon().families.get(family)
    return known.name if known else family.upper().replace("ISO", "ISO ")


def say_features(
    view: View, mention: Mention, said: Sequence[Attachment], features: Mapping[str, int], structural: str, bucket: str
) -> tuple[str, ...]:
    """Return the reasons of a mention's bucket, the decisive ones first."""
    name, own = family_name(mention.family), family_name(view.standard)
    if structural:
        return (f"{name} {structural}, so it is {_BUCKETS['B']}.",)
    wanted = 1 if bucket == "A" else -1
    clauses = [f"it {a.say}" for a in said if _points(a, features) == wanted][:2]
    rest = sorted((key for key in _FEATURES if features.get(key, 0) * wanted > 0), key=lambda k: -abs(features[k]))
    clauses += [_FEATURES[key].format(own=own) for key in rest[:3]]
    because = "; ".join(clauses) or "nothing in the sentence makes it a requirement"
    return (f"{name} is {_BUCKETS[bucket]}: {because}.",)


def _points(attachment: Attachment, features: Mapping[str, int]) -> int:
    weight = features.get(attachment.weight, 0)
    if weight == 0:
        return 1 if attachment.sort in ("criterion", "requires", "learn", "topic") else -1
    return 1 if weight > 0 else -1


def sentence_of(kind: str, bucket: str, reasons: Sequence[str]) -> str:
    """Return one sentence that explains a hit; never empty."""
    return reasons[0] if reasons else f"A finding of kind {kind} is {_BUCKETS.get(bucket, 'without a bucket')}."
