"""Small random worlds of evidence for the laws of a verdict: few strata, few cells, every kind of trouble.

A world is made from a size and a seed, so that a failing example is short to state and comes back exactly. Every
defect has its finding, as the product always records them.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from assay.core.assess import assess
from assay.core.verdict import (
    Canary,
    Cell,
    Detector,
    Disposition,
    FindingFact,
    Measurement,
    Outcome,
    Policy,
    Stratum,
    Strength,
    Verdict,
)

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
GOVERNANCE = "gv1"
TALLIES = ((60, 60), (60, 60), (58, 60), (30, 30), (20, 20), (10, 10), (18, 20), (4, 5), (0, 60))
DEFAULT_POLICY = Policy("default", GOVERNANCE)
UNCLEAR = (Outcome.INCONCLUSIVE, Outcome.NOT_RUN, Outcome.PRECONDITION_UNMET, Outcome.CONTRADICTED)


@dataclass(frozen=True)
class World:
    """The inputs of `assess`; `but` returns a changed copy."""

    cells: tuple[Cell, ...]
    strata: tuple[Stratum, ...]
    detectors: tuple[Detector, ...]
    measurements: tuple[Measurement, ...] = ()
    findings: tuple[FindingFact, ...] = ()
    dispositions: tuple[Disposition, ...] = ()
    canaries: tuple[Canary, ...] = ()
    policy: Policy = DEFAULT_POLICY
    now: datetime = NOW
    position: int = 7

    def but(self, **changes: object) -> World:
        return replace(self, **changes)  # type: ignore[arg-type]

    def verdict(self) -> Verdict:
        return assess(
            surface="programme/world",
            cells=self.cells,
            strata=self.strata,
            detectors=self.detectors,
            measurements=self.measurements,
            findings=self.findings,
            dispositions=self.dispositions,
            canaries=self.canaries,
            policy=self.policy,
            now=self.now,
            position=self.position,
        )


def detector(name: str = "drift", *, kinds: tuple[str, ...] = ("explicit",), version: str = "1") -> Detector:
    return Detector(name, version, kinds, ("en",))


def measured(
    cell: Cell,
    by: Detector,
    outcome: Outcome = Outcome.CLEAN,
    *,
    days_ago: int = 1,
    keeps: int | None = 90,
    **changes: object,
) -> Measurement:
    """A measurement of the cell's present state; `keeps` is the number of days that it counts."""
    at = NOW - timedelta(days=days_ago)
    made = Measurement(
        cell=cell.key,
        digest=cell.digest or "sha256:none",
        detector=by.name,
        version=by.version,
        governance=GOVERNANCE,
        at=at,
        expires=None if keeps is None else at + timedelta(days=keeps),
        outcome=outcome,
        strength=Strength.OBSERVED,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def finding_of(m: Measurement, key: str = "f1", *, blocking: bool = True) -> FindingFact:
    return FindingFact(key, m.cell, m.digest, m.detector, "explicit", "A", True, blocking, m.at)


def plain_world(sizes: dict[str, int], *, caught: int = 60, planted: int = 60, by: Detector | None = None) -> World:
    """Strata with so many cells each, one detector with one tally per stratum, everything measured clean yesterday."""
    by = by or detector()
    strata = tuple(Stratum(name, name.capitalize(), (by.name,)) for name in sizes)
    cells = tuple(
        Cell(f"{name}/{i}", name, f"sha256:{name}{i}", language="en")
        for name, count in sizes.items()
        for i in range(count)
    )
    return World(
        cells=cells,
        strata=strata,
        detectors=(by,),
        measurements=tuple(measured(cell, by) for cell in cells),
        canaries=tuple(Canary(by.name, by.version, name, kind, caught, planted) for name in sizes for kind in by.kinds),
    )


def random_world(size: int, seed: int) -> World:
    """A world of at most `size` cells; about half of the worlds are nearly in order, so that every state occurs."""
    rng = random.Random(seed)
    tidy = rng.random() < 0.55
    detectors = tuple(
        Detector(
            f"d{i}",
            rng.choice("12"),
            tuple(f"k{i}{j}" for j in range(rng.randint(1, 2))),
            ("en", "de")[: rng.randint(1, 2)],
        )
        for i in range(rng.randint(1, 2))
    )
    names = [d.name for d in detectors]
    strata = tuple(
        Stratum(f"s{i}", f"Stratum {i}", tuple(names if tidy else rng.sample(names, rng.randint(0, len(names)))))
        for i in range(rng.randint(1, 3))
    )
    cells = tuple(_random_cell(rng, i, strata, tidy=tidy) for i in range(rng.randint(0, size)))
    canaries = tuple(
        Canary(d.name, d.version, s.name, kind, *rng.choice(TALLIES[:3] if tidy else TALLIES))
        for d in detectors
        for s in strata
        for kind in d.kinds
        if tidy or rng.random() < 0.9
    )
    measurements = [m for cell in cells for d in detectors for m in _random_trail(rng, cell, d, tidy=tidy)]
    findings = [
        replace(finding_of(m, f"f{i}.{j}", blocking=rng.random() < 0.4))
        for i, m in enumerate(measurements)
        if m.outcome is Outcome.DEFECT
        for j in range(rng.randint(1, 2))
    ]
    decided = [f for f in findings if rng.random() < (0.7 if tidy else 0.3)]
    return World(
        cells=cells,
        strata=strata,
        detectors=detectors,
        measurements=tuple(measurements),
        findings=tuple(findings),
        dispositions=tuple(Disposition(f.key, "not-a-defect", f.at + timedelta(hours=1)) for f in decided),
        canaries=canaries,
        policy=Policy("random", GOVERNANCE, second_source=rng.choice(("none", "none", "reconciled", "missing"))),
    )


def random_measurement(rng: random.Random, cell: Cell, by: Detector, outcome: Outcome, *, tidy: bool) -> Measurement:
    """A measurement at a random time, sometimes of another state, version or governance, sometimes expired."""
    m = measured(cell, by, outcome, days_ago=rng.randint(1, 30), keeps=rng.choice((None, 400, 60, 10)))
    if tidy and rng.random() < 0.95:
        return m
    odd = rng.randrange(6)
    changes: dict[str, object] = {
        0: {"digest": "sha256:before"},
        1: {"version": "0"},
        2: {"governance": "gv0"},
        3: {"expires": m.at + timedelta(hours=1)},
        4: {"strength": rng.choice(list(Strength))},
        5: {},
    }[odd]
    return replace(m, **changes)  # type: ignore[arg-type]


def _random_cell(rng: random.Random, place: int, strata: tuple[Stratum, ...], *, tidy: bool) -> Cell:
    return Cell(
        key=f"c{place}",
        stratum=rng.choice(strata).name,
        digest=None if rng.random() < (0.01 if tidy else 0.1) else f"sha256:{place}",
        weight=rng.choice((1, 1, 1, 2, 5)),
        language=rng.choice((None, "en", "en-GB") if tidy else (None, "en", "de", "fr")),
    )


def _random_trail(rng: random.Random, cell: Cell, by: Detector, *, tidy: bool) -> list[Measurement]:
    count = rng.choice((1, 1, 1, 2, 3) if tidy else (0, 1, 1, 2, 3))
    likely = [Outcome.CLEAN] * (30 if tidy else 3) + [Outcome.DEFECT] + ([] if tidy else list(UNCLEAR))
    trail = [random_measurement(rng, cell, by, rng.choice(likely), tidy=tidy) for _ in range(count)]
    if rng.random() < 0.15:
        trail.append(random_measurement(rng, cell, by, rng.choice(UNCLEAR), tidy=True))
    return trail


worlds = st.builds(random_world, size=st.integers(0, 12), seed=st.integers(0, 2**32))
larger_worlds = st.builds(random_world, size=st.sampled_from([*range(13), 40]), seed=st.integers(0, 2**32))
chances = st.integers(0, 2**32).map(random.Random)
