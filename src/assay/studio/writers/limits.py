"""Budget and pace of paid calls, counted over one run."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from assay.core.errors import Unavailable


@dataclass
class Limits:
    """At most `calls` calls and `tokens` tokens (0: any), not more than `per_minute` calls a minute (0: any pace).

    `clock` counts seconds, `sleep` waits; `stopped` is asked before each call and each wait.
    """

    calls: int = 400
    tokens: int = 0
    per_minute: int = 0
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    stopped: Callable[[], bool] = lambda: False
    made: int = field(default=0, init=False)
    spent: int = field(default=0, init=False)
    _last: float | None = field(default=None, init=False)

    def ask(self) -> None:
        """Wait for the pace, and count a call. Raises Unavailable where the budget is used up or somebody cancelled."""
        if self.made >= self.calls:
            raise Unavailable(
                f"The budget of {self.calls} paid calls is used up.",
                hint="Raise it and run again: paid calls are kept.",
            )
        if self.tokens and self.spent >= self.tokens:
            raise Unavailable(
                f"The budget of {self.tokens} tokens is used up.", hint="Raise it and run again: paid calls are kept."
            )
        if self.per_minute and self._last is not None:
            self.wait(self._last + 60 / self.per_minute - self.clock())
        self._check()
        self.made += 1
        self._last = self.clock()

    def wait(self, seconds: float) -> None:
        """Wait in steps of at most a second. Raises Unavailable once somebody cancelled."""
        left = seconds
        while left > 0:
            self._check()
            self.sleep(min(left, 1.0))
            left -= 1.0

    def pay(self, tokens: int) -> None:
        """Count what a call cost."""
        self.spent += tokens

    def _check(self) -> None:
        if self.stopped():
            raise Unavailable("Writing was cancelled.", hint="Run it again to go on: paid calls are kept.")
