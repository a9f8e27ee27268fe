"""The pure function that every engine runs: texts of one partition in, results and located findings out."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from assay.assurance.shapes import MeasureItem
from assay.core.canonical import digest as digest_of
from assay.core.verdict import Outcome, Strength
from assay.detect.hits import Hit
from assay.detect.measure import measure
from assay.detect.registry import DETECTORS


@dataclass(frozen=True, slots=True)
class Work:
    """One item and the detectors that are due for it."""

    item: MeasureItem
    detectors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A hit with its place. `key` binds cell, digest, detector, version, standard, companions, kind, family and span; lines count from 1."""

    key: str
    detector: str
    version: str
    hit: Hit
    line_start: int
    line_end: int


@dataclass(frozen=True, slots=True)
class Result:
    """What one detector said about one text."""

    detector: str
    version: str
    outcome: Outcome
    strength: Strength
    reason: str


@dataclass(frozen=True, slots=True)
class CellResult:
    """What was measured about one cell; `results` in the order of detector names, `found` in that of the text."""

    item: MeasureItem
    results: tuple[Result, ...]
    found: tuple[Found, ...]


def measure_partition(work: Sequence[Work]) -> tuple[CellResult, ...]:
    """Measure each item with its detectors. Results come in the order of cell keys, whatever the order of `work`."""
    return tuple(_measure_one(each) for each in sorted(work, key=lambda each: each.item.cell_key))


def _measure_one(work: Work) -> CellResult:
    item = work.item
    answers = measure(item.text, item.context, work.detectors)
    results: list[Result] = []
    found: dict[str, Found] = {}
    breaks: list[int] | None = None
    for name in sorted(answers):
        answer, version = answers[name], DETECTORS[name].version
        # A detector reads the thing itself: that is an observation, neither a document about it nor a drill.
        results.append(Result(name, version, answer.outcome, Strength.OBSERVED, answer.reason))
        for hit in answer.hits:
            if breaks is None:
                breaks = [place for place, letter in enumerate(item.text) if letter == "\n"]
            each = _locate(item, name, version, hit, breaks)
            found.setdefault(each.key, each)
    ordered = sorted(found.values(), key=lambda each: (each.hit.start, each.hit.end, each.key))
    return CellResult(item, tuple(results), tuple(ordered))


def _locate(item: MeasureItem, detector: str, version: str, hit: Hit, breaks: list[int]) -> Found:
    first = bisect_right(breaks, hit.start - 1) + 1
    last = bisect_right(breaks, max(hit.start, hit.end - 1) - 1) + 1
    return Found(finding_key(item, detector, version, hit), detector, version, hit, first, last)


def finding_key(item: MeasureItem, detector: str, version: str, hit: Hit) -> str:
    """The key of a finding. What was found for one standard is not decided for another, so the reading is part of it."""
    reading = [item.context.standard, sorted(item.context.companions)]
    of_text = [item.cell_key, item.digest, detector, version]
    return digest_of([*of_text, *reading, hit.kind, hit.family or "", hit.start, hit.end])
