"""What stands between two blanks, read once: natural texts are made of few different ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

KEPT: Final = 32768  # chunks remembered; then all are forgotten
LONGEST: Final = 40  # characters of a chunk that is remembered


class Chunks(dict[str, tuple[str, ...]]):
    """Maps a chunk between blanks to what `read` makes of it.

    For every `read` that never joins what a blank separates, the parts of a text are those of its chunks in order.
    """

    def __init__(self, read: Callable[[str], tuple[str, ...]]) -> None:
        super().__init__()
        self.read = read

    def __missing__(self, chunk: str) -> tuple[str, ...]:
        found = self.read(chunk)
        if len(chunk) <= LONGEST:
            if len(self) >= KEPT:
                self.clear()
            self[chunk] = found
        return found
