"""The output of this pathway and its layout."""

from pydantic import Field

from assay.studio.composing.questions import Item, Questions, questions_text


class Output(Questions):
    """A short quiz on one session."""

    items: tuple[Item, ...] = Field(min_length=1)


def render(output: Output) -> str:
    """The text of the artefact, in Markdown."""
    return questions_text(output)
