"""Law 7 and law 6 through the whole stack: the engine and what it loses change no verdict, and sweeping again changes nothing.

The same random history is told twice, in two organizations: once measured in this process, once through another engine.
"""

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

import pytest
from django.conf import settings

from assay.accounts.access import Actor
from assay.assurance import measuring, services
from assay.assurance.engines import choosing, chunks, local
from assay.assurance.engines.chunks import Chunk, measure_bytes, waves
from assay.assurance.models import FindingRow, VerdictRow
from tests.rooms import surfaces as cast
from tests.rooms.test_assurance_histories import Story

pytestmark = pytest.mark.django_db(transaction=True)
HERE = "ASSAY_TEST_DAFT_HERE"


class Swept(Story):
    """A story whose sweeps go through the engine of the setting, in small partitions."""

    def sweep(self) -> None:
        every = cast.items(self.texts)
        kept = [
            item for item in self.rng.sample(every, self.rng.randint(0, len(every))) if item.cell_key in self.there()
        ]
        services.surface_measure(surface=self.surface, items=kept, by=self.by, now=self.now, workers=2)

    def there(self) -> set[str]:
        return set(cast.keys_of(self.surface))


def verdicts(story: Story) -> list[dict[str, Any]]:
    """Every verdict of a story but for its place in the log, which another organization's log gives otherwise."""
    found = []
    for row in VerdictRow.objects.filter(surface=story.surface).order_by("number"):
        told = json.loads(bytes(row.body))
        del told["position"]
        found.append(told)
    return found


def findings(story: Story) -> list[tuple[Any, ...]]:
    rows = FindingRow.objects.filter(surface=story.surface).order_by("key")
    return list(rows.values_list("key", "quote", "line_start", "found_at", "seen_at", "closed_at", "closing"))


def tell(by: Actor, now: datetime, seed: int, steps: int) -> Story:
    story = Swept(by, now, seed)
    for _ in range(steps):
        story.step()
    return story


def unreliable(seed: int, sent: list[Chunk]) -> Iterator[Chunk]:
    """Answers out of order, some twice, some never, and sometimes dies."""
    rng = random.Random(seed)
    answers = [(number, measure_bytes(work)) for number, work in sent]
    rng.shuffle(answers)
    for each in answers:
        if rng.random() < 0.1:
            raise RuntimeError("a node is gone")
        if rng.random() < 0.7:
            yield from [each] * rng.randint(1, 2)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "POOL_FROM", 0)
    monkeypatch.setattr(measuring, "PARTITION", 3)


def compare(monkeypatch: pytest.MonkeyPatch, two: tuple[Actor, Actor], now: datetime, seed: int, steps: int) -> None:
    environment = settings.ASSAY
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(local, "POOL_FROM", 10**9)
        here = tell(two[0], now, seed, steps)
    monkeypatch.setattr(settings, "ASSAY", _with_engine(environment, "daft"))
    there = tell(two[1], now, seed, steps)
    assert verdicts(there) == verdicts(here)
    assert findings(there) == findings(here)
    row = services.verdict_refresh(surface=there.surface, now=there.now)
    assert row.number == len(verdicts(there))


def _with_engine(environment: Any, engine: str) -> Any:
    return replace(environment, sweep_engine=engine)


@pytest.mark.req("R61")
@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 20))])
def test_an_engine_that_loses_doubles_and_dies_changes_no_verdict(
    asha: Actor, dora: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch, small: None, seed: int
) -> None:
    used: list[int] = []

    def far(*_names: str) -> choosing.Run:
        def run(partitions: Any, *, workers: int | None = None) -> Any:
            used.append(1)
            return waves(partitions, partial(unreliable, seed + len(used)), size=3, workers=1)

        return run

    monkeypatch.setattr(choosing, "_far", far)
    compare(monkeypatch, (asha, dora), now, seed, 25)
    assert used


@pytest.mark.skipif(HERE not in os.environ, reason="runs in a process of its own, started by the test below")
def test_daft_changes_no_verdict_here(
    asha: Actor, dora: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch, small: None
) -> None:
    monkeypatch.setattr(chunks, "DEADLINE_SECONDS", 60.0)
    compare(monkeypatch, (asha, dora), now, 5, 12)


@pytest.mark.slow
@pytest.mark.req("R61")
def test_daft_changes_no_verdict() -> None:
    pytest.importorskip("daft")
    # Daft's threads keep pipes beyond a test's end; in a process of their own they end with it.
    inner = f"{__file__}::{test_daft_changes_no_verdict_here.__name__}"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:unraisableexception", inner]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "DJANGO_"))}
    done = subprocess.run(command, env={**kept, HERE: "1"}, capture_output=True, text=True, timeout=280, check=False)
    # How the process ends is Daft's affair: its threads may abort it when all is done.
    assert "\n1 passed" in done.stdout, done.stdout[-3000:] + done.stderr[-1000:]
