"""One reading of a text, shared by all detectors: folded text, mentions, concepts, passages, language, own standard."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from operator import itemgetter
from typing import NamedTuple

from assay.detect.attachment import Rules, rules_for
from assay.detect.concepts import ConceptHit, ai_words, find_concepts
from assay.detect.context import Context
from assay.detect.cues import AI_WORD, DISOWNED, Cue
from assay.detect.folding import fold
from assay.detect.language import LANGUAGES, language_of
from assay.detect.lazy import lazy
from assay.detect.lexicon import Relation, lexicon, relation
from assay.detect.mentions import Mention, find_mentions, one_edit, supported
from assay.detect.profile import ProfileHit, find_profile
from assay.detect.scan import Scan, scan
from assay.detect.segment import Block, Passage, passages, sentences
from assay.detect.words import count_tokens

WordKey = tuple[str, str, bool]  # family, word, and whether it is a concept
_MASS = (0, 1, 3, 6)  # of a concept by strength

GRADED = frozenset(
    {
        "assignment-brief", "assignment-regeneration", "rubric", "lesson-quiz", "diagnostic", "applied-exercise", "capstone",
        "module-exam", "final-exam", "course-final-assessment", "scenario", "exam-bank-regeneration", "competency-map",
    }
)  # fmt: skip


DEPICTED = frozenset({"cover-image", "smart-hotspots"})


class Sentence(NamedTuple):
    """A sentence, the block that it stands in, and the sentence that leads into its list, if any."""

    start: int
    end: int
    block: Block
    lead: tuple[int, int] | None


@dataclass
class PassageView:
    """A passage with what was found in it; sentences are cut when first asked for."""

    whole: View
    passage: Passage
    mentions: list[Mention]
    concepts: list[ConceptHit]
    _sentences: list[Sentence] | None = field(default=None)
    _ai: int | None = field(default=None)
    judged: object = field(default=None)
    _disowned: bool | None = field(default=None)
    _compares: bool | None = field(default=None)

    @property
    def low(self) -> str:
        return self.whole.low

    def sentences(self) -> list[Sentence]:
        """Return all sentences of the passage in order."""
        if self._sentences is None:
            self._sentences = []
            lead: tuple[int, int] | None = None
            for block in self.passage.blocks:
                cut = self.whole.cut(block)
                listed = block.kind in ("bullet", "option", "row")
                self._sentences += [Sentence(s, e, block, lead if listed else None) for s, e in cut]
                if not listed and cut:
                    last = self.whole.text[cut[-1][0] : cut[-1][1]].rstrip("*_ ")
                    lead = cut[-1] if last.endswith((":", "：")) else None
        return self._sentences

    def ai_words(self) -> int:
        """Words of the AI domain in the passage."""
        if self._ai is None:
            places, low = self.whole.scanned.cues, self.low
            self._ai = sum(1 for _ in AI_WORD.finditer(low, places, self.passage.start, self.passage.end))
        return self._ai

    def finds(self, cue: Cue, start: int, end: int) -> bool:
        """Whether the expression of the cue matches in the folded text between two offsets."""
        return cue.search(self.whole.low, self.whole.scanned.cues, start, end) is not None

    @lazy
    def mass(self) -> dict[tuple[int, int], dict[str, int]]:
        """What `windows.candidates` found, by stretch."""
        return {}

    @lazy
    def own_around(self) -> int:
        """Distinct words of the programme's own subject in the whole passage (`signals.own_terms`)."""
        return own_terms(self, self.passage.start, self.passage.end)

    def own_mentions(self) -> int:
        if not self.mentions:
            return 0
        return sum(self.whole.relation_of(m) == "own" for m in self.mentions)

    def own_concepts(self) -> int:
        """Distinct concepts of the own family (strength 2 and 3) in the passage."""
        own = self.whole.own_families
        return len({h.concept.phrase for h in self.concepts if h.concept.family in own and h.concept.strength > 1})

    def own_words(self) -> int:
        """Words of the own domain: those of AI for AI rules, else the own family's concepts of any strength."""
        if self.whole.is_ai:
            return self.ai_words()
        own = self.whole.own_families
        return sum(h.concept.family in own for h in self.concepts)

    def disowned(self) -> bool:
        """Whether the passage itself says that something is out of place or out of scope."""
        if self._disowned is None:
            self._disowned = self.finds(DISOWNED, self.passage.start, self.passage.end)
        return self._disowned

    def compares(self) -> bool:
        """Whether the title or a heading above or inside the passage announces a comparison."""
        if self._compares is None:
            rules = self.whole.rules
            self._compares = any(r.compares(h) for h in self.headings() for r in rules)
        return self._compares

    def headings(self) -> list[str]:
        """Folded headings above and inside the passage, the artefact's title first."""
        inside = [b for b in self.passage.blocks if b.kind in ("heading", "title")]
        found = [self.low[b.start : b.end] for b in (*self.passage.headings, *inside)]
        return [fold(self.whole.context.title), *found] if self.whole.context.title else found


@dataclass
class View:
    """The text read once. `standard` is a family id, `language` an ISO 639-1 code, `rules` those of the language."""

    text: str
    context: Context
    standard: str
    companions: frozenset[str]
    low: str
    language: str
    rules: tuple[Rules, ...]
    mentions: list[Mention]
    concepts: list[ConceptHit]
    scanned: Scan
    passages: list[PassageView]

    @lazy
    def profile(self) -> list[ProfileHit]:
        """The everyday words of all disciplines in order of place; found when first asked for."""
        return find_profile(self.low, self.scanned.words)

    @lazy
    def profile_starts(self) -> list[int]:
        return [hit.start for hit in self.profile]

    @lazy
    def concept_starts(self) -> list[int]:
        return [hit.start for hit in self.concepts]

    @lazy
    def foreign_words(self) -> list[tuple[WordKey, int]]:
        """Every concept and everyday word of a family that the text may drift to, with its mass, in order of place."""
        return [(key, mass) for _, key, mass in self._foreign]

    @lazy
    def foreign_starts(self) -> list[int]:
        return [start for start, _, _ in self._foreign]

    @lazy
    def _foreign(self) -> list[tuple[int, WordKey, int]]:
        strayed = strays(self.standard, self.companions)
        found: list[tuple[int, WordKey, int]] = []
        for hit in self.concepts:
            concept = hit.concept
            if strayed[concept.family]:
                found.append((hit.start, (concept.family, concept.phrase, True), _MASS[concept.strength]))
        for word in self.profile:
            if strayed[word.family]:
                found.append((word.start, (word.family, word.term, False), 3 if word.sure else 1))
        found.sort(key=itemgetter(0))
        return found

    @lazy
    def own_places(self) -> tuple[list[int], list[str]]:
        """Places and words of the programme's own subject, in order of place."""
        own = self.own_families
        found = [(hit.start, hit.term) for hit in self.profile if hit.family in own]
        for hit in self.concepts:
            if hit.concept.family in own and hit.concept.strength > 1:
                found.append((hit.start, hit.concept.phrase))
        found.sort(key=itemgetter(0))
        return [start for start, _ in found], [term for _, term in found]

    def cut(self, block: Block) -> list[tuple[int, int]]:
        """Return the offsets of the sentences of a block."""
        found = self._cut.get(block.start)
        if found is None:
            found = self._cut[block.start] = sentences(self.text, block.start, block.end)
        return found

    @lazy
    def _cut(self) -> dict[int, list[tuple[int, int]]]:
        return {}

    def length(self, start: int, end: int) -> int:
        """Return the number of words, numbers and marks in a stretch."""
        return count_tokens(self.low[start:end])

    @lazy
    def is_ai(self) -> bool:
        return self.standard in lexicon().relations["ai_families"]

    @lazy
    def own_families(self) -> frozenset[str]:
        return own_families(self.standard)

    def relation(self, family: str) -> Relation:
        return relation(self.standard, family, self.companions)

    def relation_of(self, mention: Mention) -> Relation:
        """Return the relation of a mention; a management system that the standard itself asks for is its own."""
        if mention.sort in ("system", "acronym") and mention.family in own_systems(self.standard):
            return "own"
        return self.relation(mention.family)


class _Strays(dict[str, bool]):
    """Per family whether a text of `standard` with these companions can drift to it."""

    def __init__(self, standard: str, companions: frozenset[str]) -> None:
        super().__init__()
        self.standard, self.companions = standard, companions

    def __missing__(self, family: str) -> bool:
        own = family in own_families(self.standard) or family in own_systems(self.standard)
        found = not own and relation(self.standard, family, self.companions) in ("foreign", "adjacent", "kin")
        self[family] = found
        return found


@lru_cache(maxsize=256)
def strays(standard: str, companions: frozenset[str]) -> Mapping[str, bool]:
    """Return, per family, whether its words in such a programme's text may be drift (filled as families are asked for)."""
    return _Strays(standard, companions)


@cache
def own_families(standard: str) -> frozenset[str]:
    """Families whose concepts are the programme's own ground: the standard, and all rules about AI for an AI rule."""
    rules = lexicon().relations
    if standard in rules["ai_families"]:
        return frozenset(rules["ai_families"])
    return frozenset({standard, *rules["companions"].get(standard, ())})


@cache
def own_systems(standard: str) -> frozenset[str]:
    """Families whose management system the standard itself asks for, such as a quality system in the AI Act."""
    return frozenset(lexicon().relations["own_systems"].get(standard, ()))


@cache
def own_number(standard: str) -> str:
    """Return the number under which a standard is known ("42001"), "" for laws and frameworks."""
    numbers = [number for number, family in lexicon().numbers.items() if family == standard]
    return numbers[0] if numbers else ""


@cache
def resolve_family(name: str) -> str:
    """Return the family id that `name` stands for: an id, or any way of writing the standard."""
    known = lexicon().families
    plain = name.strip().lower().replace("-", "_").replace(" ", "_")
    if plain in known:
        return plain
    squeezed = re.sub(r"[^a-z0-9]", "", plain)
    for ident in known:
        if ident.replace("_", "") == squeezed:
            return ident
    found = find_mentions(name)
    return found[0].family if found else plain


def own_terms(view: PassageView, start: int, end: int) -> int:
    """Count the distinct words of the programme's own subject in a stretch; a mention of the standard counts twice."""
    whole = view.whole
    places, own = whole.own_places
    count = len(set(own[bisect_left(places, start) : bisect_left(places, end)]))
    if not view.mentions:
        return count
    return count + 2 * sum(start <= m.start < end and whole.relation_of(m) == "own" for m in view.mentions)


def read(text: str, context: Context) -> View:
    """Read `text` once for all detectors."""
    standard = resolve_family(context.standard)
    companions = frozenset(resolve_family(c) for c in context.companions)
    low = fold(text)
    language = language_of(text, hint=context.language)
    rules = (rules_for(language),) if language in LANGUAGES else ()
    if language != "en" and language in LANGUAGES:
        rules = (*rules, rules_for("en")) if _has_english(low) else rules
    scanned = scan(low)
    concepts = find_concepts(low, language, scanned.concepts)
    strong = frozenset(h.concept.family for h in concepts if h.concept.strength == 3)
    mentions: list[Mention] = []
    if scanned.names:
        mentions = supported(find_mentions(text, folded=low, own=own_number(standard), raw=scanned.names), strong)
        mentions = [_own_slip(m, standard, low) for m in mentions]
    view = View(text, context, standard, companions, low, language, rules, mentions, concepts, scanned, [])
    view.passages.extend(_passage_views(view))
    return view


def _own_slip(mention: Mention, standard: str, low: str) -> Mention:
    """Read a known number of no family ("ISO/IEC 42010") as a slip for the own one where the text is about AI management."""
    own = own_number(standard)
    if not own or mention.family in lexicon().families or not mention.number:
        return mention
    if sorted(mention.number) != sorted(own) and not one_edit(mention.number, own):
        return mention
    around = low[max(0, mention.start - 160) : mention.end + 160]
    if standard != "iso42001" or not ai_words(around):
        return mention
    return replace(mention, family=standard, typo=True)


def _has_english(low: str) -> bool:
    return " the " in low and " of " in low


def _passage_views(view: View) -> list[PassageView]:
    cut: list[PassageView] = []
    mention_starts = [m.start for m in view.mentions]
    concept_starts = [c.start for c in view.concepts]
    for passage in passages(view.text):
        i, j = bisect_left(mention_starts, passage.start), bisect_left(mention_starts, passage.end)
        k, n = bisect_left(concept_starts, passage.start), bisect_left(concept_starts, passage.end)
        cut.append(PassageView(view, passage, view.mentions[i:j], view.concepts[k:n]))
    return cut
