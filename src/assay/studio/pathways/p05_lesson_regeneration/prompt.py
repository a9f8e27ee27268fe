"""What this pathway asks of a writer; directive, context and grounding are the same everywhere."""

from assay.studio.composing.prompting import prompt_build
from assay.studio.context import ProgrammeGenerationContext
from assay.studio.pathways.p05_lesson_regeneration.schema import Output
from assay.studio.tasks import Prompt, Task

ASKS = "Write a new lesson on the subject from another side: what it means at each stage of an AI system's life."


def prompt(context: ProgrammeGenerationContext, task: Task) -> Prompt:
    """The prompt of one task."""
    return prompt_build(context, task, asks=ASKS, schema=Output)
