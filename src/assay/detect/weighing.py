"""The features of a mention: what it is attached to, whose company it keeps, and what the passage says about it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assay.detect.attachment import OWN, TARGET, Attachment, weights
from assay.detect.lexicon import lexicon
from assay.detect.mentions import Mention
from assay.detect.structure import HARD
from assay.detect.view import DEPICTED, GRADED, PassageView, Sentence

_JSON = re.compile(r"\"\s*:\s*[\"\[{]|[\"\]]\s*,\s*\"")
_REFUTED = re.compile(
    r"(?:why|explain|correct|what)[^.?!]{0,50}(?:mistaken|wrong|incorrect|error|misunder)|\bfalse\b|"
    r"\b(?:he|she|they|this|that) (?:is|are) (?:mistaken|wrong)"
)
_FOR_AI = re.compile(
    r" (?:for|of|covering) (?:the |an? |its |your )?(?:high-risk )?(?:ai|machine[- ]learning|models?|algorithms?)\b"
)
_NO = re.compile(r"\W*(?:no|nein|non|não|nicht|nee|いいえ|不)\b")
_ASKED = re.compile(r"^\W*(?:\d+[.)]\s*)?(?:which|what|who|welche|lequel|laquelle|quel|qué|cuál|quale|qual)\b[^?]*\?")
_MANDATED = re.compile(
    r"\b(?:must|shall|required to|have to|has to|need to|needs to|will be examined|obliged to|will be graded|is graded|your mark)\b"
)
_QUOTED = re.compile(r"\"[^\"]{0,160}$")


@dataclass(frozen=True, slots=True)
class Reading:
    """A judged group of mentions: its sentence, what it is attached to, and why it is structure, if it is.

    `masked` is the sentence with mentions masked and the sentence leading into its list; `bare` is without that lead.
    """

    sentence: Sentence
    mentions: tuple[Mention, ...]
    own: bool
    said: tuple[Attachment, ...]
    masked: str
    bare: str
    structural: str


def declared_families(view: PassageView, found: Sequence[Reading]) -> dict[str, str]:
    """Families that the passage declares to compare with the own standard: "heading" or "sentence"."""
    declared: dict[str, str] = {}
    if not found:
        return declared
    for heading in view.headings():
        if any(rules.compares(heading) for rules in view.whole.rules):
            for reading in found:
                for mention in reading.mentions:
                    declared[mention.family] = "heading"
    if view.own_mentions() or view.own_concepts() >= 2:
        for reading in found:
            if reading.own or any(a.sort == "comparative" for a in reading.said):
                for mention in reading.mentions:
                    declared.setdefault(mention.family, "sentence")
    return declared


def features_of(
    view: PassageView, reading: Reading, mention: Mention, found: Sequence[Reading], declared: Mapping[str, str]
) -> dict[str, int]:
    """Return the named weights (hundredths) whose sum decides between governing and comparative."""
    w = weights()["mention"]
    f: dict[str, int] = {}
    alone = not (view.own_mentions() or view.own_words() or view.own_concepts())
    hard = _attached(reading, alone, w, f)
    facts = lexicon().families.get(mention.family)
    law = facts is not None and facts.law
    tasked = any(r.instructs(reading.bare) for r in view.whole.rules)
    firmness = 2 if hard and (not law or tasked) else 1 if hard else 0
    if view.whole.relation(mention.family) == "kin" and OWN in reading.masked:
        firmness = 0
    _own_features(view, reading, firmness, w, f)
    _excusing_features(view, reading, declared.get(mention.family, ""), w, f)
    concepts = {
        h.concept.phrase for h in view.concepts if h.concept.family == mention.family and h.concept.strength > 1
    }
    if "own_absent" in f and not any(w.get(k, 0) < -200 for k in f):
        f["alone"] = w["alone_system"] if mention.sort in ("system", "acronym") else w["alone"] if concepts else 0
    if concepts:
        f["concepts"] = w["concepts"] * min(4, len(concepts))
    _sentence_features(view, reading, tasked, w, f)
    _family_features(view, mention, law, w, f)
    others = sum(m.family == mention.family for r in found for m in r.mentions) - 1
    if others:
        f["repeated"] = w["repeated"] * min(3, others)
    if reading.sentence.block.kind == "option" and not hard and "requires" not in f:
        f["option"] = w["option"]
    before = reading.masked[: reading.masked.index(TARGET)]
    if not hard and not _JSON.search(reading.masked) and _QUOTED.search(before):
        f["quoted"] = w["quoted"]
    return f


def _excusing_features(
    view: PassageView, reading: Reading, declared: str, w: Mapping[str, int], f: dict[str, int]
) -> None:
    if _refuted(view, reading):
        f["refuted"] = w["refuted"]
    elif view.disowned():
        f["disowned"] = w["disowned"]
    if declared == "heading":
        f["declared_comparison"] = w["declared_comparison"]
    elif declared == "sentence" and not any(a.sort == "comparative" for a in reading.said):
        f["declared_comparison"] = w["declared_comparison"] // 2
    if len({m.family for m in reading.mentions}) >= 3:
        f["enumeration"] = w["enumeration"]


def _sentence_features(
    view: PassageView, reading: Reading, tasked: bool, w: Mapping[str, int], f: dict[str, int]
) -> None:
    if tasked:
        f["imperative"] = w["imperative"]
    if _MANDATED.search(reading.masked):
        f["mandated"] = w["mandated"]
    if view.whole.context.artefact in DEPICTED and f.keys() & (HARD | {"learn", "requires"}):
        f["depicted"] = w["depicted"]
    if view.whole.context.artefact in GRADED:
        f["graded_artefact"] = w["graded_artefact"]


def _family_features(view: PassageView, mention: Mention, law: bool, w: Mapping[str, int], f: dict[str, int]) -> None:
    relation = view.whole.relation(mention.family)
    if relation in ("adjacent", "kin"):
        f[relation] = w[relation]
    if law:
        f["law"] = w["law"]
    if mention.sort in ("system", "acronym"):
        f["system_name"] = w["system_name"]
        if view.whole.is_ai and _FOR_AI.match(view.low, mention.end):
            f["for_ai"] = w["for_ai"]


def _refuted(view: PassageView, reading: Reading) -> bool:
    """Whether the next sentence of the same block calls the statement a mistake."""
    end = reading.sentence.end
    after = view.low[end : min(reading.sentence.block.end, end + 90)]
    asked = view.low[reading.sentence.start : end].rstrip("*_ ").endswith("?")
    return bool(_REFUTED.search(after)) or (asked and _NO.match(after) is not None)


def _attached(reading: Reading, alone: bool, w: Mapping[str, int], f: dict[str, int]) -> bool:
    """Add the attachment features; return whether a hard criterion is among them."""
    hard = False
    best: tuple[str, int] | None = None
    for said in reading.said:
        if said.pair and alone and len(reading.mentions) == 1:
            continue
        sort = said.weight
        weight = w[sort]
        if weight < 0:
            f[sort] = weight
        elif best is None or weight > best[1]:
            best = (sort, weight)
        hard = hard or sort in HARD
    if best is not None:
        f[best[0]] = best[1]
    negative = [
        key for key in ("comparative", "comparative_clause", "negated", "example", "listing", "background") if key in f
    ]
    for key in sorted(negative, key=lambda k: f[k])[1:]:
        f[key] //= 3
    return hard


def _own_features(view: PassageView, reading: Reading, hard: int, w: Mapping[str, int], f: dict[str, int]) -> None:
    if reading.own:
        f["own_in_group"] = w["own_in_group"]
    elif OWN in reading.masked and not hard:
        f["own_in_sentence"] = w["own_in_sentence"]
    marks = min(3, view.own_mentions() + (view.own_concepts() + 1) // 2 + (1 if view.own_words() else 0))
    if marks:
        share = 0 if hard == 2 else 1 if hard else 2 if {"requires", "learn"} & f.keys() else 4
        f["own_nearby"] = w["own_nearby"] * marks * share // 4
    elif not view.own_words():
        f["own_absent"] = w["own_absent"]
