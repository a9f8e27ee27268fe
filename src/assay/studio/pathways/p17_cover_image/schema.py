"""The output of this pathway and its layout."""

from pydantic import Field

from assay.studio.composing.documents import Document, Part, document_text


class Output(Document):
    """The cover: a drawing, its alternative text, and the words for an image model."""

    parts: tuple[Part, ...] = Field(min_length=2)


def render(output: Output) -> str:
    """The text of the artefact, in Markdown."""
    return document_text(output)
