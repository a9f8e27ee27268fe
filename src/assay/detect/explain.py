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


_SIGNALS = {
    "left": "“{0}” stands before it", "right": "“{0}” follows it", "l1": "“{0}” stands right before it",
    "l2": "“{0}” stands right before it", "r1": "“{0}” follows at once", "r2": "“{0}” follows at once",
    "near-left": "“{0}” stands near, before it", "near-right": "“{0}” follows near it",
    "class-left": "words of the class “{0}” govern it", "class-right": "words of the class “{0}” follow it",
    "left-class": "words of the class “{0}” govern it", "right-class": "words of the class “{0}” follow it",
    "first": "the sentence begins with “{0}”", "first-class": "the sentence begins with a word of the class “{0}”",
    "pair": "“{0}” stand together", "to-left": "words of the class “{0}” govern the foreign subject",
    "to-right": "words of the class “{0}” follow the foreign subject", "no-own": "nothing of the own subject is there",
    "nothing-own": "nothing in the passage is of the own subject", "sure": "several words of the other discipline",
    "strong": "concepts that only the other family has", "mass>": "much of it speaks of the other discipline",
    "share>": "a large share of the words is the other discipline's", "margin>": "more of the other subject than of the own",
    "instruction": "the sentence is an instruction", "question": "it is a question", "company": "it tells of an organization",
    "heading-compares": "a heading declares a comparison", "own-in-clause": "the own standard stands in the same clause",
    "word": "the word “{0}”", "around": "“{0}” stands around it",
}  # fmt: skip


def say_signals(strongest: Sequence[tuple[str, int]], *, most: int = 3) -> str:
    """Return up to `most` of the strongest signals in words, "" where none can be said."""
    said: dict[str, None] = {}
    for signal, _ in strongest:
        name, _, value = signal.partition("=")
        sentence = _SIGNALS.get(name) or _SIGNALS.get(signal)
        if sentence is not None and not ("{0}" in sentence and not value.strip("^$ ")):
            said.setdefault(sentence.format(value.replace("<this>", "it")))
    return "; ".join(list(said)[:most])


def sentence_of(kind: str, bucket: str, reasons: Sequence[str]) -> str:
    """Return one sentence that explains a hit; never empty."""
    return reasons[0] if reasons else f"A finding of kind {kind} is {_BUCKETS.get(bucket, 'without a bucket')}."
