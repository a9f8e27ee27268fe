"""Services that generate: a whole programme through the spine, stored in one go; and one artefact of it anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from assay.accounts.access import Actor
from assay.studio.checks import figures_of
from assay.studio.composing.checking import Figures
from assay.studio.context import ProgrammeGenerationContext
from assay.studio.intake import pieces_import
from assay.studio.models import Programme
from assay.studio.programmes import programme_create, programme_update, slug_of
from assay.studio.shapes import ImportSummary, Step
from assay.studio.spine import Generated
from assay.studio.spine import programme_generate as spine_generate
from assay.studio.tasks import Writer

SOURCE = "studio"


@dataclass(frozen=True)
class GenerationSummary:
    """What a generation made: the import of its artefacts, and the figures on them."""

    imported: ImportSummary
    figures: Figures
    generated: tuple[Generated, ...]

    @property
    def programme(self) -> Programme:
        return self.imported.programme


def programme_generate(
    *,
    actor: Actor,
    context: ProgrammeGenerationContext,
    at: datetime,
    now: datetime,
    slug: str = "",
    writer: Writer | None = None,
    progress: Callable[[Step], None] | None = None,
) -> GenerationSummary:
    """Write a whole programme and store it under `slug` (else that of its title); made when missing.

    Everything is written before anything is stored, so that a writer that fails leaves the programme as it was. The same
    context and time again store nothing new. Raises NotPermitted, and what the writer raises.
    """
    actor.require("write")
    generated = tuple(
        spine_generate(context, writer=writer, at=at, progress=_told(progress)),
    )
    name = slug or slug_of(context.title)
    programme = Programme.objects.filter(organization=actor.organization, slug=name).first()
    if programme is None:
        programme = programme_create(
            actor=actor,
            title=context.title,
            standard=context.standard,
            companions=context.companions,
            slug=name,
            kind=context.kind,
            locale=context.locale,
            seed=context.seed,
            now=now,
        )
    else:
        programme_update(
            actor=actor,
            programme=programme,
            title=context.title,
            standard=context.standard,
            companions=context.companions,
            kind=context.kind,
            seed=context.seed,
            now=now,
        )
    imported = generated_store(actor=actor, programme=programme, generated=generated, now=now, progress=progress)
    return GenerationSummary(imported, figures_of(context, generated), generated)


def generated_store(
    *,
    actor: Actor,
    programme: Programme,
    generated: Sequence[Generated],
    now: datetime,
    progress: Callable[[Step], None] | None = None,
) -> ImportSummary:
    """Bring a programme to exactly these artefacts of the spine. Raises as `pieces_import`."""
    return pieces_import(
        actor=actor,
        programme=programme,
        pieces=[each.piece for each in generated],
        source_name=SOURCE,
        now=now,
        progress=progress,
    )


def _told(progress: Callable[[Step], None] | None) -> Callable[[int, int], None] | None:
    if progress is None:
        return None
    return lambda done, total: progress(Step("writing", done, total))
