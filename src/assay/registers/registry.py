"""All registers, found by walking the folders under `records/`: a folder with `REGISTER = Register(...)` is a register."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from assay.catalog import load_catalog
from assay.core.errors import NotFound
from assay.registers import records
from assay.registers.declaration import CONTROLS, OBLIGATIONS, Register, register_check

GROUPS = (
    "Context and leadership", "Risk and impact", "AI systems", "Support", "Operation", "Evaluation and improvement",
)  # fmt: skip


@cache
def registers() -> Mapping[str, Register]:
    """Every register by slug, grouped and in clause order."""
    found = []
    for module in pkgutil.iter_modules(records.__path__):
        if module.ispkg:
            found.append(importlib.import_module(f"{records.__name__}.{module.name}").REGISTER)
    found.sort(key=lambda each: (GROUPS.index(each.group) if each.group in GROUPS else 99, _place(each), each.slug))
    return MappingProxyType({each.slug: each for each in found})


def register_of(slug: str) -> Register:
    """The register. Raises NotFound."""
    try:
        return registers()[slug]
    except KeyError:
        raise NotFound("register", slug) from None


def assert_sound() -> None:
    """The self-test before serving, and before a new release is applied. Raises AssertionError naming everything that is wrong with any declaration."""
    catalog = load_catalog()
    numbers = {
        "obligations": {each.number for each in catalog.obligations},
        "documents": {each.number for each in catalog.documented_information},
        "controls": {each.number for each in catalog.controls},
        "clauses": {each.number for each in catalog.clauses} | {each.number for each in catalog.controls},
    }
    wrong: list[str] = []
    known = {*registers(), CONTROLS, OBLIGATIONS}
    for register in registers().values():
        wrong += register_check(register)
        if register.group not in GROUPS:
            wrong.append(f"{register.slug}: no group {register.group}")
        for name, there in numbers.items():
            wrong += [
                f"{register.slug}: no {name} {number}" for number in getattr(register, name) if number not in there
            ]
        for each in register.links:
            wrong += [f"{register.slug}.{each.key}: no register {slug}" for slug in each.to if slug not in known]
    for name in ("obligations", "documents", "controls"):
        met = {number for register in registers().values() for number in getattr(register, name)}
        wrong += [f"no register meets {number}" for number in sorted(numbers[name] - met)]
    assert not wrong, "; ".join(wrong)


def met_by(number: str) -> tuple[Register, ...]:
    """The registers whose records meet an obligation (4.1-01), a document (DI-01) or a control (A.2.2)."""
    return tuple(
        each for each in registers().values() if number in (*each.obligations, *each.documents, *each.controls)
    )


def _place(register: Register) -> tuple[int, ...]:
    first = register.clauses[0] if register.clauses else "99"
    parts = first.replace("A.", "90.").split(".")
    return tuple(int(part) for part in parts if part.isdigit())
