"""The detector `standard-mention`: each named foreign family, put into bucket A, B or C by what it is attached to."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assay.detect.attachment import (
    FOREIGN,
    KIN,
    OWN,
    TARGET,
    Attachment,
    attachments,
    masked,
    weights,
)
from assay.detect.explain import confidence_of, say_features
from assay.detect.hits import Bucket, Hit
from assay.detect.lexicon import lexicon
from assay.detect.mentions import Mention
from assay.detect.segment import states
from assay.detect.view import GRADED, PassageView, Sentence

_BETWEEN = re.compile(
    r"^(?:\s*\([^()]{0,60}\))?[\s,;/&+*_'\"–-]*(?:(?:and|or|und|oder|sowie|et|ou|y|e|o|u|ed)\b)?[\s,/&+*_'\"(-]*(?:the |der |die |das |la |le |el |il )?$|^[\s、,，及和与や・と或]{0,3}$"
)
_JSON = re.compile(r"\"\s*:\s*[\"\[{]|[\"\]]\s*,\s*\"")
_REFUTED = re.compile(
    r"(?:why|explain|correct|what)[^.?!]{0,50}(?:mistaken|wrong|incorrect|error|misunder)|\bfalse\b|\b(?:he|she|they|this|that) (?:is|are) (?:mistaken|wrong)"
)
_FOR_AI = re.compile(
    r" (?:for|of|covering) (?:the |an? |its |your )?(?:high-risk )?(?:ai|machine[- ]learning|models?|algorithms?)\b"
)
_NO = re.compile(r"\W*(?:no|nein|non|não|nicht|nee|いいえ|不)\b")
_ASKED = re.compile(r"^\W*(?:\d+[.)]\s*)?(?:which|what|who|welche|lequel|laquelle|quel|qué|cuál|quale|qual)\b[^?]*\?")
_MANDATED = re.compile(
    r"\b(?:must|shall|required to|have to|has to|need to|needs to|will be examined|obliged to|will be graded|is graded|your mark)\b"
)
_RULED = re.compile(r"\b(?:must|shall|requires?|comply|conform\w*|against|should|audit(?:ed)? to)\b")
_OURS = re.compile(
    r"\b(?:our standard|the programme's standard|the standard of (?:this|our|the) (?:course|programme))\b"
)
_FILE = re.compile(
    r"[\w./-]*\.(?:xlsx?|docx?|pptx?|pdf|md|html?|csv|zip|json|png|jpg|svg)\b|https?://\S+|www\.\S+|\b\w+(?:_\w+)+|`[^`]*`"
)
_LINK = re.compile(r"\[[^\]]*\]\([^)]*\)")
_MARKER = re.compile(
    r"^[\s\-*+•–✓✅|>#{\[]*(?:\d{1,2}[.)]\s+|\(?[a-h][).]\s+|\"?[\w -]{1,24}\"\s*:\s*\[?\s*\"?|(?:label|alt|prompt|title|stem|note|task|feedback): \"?)?[*_]*"
)
_QUOTED = re.compile(r"\"[^\"]{0,160}$")
_SHELF = re.compile(
    r"\b(?:further reading|references?|bibliograph\w*|reading list|see also|(?:other|related|next|upcoming|available|more) (?:courses?|"
    r"modules?|programmes?|titles|trainings?|certificates)|course catalogue|catalogue|library|document register|document list|"
    r"sources|literature|appendix|downloads?|resources|file list|certificates? held|tags|keywords|literatur|quellen|weitere kurse|"
    r"bibliographie|références|otros cursos|bibliografía|bibliografia|altri corsi|参考文献|推荐阅读|関連コース)\b[^.!?]{0,60}:?\W*$"
)
_SHELF_START = re.compile(
    r"^\W*(?:see(?: also)?|tags?|keywords|labels?|also cited|cited|permitted|not permitted|templates?|copied|version history|item_id|id|references?|further reading|bibliography|document register|next intake|"
    r"course code|source|sources|ref\.?|reading|read also|certificate|file|title|image|filename|related|vgl\.|siehe|voir|véase|vedi|ver)\b"
    r"[^.!?]{0,40}(?:[:;\[(,\uE003]|$)"
)
_CREDENTIAL = re.compile(
    r"^[ -](?:certified )?(?:lead auditor|lead implementer|internal auditor|foundation|practitioner|auditor|awareness|transition)s?\b"
    r"(?=\W*(?:$|[,;.)\"|–-]|certificat|course|training|\(|and\b))",
)
_CREDENTIAL_BEFORE = re.compile(
    r"(?:,|:|;|\bholds?(?: an?| the)?|\bqualified|certificates?|credentials?|profile|bio)\W{0,4}(?:an? |the )?$"
)
_QUOTED_TITLE = re.compile(r"[\"“„«][^\"”“»]{0,4}$")
STRUCTURAL = frozenset({"heading", "title", "meta"})
HARD = frozenset({"criterion", "criterion_strong"})
GOVERNING = frozenset({"criterion", "requires", "learn"})
DEPICTED = frozenset({"cover-image", "smart-hotspots"})


@dataclass(frozen=True, slots=True)
class Reading:
    """A judged group of mentions: its sentence, what it is attached to, and whether it stands in a title or file name."""

    sentence: Sentence
    mentions: tuple[Mention, ...]
    own: bool
    said: tuple[Attachment, ...]
    masked: str
    bare: str
    structural: str


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
    marked = sorted([*outside, (start, end, TARGET)])
    line = _MARKER.sub("", masked(low, sentence.start, sentence.end, marked), count=1)
    bare = line
    if sentence.lead is not None:
        lead_marks = [(m.start, m.end, _mark(view, m)) for m in view.mentions]
        lead_start, lead_end = sentence.lead
        line = masked(low, lead_start, lead_end, [k for k in lead_marks if lead_start <= k[0] < lead_end]) + " " + line
    own = any(view.whole.relation_of(m) == "own" for m in group)
    said = tuple(attachments(line, view.whole.rules))
    return Reading(sentence, targets, own, said, line, bare, _structural(view, sentence, start, end, said))


def _structural(view: PassageView, sentence: Sentence, start: int, end: int, said: tuple[Attachment, ...]) -> str:
    """Return why the group is part of a title, link or file name, "" where it is running text."""
    kind = sentence.block.kind
    hard = any(a.weight in HARD for a in said)
    depicted = view.whole.context.artefact in DEPICTED and any(a.sort in GOVERNING for a in said)
    if depicted:
        return ""
    if kind == "heading" or (kind == "meta" and not hard):
        return "stands in a heading or label"
    if kind == "title" and not hard:
        return "stands in a title"
    if shelved := _shelved(view, sentence, start, end, hard):
        return shelved
    if not any(a.sort == "criterion" for a in said) and _verbless(view, sentence):
        return "stands in a label without a statement"
    for pattern, why in ((_FILE, "is part of a file name or address"), (_LINK, "is part of a link")):
        for match in pattern.finditer(view.whole.text, sentence.start, sentence.end):
            if match.start() <= start and end <= match.end():
                return why
    return ""


def _verbless(view: PassageView, sentence: Sentence) -> bool:
    """Whether the sentence states nothing: no verb, no instruction, not a table row or an item of a sentence's list."""
    if sentence.block.kind in ("row", "option") or sentence.lead is not None or view.whole.language in ("ja", "zh"):
        return False
    line = view.low[sentence.start : sentence.end]
    if view.whole.context.artefact in DEPICTED:
        return False
    if line.rstrip("*_ ").endswith((".", "。")) and len(line.split()) > 7 and not re.search(r"[:;#/]", line):
        return False
    return not states(line) and not any(r.imperative.search(_MARKER.sub("", line, count=1)) for r in view.whole.rules)


def _shelved(view: PassageView, sentence: Sentence, start: int, end: int, hard: bool) -> str:
    """Return why the group only labels a document, course or certificate, "" otherwise."""
    low = view.low
    if sentence.lead is not None and _SHELF.search(low[sentence.lead[0] : sentence.lead[1]]):
        return "stands in a list of documents or courses"
    if sentence.block.kind in ("bullet", "row") and view.passage.blocks:
        above = [b for b in (*view.passage.headings, *view.passage.blocks) if b.start < sentence.start]
        titled = [b for b in above if b.kind in ("heading", "title", "meta")]
        if titled and _SHELF.search(low[titled[-1].start : titled[-1].end].rstrip("*_ ")):
            return "stands in a list of documents or courses"
    before, after = low[sentence.start : start], low[end : sentence.end]
    if (
        _SHELF_START.search(before + TARGET)
        and (len(before) < 60 or before.startswith("document"))
        and not _RULED.search(before + after)
    ):
        return "is a reference"
    if _CREDENTIAL.match(after) and _CREDENTIAL_BEFORE.search(before):
        return "is part of a qualification's name"
    if (
        not hard
        and _QUOTED_TITLE.search(before)
        and re.match(r"[^\"”.!?]{0,40}[\"”»“]", after)
        and not _RULED.search(before + after)
    ):
        return "is part of a quoted title"
    return ""


def explicit_hits(view: PassageView, found: list[Reading]) -> list[Hit]:
    """Return one hit per mention of a foreign family, in order of place."""
    hits: list[Hit] = []
    declared = declared_families(view, found)
    for reading in found:
        for mention in reading.mentions:
            hits.append(_hit(view, reading, mention, found, declared))
    return hits


def declared_families(view: PassageView, found: list[Reading]) -> dict[str, str]:
    """Families that the passage declares to compare with the own standard: "heading" or "sentence"."""
    declared: dict[str, str] = {}
    for heading in view.headings():
        if any(rules.compare_heading.search(heading) for rules in view.whole.rules):
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
    view: PassageView, reading: Reading, mention: Mention, found: list[Reading], declared: dict[str, str]
) -> dict[str, int]:
    """Return the named weights that decide between governing and comparative."""
    w = weights()["mention"]
    f: dict[str, int] = {}
    hard = _attached(reading, w, f)
    law = lexicon().families[mention.family].law if mention.family in lexicon().families else False
    kin = view.whole.relation(mention.family) == "kin"
    tasked = any(r.imperative.search(reading.bare) for r in view.whole.rules)
    _own_features(
        view,
        reading,
        0 if kin and OWN in reading.masked else 2 if hard and (not law or tasked) else 1 if hard else 0,
        w,
        f,
    )
    if _refuted(view, reading):
        f["refuted"] = w["refuted"]
    elif view.disowned():
        f["disowned"] = w["disowned"]
    if declared.get(mention.family) == "heading":
        f["declared_comparison"] = w["declared_comparison"]
    elif declared.get(mention.family) == "sentence" and not any(s.sort == "comparative" for s in reading.said):
        f["declared_comparison"] = w["declared_comparison"] // 2
    if tasked:
        f["imperative"] = w["imperative"]
    if _MANDATED.search(reading.masked):
        f["mandated"] = w["mandated"]
    concepts = {
        h.concept.phrase for h in view.concepts if h.concept.family == mention.family and h.concept.strength > 1
    }
    if concepts:
        f["concepts"] = w["concepts"] * min(4, len(concepts))
    if "own_absent" in f and not any(w.get(k, 0) < -200 for k in f):
        f["alone"] = w["alone_system"] if mention.sort in ("system", "acronym") else w["alone"] if concepts else 0
    if view.whole.context.artefact in DEPICTED and f.keys() & HARD:
        f["depicted"] = w["depicted"]
    if view.whole.context.artefact in GRADED:
        f["graded_artefact"] = w["graded_artefact"]
    relation = view.whole.relation(mention.family)
    if relation in ("adjacent", "kin"):
        f[relation] = w[relation]
    if law:
        f["law"] = w["law"]
    if mention.sort in ("system", "acronym"):
        f["system_name"] = w["system_name"]
        if view.whole.is_ai and _FOR_AI.match(view.low, mention.end):
            f["for_ai"] = w["for_ai"]
    others = sum(m.family == mention.family for r in found for m in r.mentions) - 1
    if others:
        f["repeated"] = w["repeated"] * min(3, others)
    if len({m.family for m in reading.mentions}) >= 3:
        f["enumeration"] = w["enumeration"]
    if reading.sentence.block.kind == "option" and not hard and "requires" not in f:
        f["option"] = w["option"]
    if not hard and not _JSON.search(reading.masked) and _QUOTED.search(reading.masked[: reading.masked.index(TARGET)]):
        f["quoted"] = w["quoted"]
    return f


def _refuted(view: PassageView, reading: Reading) -> bool:
    """Whether the next sentence of the same block calls the statement a mistake."""
    end = reading.sentence.end
    after = view.low[end : min(reading.sentence.block.end, end + 90)]
    asked = view.low[reading.sentence.start : end].rstrip("*_ ").endswith("?")
    return bool(_REFUTED.search(after)) or (asked and _NO.match(after) is not None)


def _attached(reading: Reading, w: dict[str, int], f: dict[str, int]) -> bool:
    """Add the attachment features; return whether a hard criterion is among them."""
    hard = False
    best: tuple[str, int] | None = None
    for said in reading.said:
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


def _own_features(view: PassageView, reading: Reading, hard: int, w: dict[str, int], f: dict[str, int]) -> None:
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


def _hit(view: PassageView, reading: Reading, mention: Mention, found: list[Reading], declared: dict[str, str]) -> Hit:
    w = weights()
    features = features_of(view, reading, mention, found, declared)
    score = sum(features.values())
    chance = confidence_of(score - w["mention"]["threshold"], w["slope"])
    bucket: Bucket
    if reading.structural:
        bucket, confidence = "B", 900
    elif score >= w["mention"]["threshold"] and view.whole.relation(mention.family) != "set":
        bucket, confidence = "A", chance
    else:
        bucket, confidence = "C", max(500, 1000 - chance)
    reasons = say_features(view.whole, mention, reading.said, features, reading.structural, bucket)
    return Hit(
        "explicit", bucket, mention.family, mention.start, mention.end, view.whole.text[mention.start : mention.end],
        confidence, reasons, tuple(features.items()), bucket == "A",
        bucket == "A" and confidence >= w["mention"]["blocking"],
    )  # fmt: skip
