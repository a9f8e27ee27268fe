"""The detector `concept-drift`: a passage that speaks another family's language without, or despite, the own standard.

Evidence is the distinct concepts of one family in one passage; concepts inside comparisons count little. Words of the
own subject weaken weak evidence, never strong evidence: an environmental task dressed with AI words stays one.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from assay.detect.attachment import weights
from assay.detect.concepts import ConceptHit, ai_words, ownership
from assay.detect.deliverable import task_spans
from assay.detect.explain import confidence_of, family_name
from assay.detect.hits import Hit
from assay.detect.lexicon import lexicon
from assay.detect.objects import object_evidence
from assay.detect.view import GRADED, PassageView, Sentence
from assay.detect.weighing import Reading, declared_families

_COMPARED = frozenset({"comparative", "comparative_clause", "negated"})


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for one family in one passage. `features` sum up to the score; `anchor` is the heaviest sentence."""

    family: str
    score: int
    features: tuple[tuple[str, int], ...]
    phrases: tuple[str, ...]
    anchor: tuple[int, int]
    objects: tuple[str, ...]
    compared: bool


def evidence(view: PassageView, found: list[Reading]) -> list[Evidence]:
    """Return the evidence per foreign family, heaviest first; families with nothing strong or typical are left out."""
    by_family: dict[str, list[ConceptHit]] = defaultdict(list)
    for hit in view.concepts:
        if hit.concept.family not in view.whole.own_families and _foreign(view, hit.concept.family):
            by_family[hit.concept.family].append(hit)
    worth = {f: hits for f, hits in by_family.items() if _worth(hits)}
    if not worth:
        return []
    own_phrases = {(h.start, h.end) for h in view.concepts if h.concept.family in view.whole.own_families}
    compared = [(r.sentence.start, r.sentence.end) for r in found if r.own or any(a.sort in _COMPARED for a in r.said)]
    declared = declared_families(view, found)
    result = [_weigh(view, f, hits, compared, declared, own_phrases) for f, hits in worth.items()]
    return sorted(result, key=lambda e: (-e.score, e.family))


def _foreign(view: PassageView, family: str) -> bool:
    if family in lexicon().relations["own_systems"].get(view.whole.standard, ()):
        return False
    return view.whole.relation(family) in ("foreign", "adjacent", "kin")


def _worth(hits: list[ConceptHit]) -> bool:
    return sum({3: 2, 2: 1, 1: 0}[s] for _, s in {(h.concept.phrase, h.concept.strength) for h in hits}) >= 2


def _weigh(
    view: PassageView, family: str, hits: list[ConceptHit], compared: list[tuple[int, int]], declared: dict[str, str],
    own_phrases: set[tuple[int, int]],
) -> Evidence:  # fmt: skip
    w = weights()["concepts"]
    value = {3: w["strong"], 2: w["typical"], 1: w["weak"]}
    best: dict[str, int] = {}
    strength: dict[str, int] = {}
    outside = 0
    for hit in hits:
        worth = value[hit.concept.strength]
        if (hit.start, hit.end) in own_phrases:
            worth = min(worth, w["weak"])
        if any(start <= hit.start < end for start, end in compared):
            worth = worth * w["discount_comparative"] // 100
        else:
            outside += 1
        if worth > best.get(hit.concept.phrase, 0):
            best[hit.concept.phrase] = worth
            strength[hit.concept.phrase] = hit.concept.strength
    share = w["discount_declared"] if declared.get(family) and outside else 100
    strong = sum(v for p, v in best.items() if strength[p] == 3) * share // 100
    other = sum(v for p, v in best.items() if strength[p] < 3) * share // 100
    features = {"strong": strong, "typical": other}
    anchor, objects, density = _places(view, hits)
    if density > 1:
        features["density"] = w["density"] * min(4, density - 1) * share // 100
    object_strength = [h.concept.strength for h in hits if h.concept.phrase in objects]
    if objects and best and share == 100:
        features["object"] = w["object"] if 3 in object_strength else w["object_typical"] if 2 in object_strength else 0
    _own_side(view, features, w, other, 100 if features.get("object") == w["object"] else 260)
    if view.whole.context.artefact in GRADED:
        features["graded_artefact"] = w["graded_artefact"]
    if view.disowned():
        features["disowned"] = w["disowned"]
    relation = view.whole.relation(family)
    if relation in ("adjacent", "kin"):
        features[relation] = w[relation] // 3 if "no_own" in features else w[relation]
    phrases = tuple(sorted(best, key=lambda p: (-best[p], p)))
    kept = tuple((k, v) for k, v in features.items() if v)
    return Evidence(family, sum(features.values()), kept, phrases, anchor, objects, bool(declared.get(family)))


def _own_side(view: PassageView, features: dict[str, int], w: dict[str, int], other: int, most: int) -> None:
    """Subtract the own subject's evidence: fully from weak evidence, from strong evidence at most `most`."""
    against = -(
        w["own_concept"] * min(5, view.own_concepts())
        + w["own_word"] * min(10, view.own_words())
        + w["own_mention"] * min(3, view.own_mentions())
    )
    if against:
        features["own_subject"] = -min(against, other + min(most, against))
    elif not view.own_words():
        features["no_own"] = w["no_own"] if len(view.whole.passages) == 1 else w["no_own"] // 2


def _places(view: PassageView, hits: list[ConceptHit]) -> tuple[tuple[int, int], tuple[str, ...], int]:
    """Return the heaviest sentence, the concepts that are objects of tasks, and the number of sentences with strong ones."""
    mass: dict[tuple[int, int], int] = defaultdict(int)
    strong_sentences: set[tuple[int, int]] = set()
    objects: dict[str, None] = {}
    for sentence in view.sentences():
        inside = [h for h in hits if sentence.start <= h.start < sentence.end]
        if not inside:
            continue
        span = (sentence.start, sentence.end)
        mass[span] = sum({3: 6, 2: 3, 1: 1}[h.concept.strength] for h in inside)
        if any(h.concept.strength == 3 for h in inside):
            strong_sentences.add(span)
        for start, end in _tasks(view, sentence):
            for hit in inside:
                if start <= hit.start < end:
                    objects.setdefault(hit.concept.phrase)
    anchor = max(mass, key=lambda s: (mass[s], -s[0])) if mass else (hits[0].start, hits[0].end)
    return anchor, tuple(objects), len(strong_sentences)


def _tasks(view: PassageView, sentence: Sentence) -> list[tuple[int, int]]:
    line = view.low[sentence.start : sentence.end]
    spans = task_spans(line, view.whole.rules)
    if not spans and sentence.lead is not None:
        lead = view.low[sentence.lead[0] : sentence.lead[1]]
        spans = [(0, len(line))] if task_spans(lead, view.whole.rules) else []
    return [(sentence.start + a, sentence.start + b) for a, b in spans]


def drift_hits(view: PassageView, found: list[Reading]) -> list[Hit]:
    """Return the hits of the passage: the family whose concepts prevail, and sentences whose object is foreign."""
    hits = _passage_hits(view, found)
    if not hits:
        hits = _topic_hits(view)
    taken = {(h.start, h.end) for h in hits}
    return sorted(
        [*hits, *(h for h in _object_hits(view, found) if (h.start, h.end) not in taken)], key=lambda h: h.start
    )


def _topic_hits(view: PassageView) -> list[Hit]:
    """A short artefact without one word of its own subject, whose everyday words all point to one other domain."""
    w = weights()["topic"]
    if len(view.whole.passages) > 1 or view.own_words() or view.own_mentions() or view.own_concepts():
        return []
    grounds = view.whole.own_families
    if any(stem.family in grounds for stem in view.whole.stems):
        return []
    if view.mentions or view.disowned() or any(h.concept.family in grounds for h in view.concepts):
        return []
    start, end = view.passage.start, view.passage.end
    scores: dict[str, tuple[int, list[str]]] = {}
    for family, terms in view.whole.terms(start, end, everyday=True).items():
        concepts = {
            h.concept.phrase
            for h in view.concepts
            if h.concept.family == family
            and h.concept.strength > 1
            and not any(view.low.startswith(term, h.start) for term in terms)
        }
        score = w["term"] * min(4, len(terms)) + w["concept"] * min(3, len(concepts))
        if len(terms) + len(concepts) >= 2:
            scores[family] = (score, [*terms, *sorted(concepts)])
    if not scores:
        return []
    family, (score, terms_found) = max(scores.items(), key=lambda item: (item[1][0], item[0]))
    features = {"terms": score}
    if view.whole.context.artefact in GRADED:
        features["graded_artefact"] = w["graded_artefact"]
    margin = sum(features.values()) - w["threshold"]
    if margin < 0:
        return []
    name, own = family_name(family), family_name(view.whole.standard)
    words = ", ".join(f"“{t.strip()}”" for t in terms_found[:4])
    reason = f"Nothing in the artefact is about {own}; its words ({words}) point to the subject of {name}."
    text = view.whole.text[start:end]
    confidence = confidence_of(margin, weights()["slope"])
    return [Hit("implicit", "A", family, start, end, text, confidence, (reason,), tuple(features.items()), True, False)]


def _object_hits(view: PassageView, found: list[Reading]) -> list[Hit]:
    own_phrases = {(h.start, h.end) for h in view.concepts if h.concept.family in view.whole.own_families}
    foreign = [
        h
        for h in view.concepts
        if h.concept.strength > 1
        and (h.start, h.end) not in own_phrases
        and h.concept.family not in view.whole.own_families
        and _foreign(view, h.concept.family)
    ]
    compared = [(r.sentence.start, r.sentence.end) for r in found if r.own or any(a.sort in _COMPARED for a in r.said)]
    w, slope = weights()["objects"], weights()["slope"]
    hits: list[Hit] = []
    declared = declared_families(view, found)
    for seen in object_evidence(view, foreign, compared):
        if (seen.family in declared and not seen.task) or _named_beside(view, seen.family, seen.sentence):
            continue
        confidence = confidence_of(seen.score - w["threshold"], slope)
        kind = (
            "ai-wrapped"
            if view.whole.is_ai and ai_words(view.low[seen.sentence.start : seen.sentence.end])
            else "implicit"
        )
        start, end = seen.sentence.start, seen.sentence.end
        name, own = family_name(seen.family), family_name(view.whole.standard)
        what = "What the learner must do" if seen.task else "What the sentence puts before the learner"
        reason = f"{what} is “{seen.phrases[0]}”, which belongs to {name}, although the programme's standard is {own}."
        hits.append(
            Hit(
                kind, "A", seen.family, start, end, view.whole.text[start:end], confidence, (reason,), seen.features, True,
                confidence >= w["blocking"],
            )
        )  # fmt: skip
    return hits


def _named_beside(view: PassageView, family: str, sentence: Sentence) -> bool:
    """Whether the family's standard is named in or right after the sentence: then `standard-mention` judges it."""
    reach = min(sentence.block.end, sentence.end + 120)
    return any(
        m.family == family and m.sort not in ("system", "acronym") and sentence.start <= m.start < reach
        for m in view.mentions
    )


def _passage_hits(view: PassageView, found: list[Reading]) -> list[Hit]:
    ranked = evidence(view, found)
    if not ranked:
        return []
    w = weights()["concepts"]
    top = ranked[0]
    if top.score < w["threshold"]:
        return []
    confidence = confidence_of(top.score - w["threshold"], w["slope"])
    wrapped = view.own_words() > 0 or view.own_mentions() > 0
    kind = "ai-wrapped" if wrapped and view.whole.is_ai else "implicit"
    start, end = top.anchor
    return [
        Hit(
            kind, "A", top.family, start, end, view.whole.text[start:end], confidence, _say(view, top, kind),
            top.features, True, confidence >= w["blocking"],
        )
    ]  # fmt: skip


def _say(view: PassageView, top: Evidence, kind: str) -> tuple[str, ...]:
    name, own = family_name(top.family), family_name(view.whole.standard)
    system = ownership().systems.get(top.family) or name
    words = ", ".join(f"“{p}”" for p in top.phrases[:4])
    first = f"The passage teaches {system} ({name}) through {words}, although the programme's standard is {own}."
    more: list[str] = []
    if top.objects:
        more.append(f"What learners must produce or are marked for is “{top.objects[0]}”, which belongs to {name}.")
    if kind == "ai-wrapped":
        more.append("Words about AI surround it, but the object of the work is not an AI management system.")
    return (first, *more)
