"""Killed in the middle: whole partitions stay, halves do not, and the next run completes to the same verdict."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import datetime
from pathlib import Path
from pkgutil import resolve_name

import pytest
from django.db import connection

from assay.accounts.access import Actor
from assay.assurance import services
from assay.assurance.models import FindingRow, MeasurementBatch, MeasurementRow
from assay.assurance.shapes import MeasureSummary
from tests.families import by_turns
from tests.rooms import surfaces as cast

pytestmark = pytest.mark.django_db(transaction=True)
TEXTS: dict[str, str | None] = {f"lesson:{n:02}": cast.DRIFT if n % 3 == 0 else cast.CLEAN for n in range(12)}


class Killed(BaseException):
    """Stands for the end of the process: nothing catches it."""


def measured(batches: list[MeasurementBatch]) -> int:
    return sum(batch.count for batch in batches)


@pytest.mark.parametrize("killed_at", ["append_bulk", "bulk_create"])
@pytest.mark.parametrize("calls", by_turns([1, 2, 3], 3, 1))
def test_a_kill_inside_a_partition_leaves_the_partitions_before_it(
    asha: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch, killed_at: str, calls: int
) -> None:
    monkeypatch.setattr("assay.assurance.measuring.PARTITION", 4)
    cast.plant(asha, now)
    surface = cast.make_surface(asha, now)
    cast.put(surface, TEXTS, asha, now)
    with pytest.MonkeyPatch.context() as patch:
        _kill_at(patch, killed_at, calls)
        with pytest.raises(Killed):
            _measure(surface, asha, now)
    batches = list(MeasurementBatch.objects.all())
    assert len(batches) == calls - 1
    assert MeasurementRow.objects.count() == measured(batches)
    assert not FindingRow.objects.exclude(batch__in=batches).exists()
    assert _measure(surface, asha, now).fresh == measured(batches)
    row = services.verdict_refresh(surface=surface, now=now)
    assert (row.measured, row.found) == (12, 4)


def _measure(surface: object, by: Actor, now: datetime) -> MeasureSummary:
    return services.surface_measure(surface=surface, items=cast.items(TEXTS), by=by, now=now, workers=1)  # type: ignore[arg-type]


def _kill_at(patch: pytest.MonkeyPatch, place: str, calls: int) -> None:
    """Have the process end when the place is reached for the `calls`th time, before or after the entry is accepted."""
    target = {
        "append_bulk": "assay.assurance.recording.append_bulk",
        "bulk_create": "assay.assurance.measuring.MeasurementRow.objects.bulk_create",
    }[place]
    left = [calls]
    module, name = target.rsplit(".", 1)
    real = resolve_name(target)

    def dying(*args: object, **kwargs: object) -> object:
        left[0] -= 1
        if left[0] == 0:
            raise Killed
        return real(*args, **kwargs)  # type: ignore[operator]

    patch.setattr(f"{module}.{name}", dying)


@pytest.mark.slow
@pytest.mark.skipif(connection.vendor != "sqlite", reason="a process of its own needs a database file")
def test_a_killed_process_leaves_no_half_and_the_next_completes(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    environment = os.environ | {"ASSAY_DATA": str(tmp_path), "PYTHONPATH": f"{root}:{root / 'src'}"}
    command = [sys.executable, "-m", "tests.rooms.measure_once"]
    assert subprocess.run([*command, "prepare"], env=environment, check=True).returncode == 0
    for attempt in range(8):
        before = _batches(tmp_path)
        process = subprocess.Popen([*command, "measure"], env=environment)
        deadline = time.monotonic() + 60
        while _batches(tmp_path) <= before + attempt and time.monotonic() < deadline:
            time.sleep(0.003 * attempt)
        process.send_signal(signal.SIGKILL)
        process.wait()
        checked = subprocess.run([*command, "check"], env=environment, capture_output=True, text=True, check=True)
        assert checked.stdout.startswith("whole")
        assert before < _batches(tmp_path) < 188  # killed in the middle: 188 batches are the whole
    done = subprocess.run([*command, "finish"], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "whole 3000 of 3000"


def _batches(folder: Path) -> int:
    with closing(sqlite3.connect(f"file:{folder / 'assay.sqlite3'}?mode=ro", uri=True)) as database:
        (count,) = database.execute("SELECT count(*) FROM assurance_measurementbatch").fetchone()
        return int(count)
