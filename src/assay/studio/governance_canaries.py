"""Canaries of the directive: for each rule one contaminated input that the rule, and it alone, keeps out.

A rule whose canary comes through although the rule stands does not govern; one whose canary is kept out although the
rule was taken away is decoration. Both fail the build. Nothing here reaches a learner.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from assay.studio import governance
from assay.studio.context import Material, ProgrammeGenerationContext, context_build
from assay.studio.governance import Directive
from assay.studio.knowledge import cases

_FOREIGN = (
    "Establish the environmental management system in line with ISO 14001:2015, identify significant environmental aspects "
    "and evaluate compliance obligations for emissions and waste."
)


@dataclass(frozen=True)
class GovernanceCanary:
    """The canary of one rule: where it shows (pathway and key), and a phrase of the contaminated input.

    `replaced` is what a regeneration replaces. A canary is caught where the phrase is not in the artefact's text.
    """

    rule: str
    pathway: str
    key: str
    phrase: str
    replaced: str = ""


CANARIES: Mapping[str, GovernanceCanary] = MappingProxyType(
    {
        canary.rule: canary
        for canary in (
            GovernanceCanary(
                governance.OWN_STANDARD, "lesson", "day-1/s12/01-4-1", "Establish the environmental management system"
            ),
            GovernanceCanary(governance.AI_MISSION, "assignment-brief", "assignment", "GreenTech Energy"),
            GovernanceCanary(governance.COMPARE_ONLY, "family-faq", "faq", "\nISO 14001 requires this course"),
            GovernanceCanary(
                governance.OWN_TASKS, "assignment-brief", "assignment", "Establish the environmental management"
            ),
            GovernanceCanary(governance.EDITION, "course", "course", "ISO/IEC 42001:2019"),
            GovernanceCanary(
                governance.NO_SEED,
                "assignment-regeneration",
                "assignment-again",
                "environmental management system",
                _FOREIGN,
            ),
        )
    }
)


def contaminated(rule: str, directive: Directive = governance.CURRENT) -> ProgrammeGenerationContext:
    """A context whose input is contaminated in the one way that `rule` is there for. Raises KeyError for another key."""
    own = CANARIES[rule].rule
    material: tuple[Material, ...] = ()
    companies = cases()
    if own == governance.OWN_STANDARD:
        material = (Material("teach", "iso14001", _FOREIGN),)
    if own == governance.OWN_TASKS:
        material = (Material("task", "iso14001", _FOREIGN),)
    if own == governance.COMPARE_ONLY:
        material = (Material("compare", "iso14001", "ISO 14001 requires this course to cover environmental aspects."),)
    if own == governance.AI_MISSION:
        windy = replace(
            companies[0],
            key="greentech",
            name="GreenTech Energy",
            system="",
            what="an operator of wind parks that wants to reduce emissions and waste",
            place="an operator of four wind parks and a biomass plant",
        )
        companies = (windy, *companies[1:])
    return context_build(
        standard="iso42001",
        kind="lead-auditor",
        case_companies=companies,
        material=material,
        designation="ISO/IEC 42001:2019" if own == governance.EDITION else "",
        directive=directive,
    )
