"""Family FAQ: what there is to write, and how it is composed offline."""

from __future__ import annotations

from assay.studio.composing.documents import Part
from assay.studio.composing.syllabus import syllabus_of
from assay.studio.context import ProgrammeGenerationContext
from assay.studio.governed import comparisons
from assay.studio.knowledge.apparatus import apparatus_of
from assay.studio.pathways.p20_family_faq.schema import Output
from assay.studio.tasks import Task


def plan(context: ProgrammeGenerationContext) -> tuple[Task, ...]:
    """One page of questions and answers."""
    return (Task("family-faq", "faq", f"Questions and answers on {context.title}"),)


def compose(context: ProgrammeGenerationContext, task: Task) -> Output:
    """The questions of the kind of programme, and the customer's comparisons."""
    standard = syllabus_of(context).standard
    asked = tuple(
        Part(heading=each.q.replace("{standard}", standard), paragraphs=(each.a.replace("{standard}", standard),))
        for each in apparatus_of(context.kind).faq
    )
    own = tuple(Part(heading="And how does that compare?", paragraphs=(text,)) for text in comparisons(context))
    return Output(title=task.title, parts=(*asked, *own))
