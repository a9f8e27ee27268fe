"""Module exams: what there is to write, and how it is composed offline."""

from __future__ import annotations

from assay.studio.composing.bank import exam_order, items_of
from assay.studio.composing.questions import MODULE
from assay.studio.composing.syllabus import syllabus_of
from assay.studio.context import ProgrammeGenerationContext
from assay.studio.pathways.p10_module_exam.schema import Output
from assay.studio.tasks import Task

COUNT = 15


def plan(context: ProgrammeGenerationContext) -> tuple[Task, ...]:
    """One exam per day with sessions."""
    return tuple(
        Task("module-exam", f"day-{day.day}/exam", f"Module exam, day {day.day}: {day.title}", (("day", str(day.day)),))
        for day in syllabus_of(context).days
        if day.sessions
    )


def compose(context: ProgrammeGenerationContext, task: Task) -> Output:
    """Fifteen questions, taken in turn from the sessions of the day."""
    day = next(each for each in syllabus_of(context).days if str(each.day) == task.about("day"))
    queues = [
        exam_order(items_of(context, session.topics, use=MODULE), context.seed, "module", session.id)
        for session in day.sessions
    ]
    turns = [queue[turn] for turn in range(COUNT) for queue in queues if turn < len(queue)]
    return Output(
        title=task.title,
        before=("Thirty minutes, with your copy of the standard. Choose one answer each.",),
        items=tuple(turns[:COUNT]),
    )
