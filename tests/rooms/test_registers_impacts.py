"""The guided impact assessment: saved at every step, four eyes, reopened by what happens, published without anything private."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assay.accounts.access import Actor
from assay.core.errors import Conflict, InvalidInput, NotPermitted
from assay.ledger.live import verify_live
from assay.ledger.services import integrate
from assay.registers.models import PublicVersion, Record
from assay.registers.queries.impacts import impact_page, steps_of
from assay.registers.records.impacts.rules import derive
from assay.registers.registry import register_of
from assay.registers.services import (
    impact_begin,
    impacts_reopen_due,
    record_create,
    record_move,
    record_publish,
    record_unpublish,
    record_update,
)
from tests.rooms.approving import approve
from tests.rooms.registers_material import data_of, posted, record_of

SECRET = "Confidential supplier terms"
CALM = {"severity": 2, "scale": 2, "likelihood": 2, "reversibility": "easily"}
SOCIETY = {f"society_{key}": value for key, value in CALM.items()}


def approved(asha: Actor, ben: Actor, now: datetime, **data: Any) -> Record:
    """An approved assessment of a system, written by Asha and signed by Ben."""
    texts = {
        "summary": "The tutor can be wrong. Ask a teacher.", "benefits": "Learners get answers at night.",
        "individuals": f"{SECRET}: marks may be wrong.", "remedies": "Ask at help@halvorsen.example.", "public": True,
    }  # fmt: skip
    record_update(
        record=record_of("channels", asha, now), actor=asha, now=now, data={"address": "help@halvorsen.example"}
    )
    record = record_of("impacts", asha, now, other=ben)
    record = record_update(record=record, actor=asha, now=now, data={**texts, **data})
    record = record_move(record=record, to="review", actor=asha, now=now)
    return record_move(record=record, to="approved", actor=ben, now=now)


@pytest.mark.req("M-04")
def test_the_rating_is_the_worse_of_individuals_and_societies() -> None:
    assert derive({**CALM, **SOCIETY})["rating"] == "low"
    assert (
        derive({**CALM, **SOCIETY, "society_severity": 5, "society_reversibility": "never"})["rating"] == "unacceptable"
    )
    assert derive({**SOCIETY, **CALM, "severity": 5})["rating"] == "high"
    assert derive(CALM) == {}


@pytest.mark.req("M-04", "V-05")
def test_a_walk_through_all_steps_in_pages_saves_each_and_ends_approved_by_the_named_person(
    asha: Actor, ben: Actor, now: datetime, client_of: Callable[..., Client]
) -> None:
    system = record_of("ai-systems", asha, now)
    record_update(record=system, actor=asha, now=now, data={"tier": "high"})
    client = client_of(asha)
    begun = client.post(reverse("impact-new"), {"system": str(system.pk)})
    record = Record.objects.get(register="impacts")
    assert begun["Location"] == reverse("impact-step", args=[record.pk, "system"])
    whole = data_of(register_of("impacts"), asha, now) | {"approver": str(ben.person.pk)}
    steps = steps_of(asha, record)
    assert len(steps) == 8
    address = begun["Location"]
    for place, step in enumerate(steps):
        assert f"Step {place + 1} of 8" in client.get(address).content.decode()
        sent = posted({key: whole[key] for key in step.fields if key in whole})
        if step.name == "system":
            sent |= {"title": "Impact of the tutor", "systems": f"record:{system.pk}"}
        answer = client.post(address, {**sent, "owner": str(asha.person.pk), "deputy": str(ben.person.pk)})
        assert answer.status_code == 302, answer.content.decode()[:2000]
        address = answer["Location"]
    record.refresh_from_db()
    assert address == reverse("impact", args=[record.pk])
    assert impact_page(asha, record).open == 0
    client.post(reverse("record-move", args=[record.pk]), {"to": "review"})
    page = client.get(address).content.decode()
    assert "another person has to approve it" in page
    approve(client_of(ben), ben, record, words="Read.")
    record.refresh_from_db()
    assert record.state == "approved"
    integrate(log=asha.log, now=now)
    assert verify_live().differences == ()


def test_a_low_tier_takes_four_steps_and_leaving_half_way_loses_nothing(
    asha: Actor, now: datetime, client_of: Callable[..., Client]
) -> None:
    system = record_of("ai-systems", asha, now)
    assert system.data["tier"] == "low"
    record = impact_begin(actor=asha, system=system, now=now)
    assert [each.name for each in steps_of(asha, record)] == ["system", "effects", "measures", "watch"]
    address = reverse("impact-step", args=[record.pk, "effects"])
    answer = client_of(asha).post(address, {"individuals": "Half a thought", "go": "stop"})
    assert answer["Location"] == reverse("impact", args=[record.pk])
    record.refresh_from_db()
    assert record.data["individuals"] == "Half a thought"
    page = impact_page(asha, record)
    assert page.open > 0
    assert "missing before it can be reviewed" in page.sentence
    with pytest.raises(InvalidInput):
        record_move(record=record, to="review", actor=asha, now=now)


@pytest.mark.req("L-14")
def test_only_the_person_named_approves_as_long_as_they_are_here(
    asha: Actor, ben: Actor, chen: Actor, now: datetime
) -> None:
    record = record_of("impacts", ben, now, other=chen)
    record = record_move(record=record, to="review", actor=ben, now=now)
    with pytest.raises(NotPermitted) as refused:
        record_move(record=record, to="approved", actor=asha, now=now)
    assert "Chen" in str(refused.value)
    chen.person.memberships.update(ended_at=now)
    assert record_move(record=record, to="approved", actor=asha, now=now).state == "approved"


@pytest.mark.req("M-04")
@pytest.mark.parametrize("cause", ["system", "incident", "change", "criteria", "date"])
def test_each_trigger_reopens_an_approved_assessment_and_says_why(
    cause: str, asha: Actor, ben: Actor, now: datetime
) -> None:
    record = approved(asha, ben, now, triggers=[cause])
    other = approved(asha, ben, now, triggers=["date" if cause == "system" else "system"])
    system = Record.objects.get(register="ai-systems", pk=record.data["systems"][0][7:])
    later = now
    if cause == "system":
        record_update(record=system, actor=ben, now=now, data={"oversight": "Another person."})
        record.refresh_from_db()
        assert record.state == "approved", "oversight is no reason to look again"
        record_update(record=system, actor=ben, now=now, data={"purpose": "Another purpose."})
    elif cause == "incident":
        data = {"source": "incident", "nature": "n", "requirement": ["control:A.6.2.4"], "found_on": "2026-11-01"}
        record_create(
            actor=ben,
            register="nonconformities",
            title="It failed",
            now=now,
            data={**data, "systems": record.data["systems"]},
        )
    elif cause == "change":
        change = record_of("changes", asha, now)
        change = record_update(record=change, actor=asha, now=now, data={"reopens": [f"record:{record.pk}"]})
        record_move(record=change, to="approved", actor=ben, now=now)
    elif cause == "criteria":
        method = record_move(record=record_of("impact-criteria", asha, now), to="review", actor=asha, now=now)
        record_move(record=method, to="approved", actor=ben, now=now)
    else:
        later = now + timedelta(days=181)
        assert impacts_reopen_due(actor=asha, now=now) == 0
        assert impacts_reopen_due(actor=asha, now=later) == 1
    record.refresh_from_db()
    other.refresh_from_db()
    assert (record.state, other.state) == ("reopened", "approved")
    assert record.versions.order_by("-number")[0].words.startswith("Reopened by itself: ")


def test_nothing_is_public_before_it_is_published_and_then_only_public_fields(
    asha: Actor, ben: Actor, dora: Actor, now: datetime, client_of: Callable[..., Client]
) -> None:
    record = approved(asha, ben, now)
    assert client_of(None).get(reverse("public-impact", args=[str(record.pk)])).status_code == 404
    public = record_publish(record=record, actor=asha, now=now)
    address = reverse("public-impact", args=[public.address])
    for who in (None, dora):
        page = client_of(who).get(address)
        text = page.content.decode()
        assert page.status_code == 200
        assert "The tutor can be wrong." in text
        assert "help@halvorsen.example" in text
        assert SECRET not in text
        assert "Asha" not in text
        assert str(record.pk) not in text
        assert client_of(who).get(reverse("impact", args=[record.pk])).status_code in (302, 404)
    record_move(record=record, to="reopened", actor=asha, now=now)
    assert "being looked at again" in client_of(None).get(address).content.decode()
    record_unpublish(record=record, actor=asha, now=now)
    assert client_of(None).get(address).status_code == 404
    integrate(log=asha.log, now=now)
    assert verify_live().differences == ()


@pytest.mark.parametrize("text", ["Ask Asha about it.", "Call +47 22 33 44 55.", "Write to ben@home.example."])
def test_a_public_text_that_tells_of_a_person_is_refused(text: str, asha: Actor, ben: Actor, now: datetime) -> None:
    record = approved(asha, ben, now, summary=text)
    with pytest.raises(InvalidInput) as refused:
        record_publish(record=record, actor=asha, now=now)
    assert "summary" in refused.value.errors
    assert not PublicVersion.objects.exists()


def test_what_is_not_approved_or_not_meant_for_the_public_is_not_published(
    asha: Actor, ben: Actor, now: datetime
) -> None:
    with pytest.raises(Conflict):
        record_publish(record=record_of("impacts", asha, now, other=ben), actor=asha, now=now)
    with pytest.raises(Conflict):
        record_publish(record=approved(asha, ben, now, public=False), actor=asha, now=now)


def test_a_text_that_repeats_a_risk_is_pointed_out(asha: Actor, ben: Actor, now: datetime) -> None:
    told = "A wrong answer leads to a wrong grade and the school loses a contract over it."
    record_update(record=record_of("risks", asha, now), actor=asha, now=now, data={"event": told})
    record = record_of("impacts", asha, now, other=ben)
    record = record_update(record=record, actor=asha, now=now, data={"individuals": told})
    assert any("repeats risk" in each for each in impact_page(asha, record).copied)


def test_programs_publish_and_withdraw_too(
    asha: Actor, ben: Actor, now: datetime, api_of: Callable[..., Client], client_of: Callable[..., Client]
) -> None:
    record, api = approved(asha, ben, now), api_of(asha)
    address = f"/api/v1/registers/records/{record.pk}/publication"
    published = api.post(address)
    assert published.status_code == 201
    assert client_of(None).get(published.json()["address"]).status_code == 200
    assert api.delete(address).status_code == 204
    assert client_of(None).get(published.json()["address"]).status_code == 404
    assert api.delete(address).status_code == 409


def test_the_title_is_asked_once_and_in_its_step_alone(
    asha: Actor, now: datetime, client_of: Callable[[Actor | None], Client]
) -> None:
    record = record_of("impacts", asha, now)
    for place in steps_of(asha, record):
        page = client_of(asha).get(reverse("impact-step", args=[record.pk, place.name])).content.decode()
        assert page.count('name="title"') == ("title" in place.system), place.name
