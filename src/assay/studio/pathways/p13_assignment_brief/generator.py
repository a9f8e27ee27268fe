"""Assignment brief: what there is to write, and how it is composed offline."""

from __future__ import annotations

from assay.studio.composing.briefing import brief_parts, filled
from assay.studio.composing.syllabus import syllabus_of
from assay.studio.context import ProgrammeGenerationContext
from assay.studio.knowledge.apparatus import apparatus_of
from assay.studio.pathways.p13_assignment_brief.schema import Output
from assay.studio.tasks import Task


def plan(context: ProgrammeGenerationContext) -> tuple[Task, ...]:
    """One assignment, on the first case company."""
    case = syllabus_of(context).cases[0]
    return (Task("assignment-brief", "assignment", f"Assignment on {case.name}", (("case", case.key),)),)


def compose(context: ProgrammeGenerationContext, task: Task) -> Output:
    """The brief, filled for the case."""
    case = syllabus_of(context).case(task.about("case"))
    brief = apparatus_of(context.kind).assignment
    return Output(title=f"Assignment: {filled(brief.title, context, case)}", parts=brief_parts(context, brief, case))
