"""Risks in money: what a year may cost before and after treatment, simulated from the ranges of the register. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assay.core.canonical import digest
from assay.core.quantify import Estimate, Exposure, Range, Simulation, affordable, simulate, why_not
from assay.registers.queries.risks import criteria_of
from assay.registers.queries.standing import Held, Holding

RUNS = (1_000, 10_000, 50_000)
SEED = 42_001
MOST_SEED = 2**31 - 1
QUANTILES = (
    (0.5, "Half of all years stay below"),
    (0.9, "9 of 10 years stay below"),
    (0.95, "19 of 20 years stay below"),
    (0.99, "99 of 100 years stay below"),
)
BEFORE = ("yearly_low", "yearly_high", "loss_low", "loss_high")
AFTER = tuple(f"residual_{key}" for key in BEFORE)


@dataclass(frozen=True)
class Side:
    """One simulation: before treatment, or after it where an estimate exists."""

    name: str
    title: str
    found: Simulation
    over_limit: Estimate | None


@dataclass(frozen=True)
class Contribution:
    """A risk with its expected yearly loss; `after` is None where nothing was estimated after treatment."""

    risk: Holding
    before: float
    after: float | None


@dataclass(frozen=True)
class LossPage:
    """What the template shows. `levels` are the losses of the curve with the share of years above them on each side;
    `silent` are risks without usable ranges, with the reason."""

    sides: tuple[Side, ...]
    figures: tuple[tuple[str, tuple[Estimate, ...]], ...]
    levels: tuple[tuple[int, tuple[Estimate, ...]], ...]
    contributions: tuple[Contribution, ...]
    silent: tuple[tuple[Holding, str], ...]
    seed: int
    runs: int
    wanted: int
    mark: str
    limit: int
    chance: int
    exposures: tuple[Exposure, ...]
    residuals: tuple[Exposure, ...]
    sentence: str


def loss_page(held: Held, *, seed: int = SEED, runs: int = RUNS[1]) -> LossPage:
    """Simulate every open risk that has ranges. After treatment, a risk without ranges of its own keeps those from before:
    nothing counts as reduced that nobody estimated."""
    rows = [
        row for row in held.by_register.get("risks", ()) if row.state != "closed" and row.data.get("kind") != "opportunity"
    ]  # fmt: skip
    first, silent = _exposures(rows)
    second = tuple(_residual(row, each) for row, each in first)
    seed, wanted = min(max(0, seed), MOST_SEED), min(max(RUNS[0], runs), RUNS[-1])
    exposures = tuple(each for _row, each in first)
    allowed = affordable((*exposures, *second), wanted)
    limit, chance = _limit(held)
    sides = []
    if exposures:
        sides.append(_side("before", "Before treatment", exposures, seed, allowed, limit))
        if second != exposures:
            sides.append(_side("after", "After treatment", second, seed, allowed, limit))
    levels = sides[0].found.levels() if sides else ()
    return LossPage(
        sides=tuple(sides),
        figures=_figures(sides),
        levels=tuple((each, tuple(side.found.exceeding(each) for side in sides)) for each in levels),
        contributions=_contributions(first, second, sides),
        silent=tuple(silent),
        seed=seed,
        runs=allowed,
        wanted=wanted,
        mark=mark_of(exposures, second, seed, allowed),
        limit=limit,
        chance=chance,
        exposures=exposures,
        residuals=second,
        sentence=_sentence(sides, limit, chance, len(exposures), len(rows)),
    )


def share_words(share: float) -> str:
    """A share in per cent with one decimal, as in 32.3 %."""
    return f"{share * 100:.1f}\u202f%"


def mark_of(before: tuple[Exposure, ...], after: tuple[Exposure, ...], seed: int, runs: int) -> str:
    """The digest of everything that the figures follow from."""
    return digest({"before": inputs(before), "after": inputs(after), "seed": seed, "runs": runs})


def inputs(exposures: tuple[Exposure, ...]) -> list[dict[str, Any]]:
    """Exposures as plain values: key, events in 1,000 years, loss per event."""
    return [
        {"key": each.key, "rate": [each.rate.low, each.rate.high], "loss": [each.loss.low, each.loss.high]}
        for each in exposures
    ]


def _exposures(rows: list[Holding]) -> tuple[list[tuple[Holding, Exposure]], list[tuple[Holding, str]]]:
    found, silent = [], []
    for row in rows:
        exposure = _read(row, BEFORE)
        reason = "It has no ranges." if exposure is None else why_not(exposure)
        if exposure is None or reason:
            silent.append((row, reason))
        else:
            found.append((row, exposure))
    return found, silent


def _read(row: Holding, keys: tuple[str, ...]) -> Exposure | None:
    data: Mapping[str, Any] = row.data
    if any(data.get(key) is None for key in keys):
        return None
    low, high, least, most = (int(data[key]) for key in keys)
    return Exposure(f"risk {row.number}", Range(low, high), Range(least, most))


def _residual(row: Holding, before: Exposure) -> Exposure:
    """What is left of it: for rate and loss each, the range after treatment if one was given, else that from before."""
    data = row.data
    found = before
    if data.get(AFTER[0]) is not None and data.get(AFTER[1]) is not None:
        found = replace(found, rate=Range(int(data[AFTER[0]]), int(data[AFTER[1]])))
    if data.get(AFTER[2]) is not None and data.get(AFTER[3]) is not None:
        found = replace(found, loss=Range(int(data[AFTER[2]]), int(data[AFTER[3]])))
    return before if why_not(found) else found


def _limit(held: Held) -> tuple[int, int]:
    """The loss that should rarely be exceeded and in how many years of a hundred it may, by the criteria in force; 0, 0: none."""
    chosen = criteria_of(held)
    if chosen is None or not chosen.data.get("loss_limit"):
        return 0, 0
    return int(chosen.data["loss_limit"]), int(chosen.data.get("loss_chance") or 0)


def _side(name: str, title: str, exposures: tuple[Exposure, ...], seed: int, runs: int, limit: int) -> Side:
    found = simulate(exposures, seed=seed, runs=runs)
    return Side(name, title, found, found.exceeding(limit) if limit else None)


def _figures(sides: list[Side]) -> tuple[tuple[str, tuple[Estimate, ...]], ...]:
    if not sides:
        return ()
    rows = [("Expected in a year", tuple(side.found.mean for side in sides))]
    rows += [(words, tuple(side.found.quantile(share) for side in sides)) for share, words in QUANTILES]
    return tuple(rows)


def _contributions(
    first: Sequence[tuple[Holding, Exposure]], second: tuple[Exposure, ...], sides: list[Side]
) -> tuple[Contribution, ...]:
    if not sides:
        return ()
    before = dict(sides[0].found.sums)
    after = dict(sides[-1].found.sums)
    runs = sides[0].found.runs
    rows = [
        Contribution(row, before[each.key] / runs, after[left.key] / runs if left != each else None)
        for (row, each), left in zip(first, second, strict=True)
    ]
    return tuple(sorted(rows, key=lambda row: (-row.before, row.risk.number)))


def _sentence(sides: list[Side], limit: int, chance: int, count: int, rows: int) -> str:
    if not sides:
        return "No open risk has ranges of frequency and loss, so nothing can be said in money."
    last = sides[-1]
    words = f"{count} of {rows} open risks have ranges: "
    when = "before treatment" if last.name == "before" else "after treatment"
    if last.over_limit is not None:
        words += f"{when}, {limit:,} EUR are exceeded in {share_words(last.over_limit.value)} of simulated years"
        return f"{words}; you allow {chance} %." if chance else f"{words}."
    return f"{words}{when}, they cost {last.found.mean.value:,.0f} EUR a year on average."
