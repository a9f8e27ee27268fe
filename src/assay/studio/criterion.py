"""The quality criterion *standard-family consistency*: does a programme keep to the standard that it claims to teach?

Text by text, and as a whole: what runs through all artefacts is judged by the joint detector (`studio.whole`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from assay.assurance.models import FindingRow
from assay.assurance.queries import verdict_latest
from assay.studio.models import Programme
from assay.studio.whole import CELL, whole_is_current, whole_is_read_of, whole_said, whole_surface

NAME = "standard-family consistency"
WHOLE = "the programme as a whole"


@dataclass(frozen=True)
class Criterion:
    """How a programme stands to the criterion. `words` never say pass without how far was looked.

    `fail`: at least one open category-A finding; `pass`: none, and the verdict passes; else what the verdict says, for
    nothing found in what was not looked at is no result. `waits`: a person has to read what was held. `outdated`: it was
    read as a whole, and has changed since.
    """

    name: str
    state: Literal["pass", "fail", "stale", "unproven"]
    open_defects: int
    words: str
    waits: bool = False
    outdated: bool = False


def consistency(programme: Programme) -> Criterion:
    """The criterion for a programme as it was last measured, text by text; what the whole shows can only worsen it."""
    defects = FindingRow.objects.filter(
        surface=programme.surface, bucket="A", defect=True, closed_at=None, disposed_at=None
    ).count()
    row = verdict_latest(programme.surface)
    if defects:
        passages = "one passage presents" if defects == 1 else f"{defects:,} passages present"
        return Criterion(NAME, "fail", defects, f"fail: {passages} another standard as governing")
    if row is None:
        return Criterion(NAME, "unproven", 0, "unproven: nothing was looked at yet")
    together = as_a_whole(programme)
    if together.state == "fail" or together.waits or (together.outdated and row.state == "pass"):
        return Criterion(NAME, together.state, together.open_defects, together.words)
    looked = f"{row.coverage_permille // 10} % was looked at"
    if row.state == "pass":
        return Criterion(NAME, "pass", 0, f"pass: nothing found, and {looked}")
    state: Literal["stale", "unproven"] = "stale" if row.state == "stale" else "unproven"
    return Criterion(NAME, state, 0, f"{state}: nothing found, but {looked}")


def as_a_whole(programme: Programme) -> Criterion:
    """How the programme stands when all its artefacts are read together."""
    surface = whole_surface(programme)
    row = None if surface is None else verdict_latest(surface)
    if surface is None or row is None:
        return Criterion(WHOLE, "unproven", 0, "unproven: it was not read as a whole yet")
    standing = FindingRow.objects.filter(surface=surface, closed_at=None, disposed_at=None, bucket="A")
    families = standing.values_list("defect", flat=True)
    defects, held = sum(families), len(families) - sum(families)
    if defects:
        return Criterion(WHOLE, "fail", defects, "fail: as a whole it is about another standard's subject")
    if held:
        subjects = "one subject runs" if held == 1 else f"{held} subjects run"
        words = f"unproven: {subjects} through many artefacts and must be read by a person"
        return Criterion(WHOLE, "unproven", 0, words, waits=True)
    if not whole_is_current(programme, surface):
        words = "unproven: artefacts have changed since it was read as a whole"
        return Criterion(WHOLE, "unproven", 0, words, outdated=True)
    if row.state == "pass":
        read, there = whole_is_read_of(programme)
        through = "its artefacts" if read == there else f"the {read:,} of {there:,} artefacts that were read together"
        return Criterion(WHOLE, "pass", 0, f"pass: no other subject runs through {through}")
    if row.state == "stale":
        return Criterion(WHOLE, "stale", 0, "stale: it was read as a whole too long ago")
    reason = whole_said(surface, CELL)
    return Criterion(WHOLE, "unproven", 0, f"unproven: {reason or 'it was not read as a whole yet'}")
