"""Measuring one text with several detectors in one pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assay.core.errors import NotFound
from assay.core.evidence import Outcome
from assay.detect.closeup import READING, second_look
from assay.detect.context import Context
from assay.detect.discovery import DECLARED
from assay.detect.explicit import readings
from assay.detect.hits import Hit
from assay.detect.quiet import is_quiet
from assay.detect.registry import DETECTORS
from assay.detect.view import View, read


@dataclass(frozen=True, slots=True)
class DetectorResult:
    """What one detector saw: an outcome, the hits in order of place (all buckets), and a reason where not conclusive."""

    outcome: Outcome
    hits: tuple[Hit, ...]
    reason: str = ""


_BY_PASSAGE = {name: each.by_passage for name, each in DECLARED.items() if each.by_passage is not None}
_BY_TEXT = {name: each.by_text for name, each in DECLARED.items() if each.by_text is not None}


def measure(text: str, context: Context, detectors: Sequence[str]) -> dict[str, DetectorResult]:
    """Measure `text` with each named detector and return a result per name.

    The outcome is defect where a hit is one, else inconclusive where the detector is in doubt about one, else clean;
    precondition_unmet for a language that the detector does not cover. Raises NotFound for a detector that is not registered.
    """
    for name in detectors:
        if name not in DETECTORS:
            raise NotFound("detector", name)
    if not text.strip():
        return {name: DetectorResult(Outcome.CLEAN, ()) for name in detectors}

    def measure_alone(part: str, names: Sequence[str]) -> dict[str, list[Hit]]:
        return hits_by_detector(read(part, context), names, review=True)

    if is_quiet(text, context, detectors, measure_alone):
        return {name: DetectorResult(Outcome.CLEAN, ()) for name in detectors}
    view = read(text, context)
    results: dict[str, DetectorResult] = {}
    # The second look weighs what the detectors of drift say of a sentence together, so all of them answer, whoever is asked.
    together = dict.fromkeys((*detectors, *READING)) if view.language == "en" else detectors
    able = [name for name in together if view.language in DETECTORS[name].languages]
    hits = second_look(
        view,
        hits_by_detector(view, able, review=True),
        measure_alone,
    )
    _hold_once(hits)
    for name in detectors:
        if name not in hits:
            reason = f"The text's language ({view.language}) is not one that {name} covers."
            results[name] = DetectorResult(Outcome.PRECONDITION_UNMET, (), reason)
            continue
        results[name] = _result(hits[name])
    return results


def _hold_once(hits: dict[str, list[Hit]]) -> None:
    """Hold nothing for reading where the same detector accuses the text of the same drift."""
    for name, found in hits.items():
        accused = {hit.family for hit in found if hit.defect}
        hits[name] = [hit for hit in found if not (hit.in_doubt and hit.family in accused)]


def _result(found: Sequence[Hit]) -> DetectorResult:
    if any(hit.defect for hit in found):
        return DetectorResult(Outcome.DEFECT, tuple(found))
    held = sum(hit.in_doubt for hit in found)
    if held:
        reason = "One passage waits" if held == 1 else f"{held} passages wait"
        return DetectorResult(Outcome.INCONCLUSIVE, tuple(found), f"{reason} for a person's reading.")
    return DetectorResult(Outcome.CLEAN, tuple(found))


def hits_by_detector(view: View, detectors: Sequence[str], *, review: bool = False) -> dict[str, list[Hit]]:
    """Return the hits of each named detector on a text already read; with `review` also what a person should read."""
    hits: dict[str, list[Hit]] = {name: [] for name in detectors}
    wanted = [name for name in detectors if name in _BY_PASSAGE]
    for passage in view.passages:
        if not wanted:
            break
        found = readings(passage)
        for name in wanted:
            hits[name] += _BY_PASSAGE[name](passage, found, review=review)
    for name in hits.keys() & _BY_TEXT.keys():
        hits[name] = _BY_TEXT[name](view)
    return hits
