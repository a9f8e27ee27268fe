"""Who may do what to any record, tried in random order by random people through services, pages and endpoints alike.

A model keeps what should be so: who wrote since the last approval, where the record stands, who belongs. After every act the
database must say the same, and nothing may have been changed by somebody who may not.
"""

import json
import random
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assay.accounts.access import Actor
from assay.accounts.services import person_add
from assay.ledger.live import verify_live
from assay.ledger.services import integrate
from assay.registers.models import Approval, Record, RecordVersion
from assay.registers.registry import registers
from assay.registers.services.records import authors_of
from assay.registers.services.soa import soa_open
from tests.families import by_turns
from tests.rooms.registers_material import record_of

FREE = [slug for slug in sorted(registers()) if not registers()[slug].fixed]
ACTS = ("change", "own", "deputise", "move", "comment", "evidence", "retire", "restore", "draft")
WAYS = ("page", "api")
FEW = ("documents", "impacts", "reviews", "risks")  # in the fast suite; the long walks try every register


class World:
    """Five people around one record: an owner, two contributors, an auditor, a viewer of the organization, and an outsider."""

    def __init__(self, slug: str, people: dict[str, Actor], record: Record, client_of: Any, api_of: Any) -> None:
        self.slug, self.people, self.record = slug, people, record
        self.pages = {name: client_of(actor) for name, actor in people.items()}
        self.pages["nobody"] = client_of(None)
        self.apis = {name: api_of(actor, "write" if actor.may("write") else "read") for name, actor in people.items()}
        self.apis["nobody"] = api_of(None)

    def may_write(self, name: str) -> bool:
        return name in ("asha", "ben", "eva")

    def state(self) -> tuple[Any, ...]:
        row = Record.objects.get(pk=self.record.pk)
        return (
            row.version,
            row.state,
            row.title,
            json.dumps(row.data, sort_keys=True),
            row.owner_id,
            row.deputy_id,
            row.retired_at,
        )

    def counts(self) -> tuple[int, ...]:
        rows = Record.objects.get(pk=self.record.pk)
        return (rows.comments.count(), rows.evidence.count(), Approval.objects.filter(record=rows).count())


def attempt(world: World, name: str, act: str, way: str, dice: random.Random) -> Any:
    """One act by one person, by page or by endpoint; the answer."""
    page, api, pk = world.pages[name], world.apis[name], str(world.record.pk)
    row = Record.objects.get(pk=world.record.pk)
    onward = registers()[world.slug].state(row.state).to
    to = dice.choice(onward) if onward else row.state
    person = str(world.people[dice.choice(("asha", "ben", "eva", "chen"))].person.pk)
    calls: dict[str, tuple[str, dict[str, Any], str, str, dict[str, Any]]] = {
        "change": ("edit", {}, "patch", "", {"title": f"Halvorsen {dice.random()}"}),
        "own": ("edit", {}, "patch", "", {"owner": person}),
        "deputise": ("edit", {}, "patch", "", {"deputy": person}),
        "move": ("move", {"to": to}, "post", "/moves", {"to": to}),
        "comment": ("comment", {"text": "Seen."}, "post", "/comments", {"text": "Seen."}),
        "retire": ("retire", {}, "post", "/retirement", {}),
        "restore": ("retire", {}, "delete", "/retirement", {}),
        "draft": ("draft", {"title": "Half"}, "patch", "", {}),
    }
    piece = {"title": "Log", "kind": "log", "strength": 2, "collected_on": "2026-11-01", "source": "archive"}
    if act == "evidence":
        if way == "page":
            return page.post(reverse("record-evidence", args=[pk]), piece)
        return api.post(
            "/api/v1/registers/evidence", json.dumps({**piece, "record": pk}), content_type="application/json"
        )
    where, sent, verb, tail, body = calls[act]
    if (
        way == "page"
        and where != "edit"
        and (act != "restore" or row.retired_at)
        and (act != "retire" or not row.retired_at)
    ):
        return page.post(reverse(f"record-{where}", args=[pk]), sent)
    if act == "draft":
        return page.post(reverse("record-draft", args=[pk]), sent)
    return getattr(api, verb)(
        f"/api/v1/registers/records/{pk}{tail}", json.dumps(body), content_type="application/json"
    )


def check(
    world: World, name: str, act: str, before: tuple[Any, ...], counts: tuple[int, ...], authors: set[Any], answer: Any
) -> None:
    """What must hold after any act."""
    after = world.state()
    if not world.may_write(name):
        assert after == before, f"{name} changed {world.slug} by {act}"
        assert world.counts() == counts, f"{name} added to {world.slug} by {act}"
        assert answer.status_code in (302, 401, 403, 404), (name, act, answer.status_code)
        if name == "dora" and answer.status_code != 302:
            assert "Halvorsen" not in answer.content.decode()
        return
    assert answer.status_code < 500, (name, act, answer.status_code)
    register = registers()[world.slug]
    signs = register.state(after[1]).signs
    if world.counts()[2] > counts[2]:
        assert signs, "a signature only under a state that signs"
        assert world.people[name].person.pk not in authors, f"{name} signed what they wrote in {world.slug}"
    if signs and after[1] != before[1]:
        assert world.counts()[2] == counts[2] + 1, "no way into a state that signs but by a signature"
    row = Record.objects.get(pk=world.record.pk)
    if signs and register.state(after[1]).on_edit and not row.retired_at and before[3] != after[3]:
        raise AssertionError(f"{world.slug} was changed and still stands as approved")
    assert row.owner_id is None or row.owner_id != row.deputy_id, "the deputy is somebody else than the owner"
    assert RecordVersion.objects.filter(record=row).count() == row.version, "every version is kept"


def walk(
    slug: str, seed: int, steps: int, people: dict[str, Actor], now: datetime, client_of: Any, api_of: Any
) -> None:
    record = record_of(slug, people["asha"], now, other=people["ben"])
    world = World(slug, people, record, client_of, api_of)
    dice = random.Random(f"{slug} {seed}")
    for _step in range(steps):
        name = dice.choice((*people, "nobody"))
        act, way = dice.choice(ACTS), dice.choice(WAYS)
        before, counts = world.state(), world.counts()
        authors = authors_of(Record.objects.get(pk=record.pk))
        answer = attempt(world, name, act, way, dice)
        check(world, name, act, before, counts, authors, answer)


@pytest.fixture
def people(asha: Actor, ben: Actor, chen: Actor, dora: Actor, now: datetime) -> dict[str, Actor]:
    found = {"asha": asha, "ben": ben, "chen": chen, "dora": dora}
    for name, role in (("eva", "contributor"), ("finn", "viewer")):
        member = person_add(
            organization=asha.organization, email=f"{name}@h.example", name=name.title(), role=role, by=None, now=now
        )
        found[name] = Actor(person=member.person, organization=asha.organization, role=role)
    return found


@pytest.mark.req("L-03", "L-14")
@pytest.mark.parametrize("slug", by_turns(FEW, 4))
def test_a_random_walk_of_people_over_a_record_keeps_every_promise(
    slug: str, people: dict[str, Actor], now: datetime, client_of: Callable[..., Client], api_of: Callable[..., Client]
) -> None:
    walk(slug, 1, 15, people, now, client_of, api_of)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 5))
@pytest.mark.parametrize("slug", FREE)
def test_longer_walks_keep_every_promise_and_leave_a_whole_ledger(
    slug: str,
    seed: int,
    people: dict[str, Actor],
    now: datetime,
    client_of: Callable[..., Client],
    api_of: Callable[..., Client],
) -> None:
    walk(slug, seed, 60, people, now, client_of, api_of)
    integrate(log=people["asha"].log, now=now)
    assert verify_live().differences == ()


@pytest.mark.parametrize(
    "slug",
    [each if each in (*FEW, "soa") else pytest.param(each, marks=pytest.mark.slow) for each in sorted(registers())],
)
def test_who_only_reads_sees_every_register_and_no_way_to_change_it(
    slug: str, people: dict[str, Actor], now: datetime, client_of: Callable[..., Client]
) -> None:
    record = record_of(slug, people["asha"], now, other=people["ben"])
    for name in ("chen", "finn"):
        client = client_of(people[name])
        pages = [reverse("record", args=[record.pk]), reverse("register", args=[slug])]
        pages += {
            "impacts": [reverse("impact", args=[record.pk])],
            "reviews": [reverse("review", args=[record.pk])],
        }.get(slug, [])
        for address in pages:
            answer = client.get(address, follow=True)
            assert answer.status_code == 200
            text = answer.content.decode()
            for word in (
                "/move",
                "/retire",
                "/edit",
                "/evidence",
                "/comment",
                "/bulk",
                "/import",
                "/publish",
                "/fill",
                "/hold",
                "/decide",
            ):
                assert f'{word}"' not in text.split("<main")[1].split("</main")[0], (address, word)


def test_a_deputy_acts_where_the_owner_could_and_is_told(
    people: dict[str, Actor], now: datetime, client_of: Callable[..., Client]
) -> None:
    record = record_of("roles", people["asha"], now)
    record.deputy = people["ben"].person
    record.save(update_fields=["deputy"])
    Record.objects.filter(pk=record.pk).update(review_on="2020-01-01")
    mine = client_of(people["ben"]).get(reverse("system-due") + "?who=mine").content.decode()
    assert record.title in mine
    assert record.title not in client_of(people["eva"]).get(reverse("system-due") + "?who=mine").content.decode()
    assert (
        record.title
        in client_of(people["ben"]).get(reverse("register", args=["roles"]) + "?owner=mine").content.decode()
    )


def test_statement_rows_hold_the_same_promises(
    people: dict[str, Actor], now: datetime, client_of: Callable[..., Client], api_of: Callable[..., Client]
) -> None:
    soa_open(actor=people["asha"], now=now)
    row = Record.objects.filter(register="soa").order_by("number")[0]
    for name in ("chen", "finn", "dora"):
        answer = client_of(people[name]).post(
            reverse("soa-decide", args=[row.data["control"]]), {"applies": "included"}
        )
        assert answer.status_code == 404
        answer = api_of(people[name], "read").patch(
            f"/api/v1/registers/records/{row.pk}",
            json.dumps({"data": {"applies": "included"}}),
            content_type="application/json",
        )
        assert answer.status_code in (403, 404)
    row.refresh_from_db()
    assert "applies" not in row.data
