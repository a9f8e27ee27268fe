"""Lessons: the schema, its layout, and the composition of one from a topic."""

from __future__ import annotations

import re

from pydantic import BaseModel, ConfigDict, Field

from assay.studio.composing.bank import items_of
from assay.studio.composing.choice import lower, number, pick, upper
from assay.studio.composing.questions import PRACTICE
from assay.studio.composing.syllabus import Session, Syllabus
from assay.studio.context import ProgrammeGenerationContext
from assay.studio.governed import comparisons, teachable
from assay.studio.knowledge import Topic


class Check(BaseModel):
    """A question for the learner alone, with its answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    question: str = Field(min_length=10, max_length=600)
    answer: str = Field(min_length=2, max_length=600)


class Lesson(BaseModel):
    """A lesson: what one can do afterwards, why, what is asked, how it shows, an example, a trap, points, checks."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    title: str = Field(min_length=3, max_length=300)
    place: str
    objective: str = Field(min_length=10)
    explanation: tuple[str, ...] = Field(min_length=1)
    steps: tuple[str, ...] = ()
    closer: str = ""
    asking: str = "What is asked"
    asked: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    advice: str = ""
    questions: tuple[str, ...] = ()
    example: tuple[str, ...] = Field(min_length=1)
    trap: str = ""
    left_out: str = ""
    keep: tuple[str, ...] = ()
    further: tuple[str, ...] = ()
    checks: tuple[Check, ...] = Field(min_length=1)


_HEADS = {
    "steps": "How it is done",
    "closer": "A closer look",
    "shown": "What shows it",
    "questions": "Questions to ask",
    "keep": "To keep in mind",
    "further": "Further",
}


def lesson_text(output: Lesson) -> str:
    """A lesson as Markdown."""
    lines = [f"# {output.title}", "", output.place, "", f"**Afterwards you can** {output.objective}.", ""]
    for paragraph in output.explanation:
        lines += [paragraph, ""]
    if output.steps:
        lines += [f"## {_HEADS['steps']}", "", *(f"{at}. {step}." for at, step in enumerate(output.steps, start=1)), ""]
    if output.asked:
        lines += [f"## {output.asking}", "", *(f"- {each}" for each in output.asked), ""]
    if output.advice or output.shown:
        lines += [f"## {_HEADS['shown']}", ""]
        lines += [output.advice, ""] if output.advice else []
        lines += ["Records to ask for:", "", *(f"- {each}" for each in output.shown), ""] if output.shown else []
    lines += _list("questions", output.questions)
    lines += [f"## {_HEADS['closer']}", "", output.closer, ""] if output.closer else []
    lines += ["## Worked example", ""]
    for paragraph in output.example:
        lines += [paragraph, ""]
    if output.trap:
        lines += [f"**Trap.** {output.trap}", ""]
    if output.left_out:
        lines += [f"**May it be left out?** {output.left_out}", ""]
    lines += _list("keep", output.keep)
    lines += _list("further", output.further)
    lines += ["## Check yourself", ""]
    for at, check in enumerate(output.checks, start=1):
        lines += [f"{at}. {check.question}", "", f"   *Answer:* {check.answer}", ""]
    return "\n".join(lines).rstrip() + "\n"


def _list(name: str, entries: tuple[str, ...]) -> list[str]:
    return [f"## {_HEADS[name]}", "", *(f"- {each}" for each in entries), ""] if entries else []


def lesson_compose(context: ProgrammeGenerationContext, syllabus: Syllabus, topic: Topic) -> Lesson:
    """The lesson on one topic."""
    session = syllabus.session_of(topic)
    first = topic is session.topics[0]
    return Lesson(
        title=topic.name,
        place=_place(syllabus, session, topic),
        objective=topic.do,
        explanation=(topic.why, *(teachable(context) if first else ())),
        steps=topic.how,
        closer=topic.more,
        asking=f"What {syllabus.standard} asks in {topic.label}",
        asked=tuple(upper(demand.text) for demand in topic.asked),
        shown=_shown(topic),
        advice=topic.see,
        questions=topic.ask,
        example=_example(topic),
        trap=topic.trap,
        keep=_keep(topic),
        left_out=topic.exclusion,
        further=comparisons(context) if first else (),
        checks=_checks(context, topic),
    )


def again_compose(context: ProgrammeGenerationContext, syllabus: Syllabus, topic: Topic) -> Lesson:
    """A second lesson on a topic from another side: at work in one company, with a task. Never from the first."""
    session = syllabus.session_of(topic)
    start = number(context.seed, "again", topic.ref) % max(1, len(topic.phases))
    phases = (*topic.phases[start:], *topic.phases[:start])[:8]
    case = syllabus.cases[syllabus.topics.index(topic) % len(syllabus.cases)]
    risk = case.risks[number(context.seed, topic.ref, "risk") % len(case.risks)]
    harm = case.impacts[number(context.seed, topic.ref, "harm") % len(case.impacts)]
    return Lesson(
        title=f"{topic.name} at {case.name}",
        place=_place(syllabus, session, topic),
        objective=f"explain {topic.label} by what happens around {case.system}",
        explanation=(
            f"{case.system} is {case.what}. {pick(case.story.split('. '), context.seed, topic.ref).rstrip('.')}. What "
            f"{topic.label} asks can be looked for at each station in the life of {case.system}; the list below says where.",
            *teachable(context),
        ),
        asking=f"{case.system}, station by station",
        asked=tuple(f"{phase}: {what}" for phase, what, _ in phases),
        shown=tuple(f"{phase}: {record}" for phase, _, record in phases),
        example=(
            f"The AI risk register of {case.name} says under {risk.id}: {risk.text.lower()}. Ask how {topic.label} would have brought "
            f"this to light earlier, and for whom: {lower(harm.who)} {harm.effect}.",
        ),
        checks=(
            *(
                Check(question=f"Which AI record remains of {phase.lower()}?", answer=upper(record))
                for phase, _, record in phases[:2]
            ),
            Check(question=f"Who is hurt by {risk.id} at {case.name}?", answer=upper(harm.who)),
        ),
    )


_RECORD = (
    "Which record shows {label} at work?",
    "What would you ask to see for {label}?",
    "By what does {label} leave a trace?",
    "Name a trace that {label} leaves behind.",
    "Where would {label} show without anybody telling you?",
)


def _keep(topic: Topic) -> tuple[str, ...]:
    """The reasons of the topic's questions, each once, but for those that stand in the lesson already."""
    said = _flat(" ".join((topic.why, topic.more, topic.trap, topic.see, topic.case, topic.nc, topic.answer)))
    steps = [_flat(step) for step in topic.how]
    kept = {_flat(q.b): q.b for q in reversed(topic.questions)}
    return tuple(b for flat, b in reversed(kept.items()) if flat not in said and flat not in steps)


def _flat(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def _place(syllabus: Syllabus, session: Session, topic: Topic) -> str:
    name = f"{syllabus.standard}, {topic.label}. " if topic.kind != "skill" else f"{syllabus.standard}. "
    return f"{name}Day {session.day}, session {session.id}."


def _shown(topic: Topic) -> tuple[str, ...]:
    records = tuple(f"{each.item} ({each.collect})" for each in topic.shown)
    return (*records, *(f"{name}, a {kind}: {what}" for name, kind, what in topic.documents))


def _example(topic: Topic) -> tuple[str, ...]:
    if topic.nc:
        return topic.case, f"**Nonconformity, {topic.grade}, {topic.label}.** {topic.nc}"
    return topic.case, topic.answer


def _checks(context: ProgrammeGenerationContext, topic: Topic) -> tuple[Check, ...]:
    """Questions for practice, never one of an exam; then what the example or the records let one ask."""
    own = [Check(question=each.stem, answer=upper(each.right)) for each in items_of(context, (topic,), use=PRACTICE)
           if each.form == "written"]  # fmt: skip
    if topic.shown and len(own) < 2:
        record = pick(topic.shown, context.seed, topic.ref, "check")
        form = pick(_RECORD, context.seed, topic.ref, "form")
        own.append(Check(question=form.format(label=topic.label), answer=upper(f"for instance {lower(record.item)}")))
    if not own:
        own.append(Check(question=f"What misleads people about {topic.label}?", answer=topic.trap))
    return tuple(own[:4])
