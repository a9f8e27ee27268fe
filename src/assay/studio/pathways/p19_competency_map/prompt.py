"""What this pathway asks of a writer; directive, context and grounding are the same everywhere."""

from assay.studio.composing.prompting import prompt_build
from assay.studio.context import ProgrammeGenerationContext
from assay.studio.pathways.p19_competency_map.schema import Output
from assay.studio.tasks import Prompt, Task

ASKS = "Map lessons and objectives to the functions of a certification body and to personal behaviour."


def prompt(context: ProgrammeGenerationContext, task: Task) -> Prompt:
    """The prompt of one task."""
    return prompt_build(context, task, asks=ASKS, schema=Output)
