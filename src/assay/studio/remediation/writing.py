"""Who writes an artefact again. A writer is given the pathway, the programme's context and a key: never a text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from assay.core.canonical import digest
from assay.core.errors import AssayError, Unavailable
from assay.studio import governance
from assay.studio.context import ProgrammeGenerationContext, context_build
from assay.studio.knowledge.programmes import plans
from assay.studio.models import Programme
from assay.studio.pathways import Pathway
from assay.studio.spine import regenerate
from assay.studio.tasks import Writer as SpineInner
from assay.studio.writers.offline import OfflineWriter

_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)  # texts do not depend on it; the stamp that counts is made by the engine


@dataclass(frozen=True, slots=True)
class WritingContext:
    """The facts of a programme that a writer works from. There is no field for a text that exists already."""

    programme: str
    title: str
    standard: str
    companions: tuple[str, ...]
    kind: str
    locale: str
    seed: int = 0

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
                "seed": self.seed,
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

    @property
    def name(self) -> str: ...

    def why_not(self, pathway: Pathway, context: WritingContext) -> str: ...

    def write(self, pathway: Pathway, context: WritingContext, key: str) -> Written: ...


class SpineWriter:
    """Writes through the spine, with the offline composer or the writer given: from context, catalog and knowledge."""

    def __init__(self, inner: SpineInner | None = None) -> None:
        self._inner = inner or OfflineWriter()

    @property
    def name(self) -> str:
        return f"{self._inner.name}/{self._inner.version}"

    def why_not(self, pathway: Pathway, context: WritingContext) -> str:
        """Empty, or why nothing can be written for this programme."""
        try:
            _generation(context)
        except AssayError as error:
            return f"{error} {error.hint}".strip()
        return ""

    def write(self, pathway: Pathway, context: WritingContext, key: str) -> Written:
        """The artefact of this key, or where the plan of the programme has none, one that belongs to the key.

        Raises Unavailable where `why_not` has something to say.
        """
        reason = self.why_not(pathway, context)
        if reason:
            raise Unavailable(reason, hint="Choose a writer that knows this standard.")
        piece = regenerate(pathway.slug, _generation(context), key=key, writer=self._inner, at=_ANY_TIME).piece
        facts = (piece.stamp.provenance or {}) if piece.stamp is not None else {}
        return Written(piece.title, piece.text, piece.media_type, piece.language or "en", tuple(facts.items()))


def context_of(programme: Programme) -> WritingContext:
    """The writing context of a programme."""
    return WritingContext(
        programme=programme.slug,
        title=programme.title,
        standard=programme.standard,
        companions=tuple(programme.companions),
        kind=programme.kind,
        locale=programme.locale,
        seed=programme.seed,
    )


def provenance_of(writer: Writer, context: WritingContext, written: Written) -> dict[str, object]:
    """The provenance block of a text just written: what the spine says of it, and for which programme by whom."""
    own = {"directive": governance.CURRENT.digest, "generator": writer.name, "programme": context.programme}
    return {"context": context.digest, **own, **dict(written.facts)}


def _generation(context: WritingContext) -> ProgrammeGenerationContext:
    """The generation context of a programme; a kind without a plan is written as the first kind of its standard.

    Raises NotFound for a standard without a plan, InvalidInput for a locale that is not covered.
    """
    kinds = [plan.kind for plan in plans() if plan.standard == context.standard]
    kind = context.kind if context.kind in kinds or not kinds else kinds[0]
    return context_build(
        standard=context.standard,
        kind=kind,
        title=context.title,
        companions=context.companions,
        locale=context.locale,
        seed=context.seed,
    )
