"""What this pathway asks of a writer; directive, context and grounding are the same everywhere."""

from assay.studio.composing.prompting import prompt_build
from assay.studio.context import ProgrammeGenerationContext
from assay.studio.pathways.p17_cover_image.schema import Output
from assay.studio.tasks import Prompt, Task

ASKS = "Describe the cover image and its alternative text; it shows the measured share of a surface, and no people."


def prompt(context: ProgrammeGenerationContext, task: Task) -> Prompt:
    """The prompt of one task."""
    return prompt_build(context, task, asks=ASKS, schema=Output)
