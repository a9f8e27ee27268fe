"""Counting by the database says what reading every record would say, and does not grow with the number of records."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.accounts.access import Actor
from assay.registers.models import Record
from assay.registers.queries.standing import Held, held, pieces_for, records_for
from assay.registers.queries.tally import control_stands, stands, tally, tally_of
from assay.registers.registry import registers
from assay.registers.rules.example import clean_example
from assay.registers.services import evidence_add, record_retire
from assay.registers.services.soa import soa_decide, soa_open
from tests.families import by_turns
from tests.rooms.registers_material import record_of

TODAY = date(2026, 11, 21)
PAGES = ("system", "obligations", "crosswalk")


def one_by_one(found: Held, kind: str, number: str) -> tuple[int, int, int, int, date | None]:
    """Records, records in force, fresh pieces, best strength and oldest day of one requirement, by looking at each."""
    rows = records_for(found, number)
    settled = [row for row in rows if row.state in registers()[row.register].settled]
    fresh = [piece for piece in pieces_for(found, rows, f"{kind}:{number}") if piece.fresh(found.today)]
    return (
        len(rows), len(settled), len(fresh), max((each.strength for each in fresh), default=0),
        min((each.collected_on for each in fresh), default=None),
    )  # fmt: skip


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.sets(st.integers(0, 150)), st.sets(st.integers(0, 150)), st.integers(-400, 400), st.data())
def test_a_tally_says_what_looking_at_each_record_says(
    no_record: set[int], no_piece: set[int], days: int, data: st.DataObject
) -> None:
    whole = clean_example(TODAY)
    records = []
    for place, row in enumerate(whole.records):
        if place in no_record:
            continue
        state = row.state
        if data.draw(st.integers(0, 9)) == 0:
            state = data.draw(st.sampled_from([each.name for each in registers()[row.register].states]))
        answers = {"answers": "DI-07"} if row.register == "documents" else {}
        records.append(replace(row, state=state, data={**row.data, **answers}))
    evidence = tuple(each for place, each in enumerate(whole.evidence) if place not in no_piece)
    found = Held(TODAY + timedelta(days=days), tuple(records), evidence, whole.approved, whole.members)
    for each in (*stands(tally_of(found)), *control_stands(tally_of(found))):
        told = (each.records, each.settled, each.evidence, each.strength, each.oldest)
        assert told == one_by_one(found, each.kind, each.number), each.number


@pytest.fixture
def system(asha: Actor, ben: Actor, now: datetime) -> Actor:
    """Records of every register, a decided row, evidence of all kinds, fresh and expired, some of it withdrawn."""
    for slug, register in registers().items():
        if not register.fixed:
            record_of(slug, asha, now, title=f"One {slug}", other=ben)
    soa_open(actor=asha, now=now)
    soa_decide(
        actor=asha, control="A.10.4", now=now, data={"applies": "excluded", "justification": "Nobody outside gets any of it."}
    )  # fmt: skip
    today = now.date()
    for place, row in enumerate(Record.objects.order_by("register", "number")):
        old = place % 3 == 0
        evidence_add(
            actor=asha, record=None if place % 4 == 0 else row, now=now, title=f"Log {place}", kind="log", strength=1 + place % 4,
            collected_on=today - timedelta(days=40 + place), expires_on=today + timedelta(days=-1 if old else 30),
            source=f"store/{place}", digest=f"sha256:{place:064x}", subject="obligation:4.1-01" if place % 4 == 0 else "",
        )  # fmt: skip
    gone = Record.objects.filter(register="suppliers").get()
    record_retire(record=gone, actor=asha, now=now)
    return asha


@pytest.mark.req("M-01")
def test_the_database_counts_what_is_held(system: Actor, now: datetime) -> None:
    counted = tally(system.organization, today=now.date())
    read = tally_of(held(system.organization, today=now.date()))
    assert counted.excluded == {"A.10.4"}
    assert counted.subjects["obligation:4.1-01"].pieces > 3
    assert {**counted.records} == {**read.records}
    assert (counted.under, counted.subjects, counted.answering, counted.excluded) == (
        read.under, read.subjects, read.answering, read.excluded,
    )  # fmt: skip


@pytest.mark.parametrize("page", by_turns(PAGES, 3))
def test_pages_over_all_records_take_as_many_statements_for_many_as_for_few(
    page: str, system: Actor, now: datetime, client_of: Callable[..., Client]
) -> None:
    client = client_of(system)
    client.get(reverse(page))

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse(page)).status_code == 200
        assert not [each for each in captured.captured_queries if '"search_text"' in each["sql"]]
        return len(captured)

    few = statements()
    pattern = Record.objects.filter(register="risks").first()
    assert pattern is not None
    Record.objects.bulk_create(
        Record(
            organization=system.organization, register="risks", number=1000 + n, title=f"Risk {n}", state="identified",
            data=pattern.data, author=system.person, review_on=now.date(), created_at=now, updated_at=now,
        )
        for n in range(300)
    )  # fmt: skip
    assert statements() == few <= 22


@pytest.mark.slow
def test_the_home_says_who_must_act_and_what_comes_next(
    system: Actor, ben: Actor, now: datetime, client_of: Callable[..., Client]
) -> None:
    late = timezone.now().date() - timedelta(days=3)
    assert Record.objects.filter(register="objectives").update(owner=ben.person, review_on=late) == 1
    assert Record.objects.filter(register="channels").update(owner=None) == 1
    text = client_of(system).get(reverse("system")).content.decode()
    assert f'{ben.person.name} <span class="soft num">1 overdue, 0 within a month' in text
    assert "One objectives" in text
    assert "Nobody (no owner, or one who left)" in text
    assert "Decide on 37 controls" in text
