"""Measuring part of `assay bench audit`: many small artefacts through population, measurement and verdict, timed."""

import random
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from assay.accounts.access import Actor
from assay.assurance import services
from assay.assurance.models import Surface
from assay.assurance.shapes import CellSpec, MeasureItem
from assay.core.canonical import text_digest
from assay.detect.context import Context


@dataclass(frozen=True)
class BenchResult:
    """Seconds of wall time per stage, artefacts per second over all stages, and peak memory in MiB of this process and of
    its largest worker."""

    artefacts: int
    text_bytes: int
    population_seconds: float
    measure_seconds: float
    verdict_seconds: float
    resweep_seconds: float
    artefacts_per_second: float
    peak_mib: float
    peak_worker_mib: float
    state: str
    found: int


def audit_bench(
    *, surface: Surface, texts: list[tuple[str, str, str]], by: Actor, now: datetime, workers: int | None = None
) -> BenchResult:
    """Put, measure and judge `texts` (cell key, stratum, text) on an empty surface, then sweep once more unchanged.

    Run it on a database of its own: everything is really written. Canaries are to be there already.
    """
    started = time.perf_counter()
    cells = [CellSpec(key, stratum, text_digest(text), language="en", subject_id=key) for key, stratum, text in texts]
    services.cells_replace(surface=surface, cells=cells, by=by, now=now)
    put = time.perf_counter()
    services.surface_measure(surface=surface, items=_items(surface, texts), by=by, now=now, workers=workers)
    measured = time.perf_counter()
    row = services.verdict_refresh(surface=surface, now=now)
    judged = time.perf_counter()
    services.surface_measure(surface=surface, items=_items(surface, texts), by=by, now=now, workers=workers)
    services.verdict_refresh(surface=surface, now=now)
    swept = time.perf_counter()
    return BenchResult(
        artefacts=len(texts),
        text_bytes=sum(len(text.encode()) for _key, _stratum, text in texts),
        population_seconds=put - started,
        measure_seconds=measured - put,
        verdict_seconds=judged - measured,
        resweep_seconds=swept - judged,
        artefacts_per_second=len(texts) / (judged - started),
        peak_mib=_peak_mib(resource.RUSAGE_SELF),
        peak_worker_mib=_peak_mib(resource.RUSAGE_CHILDREN),
        state=row.state,
        found=row.found,
    )


def sample_texts(
    sentences: list[str], *, strata: list[str], count: int, size: int, seed: int
) -> list[tuple[str, str, str]]:
    """`count` texts of about `size` characters, composed of `sentences` at random, spread evenly over the strata."""
    rng = random.Random(seed)  # noqa: S311 - a reproducible sample, no secret
    return [(f"bench:{n:07}", strata[n % len(strata)], _text(sentences, size, rng)) for n in range(count)]


def _text(sentences: list[str], size: int, rng: random.Random) -> str:
    parts: list[str] = []
    length = 0
    while length < size:
        part = rng.choice(sentences)
        parts.append(part)
        length += len(part) + 1
    return " ".join(parts)


def _items(surface: Surface, texts: list[tuple[str, str, str]]) -> Iterator[MeasureItem]:
    companions = frozenset(surface.companions)
    contexts = {
        stratum: Context(surface.standard, companions, stratum, "en") for stratum in {each[1] for each in texts}
    }
    for key, stratum, text in texts:
        yield MeasureItem(key, text_digest(text), text, contexts[stratum], stratum, surface.governance)


def _peak_mib(who: int) -> float:
    """Peak resident memory; the unit of the kernel is KiB on Linux and bytes on macOS."""
    peak = resource.getrusage(who).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)
