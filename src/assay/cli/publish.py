"""`assay programme publish`: through the gate, and out as packages where it opens."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assay.cli.package import FORMAT_HELP
from assay.cli.start import DATA_HELP, owner, ready, sequence, utc_now
from assay.cli.writing import file_out

if TYPE_CHECKING:
    from assay.accounts.access import Actor
    from assay.studio.models import Programme
    from assay.studio.packaging.formats import Format

REFUSED = 10


def publish(
    programme: Annotated[str, typer.Argument(help="The programme's short name, as in its address.")],
    package: Annotated[
        list[str] | None, typer.Option(help=f"Write this package when it is published: {FORMAT_HELP}. May be repeated.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for the packages.")] = Path(),
    data: Annotated[Path | None, typer.Option(help=DATA_HELP)] = None,
) -> int:
    """Measure what is not fresh, ask the gate, publish or say what is in the way. Exit code 0 published, 10 refused."""
    ready(data)
    from django.conf import settings

    from assay.reports.exports.gate import published_lines
    from assay.studio.packaging.formats import format_of
    from assay.studio.publishing.services import programme_publish
    from assay.studio.queries import access_programme

    chosen = [format_of(name) for name in package or []]
    now = utc_now()
    actor = owner(now)
    row = access_programme(actor=actor, slug=programme)
    done = programme_publish(actor=actor, programme=row, now=now)
    sequence(now)
    typer.echo("\n".join(published_lines(row, done, origin=settings.ASSAY.origin)))
    if not done.answer.allowed:
        return REFUSED
    for each in chosen:
        _write(actor, row, each, out)
    return 0


def _write(actor: Actor, row: Programme, chosen: Format, out: Path) -> None:
    from assay.studio.publishing.release import package_make

    now = utc_now()
    made = package_make(row, chosen, draft=False, now=now)
    out.mkdir(parents=True, exist_ok=True)
    target = out / made.file_name
    file_out(target, made.content, by=actor, what=f"programme:{row.slug}", now=now)
    typer.echo(f"{target}: {chosen.title}, {len(made.content):,} bytes.")
