"""What the trained model of drift sees of a stretch of text: a whole passage, or one sentence of it.

The foreign subject is found by concepts and everyday words of one family; its words are masked, so that what is learned
is how drift is put ("prepare <foreign> for", "<foreign> of the <ai>"), not which words a discipline has.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from assay.detect.concepts import ConceptHit
from assay.detect.cues import COMPANY
from assay.detect.lazy import lazy
from assay.detect.lexicon import lexicon
from assay.detect.model import Linear
from assay.detect.profile import ProfileHit
from assay.detect.signals import artefact_group, concepts_of, flags, profile_of, step
from assay.detect.view import PassageView, own_terms
from assay.detect.words import (
    AI_MARK,
    FOREIGN_MARK,
    NAMED_MARK,
    OTHER_MARK,
    OWN_MARK,
    STOP,
    classed,
    classes,
    shown_lemmas,
)

_PASSED = STOP - {"of"}
LONG_PARAGRAPH = 900  # characters beyond which a paragraph is left to its sentences
_MASS_EDGES, _SHARE_EDGES = (3, 5, 8, 12, 18, 27), (5, 10, 18, 28)
_MARGIN_EDGES = (-12, -6, -2, 0, 3, 6, 10, 16)
_MASS = [f"mass>={edge}" for edge in _MASS_EDGES]
_SHARE = [f"share>={edge}" for edge in _SHARE_EDGES]
_MARGIN = [f"margin>={edge}" for edge in _MARGIN_EDGES]


@dataclass(frozen=True, eq=False)
class Window:
    """A stretch with its prevailing foreign family and the mass of the words that point to it.

    `wording` and `circumstances` are its signals: the words of the masked stretch, and everything else. What is only needed
    to explain a hit (`phrases`, `signals`) is put together when first asked for.
    """

    view: PassageView
    start: int
    end: int
    family: str
    mass: int
    wording: Wording
    circumstances: tuple[str, ...]

    @lazy
    def phrases(self) -> tuple[str, ...]:
        """Up to five phrases that point to the family, the strongest first, none inside another."""
        low = self.view.low
        concepts = _concepts_of(self.view, self.start, self.end, self.family)
        words = _words_of(self.view, self.start, self.end, self.family)
        ranked = [h.concept.phrase for h in sorted(concepts, key=lambda h: -h.concept.strength)]
        ranked += [low[h.start : h.end] for h in sorted(words, key=lambda h: not h.sure)]
        phrases: list[str] = []
        for phrase in ranked:
            if not any(phrase in p or p in phrase for p in phrases):
                phrases.append(phrase)
        return tuple(phrases[:5])

    @lazy
    def signals(self) -> tuple[str, ...]:
        """All signals by name, each once."""
        words = (f"word={w}" for w in self.wording.lemmas)
        known = (f"class={c}" for c in self.wording.classes)
        return tuple(dict.fromkeys((*self.circumstances, *words, *known, *self.wording.places)))

    def score(self, linear: Linear) -> int:
        """Return what `linear.score(self.signals)` returns, without naming the signals."""
        return score_of(linear, self.wording, self.circumstances)


@dataclass(frozen=True, slots=True)
class Wording:
    """The distinct lemmas of a masked stretch, their classes, and the signals that depend on their order."""

    lemmas: frozenset[str]
    classes: frozenset[str]
    places: tuple[str, ...]


def score_of(linear: Linear, wording: Wording, circumstances: Iterable[str]) -> int:
    """Return the score of a stretch with this wording and these distinct circumstances."""
    words, known, every = linear.words, linear.classes, linear.weights
    return (
        linear.bias
        + sum([words[w] for w in words.keys() & wording.lemmas])
        + sum([known[c] for c in wording.classes if c in known])
        + sum([every[s] for s in circumstances if s in every])
        + sum([every[s] for s in wording.places if s in every])
    )


def stretches(view: PassageView) -> list[tuple[int, int, tuple[int, int] | None]]:
    """Return the stretches of a passage that are read on their own: its sentences, and paragraphs of several.

    Each with the sentence that leads into its list, if any. Longer paragraphs than `LONG_PARAGRAPH` are left to their sentences.
    """
    sentences = view.sentences()
    found: list[tuple[int, int, tuple[int, int] | None]] = [(s.start, s.end, s.lead) for s in sentences]
    for block in view.passage.blocks:
        if len(view.whole.cut(block)) > 1 and block.end - block.start <= LONG_PARAGRAPH:
            found.append((block.start, block.end, None))
    return found


def candidates(view: PassageView, start: int, end: int) -> dict[str, int]:
    """Return the foreign families that a stretch points to with their mass; empty where nothing does."""
    known = view.mass.get((start, end))
    if known is not None:
        return known
    whole = view.whole
    starts = whole.foreign_starts
    first = bisect_left(starts, start)
    mass: dict[str, int] = {}
    if first < len(starts) and starts[first] < end:
        for key, weight in dict.fromkeys(whole.foreign_words[first : bisect_left(starts, end, first)]):
            mass[key[0]] = mass.get(key[0], 0) + weight
    view.mass[start, end] = mass
    return mass


def _concepts_of(view: PassageView, start: int, end: int, family: str) -> list[ConceptHit]:
    """The first place of each distinct concept of the family in the stretch."""
    known: dict[str, ConceptHit] = {}
    for hit in concepts_of(view, start, end):
        if hit.concept.family == family:
            known.setdefault(hit.concept.phrase, hit)
    return list(known.values())


def _words_of(view: PassageView, start: int, end: int, family: str) -> list[ProfileHit]:
    return [h for h in profile_of(view, start, end) if h.family == family]


def window_of(
    view: PassageView, start: int, end: int, *, lead: tuple[int, int] | None = None, least: int = 1
) -> Window | None:
    """Return the window at start..end, None where words of less than `least` mass in it point to another family.

    `lead` is the sentence that leads into the list in which the stretch stands; it is read along.
    """
    mass = candidates(view, start, end)
    if not mass or max(mass.values()) < least:
        return None
    family = max(mass, key=lambda f: (mass[f], f))
    out = _amounts(view, start, end, family, mass)
    out += _setting(view, start, end, family)
    return Window(
        view, start, end, family, mass[family], _wording(view, start, end, family, lead), tuple(dict.fromkeys(out))
    )


def _amounts(view: PassageView, start: int, end: int, family: str, mass: dict[str, int]) -> list[str]:
    strengths = [hit.concept.strength for hit in _concepts_of(view, start, end, family)]
    terms = {h.term: h.sure for h in _words_of(view, start, end, family)}
    own = own_terms(view, start, end)
    return amounts(strengths, terms, max(1, view.whole.length(start, end)), own, family, mass)


def amounts(
    strengths: Sequence[int], terms: Mapping[str, bool], length: int, own: int, family: str, mass: Mapping[str, int]
) -> list[str]:
    """Return the signals of how much of a stretch of `length` words is the family's, and how much the programme's own.

    `strengths` are those of the family's distinct concepts in it, `terms` its everyday words, each with whether it is sure.
    """
    by_strength = [0, 0, 0, 0]
    for strength in strengths:
        by_strength[strength] += 1
    sure = sum(terms.values())
    share = 100 * (len(terms) + len(strengths)) // length
    rest = sum(mass.values()) - max(mass.values())
    heavy, margin = mass[family], mass[family] - 2 * own
    out = [
        f"strong={min(3, by_strength[3])}", f"typical={min(3, by_strength[2])}", f"sure={step(sure, (1, 2, 3, 5))}",
        f"usual={step(len(terms) - sure, (1, 2, 4))}", f"others={step(rest, (1, 4, 10))}",
        f"own={step(own, (1, 2, 3, 5, 8))}", f"length={step(length, (8, 16, 30, 60, 110))}",
    ]  # fmt: skip
    out += _MASS[: step(heavy, _MASS_EDGES)]
    out += _SHARE[: step(share, _SHARE_EDGES)]
    out += _MARGIN[: step(margin, _MARGIN_EDGES)]
    if own == 0:
        out += ["no-own", f"no-own sure={step(sure + by_strength[3], (1, 2, 4))}"]
    return out


def _wording(view: PassageView, start: int, end: int, family: str, lead: tuple[int, int] | None) -> Wording:
    line = masked_line(view, start, end, family)
    if lead is not None:
        line = view.low[lead[0] : lead[1]] + " " + line
    return wording_of(shown_lemmas(line))


def wording_of(shown: list[str]) -> Wording:
    """Return words and pairs of the lemmas of a masked stretch, heads and followers of the foreign words, classes around them.

    The given list is changed.
    """
    lemmas = _without_doubles(shown)
    every, known = frozenset(lemmas), classes()
    content = [w for w in lemmas if w not in _PASSED]
    places = [place for place, word in enumerate(content) if word[0] == "<"]
    out: list[str] = []
    last = len(content) - 1
    for place in places:
        if place:
            out.append(f"pair={content[place - 1]} {content[place]}")
        if place < last:
            out.append(f"pair={content[place]} {content[place + 1]}")
    beside: list[bool] = []
    for place in places:
        if content[place] == "<foreign>":
            near = content[max(0, place - 5) : place]
            after = content[place + 1 : place + 5]
            out += [f"to-left={c}" for w in near if w in known for c in known[w]]
            out += [f"to-right={c}" for w in after if w in known for c in known[w]]
            out += [f"ai-{side}" for side, part in (("left", near), ("right", after)) if "<ai>" in part]
            beside.append("<ai>" in after or "<ai>" in near[-2:])
    if beside:
        out.append("all-about-ai" if all(beside) else "some-about-ai" if any(beside) else "none-about-ai")
    first = next((w for w in lemmas if w not in STOP), "")
    out.append(f"first={first}")
    out += [f"first-class={c}" for c in known.get(first, ())]
    owned = frozenset(chain.from_iterable(map(known.__getitem__, every & classed())))
    return Wording(every, owned, tuple(dict.fromkeys(out)))


def _without_doubles(lemmas: list[str]) -> list[str]:
    """Take foreign words that follow one another for one; changes and returns the given list."""
    count = lemmas.count("<foreign>")
    at = -1
    while count > 1:
        at = lemmas.index("<foreign>", at + 1)
        count -= 1
        while at + 1 < len(lemmas) and lemmas[at + 1] == "<foreign>":
            del lemmas[at + 1]
            count -= 1
    return lemmas


def masked_line(view: PassageView, start: int, end: int, family: str) -> str:
    """Return the folded stretch with the words of the family, of AI and the named standards replaced by marks."""
    spans = [span for span in _spans(view, start, end, family) if start <= span[0] and span[1] <= end]
    parts, at, low = [], start, view.low
    spans.sort(key=_longest_first)
    for left, right, mark in spans:
        if left < at:
            continue
        while right < end and (low[right].isalnum() or low[right] == "-"):
            right += 1
        parts += [low[at:left], f" {mark} "]
        at = right
    parts.append(low[at:end])
    return "".join(parts)


def _longest_first(span: tuple[int, int, str]) -> tuple[int, int]:
    return span[0], -span[1]


def _spans(view: PassageView, start: int, end: int, family: str) -> Iterator[tuple[int, int, str]]:
    whole = view.whole
    own, grounds = AI_MARK if whole.is_ai else OWN_MARK, whole.own_families
    for mention in view.mentions:
        mark = OWN_MARK if whole.relation_of(mention) in ("own", "companion", "set") else NAMED_MARK
        yield mention.start, mention.end, mark
    for hit in concepts_of(view, start, end):
        if hit.concept.family == family:
            yield hit.start, hit.end, FOREIGN_MARK
        elif hit.concept.family in grounds and hit.concept.strength > 1:
            yield hit.start, hit.end, own
    for word in profile_of(view, start, end):
        if word.family == family:
            yield word.start, word.end, FOREIGN_MARK
        elif word.sure:
            yield word.start, word.end, own if word.family in grounds else OTHER_MARK


def background(relation: str, family: str, artefact: str, own_around: int) -> list[str]:
    """Return the signals that a stretch shares with its whole passage, where nothing else is named in it."""
    facts = lexicon().families.get(family)
    return [
        f"relation={relation}", f"law={bool(facts and facts.law)}", f"group={artefact_group(artefact)}",
        f"around-own={step(own_around, (1, 3, 6, 10))}",
    ]  # fmt: skip


def _setting(view: PassageView, start: int, end: int, family: str) -> list[str]:
    whole = view.whole
    out = background(whole.relation(family), family, whole.context.artefact, view.own_around)
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
    if view.finds(COMPANY, start, end):
        out.append("company")
    out += flags(view, start, end)
    if whole.language != "en":
        out.append("foreign-language")
    return out
