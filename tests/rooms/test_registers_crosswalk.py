"""The crosswalk: answered only by whole evidence under an equal or wider item; overlaps and gaps never count as met."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.accounts.access import Actor
from assay.catalog import load_catalog
from assay.catalog.records import CONFIDENCES, RELATIONS
from assay.registers.queries.ai_act import concerns, duty_rows
from assay.registers.queries.crosswalk import (
    STANDS,
    Bridge,
    Source,
    answerable,
    framework_stands,
    frameworks_of,
    sources,
    stand_of,
    target_rows,
)
from assay.registers.queries.standing import Held
from assay.registers.queries.tally import tally_of
from assay.registers.rules.example import clean_example
from tests.families import by_turns
from tests.rooms.registers_material import record_of

TODAY = date(2026, 11, 21)
ITEM = load_catalog().item("iso42001:4.1")
EMPTY = Held(TODAY, (), (), {}, frozenset())

bridges = st.builds(
    Bridge,
    source=st.builds(
        lambda shown, more, excluded: Source(ITEM, shown, shown + more, excluded),
        st.integers(0, 4), st.integers(0, 4), st.booleans(),
    ),
    relation=st.sampled_from([each for each in RELATIONS if each != "no-relationship"]),
    confidence=st.sampled_from(CONFIDENCES), note=st.just(""), published=st.just(""),
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(bridges, max_size=4))
def test_answered_needs_one_whole_strong_equal_or_wider_source(found: list[Bridge]) -> None:
    whole = any(
        each.relation in ("equal", "superset")
        and each.confidence != "low"
        and each.source.whole
        and each.source.shown == each.source.whole
        and not each.source.excluded
        for each in found
    )
    assert (stand_of(found) == "answered") == whole
    assert (stand_of(found) == "none") == (not found)


@pytest.mark.req("M-12")
@pytest.mark.parametrize("framework", [each.id for each in frameworks_of(load_catalog())])
def test_nothing_shown_answers_nothing(framework: str) -> None:
    assert {row.stand for row in target_rows(tally_of(EMPTY), framework)} <= {"open", "none"}
    assert {row.stand for row in duty_rows(tally_of(EMPTY), EMPTY)} <= {"open", "none"}


@pytest.mark.parametrize("framework", [each.id for each in frameworks_of(load_catalog())])
def test_every_item_that_asks_for_something_is_told_once(framework: str) -> None:
    rows = target_rows(tally_of(clean_example(TODAY)), framework)
    assert [row.item for row in rows] == list(answerable(load_catalog(), framework))
    linked = {entry.target for entry in load_catalog().crosswalk if entry.framework == framework and entry.target}
    for row in rows:
        assert (row.stand == "none") == (row.item.id not in linked)


@pytest.mark.req("M-12")
def test_the_example_answers_what_is_equal_and_taking_evidence_away_answers_no_more() -> None:
    example = clean_example(TODAY)
    before = {each.framework.id: each.counts for each in framework_stands(tally_of(example), {})}
    assert before["iso27001"]["answered"] > 0
    assert before["nist_ai_rmf"]["answered"] == 0  # its judgements are all overlaps
    for drop in range(0, len(example.evidence), 7):
        less = Held(TODAY, example.records, example.evidence[:drop], example.approved, example.members)
        after = {each.framework.id: each.counts for each in framework_stands(tally_of(less), {})}
        assert all(after[name]["answered"] <= before[name]["answered"] for name in before)


@pytest.mark.req("M-13")
def test_what_the_act_asks_beyond_the_standard_is_never_met() -> None:
    example = clean_example(TODAY)
    coverage = {point.number: point.coverage for duty in load_catalog().eu_ai_act.obligations for point in duty.points}
    coverage |= {duty.number: duty.coverage for duty in load_catalog().eu_ai_act.obligations if not duty.points}
    rows = duty_rows(tally_of(example), example)
    assert len(rows) == len(coverage)
    for row in rows:
        if coverage[row.number] != "full":
            assert row.stand != "answered"
        if coverage[row.number] == "none":
            assert row.stand == "none"
    shown = [
        each for each in sources(tally_of(example)).values() if each.item.kind == "control" and each.state == "shown"
    ]
    assert len(shown) > 30  # the example shows nearly everything, and still leaves the gaps of the act open


@pytest.mark.req("M-13")
def test_a_duty_about_a_tier_needs_evidence_under_each_system_it_concerns() -> None:
    example = clean_example(TODAY)
    literacy = next(row for row in duty_rows(tally_of(example), example) if row.number == "AIA-4")
    assert literacy.stand == "answered"
    bare = Held(
        TODAY,
        example.records,
        tuple(each for each in example.evidence if each.record not in {row.id for row in example.by_register["ai-systems"]}),
        example.approved,
        example.members,
    )  # fmt: skip
    for row in duty_rows(tally_of(bare), bare):
        if row.tier != "all":
            assert row.stand != "answered"


def test_duties_follow_tier_and_role_of_the_register() -> None:
    act = {each.number: each for each in load_catalog().eu_ai_act.obligations}
    system = clean_example(TODAY).by_register["ai-systems"][0]
    for tier, roles, number, expected in (
        ("high", ["provider"], "AIA-9", True),
        ("high", ["customer"], "AIA-9", False),
        ("high", ["customer"], "AIA-26-1", True),
        ("low", ["provider"], "AIA-9", False),
        ("low", ["customer"], "AIA-4", True),
        ("limited", ["provider"], "AIA-50-1", True),
        ("high", ["subject"], "AIA-4", False),
    ):
        told = type(system)(**{**vars(system), "data": {**system.data, "tier": tier, "own_roles": roles}})
        assert concerns(act[number], told) is expected, (tier, roles, number)


def test_high_risk_duties_have_both_dates_of_the_amendment() -> None:
    row = next(row for row in duty_rows(tally_of(EMPTY), EMPTY) if row.number == "AIA-9")
    assert [day.isoformat() for _words, day in row.dates] == ["2027-12-02", "2028-08-02"]
    assert not row.applies(date(2027, 12, 1))
    assert row.applies(date(2027, 12, 2))


@pytest.mark.parametrize("framework", by_turns([each.id for each in frameworks_of(load_catalog())], 5))
def test_pages_filter_and_export(framework: str, asha: Actor, now: datetime, client_of: Callable[..., Client]) -> None:
    record_of("ai-systems", asha, now)
    client = client_of(asha)
    address = reverse("crosswalk-framework", args=[framework])
    with CaptureQueriesContext(connection) as captured:
        whole = client.get(address).content.decode()
    assert len(captured) <= 12
    assert STANDS["none"] in whole
    none = client.get(address + "?stand=none&format=csv").content.decode()
    assert none.splitlines()[1:]
    assert all(STANDS["none"] in line for line in none.splitlines()[1:] if line.count(",") > 3)
    assert client.get(address + "?format=xlsx").content[:2] == b"PK"
    assert client.get(address + "?q=zzzz&stand=made-up").status_code == 200


def test_the_overview_counts_what_the_pages_list(asha: Actor, now: datetime, client_of: Callable[..., Client]) -> None:
    record_of("ai-systems", asha, now)
    client = client_of(asha)
    lines = client.get(reverse("crosswalk") + "?format=csv").content.decode().splitlines()
    names = {each.name: each.id for each in load_catalog().frameworks}
    assert len(lines) == 6
    for line in lines[1:]:
        name, total, answered, *_rest = line.split(",")
        page = client.get(reverse("crosswalk-framework", args=[names[name]])).content.decode()
        assert f"{answered} answered by evidence" in page
        assert int(total) == len(answerable(load_catalog(), names[name])) or names[name] == "eu_ai_act"
    assert client.get(reverse("crosswalk-framework", args=["iso14001"])).status_code == 404
