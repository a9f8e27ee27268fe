"""Final exam: what there is to write, and how it is composed offline."""

from __future__ import annotations

from assay.studio.composing.bank import bank_of, exam_order
from assay.studio.composing.questions import FINAL, Item
from assay.studio.composing.syllabus import syllabus_of
from assay.studio.context import ProgrammeGenerationContext
from assay.studio.knowledge.programmes import Area
from assay.studio.pathways.p11_final_exam.schema import Output
from assay.studio.tasks import Task

SHARE = 4  # at most one in four items of the bank


def plan(context: ProgrammeGenerationContext) -> tuple[Task, ...]:
    """One final exam."""
    return (
        Task("final-exam", f"day-{syllabus_of(context).days[-1].day}/final-exam", f"Final exam of {context.title}"),
    )


def compose(context: ProgrammeGenerationContext, task: Task) -> Output:
    """Questions by the weights of the domains, better forms first, every objective present; full where a domain is short."""
    syllabus = syllabus_of(context)
    bank = bank_of(context)
    count = min(syllabus.plan.exam, len(bank) // SHARE)
    chosen: list[Item] = []
    for domain, part in _parts(count, syllabus.plan.domains).items():
        own = tuple(item for item in bank if item.domain == domain and item.use == FINAL)
        chosen += exam_order(own, context.seed, "final", domain)[:part]
    spare = tuple(item for item in bank if item.use == FINAL and item not in chosen)
    chosen += exam_order(spare, context.seed, "final", "spare")[: count - len(chosen)]
    return Output(
        title=task.title,
        before=(
            f"{len(chosen)} questions on {syllabus.standard}. Choose one answer each. You may use your copy of the text and "
            "your notes. There is no penalty for a wrong answer.",
        ),
        items=tuple(chosen),
    )


def _parts(count: int, domains: tuple[Area, ...]) -> dict[str, int]:
    """How many questions each domain has: by weight, rounded so that they add up to `count`, at least one each."""
    parts = {each.id: max(1, count * each.weight // 100) for each in domains}
    behind = sorted(domains, key=lambda each: (parts[each.id] * 100 - count * each.weight, each.id))
    for each in behind[: max(0, count - sum(parts.values()))]:
        parts[each.id] += 1
    return parts
