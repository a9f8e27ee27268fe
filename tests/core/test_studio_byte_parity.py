"""Byte parity: every artefact is byte for byte as recorded, whichever way its context arrives."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assay.core.canonical import text_digest
from assay.studio.context import ProgrammeGenerationContext, context_build
from assay.studio.knowledge import plans
from assay.studio.pathways import PATHWAYS
from assay.studio.spine import programme_generate
from tests.families import by_turns

GOLDEN = Path(__file__).parent / "golden"
AT = datetime(2030, 5, 5, tzinfo=UTC)
AUDITOR = context_build(standard="iso42001", kind="lead-auditor")


def rebuilt(context):
    """The same facts on the way they took before there was a builder: field by field, by hand."""
    return ProgrammeGenerationContext(
        title=context.title,
        kind=context.kind,
        standard=context.standard,
        companions=(*context.companions,),
        domain=context.domain,
        scenario=context.scenario,
        locale=context.locale,
        grounding=context.grounding,
        directive=context.directive,
        seed=context.seed,
    )


@pytest.mark.req("P-04", "R30")
@pytest.mark.parametrize("plan", by_turns(plans(), 4), ids=lambda plan: plan.kind)
def test_every_artefact_is_byte_for_byte_as_recorded(plan):
    recorded = json.loads((GOLDEN / f"{plan.kind}.json").read_text())
    context = context_build(standard=plan.standard, kind=plan.kind)
    made = {pathway.slug: {} for pathway in PATHWAYS}
    for each in programme_generate(context, at=AT):
        made[each.piece.pathway][each.piece.key] = each.piece.digest
    assert made == recorded
    assert all(made.values())


@pytest.mark.req("P-04", "R31")
@pytest.mark.parametrize("pathway", PATHWAYS, ids=lambda each: each.slug)
def test_a_migration_of_how_context_arrives_changes_no_byte(pathway):
    other = rebuilt(AUDITOR)
    task = pathway.generator.plan(other)[0]
    text = pathway.schema.render(pathway.generator.compose(other, task))
    assert text == (GOLDEN / f"{pathway.slug}.md").read_text(encoding="utf-8")
    assert other.digest == AUDITOR.digest


@pytest.mark.req("R31")
def test_one_changed_fact_is_seen_in_the_bytes():
    recorded = json.loads((GOLDEN / "lead-auditor.json").read_text())["course"]["course"]
    other = context_build(standard="iso42001", kind="lead-auditor", title="Another title")
    course = next(each for each in PATHWAYS if each.slug == "course")
    text = course.schema.render(course.generator.compose(other, course.generator.plan(other)[0]))
    assert text_digest(text) != recorded
