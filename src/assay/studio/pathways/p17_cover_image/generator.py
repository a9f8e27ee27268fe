"""Cover image: what there is to write, and how it is composed offline."""

from __future__ import annotations

from assay.studio.composing.documents import Part
from assay.studio.composing.figures import cover
from assay.studio.composing.syllabus import syllabus_of
from assay.studio.context import ProgrammeGenerationContext
from assay.studio.pathways.p17_cover_image.schema import Output
from assay.studio.tasks import Task


def plan(context: ProgrammeGenerationContext) -> tuple[Task, ...]:
    """One cover."""
    return (Task("cover-image", "cover", f"Cover of {context.title}"),)


def compose(context: ProgrammeGenerationContext, task: Task) -> Output:
    """A drawn cover: rings of points, part of them filled, as a surface that is partly seen."""
    standard = syllabus_of(context).standard
    alt = (
        f"Title '{context.title}' beside four rings of points. In each ring some points are filled in dark green and some are "
        "empty: what was looked at, and what was not."
    )
    subtitle = f"AI management, after {standard}"
    return Output(
        title=task.title,
        parts=(
            Part(paragraphs=(f"*In words:* {alt}",), drawing=cover(context.title, subtitle, alt, context.seed)),
            Part(
                heading="Instruction for whoever draws it",
                paragraphs=(
                    f"Flat drawing, two colours on warm paper, concentric rings of points partly filled, no people, no robots, no "
                    f"brains, no logos. Theme: how much of an AI system was really looked at. Title text: {context.title}.",
                ),
            ),
        ),
    )
