"""What the trained models see of a mention and of a stretch of text: names of binary signals, nothing else.

Every signal can be read: "left=comply with" (the governing words left of the mention), "class-right=require" (a class of
words to its right), "own=2" (how much of the passage is about the own standard). Names of families never occur in them,
so that what is learned from one standard holds for all.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from assay.detect.attachment import FOREIGN, KIN, OWN, TARGET, Rules
from assay.detect.concepts import ConceptHit
from assay.detect.cues import SECOND_PERSON
from assay.detect.lexicon import lexicon
from assay.detect.mentions import Mention
from assay.detect.profile import ProfileHit
from assay.detect.view import DEPICTED, GRADED, PassageView, own_terms
from assay.detect.weighing import Reading
from assay.detect.words import STOP, classes, lemma, tokens, word_lemmas, words_of

_NAMES = {OWN: "<own>", KIN: "<companion>", FOREIGN: "<foreign>", TARGET: "<this>"}
_PREPOSITIONS = words_of("prepositions")
_BREAKS = frozenset(".;:?!()|")
_CLAUSE = words_of("clause_words")
_NEAR = 6
_GOVERNING = frozenset(
    (
        "require",
        "comply",
        "certify",
        "audit",
        "assess",
        "implement",
        "learn",
        "deliver",
        "grade",
        "source",
        "clause",
        "only",
    )
)
_EXCUSING = frozenset(
    ("compare", "align", "already", "history", "negate", "example", "contrast", "also", "context", "own")
)
_CLAIMING = frozenset(("criterion_strong", "criterion", "criterion_soft", "requires", "learn", "topic"))
_HOLDING = frozenset(
    (
        "comparative", "comparative_clause", "example", "negated", "listing", "disowned", "refuted", "declared_comparison",
        "background", "for_ai", "option", "enumeration",
    )
)  # fmt: skip


def step(value: int, edges: Sequence[int]) -> int:
    """Return how many of the ascending `edges` are at most `value`."""
    return bisect_right(edges, value)


def artefact_group(artefact: str) -> str:
    """Return "graded", "depicted" or "teaching"."""
    return "graded" if artefact in GRADED else "depicted" if artefact in DEPICTED else "teaching"


def mention_signals(
    view: PassageView, reading: Reading, mention: Mention, features: dict[str, int], bucket: str
) -> list[str]:
    """Return the signals of one mention; `features` and `bucket` are what the rules say about it."""
    words = tokens(reading.masked)
    at = words.index(TARGET)
    lemmas = [_NAMES.get(w) or (w if w in _BREAKS or w == "," else lemma(w)) for w in words]
    signals = [f"rule={name}" for name in features]
    score = sum(features.values())
    signals += [f"score>={edge}" for edge in (-900, -600, -300, 0, 150, 300, 450, 600, 900) if score >= edge]
    signals += [f"bucket={bucket}", f"why={reading.structural[:18]}" if reading.structural else "why="]
    signals += _neighbours(lemmas, words, at)
    signals += _classes(lemmas, at)
    signals += [f"word={w}" for w in set(lemmas)]
    signals += _circumstances(view, reading, mention, lemmas, at)
    place = "alone" if "no-own-terms" in signals else "beside the own"
    held = "held" if any(value < -150 for name, value in features.items() if name in _HOLDING) else "free"
    signals += [f"rule={name} {place} {held}" for name in features if name in _CLAIMING]
    if "no-own-terms" in signals:
        signals.append(f"bucket={bucket} alone{' unexcused' if 'sentence-excusing=0' in signals else ''}")
    return list(dict.fromkeys(signals))


def _neighbours(lemmas: list[str], words: list[str], at: int) -> list[str]:
    left, right = lemmas[:at], lemmas[at + 1 :]
    out: list[str] = []
    one, two = (left[-1] if left else "^"), (left[-2] if len(left) > 1 else "^")
    out += [f"l1={one}", f"l2={two} {one}", f"r1={right[0] if right else '$'}"]
    out.append(f"r2={' '.join(right[:2]) if len(right) > 1 else (right[0] if right else '') + ' $'}")
    out += [f"near-left={w}" for w in set(left[-_NEAR:])] + [f"near-right={w}" for w in set(right[:_NEAR])]
    head, preposition = _head(left, words[:at])
    out.append(f"left={head}{' ' + preposition if preposition else ''}")
    out += [f"left-class={c}{' ' + preposition if preposition else ''}" for c in classes().get(head, ())]
    out.append(f"preposition={preposition}")
    verb = next((w for w in right if w not in STOP and w not in ("#", '"', ",")), "$")
    out.append(f"right={verb}")
    out += [f"right-class={c}" for c in classes().get(verb, ())]
    return out


def _head(left: list[str], words: list[str]) -> tuple[str, str]:
    """Return the nearest word left of the mention that may govern it, and the preposition between them."""
    preposition = ""
    for place in range(len(left) - 1, max(-1, len(left) - 12), -1):
        word = left[place]
        if word in _BREAKS:
            return "^", preposition
        if words[place] in _PREPOSITIONS or word in _PREPOSITIONS:
            preposition = preposition or word
        elif word not in STOP and words[place] not in STOP and word not in ("#", ",", '"', "<foreign>"):
            return word, preposition
    return "^", preposition


def _classes(lemmas: list[str], at: int) -> list[str]:
    """Classes of words in the mention's own clause (left, right) and elsewhere in the sentence."""
    known = classes()
    low, high = at, at
    while low > 0 and lemmas[low - 1] not in _BREAKS and lemmas[low - 1] not in _CLAUSE and at - low < 14:
        low -= 1
    while (
        high + 1 < len(lemmas)
        and lemmas[high + 1] not in _BREAKS
        and lemmas[high + 1] not in _CLAUSE
        and high - at < 14
    ):
        high += 1
    out: list[str] = []
    for place, word in enumerate(lemmas):
        where = "left" if low <= place < at else "right" if at < place <= high else "before" if place < at else "after"
        out += [f"class-{where}={c}" for c in known.get(word, ())]
    clause = [c for place in range(low, high + 1) for c in known.get(lemmas[place], ())]
    sentence = [c for word in lemmas for c in known.get(word, ())]
    where = "clause" if "<own>" in lemmas[low : high + 1] else "sentence" if "<own>" in lemmas else "away"
    out += [f"in-clause={c}" for c in clause] + [f"in-clause={c} own {where}" for c in clause]
    out += _balance("clause", clause) + _balance("sentence", sentence)
    if "<own>" in lemmas[low : high + 1]:
        out.append("own-in-clause")
    if "<own>" in lemmas[:at]:
        out.append("own-before")
    if "<own>" in lemmas[at:]:
        out.append("own-after")
    if low > 0 and lemmas[low - 1] in _CLAUSE:
        out.append(f"clause-word={lemmas[low - 1]}")
    return out


def _balance(where: str, found: Sequence[str]) -> list[str]:
    """How many classes of governing words stand against classes of excusing words."""
    governing, excusing = len(_GOVERNING.intersection(found)), len(_EXCUSING.intersection(found))
    out = [f"{where}-governing={min(4, governing)}", f"{where}-excusing={min(3, excusing)}"]
    out += [f"{where}-balance>={edge}" for edge in (-2, -1, 0, 1, 2, 3) if governing - excusing >= edge]
    if governing and not excusing:
        out.append(f"{where}-plainly-governed")
    return out


def _circumstances(view: PassageView, reading: Reading, mention: Mention, lemmas: list[str], at: int) -> list[str]:
    whole = view.whole
    facts = lexicon().families.get(mention.family)
    group = artefact_group(whole.context.artefact)
    own = view.own_mentions()
    out = [
        f"relation={whole.relation(mention.family)}", f"law={bool(facts and facts.law)}", f"sort={mention.sort}",
        f"group={group}", f"block={reading.sentence.block.kind}",
        f"own={min(3, own)}", f"ai={step(view.ai_words(), (1, 2, 4))}", f"own-concepts={step(view.own_concepts(), (1, 3))}",
        f"others={step(len({m.family for m in reading.mentions}), (2, 3, 5))}",
        f"long={step(len(lemmas), (8, 16, 30))}", f"place={step(at, (2, 5, 10))}",
        f"named={step(sum(m.family == mention.family for m in view.mentions), (2, 3))}",
        f"first={next((w for w in lemmas if w not in STOP), '')}",
    ]  # fmt: skip
    out += [f"first-class={c}" for c in classes().get(lemmas[0] if lemmas else "", ())]
    concepts = {
        h.concept.phrase for h in view.concepts if h.concept.family == mention.family and h.concept.strength > 1
    }
    everyday = {h.term for h in profile_of(view, view.passage.start, view.passage.end) if h.family == mention.family}
    out += [f"its-concepts={min(3, len(concepts))}", f"its-words={step(len(everyday), (1, 2, 4))}"]
    ours = own + view.ai_words() + view.own_concepts()
    out.append(f"balance={step(len(concepts) * 2 + len(everyday) - ours, (-4, -1, 1, 4))}")
    if own == 0 and view.ai_words() == 0 and view.own_concepts() == 0:
        out.append("nothing-own")
    if reading.own:
        out.append("grouped-with-own")
    out += flags(view, reading.sentence.start, reading.sentence.end)
    around = lemmas_of(view.low, view.passage.start, reading.sentence.start)
    around += lemmas_of(view.low, reading.sentence.end, view.passage.end)
    here = own_terms(view, reading.sentence.start, reading.sentence.end)
    everywhere_own = view.own_around
    out += [f"own-terms={step(here, (1, 2, 4))}", f"own-terms-around={step(everywhere_own - here, (1, 2, 4, 7))}"]
    if everywhere_own == 0:
        out.append("no-own-terms")
    near = [c for w in set(around) for c in classes().get(w, ())]
    out += [f"around-class={c}" for c in near]
    everywhere = near + [c for w in lemmas for c in classes().get(w, ())]
    out += _balance("passage", everywhere)
    nothing = everywhere_own == 0
    out += [f"{group} {'alone' if nothing else 'beside'} {c}" for c in set(everywhere)]
    out.append(f"{group} {'alone' if nothing else 'beside'} named {min(2, len({m.family for m in view.mentions}))}")
    out += [f"around={w}" for w in set(around) if w not in STOP]
    if view.whole.language != "en":
        out.append("foreign-language")
    return out


def profile_of(view: PassageView, start: int, end: int) -> list[ProfileHit]:
    """Return the everyday words between two offsets."""
    places = view.whole.profile_starts
    return view.whole.profile[bisect_left(places, start) : bisect_left(places, end)]


def concepts_of(view: PassageView, start: int, end: int) -> list[ConceptHit]:
    """Return the concepts that begin between two offsets of the passage."""
    places = view.whole.concept_starts
    return view.whole.concepts[bisect_left(places, start) : bisect_left(places, end)]


def lemmas_of(low: str, start: int, end: int) -> list[str]:
    """Return the lemmas of a stretch of folded text."""
    return word_lemmas(low[start:end]) if end > start else []


def flags(view: PassageView, start: int, end: int) -> Iterable[str]:
    """Return signals on the mood of a stretch: question, instruction, address, label, heading above."""
    line = view.low[start:end].strip()
    second_person = view.finds(SECOND_PERSON, start, end)
    return mood(line, view.whole.rules, second_person, view.disowned(), view.compares())


def mood(line: str, rules: Iterable[Rules], second_person: bool, disowned: bool, compares: bool) -> list[str]:
    """Return the signals of `flags` for a folded stretch without blanks around it."""
    out = []
    if "?" in line:
        out.append("question")
    if second_person:
        out.append("second-person")
    if any(r.instructs(line) for r in rules):
        out.append("instruction")
    if disowned:
        out.append("disowned")
    if compares:
        out.append("heading-compares")
    if not line.endswith((".", "?", "!", ":", ";", "。", "）", ")", '"', "*")):
        out.append("no-full-stop")
    if ":" in line[:40]:
        out.append("label-colon")
    return out
