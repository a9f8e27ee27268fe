"""Applied exercises: setting, steps, what a good answer shows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from assay.catalog.reading import build, read_yaml
from assay.core.errors import NotFound
from assay.studio.knowledge.topics import DATA


@dataclass(frozen=True)
class Exercise:
    """One exercise. `case` is the key of a case company, `clause` what it is about, `lo` the objective it serves."""

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


@cache
def _all() -> dict[str, Exercise]:
    return {
        each.id: each for each in (build(Exercise, e) for e in read_yaml(DATA / "exercises.yaml").entries("exercises"))
    }


def exercises(ids: tuple[str, ...]) -> tuple[Exercise, ...]:
    """The exercises of these ids, in this order. Raises NotFound."""
    for ident in ids:
        if ident not in _all():
            raise NotFound("exercise", ident)
    return tuple(_all()[ident] for ident in ids)
