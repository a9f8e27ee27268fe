"""The proof that a text holds nothing: most texts of a portfolio do, and each of their sentences was read before.

`is_quiet` never decides anything: where it says yes, reading the whole text finds no hit of any kind
(`tests/core/test_detect_quiet.py` compares), and where it says no, the whole text is read. It weighs the same windows with
the same models, put together from the sentences that `detect.piece` remembers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import chain
from typing import Final

from assay.detect.attachment import Rules, rules_for, weights
from assay.detect.closeup import READING, SPOKEN, asked_alone, compares, looked_at
from assay.detect.context import Context
from assay.detect.drift import LEAST
from assay.detect.folding import fold
from assay.detect.ground import is_own_ground
from assay.detect.hits import Hit
from assay.detect.language import language_of
from assay.detect.lexicon import relation
from assay.detect.likeness import folder
from assay.detect.model import Linear, model
from assay.detect.own_standard import misnumbers_any
from assay.detect.piece import Piece, Pieces, crossing, pieces_of
from assay.detect.segment import Block, Passage, passages, sentences
from assay.detect.signals import artefact_group, mood
from assay.detect.windows import LONG_PARAGRAPH, amounts, background, score_of, wording_of
from assay.detect.words import shown_lemmas

Measure = Callable[[str, Sequence[str]], dict[str, list[Hit]]]
KNOWN: Final = frozenset({*READING, "own-standard"})


def is_quiet(text: str, context: Context, detectors: Sequence[str], measure_alone: Measure) -> bool:
    """Whether it is certain that none of the detectors has any hit in the text, which is not blank and in English."""
    if not KNOWN.issuperset(detectors) or folder() is not None or language_of(text, hint=context.language) != "en":
        return False
    low = fold(text)
    if any(phrase in low for phrase in crossing()):
        return False
    rules = rules_for("en")
    if context.title and rules.compares(fold(context.title)):
        return False
    pieces = pieces_of(context.standard, context.companions)
    cut = passages(text)
    spans = [sentences(text, block.start, block.end) for passage in cut for block in passage.blocks]
    if not pieces.familiar([text[start:end] for here in spans for start, end in here]):
        return False
    if context.standard == "iso42001" and misnumbers_any(low):
        return False
    reader = _Reader(text, low, context, pieces, rules, len(cut) > 1, measure_alone)
    at = iter(spans)
    return all(reader.quiet(passage, at) for passage in cut)


class _Reader:
    """One text that is read passage by passage."""

    def __init__(
        self, text: str, low: str, context: Context, pieces: Pieces, rules: Rules, several: bool, measure_alone: Measure
    ) -> None:
        self.text, self.low, self.context, self.pieces, self.rules = text, low, context, pieces, rules
        self.several, self.measure_alone = several, measure_alone

    def quiet(self, passage: Passage, spans: Iterator[list[tuple[int, int]]]) -> bool:
        """Whether nothing in the passage can be a hit; `spans` yields the sentences of each of its blocks."""
        text, low, of = self.text, self.low, self.pieces.of
        listed: list[tuple[Block, list[Piece]]] = []
        spoken = False
        for block in passage.blocks:
            here = [of(text[start:end], low[start:end]) for start, end in next(spans)]
            for piece in here:
                if not piece.told:
                    return False
                if piece.weight:
                    spoken = True
            listed.append((block, here))
        return not spoken or self._unmoved(passage, listed)

    def _unmoved(self, passage: Passage, listed: list[tuple[Block, list[Piece]]]) -> bool:
        """Whether the models see no drift in the passage, its paragraphs and its sentences, nor where these stand alone."""
        every = [piece for _, here in listed for piece in here]
        around = len(frozenset().union(*[piece.own for piece in every])) + 2 * sum([piece.named for piece in every])
        setting = _Setting(
            self.context.artefact, around, any(piece.disowned for piece in every), self._declared(passage)
        )
        linear = model("passage")
        whole = self.low[passage.start : passage.end]
        if _score(linear, self.pieces, every, whole, None, setting) >= linear.accept + linear.extra * self.several:
            return False
        lead: Piece | None = None
        for block, here in listed:
            hanging = block.kind in ("bullet", "option", "row")
            for piece in here:
                if piece.weight >= LEAST and not self._unmoved_alone(piece, block, lead if hanging else None, setting):
                    return False
                again = piece.weight >= SPOKEN and len(every) > 1 and looked_at(block.kind, len(piece.low))
                if again and not self._quiet_alone(piece):
                    return False
            if len(here) > 1 and block.end - block.start <= LONG_PARAGRAPH and _weight(here) >= LEAST:
                stretch = self.low[block.start : block.end]
                if _score(model("sentence"), self.pieces, here, stretch, None, setting) >= lowest():
                    return False
            if not hanging and here:
                lead = here[-1] if here[-1].leads else None
        return True

    def _unmoved_alone(self, piece: Piece, block: Block, lead: Piece | None, setting: _Setting) -> bool:
        key = (*setting.key, None if lead is None else lead.low)
        score = piece.scores.get(key)
        if score is None:
            score = _score(model("sentence"), self.pieces, [piece], piece.low, lead, setting)
            piece.scores[key] = score
        return score < lowest()

    def _declared(self, passage: Passage) -> bool:
        """Whether a heading above or inside the passage announces a comparison."""
        inside = [b for b in passage.blocks if b.kind in ("heading", "title")]
        return any(self.rules.compares(self.low[b.start : b.end]) for b in (*passage.headings, *inside))

    def _quiet_alone(self, piece: Piece) -> bool:
        """Whether a second look at the sentence finds nothing, whatever stands around it."""
        context = self.context
        key = (artefact_group(context.artefact), context.language)
        found = piece.alone.get(key)
        if found is None:
            found = piece.alone[key] = self._sounds(piece) is False
        return found

    def _sounds(self, piece: Piece) -> bool:
        if piece.part is None:
            return False
        low, view = piece.low, piece.part.whole
        if compares(low, 0, len(low)) or is_own_ground(self.pieces.standard, low):
            return False
        asked = asked_alone(view.text, low, self.context.artefact, READING, view.scanned.names_within(0, len(low)))
        if not asked:
            return False
        hits = self.measure_alone(view.text, asked).values()
        return any(hit.defect or hit.in_doubt for found in hits for hit in found)


class _Setting:
    """What a sentence shares with its passage."""

    __slots__ = ("around", "artefact", "declared", "disowned", "key")

    def __init__(self, artefact: str, around: int, disowned: bool, declared: bool) -> None:
        self.artefact, self.around, self.disowned, self.declared = artefact, around, disowned, declared
        self.key = (artefact_group(artefact), min(around, 10), disowned, declared)


def _masses(pieces: Sequence[Piece]) -> dict[str, int]:
    if len(pieces) == 1:
        return pieces[0].mass
    mass: dict[str, int] = {}
    for key, weight in dict.fromkeys(chain.from_iterable([piece.foreign for piece in pieces if piece.weight])):
        mass[key[0]] = mass.get(key[0], 0) + weight
    return mass


def _weight(pieces: Sequence[Piece]) -> int:
    return max(_masses(pieces).values(), default=0)


def _score(
    linear: Linear, known: Pieces, pieces: Sequence[Piece], stretch: str, lead: Piece | None, setting: _Setting
) -> int:
    """Return what `linear` says of the window over these sentences of one passage (`windows.window_of`)."""
    mass = _masses(pieces)
    family = max(mass, key=lambda name: (mass[name], name))
    its = [piece for piece in pieces if family in piece.mass]
    strengths: dict[str, int] = {}
    terms: dict[str, bool] = {}
    for piece in its:
        for phrase, strength in piece.strengths(family):
            strengths.setdefault(phrase, strength)
        terms.update(piece.terms(family))
    own = len(frozenset().union(*[piece.own for piece in pieces])) + 2 * sum([piece.named for piece in pieces])
    length = max(1, sum([piece.length for piece in pieces]))
    signals = amounts(tuple(strengths.values()), terms, length, own, family, mass)
    signals += background(relation(known.standard, family, known.companions), family, setting.artefact, setting.around)
    if any(piece.company for piece in pieces):
        signals.append("company")
    second_person = any(piece.second_person for piece in pieces)
    signals += mood(stretch.strip(), (rules_for("en"),), second_person, setting.disowned, setting.declared)
    lemmas = list(chain.from_iterable([piece.masked(family) for piece in pieces]))
    if lead is not None:
        lemmas = shown_lemmas(lead.low) + lemmas
    return score_of(linear, wording_of(lemmas), signals)


@cache
def lowest() -> int:
    """Return the score of a sentence or paragraph from which any of the detectors may make something of it."""
    linear, review = model("sentence"), weights()["review"]
    borders: list[int] = [border for name, border in review.items() if name != "mention"]
    return min(*borders, linear.accept, linear.accept - linear.doubt, linear.accept + linear.extra)
