"""`assay bench pages`: server time and number of queries of the pages, over a large portfolio and full registers."""

from __future__ import annotations

import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assay.cli.bench import registers
from assay.cli.bench.material import show, texts
from assay.cli.output import TerminalProgress
from assay.cli.start import owner, ready, sequence, utc_now

if TYPE_CHECKING:
    from assay.accounts.access import Actor


def pages(
    programmes: Annotated[int, typer.Option(help="How many programmes.", min=1)] = 1000,
    runs: Annotated[int, typer.Option(help="How many times each page is asked for.", min=3)] = 20,
    records: Annotated[
        int, typer.Option(help="How many records the search of a register looks through.", min=0)
    ] = 100_000,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Fill a fresh data folder, ask for each page, and print median server time and queries."""
    with tempfile.TemporaryDirectory(prefix="assay-bench-") as folder:
        ready(Path(folder) / "data")
        figures = _run(programmes, runs, records)
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
        milliseconds, queries = _measure(client, address, runs)
        figures[f"{name}_ms_median"] = round(milliseconds, 1)
        figures[f"{name}_queries"] = queries
    registers.fill(actor, records)
    return figures | registers.figures(client, runs, records)


def _fill(actor: Actor, programmes: int) -> None:
    """Real programmes through the real services: three lessons each, imported and measured."""
    from assay.studio.importing import Piece
    from assay.studio.services import pieces_import, programme_create, programme_sweep

    now, progress = utc_now(), TerminalProgress()
    lessons = texts(3 * programmes)
    for number in range(programmes):
        programme = programme_create(
            actor=actor, title=f"Bench {number}", standard="iso42001", slug=f"bench-{number}", now=now
        )
        pieces = []
        for each in range(3):
            text = next(lessons)
            pieces.append(
                Piece(
                    key=f"lesson-{each}",
                    pathway="lesson",
                    title=f"Lesson {each}",
                    text=text,
                    path=f"lesson-{each}.md",
                    line=1,
                    end_line=text.count("\n"),
                    media_type="text/markdown",
                    language="en",
                    how="mapping",
                )
            )
        pieces_import(actor=actor, programme=programme, pieces=pieces, source_name="bench", now=now)
        programme_sweep(actor=actor, programme=programme, now=now, workers=1)
        progress(Filled(done=number + 1, total=programmes))
    progress.finish()


@dataclass(frozen=True)
class Filled:
    """Progress of the filling: programmes done."""

    done: int
    total: int
    stage: str = "programmes"


def _measure(client: Any, address: str, runs: int) -> tuple[float, int]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
    queries = len(captured)  # now: the next request clears what it looks at
    if response.status_code != 200:
        raise RuntimeError(f"{address} answered {response.status_code}")
    spent = []
    for _ in range(runs):
        start = time.perf_counter()
        client.get(address)
        spent.append((time.perf_counter() - start) * 1000)
    return statistics.median(spent), queries
