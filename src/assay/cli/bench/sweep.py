"""`assay bench sweep`: measuring a portfolio, sweeping it again, one change in it, and what that took."""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assay.cli.bench import portfolio
from assay.cli.bench.material import peak_megabytes_of_this, peak_of_children, show, texts
from assay.cli.start import owner, ready, sequence, utc_now

if TYPE_CHECKING:
    from assay.accounts.access import Actor
    from assay.studio.models import Programme

COSTS = ("full_us_per_artefact", "first_us_per_artefact", "again_us_per_artefact")
CPU_COSTS = ("full_cpu_us_per_artefact", "first_cpu_us_per_artefact", "again_cpu_us_per_artefact")


def sweep(
    artefacts: Annotated[
        int, typer.Option(help="How many artefacts of 1 KB the programme has that is measured by all workers.", min=100)
    ] = 20_000,
    again: Annotated[
        int, typer.Option("--portfolio", help="How many artefacts the portfolio grows to.", min=0)
    ] = 100_000,
    programme: Annotated[int, typer.Option(help="How many artefacts each of its programmes has.", min=10)] = 2_000,
    engine: Annotated[str, typer.Option(help="local, daft or ray; else the setting ASSAY_SWEEP_ENGINE.")] = "",
    workers: Annotated[int, typer.Option(help="Processes that measure; 0 is one per processor.", min=0)] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Let a portfolio grow in powers of ten from 10,000 artefacts to the size asked for; at each size measure one more
    programme in full in this process, sweep all, sweep all again unchanged, change one artefact: seconds and peak memory.
    Then measure one large programme with all workers.

    Importing is told apart and counts for nothing else. Beyond what is measured, the portfolio consists of copies of a
    measured programme's rows under texts of their own, which a sweep reads in the same way; copying counts for nothing.
    """
    with tempfile.TemporaryDirectory(prefix="assay-bench-") as folder:
        data = ready(Path(folder) / "data")
        if engine:
            from django.conf import settings

            settings.ASSAY = replace(settings.ASSAY, sweep_engine=engine)
        figures = _run(data, artefacts, again, programme, workers or None)
    show(figures, as_json=as_json)


class Clock:
    """Seconds by name, each of them, and those of this process's processor time added up."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = {}
        self.busy: defaultdict[str, float] = defaultdict(float)

    @contextmanager
    def on(self, name: str) -> Iterator[None]:
        start, busy = time.perf_counter(), time.process_time()
        yield
        self.seconds.setdefault(name, []).append(time.perf_counter() - start)
        self.busy[name] += time.process_time() - busy

    def total(self, name: str) -> float:
        return sum(self.seconds[name])


def _run(data: Path, artefacts: int, again: int, size: int, workers: int | None) -> dict[str, Any]:
    from django.db import connections

    from assay.cli.bench import matching

    now, began, load = utc_now(), time.perf_counter(), os.getloadavg()[0]
    actor = owner(now)
    material = texts(artefacts + size * (1 + len(_growth(again))))
    source = _full(actor, "source", list(islice(material, size)), Clock(), 1)
    growth: list[dict[str, Any]] = []
    there, copies = size, 0
    for number, wanted in enumerate(_growth(again)):
        begun = time.perf_counter()
        if there + 2 * size <= wanted:
            connections.close_all()
            copies, there = portfolio.fill_apart(data, source.slug, made=copies, there=there, wanted=wanted - size)
        copying, at = time.perf_counter() - begun, Clock()
        one = _full(actor, f"more-{number}", list(islice(material, size)), at, 1)
        there += size
        point = {"artefacts": there, "copying_seconds": round(copying, 1), **_more(at, size)}
        point |= _again(actor, there, at) | _one(actor, one, number, at)
        growth.append({**point, "peak_mib": round(peak_megabytes_of_this(), 1), "database_mib": _size_of(data)})
    whole, copier = Clock(), peak_of_children()
    _full(actor, "whole", list(islice(material, artefacts)), whole, workers)
    figures = _full_figures(whole, artefacts)
    figures |= matching.figures(min(artefacts, 4_000), figures["full_per_second"])
    figures |= _summary(growth)
    peaks = {
        "peak_mib": round(peak_megabytes_of_this(), 1),
        "copier_or_workers_peak_mib": round(max(copier, peak_of_children()), 1),
    }
    around = {"load_at_start": round(load, 2), "load_at_end": round(os.getloadavg()[0], 2)}
    return {**figures, **peaks, "growth": growth, "seconds": round(time.perf_counter() - began), **around}


def _growth(most: int) -> list[int]:
    """Powers of ten from 10,000 on that are below the size asked for, and that."""
    return [*(10**power for power in range(4, 9) if 10**power < most), *([most] if most else [])]


def _size_of(data: Path) -> float:
    return round(sum(each.stat().st_size for each in data.rglob("*") if each.is_file()) / 2**20, 1)


def _more(clock: Clock, size: int) -> dict[str, Any]:
    """What measuring one more programme in this process took, per artefact of it."""
    return {
        "import_cpu_us_per_artefact": round(clock.busy["import"] / size * 1e6, 1),
        "full_us_per_artefact": round(clock.total("full") / size * 1e6, 1),
        "full_cpu_us_per_artefact": round(clock.busy["full"] / size * 1e6, 1),
    }


def _summary(growth: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The last point, and its cost per artefact as a multiple of the first point's: by the clock and in processor time."""
    if not growth:
        return {}
    first, last = growth[0], growth[-1]
    kept = ("again_seconds", "again_seconds_of_processor", "one_change_to_page_seconds")
    ratios = {
        f"{name}_last_to_first": round(last[name] / first[name], 3) for name in (*COSTS, *CPU_COSTS) if first[name]
    }
    return {"portfolio": last["artefacts"], **{name: last[name] for name in kept}, **ratios}


def _full(actor: Actor, slug: str, bodies: Sequence[str], clock: Clock, workers: int | None) -> Programme:
    """Import one programme, plant its detectors' canaries, sweep it: each on its own clock."""
    from assay.assurance.services import canaries_refresh
    from assay.studio.models import Programme
    from assay.studio.services import pieces_import, programme_create, programme_sweep

    now = utc_now()
    made = programme_create(actor=actor, title=f"Bench {slug}", standard="iso42001", slug=slug, now=now)
    with clock.on("import"):
        pieces = [portfolio.lesson(place, text) for place, text in enumerate(bodies)]
        pieces_import(actor=actor, programme=made, pieces=pieces, source_name="bench", now=now)
        sequence(now)
    with clock.on("canaries"):
        canaries_refresh(organization=actor.organization, by=actor, now=now)
        sequence(now)
    with clock.on("full"):
        programme_sweep(actor=actor, programme=made, now=now, workers=workers)
    return Programme.objects.get(pk=made.pk)


def _full_figures(clock: Clock, artefacts: int) -> dict[str, Any]:
    seconds = clock.total("full")
    return {
        "artefacts": artefacts,
        "import_seconds": round(clock.total("import"), 3),
        "canaries_seconds": round(clock.total("canaries"), 3),
        "full_seconds": round(seconds, 3),
        "full_seconds_of_this_process": round(clock.busy["full"], 3),
        "full_per_second": round(artefacts / seconds, 1),
        "full_microseconds_per_artefact": round(seconds / artefacts * 1e6, 1),
    }


def _again(actor: Actor, artefacts: int, clock: Clock) -> dict[str, Any]:
    """The sweep of the whole portfolio as its background job makes it, with its signed report: the first, which compares
    all texts with each other, and once more with nothing changed."""
    from assay.jobs.worker import run
    from assay.studio.models import SweepReport
    from assay.studio.portfolio.services import sweep_start

    for name in ("first", "again"):
        sequence(utc_now())
        with clock.on(name):
            job = sweep_start(by=actor, now=utc_now())
            run(stop=threading.Event(), until_idle=True)
    report = SweepReport.objects.get(job_id=job.pk)
    told: dict[str, Any] = {"programmes": report.programme_count}
    for name in ("first", "again"):
        told |= {
            f"{name}_seconds": round(clock.total(name), 3),
            f"{name}_seconds_of_processor": round(clock.busy[name], 3),
            f"{name}_us_per_artefact": round(clock.total(name) / artefacts * 1e6, 2),
            f"{name}_cpu_us_per_artefact": round(clock.busy[name] / artefacts * 1e6, 2),
        }
    return told


def _one(actor: Actor, programme: Programme, number: int, clock: Clock) -> dict[str, Any]:
    """Change one artefact through the service of the API, then ask for the page of its programme."""
    from django.conf import settings
    from django.test import Client

    from assay.accounts.access import SESSION_ORGANIZATION
    from assay.studio.services import artefact_accept

    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client()
    client.force_login(actor.person)
    session = client.session
    session[SESSION_ORGANIZATION] = str(actor.organization.pk)
    session.save()
    client.get(f"/programmes/{programme.slug}")
    stamped = portfolio.changed(number)
    with clock.on("one"):
        accepted = artefact_accept(actor=actor, programme=programme, stamped=stamped, now=utc_now())
    with clock.on("page"):
        answer = client.get(f"/programmes/{programme.slug}")
    if answer.status_code != 200 or accepted.summary.measured != 1 or accepted.verdict.sentence not in _plain(answer):
        raise RuntimeError("the page does not show the verdict of the change")
    return {
        "one_change_seconds": round(clock.total("one"), 3),
        "one_change_page_seconds": round(clock.total("page"), 3),
        "one_change_measured": accepted.summary.measured,
        "one_change_to_page_seconds": round(clock.total("one") + clock.total("page"), 3),
        "one_change_to_page_seconds_of_processor": round(clock.busy["one"] + clock.busy["page"], 3),
    }


def _plain(answer: Any) -> str:
    from html import unescape

    return unescape(answer.content.decode())
