"""`assay bench pages`: server time and number of queries of the pages, over a large portfolio."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assay.cli.bench.material import show
from assay.cli.output import TerminalProgress
from assay.cli.start import owner, ready, sequence, utc_now

if TYPE_CHECKING:
    from assay.accounts.access import Actor


def pages(
    programmes: Annotated[int, typer.Option(help="How many programmes.", min=1)] = 1000,
    runs: Annotated[int, typer.Option(help="How many times each page is asked for.", min=3)] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Fill a fresh data folder, ask for each page, and print median server time and queries."""
    with tempfile.TemporaryDirectory(prefix="assay-bench-") as folder:
        ready(Path(folder) / "data")
        figures = _run(programmes, runs)
    show(figures, as_json=as_json)


def _run(programmes: int, runs: int) -> dict[str, Any]:
    from django.conf import settings
    from django.test import Client

    settings.ALLOWED_HOSTS = ["testserver"]
    now = utc_now()
    actor = owner(now)
    _fill(actor, programmes)
    sequence(now)
    client = Client()
    client.force_login(actor.person)
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
    return figures


def _fill(actor: Actor, programmes: int) -> None:
    """Real programmes through the real services: three stamped artefacts each, measured."""
    from assay.studio.bench import programmes_fill

    programmes_fill(actor=actor, count=programmes, now=utc_now(), progress=TerminalProgress())


def _measure(client: Any, address: str, runs: int) -> tuple[float, int]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
    if response.status_code != 200:
        raise RuntimeError(f"{address} answered {response.status_code}")
    spent = []
    for _ in range(runs):
        start = time.perf_counter()
        client.get(address)
        spent.append((time.perf_counter() - start) * 1000)
    return statistics.median(spent), len(captured)
