"""Figures that need no second computation: what each detector caught of its canaries, and its precision on the corpus.

Both depend on nothing but the detector's version (a digest over all that its answers and canaries depend on), and the
precision on the labelled passages as well. `data/figures.json` holds them as `scripts/make_figures.py` computed them,
with the version and the digest that they belong to. Figures of another version or of other passages are never
answered: whoever asks then computes. Tests compute them anew and compare. Knows no Django.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

from assay.core.verdict import Canary, Outcome
from assay.detect import corpus
from assay.detect.canaries.pieces import stock_load
from assay.detect.canaries.tally import tally
from assay.detect.context import Context
from assay.detect.corpus import passages_load
from assay.detect.discovery import DECLARED
from assay.detect.measure import measure
from assay.detect.registry import DETECTORS
from assay.detect.versions import digest_of

FILE: Final = Path(__file__).parents[1] / "data" / "figures.json"


def canaries_kept(detector: str, stratum: str, file: Path = FILE) -> tuple[Canary, ...] | None:
    """The tallies that planting would give now, in the order of the detector's kinds; None if they are not known."""
    kept = _of(detector, file).get("canaries", {}).get(stratum)
    if kept is None:
        return None
    version = DETECTORS[detector].version
    return tuple(Canary(detector, version, stratum, kind, *kept[kind]) for kind in DETECTORS[detector].kinds)


def precision_kept(detector: str, file: Path = FILE) -> tuple[int, int] | None:
    """What `precision_compute` would answer for the present version on the present passages; None if not known."""
    kept = _of(detector, file).get("precision")
    if kept is None or figures_load(file)["corpus"] != corpus_digest():
        return None
    return kept[0], kept[1]


def precision_compute(detector: str) -> tuple[int, int]:
    """In how many passages of the untouched half a reported defect is one, and in how many one is reported.

    The defect has to be of the detector's own sort: drift for the detectors of drift, a fault of its kinds for others.
    """
    kinds, drifts = DETECTORS[detector].kinds, DECLARED[detector].drifts
    hits = total = 0
    for passage in passages_load("test"):
        context = Context(passage.standard, frozenset(passage.companions), passage.artefact, passage.lang)
        if measure(passage.text, context, (detector,))[detector].outcome is Outcome.DEFECT:
            total += 1
            hits += passage.label == "A" if drifts else passage.kind in kinds
    return hits, total


def figures_compute() -> dict[str, Any]:
    """All that is kept, computed now (seconds): by detector its version, precision, and [caught, planted] by pathway and
    kind."""
    return {
        "corpus": corpus_digest(),
        "detectors": {
            name: {
                "version": spec.version,
                "precision": list(precision_compute(name)),
                "canaries": {
                    stratum: {each.kind: [each.caught, each.planted] for each in tally(name, stratum)}
                    for stratum in sorted(stock_load("reserve").carriers)
                },
            }
            for name, spec in sorted(DETECTORS.items())
        },
    }


@cache
def figures_load(file: Path = FILE) -> dict[str, Any]:
    """The file as it is; nothing of any detector where there is none."""
    found: dict[str, Any] = json.loads(file.read_bytes()) if file.is_file() else {"corpus": "", "detectors": {}}
    return found


@cache
def corpus_digest() -> str:
    """SHA-256 over the labelled passages that precision is measured on; training passages are not among them."""
    return digest_of(sorted(Path(corpus.__file__).parent.glob("passages-*.jsonl")))


def _of(detector: str, file: Path) -> dict[str, Any]:
    """What is kept of a detector's present version; nothing if the file is of another one."""
    kept: dict[str, Any] = figures_load(file)["detectors"].get(detector, {})
    return kept if kept.get("version") == DETECTORS[detector].version else {}
