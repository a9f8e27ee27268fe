"""Which texts are nearly the same: MinHash with one permutation, in groups. Pure, and needs no library.

A text is cut into runs of five words. Each run is hashed once and falls into one of 64 bins, which keeps its least hash; an
empty bin takes that of the next. The share of equal bins estimates the share of runs that two texts have in common
(Li, Owen and Zhang, "One permutation hashing", 2012; Shrivastava and Li, "Densifying one permutation hashing", 2014).
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Sequence
from typing import Final
from zlib import crc32

BINS: Final = 64
ROWS: Final = 4
ALIKE: Final = 51
"""Equal bins of 64 from which two texts count as nearly the same: 80 % of their runs."""
RUN: Final = 5
LEAST_WORDS: Final = 24
METHOD: Final = f"one-permutation-minhash/1 {BINS} {ROWS} {ALIKE} {RUN} {LEAST_WORDS}"
"""What must be the same for two comparisons of the same texts to find the same."""
_EMPTY: Final = 2**32 - 1
_MIX: Final = 0x9E3779B1
_words = re.compile(r"\w+").findall


def sketch(text: str) -> array[int] | None:
    """The 64 least hashes of a text; None below 24 words, where runs say little."""
    words = _words(text.casefold())
    if len(words) < LEAST_WORDS:
        return None
    bins = [_EMPTY] * BINS
    for start in range(len(words) - RUN + 1):
        mixed = crc32(" ".join(words[start : start + RUN]).encode("utf-8", "surrogatepass")) * _MIX & _EMPTY
        place, value = mixed % BINS, mixed // BINS
        if value < bins[place]:
            bins[place] = value
    return array("I", _filled(bins))


def _filled(bins: Sequence[int]) -> list[int]:
    """Empty bins take the next full one's value, marked by the distance so that chance meetings stay rare."""
    filled = list(bins)
    value, away = _EMPTY, 0
    for place in range(2 * BINS - 1, -1, -1):
        here = bins[place % BINS]
        value, away = (here, 0) if here != _EMPTY else (value, away + 1)
        filled[place % BINS] = (value + away * _MIX) & _EMPTY
    return filled


def equal_bins(one: Sequence[int], other: Sequence[int]) -> int:
    """How many of the 64 bins agree."""
    return sum(map(int.__eq__, one, other))


def groups(sketches: Sequence[Sequence[int] | None]) -> list[list[int]]:
    """Places of texts that are nearly the same, by chains of likeness, in order; texts without a like are left out.

    Texts meet where one of 16 bands of four bins agrees, and each is compared with the first that it meets there, so the
    time is that of the number of texts. Of two texts that have 80 % of their runs in common, all but one in four
    thousand pairs meet.
    """
    leader = list(range(len(sketches)))

    def first(place: int) -> int:
        while leader[place] != place:
            leader[place] = leader[leader[place]]
            place = leader[place]
        return place

    for band in range(0, BINS, ROWS):
        met: dict[tuple[int, ...], int] = {}
        for place, each in enumerate(sketches):
            if each is None:
                continue
            other = met.setdefault(tuple(each[band : band + ROWS]), place)
            if other == place or first(other) == first(place):
                continue
            like = sketches[other]
            if like is not None and equal_bins(each, like) >= ALIKE:
                one, two = sorted((first(other), first(place)))
                leader[two] = one
    found: dict[int, list[int]] = {}
    for place in range(len(sketches)):
        found.setdefault(first(place), []).append(place)
    return [each for each in found.values() if len(each) > 1]


def spread(found: Iterable[Sequence[int]], programme_of: Sequence[int]) -> list[list[int]]:
    """The groups that lie in more than one programme."""
    return [list(each) for each in found if len({programme_of[place] for place in each}) > 1]
