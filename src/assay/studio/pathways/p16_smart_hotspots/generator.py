"""Smart hotspots: what there is to write, and how it is composed offline."""

from __future__ import annotations

from assay.catalog import load_catalog
from assay.studio.composing.documents import Part, Table
from assay.studio.composing.figures import lifecycle
from assay.studio.composing.syllabus import syllabus_of
from assay.studio.context import ProgrammeGenerationContext
from assay.studio.pathways.p16_smart_hotspots.schema import Output
from assay.studio.tasks import Task

_TRAIL = (
    ("Complaint", "Where a trail through an AI system often begins: one person, one decision, one date."),
    ("Log", "The decision number leads to input, output, model version and whoever changed the result."),
    ("Release", "From the version to its release record: criteria, result, approval, and what was skipped."),
    ("Test", "The threshold set before the run, the data it was run on, the groups it was measured for."),
    ("Data", "Which records taught the model, what cleaning removed, and by which right they are used."),
    ("Impact", "Whether the assessment knew the group to which this person belongs."),
    ("Oversight", "Who could have changed the result, was trained to, and had the time."),
    ("Review", "Where management heard of cases like this one, and what it decided."),
)

_LIFE_TOPIC, _TRAIL_TOPIC = "S-lifecycle", "S-trail"
# What an auditor asks at each phase that the catalog knows.
_LIFE = {
    "inception": "Who wanted this AI system, for whom, and who might be worse off by it?",
    "design_development": "Which data and limits did the design begin with, and who accepted them?",
    "verification_validation": "Were the limits there before the results, and who decided where one was missed?",
    "deployment": "Are place, users and people those that were tested for, and is there a way back?",
    "operation_monitoring": "What raises an alarm, who looks, and what did the last alarm change?",
    "continuous_validation": "How far may data and behaviour move before the model counts as another one?",
    "re_evaluation": "Do purpose, law and the people concerned still stand as they did at the start?",
    "retirement": "Who still depends on it, and what has to be kept once it is gone?",
}


def plan(context: ProgrammeGenerationContext) -> tuple[Task, ...]:
    """The life of an AI system, and the trail of one decision."""
    return (
        Task(
            "smart-hotspots",
            f"day-{_day(context, _LIFE_TOPIC)}/life-cycle",
            "The life of an AI system",
            (("diagram", "life"),),
        ),
        Task(
            "smart-hotspots",
            f"day-{_day(context, _TRAIL_TOPIC)}/trail",
            "The trail of one decision of an AI system",
            (("diagram", "trail"),),
        ),
    )


def compose(context: ProgrammeGenerationContext, task: Task) -> Output:
    """A ring of stations, each with what to look for there."""
    standard = syllabus_of(context).standard
    stations = _TRAIL if task.about("diagram") == "trail" else _life()
    labels = tuple(label for label, _ in stations)
    trail = task.about("diagram") == "trail"
    way = "It can be walked from either end." if trail else "The last leads back to the first."
    alt = f"A ring of {len(labels)} numbered stations: {', '.join(labels)}. {way}"
    drawing, places = lifecycle(labels, alt, task.title)
    rows = tuple(
        (str(at), label, f"{x},{y}", text)
        for at, ((label, text), (x, y)) in enumerate(zip(stations, places, strict=True), start=1)
    )
    return Output(
        title=task.title,
        parts=(
            Part(
                paragraphs=(
                    f"The table says what {standard} makes one look for at each station{' of the trail' if trail else ''}.",
                    f"*In words:* {alt}",
                ),
                drawing=drawing,
            ),
            Part(heading="Places", table=Table(heads=("Number", "Label", "Place (of 1000 by 700)", "Text"), rows=rows)),
        ),
    )


def _day(context: ProgrammeGenerationContext, ref: str) -> int:
    """The day that teaches a topic; the first day with sessions where none does."""
    sessions = syllabus_of(context).sessions
    return next((each.day for each in sessions if any(topic.ref == ref for topic in each.topics)), sessions[0].day)


def _life() -> tuple[tuple[str, str], ...]:
    return tuple(
        (phase.name, f"{_LIFE[phase.id]} It ends with: {phase.gate.lower()}.")
        for phase in load_catalog().lifecycle.phases
    )
