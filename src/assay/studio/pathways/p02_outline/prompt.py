"""What this pathway asks of a writer; directive, context and grounding are the same everywhere."""

from assay.studio.composing.prompting import prompt_build
from assay.studio.context import ProgrammeGenerationContext
from assay.studio.pathways.p02_outline.schema import Output
from assay.studio.tasks import Prompt, Task

ASKS = "Write the outline of this day: sessions with hours, what they lead to, exercises, assessment."


def prompt(context: ProgrammeGenerationContext, task: Task) -> Prompt:
    """The prompt of one task."""
    return prompt_build(context, task, asks=ASKS, schema=Output)
