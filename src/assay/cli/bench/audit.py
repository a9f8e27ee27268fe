"""`assay bench audit`: import, measure and judge many artefacts in a fresh data folder."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer

from assay.cli.bench.material import peak_megabytes, show, texts
from assay.cli.start import owner, ready, sequence, utc_now


def audit(
    count: Annotated[int, typer.Option(help="How many artefacts of 1 KB.", min=10)] = 10_000,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Import, measure and judge artefacts of 1 KB: throughput of each step and peak memory."""
    with tempfile.TemporaryDirectory(prefix="assay-bench-") as folder:
        course = Path(folder) / "course"
        course.mkdir()
        for number, text in enumerate(texts(count)):
            (course / f"lesson-{number:06}.md").write_text(text, encoding="utf-8")
        ready(Path(folder) / "data")
        figures = _run(course, count)
    show(figures, as_json=as_json)


def _run(course: Path, count: int) -> dict[str, object]:
    from assay.studio.services import programme_import, programme_sweep

    now = utc_now()
    actor = owner(now)
    start = time.perf_counter()
    imported = programme_import(
        actor=actor, path=course, standard="iso42001", companions=(), title="Bench", mapping=None, now=now
    )
    sequence(now)
    import_seconds = time.perf_counter() - start
    begun = time.perf_counter()
    programme_sweep(actor=actor, programme=imported.programme, now=now)
    sequence(now)
    sweep_seconds = time.perf_counter() - begun
    begun = time.perf_counter()
    again = programme_sweep(actor=actor, programme=imported.programme, now=now)
    again_seconds = time.perf_counter() - begun
    return {
        "artefacts": imported.pieces,
        "import_seconds": round(import_seconds, 3),
        "import_per_second": round(imported.pieces / import_seconds),
        "first_sweep_seconds_with_canaries": round(sweep_seconds, 3),
        "first_sweep_per_second": round(count / sweep_seconds),
        "second_sweep_seconds": round(again_seconds, 3),
        "second_sweep_measured": again.measured,
        "peak_mib": round(peak_megabytes(), 1),
    }
