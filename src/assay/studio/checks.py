"""Checks on what the spine generated: its figures, and what the product's own detectors say. No database."""

from __future__ import annotations

from collections.abc import Iterable

from assay.core.evidence import Outcome
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
    return figures(
        [(each.piece.key, str(each.piece.pathway), each.piece.text) for each in made],
        items,
        objectives=[objective.id for objective in plan.objectives],
        defects=[line for each in made for line in defects_of(context, each)],
    )


def defects_of(context: ProgrammeGenerationContext, generated: Generated) -> tuple[str, ...]:
    """What the pathway's detectors call a defect in one artefact, a sentence each."""
    piece = generated.piece
    reading = Context(
        standard=context.standard,
        companions=frozenset(context.companions),
        artefact=str(piece.pathway),
        language=piece.language,
        title=piece.title,
    )
    found = measure(piece.text, reading, BY_SLUG[str(piece.pathway)].required)
    return tuple(
        f"{piece.key}: {name}, {hit.kind}: “{hit.quote[:100]}”"
        for name, result in found.items()
        if result.outcome is Outcome.DEFECT
        for hit in result.hits
        if hit.defect
    )
