"""Which texts are nearly the same: MinHash with one permutation, in groups. Pure, and needs no library.

A text is cut into runs of five words. Each run is hashed once, from hashes of its words, and falls into one of 64 bins, which keeps its least hash; an
empty bin takes that of the next. The share of equal bins estimates the share of runs that two texts have in common
(Li, Owen and Zhang, "One permutation hashing", 2012; Shrivastava and Li, "Densifying one permutation hashing", 2014).
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable, Sequence
from typing import Final
from zlib import crc32

BINS: Final = 64
ROWS: Final = 4
ALIKE: Final = 51
"""Equal bins of 64 from which two texts count as nearly the same: 80 % of their runs."""
RUN: Final = 5
LEAST_WORDS: Final = 24
METHOD: Final = f"one-permutation-minhash/2 {BINS} {ROWS} {ALIKE} {RUN} {LEAST_WORDS}"
"""What must be the same for two comparisons of the same texts to find the same."""
_SHORT: Final = 2**16 - 1
_MIX: Final = 0x9E3779B97F4A7C15
_LAST: Final = BINS - 1
_BANDS: Final = BINS // ROWS
_BYTES: Final = 2 * BINS
_KNOWN: Final = 200_000
_words = re.compile(r"\w+").findall


class _Hashes(dict[str, int]):
    """The hash of each word, reckoned once: texts of a portfolio share their words."""

    def __missing__(self, word: str) -> int:
        if len(self) > _KNOWN:
            self.clear()
        found = self[word] = crc32(word.encode("utf-8", "surrogatepass"))
        return found


_hashes: Final = _Hashes()


def sketch(text: str) -> array[int] | None:
    """The 64 least hashes of a text, 16 bits of each; None below 24 words, where runs say little."""
    words = list(map(_hashes.__getitem__, _words(text.casefold())))
    if len(words) < LEAST_WORDS:
        return None
    # Tuples of whole numbers have the same hash in every process; text has not.
    runs = sorted(map(hash, zip(words, words[1:], words[2:], words[3:], words[4:], strict=False)), reverse=True)
    bins = dict(zip(map(_LAST.__and__, runs), runs, strict=True))
    if len(bins) < BINS:
        _fill(bins)
    return array("H", [bins[place] >> 6 & _SHORT for place in range(BINS)])


def _fill(bins: dict[int, int]) -> None:
    """Empty bins take the next full one's value, marked by the distance so that chance meetings stay rare."""
    full = sorted(bins)
    ahead = full[0] + BINS
    for place in range(_LAST, -1, -1):
        if place in bins:
            ahead = place
        else:
            bins[place] = bins[ahead % BINS] + (ahead - place) * _MIX


class Sketches:
    """The sketches of many texts by number, 128 bytes each; a text that says little has none."""

    def __init__(self, count: int) -> None:
        self.held = bytearray(_BYTES * count)
        self.there = bytearray(count)

    def put(self, place: int, each: array[int] | None) -> None:
        if each is not None:
            self.held[place * _BYTES : (place + 1) * _BYTES] = each.tobytes()
            self.there[place] = 1

    def compared(self) -> int:
        """How many texts have one."""
        return self.there.count(1)


def sketches_of(given: Sequence[array[int] | None]) -> Sketches:
    """These sketches under their places."""
    made = Sketches(len(given))
    for place, each in enumerate(given):
        made.put(place, each)
    return made


def equal_bins(one: Sequence[int], other: Sequence[int]) -> int:
    """How many of the 64 bins agree."""
    return sum(map(int.__eq__, one, other))


def groups(sketches: Sketches) -> list[list[int]]:
    """Places of texts that are nearly the same, by chains of likeness, in order; texts without a like are left out.

    Texts meet where one of 16 bands of four bins agrees, and each is compared with the first that it meets there, so the
    time is that of the number of texts. Of two texts that have 80 % of their runs in common, all but one in four
    thousand pairs meet.
    """
    there = sketches.there
    leader = array("L", range(len(there)))
    bins = memoryview(sketches.held).cast("H")

    def first(place: int) -> int:
        while leader[place] != place:
            leader[place] = leader[leader[place]]
            place = leader[place]
        return place

    for band in range(_BANDS):
        met: dict[int, int] = {}
        keys = memoryview(sketches.held).cast("Q")[band::_BANDS]
        for place, key in enumerate(keys):
            if not there[place]:
                continue
            other = met.setdefault(key, place)
            if other == place or first(other) == first(place):
                continue
            if equal_bins(bins[place * BINS : (place + 1) * BINS], bins[other * BINS : (other + 1) * BINS]) >= ALIKE:
                one, two = sorted((first(other), first(place)))
                leader[two] = one
    found: dict[int, list[int]] = {}
    for place in range(len(there)):
        if first(place) != place:
            found.setdefault(first(place), [first(place)]).append(place)
    return [found[each] for each in sorted(found)]


def spread(found: Iterable[Sequence[int]], programme_of: Callable[[int], int]) -> list[list[int]]:
    """The groups that lie in more than one programme."""
    return [list(each) for each in found if len({programme_of(place) for place in each}) > 1]
