"""What a mention is attached to decides; comparative and governing words elsewhere in the sentence do not."""

from __future__ import annotations

import pytest

from assay.detect.classify import classify
from assay.detect.context import Context


def label(text: str, *, standard: str = "iso42001", companions: tuple[str, ...] = (), artefact: str = "lesson") -> str:
    return classify(text, Context(standard, frozenset(companions), artefact)).label


@pytest.mark.req("P-12")
@pytest.mark.parametrize(
    "text",
    [
        "Audit the organization against ISO 14001 clause 6.1.2 and record every nonconformity.",
        "Learners must comply with ISO 9001 throughout the assignment.",
        "According to ISO 14001, who must approve the environmental policy?",
        "The audit criteria are ISO 45001:2018 and the site's own rules.",
        "Every requirement in this exam is taken from ISO 22301.",
        "You will be examined on ISO/IEC 27001:2022.",
        "Show that the hospital meets Article 30 of the UK GDPR and attach the evidence.",
        "All findings cite ISO 13485 correctly.",
        "ISO 14001 is the standard of this module. By the end, learners can audit an environmental management system.",
        "Parcelmind has applied for certification to ISO 37001; you are the lead auditor.",
        "Do not cite anything but ISO 14001.",
        "Which of these would satisfy ISO 9001 clause 7.2?",
    ],
)
def test_a_criterion_of_another_family_is_governing(text: str) -> None:
    assert label(text) == "A"


@pytest.mark.req("P-12")
@pytest.mark.parametrize(
    "text",
    [
        "Compared to ISO 9001, Annex SL gives a shared structure.",
        "Just as ISO 27001 requires organizations to treat security risks, ISO 42001 requires them to treat AI risks.",
        "Whereas ISO 14001 obliges the organization to evaluate aspects, 42001 obliges it to assess the impact of its AI systems.",
        "ISO/IEC 42001 shares its structure with ISO 9001, 14001 and 27001.",
        "Organizations already certified to ISO 27001 can build on it when they set up an AI management system.",
        "This module covers ISO 42001, not ISO 14001.",
        "Do not confuse clause 8.5 of ISO 22000 with the clause of the same number in ISO/IEC 42001.",
        "A delegate says that clause 7.5 of ISO 13485 applies here. Why is the delegate mistaken?",
        "ISO 14001 must be met by those who chose it; it is not a criterion of this audit.",
        "Where the NIST CSF tells you to identify assets, our standard tells you to document resources.",
        "ISO 14001 was revised in 2015, ISO/IEC 42001 was published in 2023.",
    ],
)
def test_a_comparison_accuses_nothing(text: str) -> None:
    assert label(text) == "C"


def test_a_comparative_word_elsewhere_in_the_sentence_excuses_nothing() -> None:
    assert label("Unlike ISO 9001, this assignment requires you to comply with ISO 14001 clause 6.1.2.") == "A"


def test_only_the_governing_mention_of_a_mixed_sentence_is_the_defect() -> None:
    found = classify("Unlike ISO 9001, this brief requires you to comply with ISO 14001.", Context("iso42001"))
    assert found.families == ("iso14001",)


@pytest.mark.req("P-12")
@pytest.mark.parametrize(
    "text",
    [
        "# Module 7: ISO 9001 Foundations",
        "4.3 GDPR and the AI management system",
        "[ISO 14001 overview](https://example.org/iso-14001)",
        "File: iso14001_audit_template.docx",
        "Other courses in this series:\n- ISO 9001 Internal Auditor\n- ISO 14001 Lead Implementer",
        "**Further reading**\n1. ISO 9001:2015, Quality management systems\n2. ISO/IEC 22989:2022, AI concepts",
        "Trainer profile: Ines Okafor, ISO/IEC 27001 Lead Auditor, CISA.",
        "Also cited: COBIT 2019; NIST CSF 2.0.",
    ],
)
def test_titles_references_and_labels_are_structure(text: str) -> None:
    assert label(text) == "B"


def test_names_to_choose_from_are_context_not_criteria() -> None:
    assert (
        label("Which standard is about AI?\nA) ISO 9001\nB) ISO/IEC 42001\nC) ISO 14001", artefact="lesson-quiz") == "C"
    )


def test_an_answer_that_makes_another_standard_the_criterion_is_governing() -> None:
    assert (
        label(
            "What do you do?\nA) Audit it against ISO 9001, the criterion of this audit\nB) Wait",
            artefact="lesson-quiz",
        )
        == "A"
    )


@pytest.mark.req("P-12")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Die Organisation muss die Anforderungen der ISO 14001 erfüllen.", "A"),
        ("Anders als ISO 14001 behandelt ISO/IEC 42001 die Auswirkungen von KI-Systemen.", "C"),
        ("Les apprenants doivent auditer le site conformément à la norme ISO 14001, article 6.1.2.", "A"),
        ("Contrairement à ISO 27001, ISO 42001 porte sur l'IA.", "C"),
        ("Los participantes deben evaluar la planta según los requisitos de la norma ISO 9001.", "A"),
        ("A diferencia de la ISO 9001, la ISO 42001 se centra en los sistemas de IA.", "C"),
        ("L'organizzazione deve rispettare i requisiti della norma ISO 45001.", "A"),
        ("Come la ISO 27001, anche la ISO 42001 adotta la struttura armonizzata.", "C"),
        ("A organização deve cumprir os requisitos da ISO 14001, cláusula 6.1.2.", "A"),
        ("Ao contrário da ISO 9001, a ISO 42001 trata de sistemas de IA.", "C"),
        ("組織はISO 14001の要求事項に従って環境側面を特定しなければならない。", "A"),
        ("ISO 42001はISO 27001と同様に共通の構造を採用している。", "C"),
        ("组织应按照ISO 14001标准的要求识别环境因素。", "A"),
        ("与ISO 27001不同，ISO 42001关注人工智能系统。", "C"),
    ],
)
def test_attachment_is_read_in_eight_languages(text: str, expected: str) -> None:
    assert label(text) == expected


@pytest.mark.parametrize(
    ("standard", "companions", "text", "expected"),
    [
        ("iso14001", (), "Audit the plant against ISO 14001 clause 6.1.2.", "NONE"),
        ("iso14001", (), "Audit the developer against ISO/IEC 42001 and raise findings.", "A"),
        ("iso42001", ("iso27001",), "Comply with ISO/IEC 27001 when you protect the training data.", "NONE"),
        ("iso42001", (), "Plan the audit in accordance with ISO 19011.", "C"),
        ("iso42001", (), "Use ISO/IEC 42005 for the AI system impact assessment.", "C"),
        ("eu_ai_act", (), "Providers set up a quality management system under Article 17.", "NONE"),
        ("eu_ai_act", (), "ISO/IEC 42001 can support compliance with the AI Act, but it is not harmonised.", "C"),
        ("nist_ai_rmf", (), "The AI RMF aligns with the EU AI Act and with ISO/IEC 42001.", "C"),
    ],
)
def test_the_same_words_are_judged_relative_to_the_programme(
    standard: str, companions: tuple[str, ...], text: str, expected: str
) -> None:
    assert label(text, standard=standard, companions=companions) == expected
