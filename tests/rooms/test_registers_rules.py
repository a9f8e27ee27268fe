"""Every rule finds what is planted for it, and nothing in the clean example."""

from datetime import date

import pytest

from assay.registers.rules import RULES, problems
from assay.registers.rules.example import clean_example
from assay.registers.rules.plants import PLANTS
from tests.families import by_turns

TODAY = date(2026, 11, 21)
SOA = [ident for ident in RULES if ident.startswith("SOA-")]


def test_there_are_enough_rules() -> None:
    assert len(SOA) >= 20
    assert len(RULES) - len(SOA) >= 40


def test_every_rule_has_a_plant_and_every_plant_a_rule() -> None:
    assert set(PLANTS) == set(RULES)


@pytest.mark.parametrize("seed", range(6))
def test_the_clean_example_is_clean(seed: int) -> None:
    assert [(each.rule.id, each.words) for each in problems(clean_example(TODAY, seed))] == []


@pytest.mark.req("M-05")
@pytest.mark.parametrize("seed", by_turns([0, 3], 2))
@pytest.mark.parametrize("ident", sorted(PLANTS))
def test_a_planted_defect_is_found(ident: str, seed: int) -> None:
    found = {each.rule.id for each in problems(PLANTS[ident](clean_example(TODAY, seed)))}
    assert ident in found


@pytest.mark.slow
def test_rules_answer_in_sentences() -> None:
    for ident, plant in PLANTS.items():
        for each in problems(plant(clean_example(TODAY))):
            assert each.words.endswith((".", "?")), f"{ident}: {each.words}"
