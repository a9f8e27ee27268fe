"""`assay bench detect`: how good the detectors are on the labelled passages, and how fast."""

from __future__ import annotations

import json
import time
from typing import Annotated

import typer

from assay.cli.bench.material import machine, texts


def detect(
    split: Annotated[str, typer.Option(help="dev (seen while building) or test (untouched).")] = "test",
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Precision, recall and F1 per label, kind, hard case and language with 95 % intervals, and passages per second."""
    from assay.detect.evaluate import evaluate_split, report_lines

    result = evaluate_split(split)
    speed = _speed()
    if as_json:
        typer.echo(
            json.dumps(
                {**result.to_json(), "passages_per_second": speed, "machine": machine()}, ensure_ascii=False, indent=2
            )
        )
        return
    typer.echo("\n".join(report_lines(result)))
    typer.echo(f"{speed:,} passages of 1 KB per second on one core")


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
