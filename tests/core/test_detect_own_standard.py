"""Wrong facts about the programme's own standard are defects of their own kind, never drift."""

from __future__ import annotations

import pytest

from assay.core.evidence import Outcome
from assay.detect.classify import classify
from assay.detect.context import Context
from assay.detect.measure import measure

AIMS = Context("iso42001")


def kinds(text: str, context: Context = AIMS) -> list[str]:
    return [h.kind for h in measure(text, context, ["own-standard"])["own-standard"].hits]


@pytest.mark.parametrize(
    "text", ["ISO/IEC 42001:2022 asks for an AI policy.", "The edition ISO/IEC 42001:2025 has replaced the first."]
)
def test_an_edition_that_never_was_in_force_is_wrong(text: str) -> None:
    assert kinds(text) == ["wrong-edition"]


@pytest.mark.parametrize(
    "text",
    [
        "ISO 42100 asks for an AI policy.",
        "ISO/IEC 24001 covers the AI management system.",
        "Annex A of ISO/IEC 42010 lists the controls of the AI management system.",
        "Annex A of ISO/IEC 42001 lists 42 controls.",
        "ISO/IEC 42001 clause 8.2, AI system impact assessment, is run on schedule.",
        "See clause 8.7 of ISO/IEC 42001.",
        "## AI System Impact Assessment (Clause 8.2)",
        "The AI risk treatment (clause 8.4) follows.",
    ],
)
def test_mistyped_numbers_counts_and_clauses_are_wrong(text: str) -> None:
    assert kinds(text) == ["wrong-number"]


@pytest.mark.parametrize(
    "text",
    [
        "ISO/IEC 42001:2023 has 38 controls in Annex A.",
        "Clause 8.4, AI system impact assessment, is run on schedule.",
        "Clause 6.1.4 (AI system impact assessment) defines the process.",
        "Operation (Clause 8), Performance Evaluation (Clause 9), and Improvement (Clause 10).",
        "The organization implements 12 controls of Annex A first.",
        "ISO/IEC 42010 describes architecture frameworks for software.",
        "The draft ISO/IEC DIS 42001:2022 was open for comments.",
    ],
)
def test_right_facts_and_history_are_clean(text: str) -> None:
    assert kinds(text) == []


def test_an_earlier_edition_is_excused_by_history_only() -> None:
    isms = Context("iso27001")
    assert kinds("ISO/IEC 27001:2013 was replaced by the edition of 2022.", isms) == []
    assert kinds("Audit the office against ISO/IEC 27001:2013.", isms) == ["wrong-edition"]


def test_a_wrong_own_fact_is_a_defect_but_neither_drift_nor_blocking() -> None:
    (hit,) = measure("ISO 42100 asks for an AI policy.", AIMS, ["own-standard"])["own-standard"].hits
    assert (hit.bucket, hit.defect, hit.blocking) == ("own", True, False)
    assert (
        measure("ISO 42100 asks for an AI policy.", AIMS, ["standard-mention"])["standard-mention"].outcome
        is Outcome.CLEAN
    )


def test_classification_of_a_wrong_own_fact_is_none_with_its_kind() -> None:
    found = classify("ISO/IEC 42001:2022 asks for an AI policy.", AIMS)
    assert (found.label, found.kind) == ("NONE", "wrong-edition")


HEADINGS = """### 4.1 Understanding the organization and its context

### 8.1 Operational planning and control

### {number} AI system impact assessment

### 9.2 Internal audit
"""


def test_a_numbered_heading_is_held_against_its_title() -> None:
    assert kinds(HEADINGS.format(number="8.2")) == ["wrong-number"]
    assert kinds(HEADINGS.format(number="8.4")) == []


def test_a_course_may_number_its_own_sections() -> None:
    assert kinds("### 2.1 What AI is\n\n### 2.2 AI system impact assessment\n\n### 2.3 Internal audit\n") == []
