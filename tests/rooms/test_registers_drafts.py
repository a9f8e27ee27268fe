"""Forms lose nothing: drafts per person and record, refused answers kept, and a form that somebody overtook."""

import html
from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from assay.accounts.access import Actor
from assay.registers.models import FormDraft, Record
from assay.registers.registry import registers
from assay.registers.services import record_update
from tests.rooms.registers_material import data_of, posted, record_of

FEW = ("impacts", "reviews", "risks", "suppliers")  # in the fast suite
FREE = [slug for slug in sorted(registers()) if not registers()[slug].fixed]


@pytest.mark.req("V-05")
@pytest.mark.parametrize("slug", [each if each in FEW else pytest.param(each, marks=pytest.mark.slow) for each in FREE])
def test_what_is_typed_comes_back_in_every_register_after_a_lost_session(
    slug: str, asha: Actor, now: datetime, client_of: Callable[..., Client]
) -> None:
    client = client_of(asha)
    sent = {**posted(data_of(registers()[slug], asha, now)), "title": "Half a Halvorsen thought", "form_name": ""}
    kept = client.post(reverse("register-draft", args=[slug]), sent, headers={"X-Draft": "1"})
    assert kept.json()["saved_at"]
    client.logout()
    page = html.unescape(client_of(asha).get(reverse("record-new", args=[slug])).content.decode())
    assert "This is your draft of" in page
    for name, value in sent.items():
        if name.endswith("-0") or isinstance(value, list):
            continue
        assert str(value) in page, name
    assert not Record.objects.filter(title="Half a Halvorsen thought").exists()


def test_a_draft_is_its_writers_alone(asha: Actor, ben: Actor, now: datetime, client_of: Callable[..., Client]) -> None:
    record = record_of("risks", asha, now)
    client_of(asha).post(reverse("record-draft", args=[record.pk]), {"title": "Only mine", "form_name": ""})
    address = reverse("record-edit", args=[record.pk])
    assert "Only mine" in client_of(asha).get(address).content.decode()
    assert "Only mine" not in client_of(ben).get(address).content.decode()


def test_saving_ends_the_draft_and_so_does_discarding(
    asha: Actor, now: datetime, client_of: Callable[..., Client]
) -> None:
    client, record = client_of(asha), record_of("roles", asha, now)
    sent = {**posted(record.data), "title": "A better title", "form_name": ""}
    client.post(reverse("record-draft", args=[record.pk]), sent)
    client.post(reverse("record-draft", args=[record.pk]), {"discard": "1"})
    assert not FormDraft.objects.exists()
    client.post(reverse("record-draft", args=[record.pk]), sent)
    assert client.post(reverse("record-edit", args=[record.pk]), sent).status_code == 302
    assert not FormDraft.objects.exists()
    record.refresh_from_db()
    assert record.title == "A better title"


def test_refused_answers_are_shown_again_and_kept_when_the_page_is_left(
    asha: Actor, now: datetime, client_of: Callable[..., Client]
) -> None:
    client = client_of(asha)
    sent = {"title": "", "supplies": "A model, by interface.", "evaluated_on": "soon", "form_name": ""}
    address = reverse("record-new", args=["suppliers"])
    refused = client.post(address, sent)
    assert refused.status_code == 422
    for page in (refused.content.decode(), client.get(address).content.decode()):
        assert "A model, by interface." in page
        assert 'value="soon"' in page


def test_a_form_that_somebody_overtook_keeps_its_answers_and_shows_theirs(
    asha: Actor, ben: Actor, now: datetime, client_of: Callable[..., Client]
) -> None:
    client, record = client_of(asha), record_of("roles", asha, now)
    record_update(record=record, actor=ben, now=now, data={"authority": "Ben's authority."})
    sent = {
        **posted(record.data),
        "title": record.title,
        "authority": "Asha's authority.",
        "version": "1",
        "form_name": "",
    }
    address = reverse("record-edit", args=[record.pk])
    overtaken = client.post(address, sent)
    page = overtaken.content.decode()
    assert overtaken.status_code == 409
    assert "Ben&#39;s authority." in page
    assert "Asha&#39;s authority." in page
    assert 'name="version" value="2"' in page
    assert client.post(address, {**sent, "version": "2"}).status_code == 302
    record.refresh_from_db()
    assert record.data["authority"] == "Asha's authority."


def test_a_draft_larger_than_a_draft_may_be_is_refused_with_words(
    asha: Actor, now: datetime, client_of: Callable[..., Client]
) -> None:
    answer = client_of(asha).post(reverse("register-draft", args=["roles"]), {"title": "x" * 400_001})
    assert answer.status_code == 422
    assert "more than a draft can hold" in answer.content.decode()
