"""`assay bench canaries`: what becomes of planted defects and of honest texts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assay.detect.canaries.survey import Fate


_THIN = 60  # thin programmes at most: each takes as long as 200 texts


def canaries(
    count: Annotated[int, typer.Option(help="Planted defects per kind and pathway.", min=1, max=500)] = 60,
    detector: Annotated[str, typer.Option(help="Only of this detector, without whole programmes.")] = "",
    family: Annotated[str, typer.Option(help="Only what leads to this family, without whole programmes.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, by kind and pathway.")] = False,
) -> None:
    """Plant held-back defects in all pathways: how many are accused, held for reading, or pass as clean, and where the
    lower bound of what does not pass is under 0.50, so that a verdict counts nothing there as measured. Then the same for
    whole programmes of 22 texts."""
    from assay.core.errors import NotFound
    from assay.detect.canaries.pieces import stock_load
    from assay.detect.canaries.survey import honest, planted
    from assay.detect.registry import DETECTORS

    if detector and detector not in DETECTORS:
        raise NotFound("detector", detector, hint=f"There are {', '.join(DETECTORS)}.")
    if family and family not in stock_load("reserve").families:
        raise NotFound("family with canaries in reserve", family, hint="Write its canaries_reserve.yaml.")
    chosen = (detector,) if detector else tuple(DETECTORS)
    fates = [each for each in planted(count=count, detectors=chosen, family=family) if each.texts]
    quiet = [] if family else list(honest(count=count, detectors=chosen))
    if not fates:
        raise NotFound("planted defect", family or detector, hint="Plant more (--count), or write canaries.yaml.")
    programmes = [] if family or detector else list(whole(count))
    if as_json:
        told = [*(_json(each) for each in (*fates, *quiet)), *programmes]
        typer.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    typer.echo(
        f"{'planted':<30}{'texts':>7}{'accused':>9}{'held':>7}{'passed':>8}{'' if family else '  weakest pathway'}"
    )
    for of_sort in groups(fates):
        _line(of_sort, weakest=not family)
    if quiet:
        typer.echo(f"{'honest':<30}{'texts':>7}{'accused':>9}{'held':>7}{'passed':>8}")
    for of_sort in groups(quiet):
        _line(of_sort, title=f"{of_sort[0].sort}, {of_sort[0].detector}")
    if family:
        return  # too few in each pathway for a bound of its own
    silent = [each for each in fates if not each.counts]
    typer.echo(f"{len(silent)} of {len(fates)} pairs of kind and pathway have a bound under 0.50.")
    for each in silent:
        typer.echo(f"  {each.pathway}: {each.sort} {each.accused + each.held} of {each.texts}")
    if detector:
        return
    typer.echo(f"{'whole programmes':<30}{'all':>7}{'accused':>9}{'held':>7}{'passed':>8}")
    for one in programmes:
        typer.echo(f"{one['sort']:<30}{one['programmes']:>7}{one['accused']:>9}{one['held']:>7}{one['passed']:>8}")


def whole(count: int) -> Iterator[dict[str, int | str]]:
    """What becomes of whole programmes: planted by kind, laced so mildly that no text is held alone, and honest ones."""
    from assay.detect.joint import KINDS, planting

    for sort, made in (
        *((kind, planting.planted(kind, count)) for kind in KINDS),
        ("thin, no text held alone", planting.thin(min(count, _THIN))),
        ("honest", planting.honest(count)),
    ):
        outcomes = [str(planting.result_of(each).outcome) for each in made]
        yield {
            "sort": sort,
            "programmes": len(outcomes),
            "accused": outcomes.count("defect"),
            "held": outcomes.count("inconclusive"),
            "passed": outcomes.count("clean"),
        }


def groups(fates: list[Fate]) -> list[list[Fate]]:
    """The fates by sort and detector, in the order in which they came."""
    found: dict[tuple[str, str], list[Fate]] = {}
    for each in fates:
        found.setdefault((each.sort, each.detector), []).append(each)
    return list(found.values())


def _line(fates: list[Fate], *, title: str = "", weakest: bool = False) -> None:
    texts, accused, held = (sum(getattr(each, name) for each in fates) for name in ("texts", "accused", "held"))
    shares = [f"{number / texts:.3f}" for number in (accused, held, texts - accused - held)]
    line = f"{title or fates[0].sort:<30}{texts:>7}{shares[0]:>9}{shares[1]:>7}{shares[2]:>8}"
    if weakest:
        low = min(fates, key=lambda each: (each.bound, each.pathway))
        line += f"  {low.pathway}: {low.accused + low.held} of {low.texts}, bound {low.bound / 1e6:.2f}"
    typer.echo(line)


def _json(fate: Fate) -> dict[str, object]:
    return {
        "sort": fate.sort, "pathway": fate.pathway, "detector": fate.detector, "texts": fate.texts,
        "accused": fate.accused, "held": fate.held, "bound_millionths": fate.bound,
    }  # fmt: skip
