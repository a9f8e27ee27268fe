"""What this pathway asks of a writer; directive, context and grounding are the same everywhere."""

from assay.studio.composing.prompting import prompt_build
from assay.studio.context import ProgrammeGenerationContext
from assay.studio.pathways.p03_course.schema import Output
from assay.studio.tasks import Prompt, Task

ASKS = "Describe the course to those who will take it: for whom, how it runs, what they bring, how they pass."


def prompt(context: ProgrammeGenerationContext, task: Task) -> Prompt:
    """The prompt of one task."""
    return prompt_build(context, task, asks=ASKS, schema=Output)
