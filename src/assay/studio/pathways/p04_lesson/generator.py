"""Lesson generation: what there is to write, and how it is composed offline."""

from __future__ import annotations

from assay.studio.composing.syllabus import lesson_key, syllabus_of
from assay.studio.composing.teaching import lesson_compose
from assay.studio.context import ProgrammeGenerationContext
from assay.studio.pathways.p04_lesson.schema import Output
from assay.studio.tasks import Task


def plan(context: ProgrammeGenerationContext) -> tuple[Task, ...]:
    """One lesson per subject, in the order of the sessions."""
    syllabus = syllabus_of(context)
    return tuple(
        Task("lesson", lesson_key(syllabus, topic), topic.title, (("topic", topic.key),)) for topic in syllabus.topics
    )


def compose(context: ProgrammeGenerationContext, task: Task) -> Output:
    """The lesson from knowledge and catalog."""
    syllabus = syllabus_of(context)
    return Output.model_validate(lesson_compose(context, syllabus, syllabus.topic(task.about("topic"))).model_dump())
