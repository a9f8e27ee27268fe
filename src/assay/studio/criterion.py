"""The quality criterion *standard-family consistency*: does a programme keep to the standard that it claims to teach?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from assay.assurance.models import FindingRow
from assay.assurance.queries import verdict_latest
from assay.studio.models import Programme

NAME = "standard-family consistency"


@dataclass(frozen=True)
class Criterion:
    """How a programme stands to the criterion. `words` never say pass without how far was looked.

    `fail`: at least one open category-A finding; `pass`: none, and the verdict passes; else what the verdict says, for
    nothing found in what was not looked at is no result.
    """

    name: str
    state: Literal["pass", "fail", "stale", "unproven"]
    open_defects: int
    words: str


def consistency(programme: Programme) -> Criterion:
    """The criterion for a programme as it was last measured."""
    defects = FindingRow.objects.filter(
        surface=programme.surface, bucket="A", defect=True, closed_at=None, disposed_at=None
    ).count()
    row = verdict_latest(programme.surface)
    if defects:
        passages = "one passage presents" if defects == 1 else f"{defects:,} passages present"
        return Criterion(NAME, "fail", defects, f"fail: {passages} another standard as governing")
    if row is None:
        return Criterion(NAME, "unproven", 0, "unproven: nothing was looked at yet")
    looked = f"{row.coverage_permille // 10} % was looked at"
    if row.state == "pass":
        return Criterion(NAME, "pass", 0, f"pass: nothing found, and {looked}")
    state: Literal["stale", "unproven"] = "stale" if row.state == "stale" else "unproven"
    return Criterion(NAME, state, 0, f"{state}: nothing found, but {looked}")
