"""Course final assessment: what there is to write, and how it is composed offline."""

from __future__ import annotations

from assay.studio.composing.documents import Part, Table
from assay.studio.composing.syllabus import Syllabus, syllabus_of
from assay.studio.context import ProgrammeGenerationContext
from assay.studio.knowledge.apparatus import LEVELS, apparatus_of, assessed_by
from assay.studio.pathways.p12_course_final_assessment.schema import Output
from assay.studio.tasks import Task


def plan(context: ProgrammeGenerationContext) -> tuple[Task, ...]:
    """What learners are told, and what assessors are."""
    return (
        Task(
            "course-final-assessment",
            "final-assessment",
            f"Final assessment of {context.title}",
            (("for", "learners"),),
        ),
        Task(
            "course-final-assessment", "assessor-guide", f"Assessor guide of {context.title}", (("for", "assessors"),)
        ),
    )


def compose(context: ProgrammeGenerationContext, task: Task) -> Output:
    """The parts with their weights, or the guide with what is planted in the data packs."""
    syllabus = syllabus_of(context)
    own = _guide(context, syllabus) if task.about("for") == "assessors" else _learners(context, syllabus)
    return Output(title=task.title, parts=own)


def _learners(context: ProgrammeGenerationContext, syllabus: Syllabus) -> tuple[Part, ...]:
    told = apparatus_of(context.kind)
    rows = (
        ("Continuous sheet", "exercises of each day", "counts when every day was attended"),
        ("Assignment", told.assignment.title.replace("{case}", syllabus.cases[0].name), "by rubric"),
        ("Capstone", "one case company and its AI system", "by rubric"),
        ("Final exam", f"questions on {syllabus.standard}", "by key"),
    )
    return (
        Part(paragraphs=(told.passing,), table=Table(heads=("Part", "What it is", "How it is marked"), rows=rows)),
        Part(
            heading="Objectives and parts",
            points=tuple(f"{o.id}: {', '.join(assessed_by(context.kind, o.id))}" for o in syllabus.plan.objectives),
        ),
        Part(
            heading="If something goes wrong",
            paragraphs=(
                "Each part can be repeated once. You may appeal against a mark within ten days; "
                "somebody who did not mark it decides.",
            ),
        ),
    )


def _guide(context: ProgrammeGenerationContext, syllabus: Syllabus) -> tuple[Part, ...]:
    told = apparatus_of(context.kind)
    flaws = tuple(
        Part(
            heading=f"Planted in the pack of {case.name}",
            paragraphs=(
                f"{case.name} works with the AI system {case.system}. These are in its pack on purpose; other true findings count as well.",
            ),
            table=Table(heads=("Where", "What", "Touches"), rows=tuple((f.where, f.what, f.ref) for f in case.flaws)),
        )
        for case in (syllabus.cases if _packs_are_audited(syllabus) else ())
    )
    return (
        Part(
            heading="Marking",
            points=(
                f"Levels are {', '.join(LEVELS)}; '{LEVELS[2]}' is the pass in each criterion.",
                "Read the whole before the first mark; write the reason before the level.",
                "The second marker sees no mark of the first. Where you differ by two levels, a third person decides.",
                "A learner may find what nobody thought of. Check it in the case; if it holds, it counts.",
            ),
        ),
        *flaws,
        Part(
            heading="What good answers to exercises show",
            points=tuple(f"{e.id}: {' '.join(e.answer)}" for e in syllabus.exercises),
        ),
        Part(heading="Passing", paragraphs=(told.passing,)),
    )


def _packs_are_audited(syllabus: Syllabus) -> bool:
    """Whether learners are handed documents of a data pack, in which something is planted."""
    return any(exercise.material for exercise in syllabus.exercises)
