"""What a folder of `detectors/` declares: one detector with everything that the rest of the product asks about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from assay.detect.hits import Hit
from assay.detect.view import PassageView, View
from assay.detect.weighing import Reading

WEIGHING: Final = ("model.json", "classes.yaml", "wordlists.yaml")
"""Data that the trained models weigh with."""

GROUND: Final = ("iso42001.yaml", "eu_ai_act.yaml", "nist_ai_rmf.yaml", "iso23894_lifecycle.yaml", "iso42005.yaml")
"""Files of the catalog whose own wording is never another family's subject (`assay.detect.ground`)."""


class ReadsPassage(Protocol):
    """A pure function from a passage already read, and what its mentions are attached to, to hits in order of place.

    With `review` also what a person should read (`Hit.in_doubt`).
    """

    def __call__(self, view: PassageView, found: list[Reading], /, *, review: bool = False) -> list[Hit]: ...


ReadsText = Callable[[View], list[Hit]]
"""A pure function from a whole text already read to hits in order of place."""


def _none() -> tuple[Path, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Detector:
    """One detector. `scope` and `limits` are plain sentences; a language not listed is not measured.

    `kinds` are the kinds of defect that it answers for; its folder holds their canaries (`canaries.yaml` and, where the
    reserve has others, `canaries_reserve.yaml`: kind > form > frames). `drifts` says that they lead to another family,
    otherwise they are faults of the text itself. `order` is its place among the detectors, names decide ties.

    It reads by passage or by text, one of both. Its version changes with everything that reading a text depends on (code of
    the room, families and their words, attachment), with its own folder and the canaries, and with what it names here:
    `reads`, files of `data/`; `catalog`, files of the catalog; `also`, files that only some installations have.
    """

    name: str
    scope: str
    kinds: tuple[str, ...]
    languages: tuple[str, ...]
    limits: tuple[str, ...]
    by_passage: ReadsPassage | None = None
    by_text: ReadsText | None = None
    drifts: bool = False
    order: int = 100
    reads: tuple[str, ...] = ()
    catalog: tuple[str, ...] = ()
    also: Callable[[], tuple[Path, ...]] = _none
