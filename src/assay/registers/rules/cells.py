"""The surfaces of the management system as cells: what should be shown, and the facts from which each is judged. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from assay.catalog import load_catalog
from assay.core.verdict import Stratum
from assay.registers.declaration import SYSTEMS
from assay.registers.detectors import ALL, OWNERSHIP
from assay.registers.queries.standing import Held, Holding, Piece, pieces_for, records_for
from assay.registers.registry import GROUPS, registers
from assay.registers.rules.base import Problem

IN_SCOPE = ("building", "operating", "suspended")


@dataclass(frozen=True)
class CellFacts:
    """One cell. `settled` says whether what should exist is in force, `any_record` whether anything was begun."""

    key: str
    stratum: str
    title: str
    subject: str
    rows: tuple[Holding, ...]
    pieces: tuple[Piece, ...]
    problems: tuple[Problem, ...]
    settled: bool
    signs: bool = False
    signed: bool = False

    @property
    def missing(self) -> bool:
        return not self.rows and not self.pieces


@dataclass(frozen=True)
class SurfaceSpec:
    """One kind of surface: its strata, what people call them, and how its cells come from what is held."""

    kind: str
    key: str
    title: str
    strata_word: str
    strata: tuple[Stratum, ...]
    cells: Callable[[Held, Sequence[Problem]], tuple[CellFacts, ...]]


def _by_record(problems: Iterable[Problem]) -> Mapping[UUID | str, tuple[Problem, ...]]:
    """Problems by record; those of no record by the register that their rule is about."""
    found: dict[UUID | str, list[Problem]] = {}
    for each in problems:
        place: UUID | str = each.record.id if each.record is not None else each.rule.group
        found.setdefault("soa" if place == "consistency" else place, []).append(each)
    return {key: tuple(rows) for key, rows in found.items()}


def _of(
    rows: Sequence[Holding], slugs: Iterable[str], index: Mapping[UUID | str, tuple[Problem, ...]]
) -> tuple[Problem, ...]:
    places: list[UUID | str] = [*(row.id for row in rows), *slugs]
    return tuple(each for place in places for each in index.get(place, ()))


def _facts(
    held: Held,
    key: str,
    stratum: str,
    title: str,
    subject: str,
    rows: tuple[Holding, ...],
    index: Mapping[UUID | str, tuple[Problem, ...]],
) -> CellFacts:
    settled = [row for row in rows if row.state in registers()[row.register].settled]
    four = [row for row in settled if registers()[row.register].four_eyes]
    return CellFacts(
        key=key, stratum=stratum, title=title, subject=subject, rows=rows, pieces=pieces_for(held, rows, subject),
        problems=_of(rows, sorted({row.register for row in rows}), index), settled=bool(settled),
        signs=bool(four), signed=any(row.id in held.approved for row in four),
    )  # fmt: skip


def obligation_cells(held: Held, problems: Sequence[Problem]) -> tuple[CellFacts, ...]:
    """119 obligations and 22 required documents, by clause."""
    index, catalog = _by_record(problems), load_catalog()
    wanted = [("obligation", each.number, each.clause, each.text) for each in catalog.obligations]
    wanted += [("document", each.number, each.clause, each.name) for each in catalog.documented_information]
    found = []
    for kind, number, clause, words in wanted:
        stratum, subject = f"clause-{clause.partition(':')[2].split('.')[0]}", f"{kind}:{number}"
        rows = records_for(held, number)
        found.append(_facts(held, subject, stratum, f"{number} {words}", subject, rows, index))
    return tuple(found)


def control_cells(held: Held, problems: Sequence[Problem]) -> tuple[CellFacts, ...]:
    """Every control that is not excluded, for every AI system in scope; for the organization while there is none.

    Evidence counts for a system if it lies under the control, its decision, or a record that is the system or names it.
    """
    index, catalog = _by_record(problems), load_catalog()
    decisions = {str(row.data.get("control")): row for row in held.by_register.get("soa", ())}
    systems: list[Holding | None] = [row for row in held.by_register.get(SYSTEMS, ()) if row.state in IN_SCOPE]
    found = []
    for control in catalog.controls:
        row = decisions.get(control.number)
        if row is not None and row.data.get("applies") == "excluded":
            continue
        for system in systems or [None]:
            about = tuple(each for each in records_for(held, control.number) if system is None or _names(each, system))
            rows = (*((row,) if row is not None and row.data.get("applies") else ()), *about)
            facts = _facts(
                held, f"{control.number}:{system.id if system else 'organization'}", control.domain.partition(":")[2],
                f"{control.number} {control.title}" + (f", {system.title}" if system else ""), f"control:{control.number}", rows, index,
            )  # fmt: skip
            done = row is not None and row.data.get("implementation") == "done"
            found.append(CellFacts(**{**facts.__dict__, "settled": done}))
    return tuple(found)


def _names(row: Holding, system: Holding) -> bool:
    if row.id == system.id:
        return True
    links = registers()[row.register].links
    pointed = [key for field in links if SYSTEMS in field.to for key in row.data.get(field.key, ())]
    return f"record:{system.id}" in pointed or not any(SYSTEMS in field.to for field in links)


def document_cells(held: Held, problems: Sequence[Problem]) -> tuple[CellFacts, ...]:
    """The 22 required documents, and every document that the organization keeps."""
    index = _by_record(problems)
    required = [
        _facts(held, f"document:{each.number}", "required", f"{each.number} {each.name}", f"document:{each.number}", records_for(held, each.number), index)
        for each in load_catalog().documented_information
    ]  # fmt: skip
    own = [
        _facts(held, f"record:{row.id}", "own", row.title, f"record:{row.id}", (row,), index)
        for row in held.by_register.get("documents", ())
        if row.state != "withdrawn"
    ]
    return (*required, *own)


def owner_cells(held: Held, problems: Sequence[Problem]) -> tuple[CellFacts, ...]:
    """Every record on which something is left to do: somebody has to answer for it."""
    index = _by_record(problems)
    found = []
    for row in held.records:
        register = registers()[row.register]
        if row.state in register.closed or row.register in ("soa", "statements"):
            continue
        stratum = f"group-{GROUPS.index(register.group) + 1}"
        found.append(
            _facts(
                held,
                f"record:{row.id}",
                stratum,
                f"{register.name} {row.number}: {row.title}",
                f"record:{row.id}",
                (row,),
                index,
            )
        )
    return tuple(found)


def _clause_strata() -> tuple[Stratum, ...]:
    return tuple(
        Stratum(f"clause-{each.number}", f"Clause {each.number}, {each.title}", ALL)
        for each in load_catalog().clauses
        if each.level == 1
    )


def surfaces() -> tuple[SurfaceSpec, ...]:
    """The four surfaces of a management system."""
    domains = tuple(Stratum(each.number, f"{each.number} {each.title}", ALL) for each in load_catalog().domains)
    groups = tuple(Stratum(f"group-{place}", group, (OWNERSHIP,)) for place, group in enumerate(GROUPS, 1))
    papers = (Stratum("required", "Required documents", ALL), Stratum("own", "Own documents", ALL))
    return (
        SurfaceSpec(
            "registers.obligations",
            "obligations",
            "Obligations of clauses 4 to 10",
            "clauses",
            _clause_strata(),
            obligation_cells,
        ),
        SurfaceSpec(
            "registers.controls",
            "controls",
            "Controls of Annex A by AI system",
            "control domains",
            domains,
            control_cells,
        ),
        SurfaceSpec(
            "registers.documents", "documents", "Documented information", "kinds of document", papers, document_cells
        ),
        SurfaceSpec("registers.owners", "owners", "Owners and deputies", "groups of registers", groups, owner_cells),
    )
