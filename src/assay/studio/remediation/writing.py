"""Who writes an artefact again. A writer is given the pathway, the programme's context and a key: never a text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from assay.core.canonical import digest
from assay.core.errors import Unavailable
from assay.studio.demo.programmes import Example, compose
from assay.studio.demo.words import number
from assay.studio.governance import CURRENT
from assay.studio.importing import Piece
from assay.studio.models import Programme
from assay.studio.pathways import Pathway

_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)  # composed texts do not depend on it; the stamp is made by the engine


@dataclass(frozen=True, slots=True)
class WritingContext:
    """The facts of a programme that a writer works from. There is no field for a text that exists already."""

    programme: str
    title: str
    standard: str
    companions: tuple[str, ...]
    kind: str
    locale: str

    @property
    def digest(self) -> str:
        """What an artefact's provenance names as its context."""
        return digest(
            {
                "programme": self.programme,
                "title": self.title,
                "standard": self.standard,
                "companions": list(self.companions),
                "kind": self.kind,
                "locale": self.locale,
            }
        )


@dataclass(frozen=True, slots=True)
class Written:
    """What a writer hands back. `facts` go into the artefact's provenance beside those of the engine."""

    title: str
    text: str
    media_type: str = "text/markdown"
    language: str = "en"
    facts: tuple[tuple[str, object], ...] = ()


class Writer(Protocol):
    """Writes artefacts. `name` goes into their provenance; `why_not` says why it cannot write, empty where it can."""

    name: str

    def why_not(self, pathway: Pathway, context: WritingContext) -> str: ...

    def write(self, pathway: Pathway, context: WritingContext, key: str) -> Written: ...


class OfflineWriter:
    """Composes from the catalog: the same context, pathway and key give the same text. Opens no connection."""

    name = "offline-composer/1"
    standards = ("iso42001", "eu_ai_act")

    def why_not(self, pathway: Pathway, context: WritingContext) -> str:
        """Empty, or why nothing can be composed for this programme."""
        if context.standard not in self.standards:
            return f"The offline writer knows ISO/IEC 42001 and the EU AI Act, not {context.standard}."
        if not context.locale.lower().startswith("en"):
            return f"The offline writer writes English, not {context.locale}."
        return ""

    def write(self, pathway: Pathway, context: WritingContext, key: str) -> Written:
        """The piece of this key in a freshly composed programme, or one of its pathway that belongs to the key.

        Raises Unavailable where `why_not` has something to say.
        """
        reason = self.why_not(pathway, context)
        if reason:
            raise Unavailable(reason, hint="Choose a writer that knows this standard.")
        piece = _chosen([each for each in compose(_example(context), _ANY_TIME) if each.pathway == pathway.slug], key)
        return Written(piece.title, piece.text, piece.media_type, piece.language or "en")


def context_of(programme: Programme) -> WritingContext:
    """The writing context of a programme."""
    return WritingContext(
        programme=programme.slug,
        title=programme.title,
        standard=programme.standard,
        companions=tuple(programme.companions),
        kind=programme.kind,
        locale=programme.locale,
    )


def provenance_of(writer: Writer, context: WritingContext, written: Written) -> dict[str, object]:
    """The provenance block of a text just written."""
    return {
        **dict(written.facts),
        "directive": CURRENT.digest,
        "generator": writer.name,
        "programme": context.programme,
        "context": context.digest,
    }


def _example(context: WritingContext) -> Example:
    return Example(
        slug=context.programme,
        title=context.title,
        standard=context.standard,
        shape="",
        kind=context.kind,
    )


def _chosen(pieces: Sequence[Piece], key: str) -> Piece:
    return next((piece for piece in pieces if piece.key == key), pieces[number(key) % len(pieces)])
