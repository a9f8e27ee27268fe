"""`assay programme items`: what learners' responses say of each question, and whether it is draft, in pilot or live."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assay.cli.start import DATA_HELP, owner, ready, sequence, utc_now

if TYPE_CHECKING:
    from assay.studio.itemstats.figures import Figure
    from assay.studio.itemstats.services import ItemReport

COLUMNS = (
    "item", "artefact", "state", "n", "difficulty", "difficulty_low", "difficulty_high", "point_biserial",
    "point_biserial_low", "point_biserial_high", "options", "reasons",
)  # fmt: skip


def items(
    programme: Annotated[str, typer.Option(help="The programme's short name.")],
    responses: Annotated[
        Path | None,
        typer.Option(help="QTI results (XML), xAPI statements (JSON), or CSV: learner, item, response, correct."),
    ] = None,
    csv_file: Annotated[
        Path | None, typer.Option("--csv", help="Write a line for each item; - for standard output.")
    ] = None,
    data: Annotated[Path | None, typer.Option(help=DATA_HELP)] = None,
) -> int:
    """Measure the questions of a programme by what learners answered; without responses say that it is unknown."""
    ready(data)
    from assay.studio.itemstats.services import items_unmeasured, responses_measure
    from assay.studio.queries import access_programme

    now = utc_now()
    actor = owner(now)
    row = access_programme(actor=actor, slug=programme)
    if responses is None:
        report = items_unmeasured(programme=row)
    else:
        report = responses_measure(actor=actor, programme=row, raw=responses.read_bytes(), name=responses.name, now=now)
        sequence(now)
    if csv_file is not None:
        _csv_write(report, csv_file)
    if csv_file is None or str(csv_file) != "-":
        typer.echo("\n".join(_lines(report)))
    return 0


def _lines(report: ItemReport) -> list[str]:
    states = ", ".join(f"{count:,} {state}" for state, count in report.counts().items())
    whole = report.figures
    lines = [
        f"{len(report.placed):,} questions: {states}.",
        f"{whole.learners:,} learners; {report.repeated:,} later attempts and {report.foreign:,} other responses left out.",
        f"Reliability (KR-20): {whole.kr20 or 'unknown'}, over {whole.complete:,} learners who answered every question answered by anybody.",
        f"Bounds: {report.bounds.words()}.",
    ]
    checked = [key for key, standing in report.standings.items() if standing.check_key]
    lines += [f"check the key of {key} in {report.placed[key].artefact}" for key in checked]
    return lines


def _csv_write(report: ItemReport, target: Path) -> None:
    stream = sys.stdout if str(target) == "-" else target.open("w", encoding="utf-8", newline="")
    try:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        for key, placed in report.placed.items():
            found, standing = report.figures.items[key], report.standings[key]
            options = "unknown" if found.options is None else " ".join(f"{share.value:.3f}" for share in found.options)
            writer.writerow(
                [
                    key,
                    placed.artefact,
                    standing.state,
                    found.n,
                    *_said(found.difficulty),
                    *_said(found.point_biserial),
                    options,
                    "; ".join(standing.reasons),
                ]
            )
    finally:
        if stream is not sys.stdout:
            stream.close()


def _said(figure: Figure | None) -> tuple[str, str, str]:
    if figure is None:
        return ("unknown", "unknown", "unknown")
    return (f"{figure.value:.3f}", f"{figure.low:.3f}", f"{figure.high:.3f}")
