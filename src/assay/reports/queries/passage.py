"""A finding's words in their sentence: what a reader needs who was shown no more than “HIPAA”."""

from __future__ import annotations

import re
from dataclasses import dataclass

_REACH = 150  # characters shown on either side at most
_EDGE = re.compile(r"[.!?…]\s|\n")


@dataclass(frozen=True, slots=True)
class Passage:
    """The words found (`words`) with what stands before and after them in the same sentence or line."""

    before: str
    words: str
    after: str

    def __str__(self) -> str:
        return f"{self.before}{self.words}{self.after}"


def passage_around(text: str, start: int, end: int) -> Passage:
    """Return `text[start:end]` with the rest of its sentence, at most 150 characters on either side.

    A cut within a sentence is shown by “…”. Offsets outside the text give what is there.
    """
    begin = max((m.end() for m in _EDGE.finditer(text, max(0, start - _REACH), start)), default=-1)
    if begin < 0:
        begin = max(0, start - _REACH)
        before = ("…" if begin else "") + text[begin:start]
    else:
        before = text[begin:start]
    edge = _EDGE.search(text, end, end + _REACH)
    if edge is not None:
        after = text[end : edge.start() + 1]
    else:
        after = text[end : end + _REACH] + ("…" if end + _REACH < len(text) else "")
    return Passage(before.lstrip(), text[start:end], after.rstrip())
