"""Findings marked inside a text: cuts the text where marks begin and end, so that overlapping ones all show.

Markdown keeps every character, so that places stay true; its signs step back and what they mean stands out.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

SEVERITY: Final = ("A", "own", "read", "B", "C")
_MARKDOWN: Final = re.compile(
    r"^(?P<sign1>\#{1,6}[ \t]+)(?P<head>\S.*)$"
    r"|(?P<sign2>\*\*)(?P<strong>[^\s*][^*\n]*)(?P<sign3>\*\*)"
    r"|(?P<sign4>`)(?P<code>[^`\n]+)(?P<sign5>`)"
    r"|^(?P<sign6>-{3,}|\*{3,})[ \t]*$",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Mark:
    """One finding in a text: character offsets [start, end), its bucket (A, B, C, own, or read for what a person should read), what it is in words
    (`label`), a `key` unique on the page, and the address of the finding."""

    start: int
    end: int
    bucket: str
    label: str
    key: str
    url: str = ""


@dataclass(frozen=True)
class Segment:
    """A stretch of text under the same marks, gravest first; `opens` are those that begin with it.

    `look` is what Markdown makes of it: sign, head, strong, code, or empty.
    """

    text: str
    marks: tuple[Mark, ...] = ()
    opens: tuple[Mark, ...] = ()
    closes: tuple[Mark, ...] = ()
    look: str = ""


def _looks(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, look) of what Markdown sets apart, in order, without overlap."""
    for found in _MARKDOWN.finditer(text):
        for name, part in found.groupdict().items():
            if part:
                yield found.start(name), found.end(name), "sign" if name.startswith("sign") else name


def segments(text: str, marks: Sequence[Mark], *, markdown: bool = False) -> list[Segment]:
    """Cut `text` into segments whose texts join to it exactly.

    Raises ValueError for a mark that is empty, lies outside the text, or has an unknown bucket.
    """
    for mark in marks:
        if not 0 <= mark.start < mark.end <= len(text) or mark.bucket not in SEVERITY:
            raise ValueError(f"Mark {mark.key!r} ({mark.bucket}, {mark.start}–{mark.end}) does not fit the text.")
    ordered = sorted(marks, key=lambda mark: (SEVERITY.index(mark.bucket), mark.start, mark.end))
    looks = {start: (end, look) for start, end, look in (_looks(text) if markdown else ())}
    ends = {0, len(text), *(end for end, _ in looks.values()), *looks}
    cuts = sorted(ends | {mark.start for mark in marks} | {mark.end for mark in marks})
    result = []
    until, look = 0, ""
    for start, end in pairwise(cuts):
        until, look = looks.get(start, (until, look) if start < until else (0, ""))
        over = tuple(mark for mark in ordered if mark.start <= start and mark.end >= end)
        opens = tuple(mark for mark in over if mark.start == start)
        closes = tuple(mark for mark in over if mark.end == end)
        result.append(Segment(text[start:end], over, opens, closes, look))
    return result
