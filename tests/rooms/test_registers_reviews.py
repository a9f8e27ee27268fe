"""Management reviews: every input from live records, frozen with digests at the meeting, decisions followed up."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assay.accounts.access import Actor
from assay.core.canonical import digest
from assay.core.errors import Conflict, InvalidInput, NotPermitted
from assay.ledger.live import verify_live
from assay.ledger.services import integrate
from assay.registers.models import Record
from assay.registers.queries.reviewing import period_of, review_held, review_inputs
from assay.registers.queries.standing import held
from assay.registers.records.reviews import SECTIONS
from assay.registers.rules import problems
from assay.registers.services import record_create, record_move, record_update, review_fill
from tests.rooms.approving import approve
from tests.rooms.registers_material import record_of

MEETING = {"held_on": "2026-11-21", "attendees": "Asha, Ben"}


def planned(actor: Actor, now: datetime) -> Record:
    return record_create(actor=actor, register="reviews", title="Autumn review", now=now, owner=actor.person)


def section(record: Record, key: str) -> dict[str, Any]:
    return next(each for each in record.data["inputs"]["sections"] if each["key"] == key)


def held_review(actor: Actor, now: datetime, **data: Any) -> Record:
    record = record_update(record=planned(actor, now), actor=actor, now=now, data={**MEETING, **data})
    return record_move(record=record, to="held", actor=actor, now=now)


def test_records_that_no_input_tells_of_are_not_read(asha: Actor, now: datetime) -> None:
    told = [record_of(slug, asha, now) for slug in ("context-issues", "monitoring")]
    for slug in ("channels", "suppliers"):
        for _ in range(3):
            record_of(slug, asha, now)
    closed = record_of("risks", asha, now)
    Record.objects.filter(pk=closed.pk).update(state="closed")
    with CaptureQueriesContext(connection) as asked:
        found = review_held(asha.organization, today=now.date())
    assert len(asked) == 1
    assert {row.id for row in found.records} == {row.pk for row in told}
    everything = held(asha.organization, today=now.date())
    assert len(everything.records) > len(found.records)
    both = [review_inputs(asha.organization, each, period_of(each)) for each in (everything, found)]
    assert both[0] == both[1]


@pytest.mark.req("M-01")
def test_every_input_is_there_and_names_live_records_with_version_and_digest(
    asha: Actor, ben: Actor, now: datetime
) -> None:
    made = {
        "issues": record_of("context-issues", asha, now), "parties": record_of("interested-parties", asha, now),
        "nonconformities": record_of("nonconformities", asha, now), "monitoring": record_of("monitoring", asha, now),
        "objectives": record_of("objectives", asha, now),
    }  # fmt: skip
    audit = record_of("audits", asha, now, other=ben)
    made["audits"] = record_update(record=audit, actor=asha, now=now, data={"held_on": "2026-10-05"})
    made["opportunities"] = record_create(
        actor=asha, register="improvements", title="Faster", now=now, data={"idea": "Why not", "origin": "people"}
    )
    record = review_fill(record=planned(asha, now), actor=asha, now=now)
    assert [each["key"] for each in record.data["inputs"]["sections"]] == [key for key, _number, _title in SECTIONS]
    for key, row in made.items():
        lines = section(record, key)["lines"]
        assert [str(row.pk)] == [each["record"] for each in lines], key
        assert lines[0]["version"] == row.version
        assert lines[0]["digest"].startswith("sha256:")
        assert section(record, key)["sentence"].endswith(".")


def test_trends_compare_with_the_period_before(asha: Actor, ben: Actor, now: datetime) -> None:
    nature = {"source": "audit", "nature": "n", "requirement": ["control:A.6.2.4"]}
    for day in ("2025-03-01", "2026-02-01", "2026-03-01"):
        record_create(actor=asha, register="nonconformities", title="N", now=now, data={**nature, "found_on": day})
    measure = record_of("monitoring", asha, now)
    for value, day in (("4 %", "2026-08-01"), ("2 %", "2026-11-15")):
        measure = record_update(
            record=measure, actor=asha, now=now, data={"latest_value": value, "measured_on": day, "cadence": "monthly"}
        )
    record = review_fill(record=planned(asha, now), actor=asha, now=now)
    assert "2 in this period, 1 in the one before" in section(record, "nonconformities")["sentence"]
    words = section(record, "monitoring")["lines"][0]["words"]
    assert words.startswith("2 % on 2026-11-15")
    assert "Before: 4 % on 2026-08-01" in words


def test_the_period_begins_with_the_latest_approved_review(asha: Actor, ben: Actor, now: datetime) -> None:
    first = held_review(
        asha, now, held_on="2026-06-01", conclusion="Yes.", decisions=[{"decision": "Go on.", "kind": "noted"}]
    )
    record_move(record=first, to="approved", actor=ben, now=now)
    second = review_fill(record=planned(asha, now), actor=asha, now=now)
    assert second.data["inputs"]["since"] == "2026-06-01"


@pytest.mark.req("M-01", "L-14")
def test_the_meeting_freezes_what_it_saw_and_nothing_after_it_changes_that(
    asha: Actor, ben: Actor, now: datetime
) -> None:
    party = record_of("interested-parties", asha, now)
    record = held_review(asha, now)
    frozen = digest(record.data["inputs"])
    assert record.data["inputs_digest"] == frozen
    record_update(record=party, actor=ben, now=now, data={"needs": "Something else."})
    with pytest.raises(Conflict):
        review_fill(record=record, actor=asha, now=now)
    with pytest.raises(InvalidInput):
        record_update(record=record, actor=asha, now=now, data={"inputs": {}})
    record.refresh_from_db()
    assert digest(record.data["inputs"]) == frozen
    integrate(log=asha.log, now=now)
    assert verify_live().differences == ()


def test_a_meeting_without_day_and_people_is_not_held(asha: Actor, now: datetime) -> None:
    with pytest.raises(InvalidInput) as refused:
        record_move(record=planned(asha, now), to="held", actor=asha, now=now)
    assert set(refused.value.errors) == {"held_on", "attendees"}


@pytest.mark.req("M-01")
def test_decisions_become_actions_once_and_appear_in_the_next_review(asha: Actor, ben: Actor, now: datetime) -> None:
    decisions = [
        {"decision": "Measure weekly.", "kind": "improve", "who": str(ben.person.pk), "due_on": "2026-11-20"},
        {"decision": "We saw it.", "kind": "noted"},
    ]
    record = held_review(asha, now, decisions=decisions, conclusion="Suitable, adequate, effective.")
    with pytest.raises(NotPermitted):
        record_move(record=record, to="approved", actor=asha, now=now)
    record = record_move(record=record, to="approved", actor=ben, now=now)
    action = Record.objects.get(register="improvements")
    assert (action.title, action.owner, action.data["due_on"]) == ("Measure weekly.", ben.person, "2026-11-20")
    record = record_move(record=record, to="held", actor=asha, now=now)
    record_move(record=record, to="approved", actor=ben, now=now)
    assert Record.objects.filter(register="improvements").count() == 1
    following = review_fill(record=planned(asha, now), actor=asha, now=now + timedelta(days=30))
    assert section(following, "earlier")["sentence"] == "0 of 1 action are done, 1 overdue."


def test_the_rule_about_inputs_is_silent_on_a_held_review_and_finds_one_that_lacks_them(
    asha: Actor, now: datetime
) -> None:
    def said() -> set[str]:
        return {each.rule.id for each in problems(held(asha.organization, today=now.date()), group="reviews")}

    record = held_review(asha, now)
    assert "RV-01" not in said()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE registers_record SET data = '{}' WHERE id = %s",
            [record.pk.hex if connection.vendor == "sqlite" else record.pk],
        )
    assert "RV-01" in said()


def test_the_pages_lead_from_plan_to_approved_results(
    asha: Actor, ben: Actor, now: datetime, client_of: Callable[..., Client]
) -> None:
    record, client = planned(asha, now), client_of(asha)
    address = reverse("review", args=[record.pk])
    assert "its inputs are not read yet" in client.get(address).content.decode()
    client.post(reverse("review-fill", args=[record.pk]))
    assert "read and not frozen yet" in client.get(address).content.decode()
    client.post(reverse("review-hold", args=[record.pk]), MEETING)
    record.refresh_from_db()
    assert record.state == "held"
    sent = {
        **MEETING, "title": record.title, "conclusion": "Yes.", "decisions-0-decision": "Hire one more.", "decisions-0-who": str(ben.person.pk),
        "decisions-0-due_on": "2026-12-24", "version": str(record.version),
    }  # fmt: skip
    assert client.post(reverse("record-edit", args=[record.pk]), sent).status_code == 302
    approve(client_of(ben), ben, record)
    page = client.get(address).content.decode()
    assert "Improvement 1" in page
    assert "1 of 1 decisions still open" in page
