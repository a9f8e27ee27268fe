"""The output of this pathway and its layout."""

from assay.studio.composing.documents import Document, document_text


class Output(Document):
    """Questions and answers."""


def render(output: Output) -> str:
    """The text of the artefact, in Markdown."""
    return document_text(output)
