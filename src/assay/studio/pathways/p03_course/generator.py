"""Course generation: what there is to write, and how it is composed offline."""

from __future__ import annotations

from assay.studio.composing.documents import Part, Table
from assay.studio.composing.syllabus import syllabus_of
from assay.studio.context import ProgrammeGenerationContext
from assay.studio.governed import comparisons, teachable
from assay.studio.knowledge.apparatus import apparatus_of
from assay.studio.pathways.p03_course.schema import Output
from assay.studio.tasks import Task


def plan(context: ProgrammeGenerationContext) -> tuple[Task, ...]:
    """One course."""
    return (Task("course", "course", context.title),)


def compose(context: ProgrammeGenerationContext, task: Task) -> Output:
    """For whom, day by day, cases, how to pass."""
    syllabus = syllabus_of(context)
    taught = [day for day in syllabus.days if day.sessions]
    return Output(
        title=task.title,
        parts=(
            Part(
                heading="For whom, and what for",
                paragraphs=(
                    f"This course is for {syllabus.plan.audience}. Its subject is {syllabus.standard} and what it takes to work with "
                    "AI systems responsibly.",
                    *teachable(context),
                    *comparisons(context),
                ),
                points=tuple(f"{each.id}: {each.text}." for each in syllabus.plan.objectives),
            ),
            Part(
                heading="Day by day",
                table=Table(
                    heads=("Day", "Title", "Sessions", "Lessons"),
                    rows=tuple(
                        (str(day.day), day.title, str(len(day.sessions)), str(sum(len(s.topics) for s in day.sessions)))
                        for day in taught
                    ),
                ),
            ),
            Part(
                heading="The companies you will meet",
                points=tuple(
                    f"{case.name}, {case.place}. Its AI system {case.system} is {case.what}." for case in syllabus.cases
                ),
            ),
            Part(
                heading="How you pass",
                paragraphs=(
                    apparatus_of(context.kind).passing,
                    "Confirm the hours, and what it takes to pass, with the body that recognises the course.",
                ),
            ),
        ),
    )
