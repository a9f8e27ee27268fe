"""Competency mapping: what there is to write, and how it is composed offline."""

from __future__ import annotations

from assay.studio.composing.documents import Part, Table
from assay.studio.composing.syllabus import Syllabus, syllabus_of
from assay.studio.context import ProgrammeGenerationContext
from assay.studio.knowledge.apparatus import behaviour, competences
from assay.studio.pathways.p19_competency_map.schema import Output
from assay.studio.tasks import Task


def plan(context: ProgrammeGenerationContext) -> tuple[Task, ...]:
    """One map."""
    return (Task("competency-map", "competency-map", f"Competency map of {context.title}"),)


def compose(context: ProgrammeGenerationContext, task: Task) -> Output:
    """Objectives with their lessons; functions and behaviour where the programme is about auditing."""
    syllabus = syllabus_of(context)
    rows = tuple(
        (o.id, o.text, str(sum(len(s.topics) for s in syllabus.sessions if s.lo == o.id)), o.bloom)
        for o in syllabus.plan.objectives
    )
    return Output(
        title=task.title,
        parts=(
            Part(
                heading="What the programme builds",
                paragraphs=(f"Competence for work with AI systems under {syllabus.standard}.",),
                table=Table(heads=("Objective", "Competence", "Lessons", "Level"), rows=rows),
            ),
            *(_functions(syllabus) if "iso42006" in context.companions else ()),
            Part(
                heading="Personal behaviour",
                table=Table(
                    heads=("Trait", "How it shows with AI systems"), rows=tuple((t.trait, t.shown) for t in behaviour())
                ),
            ),
        ),
    )


def _functions(syllabus: Syllabus) -> tuple[Part, ...]:
    taught = {topic.ref: topic for topic in syllabus.topics}
    rows = tuple(
        (each.who, each.knows, "; ".join(taught[ref].label for ref in each.topics if ref in taught))
        for each in competences()
    )
    note = (
        "ISO/IEC 42006 names the functions of a certification body and what they have to know about AI; ISO 19011 describes the "
        "behaviour of auditors. The map says which lessons serve which function. It awards no competence by itself."
    )
    return (
        Part(
            heading="Functions in a certification body",
            paragraphs=(note,),
            table=Table(heads=("Function", "Has to know", "Lessons"), rows=rows),
        ),
    )
