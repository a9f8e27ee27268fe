"""Pages read what they show and not every record of a register; what they leave unread changes nothing that they say."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from assay.accounts.access import Actor
from assay.assurance.models import FindingRow
from assay.registers.models import Record
from assay.registers.pages import home
from assay.registers.pages.soa import NAMED, WHOLE
from assay.registers.queries import ruled, soon
from assay.registers.queries.graph import around, web_of
from assay.registers.queries.soa import soa_rows, soa_suggestion
from assay.registers.queries.standing import held, held_around
from assay.registers.rules import RULES, problems
from assay.registers.services import evidence_add, record_create, record_retire
from assay.registers.services.measuring import system_measure
from assay.registers.services.soa import soa_decide, soa_open
from tests.rooms.registers_material import record_of

NEAR = (("One", ("control:A.6.2.8",)), ("Two", ("control:A.6.2.8", "control:A.2.2")), ("Three", ("control:A.2.2",)))


def risk(actor: Actor, now: datetime, title: str, *controls: str) -> Record:
    data = {
        "kind": "risk", "source": "model", "event": f"{title} happens.", "causes": "Drift", "consequence_text": "Harm",
        "likelihood": "3", "consequence": "3", "controls": list(controls),
    }  # fmt: skip
    return record_create(actor=actor, register="risks", title=title, data=data, now=now)


@pytest.mark.req("M-05")
def test_the_statement_page_reads_only_what_has_to_do_with_controls(
    asha: Actor, dora: Actor, now: datetime, client_of: Callable[..., Client]
) -> None:
    soa_open(actor=asha, now=now)
    naming, linked = risk(asha, now, "Leak", "control:A.6.2.8"), risk(asha, now, "Drift")
    unread, gone = risk(asha, now, "Flood"), risk(asha, now, "Gone", "control:A.6.2.8")
    record_retire(record=gone, actor=asha, now=now)
    foreign = risk(dora, now, "Foreign", "control:A.6.2.8")
    for control, links in (("A.6.2.4", {"risks": [f"record:{linked.pk}", f"record:{naming.pk}"]}), ("A.2.2", {})):
        soa_decide(
            actor=asha, control=control, now=now,
            data={"applies": "included", "justification": f"{control} is needed here.", "implementation": "done", **links},
        )  # fmt: skip
    today = now.date()
    evidence_add(
        actor=asha, record=naming, subject="", title="Log", kind="document", strength=2, source="x", digest="", now=now,
        collected_on=today,
    )  # fmt: skip
    whole = held(asha.organization, today=today)
    some = held(asha.organization, today=today, only=WHOLE, named=NAMED)
    read = {each.id for each in some.records if each.register == "risks"}
    assert read == {naming.pk, linked.pk}
    assert unread.pk in {each.id for each in whole.records}
    assert foreign.pk not in read
    assert problems(some, group="soa") == problems(whole, group="soa") != ()
    assert soa_rows(asha, some) == soa_rows(asha, whole)
    assert soa_suggestion(some, "A.6.2.8") == soa_suggestion(whole, "A.6.2.8") != ""
    assert client_of(asha).get(reverse("soa")).status_code == 200


def test_records_as_json_are_what_the_database_holds(
    asha: Actor, ben: Actor, now: datetime, client_of: Callable[..., Client]
) -> None:
    one = risk(asha, now, 'A “title” with "quotes" and a \\')
    other = record_of("objectives", asha, now)
    Record.objects.filter(pk=one.pk).update(
        owner=asha.person,
        deputy=ben.person,
        review_on=now.date(),
        updated_at=datetime(2026, 11, 21, 8, 0, 0, 120300, UTC),
    )
    Record.objects.filter(pk=other.pk).update(
        updated_at=datetime(2026, 11, 21, 8, 0, 5, tzinfo=UTC) + timedelta(days=1)
    )
    client = client_of(asha)
    for row in (Record.objects.get(pk=one.pk), Record.objects.get(pk=other.pk)):
        answer = client.get(reverse("register", args=[row.register]) + "?format=json").json()
        assert answer["register"] == row.register
        assert answer["records"] == [
            {
                "id": str(row.pk), "number": row.number, "title": row.title, "state": row.state,
                "owner": str(row.owner_id) if row.owner_id else None, "deputy": str(row.deputy_id) if row.deputy_id else None,
                "review_on": row.review_on.isoformat() if row.review_on else None, "version": row.version,
                "updated_at": row.updated_at.isoformat().replace("+00:00", "Z"), "retired": False, "data": row.data,
            }
        ]  # fmt: skip


@pytest.mark.req("V-05")
def test_where_more_is_due_than_is_read_the_page_says_so(
    asha: Actor, now: datetime, client_of: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in (5, 1, 3):
        row = record_of("objectives", asha, now, title=f"Due in {day}")
        Record.objects.filter(pk=row.pk).update(review_on=now.date() + timedelta(days=day))
    monkeypatch.setattr(soon, "MOST", 2)
    found, cut = soon.due_soon(asha.organization, today=now.date())
    assert "review" in cut
    assert [each.title for each in found if each.kind == "review"] == ["Due in 1", "Due in 3"]
    client = client_of(asha)
    for kind, told in (
        ("", "At least "),
        ("review", "At least 2 things"),
        ("evidence", "0 things"),
        ("reading", "0 things"),
    ):
        page = client.get(reverse("system-due"), {"days": "30", "kind": kind}).content.decode()
        assert told in page
        assert ("At least" in page) == (kind in ("", "review"))


@pytest.mark.req("V-05")
def test_of_much_evidence_that_runs_out_the_first_is_read_first(
    asha: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for days in (9, 2, 6, 4):
        row = risk(asha, now, f"Ends in {days}")
        Record.objects.filter(pk=row.pk).update(review_on=None)
        for more in (0, -1):
            evidence_add(
                actor=asha, record=row, subject="", title="Log", kind="document", strength=2, source="x", digest="", now=now,
                collected_on=now.date() - timedelta(days=30), expires_on=now.date() + timedelta(days=days + more),
            )  # fmt: skip
    monkeypatch.setattr(soon, "MOST", 2)
    found, cut = soon.due_soon(asha.organization, today=now.date())
    assert cut == {"evidence"}
    assert [each.title for each in found] == ["Ends in 2", "Ends in 4"]


def test_the_graph_around_a_record_reads_its_neighbourhood_and_draws_the_same(asha: Actor, now: datetime) -> None:
    one, two, three = (risk(asha, now, name, *controls) for name, controls in NEAR)
    far = risk(asha, now, "Unlinked")
    soa_open(actor=asha, now=now)
    soa_decide(
        actor=asha, control="A.6.2.4", now=now,
        data={"applies": "included", "justification": "Needed.", "risks": [f"record:{one.pk}"]},
    )  # fmt: skip
    whole = web_of(held(asha.organization, today=now.date()))
    for reach in (1, 2, 3):
        near = held_around(asha.organization, one.pk, today=now.date(), reach=reach)
        assert far.pk not in {each.id for each in near.records}
        drawn, expected = (around(web, f"record:{one.pk}", reach=reach) for web in (web_of(near), whole))
        assert [(thing.key, place) for thing, place in drawn.things] == [(t.key, place) for t, place in expected.things]
        assert {(e.source.key, e.field, e.target.key) for e in drawn.links} == {
            (e.source.key, e.field, e.target.key) for e in expected.links
        }
    read = {each.id for each in near.records}
    assert two.pk in read
    assert three.pk not in read, "it is four links away"


@pytest.mark.req("M-02")
def test_very_many_records_are_told_from_the_last_measurement(
    asha: Actor, chen: Actor, now: datetime, client_of: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    risk(asha, now, "Nobody owns it")
    address = reverse("system-rules")
    assert "things" in client_of(chen).get(address).content.decode()
    monkeypatch.setattr(ruled, "READ_NOW", 0)
    assert "No measurement of these" in client_of(asha).get(address).content.decode()
    system_measure(actor=asha, now=now)
    found = ruled.problems_measured(asha.organization, limit=300)
    now_found = {
        (p.rule.id, str(p.record.id) if p.record else "", p.words)
        for p in problems(held(asha.organization, today=now.date()))
    }
    assert found.first
    assert {(each.rule, each.record, each.words) for each in found.first} <= now_found
    page = client_of(asha).get(address).content.decode()
    assert found.whole
    assert (
        found.count
        == len(found.first)
        == len(now_found & {(each.rule, each.record, each.words) for each in found.first})
    )
    assert f"{found.count} findings stand since" in page
    assert "Measure now" in page
    assert "Measure now" not in client_of(chen).get(address).content.decode()


@pytest.mark.req("M-02")
def test_a_problem_of_many_places_counts_once_and_what_was_not_read_has_no_number(
    asha: Actor, now: datetime, client_of: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    for title in ("Nobody", "Nor here", "Nor there"):
        risk(asha, now, title)
    system_measure(actor=asha, now=now)
    monkeypatch.setattr(ruled, "READ_NOW", 0)
    whole = ruled.problems_measured(asha.organization, limit=300)
    rows = FindingRow.objects.filter(surface__organization=asha.organization, closed_at=None)
    assert rows.count() > whole.count > whole.errors > 0, "some problems matter in several places"
    assert whole.errors == sum(RULES[each.rule].severity == "error" for each in whole.first)
    client, address = client_of(asha), reverse("system-rules")
    page = client.get(address).content.decode()
    assert f"{whole.count} findings stand since" in page
    assert f"UTC, {whole.errors} of them errors." in page
    assert "more.</p>" not in page
    monkeypatch.setattr(home, "SHOWN", 2)
    part = ruled.problems_measured(asha.organization, limit=2)
    assert not part.whole
    assert 2 <= part.count <= 8
    page = client.get(address).content.decode()
    assert f"At least {part.count} findings stand since" in page
    assert f"UTC, at least {part.errors} of them errors." in page
    assert ("And more." if part.count > 2 else "There may be more.") in page
    monkeypatch.setattr(ruled, "READ_NOW", 5_000)
    many = len(problems(held(asha.organization, today=now.date())))
    assert f"And {many - 2} more.</p>" in client.get(address).content.decode()
