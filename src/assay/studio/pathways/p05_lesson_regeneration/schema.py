"""The output of this pathway and its layout."""

from assay.studio.composing.teaching import Lesson, lesson_text


class Output(Lesson):
    """A lesson written anew, from context and blueprint and never from the lesson it replaces."""


def render(output: Output) -> str:
    """The text of the artefact, in Markdown."""
    return lesson_text(output)
