"""`assay bench detect`: how good the detectors are on the labelled passages, and how fast."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Annotated

import typer

from assay.cli.bench.material import machine, show, texts


def detect(
    split: Annotated[str, typer.Option(help="dev (seen while building) or test (untouched).")] = "test",
    speed: Annotated[bool, typer.Option("--speed", help="How fast they read instead of how well.")] = False,
    course: Annotated[
        Path | None, typer.Option(help="With --speed: also the sections of the Markdown files in this folder.")
    ] = None,
    standard: Annotated[str, typer.Option(help="What that course teaches.")] = "iso42001",
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Precision, recall and F1 per label, kind, hard case and language with 95 % intervals, and passages per second.

    With --speed: artefacts per second with all detectors on one processor, and how many times as long that takes as bare
    matching of the detectors' phrases over the same text.
    """
    if speed:
        from assay.cli.bench.speed import figures

        show(figures(course, standard), as_json=as_json)
        return
    from assay.detect.evaluate import evaluate_split, report_lines

    result = evaluate_split(split)
    per_second = _speed()
    if as_json:
        typer.echo(
            json.dumps(
                {**result.to_json(), "passages_per_second": per_second, "machine": machine()},
                ensure_ascii=False,
                indent=2,
            )
        )
        return
    typer.echo("\n".join(report_lines(result)))
    typer.echo(f"{per_second:,} passages of 1 KB per second on one core")


def _speed() -> int:
    from assay.detect.classify import classify
    from assay.detect.context import Context

    context = Context(standard="iso42001")
    passages = list(texts(1500))
    classify(passages[0], context)
    start = time.perf_counter()
    for text in passages:
        classify(text, context)
    return round(len(passages) / (time.perf_counter() - start))
