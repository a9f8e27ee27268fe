"""The context is one, frozen through and through, and known by its digest."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields, replace

import pytest

from assay.core.errors import InvalidInput, NotFound
from assay.studio.context import Material, ProgrammeGenerationContext, context_build

CONTEXT = context_build(standard="iso42001", kind="lead-auditor")


@pytest.mark.req("P-03", "R28")
def test_the_context_carries_scenario_domain_companions_locale_and_grounding():
    names = {field.name for field in fields(ProgrammeGenerationContext)}
    assert {"scenario", "domain", "companions", "locale", "grounding"} <= names
    assert CONTEXT.grounding.catalog.startswith("sha256:")
    assert "iso19011" in CONTEXT.companions


@pytest.mark.req("P-03", "R27")
@pytest.mark.parametrize("name", [field.name for field in fields(ProgrammeGenerationContext)])
def test_no_field_can_be_set(name):
    with pytest.raises(FrozenInstanceError):
        setattr(CONTEXT, name, None)


@pytest.mark.req("R27")
def test_nothing_inside_can_be_changed():
    with pytest.raises(FrozenInstanceError):
        CONTEXT.scenario.cases[0].name = "Other"
    with pytest.raises(TypeError):
        CONTEXT.scenario.cases[0].soa["A.2.2"] = "excluded"
    with pytest.raises(TypeError):
        CONTEXT.companions[0] = "iso14001"
    with pytest.raises(FrozenInstanceError):
        CONTEXT.directive.rules[0].text = ""


@pytest.mark.req("R27")
@pytest.mark.parametrize("change", [{"companions": ["iso27001"]}, {"domain": {"a": 1}}, {"seed": 1.5}])
def test_a_value_that_could_be_changed_is_refused(change):
    with pytest.raises(InvalidInput, match="could be changed"):
        replace(CONTEXT, **change)


@pytest.mark.req("R27")
def test_a_replaced_context_is_another_one_with_another_digest():
    other = replace(CONTEXT, domain="AI in hospitals")
    assert other is not CONTEXT
    assert other.digest != CONTEXT.digest
    assert context_build(standard="iso42001", kind="lead-auditor").digest == CONTEXT.digest


def test_every_input_changes_the_digest():
    built = [
        CONTEXT,
        context_build(standard="iso42001", kind="lead-auditor", seed=1),
        context_build(standard="iso42001", kind="lead-implementer"),
        context_build(standard="iso42001", kind="lead-auditor", companions=()),
        context_build(standard="iso42001", kind="lead-auditor", material=(Material("teach", "iso42001", "One more."),)),
        context_build(standard="iso42001", kind="lead-auditor", designation="ISO/IEC 42001"),
    ]
    assert len({context.digest for context in built}) == len(built)


def test_a_kind_or_language_that_nobody_writes_is_refused():
    with pytest.raises(NotFound):
        context_build(standard="iso42001", kind="podcast")
    with pytest.raises(InvalidInput, match="English"):
        context_build(standard="iso42001", kind="lead-auditor", locale="de")
