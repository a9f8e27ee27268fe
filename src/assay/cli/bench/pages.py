"""`assay bench pages`: server time and number of queries of the pages, over a large portfolio and full registers."""

from __future__ import annotations

import tempfile
import time
import uuid
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assay.cli.bench import registers
from assay.cli.bench.material import show, texts
from assay.cli.output import TerminalProgress
from assay.cli.start import owner, ready, sequence, utc_now

if TYPE_CHECKING:
    from assay.accounts.access import Actor
    from assay.studio.importing import Piece

MADE = 40


def pages(
    programmes: Annotated[int, typer.Option(help="How many programmes.", min=1)] = 1000,
    runs: Annotated[int, typer.Option(help="How many times each page is asked for.", min=3)] = 20,
    records: Annotated[
        int, typer.Option(help="How many records the search of a register looks through.", min=0)
    ] = 100_000,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Fill a fresh data folder, ask for each page, and print wall and CPU time of the server, and queries."""
    with tempfile.TemporaryDirectory(prefix="assay-bench-") as folder:
        start, spent = time.perf_counter(), time.process_time()
        ready(Path(folder) / "data")
        figures = _run(programmes, runs, records)
        figures["whole_s"], figures["whole_cpu_s"] = (
            round(time.perf_counter() - start, 1),
            round(time.process_time() - spent, 1),
        )
    show(figures, as_json=as_json)


def _run(programmes: int, runs: int, records: int) -> dict[str, Any]:
    from django.conf import settings
    from django.test import Client

    from assay.accounts.access import SESSION_ORGANIZATION

    settings.ALLOWED_HOSTS = ["testserver"]
    now = utc_now()
    actor = owner(now)
    _fill(actor, programmes)
    sequence(now)
    client = Client()
    client.force_login(actor.person)
    session = client.session
    session[SESSION_ORGANIZATION] = str(actor.organization.pk)
    session.save()
    figures: dict[str, Any] = {"programmes": programmes, "runs": runs}
    addresses = {
        "portfolio": "/",
        "portfolio_failing": "/?state=fail",
        "programme": "/programmes/bench-0",
        "ledger": "/ledger",
        "findings": "/findings",
        "catalog": "/catalog",
    }
    for name, address in addresses.items():
        figures |= registers.told(name, registers.measured(partial(client.get, address), runs))
    registers.fill(actor, records)
    return figures | registers.figures(client, runs, records)


def _fill(actor: Actor, programmes: int) -> None:
    """Programmes through the services, three lessons each, imported and measured; beyond the first `MADE` copies of their
    rows, which pages read in the same way. Copies have no entries: nothing here measures the log."""
    from assay.studio.services import pieces_import, programme_create, programme_sweep

    now, progress = utc_now(), TerminalProgress()
    lessons = texts(3 * programmes)
    for number in range(min(programmes, MADE)):
        programme = programme_create(
            actor=actor, title=f"Bench {number}", standard="iso42001", slug=f"bench-{number}", now=now
        )
        pieces = [_lesson(place, next(lessons)) for place in range(3)]
        pieces_import(actor=actor, programme=programme, pieces=pieces, source_name="bench", now=now)
        programme_sweep(actor=actor, programme=programme, now=now, workers=1)
        progress(Filled(done=number + 1, total=programmes))
    for start in range(MADE, programmes, MADE):
        _copy(actor, start, min(MADE, programmes - start))
        progress(Filled(done=min(start + MADE, programmes), total=programmes))
    progress.finish()


def _lesson(place: int, text: str) -> Piece:
    from assay.studio.importing import Piece

    return Piece(
        key=f"lesson-{place}", pathway="lesson", title=f"Lesson {place}", text=text, path=f"lesson-{place}.md", line=1,
        end_line=text.count("\n"), media_type="text/markdown", language="en", how="mapping",
    )  # fmt: skip


def _copy(actor: Actor, start: int, count: int) -> None:
    """The first `count` programmes once more, numbered from `start`, with surface, cells, findings and verdicts."""
    from assay.assurance.models import CellRow, FindingRow, Surface, VerdictRow
    from assay.studio.models import Programme

    slugs = {f"bench-{number}": start + number for number in range(count)}
    programmes = list(
        Programme.objects.filter(organization=actor.organization, slug__in=slugs).select_related("surface")
    )
    new: dict[uuid.UUID, Surface] = {}
    for programme in programmes:
        number = slugs[programme.slug]
        surface = programme.surface
        if surface is None:
            raise RuntimeError(f"{programme.slug} was not measured")
        old, surface.pk = surface.pk, uuid.uuid4()
        surface.key, surface.title = f"bench-{number}", f"Bench {number}"
        new[old] = surface
        programme.pk, programme.slug, programme.title = uuid.uuid4(), f"bench-{number}", f"Bench {number}"
        programme.surface = surface
    Surface.objects.bulk_create(new.values())
    Programme.objects.bulk_create(programmes)
    tables: tuple[type[Any], ...] = (CellRow, FindingRow, VerdictRow)
    for model in tables:
        rows = list(model.objects.filter(surface__in=list(new)))
        for row in rows:
            row.surface = new[row.surface_id]
            row.pk = uuid.uuid4()
            if model is VerdictRow:
                row.event_id = f"copy-{row.pk}"
        model.objects.bulk_create(rows, batch_size=500)


@dataclass(frozen=True)
class Filled:
    """Progress of the filling: programmes done."""

    done: int
    total: int
    stage: str = "programmes"
