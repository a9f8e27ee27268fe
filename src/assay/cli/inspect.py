"""`assay surfaces`, `assay detectors`, `assay version`: what is there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from assay.cli.start import DATA_HELP, owner, ready, utc_now


def version() -> None:
    """Print the version of the product."""
    from assay.version import product_version

    typer.echo(product_version())


def detectors(
    families: Annotated[bool, typer.Option("--families", help="List the ids of the standards instead.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """List the detectors with scope, kinds, languages and limits; or the ids of the families of standards."""
    from assay.detect.lexicon import lexicon
    from assay.detect.registry import DETECTORS

    if families:
        rows = [{"id": each.id, "name": each.name, "domain": each.domain} for each in lexicon().families.values()]
        typer.echo(
            json.dumps(rows, ensure_ascii=False, indent=2)
            if as_json
            else "\n".join(f"{row['id']:<16}{row['name']}  ({row['domain']})" for row in rows)
        )
        return
    specs = [
        {
            "name": each.name,
            "version": each.version,
            "scope": each.scope,
            "kinds": list(each.kinds),
            "languages": list(each.languages),
            "limits": list(each.limits),
        }
        for each in DETECTORS.values()
    ]  # fmt: skip
    if as_json:
        typer.echo(json.dumps(specs, ensure_ascii=False, indent=2))
        return
    for each in specs:
        typer.echo(
            f"{each['name']} {each['version']}\n  {each['scope']}\n  kinds: {', '.join(each['kinds'])}; languages: {', '.join(each['languages'])}"
        )
        for limit in each["limits"]:
            typer.echo(f"  limit: {limit}")


def surfaces(
    programme: Annotated[str, typer.Argument(help="The programme's short name; all when left out.")] = "",
    data: Annotated[Path | None, typer.Option(help=DATA_HELP)] = None,
    at: Annotated[int | None, typer.Option(help="Ledger position: the map as it was then.")] = None,
) -> None:
    """Print the surface map: each pathway, whether it is governed and audited, and how much of it was looked at."""
    ready(data)
    from assay.assurance.maps import surface_map
    from assay.assurance.models import Surface
    from assay.core.errors import NotFound
    from assay.studio.whole import KIND

    signs = {"green": "■ governed and audited", "amber": "▨ one of the two", "red": "□ neither", "empty": "· no cell"}
    rows = Surface.objects.filter(organization=owner(utc_now()).organization).exclude(kind=KIND)
    if programme:
        rows = rows.filter(key=programme)
        if not rows.exists():
            raise NotFound("programme", programme)
    for surface in rows:
        typer.echo(f"\n{surface.title}")
        for each in surface_map(surface, at=at).strata:
            typer.echo(f"  {signs[each.colour]:<24}{each.title:<28}{each.measured:>5} of {each.cells}")
