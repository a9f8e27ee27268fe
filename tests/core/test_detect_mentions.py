"""The grammar of standards in the wild: what a text names, in which edition, and what it does not name."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.catalog import load_families
from assay.detect.folding import fold
from assay.detect.mentions import find_mentions, one_edit


def named(text: str) -> list[str]:
    return [m.family for m in find_mentions(text)]


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("BS EN ISO 14001:2015", "iso14001"),
        ("DIN EN ISO 50001:2018", "iso50001"),
        ("UNE-EN ISO 45001", "iso45001"),
        ("JIS Q 27001", "iso27001"),
        ("ISO/IEC 27001:2022/Amd 1:2024", "iso27001"),
        ("ISO14001", "iso14001"),
        ("ISO-9001", "iso9001"),
        ("ISO/TS 22002-1", "iso22000"),
        ("ISO 14OO1", "iso14001"),
        ("IOS 9001", "iso9001"),
        ("ISO/EIC 27001", "iso27001"),
        ("ISO27k", "iso27001"),
        ("the twenty-seven thousand one standard", "iso27001"),
        ("SOC 2 Type II", "soc2"),
        ("HIPPA", "hipaa"),
        ("DSGVO", "gdpr"),
        ("KI-Verordnung", "eu_ai_act"),
        ("the AI Act", "eu_ai_act"),
        ("NIST CSF 2.0", "nist_csf"),
        ("iso14001_checklist.xlsx", "iso14001"),
        ("système de management environnemental", "iso14001"),
        ("Umweltmanagementsysteme", "iso14001"),
        ("信息安全管理体系", "iso27001"),
    ],
)
def test_a_family_is_recognised_however_it_is_written(text: str, family: str) -> None:
    assert named(text) == [family]


@pytest.mark.parametrize("family", load_families().families, ids=lambda f: f.id)
def test_every_family_of_the_catalog_is_recognised_by_its_name(family) -> None:
    assert set(named(f"This text cites {family.name} once.")) == {family.id}


@pytest.mark.parametrize(
    ("text", "families"),
    [
        ("ISO 9001/14001/45001", ["iso9001", "iso14001", "iso45001"]),
        ("ISO 9001, 14001 and 45001", ["iso9001", "iso14001", "iso45001"]),
        ("ISO 9001, 14001 und 45001", ["iso9001", "iso14001", "iso45001"]),
        ("ISO 27001–27005", ["iso27001", "iso27005"]),
    ],
)
def test_lists_and_ranges_name_each_member(text: str, families: list[str]) -> None:
    assert named(text) == families


@pytest.mark.parametrize(
    "text",
    [
        "The server listens on port 9001.",
        "The licence costs $14001 a year.",
        "We counted 9001 users and 14,001 images.",
        "AI actors take part in the activity.",
        "DORA metrics show how often the team deploys.",
        "AIMS AND OBJECTIVES OF THE COURSE",
        "Isolation of the model 5338 times.",
    ],
)
def test_numbers_and_words_that_only_look_like_standards_are_left_alone(text: str) -> None:
    assert named(text) == []


def test_a_bare_number_counts_only_near_a_word_of_audits_or_standards() -> None:
    assert named("Audit the plant against 14001 next week.") == ["iso14001"]
    assert named("Room 14001 is on the top floor.") == []


def test_part_and_edition_are_read_from_the_designation() -> None:
    (mention,) = find_mentions("ISO/IEC 20000-1:2018")
    assert (mention.part, mention.year) == ("1", "2018")


def test_an_ambiguous_acronym_is_marked_as_weak() -> None:
    assert [m.weak for m in find_mentions("The EMS covers the plant; see ISO 14001.")] == [True, False]


def test_offsets_quote_the_text_itself() -> None:
    text = "Ökologie – „ISO 14001“ gilt nicht; DSGVO schon."
    assert [text[m.start : m.end] for m in find_mentions(text)] == ["ISO 14001", "DSGVO"]


@given(st.text(max_size=200))
def test_folding_keeps_every_offset(text: str) -> None:
    assert len(fold(text)) == len(text)


@given(st.text(alphabet="ISO/IEC 0123456789-:,andAI.\n", max_size=120))
def test_mentions_never_overlap_and_stay_inside_the_text(text: str) -> None:
    found = find_mentions(text)
    assert all(0 <= m.start < m.end <= len(text) for m in found)
    assert all(left.end <= right.start for left, right in pairwise(found))


@pytest.mark.parametrize(
    ("left", "right", "near"),
    [
        ("14001", "14101", True),
        ("14001", "1401", True),
        ("14001", "41001", True),
        ("14001", "14001", False),
        ("9001", "45001", False),
    ],
)
def test_one_edit_is_one_insertion_deletion_substitution_or_swap(left: str, right: str, near: bool) -> None:
    assert one_edit(left, right) is near
