"""Documents are read by those they concern, what is due is listed for page and command, badges feed competence, and the
system is judged every day."""

import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from assay.accounts.access import Actor
from assay.accounts.services import membership_end, person_add
from assay.core.canonical import text_digest
from assay.core.errors import Conflict, NotFound
from assay.jobs import worker
from assay.jobs.models import Job, Schedule
from assay.jobs.registry import Work
from assay.ledger.live import verify_live
from assay.ledger.services import integrate
from assay.registers.jobs import EVERY, KEY, MEASURE, actor_for, measure_daily
from assay.registers.models import Acknowledgement, Evidence, Record
from assay.registers.queries.reading import late_readings, reading_list
from assay.registers.queries.reminders import Due, due_list
from assay.registers.queries.soon import due_soon
from assay.registers.queries.standing import held
from assay.registers.queries.verdicts import cell_verdicts
from assay.registers.services import (
    competence_earned,
    competence_withdrawn,
    document_acknowledge,
    evidence_add,
    evidence_retire,
    record_move,
    record_update,
)
from assay.registers.services.measuring import system_measure
from assay.registers.services.soa import soa_open, statement_issue
from tests.rooms.registers_material import record_of

BADGE = text_digest("a badge")
DIGEST = "sha256:" + "cd" * 32


def in_force(asha: Actor, ben: Actor, now: datetime, **data: Any) -> Record:
    """A document that has to be read, written by Asha and approved by Ben."""
    record = record_of("documents", asha, now)
    record = record_update(record=record, actor=asha, now=now, data={"acknowledge": True, **data})
    return record_move(
        record=record_move(record=record, to="review", actor=asha, now=now), to="approved", actor=ben, now=now
    )


def due_of(actor: Actor, today: date, **rest: Any) -> list[Due]:
    """What is due, asked of the database: the same as from everything that the organization holds."""
    found, cut = due_soon(actor.organization, today=today, **rest)
    assert not cut
    assert found == due_list(actor.organization, held(actor.organization, today=today), **rest)
    return list(found)


@pytest.mark.req("M-01", "V-05")
def test_everybody_reads_what_names_no_audience_and_who_has_not_is_late_after_its_days(
    asha: Actor, ben: Actor, chen: Actor, now: datetime
) -> None:
    record = in_force(asha, ben, now, read_within=7)
    (document,) = reading_list(asha.organization)
    assert {each.name for each in document.readings} == {"Asha", "Ben", "Chen"}
    document_acknowledge(record=record, actor=chen, now=now)
    assert late_readings(asha.organization, now.date() + timedelta(days=7)) == ()
    late = late_readings(asha.organization, now.date() + timedelta(days=8))
    assert [each.name for each in late] == ["Asha", "Ben"]
    integrate(log=asha.log, now=now)
    assert verify_live().differences == ()


@pytest.mark.parametrize(
    ("readers", "expected"),
    [(["auditor"], {"Chen"}), (["owner", "auditor"], {"Asha", "Chen"}), (["everybody"], {"Asha", "Ben", "Chen"})],
)
def test_the_audience_is_who_is_named(
    readers: list[str], expected: set[str], asha: Actor, ben: Actor, chen: Actor, now: datetime
) -> None:
    in_force(asha, ben, now, readers=readers)
    (document,) = reading_list(asha.organization)
    assert {each.name for each in document.readings} == expected


def test_holders_of_a_role_and_their_deputies_are_its_audience(
    asha: Actor, ben: Actor, chen: Actor, now: datetime
) -> None:
    role = record_update(
        record=record_of("roles", asha, now), actor=asha, now=now, owner=ben.person, deputy=chen.person
    )
    in_force(asha, ben, now, reader_roles=[f"record:{role.pk}"])
    (document,) = reading_list(asha.organization)
    assert {each.name for each in document.readings} == {"Ben", "Chen"}


def test_a_new_version_has_to_be_read_anew_and_a_draft_by_nobody(asha: Actor, ben: Actor, now: datetime) -> None:
    record = in_force(asha, ben, now)
    document_acknowledge(record=record, actor=asha, now=now)
    assert document_acknowledge(record=record, actor=asha, now=now).pk == Acknowledgement.objects.get().pk
    record = record_update(record=record, actor=asha, now=now, data={"edition": "2"})
    assert reading_list(asha.organization) == ()
    with pytest.raises(Conflict):
        document_acknowledge(record=record, actor=ben, now=now)
    record = record_move(
        record=record_move(record=record, to="review", actor=asha, now=now), to="approved", actor=ben, now=now
    )
    (document,) = reading_list(asha.organization)
    assert {each.name: each.at for each in document.readings} == {"Asha": None, "Ben": None}


def test_an_outsider_acknowledges_nothing(asha: Actor, ben: Actor, dora: Actor, now: datetime) -> None:
    with pytest.raises(NotFound):
        document_acknowledge(record=in_force(asha, ben, now), actor=dora, now=now)


def test_the_page_lists_what_waits_and_takes_the_word_of_an_auditor_too(
    asha: Actor, ben: Actor, chen: Actor, now: datetime, client_of: Callable[..., Client]
) -> None:
    record = in_force(asha, ben, now)
    client = client_of(chen)
    assert "1 document waits for you to read" in client.get(reverse("system-reading")).content.decode()
    client.post(reverse("document-acknowledge", args=[record.pk]))
    assert "You have read everything" in client.get(reverse("system-reading")).content.decode()
    assert "1 of 3 have read it" in client_of(asha).get(reverse("system-reading")).content.decode()


@pytest.mark.req("V-05")
def test_reviews_dates_evidence_and_readings_are_due_late_ones_first(asha: Actor, ben: Actor, now: datetime) -> None:
    today = now.date()
    role = record_update(
        record=record_of("roles", asha, now),
        actor=asha,
        now=now,
        review_on=today - timedelta(days=1),
        deputy=ben.person,
    )
    evidence_add(
        actor=asha, record=role, title="Letter", kind="document", strength=2, source="archive",
        collected_on=today - timedelta(days=360), expires_on=today + timedelta(days=5), now=now,
    )  # fmt: skip
    record_update(
        record=record_of("treatments", asha, now),
        actor=asha,
        now=now,
        data={"due_on": (today + timedelta(days=3)).isoformat()},
    )
    in_force(asha, ben, now, read_within=10)
    kinds = [(each.kind, each.late) for each in due_of(asha, today)]
    assert kinds == [("review", True), ("date", False), ("evidence", False), ("reading", False), ("reading", False)]
    assert {each.kind for each in due_of(asha, today, person=ben.person.pk)} == {"review", "evidence", "reading"}
    fresh = evidence_add(
        actor=asha, record=role, title="New letter", kind="document", strength=2, source="archive", collected_on=today, now=now
    )  # fmt: skip
    assert "evidence" not in {each.kind for each in due_of(asha, today)}
    evidence_retire(evidence=fresh, actor=asha, now=now)
    assert "evidence" in {each.kind for each in due_of(asha, today)}


@pytest.mark.req("V-05")
def test_evidence_of_a_signed_statement_runs_out_too_and_its_review_is_nobody_s(
    asha: Actor, ben: Actor, now: datetime, client_of: Callable[..., Client]
) -> None:
    soa_open(actor=asha, now=now)
    for row in Record.objects.filter(organization=asha.organization, register="soa"):
        data = {
            "applies": "excluded",
            "justification": f"{row.title} has no place in what we do.",
            "reasons": ["policy"],
        }
        Record.objects.filter(pk=row.pk).update(state="decided", data={**row.data, **data})
    row = record_move(record=statement_issue(actor=asha, note="", now=now), to="approved", actor=ben, now=now)
    Record.objects.filter(pk=row.pk).update(review_on=now.date())
    evidence_add(
        actor=asha, record=row, title="Signed Statement", kind="document", strength=2, source="archive",
        collected_on=now.date(), expires_on=now.date() + timedelta(days=20), now=now,
    )  # fmt: skip
    due = due_of(asha, now.date())
    assert [(each.kind, each.words) for each in due] == [("evidence", "Renew “Signed Statement”, its last evidence.")]
    assert "Renew “Signed Statement”" in client_of(asha).get(reverse("system-due")).content.decode()
    Record.objects.filter(pk=row.pk).update(state="superseded")
    assert due_of(asha, now.date()) == []


def test_who_joins_again_has_the_full_time(asha: Actor, ben: Actor, chen: Actor, now: datetime) -> None:
    record = in_force(asha, ben, now, read_within=7)
    for person in (asha, ben):
        document_acknowledge(record=record, actor=person, now=now)
    member = chen.person.memberships.get()
    back = now + timedelta(days=30)
    membership_end(membership=member, by=asha, now=now + timedelta(days=2))
    person_add(organization=asha.organization, email=chen.person.email, name="Chen", role="auditor", by=asha, now=back)
    integrate(log=asha.log, now=back)
    (document,) = reading_list(asha.organization)
    assert {each.name: each.due for each in document.readings}["Chen"] == back.date() + timedelta(days=7)
    assert late_readings(asha.organization, back.date() + timedelta(days=7)) == ()
    assert [each.name for each in late_readings(asha.organization, back.date() + timedelta(days=8))] == ["Chen"]


def test_what_is_closed_or_retired_is_not_due(asha: Actor, now: datetime) -> None:
    record = record_of("improvements", asha, now)
    record = record_update(record=record, actor=asha, now=now, data={"due_on": "2026-01-01", "result": "r"})
    assert [each.words for each in due_of(asha, now.date())] == ["Finish it."]
    record = record_move(
        record=record_move(record=record, to="active", actor=asha, now=now), to="done", actor=asha, now=now
    )
    assert due_of(asha, now.date(), days=3650) == []


def test_the_page_of_what_is_due_filters_by_person_kind_and_time(
    asha: Actor, ben: Actor, now: datetime, client_of: Callable[..., Client]
) -> None:
    record_update(
        record=record_of("roles", asha, now), actor=asha, now=now, review_on=date(2020, 1, 1), owner=ben.person
    )
    client = client_of(asha)
    assert "1 things are due within a month; 1 of them is late." in client.get(reverse("system-due")).content.decode()
    assert "0 things wait for you" in client.get(reverse("system-due") + "?who=mine").content.decode()
    assert "0 things are due" in client.get(reverse("system-due") + "?kind=evidence&days=7").content.decode()


@pytest.mark.req("M-01")
def test_a_badge_makes_competence_with_evidence_and_renews_it(asha: Actor, ben: Actor, now: datetime) -> None:
    earned = {
        "actor": asha,
        "email": ben.person.email,
        "title": "Lead Auditor",
        "programme": "lead-auditor",
        "issuer": "did:key:z",
        "score": 86,
    }
    record = competence_earned(badge=BADGE, now=now, **earned)  # type: ignore[arg-type]
    assert record is not None
    assert (record.state, record.data["person"], record.data["valid_until"]) == (
        "current",
        str(ben.person.pk),
        "2028-11-20",
    )
    assert Evidence.objects.get(record=record).strength == 3
    later = now + timedelta(days=400)
    again = competence_earned(badge=text_digest("another"), now=later, **earned)  # type: ignore[arg-type]
    assert again is not None
    assert (again.pk, again.data["valid_until"]) == (record.pk, "2029-12-25")
    assert Evidence.objects.filter(record=record).count() == 2
    assert competence_earned(badge=BADGE, now=now, **{**earned, "email": "else@where.example"}) is None  # type: ignore[arg-type]
    integrate(log=asha.log, now=now)
    assert verify_live().differences == ()


def test_a_badge_taken_back_leaves_a_gap_unless_something_else_shows_the_competence(
    asha: Actor, ben: Actor, now: datetime
) -> None:
    earned = {
        "actor": asha,
        "email": ben.person.email,
        "title": "Lead Auditor",
        "programme": "lead-auditor",
        "issuer": "i",
        "score": 86,
    }
    record = competence_earned(badge=BADGE, now=now, **earned)  # type: ignore[arg-type]
    competence_earned(badge=text_digest("second"), now=now, **earned)  # type: ignore[arg-type]
    assert record is not None
    assert competence_withdrawn(actor=asha, badge=BADGE, why="Given in error.", now=now) == 1
    record.refresh_from_db()
    assert record.data["gained_by"] == "training"
    assert competence_withdrawn(actor=asha, badge=text_digest("second"), why="Given in error.", now=now) == 1
    record.refresh_from_db()
    assert (record.data["gained_by"], "valid_until" in record.data) == ("gap", False)
    assert competence_withdrawn(actor=asha, badge=BADGE, why="Again.", now=now) == 0


def test_a_badge_closes_the_gap_of_its_programme(asha: Actor, ben: Actor, now: datetime) -> None:
    gap = record_update(
        record=record_of("competence", asha, now), actor=asha, now=now,
        data={"person": str(ben.person.pk), "gained_by": "gap", "programme": "lead-auditor", "gap_action": "Send him."},
    )  # fmt: skip
    earned = competence_earned(
        actor=asha, email=ben.person.email, title="Lead Auditor", programme="lead-auditor", badge=BADGE, issuer="i", score=90, now=now
    )  # fmt: skip
    assert earned is not None
    assert (earned.pk, earned.data["gained_by"]) == (gap.pk, "training")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_system_is_judged_every_day_so_that_no_verdict_runs_out(
    asha: Actor, ben: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    record_update(
        record=record_of("context-issues", asha, now), actor=asha, now=now, deputy=ben.person, data={"topic": "climate"}
    )
    for _again in range(2):
        measure_daily(actor=asha, now=now)
    schedule = Schedule.objects.get(kind=MEASURE, key=KEY)
    assert schedule.next_at == now + EVERY
    clock = [now + EVERY + timedelta(minutes=1)]
    monkeypatch.setattr("assay.registers.jobs._now", lambda: clock[0])
    assert worker.run(stop=threading.Event(), until_idle=True, clock=lambda: clock[0]) == 1
    assert Job.objects.get(kind=MEASURE).state == "done"
    for day in range(2, 16):
        clock[0] = now + EVERY * day + timedelta(hours=day % 5)
        worker.run(stop=threading.Event(), until_idle=True, clock=lambda: clock[0])
        words = {each.word for each in cell_verdicts(asha, "obligations", now=clock[0]).values()}
        assert words == {"absent", "unproven"}
    left_alone = cell_verdicts(asha, "obligations", now=clock[0] + timedelta(days=8))
    assert {each.word for each in left_alone.values()} == {"absent", "stale"}


@pytest.mark.django_db(transaction=True)
def test_the_obligations_page_says_the_verdict_of_each(
    asha: Actor, ben: Actor, now: datetime, client_of: Callable[..., Client]
) -> None:
    client = client_of(asha)
    assert "nothing was measured yet" in client.get(reverse("obligations")).content.decode()
    record = record_of("context-issues", asha, now)
    record_update(record=record, actor=asha, now=now, deputy=ben.person, data={"topic": "climate"})
    record = record_move(record=record, to="current", actor=asha, now=now)
    system_measure(actor=asha, now=now)
    assert cell_verdicts(asha, "obligations", now=now)["obligation:4.1-01"].word == "unproven"
    evidence_add(
        actor=asha, record=record, title="M", kind="minutes", strength=3, source="a", digest=DIGEST, collected_on=now.date(), now=now
    )  # fmt: skip
    system_measure(actor=asha, now=now)
    found = cell_verdicts(asha, "obligations", now=now)
    assert (found["obligation:4.1-01"].word, found["obligation:5.2-01"].word) == ("clean", "absent")
    assert cell_verdicts(asha, "obligations", now=now + timedelta(days=8))["obligation:4.1-01"].word == "stale"
    record_update(record=record, actor=asha, now=now, deputy=None)
    system_measure(actor=asha, now=now)
    assert cell_verdicts(asha, "obligations", now=now)["obligation:4.1-01"].word == "defect"
    page = client.get(reverse("obligations")).content.decode()
    assert "1 open defect" in page


def test_a_measurement_goes_on_when_who_asked_for_it_has_left(asha: Actor, ben: Actor, now: datetime) -> None:
    ben.person.memberships.update(ended_at=now)
    work = Work(uuid4(), asha.organization.pk, MEASURE, KEY, {"person": str(ben.person.pk)})
    assert actor_for(work).person == asha.person
