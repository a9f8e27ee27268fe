"""Checks on what the spine generated: its figures, and what the product's own detectors say. No database."""

from __future__ import annotations

from collections.abc import Iterable

from assay.detect.context import Context
from assay.detect.measure import measure
from assay.studio.composing.checking import Figures, figures
from assay.studio.composing.questions import Questions
from assay.studio.context import ProgrammeGenerationContext
from assay.studio.knowledge import plan_of
from assay.studio.pathways import BY_SLUG
from assay.studio.spine import Generated


def figures_of(context: ProgrammeGenerationContext, generated: Iterable[Generated]) -> Figures:
    """The figures on what was generated, with what the product's own detectors find in it."""
    made = tuple(generated)
    items = [
        item
        for each in made
        if isinstance(each.output, Questions) and each.piece.pathway == "exam-bank-regeneration"
        for item in each.output.items
    ]
    plan = plan_of(context.kind, context.standard)
    found = [_read(context, each) for each in made]
    return figures(
        [(each.piece.key, str(each.piece.pathway), each.piece.text) for each in made],
        items,
        objectives=[objective.id for objective in plan.objectives],
        defects=[line for defects, _ in found for line in defects],
        held=sum(held for _, held in found),
    )


def defects_of(context: ProgrammeGenerationContext, generated: Generated) -> tuple[str, ...]:
    """What the pathway's detectors call a defect in one artefact, a sentence each."""
    return _read(context, generated)[0]


def _read(context: ProgrammeGenerationContext, generated: Generated) -> tuple[tuple[str, ...], int]:
    """The defects of one artefact, and how many of its passages are held for a person's reading."""
    piece = generated.piece
    reading = Context(
        standard=context.standard,
        companions=frozenset(context.companions),
        artefact=str(piece.pathway),
        language=piece.language,
        title=piece.title,
    )
    found = measure(piece.text, reading, BY_SLUG[str(piece.pathway)].required)
    defects = tuple(
        f"{piece.key}: {name}, {hit.kind}: “{hit.quote[:100]}”"
        for name, result in found.items()
        for hit in result.hits
        if hit.defect
    )
    return defects, len({(hit.start, hit.end) for result in found.values() for hit in result.hits if hit.in_doubt})
