"""Lesson quizzes: what there is to write, and how it is composed offline."""

from __future__ import annotations

from assay.studio.composing.bank import items_of
from assay.studio.composing.choice import shuffled
from assay.studio.composing.questions import PRACTICE
from assay.studio.composing.syllabus import session_key, syllabus_of
from assay.studio.context import ProgrammeGenerationContext
from assay.studio.pathways.p06_lesson_quiz.schema import Output
from assay.studio.tasks import Task

COUNT = 6


def plan(context: ProgrammeGenerationContext) -> tuple[Task, ...]:
    """One quiz per session."""
    return tuple(
        Task("lesson-quiz", f"{session_key(each)}/quiz", f"Quiz: {each.title}", (("session", each.id),))
        for each in syllabus_of(context).sessions
    )


def compose(context: ProgrammeGenerationContext, task: Task) -> Output:
    """Up to six questions on the session, written ones first."""
    session = syllabus_of(context).session(task.about("session"))
    items = shuffled(items_of(context, session.topics, use=PRACTICE), context.seed, task.key)
    chosen = sorted(items, key=lambda item: item.form != "written")[:COUNT]
    return Output(
        title=task.title,
        before=("For yourself: no mark. Read the reason also where you were right.",),
        items=tuple(chosen),
    )
