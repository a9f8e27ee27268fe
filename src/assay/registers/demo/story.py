"""The example as data: people, records with what happened to them day by day, and the Statement of Applicability.

Days count back from today in the data (`day: 148` is 148 days ago); dates inside records count forward (`due_on: 45`), so that
the example is as old on every day it is made. A step reads `<day> <who> <state>`, evidence `<day> <kind> <strength> <title> |
<where it is kept> | <days it counts>`, the last part optional.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).parent / "data"
KEYS = frozenset({"ref", "in", "title", "day", "by", "owner", "deputy", "review", "data", "then", "shown", "verdicts"})
FILES = ("context", "systems", "risk", "evaluation")


@dataclass(frozen=True)
class Member:
    """Somebody of the example. `left` is how many days ago they left, 0 for those who are there."""

    key: str
    name: str
    email: str
    role: str
    deputy: str
    left: int


@dataclass(frozen=True)
class Step:
    """What somebody did to a record: a state it was moved to, one of `read`, `fill`, `publish`, or values that were set."""

    day: int
    by: str
    to: str = ""
    data: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Shown:
    """One piece of evidence, collected `day` days ago. `days` is how long it counts, 0 for what its register says."""

    day: int
    kind: str
    strength: int
    title: str
    source: str
    days: int = 0


@dataclass(frozen=True)
class Told:
    """One record with what happened to it."""

    ref: str
    register: str
    title: str
    day: int
    by: str
    owner: str
    deputy: str
    review: int
    data: Mapping[str, Any]
    steps: tuple[Step, ...]
    shown: tuple[Shown, ...]
    verdicts: tuple[str, ...]


@dataclass(frozen=True)
class Story:
    """Everything the example says."""

    people: Mapping[str, Member]
    records: tuple[Told, ...]
    statement: Mapping[str, Any]


def _read(name: str) -> Any:
    return yaml.load((DATA / f"{name}.yaml").read_bytes(), Loader=yaml.CSafeLoader)


def _people() -> dict[str, Member]:
    told = _read("people")
    return {
        key: Member(key, each["name"], f"{key}@{DOMAIN}", each["role"], each["deputy"], int(each.get("left", 0)))
        for key, each in told["people"].items()
    }


ORGANIZATION = "Fairlead Learning (example)"
"""The name of the example's organization: it stands on every page and in every export."""
DOMAIN = "fairlead.example"
"""Where the invented people have their addresses."""


@cache
def story() -> Story:
    """The example, read once."""
    people = _people()
    records = tuple(_told(each, people) for name in FILES for each in _read(name))
    return Story(people, records, _read("soa"))


def _told(each: Mapping[str, Any], people: Mapping[str, Member]) -> Told:
    unknown = set(each) - KEYS
    assert not unknown, f"{each.get('ref')}: {unknown}"
    owner = each.get("owner", each["by"])
    return Told(
        ref=each["ref"], register=each["in"], title=each["title"], day=each["day"], by=each["by"], owner=owner,
        deputy=each.get("deputy", people[owner].deputy), review=each.get("review", 60), data=each.get("data", {}),
        steps=tuple(map(_step, each.get("then", ()))), shown=tuple(map(shown, each.get("shown", ()))),
        verdicts=tuple(each.get("verdicts", ())),
    )  # fmt: skip


def _step(told: Any) -> Step:
    if isinstance(told, str):
        day, by, to = told.split()
        return Step(int(day), by, to)
    return Step(told["day"], told["by"], data=told["set"])


def shown(told: str) -> Shown:
    """Evidence from its line."""
    facts, _, rest = told.partition(" | ")
    source, _, days = rest.partition(" | ")
    day, kind, strength, title = facts.split(" ", 3)
    return Shown(int(day), kind, int(strength), title.strip(" |"), source.strip(), int(days or 0))
