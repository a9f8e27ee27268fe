"""What reading a text with all detectors costs, against bare matching of the same phrases over the same text."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from assay.cli.bench.material import texts
from assay.core.errors import InvalidInput
from assay.detect.context import Context
from assay.detect.folding import fold
from assay.detect.measure import measure
from assay.detect.registry import DETECTORS
from assay.detect.scan import matches

_SECTION = re.compile(r"^(?=#{1,3} )", re.MULTILINE)
_ROUNDS = 3


def figures(course: Path | None, standard: str, *, count: int = 1500) -> dict[str, Any]:
    """Artefacts and megabytes per second of one processor for composed artefacts of 1 KB, and for the sections of a course.

    Each figure is the best of three rounds in processor time; every round reads every text anew.
    """
    found = _of("composed", list(texts(count)), "iso42001")
    if course is not None:
        found |= _of("course", _sections(course), standard)
    return found


def _of(name: str, bodies: Sequence[str], standard: str) -> dict[str, Any]:
    context, detectors = Context(standard), tuple(DETECTORS)
    folded = [fold(body) for body in bodies]
    size = sum(len(body.encode()) for body in bodies)
    full = _best(lambda: sum(len(measure(body, context, detectors)) for body in bodies))
    bare = _best(lambda: sum(map(matches, folded)))
    return {
        f"{name}_artefacts": len(bodies),
        f"{name}_bytes_each": round(size / len(bodies)),
        f"{name}_artefacts_per_second": round(len(bodies) / full),
        f"{name}_megabytes_per_second": round(size / full / 1e6, 2),
        f"{name}_matching_megabytes_per_second": round(size / bare / 1e6, 1),
        f"{name}_full_to_matching": round(full / bare, 1),
    }


def _best(run: Callable[[], int]) -> float:
    run()
    seconds = []
    for _ in range(_ROUNDS):
        start = time.process_time()
        run()
        seconds.append(time.process_time() - start)
    return min(seconds)


def _sections(course: Path) -> list[str]:
    """The sections of all Markdown and text files in a folder, cut at headings of the first three levels."""
    files = sorted(path for path in course.rglob("*") if path.suffix in (".md", ".txt"))
    found = [part for path in files for part in _SECTION.split(path.read_text("utf-8")) if part.strip()]
    if not found:
        raise InvalidInput(f"{course} holds no Markdown or text file.", hint="Name the folder of a course.")
    return found
