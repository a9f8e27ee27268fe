"""Where the directive governs: each rule is consulted here, by every generator and writer, and nowhere else.

Each function reads one rule of the context's directive. Take the rule out, and what it kept out comes through: that is
how `governance_canaries` shows that no rule is decoration.
"""

from __future__ import annotations

import re

from assay.catalog import load_catalog
from assay.studio import governance
from assay.studio.context import ProgrammeGenerationContext
from assay.studio.knowledge import Case

_OWN_NAMES = {"iso42001": "ISO/IEC 42001", "eu_ai_act": "the EU AI Act"}


def teachable(context: ProgrammeGenerationContext) -> tuple[str, ...]:
    """The customer's paragraphs that may be taught (rule own-standard): those of the programme's own standard."""
    own = context.directive.governs(governance.OWN_STANDARD)
    return tuple(
        each.text
        for each in context.scenario.material
        if each.use == "teach" and (not own or each.family == context.standard)
    )


def case_companies(context: ProgrammeGenerationContext) -> tuple[Case, ...]:
    """The case companies that may be played (rule ai-mission): those that live on an AI system."""
    if not context.directive.governs(governance.AI_MISSION):
        return context.scenario.cases
    return tuple(case for case in context.scenario.cases if case.system and _speaks_of_ai(case.what))


def comparisons(context: ProgrammeGenerationContext) -> tuple[str, ...]:
    """The customer's remarks on other standards (rule compare-only), framed as comparisons unless approved."""
    framed = context.directive.governs(governance.COMPARE_ONLY)
    return tuple(
        f"For comparison only, and not taught or audited here: {each.text}"
        if framed and each.family not in (context.standard, *context.companions)
        else each.text
        for each in context.scenario.material
        if each.use == "compare"
    )


def task_steps(context: ProgrammeGenerationContext) -> tuple[str, ...]:
    """The customer's steps for tasks (rule own-tasks): those of the programme's own standard, companions left out."""
    own = context.directive.governs(governance.OWN_TASKS)
    return tuple(
        each.text
        for each in context.scenario.material
        if each.use == "task" and (not own or each.family == context.standard)
    )


def standard_name(context: ProgrammeGenerationContext) -> str:
    """How texts call the programme's standard (rule edition): by its catalogued name, whatever the customer wrote."""
    given = context.scenario.designation
    if given and not context.directive.governs(governance.EDITION):
        return given
    if context.standard in _OWN_NAMES:
        return _OWN_NAMES[context.standard]
    return load_catalog().framework(context.standard).name


def seed_text(context: ProgrammeGenerationContext, replaced: str) -> str:
    """What of a replaced text may seed its successor (rule no-seed): nothing."""
    return "" if context.directive.governs(governance.NO_SEED) else replaced


def _speaks_of_ai(mission: str) -> bool:
    words = r"model|assistant|AI|artificial intelligence|recommender|classifier|scor|rank|learn|chat|agent"
    return re.search(rf"\b(?:{words})", mission, re.IGNORECASE) is not None
