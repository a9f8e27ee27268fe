"""What this pathway asks of a writer; directive, context and grounding are the same everywhere."""

from assay.studio.composing.prompting import prompt_build
from assay.studio.context import ProgrammeGenerationContext
from assay.studio.pathways.p10_module_exam.schema import Output
from assay.studio.tasks import Prompt, Task

ASKS = "Write the module exam of this day: fifteen questions with keys, reasons and records."


def prompt(context: ProgrammeGenerationContext, task: Task) -> Prompt:
    """The prompt of one task."""
    return prompt_build(context, task, asks=ASKS, schema=Output)
