"""The example management system: whole, made through the services, with exactly the weak spots that it is meant to have."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.test import Client

from assay.accounts.access import Actor
from assay.accounts.models import Membership, Organization, Person, Role
from assay.accounts.services import organization_create, person_add
from assay.assurance.models import VerdictRow
from assay.catalog import load_catalog
from assay.core.errors import NotPermitted
from assay.ledger import queries as ledger
from assay.ledger.live import verify_live
from assay.ledger.services import integrate
from assay.registers.demo import ORGANIZATION, example_prepare, story
from assay.registers.demo.story import DATA, FILES
from assay.registers.models import Acknowledgement, Approval, Evidence, PublicVersion, Record, RecordVersion
from assay.registers.queries.home import home_page
from assay.registers.queries.reminders import due_list
from assay.registers.queries.soon import due_soon
from assay.registers.queries.standing import held
from assay.registers.queries.tally import stands, tally
from assay.registers.registry import registers
from assay.registers.rules import problems
from assay.registers.services import record_create

pytestmark = pytest.mark.django_db
INTENDED = {
    ("G-02", "data-resources"), ("G-02", "suppliers"), ("G-03", "improvements"), ("E-01", "suppliers"), ("E-03", "resources"),
    ("G-05", "context-issues"), ("MO-01", "monitoring"), ("OB-02", "objectives"), ("SOA-16", "soa"), ("SU-01", "suppliers"),
    ("TR-01", "treatments"),
}  # fmt: skip
GAPS = {"6.3-01": "no-evidence", "7.1-01": "claimed", "8.1-05": "no-evidence", "10.1-01": "draft"}
HAPPENED = frozenset(
    {
        "evaluated_on", "tested_on", "done_on", "held_on", "found_on", "effect_checked_on", "action_done_on", "decided_on",
        "measured_on", "announced_on",
    }
)  # fmt: skip
TOO_SHORT = "Logs of marks were kept for twelve days"
NOW = datetime.fromisoformat("2026-09-14T09:00:00+00:00")


@dataclass(frozen=True)
class Made:
    """The example in an organization, and what its log held when it was done."""

    actor: Actor
    size: int


@pytest.fixture(scope="module")
def made(kept: None) -> Made:
    home = organization_create(name=ORGANIZATION, origin="example.test", now=NOW, slug="example")
    person = person_add(
        organization=home, email="you@example.test", name="Owner", role=Role.OWNER.value, by=None, now=NOW
    )
    actor = Actor(person=person.person, organization=home, role=person.role)
    assert example_prepare(actor=actor, now=NOW)
    integrate(log=actor.log, now=NOW)
    return Made(actor, ledger.position(actor.log))


def rows(made: Made, slug: str) -> list[Record]:
    return list(Record.objects.filter(organization=made.actor.organization, register=slug))


@pytest.mark.req("M-01", "R18")
@pytest.mark.parametrize("slug", sorted(registers()))
def test_every_register_has_a_record(made: Made, slug: str) -> None:
    assert rows(made, slug)


def test_the_rules_find_exactly_the_weak_spots_that_are_meant(made: Made) -> None:
    found = problems(held(made.actor.organization, today=NOW.date()))
    assert {(each.rule.id, each.record.register if each.record else "") for each in found} == INTENDED
    assert len(found) == 12


def test_exactly_four_obligations_are_gaps_and_home_says_why(made: Made) -> None:
    found = stands(tally(made.actor.organization, today=NOW.date()))
    assert {each.number: each.gap for each in found if each.gap != "met"} == GAPS
    page = home_page(made.actor, now=NOW)
    assert page.lede == "Of the others, 1 has only drafts, 2 have no evidence and 1 is only claimed."
    assert {row.state for row in VerdictRow.objects.filter(surface__organization=made.actor.organization)} != {"pass"}


def test_all_38_controls_are_decided_and_the_second_statement_is_signed(made: Made) -> None:
    decisions = rows(made, "soa")
    assert {row.data["control"] for row in decisions} == {each.number for each in load_catalog().controls}
    assert all(row.state == "decided" and row.owner and row.deputy for row in decisions)
    assert [row.state for row in sorted(rows(made, "statements"), key=lambda row: row.number)] == [
        "superseded",
        "approved",
    ]


def test_no_control_is_left_out_that_the_example_needs(made: Made) -> None:
    """It has texts to retrieve and answers to test with, develops and uses systems, and buys from others."""
    decisions = {row.data["control"]: row for row in rows(made, "soa")}
    assert {row.data["applies"] for row in decisions.values()} == {"included"}
    assert {use for row in rows(made, "data-resources") for use in row.data["used_for"]} >= {"retrieval", "testing"}
    data = decisions["A.7.2"]
    assert (data.data["implementation"], data.data["due_on"] > NOW.date().isoformat()) == ("partly", True)


def test_logs_of_the_high_risk_system_are_kept_as_long_as_the_law_asks() -> None:
    """Regulation (EU) 2024/1689, Articles 19 and 26(6): six months at least. One nonconformity tells of less, and why it is one."""
    assert "AIA-19" in {each.number for each in load_catalog().items}
    said = [
        (name, sentence)
        for name in (*FILES, "soa")
        for text in re.findall(r'"([^"]*)"', (DATA / f"{name}.yaml").read_text(encoding="utf-8"))
        for sentence in re.split(r"[.;] ", text)
        if re.search(r"\blog(s|ged)\b", sentence, re.I) and re.search(r"\b(days?|weeks?|months?)\b", sentence)
    ]
    assert {name for name, _sentence in said} == {"evaluation", "systems", "soa"}
    assert [sentence for _name, sentence in said if "six months" not in sentence] == [TOO_SHORT]


@pytest.mark.req("M-12")
def test_nobody_approved_what_they_wrote(made: Made) -> None:
    signed = list(Approval.objects.filter(record__organization=made.actor.organization).select_related("record"))
    assert len(signed) > 25
    for approval in signed:
        before = [
            each.version for each in signed if each.record_id == approval.record_id and each.version < approval.version
        ]
        wrote = RecordVersion.objects.filter(
            record=approval.record,
            what__in=("created", "changed"),
            number__lt=approval.version,
            number__gt=max(before, default=0),
        )
        assert approval.by_id not in set(wrote.values_list("by_id", flat=True)), approval.record.title
        assert approval.words == "Part of the example."


def test_it_is_spread_over_months_and_nothing_lies_in_the_future(made: Made) -> None:
    times = list(
        RecordVersion.objects.filter(record__organization=made.actor.organization).values_list("at", flat=True)
    )
    assert max(times) <= NOW
    assert max(times) - min(times) > timedelta(days=280)
    assert len({each.date() for each in times}) > 60
    assert not Evidence.objects.filter(organization=made.actor.organization, collected_on__gt=NOW.date()).exists()
    assert not Record.objects.filter(organization=made.actor.organization, created_at__gt=NOW).exists()


def test_no_version_of_a_record_knows_what_had_not_happened_yet(made: Made) -> None:
    past = {
        each.slug: [f.key for f in each.fields if f.kind == "date" and f.key in HAPPENED]
        for each in registers().values()
    }
    found = RecordVersion.objects.filter(record__organization=made.actor.organization).select_related("record")
    early = [
        (row.record.title, key, row.data[key], row.at.date())
        for row in found
        for key in past[row.record.register]
        if row.data.get(key) and row.data[key] > row.at.date().isoformat()
    ]
    assert early == []


def test_one_owner_has_left_one_assessment_was_reopened_and_one_waits_for_you(made: Made) -> None:
    gone = Membership.objects.get(organization=made.actor.organization, ended_at__isnull=False)
    assert Record.objects.filter(organization=made.actor.organization, owner=gone.person).count() == 2
    assert sorted(row.state for row in rows(made, "impacts")) == ["approved", "reopened", "review"]
    waiting = next(row for row in rows(made, "impacts") if row.state == "review")
    assert waiting.data["approver"] == str(made.actor.person.pk)
    assert PublicVersion.objects.filter(record__organization=made.actor.organization).count() == 1
    assert Acknowledgement.objects.filter(record__organization=made.actor.organization).count() == 8


def test_what_is_due_in_a_year_is_what_reading_everything_finds(made: Made) -> None:
    home, today = made.actor.organization, NOW.date()
    found, cut = due_soon(home, today=today, days=365)
    assert (list(found), cut) == (list(due_list(home, held(home, today=today), days=365)), frozenset())
    assert "Renew “Signed Statement of Applicability, version 2”, its last evidence." in {each.words for each in found}


def test_a_second_start_changes_nothing_and_the_log_attests_every_row(made: Made) -> None:
    assert not example_prepare(actor=made.actor, now=NOW + timedelta(days=1))
    assert (ledger.position(made.actor.log), ledger.pending_count(made.actor.log)) == (made.size, 0)
    assert verify_live().differences == ()


def test_home_says_that_it_is_an_example(made: Made, client_of: Callable[[Actor | None], Client]) -> None:
    text = client_of(made.actor).get("/system").content.decode()
    assert "This is an example. Fairlead Learning and everybody in it are invented" in text


def test_who_has_begun_a_system_of_their_own_keeps_it(asha: Actor, organization: Organization, now: datetime) -> None:
    asha.organization.name = ORGANIZATION
    record_create(
        actor=asha,
        register="resources",
        title="A desk",
        now=now,
        data={"kind": "tools", "need": "To write on.", "there": "yes"},
    )
    assert not example_prepare(actor=asha, now=now)
    assert Record.objects.filter(organization=organization).count() == 1
    assert not Person.objects.filter(
        email__endswith="@fairlead.example", memberships__organization=organization
    ).exists()


def test_it_is_not_put_into_an_organization_of_ones_own_even_an_empty_one(
    asha: Actor, organization: Organization, now: datetime
) -> None:
    assert not example_prepare(actor=asha, now=now)
    assert not Record.objects.filter(organization=organization).exists()
    assert not VerdictRow.objects.filter(surface__organization=organization).exists()
    assert not Membership.objects.filter(
        organization=organization, person__email__endswith="@fairlead.example"
    ).exists()


def test_who_may_not_administer_cannot_make_it(ben: Actor, now: datetime) -> None:
    with pytest.raises(NotPermitted):
        example_prepare(actor=ben, now=now)


def test_every_person_record_and_link_that_the_data_names_is_in_it() -> None:
    told = story()
    refs = [each.ref for each in told.records]
    assert len(refs) == len(set(refs))
    people = {*told.people, "you"}
    assert {each.by for each in told.records} | {step.by for each in told.records for step in each.steps} <= people
    assert {each.deputy for each in told.people.values()} <= set(told.people)
