"""Words and figures on a terminal: progress on standard error, results on standard output."""

from __future__ import annotations

import os
import sys
import time
from typing import Protocol, TextIO


class Step(Protocol):
    """One report of long work: what is being done, how many of how many (total 0: unknown)."""

    @property
    def stage(self) -> str: ...
    @property
    def done(self) -> int: ...
    @property
    def total(self) -> int: ...


def colour_wanted(stream: TextIO) -> bool:
    """Whether the stream is a terminal that shows colour; NO_COLOR (no-color.org) switches it off."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


class TerminalProgress:
    """One line on standard error that is rewritten on a terminal, or a line per label where there is none."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._live = self._stream.isatty()
        self._label = ""
        self._since = 0.0
        self._drawn = 0.0

    def __call__(self, step: Step) -> None:
        """Show how far the work is, with the rate and the time left once they can be known."""
        label, done, total, now = step.stage, step.done, step.total, time.monotonic()
        if label != self._label:
            self.finish()
            self._label, self._since = label, now
            if not self._live:
                self._stream.write(f"  {label} …\n")
        if self._live and (now - self._drawn > 0.1 or done == total):
            self._drawn = now
            self._stream.write(f"\r\033[K  {label} {self._figures(done, total, now)}")
            self._stream.flush()

    def _figures(self, done: int, total: int, now: float) -> str:
        text = f"{done:,} of {total:,}" if total else f"{done:,}"
        spent = now - self._since
        if total and done and spent > 1.0:
            rate = done / spent
            text += f" · {rate:,.0f}/s · {max(0.0, (total - done) / rate):.0f} s left"
        return text

    def finish(self) -> None:
        """Close the line that is being drawn."""
        if self._live and self._label:
            self._stream.write("\n")
        self._label = ""
