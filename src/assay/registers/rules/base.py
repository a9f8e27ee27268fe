"""How a rule is declared: an id, a severity, a title, and a function that names what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from assay.registers.likeness import alike, plain
from assay.registers.queries.standing import Held, Holding

__all__ = [
    "RULES", "SEVERITIES", "Found", "Problem", "Rule", "alike", "day", "each", "first", "plain", "pointing", "problems", "rule", "text_of",
]  # fmt: skip
SEVERITIES = ("error", "warning", "advice")
Found = Iterable[tuple[Holding | None, str]]


@dataclass(frozen=True)
class Rule:
    """`id` never changes its meaning. An `error` contradicts the standard or another record; a `warning` weakens what
    the records show; `advice` would make them better."""

    id: str
    severity: str
    title: str
    group: str
    find: Callable[[Held], Found]


@dataclass(frozen=True)
class Problem:
    """What one rule found: at which record (None: at the system as a whole), in a sentence."""

    rule: Rule
    record: Holding | None
    words: str


RULES: dict[str, Rule] = {}


def rule(
    ident: str, severity: str, title: str, group: str
) -> Callable[[Callable[[Held], Found]], Callable[[Held], Found]]:
    """Register a rule over everything. Raises ValueError for an id in use or an unknown severity."""
    if ident in RULES or severity not in SEVERITIES:
        raise ValueError(f"rule {ident} {severity}")

    def register(find: Callable[[Held], Found]) -> Callable[[Held], Found]:
        RULES[ident] = Rule(ident, severity, title, group, find)
        return find

    return register


def each(
    ident: str, severity: str, title: str, slug: str
) -> Callable[[Callable[[Held, Holding], str]], Callable[[Held, Holding], str]]:
    """Register a rule over each record of one register; the function answers a sentence, or an empty one."""

    def register(look: Callable[[Held, Holding], str]) -> Callable[[Held, Holding], str]:
        def find(held: Held) -> Iterator[tuple[Holding | None, str]]:
            for row in held.by_register.get(slug, ()):
                words = look(held, row)
                if words:
                    yield row, words

        rule(ident, severity, title, slug)(find)
        return look

    return register


def problems(held: Held, *, group: str = "", without: str = "") -> tuple[Problem, ...]:
    """Everything that the rules (of one group) find, errors first."""
    found = [
        Problem(each_rule, record, words)
        for each_rule in RULES.values()
        if (not group or each_rule.group == group) and (not without or each_rule.group != without)
        for record, words in each_rule.find(held)
    ]
    order = {name: place for place, name in enumerate(SEVERITIES)}
    return tuple(sorted(found, key=lambda one: (order[one.rule.severity], one.rule.id)))


def day(value: Any) -> date | None:
    """A stored date, None where there is none."""
    return date.fromisoformat(value) if value else None


def text_of(row: Holding, key: str) -> str:
    return str(row.data.get(key) or "").strip()


def pointing(held: Held, slug: str, field: str, target: str) -> list[Holding]:
    """Live records of a register whose link field holds the target."""
    return [row for row in held.by_register.get(slug, ()) if target in row.data.get(field, ())]


def first(held: Held, slug: str) -> Holding | None:
    rows = held.by_register.get(slug, ())
    return rows[0] if rows else None
