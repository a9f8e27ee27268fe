"""Words that begin like another discipline's, and sentences of honest courses that only use such words on the way."""

from __future__ import annotations

import pytest

from assay.detect.context import Context
from assay.detect.measure import measure
from assay.detect.profile import find_profile
from assay.detect.registry import DETECTORS

LESSON = """## What the AI officer does each week

The AI management system has to be alive between two audits. The AI officer looks at the register of AI systems, asks the
owners of the models what has changed, and notes which changes need a new impact assessment.

{}

People who are affected by the decisions of an AI system may raise concerns. The officer sees that somebody with authority
answers, that the answer is understood, and that the model is looked at again where several concerns point the same way.

## What is written down

The AI policy, the objectives, the Statement of Applicability, the results of risk and impact assessments and the logs of
each AI system are kept as documented information, so that an auditor can follow them from the decision to the model.

The next lesson shows how internal audit uses these records, and how management review turns findings into decisions
about AI systems. You will read three records of an AI provider and say which of them would convince an auditor.
"""


def held_or_accused(sentence: str, standard: str) -> list[str]:
    found = measure(LESSON.format(sentence), Context(standard, artefact="lesson"), list(DETECTORS))
    return [
        f"{name} {hit.family} {hit.quote}" for name, r in found.items() for hit in r.hits if hit.defect or hit.in_doubt
    ]


@pytest.mark.req("P-12")
@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("assess the risk posed by natural persons", "iso14001"),
        ("the nature of the model", "iso14001"),
        ("permitted uses of the model", "iso14001"),
        ("regulatory duties of providers", "iso14001"),
        ("watermarks in generated pictures", "iso14001"),
        ("a chilling effect on free speech", "iso22000"),
        ("breadth first, on all clauses", "iso22000"),
        ("bottlenecks of the pipeline", "iso22000"),
        ("untargeted scraping of faces", "iso9001"),
        ("control planned changes", "iso9001"),
        ("the charter of the committee", "iso9001"),
        ("a data-driven decision", "iso27001"),
        ("people need to know that a machine answers", "iso27001"),
        ("a powerful model", "iso50001"),
        ("machine-readable notices", "iso45001"),
        ("heightened sensitivity", "iso45001"),
        ("supervisory authorities", "iso45001"),
        ("fingerprints at the border", "iso45001"),
        ("officially withdrawn", "iso37001"),
    ],
)
def test_a_word_that_only_begins_like_another_disciplines_is_not_its_word(text: str, family: str) -> None:
    assert [hit for hit in find_profile(text) if hit.family == family] == []


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("protect nature and natural habitats", "iso14001"),
        ("the permit limits of the site", "iso14001"),
        ("chilled chicken in the chiller", "iso22000"),
        ("a loaf of bread", "iso22000"),
        ("the scrap rate of the press", "iso9001"),
        ("a lost usb drive", "iso27001"),
        ("crushed fingers on the night shift", "iso45001"),
    ],
)
def test_the_disciplines_own_words_are_still_read(text: str, family: str) -> None:
    assert family in {hit.family for hit in find_profile(text)}


@pytest.mark.req("P-12")
@pytest.mark.parametrize(
    ("sentence", "standard"),
    [
        ("- Assessing the risk that natural persons become victims", "eu_ai_act"),
        ("4. **Chilling effect**: people who feel watched stop speaking freely", "eu_ai_act"),
        ("- Disability and age are vulnerabilities that nobody may exploit", "eu_ai_act"),
        ("Workers and their representatives are told before such a system is used at work.", "eu_ai_act"),
        ("- Serious incidents: death, serious injury, damage to property or the environment", "eu_ai_act"),
        ("- Security incidents and attempted attacks on the model", "nist_ai_rmf"),
        ("- Access controls and authentication", "nist_ai_rmf"),
        ("Privacy and security of the model are looked at together.", "nist_ai_rmf"),
        ("- Customers and clients", "iso42001"),
        ("- Privacy and data protection", "iso42001"),
        ("- Control planned changes and review those that nobody intended", "iso42001"),
        ("- Access controls and authentication of those who use the model", "iso42001"),
        ("In which direction is a Statement of Applicability best built?", "iso42001"),
        ("17. Who approves the Statement of Applicability together with the treatment plan?", "iso42001"),
        ("Clause: Building a Statement of Applicability that lives", "iso42001"),
        ("| 2 May 09:21 | 20405 | 3.4 | refund promised | as proposed | |", "iso42001"),
        ("During peaks requests spill over to a cheaper region abroad.", "iso42001"),
        ("Public trust is worn down by fluent errors, and energy is spent at scale.", "iso42001"),
        ("Which event would reopen the assessment tomorrow?", "iso42001"),
        (
            "Write the gap between the two in one sentence, then strike out adjectives, causes, advice and names.",
            "iso42001",
        ),
        ("Two former employees chose the threshold; the file contains the number and no reason.", "iso42001"),
    ],
)
def test_honest_words_in_passing_are_neither_accused_nor_held(sentence: str, standard: str) -> None:
    assert held_or_accused(sentence, standard) == []


@pytest.mark.req("P-12")
@pytest.mark.parametrize(
    ("sentence", "standard"),
    [
        (
            "Prepare the register of environmental aspects of the dye works and set targets for emissions and effluent.",
            "eu_ai_act",
        ),
        (
            "Your task: rank hazards by the hierarchy of controls and consult the workers' committee on protective equipment.",
            "nist_ai_rmf",
        ),
        ("You will be examined on ISO/IEC 27001 and must cite its clauses.", "iso42001"),
        ("Prepare a business impact analysis with recovery time objectives for each department.", "nist_ai_rmf"),
    ],
)
def test_drift_at_the_same_place_does_not_pass_as_clean(sentence: str, standard: str) -> None:
    assert held_or_accused(sentence, standard) != []
