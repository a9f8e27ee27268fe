"""Rubric generation: what there is to write, and how it is composed offline."""

from __future__ import annotations

from assay.studio.composing.documents import Part, Table
from assay.studio.composing.syllabus import syllabus_of
from assay.studio.context import ProgrammeGenerationContext
from assay.studio.knowledge.apparatus import LEVELS, apparatus_of
from assay.studio.pathways.p15_rubric.schema import Output
from assay.studio.tasks import Task

_WORKS = (
    ("assignment", "the assignment", "a written report, read alone"),
    ("capstone", "the capstone", "work of a team, watched"),
)


def plan(context: ProgrammeGenerationContext) -> tuple[Task, ...]:
    """A rubric for the assignment and one for the capstone."""
    return tuple(Task("rubric", f"rubrics/{key}", f"Rubric for {name}", (("work", key),)) for key, name, _ in _WORKS)


def compose(context: ProgrammeGenerationContext, task: Task) -> Output:
    """Criteria with a descriptor per level; the capstone weighs conduct instead of writing."""
    syllabus = syllabus_of(context)
    _, name, how = next(each for each in _WORKS if each[0] == task.about("work"))
    criteria = apparatus_of(context.kind).criteria
    return Output(
        title=task.title,
        parts=(
            Part(
                paragraphs=(
                    f"For {name} in {context.title}: {how}. Everything is judged against {syllabus.standard} and the facts of the case "
                    "company's AI system.",
                ),
                table=Table(
                    heads=("Criterion", "Weight", *LEVELS),
                    rows=tuple((c.name, f"{c.weight} %", *c.levels) for c in criteria),
                ),
            ),
            Part(
                heading="How to use it",
                points=(
                    "Choose the level whose words fit the work best, and write down the place that decided.",
                    f"Level '{LEVELS[2]}' in every criterion is needed; a high level in one does not make up for another.",
                    "What is missing is not guessed. Ask only where a hand-in cannot be read.",
                ),
            ),
        ),
    )
