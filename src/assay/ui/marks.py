"""Findings marked inside a text: cuts the text where marks begin and end, so that overlapping ones all show."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

SEVERITY: Final = ("A", "own", "B", "C")


@dataclass(frozen=True)
class Mark:
    """One finding in a text: character offsets [start, end), its bucket (A, B, C or own), what it is in words
    (`label`), a `key` unique on the page, and the address of the finding."""

    start: int
    end: int
    bucket: str
    label: str
    key: str
    url: str = ""


@dataclass(frozen=True)
class Segment:
    """A stretch of text under the same marks, gravest first; `opens` are those that begin with it."""

    text: str
    marks: tuple[Mark, ...] = ()
    opens: tuple[Mark, ...] = ()
    closes: tuple[Mark, ...] = ()


def segments(text: str, marks: Sequence[Mark]) -> list[Segment]:
    """Cut `text` into segments whose texts join to it exactly.

    Raises ValueError for a mark that is empty, lies outside the text, or has an unknown bucket.
    """
    for mark in marks:
        if not 0 <= mark.start < mark.end <= len(text) or mark.bucket not in SEVERITY:
            raise ValueError(f"Mark {mark.key!r} ({mark.bucket}, {mark.start}–{mark.end}) does not fit the text.")
    ordered = sorted(marks, key=lambda mark: (SEVERITY.index(mark.bucket), mark.start, mark.end))
    cuts = sorted({0, len(text), *(mark.start for mark in marks), *(mark.end for mark in marks)})
    result = []
    for start, end in pairwise(cuts):
        over = tuple(mark for mark in ordered if mark.start <= start and mark.end >= end)
        opens = tuple(mark for mark in over if mark.start == start)
        closes = tuple(mark for mark in over if mark.end == end)
        result.append(Segment(text[start:end], over, opens, closes))
    return result
