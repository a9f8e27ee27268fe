"""`assay programme advise`: a model's votes on what waits for a person's reading."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assay.cli.output import TerminalProgress
from assay.cli.start import DATA_HELP, owner, ready, sequence, utc_now


def advise(
    slug: Annotated[str, typer.Argument(help="Short name of the programme.")],
    model: Annotated[str, typer.Option(help="Name of the model at the provider.")],
    base_url: Annotated[str, typer.Option(help="Address of an OpenAI-compatible provider.")],
    calls: Annotated[int, typer.Option(help="How many paid calls are allowed at most.", min=1)] = 400,
    data: Annotated[Path | None, typer.Option(help=DATA_HELP)] = None,
) -> None:
    """Ask a model about each passage that a detector holds for reading, and keep its votes beside them. They decide nothing."""
    folder = ready(data)
    from assay.studio.advice.services import advice_gather
    from assay.studio.queries import access_programme
    from assay.studio.spine import adviser_named

    now, progress = utc_now(), TerminalProgress()
    actor = owner(now)
    programme = access_programme(actor=actor, slug=slug)
    adviser = adviser_named(model=model, base_url=base_url, calls=calls, journal=folder / "model-calls")
    done = advice_gather(actor=actor, programme=programme, adviser=adviser, now=now, progress=progress)
    sequence(now)
    progress.finish()
    typer.echo("\n".join(done.lines()))
