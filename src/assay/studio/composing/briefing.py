"""Briefs of graded work, filled for a case company."""

from __future__ import annotations

from assay.studio.composing.documents import Part
from assay.studio.composing.syllabus import syllabus_of
from assay.studio.context import ProgrammeGenerationContext
from assay.studio.governed import task_steps
from assay.studio.knowledge import Case
from assay.studio.knowledge.apparatus import Brief


def filled(text: str, context: ProgrammeGenerationContext, case: Case) -> str:
    """The text with case, system and standard in their places."""
    standard = syllabus_of(context).standard
    return text.replace("{case}", case.name).replace("{system}", case.system).replace("{standard}", standard)


def brief_parts(context: ProgrammeGenerationContext, brief: Brief, case: Case) -> tuple[Part, ...]:
    """The parts of a brief: the company, the setting, tasks with those of the customer, rules."""
    return (
        Part(
            heading="The company",
            paragraphs=(
                f"{case.name} is {case.place}. Its AI system {case.system} is {case.what}; it matters to {case.affected}.",
                case.story,
            ),
        ),
        Part(heading="Your part", paragraphs=(filled(brief.setting, context, case),)),
        Part(
            heading="Tasks",
            points=(*(filled(task, context, case) for task in brief.tasks), *task_steps(context)),
            numbered=True,
        ),
        Part(heading="Rules", points=tuple(filled(rule, context, case) for rule in brief.rules)),
    )
