"""Judge the management system: four surfaces, measured by the rules, with verdicts of the same engine as everything else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from assay.accounts.access import Actor
from assay.assurance.engines.partition import CellResult, Found, Result
from assay.assurance.models import CanaryRow, Surface, VerdictRow
from assay.assurance.services import canaries_record, cells_replace, results_record, surface_define, verdict_refresh
from assay.assurance.shapes import CellSpec, MeasureItem
from assay.core.canonical import digest
from assay.core.verdict import Canary, Policy
from assay.detect.context import Context
from assay.detect.hits import Hit
from assay.registers.detectors import DETECTORS, VERSION
from assay.registers.queries.standing import Held, held
from assay.registers.rules.base import problems
from assay.registers.rules.cells import CellFacts, SurfaceSpec, surfaces
from assay.registers.rules.judge import Said, canaries, cell_digest, judge, kind_of

# Dates pass without anybody writing: after a week the same records are judged again, two days before
# that where somebody measures daily.
VALID_FOR = timedelta(days=7)
RENEW_WITHIN = timedelta(days=2)
GOVERNANCE = "registers-1"
STANDARD = "iso42001"


@dataclass(frozen=True)
class SystemMeasured:
    """What one measurement of the whole system did."""

    cells: int
    measured: int
    verdicts: tuple[VerdictRow, ...]


def system_measure(*, actor: Actor, now: datetime) -> SystemMeasured:
    """Measure the four surfaces and refresh their verdicts; not inside a transaction. Raises NotPermitted."""
    actor.require("write")
    found = held(actor.organization, today=now.date())
    said = problems(found)
    _canaries_record(actor, now)
    cells, measured, verdicts = 0, 0, []
    for spec in surfaces():
        facts = spec.cells(found, said)
        surface = _surface(actor, spec, now)
        cells_replace(surface=surface, cells=[_spec(each, found) for each in facts], by=actor, now=now)
        required = {stratum.name: stratum.required for stratum in spec.strata}
        results = [
            _result(each, required[each.stratum], found)
            for each in sorted(facts, key=lambda one: one.key)
            if not each.missing
        ]
        summary = results_record(surface=surface, results=results, by=actor, now=now, renew_within=RENEW_WITHIN)
        cells, measured = cells + len(facts), measured + summary.measured
        verdicts.append(verdict_refresh(surface=surface, now=now))
    return SystemMeasured(cells, measured, tuple(verdicts))


def _surface(actor: Actor, spec: SurfaceSpec, now: datetime) -> Surface:
    return surface_define(
        organization=actor.organization, kind=spec.kind, key=spec.key, title=spec.title, standard=STANDARD, strata=spec.strata,
        policy=Policy(name="management-system", governance=GOVERNANCE), by=actor, now=now, valid_for=VALID_FOR,
        strata_word=spec.strata_word,
    )  # fmt: skip


def _spec(facts: CellFacts, found: Held) -> CellSpec:
    return CellSpec(
        facts.key, facts.stratum, cell_digest(facts, found.today), subject_id=facts.subject[:80], title=facts.title
    )


def _result(facts: CellFacts, required: tuple[str, ...], found: Held) -> CellResult:
    mark = cell_digest(facts, found.today) or ""
    item = MeasureItem(facts.key, mark, "", Context(standard=STANDARD), "record", GOVERNANCE, False)
    answers = judge(facts, sorted(required), found.today)
    results = tuple(Result(each.detector, VERSION, each.outcome, each.strength, each.reason) for each in answers)
    located = {each.key: each for said in answers for each in _located(facts, mark, said)}
    return CellResult(item, results, tuple(located[key] for key in sorted(located)))


def _located(facts: CellFacts, mark: str, said: Said) -> Iterable[Found]:
    """The problems as findings. An error contradicts something and blocks; what only weakens is shown and blocks nothing."""
    for each in said.found:
        record = str(each.record.id) if each.record is not None else ""
        key = digest([facts.key, mark, said.detector, VERSION, each.rule.id, record, each.words])
        error = each.rule.severity == "error"
        hit = Hit(
            kind=kind_of(said.detector, each), bucket="own", family="", start=0, end=len(each.words), quote=each.words,
            confidence=1000, reasons=(f"{each.rule.id}: {each.rule.title}.", f"record:{record}" if record else "The system as a whole."),
            features=(), defect=error, blocking=error,
        )  # fmt: skip
        yield Found(key, said.detector, VERSION, hit, 1, 1)


def _canaries_record(actor: Actor, now: datetime) -> None:
    """Record the canaries of this version once in each organization's log."""
    there = set(
        CanaryRow.objects.filter(organization=actor.organization, detector__in=DETECTORS, version=VERSION).values_list(
            "detector", flat=True
        )
    )
    missing = [name for name in DETECTORS if name not in there]
    by_detector: dict[str, list[Canary]] = {}
    for each in canaries() if missing else ():
        by_detector.setdefault(each.detector, []).append(each)
    for name in missing:
        canaries_record(organization=actor.organization, canaries=by_detector[name], by=actor, now=now)
