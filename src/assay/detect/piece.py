"""What one sentence holds, read once and remembered: texts of a portfolio share many of their sentences.

A sentence read alone shows what it shows in its text, because nothing that the detectors look for reaches beyond a sentence:
no phrase of theirs contains the end of one (`crossing` has the exceptions), and names that lean on their surroundings make
a sentence `told` False. What does depend on the surroundings is left to `detect.quiet`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Final

from assay.detect.attachment import rules_for
from assay.detect.concepts import find_concepts
from assay.detect.context import Context
from assay.detect.cues import COMPANY, DISOWNED, SECOND_PERSON
from assay.detect.folding import bounded
from assay.detect.lexicon import lexicon
from assay.detect.mentions import Mention, find_mentions
from assay.detect.own_standard import states_facts
from assay.detect.scan import phrases, scan
from assay.detect.segment import Passage
from assay.detect.view import (
    PassageView,
    View,
    WordKey,
    own_number,
    resolve_family,
)
from assay.detect.windows import masked_line
from assay.detect.words import count_tokens, shown_lemmas

KEPT: Final = 16_384  # sentences of one standard remembered in a process (5 KB each); then all are forgotten
SEEN: Final = 262_144  # digests of sentences that came at least once; then all are forgotten
LONGEST: Final = 600  # characters of a sentence that is remembered
_OPEN = re.compile(  # an anchor that a number in the next sentence may complete ("ISO. 14001")
    r"(?:iso|iec|lso|ios|is0|iatf|eic|ieee|ts|tr|pas|dis|fdis|cd|no|nr|norme?|norma|standard|规格|規格|标准)[\W_]*$"
)
_ENDS = re.compile(r"[.!?…。！？\"”][\"'”’)\]*_」』,}]*\s")


class Piece:
    """One sentence of texts whose programme has one standard and certain companions.

    `told` is False where its surroundings may change what it names, or where it names another family or states a fact of
    the own standard wrongly: then only reading the whole text tells what it means.
    """

    __slots__ = (
        "alone", "company", "disowned", "foreign", "leads", "lemmas", "length", "low", "mass", "named", "own", "part",
        "scores", "second_person", "told", "weight",
    )  # fmt: skip

    def __init__(self, text: str, low: str, standard: str, companions: frozenset[str]) -> None:
        scanned = scan(low)
        concepts = find_concepts(low, "en", scanned.concepts)
        context = Context(standard, companions, "lesson", "en")
        view = View(text, context, standard, companions, low, "en", (rules_for("en"),), [], concepts, scanned, [])
        self.told = True
        if scanned.names:
            found = _mentions(view)
            self.told = found is not None
            view.mentions.extend(found or ())
        own = [m for m in view.mentions if view.relation_of(m) == "own"]
        self.told = self.told and not states_facts(view, [m for m in view.mentions if m.family == standard])
        self.low = low
        self.named = len(own)
        self.foreign: dict[tuple[WordKey, int], None] = dict.fromkeys(view.foreign_words)
        self.mass: dict[str, int] = {}
        for key, weight in self.foreign:
            self.mass[key[0]] = self.mass.get(key[0], 0) + weight
        self.weight = max(self.mass.values(), default=0)
        self.own = frozenset(view.own_places[1])
        self.length = count_tokens(low)
        cues = scanned.cues
        self.company = COMPANY.search(low, cues, 0, len(low)) is not None
        self.second_person = SECOND_PERSON.search(low, cues, 0, len(low)) is not None
        self.disowned = DISOWNED.search(low, cues, 0, len(low)) is not None
        self.leads = text.rstrip("*_ ").endswith((":", "："))
        part = PassageView(view, Passage(0, len(low), (), ()), view.mentions, concepts)
        self.lemmas = {"": _masked(part, "")}
        self.part = part if self.mass else None  # most sentences need it no more
        self.scores: dict[tuple[object, ...], int] = {}
        self.alone: dict[tuple[str, str | None], bool] = {}

    def masked(self, family: str) -> tuple[str, ...]:
        """Return the lemmas of the sentence with the words of the family, of AI and of the own standard masked."""
        if self.part is None or family not in self.mass:
            return self.lemmas[""]
        found = self.lemmas.get(family)
        if found is None:
            found = self.lemmas[family] = _masked(self.part, family)
        return found

    def strengths(self, family: str) -> list[tuple[str, int]]:
        """Return phrase and strength of each concept of the family."""
        concepts = self.part.concepts if self.part is not None else ()
        return [(h.concept.phrase, h.concept.strength) for h in concepts if h.concept.family == family]

    def terms(self, family: str) -> list[tuple[str, bool]]:
        """Return each everyday word of the family, and whether it is sure."""
        words = self.part.whole.profile if self.part is not None else ()
        return [(h.term, h.sure) for h in words if h.family == family]


def _masked(part: PassageView, family: str) -> tuple[str, ...]:
    return tuple(shown_lemmas(masked_line(part, 0, len(part.low), family)))


def _mentions(view: View) -> list[Mention] | None:
    """Return the mentions of a sentence, None where one depends on the sentence's surroundings or names another family."""
    low, lex = view.low, lexicon()
    found = find_mentions(view.text, folded=low, own=own_number(view.standard), raw=view.scanned.names)
    for mention in found:
        if mention.weak or mention.typo or view.relation_of(mention) not in ("own", "companion"):
            return None
        if mention.sort == "name" and low.find("(", mention.end, mention.end + 2) >= 0 > low.find(")", mention.end):
            return None
    written = [m for m in found if m.sort == "designation"]
    for index, start, end in view.scanned.names:
        kind = lex.names[index].kind
        if kind in ("name", "system", "acronym") or any(m.start <= start and end <= m.end for m in written):
            continue
        if kind == "anchor":
            if _OPEN.search(low, start) is not None:
                return None
        elif bounded(low, start, end) or (kind == "number" and "_" in low[max(0, start - 1) : end + 1]):
            return None
    return found


class Pieces(dict[str, Piece]):
    """The sentences of programmes of one standard and certain companions that were read already.

    A sentence is read for remembering when it comes the second time: what comes once is not worth it.
    """

    def __init__(self, standard: str, companions: frozenset[str]) -> None:
        super().__init__()
        self.standard, self.companions = standard, companions
        self.seen: set[int] = set()

    def familiar(self, texts: Sequence[str]) -> bool:
        """Whether at least half of the sentences came before, so that reading them one by one is worth while."""
        fresh = [text for text in texts if text not in self]
        if not fresh:
            return True
        seen = self.seen
        marks = [hash(text) for text in fresh]
        new = sum([mark not in seen for mark in marks])
        if len(seen) > SEEN:
            seen.clear()
        seen.update(marks)
        return new * 2 <= len(texts)

    def of(self, text: str, low: str) -> Piece:
        """Return what is known of a sentence, `low` being its folded text."""
        found = self.get(text)
        if found is None:
            found = Piece(text, low, self.standard, self.companions)
            if len(text) <= LONGEST:
                if len(self) >= KEPT:
                    self.clear()
                self[text] = found
        return found


@lru_cache(maxsize=4)
def pieces_of(standard: str, companions: frozenset[str]) -> Pieces:
    """Return the sentences known for a standard and its companions, each under any name."""
    return Pieces(resolve_family(standard), frozenset(resolve_family(c) for c in companions))


def forget() -> None:
    """Forget every sentence. Answers stay the same; the next texts are read whole."""
    pieces_of.cache_clear()


@cache
def crossing() -> tuple[str, ...]:
    """Return the phrases that contain what may end a sentence; a text with one of them is never read sentence by sentence."""
    return tuple(phrase for phrase in phrases() if _ENDS.search(phrase))
