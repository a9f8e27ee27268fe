"""The permit under which writers work: only the spine opens one, and a writer without it raises.

The import contract keeps `permit_open` for `studio.spine`; this is the same rule at run time, for code that got past it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from assay.core.errors import NotPermitted

ADVICE = "advice"
"""Stands for the pathway where a model is asked for an opinion and nothing is written."""


@dataclass(frozen=True)
class Permit:
    """What is being written at this moment: the pathway's slug and the digest of the context, or of a question's prompt."""

    pathway: str
    context: str


_OPEN: ContextVar[Permit | None] = ContextVar("studio_permit", default=None)


@contextmanager
def permit_open(permit: Permit) -> Iterator[None]:
    """Let writers work on one artefact until the block ends."""
    token = _OPEN.set(permit)
    try:
        yield
    finally:
        _OPEN.reset(token)


def permit_require(*, pathway: str, context: str) -> None:
    """Return None while the spine lets this pathway be written in this context. Raises NotPermitted."""
    if _OPEN.get() != Permit(pathway, context):
        raise NotPermitted(
            f"An artefact of '{pathway}' can only be written through the spine.",
            hint="Call studio.spine.generate; it checks, stamps and records what is written.",
            pathway=pathway,
        )
