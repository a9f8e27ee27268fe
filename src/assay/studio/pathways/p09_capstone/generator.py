"""Capstone: what there is to write, and how it is composed offline."""

from __future__ import annotations

from assay.studio.composing.briefing import brief_parts, filled
from assay.studio.composing.syllabus import syllabus_of
from assay.studio.context import ProgrammeGenerationContext
from assay.studio.knowledge.apparatus import apparatus_of
from assay.studio.pathways.p09_capstone.schema import Output
from assay.studio.tasks import Task

CASE = 1


def plan(context: ProgrammeGenerationContext) -> tuple[Task, ...]:
    """One capstone, on the second case company."""
    cases = syllabus_of(context).cases
    case = cases[CASE % len(cases)]
    return (
        Task(
            "capstone",
            f"day-{syllabus_of(context).days[-1].day}/capstone",
            f"Capstone: {case.name}",
            (("case", case.key),),
        ),
    )


def compose(context: ProgrammeGenerationContext, task: Task) -> Output:
    """The brief of the capstone, filled for the case."""
    case = syllabus_of(context).case(task.about("case"))
    brief = apparatus_of(context.kind).capstone
    return Output(title=filled(brief.title, context, case), parts=brief_parts(context, brief, case))
