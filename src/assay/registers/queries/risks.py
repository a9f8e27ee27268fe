"""Risks as a matrix before and after treatment, against the appetite that the criteria declare. Reads what is held; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assay.registers.declaration import Choices
from assay.registers.queries.standing import Held, Holding
from assay.registers.registry import register_of

SIDES = (
    ("before", "As it is, before treatment", "likelihood", "consequence", "level"),
    ("after", "What is left after treatment", "residual_likelihood", "residual_consequence", "residual_level"),
)
LOOKED_AT = ("risks", "risk-criteria", "treatments", "ai-systems")
"""The registers that the matrix shows."""
IN_CELL = 6
LISTED = 200


@dataclass(frozen=True)
class MatrixCell:
    """One field of the matrix. `above`: the level lies above the appetite; `left` and `foot`: the line of appetite runs
    along that edge; `top`: top management decides here."""

    likelihood: int
    consequence: int
    level: int
    above: bool
    top: bool
    left: bool
    foot: bool
    risks: tuple[Holding, ...]

    @property
    def place(self) -> str:
        return f"{self.likelihood}.{self.consequence}"

    @property
    def shown(self) -> tuple[Holding, ...]:
        return self.risks[:IN_CELL]

    @property
    def more(self) -> int:
        return max(0, len(self.risks) - IN_CELL)


@dataclass(frozen=True)
class Matrix:
    """Likelihood in rows from the highest down, consequence in columns; `missing` risks have no estimate on this side."""

    side: str
    title: str
    rows: tuple[tuple[str, tuple[MatrixCell, ...]], ...]
    heads: tuple[str, ...]
    missing: tuple[Holding, ...]
    above: int


@dataclass(frozen=True)
class RiskLine:
    """One risk with its way from before to after."""

    risk: Holding
    level: int
    residual: int
    option: str
    state: str
    treatments: int
    above: bool


@dataclass(frozen=True)
class RiskMatrixPage:
    """What the template shows. `appetite` and `top` are 0 where no criteria declare them."""

    matrices: tuple[Matrix, ...]
    lines: tuple[RiskLine, ...]
    more: int
    sentence: str
    lede: str
    appetite: int
    top: int
    criteria: Holding | None
    kind: str
    kinds: Choices
    system: str
    systems: tuple[tuple[str, str], ...]
    cell: str


def matrix_page(held: Held, *, kind: str = "", system: str = "", cell: str = "") -> RiskMatrixPage:
    """Live risks (or opportunities) that are not closed, optionally of one AI system or one field such as `before.4.3`."""
    kind = kind if kind in ("risk", "opportunity") else "risk"
    systems = held.by_register.get("ai-systems", ())
    chosen = system if any(f"record:{each.id}" == system for each in systems) else ""
    criteria = criteria_of(held)
    appetite = int(criteria.data.get("appetite") or 0) if criteria else 0
    top = int(criteria.data.get("review_level") or 0) if criteria else 0
    rows = [
        row
        for row in held.by_register.get("risks", ())
        if row.state != "closed" and row.data.get("kind") == kind and (not chosen or chosen in row.data.get("systems", ()))
    ]  # fmt: skip
    matrices = tuple(_matrix(rows, side, appetite, top) for side in SIDES)
    listed = _listed(rows, matrices, cell)
    lines = sorted((_line(held, row, appetite) for row in listed), key=lambda line: (-line.level, line.risk.number))
    return RiskMatrixPage(
        matrices=matrices,
        lines=tuple(lines[:LISTED]),
        more=max(0, len(lines) - LISTED),
        sentence=_sentence(len(rows), kind, matrices, appetite),
        lede=_lede(matrices, criteria, top),
        appetite=appetite,
        top=top,
        criteria=criteria,
        kind=kind,
        kinds=register_of("risks").field("kind").choices,
        system=chosen,
        systems=(("", "All AI systems"), *((f"record:{each.id}", f"{each.number}. {each.title}") for each in systems)),
        cell=cell if len(listed) != len(rows) or cell else "",
    )


def criteria_of(held: Held) -> Holding | None:
    """The criteria in force; without approved ones, the draft."""
    rows = held.by_register.get("risk-criteria", ())
    return next((row for row in rows if row.state == "approved"), rows[-1] if rows else None)


def _matrix(rows: Sequence[Holding], side: tuple[str, str, str, str, str], appetite: int, top: int) -> Matrix:
    name, title, first, second, _level = side
    register = register_of("risks")
    likelihood, consequence = register.field(first).choices, register.field(second).choices
    placed: dict[tuple[int, int], list[Holding]] = {}
    missing = []
    for row in rows:
        if row.data.get(first) and row.data.get(second):
            placed.setdefault((int(row.data[first]), int(row.data[second])), []).append(row)
        else:
            missing.append(row)

    def cell(up: int, along: int) -> MatrixCell:
        above = bool(appetite) and up * along > appetite
        return MatrixCell(
            likelihood=up, consequence=along, level=up * along, above=above, top=bool(top) and up * along >= top,
            left=above and along > 1 and up * (along - 1) <= appetite, foot=above and up > 1 and (up - 1) * along <= appetite,
            risks=tuple(placed.get((up, along), ())),
        )  # fmt: skip

    lines = tuple(
        (label, tuple(cell(int(up), int(along)) for along, _words in consequence)) for up, label in reversed(likelihood)
    )
    above = sum(len(each.risks) for _label, cells in lines for each in cells if each.above)
    return Matrix(name, title, lines, tuple(label for _key, label in consequence), tuple(missing), above)


def _listed(rows: Sequence[Holding], matrices: Sequence[Matrix], cell: str) -> tuple[Holding, ...]:
    """The risks of one field, or all."""
    side, _, place = cell.partition(".")
    for matrix in matrices:
        if matrix.side == side:
            for _label, cells in matrix.rows:
                for each in cells:
                    if each.place == place:
                        return each.risks
    return tuple(rows)


def _line(held: Held, row: Holding, appetite: int) -> RiskLine:
    register = register_of("risks")
    level, residual = int(row.data.get("level") or 0), int(row.data.get("residual_level") or 0)
    options: Mapping[str, str] = dict(register.field("option").choices)
    return RiskLine(
        risk=row, level=level, residual=residual, option=options.get(str(row.data.get("option")), ""),
        state=register.state(row.state).title, treatments=len(treatments_of(held, row)),
        above=bool(appetite) and (residual or level) > appetite,
    )  # fmt: skip


def treatments_of(held: Held, risk: Holding) -> tuple[Holding, ...]:
    """Treatments that were not dropped and name the risk."""
    return tuple(
        each
        for each in held.by_register.get("treatments", ())
        if each.state != "dropped" and f"record:{risk.id}" in each.data.get("risks", ())
    )


def _sentence(count: int, kind: str, matrices: Sequence[Matrix], appetite: int) -> str:
    noun = {"risk": ("risk", "risks"), "opportunity": ("opportunity", "opportunities")}[kind]
    if not count:
        return f"No {noun[0]} is open."
    words = f"{count} open {noun[0] if count == 1 else noun[1]}"
    if not appetite:
        return f"{words}; no criteria say how much is tolerable."
    before, after = matrices
    known = count - len(after.missing)
    return f"{words}: {before.above} above the appetite before treatment; after it, {after.above} of the {known} that were estimated again."


def _lede(matrices: Sequence[Matrix], criteria: Holding | None, top: int) -> str:
    before, after = matrices
    parts = []
    if criteria is not None and criteria.state != "approved":
        parts.append("The criteria are not approved: the line is that of a draft.")
    if before.missing:
        parts.append(f"{len(before.missing)} without likelihood and consequence stand in no field.")
    if after.missing:
        parts.append(f"{len(after.missing)} have no estimate after treatment: nothing is assumed of them.")
    if top:
        parts.append(f"From level {top} on, top management decides.")
    return " ".join(parts)
