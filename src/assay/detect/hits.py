"""What detectors hand back: located hits, and one classification for a whole passage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Bucket = Literal["A", "B", "C", "own"]
Label = Literal["A", "B", "C", "NONE", "INCONCLUSIVE"]

DOUBT = "The detector cannot tell whether this drifts; a person should read it."


@dataclass(frozen=True, slots=True)
class Hit:
    """One located observation.

    `start` and `end` are character offsets into the given text and `quote == text[start:end]`. `confidence` is 0..1000.
    `features` are the named weights (in hundredths) whose sum decided; `reasons` say the same as sentences.
    `defect` is true for kinds declared defective and for bucket A, unless the detector is in doubt: then a person
    has to read it (`in_doubt`). `blocking` only where the detector is certain.
    """

    kind: str
    bucket: Bucket
    family: str
    start: int
    end: int
    quote: str
    confidence: int
    reasons: tuple[str, ...]
    features: tuple[tuple[str, int], ...]
    defect: bool
    blocking: bool

    @property
    def in_doubt(self) -> bool:
        """Whether the detector holds this for a person's reading: it may be drift, and may as well be honest."""
        return self.bucket == "A" and not self.defect


@dataclass(frozen=True, slots=True)
class Classification:
    """The verdict on a whole passage.

    `kind` is that of the deciding hit, "" where there is none. `families` holds family ids in order of appearance,
    `spans` the character offsets of the hits that decided. `confidence` is 0..1000.
    """

    label: Label
    kind: str
    families: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    confidence: int
    reasons: tuple[str, ...]
