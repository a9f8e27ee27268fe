"""What this pathway asks of a writer; directive, context and grounding are the same everywhere."""

from assay.studio.composing.prompting import prompt_build
from assay.studio.context import ProgrammeGenerationContext
from assay.studio.pathways.p22_exam_bank_regeneration.schema import Output
from assay.studio.tasks import Prompt, Task

ASKS = "Write items for the bank on this session: four options, key, reason, and the record of each item."


def prompt(context: ProgrammeGenerationContext, task: Task) -> Prompt:
    """The prompt of one task."""
    return prompt_build(context, task, asks=ASKS, schema=Output)
