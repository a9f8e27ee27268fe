"""Blueprint: what there is to write, and how it is composed offline."""

from __future__ import annotations

from collections import Counter

from assay.studio.composing.bank import bank_of
from assay.studio.composing.documents import Part, Table
from assay.studio.composing.syllabus import Syllabus, lesson_key, syllabus_of
from assay.studio.context import ProgrammeGenerationContext
from assay.studio.knowledge.apparatus import apparatus_of, assessed_by, exam_forms
from assay.studio.pathways.p01_blueprint.schema import Output
from assay.studio.tasks import Task


def plan(context: ProgrammeGenerationContext) -> tuple[Task, ...]:
    """One blueprint."""
    return (Task("blueprint", "blueprint", f"Blueprint of {context.title}"),)


def compose(context: ProgrammeGenerationContext, task: Task) -> Output:
    """What is taught, what is assessed, and by how much; the counts are those of the bank."""
    syllabus = syllabus_of(context)
    items = bank_of(context)
    by_lo = Counter(item.objective for item in items)
    by_domain = Counter(item.domain for item in items)
    untouched = [
        each.label for each in syllabus.topics if lesson_key(syllabus, each) not in {i.evidence.lesson for i in items}
    ]
    return Output(
        title=task.title,
        parts=(
            Part(
                paragraphs=(
                    f"{context.title} is for {syllabus.plan.audience}. It teaches {syllabus.standard}; everything else that is "
                    "named in it is an approved companion or a comparison.",
                    f"To pass: {apparatus_of(context.kind).passing}",
                )
            ),
            Part(
                heading="Learning objectives",
                table=Table(
                    heads=("Objective", "Afterwards you can", "Level", "Items in the bank"),
                    rows=tuple((o.id, o.text, o.bloom, str(by_lo[o.id])) for o in syllabus.plan.objectives),
                ),
            ),
            Part(
                heading="Domains of the final exam",
                table=Table(
                    heads=("Domain", "Title", "Weight in percent", "Items in the bank"),
                    rows=tuple((d.id, d.title, str(d.weight), str(by_domain[d.id])) for d in syllabus.plan.domains),
                ),
            ),
            _assessed(context, syllabus),
            _forms(context.kind),
            Part(
                heading="Traceability",
                paragraphs=(
                    f"{len(items)} items stand in the bank. Each names its objective, clause, domain, level and the sentence of "
                    "the lesson from which it can be answered.",
                    f"Subjects without an item: {', '.join(untouched) or 'none'}.",
                ),
            ),
        ),
    )


def _assessed(context: ProgrammeGenerationContext, syllabus: Syllabus) -> Part:
    return Part(
        heading="How each objective is assessed",
        table=Table(
            heads=("Objective", "Sessions", "Exercises", "Summative"),
            rows=tuple(
                (
                    o.id,
                    ", ".join(s.id for s in syllabus.sessions if s.lo == o.id),
                    ", ".join(e.id for e in syllabus.exercises if e.lo == o.id) or "quiz",
                    ", ".join(assessed_by(context.kind, o.id)),
                )
                for o in syllabus.plan.objectives
            ),
        ),
    )


def _forms(kind: str) -> Part:
    forms = exam_forms(kind)
    note = "Schemes for AI auditors differ, and pages about them contradict each other; each line has its source and the day it was seen."
    return Part(
        heading="Form of the examination",
        paragraphs=(note,) if len(forms) > 1 else (),
        table=Table(
            heads=("Offered by", "Form", "Needed", "Source", "Seen on"),
            rows=tuple((f.scheme, f.form, f.mark, f.source, f.seen) for f in forms),
        ),
    )
