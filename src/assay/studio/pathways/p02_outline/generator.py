"""Outline / refine: what there is to write, and how it is composed offline."""

from __future__ import annotations

from assay.studio.composing.documents import Part, Table
from assay.studio.composing.syllabus import Day, Syllabus, syllabus_of
from assay.studio.context import ProgrammeGenerationContext
from assay.studio.pathways.p02_outline.schema import Output
from assay.studio.tasks import Task

MANY = 10  # subjects of one session


def plan(context: ProgrammeGenerationContext) -> tuple[Task, ...]:
    """One outline per day."""
    return tuple(
        Task("outline", f"day-{day.day}/outline", f"Day {day.day}: {day.title}", (("day", str(day.day)),))
        for day in syllabus_of(context).days
    )


def compose(context: ProgrammeGenerationContext, task: Task) -> Output:
    """Sessions with hours, exercises, assessment."""
    syllabus = syllabus_of(context)
    day = next(each for each in syllabus.days if str(each.day) == task.about("day"))
    return Output(
        title=task.title, parts=(*_before(syllabus, day), *_sessions(syllabus, day), *_exercises(syllabus, day))
    )


def _before(syllabus: Syllabus, day: Day) -> tuple[Part, ...]:
    if day.sessions:
        return (Part(paragraphs=(f"The day aims at this level: {day.bloom}.",)),)
    if day.day == 0:
        return (
            Part(
                heading="Pre-study",
                paragraphs=(
                    f"Read before you come. The diagnostic shows where to look twice; it is on {syllabus.standard} alone.",
                ),
                points=(
                    *_reading(syllabus),
                    "Take the diagnostic and keep your result.",
                    "Write down one AI system that you know and the people it concerns.",
                ),
            ),
        )
    return (
        Part(
            heading="The last day",
            points=(
                "Revision, two hours: bring three questions of your own.",
                "Capstone, three hours, in teams.",
                "Final exam, two hours, alone.",
            ),
        ),
    )


def _sessions(syllabus: Syllabus, day: Day) -> tuple[Part, ...]:
    if not day.sessions:
        return ()
    rows = tuple(
        (each.id, each.title, each.hours, each.lo, each.domain, ", ".join(topic.label for topic in each.topics))
        for each in day.sessions
    )
    heads = ("Session", "Title", "Hours", "Objective", "Domain", "Subjects")
    return (Part(heading="Sessions", table=Table(heads=heads, rows=rows)),)


def _exercises(syllabus: Syllabus, day: Day) -> tuple[Part, ...]:
    own = tuple(
        f"{each.id}, {each.title}: {each.minutes} minutes" for each in syllabus.exercises if each.day == day.day
    )
    quiz = ("A quiz after each session, for yourself",) if day.sessions else ()
    return (Part(heading="Practice", points=(*own, *quiz)),) if own or quiz else ()


def _reading(syllabus: Syllabus) -> tuple[str, ...]:
    """What is read beforehand: the standard, and the lessons of sessions that work with more than a day can explain."""
    own = (f"Read {syllabus.standard} from beginning to end once, without notes.",) if _is_short(syllabus) else ()
    full = [each.id for each in syllabus.sessions if len(each.topics) > MANY]
    lessons = f"Read the lessons of {', '.join(full)}: time there goes into working with them."
    return (*own, *((lessons,) if full else ()))


def _is_short(syllabus: Syllabus) -> bool:
    """Whether the text that is taught can be read through; a law cannot, and its lessons name the articles."""
    return syllabus.plan.standard != "eu_ai_act"
