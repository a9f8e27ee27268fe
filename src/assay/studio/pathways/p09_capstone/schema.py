"""The output of this pathway and its layout."""

from pydantic import Field

from assay.studio.composing.documents import Document, Part, document_text


class Output(Document):
    """The capstone on one case company."""

    parts: tuple[Part, ...] = Field(min_length=3)


def render(output: Output) -> str:
    """The text of the artefact, in Markdown."""
    return document_text(output)
