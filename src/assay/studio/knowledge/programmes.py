"""What each kind of programme is made of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from assay.catalog.reading import build, read_yaml
from assay.core.errors import NotFound
from assay.studio.knowledge.exercises import Placed
from assay.studio.knowledge.topics import DATA


@dataclass(frozen=True)
class Objective:
    """A learning objective with the level of Bloom's taxonomy that assessment has to reach."""

    id: str
    text: str
    bloom: str


@dataclass(frozen=True)
class Area:
    """A domain of the final examination; weights of a programme add up to 100."""

    id: str
    title: str
    weight: int


@dataclass(frozen=True)
class SessionPlan:
    """A session: contact hours as decimal text, the objective and domain it serves, its topics by name."""

    id: str
    title: str
    hours: str
    lo: str
    domain: str
    topics: tuple[str, ...]


@dataclass(frozen=True)
class DayPlan:
    """A day; 0 is what comes before the course."""

    day: int
    title: str
    bloom: str
    sessions: tuple[SessionPlan, ...]


@dataclass(frozen=True)
class ProgrammePlan:
    """One kind of programme for one standard. `exam` is how many questions its final exam has."""

    kind: str
    standard: str
    title: str
    companions: tuple[str, ...]
    audience: str
    objectives: tuple[Objective, ...]
    domains: tuple[Area, ...]
    days: tuple[DayPlan, ...]
    exercises: tuple[Placed, ...]
    exam: int


@cache
def plans() -> tuple[ProgrammePlan, ...]:
    """All kinds, in the order of the file."""
    return tuple(build(ProgrammePlan, entry) for entry in read_yaml(DATA / "programmes.yaml").entries("programmes"))


def plan_of(kind: str, standard: str) -> ProgrammePlan:
    """Return the plan of a kind for a standard. Raises NotFound that names the kinds there are."""
    for plan in plans():
        if (plan.kind, plan.standard) == (kind, standard):
            return plan
    known = ", ".join(f"{plan.kind} ({plan.standard})" for plan in plans())
    raise NotFound("kind of programme", f"{kind} ({standard})", hint=f"Kinds are: {known}.")
