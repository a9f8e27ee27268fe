"""Technical documentation by audience: one source, no contradictions, nothing filled in; and third parties."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.accounts.access import Actor
from assay.registers.queries.documentation import AUDIENCES, PARTS, documentation
from assay.registers.queries.standing import Held
from assay.registers.registry import registers
from assay.registers.rules import problems
from assay.registers.rules.example import clean_example
from assay.registers.rules.plants import PLANTS
from assay.registers.services import record_update
from tests.families import by_turns
from tests.rooms.registers_material import record_of

TODAY = date(2026, 11, 21)


def told(found: Held, audience: str) -> dict[str, list[tuple[str, tuple[tuple[str, str], ...]]]]:
    """Section to (record, lines), as an audience reads them."""
    page = documentation(found, found.by_register["ai-systems"][0], audience, people={})
    return {each.part.key: [(str(entry.record.id), entry.lines) for entry in each.entries] for each in page.sections}


@pytest.mark.req("M-09")
@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 5), st.dictionaries(st.integers(0, 100), st.text(min_size=1, max_size=20), max_size=8), st.booleans()
)
def test_no_two_audiences_are_told_different_things(seed: int, words: dict[int, str], public: bool) -> None:
    whole = clean_example(TODAY, seed)
    rows = list(whole.records)
    for place, text in words.items():
        row = rows[place % len(rows)]
        longs = [field.key for field in registers()[row.register].fields if field.kind == "long"]
        data = {
            **row.data,
            **({longs[place % len(longs)]: text} if longs else {}),
            **({"public": public} if row.register == "impacts" else {}),
        }
        rows[place % len(rows)] = replace(row, data=data)
    found = replace(whole, records=tuple(rows))
    by_audience = {audience: told(found, audience) for audience in AUDIENCES}
    for part in PARTS:
        versions = [by_audience[audience][part.key] for audience in part.audiences]
        full = max(versions, key=len)
        assert all(entry in full for version in versions for entry in version)
        if part.register != "impacts":
            assert all(version == full for version in versions)
    for audience, sections in by_audience.items():
        assert set(sections) == {part.key for part in PARTS if audience in part.audiences}


@pytest.mark.req("M-09")
def test_what_is_not_in_force_is_missing_and_said_so() -> None:
    whole = clean_example(TODAY)
    rows = tuple(replace(row, state="draft") if row.register == "impacts" else row for row in whole.records)
    found = replace(whole, records=rows)
    page = documentation(found, found.by_register["ai-systems"][0], "affected", people={})
    effects = next(each for each in page.sections if each.part.key == "effects")
    assert (effects.empty, effects.gap) == (True, "Impact assessments: 1 record waits to be in force.")
    assert page.gaps == sum(1 for each in page.sections if each.empty) > 0


@pytest.mark.req("M-09")
def test_an_assessment_that_may_not_be_published_is_told_to_authorities_only() -> None:
    whole = clean_example(TODAY)
    for public in (True, False):
        rows = tuple(
            replace(row, data={**row.data, "public": public}) if row.register == "impacts" else row
            for row in whole.records
        )
        found = replace(whole, records=rows)
        assert {audience: bool(told(found, audience).get("effects")) for audience in ("users", "affected", "authorities")} == {
            "users": public, "affected": public, "authorities": True,
        }  # fmt: skip
        page = documentation(found, found.by_register["ai-systems"][0], "affected", people={})
        gap = next(each.gap for each in page.sections if each.part.key == "effects")
        assert gap == ("" if public else "Impact assessments: 1 is in force and not published.")


@pytest.mark.req("M-09")
@pytest.mark.parametrize("state", [state.name for state in registers()["gates"].states])
def test_only_a_gate_that_was_passed_is_told_as_passed(state: str) -> None:
    whole = clean_example(TODAY)
    found = replace(
        whole, records=tuple(replace(row, state=state) if row.register == "gates" else row for row in whole.records)
    )
    gates = {str(row.id) for row in found.by_register["gates"]}
    page = documentation(found, found.by_register["ai-systems"][0], "authorities", people={})
    section = next(each for each in page.sections if each.part.key == "gates")
    assert {str(entry.record.id) for entry in section.entries} == (gates if state == "passed" else set())
    assert bool(section.gap) == (state != "passed")


@pytest.mark.req("M-09")
@pytest.mark.parametrize("audience", by_turns(AUDIENCES, 4))
def test_the_page_its_files_and_the_api_say_the_same(
    audience: str,
    asha: Actor,
    dora: Actor,
    now: datetime,
    client_of: Callable[..., Client],
    api_of: Callable[..., Client],
) -> None:
    system = record_of("ai-systems", asha, now, title="Tutor")
    record_update(record=system, actor=asha, now=now, data={"purpose": "Explains lessons to learners."})
    address = reverse("system-documentation", args=[system.pk]) + f"?audience={audience}"
    page = client_of(asha).get(address).content.decode()
    told_too = api_of(asha, "read").get(f"/api/v1/system/documentation/{system.pk}", {"audience": audience}).json()
    assert told_too["sentence"] in page
    for each in told_too["sections"]:
        assert each["missing"] in page
    for form in ("csv", "xlsx", "docx", "pdf"):
        assert client_of(asha).get(f"{address}&format={form}").status_code == 200
    assert client_of(dora).get(address).status_code == 404
    assert client_of(asha).get(address.replace(audience, "everybody")).status_code == 404


@pytest.mark.req("M-11")
@pytest.mark.parametrize("rule", ["SU-01", "SU-02", "RE-01"])
def test_third_parties_are_evaluated_give_notice_and_answer_for_each_duty_alone(rule: str) -> None:
    example = clean_example(TODAY)
    assert not problems(example)
    found = [each for each in problems(PLANTS[rule](example)) if each.rule.id == rule]
    assert found
    assert all(each.words for each in found)


@pytest.mark.req("M-11")
def test_a_supplier_in_use_has_an_evaluation_and_says_whether_it_tells_of_model_changes(
    asha: Actor, now: datetime, client_of: Callable[..., Client]
) -> None:
    fields = {each.key: each for each in registers()["suppliers"].fields}
    assert fields["evaluation"].required
    assert fields["change_notice"].required
    assert fields["evaluated_on"].since == "current"
    duty = {each.key: each for each in registers()["responsibilities"].fields}
    assert duty["accountable"].required
    assert duty["accountable"].kind == "choice"
    record_of("suppliers", asha, now, title="Model maker")
    assert "Model maker" in client_of(asha).get(reverse("register", args=["suppliers"])).content.decode()
