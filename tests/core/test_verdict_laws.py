"""The seven laws of a verdict, as property tests; the short form runs always, the long one where slow tests do."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from assay.core.verdict import Cell, Level, Outcome, Stratum, Verdict

from .worlds import (
    NOW,
    UNCLEAR,
    World,
    chances,
    finding_of,
    larger_worlds,
    random_measurement,
    worlds,
)

RANK = {Level.LOW: 0, Level.MEDIUM: 1, Level.HIGH: 2}
QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large]
Check = Callable[[World, random.Random], None]


def not_better(after: Verdict, before: Verdict) -> None:
    """What a loss of evidence may never do."""
    assert after.coverage.value <= before.coverage.value
    assert after.coverage.strata_measured <= before.coverage.strata_measured
    assert RANK[after.coverage.level] <= RANK[before.coverage.level]
    if before.coverage.weakest and after.coverage.weakest:
        assert after.coverage.weakest[1] <= before.coverage.weakest[1]
    assert after.content.remaining >= before.content.remaining
    assert after.content.found >= before.content.found
    assert after.strength.observed_share <= before.strength.observed_share
    assert after.state.rank <= before.state.rank


def losses(world: World, rng: random.Random) -> list[World]:
    """One world for each way in which one piece of evidence, drawn by chance, is removed, blanked or aged."""
    worse = []
    if world.measurements:
        i = rng.randrange(len(world.measurements))
        m = world.measurements[i]
        rest = world.measurements[:i] + world.measurements[i + 1 :]
        blank = replace(m, outcome=rng.choice(UNCLEAR))
        older = replace(m, at=m.at - timedelta(days=rng.randint(1, 60)))
        over = replace(m, expires=min(m.expires or NOW, m.at + timedelta(minutes=rng.randint(0, 60))))
        worse += [
            world.but(measurements=rest),
            *(world.but(measurements=(*rest, each)) for each in (blank, older, over)),
        ]
        alone = [f for f in world.findings if (f.cell, f.detector, f.digest) == (m.cell, m.detector, m.digest)]
        if m.outcome is Outcome.DEFECT and len(alone) == 1:
            worse.append(world.but(findings=tuple(f for f in world.findings if f != alone[0])))
    if world.dispositions:
        gone = rng.choice(world.dispositions)
        worse.append(world.but(dispositions=tuple(d for d in world.dispositions if d != gone)))
    if world.canaries:
        tally = rng.choice(world.canaries)
        others = tuple(c for c in world.canaries if c != tally)
        worse.append(world.but(canaries=others))
        worse.append(world.but(canaries=(*others, replace(tally, caught=rng.randint(0, tally.caught)))))
    worse.append(world.but(now=world.now + timedelta(days=rng.randint(0, 500))))
    return worse


def law_1(world: World, rng: random.Random) -> None:
    before = world.verdict()
    for after in losses(world, rng):
        not_better(after.verdict(), before)


def law_2_clean(world: World, rng: random.Random) -> None:
    if not world.cells:
        return
    before, by = world.verdict(), rng.choice(world.detectors)
    more = random_measurement(rng, rng.choice(world.cells), by, Outcome.CLEAN, tidy=rng.random() < 0.8)
    after = world.but(measurements=(*world.measurements, more)).verdict()
    assert after.coverage.value >= before.coverage.value
    assert after.content.remaining <= before.content.remaining
    assert after.content.found <= before.content.found
    assert after.state.rank >= before.state.rank


def law_2_defect(world: World, rng: random.Random) -> None:
    if not world.cells:
        return
    before, by = world.verdict(), rng.choice(world.detectors)
    defect = random_measurement(rng, rng.choice(world.cells), by, Outcome.DEFECT, tidy=rng.random() < 0.8)
    # Without a finding of its own, a defect seen again in a known place is the known finding, disposed or not.
    places = {(f.cell, f.detector, f.digest) for f in world.findings}
    known = (defect.cell, defect.detector, defect.digest) in places
    located = (finding_of(defect, "added", blocking=rng.random() < 0.5),)[: 1 if known else rng.randint(0, 1)]
    after = world.but(measurements=(*world.measurements, defect), findings=(*world.findings, *located)).verdict()
    assert RANK[after.content.level] <= RANK[before.content.level] or not before.coverage.measured
    assert after.state.rank <= before.state.rank


def law_3(world: World, rng: random.Random) -> None:
    before = world.verdict()
    more = Cell("added", rng.choice(world.strata).name, rng.choice((None, "sha256:added")), rng.randint(1, 9), "en")
    after = world.but(cells=(*world.cells, more)).verdict()
    assert after.coverage.value <= before.coverage.value
    assert after.content.remaining >= before.content.remaining
    assert after.state.rank <= before.state.rank


def law_4(world: World, rng: random.Random) -> None:
    parent = rng.choice(world.strata)
    moved = {c.key for c in world.cells if c.stratum == parent.name and rng.random() < 0.5}
    part = Stratum("part", "Part", parent.required)
    split = world.but(
        strata=(*world.strata, part),
        cells=tuple(replace(c, stratum="part") if c.key in moved else c for c in world.cells),
        canaries=world.canaries + tuple(replace(c, stratum="part") for c in world.canaries if c.stratum == parent.name),
    )
    before, after = world.verdict(), split.verdict()
    assert (before.coverage.weakest is None) == (after.coverage.weakest is None)
    if before.coverage.weakest and after.coverage.weakest:
        assert after.coverage.weakest[1] <= before.coverage.weakest[1]
    assert after.coverage.value == before.coverage.value


def law_5(world: World, rng: random.Random) -> None:
    told = [replace(m, reason=f"because {rng.random()}") for m in world.measurements]
    kept = rng.randint(0, len(told))
    then = world.but(measurements=tuple(told[:kept]), position=kept).verdict().to_bytes()
    erased = world.but(measurements=tuple(replace(m, reason="") for m in told[:kept]), position=kept)
    assert erased.verdict().to_bytes() == then


def law_6(world: World, rng: random.Random) -> None:
    first = world.verdict()
    again = world.but(measurements=world.measurements + world.measurements, dispositions=world.dispositions * 2)
    assert again.verdict().to_bytes() == first.to_bytes()
    if first.freshness.next_expiry is None or first.freshness.next_expiry > NOW + timedelta(days=1):
        events = [m.expires for m in world.measurements if m.expires and NOW < m.expires <= NOW + timedelta(days=1)]
        later = world.but(now=NOW + timedelta(hours=rng.randint(0, 23)))
        assert events or later.verdict().to_bytes() == first.to_bytes()


def law_7(world: World, rng: random.Random) -> None:
    def mixed(things: tuple[object, ...]) -> tuple[object, ...]:
        return tuple(rng.sample(things, len(things)))

    names = ("cells", "detectors", "measurements", "findings", "dispositions", "canaries")
    other = world.but(**{name: mixed(getattr(world, name)) for name in names})
    assert other.verdict().to_bytes() == world.verdict().to_bytes()


LAWS = [
    pytest.param(law_1, id="losing-evidence-never-improves"),
    pytest.param(law_2_clean, id="a-clean-measurement-never-worsens"),
    pytest.param(law_2_defect, id="a-defect-never-improves"),
    pytest.param(law_3, id="an-unmeasured-cell-never-improves"),
    pytest.param(law_4, id="splitting-a-stratum-never-raises-the-weakest"),
    pytest.param(law_5, id="a-verdict-is-recomputed-to-the-byte"),
    pytest.param(law_6, id="sweeping-again-changes-no-byte"),
    pytest.param(law_7, id="order-changes-no-byte"),
]


@pytest.mark.req("P-09", "P-10")
@pytest.mark.parametrize("law", LAWS)
@settings(max_examples=150, deadline=None, suppress_health_check=QUIET)
@given(world=worlds, rng=chances)
def test_the_law_holds(law: Check, world: World, rng: random.Random) -> None:
    law(world, rng)


@pytest.mark.slow
@pytest.mark.req("P-09", "P-10")
@pytest.mark.parametrize("law", LAWS)
@settings(max_examples=10_000, deadline=None, suppress_health_check=QUIET)
@given(world=larger_worlds, rng=chances)
def test_the_law_holds_over_ten_thousand_worlds(law: Check, world: World, rng: random.Random) -> None:
    law(world, rng)
