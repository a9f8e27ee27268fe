"""Drift that names no standard: concepts, objects of tasks, case companies, and AI words around them."""

from __future__ import annotations

import pytest

from assay.detect.classify import classify
from assay.detect.concepts import find_concepts, ownership, variants
from assay.detect.context import Context


def seen(text: str, *, standard: str = "iso42001", artefact: str = "lesson") -> tuple[str, str]:
    found = classify(text, Context(standard, artefact=artefact))
    return found.label, found.families[0] if found.families else ""


@pytest.mark.req("P-12")
@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("Prepare the register of environmental aspects for the dye works and rate their significance.", "iso14001"),
        ("Identify the critical control points of the kitchen and set a critical limit for each.", "iso22000"),
        ("Learners set recovery time objectives after the business impact analysis.", "iso22301"),
        ("Marks are awarded for hazard identification and a hierarchy of controls at the press.", "iso45001"),
        ("Draw up the energy baseline and the energy performance indicators of the mill.", "iso50001"),
        ("Review the clear desk policy, the privileged access rights and the backup restore test.", "iso27001"),
        ("Explain how nonconforming outputs are quarantined and how customer satisfaction is measured.", "iso9001"),
        ("Complete the design history file of the catheter and plan post-market surveillance.", "iso13485"),
        ("Rate the bribery risk of each sales agent and check the gift register.", "iso37001"),
        ("Determine the ASIL of each safety goal in the item definition.", "iso26262"),
        ("Ermitteln Sie die bedeutenden Umweltaspekte und bewerten Sie Emissionen und Abfälle.", "iso14001"),
        ("Rédigez la politique environnementale et le registre des aspects environnementaux.", "iso14001"),
        ("请识别车间的危险源并确定控制层级。", "iso45001"),
    ],
)
def test_another_familys_subject_is_found_without_its_name(text: str, family: str) -> None:
    assert seen(text, artefact="assignment-brief") == ("A", family)


@pytest.mark.req("P-12")
@pytest.mark.parametrize(
    "text",
    [
        "Prepare the aspects register: use the AI model to determine the significant environmental aspects of the plant.",
        "With the help of a chatbot, write the HACCP plan of the bakery; the prompt goes into the annex.",
        "Let a neural network propose the recovery sites and finish the business impact analysis with your team.",
        "An algorithm has drafted the hazard register of the loading bay. What must you check before it is approved?",
    ],
)
def test_ai_as_a_tool_does_not_excuse_a_foreign_object(text: str) -> None:
    found = classify(text, Context("iso42001", artefact="assignment-brief"))
    assert (found.label, found.kind) == ("A", "ai-wrapped")


@pytest.mark.parametrize(
    "text",
    [
        "Assess the environmental impact of training the model, including energy consumption and the carbon footprint of compute.",
        "Attack the model with adversarial inputs, protect the training data and record how the AI system withstood.",
        "The organization determines the intended use of the AI system and runs an AI system impact assessment.",
        "Top management reviews the management system at planned intervals, considering audit results and corrective actions.",
        "A hospital uses an AI triage model. Assess its impact on patients and how a decision can be contested.",
        "VoltGrid is an energy supplier that deploys an AI system to forecast demand. Assess its AI risk treatment.",
    ],
)
def test_the_own_subject_and_the_harmonized_structure_are_clean(text: str) -> None:
    assert seen(text, artefact="assignment-brief")[0] == "NONE"


@pytest.mark.req("P-12")
@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("GreenTech Energy builds wind farms and wants its environmental commitments to be audited.", "iso14001"),
        ("You have been appointed to audit Harvest Loaf Bakery. An undeclared nut made a child ill.", "iso22000"),
        ("SteelRoof Contractors employs 300 roofers. Two fatal falls have shaken the firm.", "iso45001"),
        ("Follow the case of Fjord Pulp, which wants to use a fifth less energy per tonne.", "iso50001"),
    ],
)
def test_a_case_company_of_another_domain_is_found(text: str, family: str) -> None:
    assert seen(text, artefact="scenario") == ("A", family)


def test_a_transplanted_passage_is_found_in_a_long_honest_artefact() -> None:
    honest = "The organization keeps an AI policy and assesses AI risks before deployment. " * 60
    text = f"{honest}\n\nPrepare the HACCP plan and set a critical limit for each critical control point.\n\n{honest}"
    assert seen(text) == ("A", "iso22000")


def test_the_same_passage_in_its_own_programme_is_clean() -> None:
    text = "Determine the significant environmental aspects and keep the aspects register up to date."
    assert (seen(text)[0], seen(text, standard="iso14001")[0]) == ("A", "NONE")


def test_ai_management_is_foreign_to_an_environmental_programme() -> None:
    text = "Prepare the AI risk assessment, the AI policy and the inventory of AI systems."
    assert seen(text, standard="iso14001") == ("A", "iso42001")


def test_a_concept_in_a_comparison_is_not_drift() -> None:
    text = "Unlike an environmental management system with its significant environmental aspects, the AIMS looks at AI systems."
    assert seen(text)[0] == "C"


def test_short_acronyms_do_not_match_longer_words() -> None:
    assert not [h for h in find_concepts("bias testing of the model", "en") if h.concept.family == "iso22301"]


def test_spellings_of_a_phrase_are_added() -> None:
    assert {"work instruction", "work instructions"} <= variants("work instruction")
    assert "exercise program" in variants("exercise programme")


@pytest.mark.parametrize(
    "family", ["iso14001", "iso9001", "iso27001", "iso45001", "iso22301", "iso50001", "iso22000", "gdpr"]
)
def test_the_main_families_own_at_least_thirty_concepts(family: str) -> None:
    owned = {c.phrase for group in ownership().concepts for c in group if c.family == family and not c.language}
    assert len(owned) >= 30


@pytest.mark.parametrize(
    ("artefact", "text", "family"),
    [
        ("cover-image", "A chimney with an emissions probe above a wetland, soft light.", "iso14001"),
        ("smart-hotspots", "Recovery time objective clock – click and grade the business impact analysis", "iso22301"),
        ("cover-image", "Cover: the words ISO 27001 Lead Auditor over a row of locked server racks.", "iso27001"),
    ],
)
def test_what_a_picture_or_hotspot_shows_is_read(artefact: str, text: str, family: str) -> None:
    assert seen(text, artefact=artefact) == ("A", family)


def test_a_passage_that_disowns_a_subject_is_not_drift() -> None:
    text = (
        "You are not asked to judge the auditee's environmental performance; it is outside the scope of your AI audit."
    )
    assert seen(text, artefact="assignment-brief")[0] != "A"
