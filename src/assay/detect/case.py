"""The detector `context-mismatch`: a case company whose mission is another family's domain.

A company of any sector is welcome as long as the case is about its AI systems; a case about its emissions, kitchens or
injuries belongs to another standard, whatever the headline says. A declared comparison excuses it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from assay.detect.attachment import weights
from assay.detect.concepts import ConceptHit, ai_words
from assay.detect.explain import confidence_of, family_name
from assay.detect.hits import Hit
from assay.detect.view import DEPICTED, PassageView, Sentence
from assay.detect.weighing import Reading, declared_families

_DOES = (
    r"(?:is|are|runs|operates|manufactures|produces|provides|supplies|makes|processes|bakes|builds|owns|assembles|employs|"
    r"specialis\w+|specializ\w+|serves|sells|ships|mines|recycles|treats|wants|aims|hopes|needs|keeps|hosts|publishes|prints|"
    r"melts|burns|casts|cooks|packs|sews|grows|delivers|stores|mails|settles|transcribes|handles|takes|moves|rents|repairs|has|"
    r"manages|dyes|fires|turns|freezes|unloads|blasts|cuts|paints|brews|fills|tans|dredges|employed|decided|plans)"
)
_NAME = re.compile(r"(?<![\w])(?P<name>[A-Z][a-z]+(?:[A-Z][a-z]+)*(?: (?:(?:&|of|and) )?[A-Z][A-Za-z]+){0,3})(?![\w])")
_CASE = re.compile(
    r"\b(?:case(?: study| company)?|scenario|running case|example used|auditee|client|throughout the module|you (?:arrive|audit|have been "
    r"appointed|visit|are sent|join)|interview|imagine|meet|follow|advise|apply what was learned to|refers? to|applied to|findings concern|"
    r"complete audit of|owner of|manager of|audits? (?:at|of)|assess how|audit how|your (?:audit )?(?:team|assignment)|commissioned|"
    r"which finding|whom do you|what do you (?:audit|see)|in trouble|workbook|find out why|conduct the|visit the|portrait of|logo of|owner|exercise)\b"
)
_COMPANY = re.compile(
    r"\b(?:company|firm|manufacturer|supplier|operator|plant|group|clinic|bakery|hospital|utility|contractor|organi[sz]ation|co-operative|"
    r"business|agency|mill|factory|retailer|chain|ltd|gmbh|inc|plc)\b"
)
_NOT_A_NAME = frozenset(
    {
        "Annex", "Clause", "The", "This", "Your", "You", "In", "At", "When", "Which", "What", "All", "Our", "It", "Task", "Case",
        "Exercise", "Module", "Lesson", "Part", "Step", "Item", "Question", "Answer", "Key", "Note", "Statement", "Lead", "Auditor",
        "Audit", "Use", "Apply", "Conduct", "Follow", "Meet", "Advise", "Imagine", "Interview", "Throughout", "Day", "ISO", "AI",
        "European", "Union", "Top", "Management", "Article", "Control", "If", "How", "Who", "Why", "Describe", "Explain", "Learners",
    }
)  # fmt: skip
DOMAINS = frozenset(
    {
        "iso14001", "iso9001", "iso27001", "iso45001", "iso50001", "iso22301", "iso22000", "iso13485", "iso37001", "iso20000_1",
        "gdpr", "hipaa", "soc2", "pci_dss", "iso26262",
    }
)  # fmt: skip
_STORY = 500
_PURPOSE = re.compile(
    r"\b(?:wants?|wanted|aims?|hopes?|needs?|wish\w*|goal|mission|commit\w+|promis\w+|decided|asks?|plans?)\b"
)
_SYSTEM = re.compile(
    r"\b(?:ai|machine[- ]learning|ml|algorithm\w*|chatbots?|neural|predictive|recommender|llms?|computer vision|language model|models?|"
    r"generative|scoring model|speech model|model that|trained)\b"
)


@dataclass(frozen=True, slots=True)
class Introduction:
    """A sentence that brings in a company, with the following sentences that go on about it."""

    sentence: Sentence
    name: str
    sure: bool
    story: str
    story_start: int
    story_end: int


def case_hits(view: PassageView, found: list[Reading]) -> list[Hit]:
    """Return the sentences that introduce companies of another family's domain."""
    everyday = _everyday(view)
    if not view.concepts and not view.whole.terms(view.passage.start, view.passage.end, everyday=everyday):
        return []
    declared = bool(declared_families(view, found))
    hits: list[Hit] = []
    for case in introductions(view, _signs(view, everyday)):
        by_family = view.whole.terms(case.story_start, case.story_end, everyday=everyday)
        weighed = (_hit(view, case, f, set(by_family.get(f, ())), declared) for f in _families(view, case, by_family))
        passing = [hit for hit in weighed if hit is not None]
        if passing:
            hits.append(max(passing, key=lambda h: (h.confidence, h.family)))
    return hits


def _everyday(view: PassageView) -> bool:
    """Whether everyday words of a domain count: in pictures, and in short artefacts without a word of their own subject."""
    whole = view.whole
    if whole.context.artefact in DEPICTED:
        return True
    return len(whole.passages) == 1 and not (view.own_words() or view.own_mentions() or view.own_concepts())


def _families(view: PassageView, case: Introduction, by_family: dict[str, dict[str, None]]) -> dict[str, None]:
    """Families that the story speaks of, by everyday words or by concepts."""
    spoken = {
        h.concept.family: None
        for h in view.concepts
        if case.story_start <= h.start < case.story_end and h.concept.family in DOMAINS
    }
    families = dict.fromkeys(by_family)
    for family in spoken:
        if view.whole.relation(family) in ("foreign", "adjacent") and family not in view.whole.own_families:
            families[family] = None
    return families


def _signs(view: PassageView, everyday: bool) -> list[int]:
    """Return where the passage speaks of another domain, in order."""
    whole = view.whole
    stems = [s.start for s in whole.stems if everyday or s.mission]
    concepts = [h.start for h in view.concepts if h.concept.family in DOMAINS and h.concept.strength > 1]
    return sorted(p for p in (*stems, *concepts) if view.passage.start <= p < view.passage.end)


def introductions(view: PassageView, signs: list[int]) -> Iterator[Introduction]:
    """Yield the sentences that introduce a company, each with its story; only those within reach of a sign."""
    text = view.whole.text
    all_sentences = view.sentences()
    named = [m.start for m in view.mentions if view.whole.relation_of(m) != "own"]
    for place, sentence in enumerate(all_sentences):
        near = bisect_left(signs, sentence.start)
        if near == len(signs) or signs[near] > sentence.end + _STORY:
            continue
        if sentence.block.kind == "heading" or any(sentence.start <= start < sentence.end for start in named):
            continue
        line = text[sentence.start : sentence.end]
        name = _company_name(line)
        low = view.low[sentence.start : sentence.end]
        if not name and not (_COMPANY.search(low) and _CASE.search(low)):
            continue
        if not (_CASE.search(low) or _PURPOSE.search(low) or _COMPANY.search(low) or re.search(rf"\b{_DOES}\b", low)):
            continue
        end = sentence.end
        for following in all_sentences[place + 1 : place + 4]:
            if following.block != sentence.block or not _goes_on(view, following, name):
                break
            end = following.end
        yield Introduction(sentence, name, _is_sure(line, name), view.low[sentence.start : end], sentence.start, end)


def _company_name(line: str) -> str:
    """Return the first name in `line` that reads as a company's, "" if there is none."""
    for match in _NAME.finditer(line):
        words = match["name"].split(" ")
        while words and words[0] in _NOT_A_NAME:
            words = words[1:]
        name = " ".join(words)
        if len(name) <= 3 or "ISO" in name or "IEC" in name or _is_label(line, match.start(), match.end()):
            continue
        if len(words) > 1 or re.search(r"[a-z][A-Z]", name) or _reads_as_name(line, match.start(), match.end(), name):
            return name
    return ""


def _is_sure(line: str, name: str) -> bool:
    """Whether the name is one for certain: several words, an inner capital, or a capital inside the sentence."""
    return bool(name) and (" " in name or re.search(r"[a-z][A-Z]", name) is not None or line.find(name) > 3)


def _is_label(line: str, start: int, end: int) -> bool:
    """Whether the capitals are a bold label that runs into the text ("**Stakeholder Feedback**: …")."""
    return line[max(0, start - 2) : start] == "**" and line[end : end + 1] in (":", "*")


def _reads_as_name(line: str, start: int, end: int, word: str) -> bool:
    """Whether a single capitalised word is a name: inside a sentence, or a subject that does something."""
    if re.search(r"[a-z,] $", line[:start]):
        return True
    return not word.endswith("s") and start < 4 and _after_verb(line, end)


def _after_verb(line: str, end: int) -> bool:
    return re.match(rf"(?:'s\b|,? (?:which |who )?{_DOES}\b|:)", line[end : end + 40]) is not None


def _goes_on(view: PassageView, sentence: Sentence, name: str) -> bool:
    """Whether the story of the company goes on: it is named or meant by a pronoun, or nothing about AI begins."""
    line = view.whole.text[sentence.start : sentence.end]
    first = name.split(" ")[0] if name else ""
    if first and first in line:
        return True
    if re.match(r"\W*(?:It|Its|They|Their|The (?:company|firm|plant|owner|manager|management|board))\b", line):
        return True
    return not ai_words(line.lower()) and not _company_name(line)


def _hit(view: PassageView, case: Introduction, family: str, terms: set[str], compared: bool) -> Hit | None:
    w = weights()["case"]
    inside = [h for h in view.concepts if h.concept.family == family and case.story_start <= h.start < case.story_end]
    features = _features(view, case, terms, inside, w)
    signs_found = len(terms) + len({h.concept.phrase for h in inside if h.concept.strength > 1})
    if len(view.whole.passages) > 1 and signs_found < 2:
        return None
    if compared:
        features["declared_comparison"] = w["declared_comparison"]
    margin = sum(features.values()) - w["threshold"]
    if margin < 0:
        return None
    confidence = confidence_of(margin, weights()["slope"])
    name, own = family_name(family), family_name(view.whole.standard)
    signs = ", ".join([*sorted(terms), *dict.fromkeys(h.concept.phrase for h in inside)][:3])
    reason = f"The case company's mission ({signs}) is the domain of {name}; the case is not about systems under {own}."
    start, end = case.story_start, case.story_end
    return Hit(
        "case-mismatch", "A", family, start, end, view.whole.text[start:end], confidence, (reason,), tuple(features.items()),
        True, confidence >= weights()["mention"]["blocking"],
    )  # fmt: skip


def _features(
    view: PassageView, case: Introduction, terms: set[str], inside: list[ConceptHit], w: dict[str, int]
) -> dict[str, int]:
    strong = {h.concept.phrase for h in inside if h.concept.strength == 3}
    typical = {h.concept.phrase for h in inside if h.concept.strength == 2}
    features: dict[str, int] = {}
    if terms:
        features["mission"] = w["mission"] + w["further"] * min(2, len(terms) - 1)
    if strong:
        features["strong"] = w["strong"] + w["further"] * min(2, len(strong) - 1)
    if typical:
        features["typical"] = w["typical"] * min(3, len(typical))
    if not features:
        return features
    signs = (("named", case.sure), ("purpose", _PURPOSE.search(case.story)), ("case", _CASE.search(case.story)))
    features.update({sign: w[sign] for sign, present in signs if present})
    if view.disowned():
        features["disowned"] = w["disowned"]
    if not features.keys() & {"purpose", "case"}:
        features["no_case"] = w["no_case"]
    features.update(_own_side(view, case, w))
    return features


def _own_side(view: PassageView, case: Introduction, w: dict[str, int]) -> dict[str, int]:
    """What the story says about systems that the own standard governs."""
    if view.whole.is_ai and _SYSTEM.search(case.story):
        return {"own_systems": w["own_system"]}
    if view.whole.is_ai and ai_words(case.story):
        return {"own_nearby": w["own_nearby"]}
    if not view.whole.is_ai and view.own_concepts() >= 2:
        return {"own_systems": w["own_system"]}
    return {}
