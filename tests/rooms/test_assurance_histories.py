"""Random histories: at every step, the rows say what the batches say, and every verdict can be recomputed."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from assay.accounts.access import Actor
from assay.assurance import queries, services
from assay.assurance.checking import index_differences
from assay.assurance.models import CellRow, FindingRow, MeasurementBatch, MeasurementRow, Surface, VerdictRow
from assay.core.errors import IntegrityBroken
from assay.core.verdict import Canary
from assay.detect.registry import DETECTORS
from assay.ledger import services as ledger
from assay.ledger.live import verify_live
from tests.families import by_turns
from tests.rooms import surfaces as cast

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = (cast.CLEAN, cast.DRIFT, cast.HONEST, cast.CLEAN + " Again.", cast.DRIFT + " Again.", None)
KEYS = tuple(f"{stratum.name}:{n}" for stratum in cast.STRATA for n in range(4))


class Story:
    """One surface, changed at random."""

    def __init__(self, by: Actor, now: datetime, seed: int) -> None:
        self.by, self.now, self.rng = by, now, random.Random(seed)
        self.texts: dict[str, str | None] = {}
        self.planted: set[tuple[str, str]] = set()
        self.governance = "gv1"
        self.companions: tuple[str, ...] = ()
        self.surface = self.define()

    def define(self) -> Surface:
        return cast.make_surface(
            self.by, self.now, governance=self.governance, companions=self.companions, valid_for=timedelta(days=9)
        )

    def step(self) -> None:
        self.now += timedelta(days=self.rng.randint(0, 3), microseconds=self.rng.randint(0, 2))
        acts: tuple[Callable[[], None], ...] = (
            self.write, self.write, self.sweep, self.sweep, self.sweep, self.drop, self.decide, self.plant, self.govern,
            self.accompany, self.move,
        )  # fmt: skip
        self.rng.choice(acts)()
        services.verdict_refresh(surface=self.surface, now=self.now)

    def write(self) -> None:
        for key in self.rng.sample(KEYS, 4):
            self.texts[key] = self.rng.choice(WORDS)
        cast.put(self.surface, self.texts, self.by, self.now)

    def sweep(self) -> None:
        every = cast.items(self.texts)
        some = self.rng.sample(every, self.rng.randint(0, len(every)))
        kept = [item for item in some if CellRow.objects.filter(surface=self.surface, key=item.cell_key).exists()]
        services.surface_measure(surface=self.surface, items=kept, by=self.by, now=self.now, workers=1)

    def drop(self) -> None:
        self.texts = {key: text for key, text in self.texts.items() if self.rng.random() < 0.8}
        cast.put(self.surface, self.texts, self.by, self.now)

    def decide(self) -> None:
        standing = list(queries.finding_list(actor=self.by, surface=self.surface))
        for finding in self.rng.sample(standing, min(1, len(standing))):
            services.finding_dispose(finding=finding, by=self.by, reason="Quoted.", now=self.now)

    def plant(self) -> None:
        name = self.rng.choice(cast.REQUIRED)
        stratum = self.rng.choice(cast.STRATA).name
        spec = DETECTORS[name]
        planted = [
            Canary(name, spec.version, stratum, kind, self.rng.choice((60, 190, 200)), 200) for kind in spec.kinds
        ]
        if (name, stratum) not in self.planted:
            self.planted.add((name, stratum))
            services.canaries_record(organization=self.by.organization, canaries=planted, by=self.by, now=self.now)

    def govern(self) -> None:
        self.governance = self.rng.choice(("gv1", "gv2"))
        self.surface = self.define()

    def accompany(self) -> None:
        self.companions = self.rng.choice(((), ("iso9001",), ("iso14001",)))
        self.surface = self.define()

    def move(self) -> None:
        for row in CellRow.objects.filter(surface=self.surface, missing=False)[:1]:
            cell = cast.spec(row.key, self.texts[row.key], self.rng.choice(cast.STRATA).name)
            services.cells_put(surface=self.surface, cells=[cell], by=self.by, now=self.now)


def told(by: Actor, now: datetime, seed: int, steps: int) -> Story:
    story = Story(by, now, seed)
    for _ in range(steps):
        story.step()
        assert index_differences(story.surface) == (), f"seed {seed}"
    return story


def recomputed(surface: Surface) -> None:
    rows = list(VerdictRow.objects.filter(surface=surface).order_by("number"))
    assert len(rows) > 3
    for row in rows:
        assert queries.verdict_at(surface, row.position, row.at).to_bytes() == bytes(row.body), row.number


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2, 3))])
def test_rows_and_batches_agree_at_every_step_and_every_verdict_is_recomputed(
    asha: Actor, now: datetime, seed: int
) -> None:
    recomputed(told(asha, now, seed, 25).surface)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 130))
def test_rows_and_batches_agree_in_long_histories(asha: Actor, now: datetime, seed: int) -> None:
    recomputed(told(asha, now, seed, 60).surface)


@pytest.mark.slow
def test_every_row_of_a_history_verifies_against_the_ledger(asha: Actor, now: datetime) -> None:
    told(asha, now, 7, 25)
    ledger.integrate(now=now)
    report = verify_live()
    assert report.differences == ()


EDITS: dict[str, Callable[[], object]] = {
    "assurance_findingrow edited": lambda: FindingRow.objects.filter(pk=FindingRow.objects.first().pk).update(
        blocking=False, defect=False
    ),
    "assurance_findingrow closed": lambda: FindingRow.objects.filter(closed_at=None).update(
        closed_at="2026-01-01T00:00Z", closing="clean"
    ),
    "assurance_cellrow edited": lambda: CellRow.objects.filter(pk=CellRow.objects.first().pk).update(weight=9),
    "assurance_verdictrow edited": lambda: VerdictRow.objects.filter(is_latest=True).update(state="pass"),
    "assurance_verdictrow in force": lambda: VerdictRow.objects.filter(is_latest=True).update(is_latest=False),
    "assurance_surface edited": lambda: Surface.objects.update(governance="gv9"),
}


@pytest.mark.parametrize("edit", by_turns(EDITS, 3))
def test_an_edited_row_is_named_by_the_verification(asha: Actor, now: datetime, edit: str) -> None:
    surface = cast.make_surface(asha, now)
    cast.measure(surface, {"a": cast.CLEAN, "b": cast.DRIFT}, asha, now)
    services.verdict_refresh(surface=surface, now=now)
    ledger.integrate(now=now)
    assert verify_live().differences == ()
    EDITS[edit]()
    assert edit.split()[0] in {difference.place.split()[0] for difference in verify_live().differences}


def test_edited_results_differ_from_their_batches(asha: Actor, now: datetime) -> None:
    surface = cast.make_surface(asha, now)
    cast.measure(surface, {"a": cast.CLEAN, "b": cast.DRIFT}, asha, now)
    services.verdict_refresh(surface=surface, now=now)
    row = MeasurementRow.objects.get(cell__key="b")
    MeasurementRow.objects.filter(pk=row.pk).update(results=row.results.replace("defect", "clean"))
    assert index_differences(surface) == ("Of the results, 1 are in no batch and 1 of the batches are not there.",)


def test_an_edited_batch_is_refused(asha: Actor, now: datetime) -> None:
    surface = cast.make_surface(asha, now)
    cast.measure(surface, {"a": cast.CLEAN}, asha, now)
    row = services.verdict_refresh(surface=surface, now=now)
    batch = MeasurementBatch.objects.get()
    MeasurementBatch.objects.update(body=bytes(batch.body)[:-1])
    with pytest.raises(IntegrityBroken):
        queries.verdict_at(surface, row.position)
