"""In which order a learner meets the artefacts of a programme, and what is for assessors alone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Protocol, TypeVar

# Questions on which a certificate rests travel with their keys to assessors and item banks, never into a browser.
SECURE = frozenset({"module-exam", "final-exam", "course-final-assessment", "exam-bank-regeneration"})
SCORED = frozenset({"lesson-quiz", *SECURE})
START = "Start"
CASES = "Case companies"
LESSONS = "Lessons"
WORK = "Practice and assignments"
END = "Assessment and questions"
_PART = {
    **dict.fromkeys(("cover-image", "course", "outline", "blueprint", "competency-map", "diagnostic"), START),
    **dict.fromkeys(("lesson", "lesson-regeneration", "lesson-quiz", "smart-hotspots"), LESSONS),
    "scenario": CASES,
    **dict.fromkeys(("applied-exercise", "assignment-brief", "assignment-regeneration", "rubric", "capstone"), WORK),
}
_WITHIN = (
    "cover-image", "course", "outline", "blueprint", "competency-map", "diagnostic", "scenario", "lesson",
    "lesson-regeneration", "smart-hotspots", "applied-exercise", "lesson-quiz", "module-exam", "assignment-brief",
    "assignment-regeneration", "rubric", "capstone", "final-exam", "course-final-assessment", "assessment-explainer",
    "family-faq", "exam-bank-regeneration",
)  # fmt: skip
_RANK = {slug: rank for rank, slug in enumerate(_WITHIN)}
_UNIT = re.compile(r"(?<![A-Za-z])(unit|module|day|week|chapter|session)[ _-]*0*(\d{1,3})(?!\d)", re.I)
_NUMBER = re.compile(r"(\d+)")


class Placed(Protocol):
    """What has a place in a programme."""

    @property
    def key(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def pathway_slug(self) -> str: ...


T = TypeVar("T", bound=Placed)


def ordered(artefacts: Iterable[T]) -> list[tuple[str, T]]:
    """Return (part, artefact) in the order of reading.

    A unit, module, day, week, chapter or session named with its number in the keys makes a part of its own, titled by
    its outline where it has one and more than that; what belongs to none stands before (start, cases) or after (practice, assessment).
    """
    found = [(unit_of(artefact.key), artefact) for artefact in artefacts]
    filled = {unit for unit, artefact in found if artefact.pathway_slug != "outline"}
    found = [(unit if unit in filled else None, artefact) for unit, artefact in found]
    titles = {unit: artefact.title for unit, artefact in found if unit and artefact.pathway_slug == "outline"}
    names = {unit: _unit_title(unit, titles.get(unit, "")) for unit, _ in found if unit}
    placed = [
        (_place(unit, artefact), names[unit] if unit else part_of(artefact), artefact) for unit, artefact in found
    ]
    return [(part, artefact) for _, part, artefact in sorted(placed, key=lambda entry: entry[0])]


def unit_of(key: str) -> tuple[str, int] | None:
    """The unit that a key names: its word in lower case and its number; None where it names none."""
    named = _UNIT.search(key)
    return (named.group(1).lower(), int(named.group(2))) if named is not None else None


def part_of(artefact: Placed) -> str:
    """The part of an artefact that belongs to no unit."""
    return _PART.get(artefact.pathway_slug, END)


def _place(unit: tuple[str, int] | None, artefact: Placed) -> tuple[object, ...]:
    part = part_of(artefact)
    stage = 2 if unit else {START: 0, CASES: 1, LESSONS: 3, WORK: 4, END: 5}[part]
    kind = _RANK.get(artefact.pathway_slug, len(_RANK))
    return (stage, unit[1] if unit else 0, unit[0] if unit else "", kind, natural(artefact.key))


def natural(key: str) -> tuple[tuple[int, int | str], ...]:
    """A sort key in which `lesson-10` follows `lesson-9`."""
    parts = _NUMBER.split(key.casefold())
    return tuple((0, int(part)) if part.isdigit() else (1, part) for part in parts if part)


def _unit_title(unit: tuple[str, int], outline: str) -> str:
    name = f"{unit[0].capitalize()} {unit[1]}"
    return outline if outline.casefold().startswith(name.casefold()) else name
