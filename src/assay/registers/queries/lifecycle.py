"""Risk management across the life cycle of each AI system: gates by phase, and which record answers which activity. Pure.

Phases and activities are those of the catalog, in the manner of ISO/IEC 23894. A gate stands in its phase. Other records do not
say in which phase they were made: they count in every cell that asks for their kind, if they are linked to the system.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from assay.catalog import load_catalog
from assay.catalog.records import Activity, Phase
from assay.catalog.records import Cell as Asked
from assay.registers.queries.standing import Held, Holding
from assay.registers.registry import met_by, registers

LOOKED_AT = ("ai-systems", "gates", "risks", "treatments", "impacts", "monitoring", "reviews", "statements")
"""The registers that answer an activity of the life cycle."""
REACHED = {
    "idea": (),
    "building": ("inception",),
    "operating": ("inception", "design_development", "verification_validation", "deployment"),
    "suspended": ("inception", "design_development", "verification_validation", "deployment"),
    "retired": ("inception", "design_development", "verification_validation", "deployment", "retirement"),
}
"""The gates that must lie behind a system in each state."""
ORDER = ("planned", "ready", "held", "passed")
WORDS = {
    "passed": "passed", "unproven": "passed, no evidence", "held": "held", "ready": "ready to decide", "planned": "planned",
    "missing": "no gate", "": "not reached",
}  # fmt: skip


@dataclass(frozen=True)
class GateCell:
    """The gate of a system at the end of a phase: a key of WORDS, the latest gate record, and whether it should be passed."""

    phase: Phase
    state: str
    gate: Holding | None
    on: date | None
    due: bool

    @property
    def words(self) -> str:
        return WORDS[self.state]

    @property
    def gap(self) -> bool:
        return self.due and self.state != "passed"


@dataclass(frozen=True)
class SystemLine:
    """One AI system with its gates in the order of phases."""

    system: Holding
    state: str
    gates: tuple[GateCell, ...]

    @property
    def gaps(self) -> int:
        return sum(1 for each in self.gates if each.gap)


@dataclass(frozen=True)
class RecordCell:
    """What shows one activity in one phase: `stand` is none, recorded (nothing settled), settled, or shown (with evidence
    that counts). `wide`: the kind of record belongs to the whole organization."""

    asked: Asked
    phase: Phase
    records: tuple[Holding, ...]
    stand: str
    newest: date | None
    wide: bool


@dataclass(frozen=True)
class CyclePage:
    """What the template shows; `chosen` and `grid` only where one system was asked for."""

    phases: tuple[Phase, ...]
    lines: tuple[SystemLine, ...]
    chosen: SystemLine | None
    grid: tuple[tuple[Activity, tuple[RecordCell, ...]], ...]
    today: date
    sentence: str
    lede: str


def cycle_page(held: Held, *, system: str = "") -> CyclePage:
    """All systems by phase; with `system` (a link key) the activities of one."""
    phases = load_catalog().lifecycle.phases
    lines = tuple(_line(held, row, phases) for row in held.by_register.get("ai-systems", ()))
    chosen = next((line for line in lines if f"record:{line.system.id}" == system), None)
    grid = _grid(held, chosen.system, phases) if chosen else ()
    return CyclePage(phases, lines, chosen, grid, held.today, _sentence(lines, chosen), _lede(chosen, grid))


def _line(held: Held, system: Holding, phases: Sequence[Phase]) -> SystemLine:
    key = f"record:{system.id}"
    gates = [row for row in held.by_register.get("gates", ()) if key in row.data.get("systems", ())]
    due = {*REACHED.get(system.state, ())}
    if system.data.get("learns") and "deployment" in due:
        due.add("continuous_validation")
    cells = tuple(
        _gate(held, phase, [row for row in gates if row.data.get("phase") == phase.id], phase.id in due)
        for phase in phases
    )
    return SystemLine(system, registers()["ai-systems"].state(system.state).title, cells)


def _gate(held: Held, phase: Phase, gates: Sequence[Holding], due: bool) -> GateCell:
    """The furthest gate counts; of several, the latest."""
    if not gates:
        return GateCell(phase, "missing" if due else "", None, None, due)
    best = max(gates, key=lambda row: (ORDER.index(row.state), row.updated_on, row.number))
    state = best.state
    if state == "passed" and not any(piece.fresh(held.today) for piece in held.by_record.get(best.id, ())):
        state = "unproven"
    decided = str(best.data.get("decided_on") or "")
    return GateCell(phase, state, best, date.fromisoformat(decided) if decided else None, due)


def linked_to(held: Held, system: Holding) -> tuple[Holding, ...]:
    """Records that name the system, and treatments of risks that do."""
    key = f"record:{system.id}"
    direct = [row for row in held.records if key in row.data.get("systems", ())]
    risks = {f"record:{row.id}" for row in direct if row.register == "risks"}
    treatments = [
        row for row in held.by_register.get("treatments", ()) if risks.intersection(row.data.get("risks", ()))
    ]
    return (*direct, *treatments)


def _grid(held: Held, system: Holding, phases: Sequence[Phase]) -> tuple[tuple[Activity, tuple[RecordCell, ...]], ...]:
    linked: dict[str, list[Holding]] = {}
    for row in linked_to(held, system):
        linked.setdefault(row.register, []).append(row)
    return tuple(
        (activity, tuple(_cell(held, linked, activity.cells[phase.id], phase) for phase in phases if phase.id in activity.cells))
        for activity in load_catalog().lifecycle.activities
    )  # fmt: skip


def _cell(held: Held, linked: Mapping[str, Sequence[Holding]], asked: Asked, phase: Phase) -> RecordCell:
    kinds = met_by(asked.di)
    wide = not any(each.slug == "treatments" or any("ai-systems" in field.to for field in each.links) for each in kinds)
    rows = [
        row
        for each in kinds
        for row in (held.by_register.get(each.slug, ()) if wide else linked.get(each.slug, ()))
        if each.slug != "gates" or row.data.get("phase") == phase.id
    ]
    settled = [row for row in rows if row.state in registers()[row.register].settled]
    shown = any(piece.fresh(held.today) for row in settled for piece in held.by_record.get(row.id, ()))
    rows.sort(key=lambda row: (row.updated_on, row.number), reverse=True)
    stand = "shown" if shown else "settled" if settled else "recorded" if rows else "none"
    return RecordCell(asked, phase, tuple(rows), stand, rows[0].updated_on if rows else None, wide)


def _sentence(lines: Sequence[SystemLine], chosen: SystemLine | None) -> str:
    if chosen is not None:
        gaps = chosen.gaps
        rest = (
            "every gate behind it is passed with evidence"
            if not gaps
            else f"{gaps} gate{'s' if gaps > 1 else ''} behind it not passed with evidence"
        )
        return f"{chosen.system.title} is {chosen.state.lower()}; {rest}."  # fmt: skip
    if not lines:
        return "No AI system is in the register."
    open_lines = sum(1 for line in lines if line.gaps)
    if not open_lines:
        return (
            f"{len(lines)} AI system{'s' if len(lines) > 1 else ''}; each passed every gate behind it, with evidence."
        )
    return f"{open_lines} of {len(lines)} AI systems stand{'s' if open_lines == 1 else ''} beyond a gate that was not passed with evidence."


def _lede(chosen: SystemLine | None, grid: Sequence[tuple[Activity, Sequence[RecordCell]]]) -> str:
    if chosen is None:
        return "Which gate each system passed, by phase. Open a system to see which record answers which activity, and how old it is."
    cells = [cell for _activity, line in grid for cell in line]
    shown = sum(1 for cell in cells if cell.stand == "shown")
    none = sum(1 for cell in cells if cell.stand == "none")
    return f"Of {len(cells)} activities by phase, {shown} rest on a record with evidence that counts; {none} have no record."
