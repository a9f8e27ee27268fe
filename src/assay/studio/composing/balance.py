"""Options and keys placed so that guessing does not pay: neither by length, nor by shared words, nor by letter."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from assay.studio.composing.choice import number, shuffled
from assay.studio.composing.questions import LETTERS, Item

CHANCE = Fraction(1, 4)
_STOP = frozenset(
    [
        "the",
        "and",
        "for",
        "with",
        "that",
        "this",
        "from",
        "what",
        "which",
        "who",
        "whom",
        "how",
        "not",
        "are",
        "was",
        "were",
        "has",
        "have",
        "had",
        "its",
        "their",
        "they",
        "them",
        "you",
        "your",
        "does",
        "into",
        "when",
        "where",
        "whose",
        "been",
        "being",
        "can",
        "could",
        "will",
        "would",
        "should",
        "may",
        "might",
        "must",
        "one",
        "two",
        "three",
        "only",
        "same",
        "other",
        "all",
        "any",
        "each",
        "more",
        "most",
        "than",
        "then",
        "there",
        "here",
        "such",
        "very",
        "also",
        "about",
        "after",
        "before",
        "first",
    ]
)


@dataclass(frozen=True)
class Candidate:
    """A question before its options are chosen: one right answer, three or more wrong ones, and its record."""

    stem: str
    right: str
    wrong: tuple[str, ...]
    make: Item


@dataclass(frozen=True)
class Guessing:
    """How three strategies score on a set of items, as shares; ties count by the chance of drawing the key."""

    longest: Fraction
    shared: Fraction
    letter: Fraction

    def worst(self) -> Fraction:
        """The largest distance from chance."""
        return max(abs(each - CHANCE) for each in (self.longest, self.shared, self.letter))


def guessing(items: Sequence[Item]) -> Guessing:
    """The scores of guessing on these items. On no items: chance."""
    if not items:
        return Guessing(CHANCE, CHANCE, CHANCE)
    count = len(items)
    common = Counter(item.key for item in items).most_common(1)[0][1]
    return Guessing(
        sum((longest_pays(item.options, item.key) for item in items), Fraction(0)) / count,
        sum((shared_pays(item.stem, item.options, item.key) for item in items), Fraction(0)) / count,
        Fraction(common, count),
    )


def longest_pays(options: Sequence[str], key: int) -> Fraction:
    """The chance that choosing the longest option is right."""
    return _share([len(option) for option in options], key)


def shared_pays(stem: str, options: Sequence[str], key: int) -> Fraction:
    """The chance that choosing the option with most words of the stem is right."""
    asked = content_words(stem)
    return _share([len(asked & content_words(option)) for option in options], key)


def content_words(text: str) -> frozenset[str]:
    """The words of a text that carry meaning, cut to six letters so that plural and tense do not matter."""
    words = re.findall(r"[a-z]{3,}", text.lower())
    return frozenset(word[:6] for word in words if word not in _STOP)


def balanced(candidates: tuple[Candidate, ...], seed: int) -> tuple[Item, ...]:
    """Choose options and key letters for all candidates; drop those that guessing would pay on too often, and twins.

    The order of the candidates is kept.
    """
    chosen: dict[int, tuple[str, ...]] = {}
    score = {"longest": Fraction(0), "shared": Fraction(0)}
    done = 0
    order = sorted(range(len(candidates)), key=lambda at: (len(candidates[at].wrong), number(seed, "order", at), at))
    seen: set[str] = set()
    for at in order:
        each = candidates[at]
        if each.stem.casefold() in seen:
            continue
        wrong = _wrong(each, score, done, seed)
        paid = shared_pays(each.stem, (each.right, *wrong), 0)
        if paid > CHANCE and score["shared"] + paid > (CHANCE + Fraction(1, 25)) * (done + 1) and done > 20:
            continue
        seen.add(each.stem.casefold())
        chosen[at] = wrong
        score["longest"] += longest_pays((each.right, *wrong), 0)
        score["shared"] += paid
        done += 1
    letters = _letters(len(chosen), seed)
    return tuple(
        _placed(candidates[at], wrong, letter, seed)
        for (at, wrong), letter in zip(sorted(chosen.items()), letters, strict=True)
    )


def _wrong(each: Candidate, score: dict[str, Fraction], done: int, seed: int) -> tuple[str, ...]:
    """The three wrong options that bring both running scores closest to chance."""
    target = {name: CHANCE * (done + 1) - value for name, value in score.items()}

    def miss(three: tuple[str, ...]) -> tuple[Fraction, int]:
        options = (each.right, *three)
        return (
            abs(target["longest"] - longest_pays(options, 0))
            + abs(target["shared"] - shared_pays(each.stem, options, 0)),
            number(seed, each.stem, *three),
        )

    return min(combinations(each.wrong[:8], 3), key=miss)


def _letters(count: int, seed: int) -> list[int]:
    """Key positions, each letter as often as any other, in an order that belongs to the seed."""
    return shuffled([at % len(LETTERS) for at in range(count)], "letters", seed)


def _placed(each: Candidate, wrong: tuple[str, ...], letter: int, seed: int) -> Item:
    others = shuffled(wrong, "options", seed, each.stem)
    options = [*others[:letter], each.right, *others[letter:]]
    return each.make.model_copy(update={"options": tuple(options), "key": letter})


def _share(values: Sequence[int], key: int) -> Fraction:
    top = max(values)
    if values[key] != top:
        return Fraction(0)
    return Fraction(1, sum(1 for value in values if value == top))
