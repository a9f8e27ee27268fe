"""What the trained model of drift sees of a stretch of text: a whole passage, or one sentence of it.

The foreign subject is found by concepts and everyday words of one family; its words are masked, so that what is learned
is how drift is put ("prepare <foreign> for", "<foreign> of the <ai>"), not which words a discipline has.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from assay.detect.concepts import ConceptHit
from assay.detect.lexicon import lexicon
from assay.detect.profile import ProfileHit
from assay.detect.signals import artefact_group, flags, own_terms, profile_of, step
from assay.detect.view import PassageView
from assay.detect.words import STOP, classes, lemma, tokens

_AI_TOKEN = re.compile(r"^(?:ai|a\.i|ki|ia|ml|algorithm|chatbot|llm|neural|model|dataset|copilot)$")
_COMPANY = re.compile(
    r"\b(?:company|firm|manufacturer|supplier|operator|plant|group|clinic|bakery|hospital|utility|contractor|organi[sz]ation|"
    r"co-operative|cooperative|business|agency|mill|factory|retailer|chain|ltd|gmbh|inc|plc|client|auditee|owner|founded|"
    r"family-run|employs|employees)\b"
)
OWN_MARK, FOREIGN_MARK, AI_MARK, NAMED_MARK, OTHER_MARK = "\ue000", "\ue002", "\ue004", "\ue005", "\ue006"
_SHOWN = {OWN_MARK: "<own>", FOREIGN_MARK: "<foreign>", AI_MARK: "<ai>", NAMED_MARK: "<named>", OTHER_MARK: "<other>"}


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch with its prevailing foreign family, the words that point to it, and its signals."""

    start: int
    end: int
    family: str
    phrases: tuple[str, ...]
    mass: int
    signals: tuple[str, ...]


def stretches(view: PassageView) -> list[tuple[int, int, tuple[int, int] | None]]:
    """Return the stretches of a passage that are read on their own: its sentences, and paragraphs of several.

    Each with the sentence that leads into its list, if any. Paragraphs beyond 900 characters are left to their sentences.
    """
    sentences = view.sentences()
    found: list[tuple[int, int, tuple[int, int] | None]] = [(s.start, s.end, s.lead) for s in sentences]
    counts = Counter(s.block.start for s in sentences)
    for block in view.passage.blocks:
        if counts[block.start] > 1 and block.end - block.start <= 900:
            found.append((block.start, block.end, None))
    return found


def candidates(view: PassageView, start: int, end: int) -> dict[str, int]:
    """Return the foreign families that a stretch points to with their mass; empty where nothing does."""
    whole = view.whole
    mass: Counter[str] = Counter()
    for hit in _distinct(view, start, end):
        if _may_drift(view, hit.concept.family):
            mass[hit.concept.family] += (0, 1, 3, 6)[hit.concept.strength]
    terms: dict[str, dict[str, bool]] = {}
    for word in profile_of(view, start, end):
        if word.family not in whole.own_families:
            terms.setdefault(word.family, {})[word.term] = word.sure
    for family, found in terms.items():
        if _may_drift(view, family):
            sure = sum(found.values())
            mass[family] += 3 * sure + (len(found) - sure)
    return {family: value for family, value in mass.items() if value >= 1}


def _may_drift(view: PassageView, family: str) -> bool:
    if family in view.whole.own_families or family in lexicon().relations["own_systems"].get(view.whole.standard, ()):
        return False
    return view.whole.relation(family) in ("foreign", "adjacent", "kin")


def _place(hit: ConceptHit) -> int:
    return hit.start


def _distinct(view: PassageView, start: int, end: int) -> list[ConceptHit]:
    known: dict[tuple[str, str], ConceptHit] = {}
    first = bisect_left(view.concepts, start, key=_place)
    for hit in view.concepts[first : bisect_left(view.concepts, end, key=_place)]:
        known.setdefault((hit.concept.family, hit.concept.phrase), hit)
    return list(known.values())


def window_of(
    view: PassageView, start: int, end: int, *, lead: tuple[int, int] | None = None, least: int = 1
) -> Window | None:
    """Return the window at start..end, None where words of less than `least` mass in it point to another family.

    `lead` is the sentence that leads into the list in which the stretch stands; it is read along.
    """
    mass = candidates(view, start, end)
    if max(mass.values(), default=0) < least:
        return None
    family = max(mass, key=lambda f: (mass[f], f))
    concepts = [h for h in _distinct(view, start, end) if h.concept.family == family]
    words = [h for h in profile_of(view, start, end) if h.family == family]
    signals = _amounts(view, start, end, family, mass, concepts, words)
    signals += _wording(view, start, end, family, lead)
    signals += _setting(view, start, end, family)
    ranked = [h.concept.phrase for h in sorted(concepts, key=lambda h: -h.concept.strength)]
    ranked += [view.low[h.start : h.end] for h in sorted(words, key=lambda h: not h.sure)]
    phrases: list[str] = []
    for phrase in ranked:
        if not any(phrase in p or p in phrase for p in phrases):
            phrases.append(phrase)
    return Window(start, end, family, tuple(phrases[:5]), mass[family], tuple(dict.fromkeys(signals)))


def _amounts(
    view: PassageView, start: int, end: int, family: str, mass: dict[str, int], concepts: list[ConceptHit],
    words: list[ProfileHit],
) -> list[str]:  # fmt: skip
    by_strength = Counter(h.concept.strength for h in concepts)
    terms = {h.term: h.sure for h in words}
    sure = sum(terms.values())
    length = max(1, len(tokens(view.low[start:end])))
    own = own_terms(view, start, end)
    share = 100 * (len(terms) + len(concepts)) // length
    rest = sum(sorted(mass.values())[:-1])
    out = [
        f"strong={min(3, by_strength[3])}", f"typical={min(3, by_strength[2])}", f"sure={step(sure, (1, 2, 3, 5))}",
        f"usual={step(len(terms) - sure, (1, 2, 4))}", f"others={step(rest, (1, 4, 10))}",
        f"own={step(own, (1, 2, 3, 5, 8))}", f"length={step(length, (8, 16, 30, 60, 110))}",
    ]  # fmt: skip
    out += [f"mass>={edge}" for edge in (3, 5, 8, 12, 18, 27) if mass[family] >= edge]
    out += [f"share>={edge}" for edge in (5, 10, 18, 28) if share >= edge]
    out += [f"margin>={edge}" for edge in (-12, -6, -2, 0, 3, 6, 10, 16) if mass[family] - 2 * own >= edge]
    if own == 0:
        out += ["no-own", f"no-own sure={step(sure + by_strength[3], (1, 2, 4))}"]
    return out


def _wording(view: PassageView, start: int, end: int, family: str, lead: tuple[int, int] | None) -> list[str]:
    """Words and pairs of the masked stretch, heads and followers of the foreign words, classes around them."""
    line = _masked(view, start, end, family)
    if lead is not None:
        line = view.low[lead[0] : lead[1]] + " " + line
    lemmas: list[str] = []
    for word in tokens(line):
        shown = _SHOWN.get(word) or (word if not word[0].isalnum() else lemma(word))
        shown = "<ai>" if _AI_TOKEN.match(shown) else shown
        if not (lemmas and lemmas[-1] == shown == "<foreign>"):
            lemmas.append(shown)
    out = [f"word={w}" for w in set(lemmas)]
    known = classes()
    out += [f"class={c}" for c in {c for w in lemmas for c in known.get(w, ())}]
    content = [w for w in lemmas if w not in STOP or w == "of"]
    for left, right in pairwise(content):
        if left[0] == "<" or right[0] == "<":
            out.append(f"pair={left} {right}")
    beside: list[bool] = []
    for place, word in enumerate(content):
        if word == "<foreign>":
            near = content[max(0, place - 5) : place]
            after = content[place + 1 : place + 5]
            out += [f"to-left={c}" for w in near for c in known.get(w, ())]
            out += [f"to-right={c}" for w in after for c in known.get(w, ())]
            out += [f"ai-{side}" for side, part in (("left", near), ("right", after)) if "<ai>" in part]
            beside.append("<ai>" in after or "<ai>" in near[-2:])
    if beside:
        out.append("all-about-ai" if all(beside) else "some-about-ai" if any(beside) else "none-about-ai")
    first = next((w for w in lemmas if w not in STOP), "")
    out.append(f"first={first}")
    out += [f"first-class={c}" for c in known.get(first, ())]
    return out


def _masked(view: PassageView, start: int, end: int, family: str) -> str:
    """Return the folded stretch with the words of the family, of AI and the named standards replaced by marks."""
    spans = [span for span in _spans(view, start, end, family) if start <= span[0] and span[1] <= end]
    parts, at, low = [], start, view.low
    for left, right, mark in sorted(spans, key=lambda s: (s[0], -s[1])):
        if left < at:
            continue
        while right < end and (low[right].isalnum() or low[right] == "-"):
            right += 1
        parts += [low[at:left], f" {mark} "]
        at = right
    parts.append(low[at:end])
    return "".join(parts)


def _spans(view: PassageView, start: int, end: int, family: str) -> Iterator[tuple[int, int, str]]:
    whole = view.whole
    own, grounds = AI_MARK if whole.is_ai else OWN_MARK, whole.own_families
    for mention in view.mentions:
        mark = OWN_MARK if whole.relation_of(mention) in ("own", "companion", "set") else NAMED_MARK
        yield mention.start, mention.end, mark
    for hit in view.concepts:
        if hit.concept.family == family:
            yield hit.start, hit.end, FOREIGN_MARK
        elif hit.concept.family in grounds and hit.concept.strength > 1:
            yield hit.start, hit.end, own
    for word in profile_of(view, start, end):
        if word.family == family:
            yield word.start, word.end, FOREIGN_MARK
        elif word.sure:
            yield word.start, word.end, own if word.family in grounds else OTHER_MARK


def _setting(view: PassageView, start: int, end: int, family: str) -> list[str]:
    whole = view.whole
    facts = lexicon().families.get(family)
    context = whole.context
    out = [
        f"relation={whole.relation(family)}", f"law={bool(facts and facts.law)}", f"group={artefact_group(context.artefact)}",
        f"around-own={step(own_terms(view, view.passage.start, view.passage.end), (1, 3, 6, 10))}",
    ]  # fmt: skip
    named = [
        m
        for m in view.mentions
        if whole.relation_of(m) in ("foreign", "adjacent", "kin") and m.sort not in ("system", "acronym")
    ]
    if named:
        out.append("names-another")
        if any(m.family == family for m in named):
            out.append("names-this")
        if any(start <= m.start < end for m in named):
            out.append("names-inside")
    if any(m.family == family and m.sort in ("system", "acronym") for m in view.mentions):
        out.append("names-its-system")
    if _COMPANY.search(view.low, start, end):
        out.append("company")
    out += flags(view, start, end)
    if whole.language != "en":
        out.append("foreign-language")
    return out
