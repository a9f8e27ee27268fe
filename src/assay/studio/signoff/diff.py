"""Two texts side by side, line by line, changed words marked. Pure; built on the standard library's difflib."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
CONTEXT = 3  # unchanged lines kept on each side of a change
LINES_MOST = 20_000  # beyond this, a comparison line by line costs more than it tells


@dataclass(frozen=True, slots=True)
class Run:
    """Some characters of a line; `changed` where the other side has others."""

    text: str
    changed: bool


@dataclass(frozen=True, slots=True)
class Side:
    """One line of one text: its number from 1 and its runs."""

    number: int
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the comparison. `kind`: same, changed, removed, added, or skipped (`count` lines left out)."""

    kind: Literal["same", "changed", "removed", "added", "skipped"]
    left: Side | None
    right: Side | None
    count: int = 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """All rows, and how many lines were changed, removed and added."""

    rows: tuple[Row, ...]
    changed: int
    removed: int
    added: int

    @property
    def same(self) -> bool:
        return not (self.changed or self.removed or self.added)


def compare(before: str, after: str, *, context: int = CONTEXT) -> Comparison:
    """Compare two texts. Unchanged stretches longer than twice `context` are skipped but for their ends."""
    left, right = before.splitlines()[:LINES_MOST], after.splitlines()[:LINES_MOST]
    rows: list[Row] = []
    for tag, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if tag == "equal":
            rows += [Row("same", _plain(a + at, left[a + at]), _plain(c + at, right[c + at])) for at in range(b - a)]
        else:
            rows += _block(left[a:b], right[c:d], a, c)
    kinds = [row.kind for row in rows]
    return Comparison(
        tuple(_folded(rows, context)), kinds.count("changed"), kinds.count("removed"), kinds.count("added")
    )


def _plain(index: int, text: str, *, changed: bool = False) -> Side:
    return Side(index + 1, (Run(text, changed),))


def _block(old: Sequence[str], new: Sequence[str], first: int, second: int) -> Iterator[Row]:
    """A replaced block: lines in pairs as far as both sides have some, then what is left on one side."""
    for at, (one, other) in enumerate(zip(old, new, strict=False)):
        left, right = _words(one, other)
        yield Row("changed", Side(first + at + 1, left), Side(second + at + 1, right))
    paired = min(len(old), len(new))
    for at in range(paired, len(old)):
        yield Row("removed", _plain(first + at, old[at], changed=True), None)
    for at in range(paired, len(new)):
        yield Row("added", None, _plain(second + at, new[at], changed=True))


def _words(one: str, other: str) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
    """Runs of two lines that replace each other; lines with little in common are marked whole."""
    left, right = _WORDS.findall(one), _WORDS.findall(other)
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    if matcher.ratio() < 0.4:
        return (Run(one, True),), (Run(other, True),)
    mine, theirs = [], []
    for tag, a, b, c, d in matcher.get_opcodes():
        if b > a:
            mine.append(Run("".join(left[a:b]), tag != "equal"))
        if d > c:
            theirs.append(Run("".join(right[c:d]), tag != "equal"))
    return tuple(mine), tuple(theirs)


def _folded(rows: Sequence[Row], context: int) -> Iterator[Row]:
    start = 0
    while start < len(rows):
        if rows[start].kind != "same":
            yield rows[start]
            start += 1
            continue
        end = start
        while end < len(rows) and rows[end].kind == "same":
            end += 1
        head = context if start else 0
        tail = context if end < len(rows) else 0
        if end - start > head + tail + 1:
            yield from rows[start : start + head]
            yield Row("skipped", None, None, end - start - head - tail)
            yield from rows[end - tail : end]
        else:
            yield from rows[start:end]
        start = end
