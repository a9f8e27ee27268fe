"""Prompts: the directive word for word, the context, the grounding of the task, and what the pathway asks for."""

from __future__ import annotations

import json

from pydantic import BaseModel

from assay.studio.composing.syllabus import Syllabus, syllabus_of
from assay.studio.context import ProgrammeGenerationContext
from assay.studio.governed import comparisons, task_steps, teachable
from assay.studio.knowledge import Topic
from assay.studio.tasks import Prompt, Task

RULES = "Rules. They come before everything else you are told:"


def prompt_build(context: ProgrammeGenerationContext, task: Task, *, asks: str, schema: type[BaseModel]) -> Prompt:
    """The prompt of one task. `asks` is the pathway's own wish; all else is the same for every pathway."""
    syllabus = syllabus_of(context)
    system = "\n".join(
        [
            "You write training material for people who work with AI management systems. You write plain British English in "
            "whole sentences, without filler, and never copy the text of a standard.",
            "",
            RULES,
            context.directive.text,
            "",
            "Answer with one JSON object that fits this schema, and nothing else:",
            json.dumps(schema.model_json_schema(), ensure_ascii=False, sort_keys=True),
        ]
    )
    user = [
        f"Programme: {context.title} ({context.kind}). Standard: {syllabus.standard}.",
        f"Approved companion standards: {', '.join(context.companions) or 'none'}.",
        f"Domain: {context.domain}. Language: {context.locale}.",
        f"Artefact: {task.pathway}, '{task.title}'.",
        *[f"{name}: {value}" for name, value in task.focus],
        "",
        asks,
        "",
        "What the material rests on:",
        *(_grounding(topic) for topic in topics_for(context, task)),
        *_cases(syllabus),
        *(f"From the customer, to be taught: {text}" for text in teachable(context)),
        *(f"From the customer, a step for tasks: {text}" for text in task_steps(context)),
        *(f"From the customer, a comparison: {text}" for text in comparisons(context)),
    ]
    if task.seed_text:
        user += ["", "The text so far:", task.seed_text]
    return Prompt(system, "\n".join(user))


def _grounding(topic: Topic) -> str:
    asked = " ".join(demand.text for demand in topic.asked)
    shown = "; ".join(shown.item for shown in topic.shown)
    return f"- {topic.label}, {topic.name}. Asked: {asked} Purpose: {topic.why} Records: {shown} Trap: {topic.trap}"


def _cases(syllabus: Syllabus) -> list[str]:
    return [
        f"- Case company {case.name}: {case.place}. Its AI system {case.system} is {case.what}."
        for case in syllabus.cases
    ]


def topics_for(context: ProgrammeGenerationContext, task: Task) -> tuple[Topic, ...]:
    """The topics that a task is about: those its focus names by topic, session or day; else the first of each session."""
    syllabus = syllabus_of(context)
    if task.about("topic"):
        return (syllabus.topic(task.about("topic")),)
    if task.about("session"):
        return syllabus.session(task.about("session")).topics
    if task.about("day"):
        day = next((day for day in syllabus.days if str(day.day) == task.about("day")), syllabus.days[0])
        return tuple(topic for session in day.sessions for topic in session.topics)
    return tuple(session.topics[0] for session in syllabus.sessions)
