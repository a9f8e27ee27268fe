"""Lessons: the schema, its layout, and the composition of one from a topic."""

from __future__ import annotations

import re

from pydantic import BaseModel, ConfigDict, Field

from assay.studio.composing.bank import items_of
from assay.studio.composing.choice import lower, pick, shuffled, upper
from assay.studio.composing.questions import PRACTICE
from assay.studio.composing.syllabus import Session, Syllabus
from assay.studio.context import ProgrammeGenerationContext
from assay.studio.governed import comparisons, teachable
from assay.studio.knowledge import Case, CaseRisk, Topic


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
        title=topic.title,
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


def again_compose(context: ProgrammeGenerationContext, syllabus: Syllabus, topic: Topic, turn: int) -> Lesson:
    """A second lesson on a topic from another side: at work in one company, with a task. Never from the first.

    `turn` counts these lessons from 0: the companies take turns, and each comes back with another of its risks.
    """
    case = syllabus.cases[turn % len(syllabus.cases)]
    risks = shuffled(case.risks, context.seed, "again", case.key)
    risk = risks[turn // len(syllabus.cases) % len(risks)]
    made = _stations(case, risk, topic) if topic.phases else _people(context, case, risk, topic)
    return made.model_copy(
        update={
            "place": _place(syllabus, syllabus.session_of(topic), topic),
            "explanation": (*made.explanation, *teachable(context)),
        }
    )


def _stations(case: Case, risk: CaseRisk, topic: Topic) -> Lesson:
    """A topic along the life of the case's system, with the station at which one of its risks belonged."""
    stations = {phase: (what, record) for phase, what, record in topic.phases}
    at = risk.at if risk.at in stations else topic.phases[0][0]
    what, record = stations[at]
    last = topic.phases[-1]
    return Lesson(
        title=f"{topic.title} at {case.name}",
        place="",
        objective=f"find the station of {case.system} at which {topic.label} was answered or missed",
        explanation=(
            f"Risk {risk.id} of {case.name} reads: {lower(risk.text)}. It touches {risk.who}. Read it beside {topic.label}, and "
            f"open the data pack on {case.system} where you want to know more.",
        ),
        asking="Station by station, and the record that remains",
        asked=tuple(f"{phase}: {upper(does)} *Record:* {lower(kept)}." for phase, (does, kept) in stations.items()),
        example=(
            f"For {risk.id} one begins at {at.lower()}, where one is to {lower(what)}. The record to ask for is the "
            f"{lower(record)}. If it is silent on {risk.who}, {topic.label} was missed here, before any harm.",
        ),
        checks=(
            Check(
                question=f"At which station does {risk.id} of {case.name} belong, and which record shows it?",
                answer=upper(f"{at}: {lower(record)}"),
            ),
            Check(question=f"Whom does {risk.id} of {case.name} touch?", answer=upper(risk.who)),
            Check(
                question=f"What shows {topic.label} after {last[0].lower()} of {case.system}?", answer=upper(last[2])
            ),
        ),
    )


def _people(context: ProgrammeGenerationContext, case: Case, risk: CaseRisk, topic: Topic) -> Lesson:
    """A topic that the catalog does not follow through a life: by the people around the case's system."""
    harm = pick(case.impacts, context.seed, topic.ref, "harm")
    return Lesson(
        title=f"{topic.title} at {case.name}",
        place="",
        objective=f"{topic.do}, where {case.system} is at work",
        explanation=(
            f"{case.system} is {case.what}. {case.story} Take the people below one by one: what does it take to {topic.do}?",
        ),
        asking=f"Whom {case.system} reaches",
        asked=tuple(upper(f"{each.who} {each.effect}") for each in case.impacts),
        example=(
            f"Risk {risk.id} of {case.name} reads: {lower(risk.text)}. You are the first to notice. Decide what you do today for "
            f"{risk.who}, whom you tell, and what you write down.",
        ),
        checks=(
            Check(question=f"Whom does {risk.id} of {case.name} touch?", answer=upper(risk.who)),
            Check(question=f"What does {case.name} do so far for {harm.who}?", answer=upper(harm.measure)),
        ),
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
    return f"{name[:1].upper()}{name[1:]}Day {session.day}, session {session.id}."


def _shown(topic: Topic) -> tuple[str, ...]:
    records = tuple(f"{each.item} ({each.collect})" for each in topic.shown)
    return (*records, *(f"{name}, a {kind}: {what}" for name, kind, what in topic.documents))


def _example(topic: Topic) -> tuple[str, ...]:
    if topic.nc:
        return topic.case, f"**Nonconformity, {topic.grade}, {topic.label}.** {topic.nc}"
    return topic.case, topic.answer


def _checks(context: ProgrammeGenerationContext, topic: Topic) -> tuple[Check, ...]:
    """Questions for practice, never one of an exam; every topic has at least one."""
    own = [Check(question=each.stem, answer=upper(each.right)) for each in items_of(context, (topic,), use=PRACTICE)
           if each.form == "written"]  # fmt: skip
    return tuple(own[:4])
