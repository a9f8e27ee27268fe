"""Applied exercises: setting, steps, what a good answer shows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

from assay.catalog.reading import build, read_yaml
from assay.core.errors import NotFound
from assay.studio.knowledge.topics import DATA


@dataclass(frozen=True)
class Exercise:
    """One exercise. `case` is the key of a case company, `clause` what it is about, `lo` the objective it serves.

    `material` names documents of the case's pack, `reports` are handed out with it.
    """

    id: str
    day: int
    title: str
    lo: str
    clause: str
    case: str
    minutes: int
    setting: str
    steps: tuple[str, ...]
    answer: tuple[str, ...]
    material: tuple[str, ...] = ()
    reports: tuple[str, ...] = ()


@cache
def _all() -> dict[str, Exercise]:
    return {
        each.id: each for each in (build(Exercise, e) for e in read_yaml(DATA / "exercises.yaml").entries("exercises"))
    }


@dataclass(frozen=True)
class Placed:
    """An exercise in a programme: its id, and the day and objective where they differ from the exercise's own."""

    id: str
    day: int = 0
    lo: str = ""


def exercises(placed: tuple[Placed, ...]) -> tuple[Exercise, ...]:
    """The exercises of a programme, in its order, on its days and for its objectives. Raises NotFound."""
    found = []
    for each in placed:
        if each.id not in _all():
            raise NotFound("exercise", each.id)
        own = _all()[each.id]
        found.append(replace(own, day=each.day or own.day, lo=each.lo or own.lo))
    return tuple(found)
