"""Applied exercises: what there is to write, and how it is composed offline."""

from __future__ import annotations

from assay.studio.composing.choice import shuffled
from assay.studio.composing.documents import Part
from assay.studio.composing.syllabus import Syllabus, syllabus_of
from assay.studio.context import ProgrammeGenerationContext
from assay.studio.governed import task_steps
from assay.studio.knowledge import Case, Exercise
from assay.studio.pathways.p08_applied_exercise.schema import Output
from assay.studio.tasks import Task

_NAMES = {
    "soa": "Statement of Applicability",
    "risks": "AI risk register",
    "impacts": "impact assessment",
    "log": "event log",
}


def plan(context: ProgrammeGenerationContext) -> tuple[Task, ...]:
    """The exercises of the programme's plan."""
    return tuple(
        Task(
            "applied-exercise",
            f"day-{each.day}/exercise-{each.id.lower()}",
            f"{each.id} {each.title}",
            (("exercise", each.id),),
        )
        for each in syllabus_of(context).exercises
    )


def compose(context: ProgrammeGenerationContext, task: Task) -> Output:
    """Setting, material, steps, what a good answer shows."""
    syllabus = syllabus_of(context)
    exercise = next(each for each in syllabus.exercises if each.id == task.about("exercise"))
    case = syllabus.case(exercise.case)
    return Output(
        title=task.title,
        parts=(
            Part(
                paragraphs=(
                    f"{case.name} is {case.place}. Its AI system {case.system} is {case.what}.",
                    exercise.setting,
                    f"Time: {exercise.minutes} minutes. Objective: {exercise.lo}. About: {exercise.clause}.",
                )
            ),
            *_material(context, syllabus, exercise, case),
            Part(heading="Steps", points=(*exercise.steps, *task_steps(context)), numbered=True),
            Part(heading="What a good answer shows", points=exercise.answer),
        ),
    )


def _material(
    context: ProgrammeGenerationContext, syllabus: Syllabus, exercise: Exercise, case: Case
) -> tuple[Part, ...]:
    named = tuple(f"The {_NAMES[each]} of {case.name}" for each in exercise.material if each in _NAMES)
    parts = (Part(heading="Material", points=named),) if named else ()
    if "incidents" not in exercise.material:
        return parts
    told = [topic.case for topic in syllabus.topics if case.name in topic.case or case.system in topic.case]
    chosen = shuffled(told, context.seed, exercise.id)[:5]
    honest = (
        f"Two people who work with {case.system} disagree with a proposal of the model, write down why, and decide otherwise. "
        "The change is in the log with role and reason."
    )
    return (
        *parts,
        Part(heading="Six reports", points=tuple(shuffled([*chosen, honest], context.seed, "six")), numbered=True),
    )
