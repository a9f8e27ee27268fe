"""What reading a text with all detectors costs, against bare matching of the same phrases over the same text."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from assay.cli.bench.material import texts
from assay.core.errors import InvalidInput
from assay.detect.context import Context
from assay.detect.folding import fold
from assay.detect.measure import measure
from assay.detect.piece import forget
from assay.detect.registry import DETECTORS
from assay.detect.scan import matches
from assay.detect.segment import sentences

_SECTION = re.compile(r"^(?=#{1,3} )", re.MULTILINE)
_ROUNDS = 3


def figures(course: Path | None, standard: str, *, count: int = 1500) -> dict[str, Any]:
    """Artefacts and megabytes per second of one processor for composed artefacts of 1 KB, and for the sections of a course.

    Each figure is the best of three rounds over the same texts, in processor time. Sentences that came before are remembered,
    as in a sweep, so the first rate is that of texts whose every sentence came before; `unremembered` is the rate where all
    is forgotten before each text, as if no two had a sentence in common. A portfolio lies between, by how many of its
    `sentences` are `different`.
    """
    found = _of("composed", list(texts(count)), "iso42001")
    if course is not None:
        found |= _of("course", _sections(course), standard)
    return found


def _of(name: str, bodies: Sequence[str], standard: str) -> dict[str, Any]:
    context, detectors = Context(standard), tuple(DETECTORS)
    folded = [fold(body) for body in bodies]
    size = sum(len(body.encode()) for body in bodies)
    fresh = _best(lambda: sum(len(measure(body, context, detectors)) for body in _forgetting(bodies)))
    full = _best(lambda: sum(len(measure(body, context, detectors)) for body in bodies))
    cut = [body[start:end] for body in bodies for start, end in sentences(body, 0, len(body))]
    bare = _best(lambda: sum(map(matches, folded)))
    return {
        f"{name}_artefacts": len(bodies),
        f"{name}_bytes_each": round(size / len(bodies)),
        f"{name}_sentences": len(cut),
        f"{name}_sentences_different": len(set(cut)),
        f"{name}_artefacts_per_second": round(len(bodies) / full),
        f"{name}_artefacts_per_second_unremembered": round(len(bodies) / fresh),
        f"{name}_megabytes_per_second": round(size / full / 1e6, 2),
        f"{name}_matching_megabytes_per_second": round(size / bare / 1e6, 1),
        f"{name}_full_to_matching": round(full / bare, 1),
        f"{name}_unremembered_to_matching": round(fresh / bare, 1),
    }


def _forgetting(bodies: Sequence[str]) -> Iterator[str]:
    for body in bodies:
        forget()
        yield body


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
