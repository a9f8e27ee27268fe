"""Assessment explainer: what there is to write, and how it is composed offline."""

from __future__ import annotations

from assay.studio.composing.bank import bank_of
from assay.studio.composing.choice import pick
from assay.studio.composing.documents import Part
from assay.studio.composing.questions import LETTERS, PRACTICE
from assay.studio.composing.syllabus import syllabus_of
from assay.studio.context import ProgrammeGenerationContext
from assay.studio.knowledge.apparatus import apparatus_of
from assay.studio.pathways.p21_assessment_explainer.schema import Output
from assay.studio.tasks import Task


def plan(context: ProgrammeGenerationContext) -> tuple[Task, ...]:
    """One explainer."""
    return (Task("assessment-explainer", "how-you-are-assessed", f"How you are assessed in {context.title}"),)


def compose(context: ProgrammeGenerationContext, task: Task) -> Output:
    """The parts in plain words, and one question of the bank with what it is for."""
    told = apparatus_of(context.kind)
    written = [item for item in bank_of(context) if item.form == "written" and item.use == PRACTICE]
    item = pick(written, context.seed, "explained")
    options = tuple(f"({letter}) {option}" for letter, option in zip(LETTERS, item.options, strict=True))
    standard = syllabus_of(context).standard
    return Output(
        title=task.title,
        parts=(
            Part(paragraphs=(*told.explain, told.passing)),
            Part(
                heading="One question taken apart",
                paragraphs=(item.stem,),
                points=options,
            ),
            Part(
                paragraphs=(
                    f"The key is {item.letter}. {item.because} The other three are what people say who have read {standard} in a hurry.",
                    f"Its record: objective {item.objective}, {item.clause}, domain {item.domain}, level '{item.bloom}'.",
                )
            ),
        ),
    )
