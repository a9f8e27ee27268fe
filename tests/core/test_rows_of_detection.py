"""Rows of the studio's requirements about detection, each shown on the corpus or on the sentence that it names."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

import pytest

from assay.detect.classify import classify
from assay.detect.context import Context
from assay.detect.corpus.passages import Passage, passages_load
from assay.detect.measure import measure
from assay.detect.registry import DETECTORS

GREENTECH = """# Assignment: GreenTech Energy and AI

Prepare an environmental management system for GreenTech Energy in line with ISO 14001:2015. Identify the significant
environmental aspects of its sites and set environmental objectives. The audit criteria are the requirements of ISO 14001.
"""
SOURCE = Path(__file__).resolve().parents[2] / "src" / "assay"
LEAD_AUDITOR = Context(standard="iso42001", artefact="assignment-brief")


def context_of(passage: Passage) -> Context:
    return Context(
        standard=passage.standard, companions=frozenset(passage.companions), artefact=passage.artefact,
        language=passage.lang,
    )  # fmt: skip


def hits_of(text: str, context: Context) -> list:
    return [hit for result in measure(text, context, tuple(DETECTORS)).values() for hit in result.hits]


@pytest.mark.req("R04")
def test_a_plausible_assignment_in_the_frame_of_another_standard_is_drift() -> None:
    assert classify(GREENTECH, LEAD_AUDITOR).label == "A"
    subtle = [each for each in passages_load() if each.label == "A" and each.kind in ("implicit", "ai-wrapped")]
    assert len(subtle) >= 50  # the corpus holds drift that no name gives away


@pytest.mark.req("R42")
@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("The audit criteria are the requirements of ISO 14001:2015.", "A"),
        ("Compared to ISO 9001, Annex SL gives a shared structure.", "C"),
        ("Ask who decides about the model, and keep what was decided.", "NONE"),
    ],
)
def test_passages_go_into_four_buckets(text: str, label: str) -> None:
    assert classify(text, LEAD_AUDITOR).label == label
    assert {each.label for each in passages_load()} == {"A", "B", "C", "NONE"}


@pytest.mark.req("R43")
def test_only_category_a_is_loud() -> None:
    loud = [
        (passage.id, hit.bucket)
        for passage in passages_load("dev")
        for hit in hits_of(passage.text, context_of(passage))
        if hit.bucket in ("B", "C") and (hit.defect or hit.blocking)
    ]
    assert loud == []


@pytest.mark.req("R44")
@pytest.mark.parametrize(
    "sentence",
    [
        "Compared to ISO 9001, Annex SL gives a shared structure.",
        "Compared with ISO 9001, which shares the harmonized structure, ISO/IEC 42001 adds controls for AI systems.",
    ],
)
def test_a_comparison_is_no_defect(sentence: str) -> None:
    assert classify(sentence, LEAD_AUDITOR).label == "C"
    assert not [hit for hit in hits_of(sentence, LEAD_AUDITOR) if hit.defect]


@pytest.mark.req("R45")
def test_every_auditor_uses_the_one_classifier() -> None:
    judges = {"classify", "drift", "explicit", "attach", "case", "own", "evidence", "closeup", "model"}
    for path in SOURCE.rglob("*.py"):
        if (SOURCE / "detect") in path.parents or path.parts[-2] == "bench":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("assay.detect."):
                part = node.module.split(".")[2]  # type: ignore[union-attr]
                assert part not in judges - {"classify"}, f"{path.name} judges by itself, with {node.module}"


@pytest.mark.req("R73")
def test_the_same_words_get_another_answer_under_another_standard() -> None:
    by_text: dict[str, list[Passage]] = defaultdict(list)
    for passage in passages_load():
        by_text[passage.text].append(passage)
    pairs = [found for found in by_text.values() if len({each.label for each in found}) > 1]
    right = [
        found for found in pairs if all(classify(each.text, context_of(each)).label == each.label for each in found)
    ]
    assert len(pairs) >= 6
    assert len(right) >= 6


@pytest.mark.req("R74")
@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("This lesson teaches ISO/IEC 42001:2021 clause by clause.", "wrong-edition"),
        ("This lesson teaches ISO/IEC 42010, the standard for AI management systems.", "wrong-number"),
    ],
)
def test_a_wrong_own_edition_or_number_is_another_finding_than_drift(text: str, kind: str) -> None:
    hits = hits_of(text, Context(standard="iso42001", artefact="lesson"))
    assert kind in {hit.kind for hit in hits if hit.bucket == "own"}
    assert not [hit for hit in hits if hit.bucket == "A" and hit.defect]


@pytest.mark.req("R43", "R74")
def test_own_findings_never_block() -> None:
    hits = hits_of("This lesson teaches ISO/IEC 42001:2021.", Context(standard="iso42001", artefact="lesson"))
    assert hits
    assert not [hit for hit in hits if hit.blocking]
