"""Assignment regen: what there is to write, and how it is composed offline."""

from __future__ import annotations

from assay.studio.composing.briefing import brief_parts, filled
from assay.studio.composing.documents import Part
from assay.studio.composing.syllabus import syllabus_of
from assay.studio.context import ProgrammeGenerationContext
from assay.studio.knowledge.apparatus import apparatus_of
from assay.studio.pathways.p14_assignment_regeneration.schema import Output
from assay.studio.tasks import Task


def plan(context: ProgrammeGenerationContext) -> tuple[Task, ...]:
    """One further assignment, on the last case company."""
    case = syllabus_of(context).cases[-1]
    return (
        Task("assignment-regeneration", "assignment-again", f"Second assignment on {case.name}", (("case", case.key),)),
    )


def compose(context: ProgrammeGenerationContext, task: Task) -> Output:
    """The brief for another case; a text that the directive lets through as seed would stand in it as a task."""
    case = syllabus_of(context).case(task.about("case"))
    brief = apparatus_of(context.kind).assignment
    parts = brief_parts(context, brief, case)
    seeded = (Part(heading="Tasks from before", paragraphs=(task.seed_text,)),) if task.seed_text else ()
    return Output(title=f"Second assignment: {filled(brief.title, context, case)}", parts=(*parts, *seeded))
