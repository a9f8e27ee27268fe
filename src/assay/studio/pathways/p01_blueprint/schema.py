"""The output of this pathway and its layout."""

from pydantic import Field

from assay.studio.composing.documents import Document, Part, document_text


class Output(Document):
    """The blueprint: objectives, domains, assessment plan, exam form, traceability."""

    parts: tuple[Part, ...] = Field(min_length=4)


def render(output: Output) -> str:
    """The text of the artefact, in Markdown."""
    return document_text(output)
