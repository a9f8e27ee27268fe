"""Diagnostics: what there is to write, and how it is composed offline."""

from __future__ import annotations

from assay.studio.composing.bank import bank_of
from assay.studio.composing.choice import shuffled
from assay.studio.composing.questions import PRACTICE
from assay.studio.composing.syllabus import lesson_key, syllabus_of
from assay.studio.context import ProgrammeGenerationContext
from assay.studio.pathways.p07_diagnostic.schema import Output
from assay.studio.tasks import Task

COUNT = 20


def plan(context: ProgrammeGenerationContext) -> tuple[Task, ...]:
    """One diagnostic."""
    return (Task("diagnostic", "day-0/diagnostic", f"Diagnostic for {context.title}"),)


def compose(context: ProgrammeGenerationContext, task: Task) -> Output:
    """Twenty easy questions, taken in turn from all sessions."""
    easy = [item for item in bank_of(context) if item.use == PRACTICE and item.bloom in ("remember", "understand")]
    syllabus = syllabus_of(context)
    queues = []
    for session in syllabus.sessions:
        lessons = {lesson_key(syllabus, topic) for topic in session.topics}
        queues.append(
            shuffled([i for i in easy if i.evidence.lesson in lessons], context.seed, "diagnostic", session.id)
        )
    turns = [queue[turn] for turn in range(COUNT) for queue in queues if turn < len(queue)]
    return Output(
        title=task.title,
        before=("Guess as little as you can: the result shows where to begin, and nobody else sees it.",),
        items=tuple(turns[:COUNT]),
        after=(
            "Three quarters right or more: begin with the exercises. About half: read the lessons of the sessions in which "
            "you hesitated. Less: read the outline first and come back after the first day.",
        ),
    )
