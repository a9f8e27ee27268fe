"""What one text contributes to the profile of its programme: telling words by family, and words of the own subject.

A word is telling where honest programmes hardly use it (`data/common.json` lists those that they do use): "customer" and
"monitoring" say nothing about a subject, "effluent" does.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from assay.detect.context import Context
from assay.detect.view import read

COMMON: Final = Path(__file__).parent / "data" / "common.json"


class Word(NamedTuple):
    """A concept or everyday word of a family found in a text, with its mass (1 to 6, as a single reading weighs it)."""

    family: str
    word: str
    concept: bool
    mass: int


@dataclass(frozen=True, slots=True)
class Tally:
    """One artefact as the whole programme sees it.

    `foreign` are the distinct words of families that its programme may drift to (companions are not among them), telling
    or not; `own` counts distinct words of the programme's own subject. `language` is that of the text, "" where the text
    could not be read at all.
    """

    key: str
    pathway: str
    title: str
    language: str
    own: int
    foreign: tuple[Word, ...]

    @property
    def telling(self) -> tuple[Word, ...]:
        """The words that honest programmes hardly use."""
        known = common()
        return tuple(word for word in self.foreign if (word.family, word.word, word.concept) not in known)


def tally(text: str, context: Context, *, key: str) -> Tally:
    """Read one artefact's text against its programme: standard, companions, pathway, language and title in `context`."""
    view = read(text, context)
    words = sorted({Word(*found, mass) for found, mass in view.foreign_words})
    return Tally(key, context.artefact, context.title, view.language, len(set(view.own_places[1])), tuple(words))


def unread(key: str, pathway: str, title: str) -> Tally:
    """An artefact that is there and cannot be read."""
    return Tally(key, pathway, title, "", 0, ())


@cache
def common() -> frozenset[tuple[str, str, bool]]:
    """Words that honest programmes use: (family, word, whether it is a concept)."""
    listed = json.loads(COMMON.read_bytes())["words"]
    return frozenset((family, word, kind == "concept") for family, word, kind in listed)


@cache
def shown() -> dict[str, Fraction]:
    """By family, the highest spread (see `judging`) in any honest programme that was looked at."""
    highest: dict[str, Fraction] = {}
    for group in json.loads(COMMON.read_bytes())["spread"].values():
        for family, thousandths in group.items():
            highest[family] = max(highest.get(family, Fraction(0)), Fraction(thousandths, 1000))
    return highest
