"""From the facts of a cell to what each detector says, and the canaries that show whether it can be believed. Pure."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from assay.core.canonical import digest
from assay.core.verdict import Canary, Outcome, Strength
from assay.registers.detectors import APPROVAL, CONSISTENCY, DETECTORS, EVIDENCE, OWNERSHIP, PRESENCE, VERSION
from assay.registers.queries.standing import Held, Holding
from assay.registers.registry import registers
from assay.registers.rules.base import Problem, problems
from assay.registers.rules.cells import CellFacts, surfaces
from assay.registers.rules.example import LEFT, clean_example
from assay.registers.rules.plants import PLANTS, edit

WHO = ("G-01", "G-02", "G-03", "G-04")
SIGNED = ("G-06", "G-07")
KIND_OF = {"G-01": "vacant", "G-03": "vacant", "G-02": "left", "G-04": "left", "G-06": "altered", "G-07": "unsigned"}
PLANTED = 60
EXAMPLE_DAY = date(2026, 1, 15)


@dataclass(frozen=True)
class Said:
    """What one detector says about one cell, with the problems that it rests on."""

    detector: str
    outcome: Outcome
    strength: Strength
    reason: str
    found: tuple[Problem, ...] = ()


def cell_digest(facts: CellFacts, today: date) -> str | None:
    """The digest of everything that was judged; None where what should exist does not."""
    if facts.missing:
        return None
    return digest(
        {
            "key": facts.key,
            "settled": facts.settled,
            "signed": facts.signed,
            "rows": [
                [str(row.id), row.version, row.state, str(row.owner or ""), str(row.deputy or "")] for row in facts.rows
            ],
            "pieces": sorted([str(p.id), p.digest, p.strength, p.fresh(today)] for p in facts.pieces),
            "problems": sorted(
                [each.rule.id, str(each.record.id if each.record else ""), each.words] for each in facts.problems
            ),
        }
    )


def judge(facts: CellFacts, detectors: Sequence[str], today: date) -> tuple[Said, ...]:
    """What the detectors say. Nothing is clean because nothing was found missing: what is only begun, only claimed or
    expired is inconclusive, and so not measured."""
    return tuple(_JUDGES[name](facts, today) for name in detectors)


def _presence(facts: CellFacts, today: date) -> Said:
    if facts.settled:
        return Said(PRESENCE, Outcome.CLEAN, Strength.OBSERVED, "")
    return Said(PRESENCE, Outcome.INCONCLUSIVE, Strength.CLAIMED, "draft")


def _evidence(facts: CellFacts, today: date) -> Said:
    fresh = [piece.strength for piece in facts.pieces if piece.fresh(today)]
    best = max(fresh, default=0)
    if best >= Strength.DOCUMENTED:
        return Said(EVIDENCE, Outcome.CLEAN, Strength(best), "")
    reason = "claimed" if best else "expired evidence" if facts.pieces else "no evidence"
    return Said(EVIDENCE, Outcome.INCONCLUSIVE, Strength.CLAIMED, reason)


def _approval(facts: CellFacts, today: date) -> Said:
    found = tuple(each for each in facts.problems if each.rule.id in SIGNED)
    if found:
        return Said(APPROVAL, Outcome.DEFECT, Strength.OBSERVED, "", found)
    if facts.signs and not facts.signed:
        return Said(APPROVAL, Outcome.INCONCLUSIVE, Strength.CLAIMED, "nothing signed")
    return Said(APPROVAL, Outcome.CLEAN, Strength.OBSERVED, "")


def _ownership(facts: CellFacts, today: date) -> Said:
    return _of_rules(OWNERSHIP, [each for each in facts.problems if each.rule.id in WHO])


def _consistency(facts: CellFacts, today: date) -> Said:
    return _of_rules(CONSISTENCY, [each for each in facts.problems if each.rule.id not in (*WHO, *SIGNED)])


def _of_rules(name: str, found: Sequence[Problem]) -> Said:
    outcome = Outcome.DEFECT if any(each.rule.severity == "error" for each in found) else Outcome.CLEAN
    return Said(name, outcome, Strength.OBSERVED, "", tuple(found))


_JUDGES = {
    PRESENCE: _presence,
    EVIDENCE: _evidence,
    APPROVAL: _approval,
    OWNERSHIP: _ownership,
    CONSISTENCY: _consistency,
}


def kind_of(detector: str, problem: Problem) -> str:
    return KIND_OF.get(problem.rule.id, "contradiction") if detector != CONSISTENCY else "contradiction"


# canaries


@lru_cache(maxsize=1)
def canaries() -> tuple[Canary, ...]:
    """Plant 60 defects of every kind in every stratum of every surface, and count those that the detectors catch.

    Depends on the rules and the registers alone; the examples are set on one fixed day.
    """
    tally: dict[tuple[str, str, str], list[bool]] = {}
    for seed in range(PLANTED):
        clean = clean_example(EXAMPLE_DAY, seed)
        rng = random.Random(seed)  # noqa: S311 — reproducible choice, nothing secret
        for spec in surfaces():
            by_stratum: dict[str, list[CellFacts]] = {}
            for facts in spec.cells(clean, ()):
                if not facts.missing:
                    by_stratum.setdefault(facts.stratum, []).append(facts)
            for stratum in spec.strata:
                for detector in stratum.required:
                    for kind in DETECTORS[detector].kinds:
                        cells = [each for each in by_stratum.get(stratum.name, []) if _plantable(each, kind)]
                        caught = bool(cells) and _caught(clean, rng.choice(cells), detector, kind, seed)
                        tally.setdefault((detector, stratum.name, kind), []).append(caught)
    return tuple(
        Canary(detector, VERSION, stratum, kind, sum(hits), len(hits))
        for (detector, stratum, kind), hits in sorted(tally.items())
    )


def _plantable(facts: CellFacts, kind: str) -> bool:
    """Whether such a defect can be there at all: a record on which nothing is left to do needs no owner."""
    return bool(_in_work(facts)) if kind in ("vacant", "left") else bool(facts.rows)


def _in_work(facts: CellFacts) -> list[Holding]:
    return [
        each
        for each in facts.rows
        if each.state not in registers()[each.register].closed and each.register != "statements"
    ]


def _caught(clean: Held, facts: CellFacts, detector: str, kind: str, seed: int) -> bool:
    """Whether the detector notices one defect of a kind planted into one cell."""
    spoiled = _spoil(clean, facts, kind, seed)
    if spoiled.missing:
        return cell_digest(spoiled, clean.today) is None
    return judge(spoiled, (detector,), clean.today)[0].outcome is not Outcome.CLEAN


def _spoil(clean: Held, facts: CellFacts, kind: str, seed: int) -> CellFacts:
    if kind == "missing":
        return replace(facts, rows=(), pieces=())
    if kind == "draft":
        return replace(facts, settled=False)
    if kind == "absent":
        return replace(facts, pieces=())
    if kind == "expired":
        gone = clean.today - timedelta(days=seed)
        return replace(facts, pieces=tuple(replace(each, expires_on=gone) for each in facts.pieces))
    if kind == "claimed":
        return replace(facts, pieces=tuple(replace(each, strength=1) for each in facts.pieces))
    return _spoil_row(clean, facts, kind, seed)


def _spoil_row(clean: Held, facts: CellFacts, kind: str, seed: int) -> CellFacts:
    """Spoil one record of the cell, and let the rules read the cell's records again."""
    small = replace(clean, records=facts.rows)
    rows = facts.rows
    if kind in ("vacant", "left"):
        rows = tuple(_in_work(facts))
        row = rows[seed % len(rows)]
        small = edit(small, row.register, row.number, owner=None if kind == "vacant" else LEFT)
    elif kind in ("unsigned", "altered"):
        signing = [each for each in rows if registers()[each.register].state(each.state).signs]
        if not signing:
            return replace(facts, signs=True, signed=False)
        row = signing[0]
        if kind == "altered":
            small = edit(small, row.register, row.number, title="Another title than was signed", sign=False)
        else:
            small = replace(small, approved={pk: each for pk, each in small.approved.items() if pk != row.id})
    else:
        row = rows[seed % len(rows)]
        empty = ("TBD", "to do.", "N/A", "...", "To be defined", "placeholder")[seed % 6]
        texts = [each.key for each in registers()[row.register].fields if each.kind == "long"]
        small = edit(
            small, row.register, row.number, data={texts[seed % len(texts)] if texts else "justification": empty}
        )
    found = tuple(each for group in ("ownership", "approval", "words") for each in problems(small, group=group))
    return replace(facts, rows=small.records, problems=found)


def plants_caught(day: date) -> Iterator[tuple[str, bool]]:
    """Each rule with whether it finds what is planted for it."""
    for ident, plant in PLANTS.items():
        yield ident, ident in {each.rule.id for each in problems(plant(clean_example(day)))}
