"""What `measure` and the registry promise: outcomes, offsets, reasons, languages, and no hidden state."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.core.errors import NotFound
from assay.core.evidence import Outcome
from assay.detect.classify import classify
from assay.detect.context import Context
from assay.detect.corpus import passages_load
from assay.detect.explain import confidence_of
from assay.detect.language import language_of
from assay.detect.measure import measure
from assay.detect.registry import DETECTORS
from assay.detect.segment import passages, sentences

AIMS = Context("iso42001", artefact="assignment-brief")
ALL = tuple(DETECTORS)
DRIFT = "Audit the plant against ISO 14001 and prepare the register of environmental aspects."


def test_the_registry_holds_the_four_detectors_with_their_kinds() -> None:
    assert {name: spec.kinds for name, spec in DETECTORS.items()}.items() >= {
        "standard-mention": ("explicit",),
        "concept-drift": ("implicit", "ai-wrapped"),
        "context-mismatch": ("case-mismatch",),
        "own-standard": ("wrong-edition", "wrong-number"),
    }.items()


@pytest.mark.parametrize("spec", DETECTORS.values(), ids=lambda s: s.name)
def test_each_detector_states_scope_languages_and_limits(spec) -> None:
    assert spec.version
    assert spec.scope.endswith(".")
    assert spec.languages
    assert all(limit.endswith(".") for limit in spec.limits)


def test_a_defect_is_reported_with_place_quotation_reason_and_features() -> None:
    hits = [h for r in measure(DRIFT, AIMS, ALL).values() for h in r.hits if h.defect]
    assert hits
    assert all(h.quote == DRIFT[h.start : h.end] and h.reasons and h.features for h in hits)


def test_a_certain_governing_mention_blocks_and_a_comparison_never_does() -> None:
    governing = measure(DRIFT, AIMS, ["standard-mention"])["standard-mention"].hits
    comparison = measure("Compared to ISO 9001, ISO 42001 is about AI.", AIMS, ["standard-mention"])[
        "standard-mention"
    ].hits
    assert [h.blocking for h in governing] == [True]
    assert [h.blocking for h in comparison] == [False]


def test_reasons_name_the_standard_and_the_attachment_in_words() -> None:
    (hit,) = measure("Learners must comply with ISO 9001.", AIMS, ["standard-mention"])["standard-mention"].hits
    assert hit.reasons[0].startswith("ISO 9001 is presented as governing: it is what must be complied with")


def test_an_unknown_detector_is_named_in_the_error() -> None:
    with pytest.raises(NotFound) as caught:
        measure(DRIFT, AIMS, ["bias-v2"])
    assert "bias-v2" in str(caught.value)


def test_an_empty_text_is_clean() -> None:
    assert {r.outcome for r in measure("  \n ", AIMS, ALL).values()} == {Outcome.CLEAN}


def test_a_language_that_a_detector_does_not_cover_is_unmeasured_not_clean() -> None:
    russian = "Организация должна определить экологические аспекты своей деятельности и продукции."
    results = measure(russian, AIMS, ALL)
    assert {r.outcome for r in results.values()} == {Outcome.PRECONDITION_UNMET}
    assert all(r.reason for r in results.values())
    assert classify(russian, AIMS).label == "INCONCLUSIVE"


def test_case_companies_are_not_measured_in_german() -> None:
    result = measure("Die Organisation legt die KI-Politik fest und führt sie ein.", AIMS, ["context-mismatch"])
    assert result["context-mismatch"].outcome is Outcome.PRECONDITION_UNMET


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The organization shall determine the scope of the system.", "en"),
        ("Die Organisation muss den Anwendungsbereich des Systems bestimmen.", "de"),
        ("L'organisme doit déterminer le domaine d'application de son système.", "fr"),
        ("La organización debe determinar el alcance de su sistema.", "es"),
        ("L'organizzazione deve determinare il campo di applicazione della norma.", "it"),
        ("A organização deve determinar o escopo do seu sistema de gestão.", "pt"),
        ("組織はシステムの適用範囲を決定しなければならない。", "ja"),
        ("组织应确定管理体系的范围和边界。", "zh"),
    ],
)
def test_the_language_of_a_sentence_is_recognised(text: str, language: str) -> None:
    assert language_of(text) == language


def test_a_declared_language_is_believed() -> None:
    assert language_of("ISO 14001", hint="de-AT") == "de"


def test_sentences_are_not_cut_at_abbreviations_and_clause_numbers() -> None:
    text = "See cl. 6.1.2 of the standard, e.g. the AI policy. Then stop."
    assert [text[s:e] for s, e in sentences(text, 0, len(text))] == [
        "See cl. 6.1.2 of the standard, e.g. the AI policy.",
        "Then stop.",
    ]


def test_long_texts_are_read_in_passages_that_know_their_headings() -> None:
    text = "# Relationship to ISO 27001\n\n" + "\n\n".join("A paragraph about AI systems. " * 20 for _ in range(6))
    found = passages(text)
    assert len(found) > 1
    assert all(p.headings for p in found[1:])


@given(st.text(max_size=300))
def test_any_text_can_be_measured_and_quoted(text: str) -> None:
    for result in measure(text, Context("iso42001", language="en"), ALL).values():
        assert all(h.quote == text[h.start : h.end] and 0 <= h.confidence <= 1000 for h in result.hits)


def test_measuring_twice_gives_the_same_result() -> None:
    assert measure(DRIFT, AIMS, ALL) == measure(DRIFT, AIMS, ALL)


def test_asking_for_one_detector_gives_the_same_hits_as_asking_for_all() -> None:
    together = measure(DRIFT, AIMS, ALL)
    assert all(measure(DRIFT, AIMS, [name])[name] == together[name] for name in ALL)


def test_what_a_detector_says_does_not_hang_on_who_else_is_asked() -> None:
    """A sentence in which two of them see drift is held or accused alike, whichever are due."""
    other = (
        "A cover with the words ISO 14001 Lead Auditor and a wind turbine for the significant environmental aspects."
    )
    texts = [passage.text for passage in passages_load("dev") if passage.lang == "en"]
    context = Context("iso42001", frozenset(), "assignment-brief", "en")
    for number, text in enumerate(texts[:60]):
        pair = f"{text}\n\n{texts[-number - 1] if number % 3 else other}"
        together = measure(pair, context, tuple(DETECTORS))
        for name in DETECTORS:
            assert measure(pair, context, (name,))[name] == together[name], (name, pair)


def test_the_standard_may_be_given_by_name() -> None:
    by_name = classify(DRIFT, Context("ISO/IEC 42001:2023", artefact="assignment-brief"))
    assert by_name == classify(DRIFT, AIMS)


def test_confidence_is_one_half_at_the_threshold_and_grows_with_the_margin() -> None:
    assert confidence_of(0, 120) == 500
    assert confidence_of(-300, 120) < confidence_of(0, 120) < confidence_of(300, 120)
