"""What a mention is attached to, language by language; a language that is not covered is not measured, never clean."""

from __future__ import annotations

from collections import Counter

import pytest

from assay.core.evidence import Outcome
from assay.detect.attachment import rule_languages
from assay.detect.classify import classify
from assay.detect.context import Context
from assay.detect.corpus import passages_load
from assay.detect.language import LANGUAGES
from assay.detect.measure import measure
from assay.detect.registry import DETECTORS

PRACTICE = [p for p in passages_load("train") if p.voice == "eightlanguages"]
NOT_COVERED = {
    "nl": "Audit de fabriek volgens ISO 14001 en noem bij elke afwijking het hoofdstuk.",
    "pl": "Przeprowadź audyt zakładu zgodnie z ISO 14001 i podaj punkt normy.",
    "sv": "Revidera fabriken enligt ISO 14001 och ange avsnittet för varje avvikelse.",
    "ko": "공장을 ISO 14001에 따라 심사하고 부적합마다 조항을 제시하십시오.",
    "ar": "دقق المصنع وفق ISO 14001 واذكر البند لكل عدم مطابقة.",
}


def test_every_covered_language_has_rules_of_attachment_and_fourteen_practice_passages() -> None:
    assert set(LANGUAGES) == set(rule_languages())
    assert Counter(p.lang for p in PRACTICE) == dict.fromkeys(set(LANGUAGES) - {"en"}, 14)
    assert all({p.label for p in PRACTICE if p.lang == lang} == {"A", "B", "C", "NONE"} for lang in LANGUAGES[1:])


@pytest.mark.req("P-12")
@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_attachment_is_read_in_each_language(language: str) -> None:
    """Thirteen of fourteen: what is left is a sentence without a verb that the cutter knows, or a list of literature."""
    own = [p for p in PRACTICE if p.lang == language]
    wrong = [
        p.id for p in own if classify(p.text, Context(p.standard, frozenset(), p.artefact, p.lang)).label != p.label
    ]
    assert len(wrong) <= 1, wrong


@pytest.mark.req("P-12")
@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_no_criterion_passes_and_no_comparison_is_accused(language: str) -> None:
    labels = {
        (p.id, p.label): classify(p.text, Context(p.standard, frozenset(), p.artefact, p.lang)).label
        for p in PRACTICE
        if p.lang == language and p.label in ("A", "C")
    }
    assert [key for key, label in labels.items() if (key[1] == "A") != (label == "A")] == []


@pytest.mark.req("P-12")
@pytest.mark.parametrize("language", sorted(NOT_COVERED))
@pytest.mark.parametrize("told", [True, False])
def test_a_language_that_is_not_covered_is_not_measured(language: str, told: bool) -> None:
    found = measure(NOT_COVERED[language], Context("iso42001", language=language if told else None), list(DETECTORS))
    assert {result.outcome for result in found.values()} == {Outcome.PRECONDITION_UNMET}
    assert all("not one that" in result.reason for result in found.values())


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_a_case_in_another_language_than_english_is_not_measured_by_the_reader_of_cases(language: str) -> None:
    text = next(p.text for p in PRACTICE if p.lang == language)
    result = measure(text, Context("iso42001", language=language), ["context-mismatch"])["context-mismatch"]
    assert result.outcome is Outcome.PRECONDITION_UNMET
