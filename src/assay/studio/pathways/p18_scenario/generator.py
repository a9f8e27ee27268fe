"""Scenario generation: what there is to write, and how it is composed offline."""

from __future__ import annotations

from assay.studio.composing.packs import PACKS, pack
from assay.studio.composing.syllabus import syllabus_of
from assay.studio.context import ProgrammeGenerationContext
from assay.studio.pathways.p18_scenario.schema import Output
from assay.studio.tasks import Task


def plan(context: ProgrammeGenerationContext) -> tuple[Task, ...]:
    """Each case company with its whole data pack."""
    return tuple(
        Task("scenario", f"cases/{case.key}/{part}", f"{case.name}: {part}", (("case", case.key), ("part", part)))
        for case in syllabus_of(context).cases
        for part in PACKS
    )


def compose(context: ProgrammeGenerationContext, task: Task) -> Output:
    """The company, its Statement of Applicability, registers, or log."""
    case = syllabus_of(context).case(task.about("case"))
    return Output.model_validate(pack(case, task.about("part"), context.seed).model_dump())
