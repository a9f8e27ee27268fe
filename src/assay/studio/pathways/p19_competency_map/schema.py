"""The output of this pathway and its layout."""

from pydantic import Field

from assay.studio.composing.documents import Document, Part, document_text


class Output(Document):
    """Objectives and lessons against functions and behaviour."""

    parts: tuple[Part, ...] = Field(min_length=2)


def render(output: Output) -> str:
    """The text of the artefact, in Markdown."""
    return document_text(output)
