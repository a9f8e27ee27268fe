"""The output of this pathway and its layout."""

from pydantic import Field

from assay.studio.composing.questions import Item, Questions, questions_text


class Output(Questions):
    """Questions before the course, over all of it."""

    items: tuple[Item, ...] = Field(min_length=5)


def render(output: Output) -> str:
    """The text of the artefact, in Markdown."""
    return questions_text(output)
