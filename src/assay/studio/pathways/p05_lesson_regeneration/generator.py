"""Lesson regeneration: what there is to write, and how it is composed offline."""

from __future__ import annotations

from assay.studio.composing.choice import shuffled
from assay.studio.composing.syllabus import lesson_key, syllabus_of
from assay.studio.composing.teaching import again_compose
from assay.studio.context import ProgrammeGenerationContext
from assay.studio.knowledge import Topic
from assay.studio.pathways.p05_lesson_regeneration.schema import Output
from assay.studio.tasks import Task

COUNT = 6
FEW = 2  # where the catalog has no stations for a subject


def plan(context: ProgrammeGenerationContext) -> tuple[Task, ...]:
    """A second lesson on six subjects, no two with the same stations; on two where there are none."""
    syllabus = syllabus_of(context)
    topics = shuffled(syllabus.topics, context.seed, "again")
    chosen: list[Topic] = []
    used: set[tuple[str, str, str]] = set()
    for topic in topics:
        if len(topic.phases) >= 8 and used.isdisjoint(topic.phases) and len(chosen) < COUNT:
            chosen.append(topic)
            used.update(topic.phases)
    chosen = chosen or [topic for topic in topics if topic.how][:FEW] or topics[:FEW]
    return tuple(
        Task(
            "lesson-regeneration",
            f"{lesson_key(syllabus, topic)}-again",
            f"Again: {topic.title}",
            (("topic", topic.key), ("turn", str(turn))),
        )
        for turn, topic in enumerate(chosen)
    )


def compose(context: ProgrammeGenerationContext, task: Task) -> Output:
    """The second lesson; a text that the directive lets through as seed would stand in it as further reading."""
    syllabus = syllabus_of(context)
    lesson = again_compose(context, syllabus, syllabus.topic(task.about("topic")), int(task.about("turn")))
    seeded = (task.seed_text,) if task.seed_text else ()
    return Output.model_validate({**lesson.model_dump(), "further": (*lesson.further, *seeded)})
