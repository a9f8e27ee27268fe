"""One sentence, one object: a foreign concept that is itself what learners produce, examine, see or are marked for.

The passage-wide evidence of `drift` needs several concepts. Here one suffices, if it is nobody else's, no comparison holds
it, and it is not about the AI system itself: AI as the tool ("use a chatbot to prepare the hazard register") excuses
nothing, AI as the object ("penetration test of the model") does.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from assay.detect.attachment import weights
from assay.detect.concepts import ConceptHit
from assay.detect.deliverable import task_spans
from assay.detect.view import DEPICTED, GRADED, PassageView, Sentence

_FRAME = re.compile(
    r"\b(?:audit\w*|learn\w*|candidates?|exam\w*|assess\w*|judg\w+|grad(?:e|es|ed|ing)|marks?|marked|evidence|findings?|"
    r"nonconformit\w+|adequate|adequacy|case|certificat\w+|criteri\w+|course|lesson|module|outcomes?|must|shall|requires?|required|"
    r"should|needs?|mandate|management system|organi[sz]ation that has|essential|missing|approve[ds]?|complete|demonstrates?|"
    r"skills?|competen\w+|understands?|mastery|shows?|explains?|question|task|exercise|key document|visit\w*|begin with|"
    r"has drafted|proposes|asks? for|you ask|matters most|outcome|counts|deliverables?|draw up|check(?:list)?|step|raw figures|"
    r"prüf\w*|lern\w*|aufgabe|doit|doivent|apprend\w*|debe\w*|aprend\w*|deve|devono|impara\w*|審査|監査|学|审核|学习)\b"
)
_EXCUSED = re.compile(
    r"\b(?:unlike|compar(?:ed?|ing|ison)|in contrast|contrast with|similar to|differs? from|different from|whereas|rather than|"
    r"instead of|as opposed to|distinct from|analogous to|confused? with|(?:does|do|did|will) not (?:cover|address|include|ask|replace|"
    r"teach|deal|belong)|(?:is|are) not (?:about|part|covered|in scope|our|the subject)|out(?:side)? of? ?(?:the )?scope|no longer|"
    r"belongs? to (?:another|a different|other)|another standard|other standards|known from|can inspire|anders als|im gegensatz|contrairement|à la différence|"
    r"a diferencia|a differenza|ao contrário)\b|与|不同于|と異なり|と違い"
)
_AI = (
    r"(?:ai|a\.i\.|artificial intelligence|ml|machine[- ]learning|models?|algorithm\w*|chatbots?|"
    r"training (?:data|runs?|jobs?)|datasets?|llms?|neural network|ki|ia)"
)
_ABOUT_AI = re.compile(
    rf"^[^.;:,]{{0,12}}\b(?:of|for|in|to|on|against|within|into|throughout)\b "
    rf"(?:(?!that |which |who |and |or |from |by |with )[\w'-]+ ){{0,4}}{_AI}\b|^[- ](?:[\w'-]+ )?{_AI}\b"
)
_AI_BEFORE = re.compile(rf"\b{_AI}(?:[- ]\w+){{0,1}}[- ]$|\b(?:ai|model|algorithmic)(?: system)?(?:'s)? $")
_TOOL = re.compile(
    r"\b(?:draft\w*|prepared|written|generated|filled in|produced|made|created|reported|maintain\w*|kept|supplied) by |"
    r"with the (?:support|help) of|using |with (?:an? |its |the )?(?:ai )?(?:tool|assistant)"
)


@dataclass(frozen=True, slots=True)
class ObjectEvidence:
    """What one sentence says for one family; `features` sum up to `score`."""

    family: str
    sentence: Sentence
    score: int
    features: tuple[tuple[str, int], ...]
    phrases: tuple[str, ...]
    task: bool


def object_evidence(view: PassageView, hits: list[ConceptHit], compared: list[tuple[int, int]]) -> list[ObjectEvidence]:
    """Return the sentences whose object passes the threshold; `hits` are concepts of foreign families only."""
    if view.whole.context.artefact in DEPICTED:
        return _depicted(view, hits)
    if not hits:
        return []
    threshold = weights()["objects"]["threshold"]
    found: list[ObjectEvidence] = []
    starts = [h.start for h in hits]
    for sentence in view.sentences():
        if not any(sentence.start <= s < sentence.end for s in starts):
            continue
        if any(start <= sentence.start < end for start, end in compared):
            continue
        by_family: dict[str, list[ConceptHit]] = defaultdict(list)
        for hit in hits:
            if sentence.start <= hit.start < sentence.end:
                by_family[hit.concept.family].append(hit)
        weighed = [_weigh(view, sentence, family, inside) for family, inside in by_family.items()]
        passing = [e for e in weighed if e.score >= threshold and not _held(view, sentence, by_family[e.family])]
        if passing:
            found.append(max(passing, key=lambda e: (e.score, e.family)))
    return found


def _depicted(view: PassageView, hits: list[ConceptHit]) -> list[ObjectEvidence]:
    """What a picture or hotspot shows: concepts and everyday words of one domain in one sentence."""
    w = weights()["objects"]
    found: list[ObjectEvidence] = []
    for sentence in view.sentences():
        weighed: list[ObjectEvidence] = []
        by_family = view.whole.terms(sentence.start, sentence.end, everyday=True)
        for family in dict.fromkeys([*by_family, *(h.concept.family for h in hits)]):
            inside = [h for h in hits if h.concept.family == family and sentence.start <= h.start < sentence.end]
            terms = by_family.get(family, {})
            if not inside and len(terms) < 2:
                continue
            seen = _weigh(view, sentence, family, inside)
            new = [t for t in terms if not any(view.low.startswith(t, h.start) for h in inside)]
            more = w["topic"] * min(3, len(new))
            features = (*seen.features, ("topics", more)) if more > 0 else seen.features
            phrases = (*seen.phrases, *new)
            weighed.append(ObjectEvidence(family, sentence, seen.score + more, features, phrases, seen.task))
        passing = [e for e in weighed if e.score >= w["threshold"]]
        if passing:
            found.append(max(passing, key=lambda e: (e.score, e.family)))
    return found


def _weigh(view: PassageView, sentence: Sentence, family: str, inside: list[ConceptHit]) -> ObjectEvidence:
    w = weights()["objects"]
    low = view.low
    strong = dict.fromkeys(h.concept.phrase for h in inside if h.concept.strength == 3)
    typical = dict.fromkeys(h.concept.phrase for h in inside if h.concept.strength == 2)
    features: dict[str, int] = {}
    if strong:
        features["strong"] = w["strong"] + w["further"] * min(3, len(strong) - 1)
    features["typical"] = w["typical"] * min(3, len(typical))
    task = _is_task(view, sentence, inside)
    line = low[sentence.start : sentence.end]
    if view.whole.context.artefact in DEPICTED:
        features["depicted"] = w["depicted"]
    if task:
        features["task"] = w["task"]
    elif "depicted" not in features and _FRAME.search(line):
        features["frame"] = w["frame"]
    if view.whole.is_ai and any(_about_ai(low, sentence, h) for h in inside if h.concept.strength > 1):
        features["ai_object"] = w["ai_object"]
    if any(view.whole.relation_of(m) == "own" and sentence.start <= m.start < sentence.end for m in view.mentions):
        features["own_mention"] = w["own_mention"]
    if view.disowned():
        features["disowned"] = w["disowned"]
    relation = view.whole.relation(family)
    if relation in ("adjacent", "kin"):
        features[relation] = w[relation]
    if view.whole.context.artefact in GRADED:
        features["graded_artefact"] = w["graded_artefact"]
    kept = tuple((k, v) for k, v in features.items() if v)
    return ObjectEvidence(family, sentence, sum(features.values()), kept, (*strong, *typical), task)


def _is_task(view: PassageView, sentence: Sentence, inside: list[ConceptHit]) -> bool:
    line = view.low[sentence.start : sentence.end]
    spans = task_spans(line, view.whole.rules)
    if any(a <= h.start - sentence.start < b for a, b in spans for h in inside if h.concept.strength > 1):
        return True
    if sentence.lead is None:
        return False
    return bool(task_spans(view.low[sentence.lead[0] : sentence.lead[1]], view.whole.rules))


def _about_ai(low: str, sentence: Sentence, hit: ConceptHit) -> bool:
    """Whether the concept is about an AI system: "… of the model", "AI …", not "… drafted by a model"."""
    after = low[hit.end : min(sentence.end, hit.end + 70)]
    match = _ABOUT_AI.match(after)
    if match and not _TOOL.search(after[: match.end()]):
        return True
    return bool(_AI_BEFORE.search(low[max(sentence.start, hit.start - 24) : hit.start]))


def _held(view: PassageView, sentence: Sentence, inside: list[ConceptHit]) -> bool:
    """Whether every concept stands right behind the head of a comparison or of an exclusion."""
    spans = [h for h in inside if h.concept.strength > 1]
    return bool(spans) and all(
        _EXCUSED.search(view.low, max(sentence.start, h.start - 70), min(sentence.end, h.end + 45)) for h in spans
    )


def excused(view: PassageView) -> list[ConceptHit]:
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
            if sentence.start <= hit.start < sentence.end and _held(view, sentence, [hit]):
                found.append(hit)
    return found
