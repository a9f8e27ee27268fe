"""Final exam: what there is to write, and how it is composed offline."""

from __future__ import annotations

from assay.studio.composing.bank import bank_of, exam_order
from assay.studio.composing.questions import FINAL, Item
from assay.studio.composing.syllabus import syllabus_of
from assay.studio.context import ProgrammeGenerationContext
from assay.studio.pathways.p11_final_exam.schema import Output
from assay.studio.tasks import Task

COUNT = 60
SHARE = 4  # at most one in four items of the bank


def plan(context: ProgrammeGenerationContext) -> tuple[Task, ...]:
    """One final exam."""
    return (
        Task("final-exam", f"day-{syllabus_of(context).days[-1].day}/final-exam", f"Final exam of {context.title}"),
    )


def compose(context: ProgrammeGenerationContext, task: Task) -> Output:
    """Questions by the weights of the domains, better forms first, every objective present."""
    syllabus = syllabus_of(context)
    bank = bank_of(context)
    count = min(COUNT, len(bank) // SHARE)
    chosen: list[Item] = []
    for domain in syllabus.plan.domains:
        own = tuple(item for item in bank if item.domain == domain.id and item.use == FINAL)
        chosen += exam_order(own, context.seed, "final", domain.id)[: max(1, round(count * domain.weight / 100))]
    return Output(
        title=task.title,
        before=(
            f"{len(chosen)} questions on {syllabus.standard}. Choose one answer each. You may use your copy of the standard and "
            "your notes. There is no penalty for a wrong answer.",
        ),
        items=tuple(chosen),
    )
