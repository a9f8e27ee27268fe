"""Exam-bank regen: what there is to write, and how it is composed offline."""

from __future__ import annotations

from assay.studio.composing.bank import items_of
from assay.studio.composing.syllabus import syllabus_of
from assay.studio.context import ProgrammeGenerationContext
from assay.studio.pathways.p22_exam_bank_regeneration.schema import Output
from assay.studio.tasks import Task

SIZE = 30


def plan(context: ProgrammeGenerationContext) -> tuple[Task, ...]:
    """The bank, session by session, in parts of at most thirty items."""
    tasks = []
    for session in syllabus_of(context).sessions:
        count = len(items_of(context, session.topics))
        for part in range((count + SIZE - 1) // SIZE):
            key = f"bank/{session.id.lower()}-{part + 1}"
            focus = (("session", session.id), ("part", str(part)))
            tasks.append(Task("exam-bank-regeneration", key, f"Items: {session.title}, part {part + 1}", focus))
    return tuple(tasks)


def compose(context: ProgrammeGenerationContext, task: Task) -> Output:
    """The items of one part; a text that the directive lets through as seed would stand behind them."""
    session = syllabus_of(context).session(task.about("session"))
    start = SIZE * int(task.about("part"))
    return Output(
        title=task.title,
        before=("For assessors. State of all items: draft, until responses and a signature say otherwise.",),
        items=items_of(context, session.topics)[start : start + SIZE],
        after=(task.seed_text,) if task.seed_text else (),
    )
