"""The detector `standard-mention`: each named foreign family, put into bucket A, B or C by what it is attached to."""

from __future__ import annotations

import re

from assay.detect.attachment import FOREIGN, KIN, MARKER, OWN, TARGET, attachments, masked, weights
from assay.detect.explain import say_features, say_signals
from assay.detect.hits import DOUBT, Bucket, Hit
from assay.detect.mentions import Mention
from assay.detect.model import model
from assay.detect.signals import mention_signals
from assay.detect.structure import structural
from assay.detect.view import PassageView, Sentence
from assay.detect.weighing import Reading, declared_families, features_of

_BETWEEN = re.compile(
    r"^(?:\s*\([^()]{0,60}\))?[\s,;/&+*_'\"–-]*(?:(?:and|or|und|oder|sowie|et|ou|y|e|o|u|ed)\b)?[\s,/&+*_'\"(-]*"
    r"(?:the |der |die |das |la |le |el |il )?$|^[\s、,，及和与や・と或]{0,3}$"
)
_OURS = re.compile(
    r"\b(?:our standard|the programme's standard|the standard of (?:this|our|the) (?:course|programme))\b"
)


def readings(view: PassageView) -> list[Reading]:
    """Return the groups of mentions of foreign families in the passage with what they are attached to."""
    judged = [m for m in view.mentions if view.whole.relation_of(m) not in ("own", "companion")]
    if not judged:
        return []
    found: list[Reading] = []
    for sentence in view.sentences():
        inside = [m for m in view.mentions if sentence.start <= m.start < sentence.end]
        if not any(m in judged for m in inside):
            continue
        marks = [(m.start, m.end, _mark(view, m)) for m in inside]
        marks += [(m.start(), m.end(), OWN) for m in _OURS.finditer(view.low, sentence.start, sentence.end)]
        for group in _groups(view.low, inside):
            targets = tuple(m for m in group if m in judged)
            if targets:
                found.append(_reading(view, sentence, group, targets, marks))
    return found


def _mark(view: PassageView, mention: Mention) -> str:
    relation = view.whole.relation_of(mention)
    return OWN if relation == "own" else KIN if relation in ("companion", "set") else FOREIGN


def _groups(low: str, inside: list[Mention]) -> list[list[Mention]]:
    groups: list[list[Mention]] = []
    for mention in inside:
        if groups and _BETWEEN.match(low[groups[-1][-1].end : mention.start]):
            groups[-1].append(mention)
        else:
            groups.append([mention])
    return groups


def _reading(
    view: PassageView, sentence: Sentence, group: list[Mention], targets: tuple[Mention, ...],
    marks: list[tuple[int, int, str]],
) -> Reading:  # fmt: skip
    low = view.low
    start, end = group[0].start, group[-1].end
    outside = [mark for mark in marks if mark[1] <= start or mark[0] >= end]
    marked = sorted([*outside, (start, min(end, sentence.end), TARGET)])  # "ISO. 14001" ends in the next sentence
    line = MARKER.sub("", masked(low, sentence.start, sentence.end, marked), count=1)
    bare = line
    if sentence.lead is not None:
        lead_marks = [(m.start, m.end, _mark(view, m)) for m in view.mentions]
        lead_start, lead_end = sentence.lead
        line = masked(low, lead_start, lead_end, [k for k in lead_marks if lead_start <= k[0] < lead_end]) + " " + line
    own = any(view.whole.relation_of(m) == "own" for m in group)
    said = tuple(attachments(line, view.whole.rules))
    return Reading(sentence, targets, own, said, line, bare, structural(view, sentence, start, end, said))


def explicit_hits(view: PassageView, found: list[Reading], *, review: bool = False) -> list[Hit]:
    """Return one hit per mention of a foreign family, in order of place.

    With `review`, mentions that may govern are held for a person's reading (`Hit.in_doubt`) instead of being called
    context or structure.
    """
    hits: list[Hit] = []
    if not found:
        return hits
    declared = declared_families(view, found)
    for reading in found:
        for mention in reading.mentions:
            hits.append(_hit(view, reading, mention, found, declared, review))
    return hits


def _hit(
    view: PassageView, reading: Reading, mention: Mention, found: list[Reading], declared: dict[str, str], review: bool
) -> Hit:
    features, ruled = ruled_bucket(view, reading, mention, found, declared)
    signals = mention_signals(view, reading, mention, features, ruled)
    governs, structure = model("governs"), model("structure")
    score = governs.score(signals)
    limit = governs.accept + (governs.extra if len(view.whole.passages) > 1 else 0)
    bucket: Bucket
    plain = "rule=criterion_strong alone free" in signals and ruled == "A"
    sure = score >= limit or plain if view.whole.language == "en" else ruled == "A"
    judged = view.whole.relation(mention.family) != "set"
    held = review and not sure and judged and score >= weights()["review"]["mention"]
    held = held and view.whole.language == "en" and not view.compares()
    if held or (sure and judged):
        bucket, confidence = "A", governs.confidence(score)
        used, strongest = governs, governs.strongest(signals, sign=1, count=8)
    elif structure.score(signals) >= structure.accept if view.whole.language == "en" else ruled == "B":
        bucket, confidence = "B", structure.confidence(structure.score(signals))
        used, strongest = structure, structure.strongest(signals, sign=1, count=8)
    else:
        bucket, confidence = "C", 1000 - governs.confidence(score)
        used, strongest = governs, governs.strongest(signals, sign=-1, count=8)
    structural_reason = reading.structural if bucket == "B" else ""
    reasons = say_features(view.whole, mention, reading.said, features, structural_reason, bucket)
    said = say_signals(strongest)
    reasons = (*reasons, f"What decided: {said}.") if said else reasons
    return Hit(
        "explicit", bucket, mention.family, mention.start, mention.end, view.whole.text[mention.start : mention.end],
        confidence, (*reasons, *((DOUBT,) if held else ())), (("base", used.bias), *strongest), bucket == "A" and not held,
        bucket == "A" and not held and score >= governs.block,
    )  # fmt: skip


def ruled_bucket(
    view: PassageView, reading: Reading, mention: Mention, found: list[Reading], declared: dict[str, str]
) -> tuple[dict[str, int], Bucket]:
    """Return what the rules alone say of a mention: named weights and bucket; signals for the trained models."""
    threshold = weights()["mention"]["threshold"]
    features = features_of(view, reading, mention, found, declared)
    if reading.structural:
        return features, "B"
    governing = sum(features.values()) >= threshold and view.whole.relation(mention.family) != "set"
    return features, "A" if governing else "C"
