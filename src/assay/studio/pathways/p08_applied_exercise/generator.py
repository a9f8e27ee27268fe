"""Applied exercises: what there is to write, and how it is composed offline."""

from __future__ import annotations

from assay.studio.composing.documents import Part
from assay.studio.composing.syllabus import syllabus_of
from assay.studio.context import ProgrammeGenerationContext
from assay.studio.governed import task_steps
from assay.studio.knowledge import Case, Exercise
from assay.studio.pathways.p08_applied_exercise.schema import Output
from assay.studio.tasks import Task

_NAMES = {
    "company": "company page",
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
            *_material(exercise, case),
            Part(heading="Steps", points=(*exercise.steps, *task_steps(context)), numbered=True),
            Part(heading="What a good answer shows", points=exercise.answer),
        ),
    )


def _material(exercise: Exercise, case: Case) -> tuple[Part, ...]:
    named = tuple(f"The {_NAMES[each]} of {case.name}" for each in exercise.material)
    parts = (Part(heading="Material", points=named),) if named else ()
    if not exercise.reports:
        return parts
    return (*parts, Part(heading="Reports", points=exercise.reports, numbered=True))
