"""What a text talks about in everyday words, by discipline (`families/<id>/words.yaml`), without any textbook term.

A single word proves nothing; how many different ones of one discipline stand together, and how few of the programme's
own, is what the trained model weighs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from assay.detect.families import folders
from assay.detect.folding import begins, bounded, fold


class ProfileHit(NamedTuple):
    """An everyday word of a discipline at start..end; `sure` where hardly any other discipline uses it."""

    family: str
    term: str
    sure: bool
    start: int
    end: int


@dataclass(frozen=True)
class Profiles:
    """The automaton over all beginnings of words; per beginning whether it is a whole word and whose it is."""

    automaton: AhoCorasick
    terms: tuple[str, ...]
    whole: tuple[bool, ...]
    owners: tuple[tuple[tuple[str, bool], ...], ...]


@cache
def profiles() -> Profiles:
    """Return the profiles of the packaged data (read once).

    A word stands for its longer forms too, one of up to four letters only with a final "*" or "-"; one with a final "$"
    stands for itself and its plural in -s alone ("bread$" is not read in "breadth").
    """
    owners: dict[str, dict[str, bool]] = {}
    closed: dict[str, bool] = {}
    for family, kind, word in _words():
        stem = fold(word).rstrip("*$")
        short = len(stem) <= 4 and not word.endswith(("*", "-")) and " " not in stem
        closed[stem] = short or word.endswith("$")
        owners.setdefault(stem, {}).setdefault(family, kind == "sure")
    terms = tuple(owners)
    return Profiles(
        AhoCorasick(list(terms)), terms, tuple(closed[t] for t in terms), tuple(tuple(owners[t].items()) for t in terms)
    )


def _words() -> Iterator[tuple[str, str, str]]:
    for folder in folders().values():
        for kind in ("sure", "usual"):
            for words in folder.words.get(kind, {}).values():
                for word in words:
                    yield folder.id, kind, str(word)


def find_profile(low: str, raw: list[tuple[int, int, int]] | None = None) -> list[ProfileHit]:
    """Return the everyday words in folded text in order of place; of overlapping ones of a family the longest stays.

    `raw` is what the automaton finds in `low` (index of the term, start, end), where that is known already.
    """
    known = profiles()
    if raw is None:
        raw = known.automaton.find_matches_as_indexes(low, overlapping=True)
    whole = known.whole
    spans = []
    for index, start, end in raw:
        if start and not begins(low, start):
            continue
        if whole[index] and not (
            bounded(low, start, end) or (end - start > 3 and low[end : end + 1] == "s" and bounded(low, start, end + 1))
        ):
            continue
        spans.append((start, -end, index))
    spans.sort()
    reach: dict[str, int] = {}
    found: list[ProfileHit] = []
    for start, minus_end, index in spans:
        for family, sure in known.owners[index]:
            if -minus_end > reach.get(family, -1):
                reach[family] = -minus_end
                found.append(ProfileHit(family, known.terms[index], sure, start, -minus_end))
    return found
