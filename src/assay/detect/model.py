"""The trained layer: four small linear models over named signals, as readable data (`data/model.json`).

`governs` tells a mention that governs from one that does not, `structure` a title or list from a statement, `passage` and
`sentence` drift without a name. Each is a sum of weights (hundredths of a logit); `scripts/train_detect.py` makes them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Final, Literal

from assay.detect.lexicon import DATA

Name = Literal["governs", "structure", "passage", "sentence"]
NAMES: Final[tuple[Name, ...]] = ("governs", "structure", "passage", "sentence")


@dataclass(frozen=True)
class Linear:
    """One model. `accept` is the score (hundredths) from which it says yes, `doubt` from which it is undecided,
    `block` from which its yes was right in at least 97 of 100 held-out passages; `slope` and `shift` turn a score
    into a share of right answers (logistic, fitted to held-out passages). `extra` is added to `accept` in artefacts of
    several passages, where one stretch is weak evidence against much other text."""

    bias: int
    weights: dict[str, int]
    accept: int
    doubt: int
    block: int
    slope: int
    shift: int
    extra: int

    def score(self, signals: Iterable[str]) -> int:
        """Return the sum of the weights of `signals` (hundredths of a logit)."""
        weights = self.weights
        return self.bias + sum([weights[signal] for signal in signals if signal in weights])

    @cached_property
    def words(self) -> dict[str, int]:
        """The weights of the signals "word=…" by word."""
        return {name[5:]: weight for name, weight in self.weights.items() if name.startswith("word=")}

    @cached_property
    def classes(self) -> dict[str, int]:
        """The weights of the signals "class=…" by class."""
        return {name[6:]: weight for name, weight in self.weights.items() if name.startswith("class=")}

    def confidence(self, score: int) -> int:
        """Return 0..1000: the share of right answers expected at this score."""
        x = max(-30.0, min(30.0, (score * self.slope / 100 + self.shift) / 100))
        return round(1000 / (1 + math.exp(-x)))

    def strongest(self, signals: Iterable[str], *, sign: int, count: int = 4) -> list[tuple[str, int]]:
        """Return the signals that spoke most for (`sign` 1) or against (-1), heaviest first."""
        weights = self.weights
        known = [(s, weights[s]) for s in signals if s in weights and weights[s] * sign > 0]
        return sorted(known, key=lambda item: (-abs(item[1]), item[0]))[:count]


@cache
def model(name: Name) -> Linear:
    """Return the model `name` of the packaged data (read once)."""
    return Linear(**_data()[name])


@cache
def _data() -> dict[Name, dict[str, Any]]:
    data: dict[Name, dict[str, Any]] = json.loads((DATA / "model.json").read_text("utf-8"))["models"]
    return data
