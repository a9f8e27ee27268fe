"""One pass of one automaton over a folded text: names, concepts, everyday words and the openings of cues, all at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from ahocorasick_rs import AhoCorasick

from assay.detect.concepts import ownership
from assay.detect.cues import CUES
from assay.detect.lexicon import lexicon
from assay.detect.profile import profiles

Raw = list[tuple[int, int, int]]  # index of a phrase in its own list, start, end
_NONE = -1


@dataclass(frozen=True, slots=True)
class Scan:
    """What stands where: `names` and `concepts` index the phrases of lexicon and ownership, `words` those of the profiles,
    each as the automaton of that list alone finds them, in its order; `cues` as `cues.Places` has it."""

    names: Raw
    concepts: Raw
    words: Raw
    cues: list[list[int]]

    def names_within(self, start: int, end: int) -> bool:
        """Whether a phrase of the lexicon lies between two offsets; without one, a text of just that names nothing."""
        return any(start <= left and right <= end for _, left, right in self.names)


@dataclass(frozen=True, slots=True)
class _Table:
    automaton: AhoCorasick
    entries: tuple[tuple[int, int, int, tuple[int, ...]], ...]


def scan(low: str) -> Scan:
    """Return every phrase in folded text, inside longer words too: whoever reads a phrase checks where it stands."""
    table = _table()
    entries = table.entries
    names: Raw = []
    concepts: Raw = []
    words: Raw = []
    cues: list[list[int]] = [[] for _ in CUES]
    for index, start, end in table.automaton.find_matches_as_indexes(low, overlapping=True):
        name, concept, word, opened = entries[index]
        if word >= 0:
            words.append((word, start, end))
        if concept >= 0:
            concepts.append((concept, start, end))
        if name >= 0:
            names.append((name, start, end))
        for cue in opened:
            cues[cue].append(start)
    for places in cues:
        if len(places) > 1:
            places.sort()
    return Scan(names, concepts, words, cues)


def matches(low: str) -> int:
    """Return how many phrases the automaton finds in folded text: the least that any reading with these phrases costs."""
    return len(_table().automaton.find_matches_as_indexes(low, overlapping=True))


@cache
def phrases() -> tuple[str, ...]:
    """Return the phrases of lexicon, ownership and profiles, each once."""
    return tuple(dict.fromkeys(_joined((lexicon().phrases, ownership().phrases, profiles().terms))))


@cache
def _table() -> _Table:
    lists = (lexicon().phrases, ownership().phrases, profiles().terms)
    places = [{phrase: index for index, phrase in enumerate(phrases)} for phrases in lists]
    openings: dict[str, list[int]] = {}
    for cue in CUES:
        for opening in cue.openings:
            openings.setdefault(opening, []).append(cue.number)
    every = tuple(dict.fromkeys((*_joined(lists), *openings)))
    return _Table(
        AhoCorasick(list(every)),
        tuple((*(known.get(p, _NONE) for known in places), tuple(openings.get(p, ()))) for p in every),  # type: ignore[misc]
    )


def _joined(lists: tuple[tuple[str, ...], ...]) -> Iterator[str]:
    for phrases in lists:
        yield from phrases
