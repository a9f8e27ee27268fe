"""What holds for every register alike, because it comes from its declaration."""

import json
from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from assay.accounts.access import Actor
from assay.accounts.services import membership_end
from assay.catalog import load_catalog
from assay.core.errors import Conflict, InvalidInput, NotFound, NotPermitted
from assay.ledger.live import verify_live
from assay.ledger.services import integrate
from assay.registers.declaration import Field, Register, State, register_check
from assay.registers.models import Approval, Record, RecordLink, RecordVersion
from assay.registers.queries.records import access_record
from assay.registers.registry import assert_sound, met_by, registers
from assay.registers.services import (
    record_bulk_update,
    record_create,
    record_link,
    record_move,
    record_restore,
    record_retire,
    record_update,
)
from assay.registers.services.records import authors_of
from tests.families import by_turns
from tests.rooms.registers_material import data_of, posted, record_of

SLUGS = sorted(registers())
FREE = [slug for slug in SLUGS if not registers()[slug].fixed]
SIGNING = [slug for slug in SLUGS if any(each.signs for each in registers()[slug].states)]


def walk_to_sign(record: Record, actor: Actor, now: datetime) -> str:
    """Move a record along until the next state signs; return that state."""
    register = registers()[record.register]
    for _step in range(10):
        ahead = [register.state(name) for name in register.state(record.state).to]
        signing = next((each for each in ahead if each.signs), None)
        if signing is not None:
            return signing.name
        record = record_move(
            record=record, to=ahead[0].name if ahead[0].name != "cancelled" else ahead[1].name, actor=actor, now=now
        )
    raise AssertionError(f"{record.register} never signs")


@pytest.mark.req("M-01", "M-05")
@pytest.mark.parametrize(
    "number",
    [
        each.number
        for each in (*load_catalog().obligations, *load_catalog().documented_information, *load_catalog().controls)
    ],
)
def test_every_obligation_document_and_control_is_met_by_a_register(number: str) -> None:
    assert met_by(number), f"nothing meets {number}"


def test_the_catalog_has_119_obligations_22_documents_and_38_controls() -> None:
    catalog = load_catalog()
    counts = (len(catalog.obligations), len(catalog.documented_information), len(catalog.controls))
    assert counts == (119, 22, 38)


def test_declarations_are_sound() -> None:
    assert_sound()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"states": ()}, "no states"),
        ({"fields": (Field("a", "A", "choice"),)}, "no choices"),
        ({"fields": (Field("a", "A"), Field("a", "B"))}, "declared twice"),
        ({"fields": (Field("owner", "A"),)}, "has that already"),
        ({"states": (State("a", "A", ("b",), settled=True),)}, "does not exist"),
        ({"states": (State("a", "A", settled=True), State("b", "B"))}, "cannot be reached"),
        ({"states": (State("a", "A"),)}, "no settled state"),
        ({"four_eyes": True}, "no state that signs"),
    ],
)
def test_an_unsound_declaration_is_refused(change: dict[str, object], words: str) -> None:
    facts: dict[str, object] = {
        "slug": "x", "name": "X", "plural": "Xs", "about": "", "group": "Support", "clauses": (), "fields": (),
        "states": (State("a", "A", settled=True),),
    }  # fmt: skip
    assert any(words in each for each in register_check(Register(**{**facts, **change})))  # type: ignore[arg-type]


@pytest.mark.parametrize("slug", by_turns(SLUGS, 4, 0))
def test_a_record_is_made_listed_shown_and_kept_with_its_proof(
    slug: str, asha: Actor, ben: Actor, now: datetime, client_of: Callable[..., Client]
) -> None:
    record = record_of(slug, asha, now, other=ben)
    client = client_of(asha)
    assert client.get(reverse("record", args=[record.pk])).status_code == 200
    if slug != "soa":
        page = client.get(reverse("register", args=[slug])).content.decode()
        assert record.title in page
    integrate(log=asha.log, now=now)
    assert verify_live().differences == ()


@pytest.mark.parametrize("slug", by_turns(FREE, 4, 1))
def test_the_form_of_every_register_works(
    slug: str, asha: Actor, ben: Actor, now: datetime, client_of: Callable[..., Client]
) -> None:
    client = client_of(asha)
    address = reverse("record-new", args=[slug])
    assert client.get(address).status_code == 200
    refused = client.post(address, {"title": ""})
    assert refused.status_code == 422
    assert "needs another look" in refused.content.decode() or "need another look" in refused.content.decode()
    if slug == "audits":
        return
    register = registers()[slug]
    data = posted(data_of(register, asha, now))
    made = client.post(address, {"title": "Made in a form", "owner": str(ben.person.pk), **data})
    assert made.status_code == 302
    record = Record.objects.get(organization=asha.organization, register=slug, title="Made in a form")
    assert record.owner == ben.person
    edit = client.get(made["Location"] + "/edit").content.decode()
    assert "Made in a form" in edit


@pytest.mark.parametrize("slug", by_turns(FREE, 4, 2))
def test_every_register_answers_programs(
    slug: str, asha: Actor, ben: Actor, now: datetime, api_of: Callable[..., Client]
) -> None:
    record = record_of(slug, asha, now, other=ben)
    api = api_of(asha)
    listed = api.get(f"/api/v1/registers/{slug}").json()
    assert [each["id"] for each in listed["records"]] == [str(record.pk)]
    assert listed["records"][0]["data"] == record.data
    fields = api.get(f"/api/v1/registers/{slug}/declaration").json()["fields"]
    assert [each["key"] for each in fields] == [each.key for each in registers()[slug].fields]
    answer = api.patch(
        f"/api/v1/registers/records/{record.pk}", json.dumps({"data": {"nonsense": 1}}), content_type="application/json"
    )
    assert answer.status_code == 422


@pytest.mark.req("L-14")
@pytest.mark.parametrize("slug", by_turns(SIGNING, 3, 0))
def test_nobody_approves_what_they_wrote_not_even_an_owner(slug: str, asha: Actor, ben: Actor, now: datetime) -> None:
    record = record_of(slug, ben, now, other=asha)
    target = walk_to_sign(record, ben, now)
    record.refresh_from_db()
    before = Approval.objects.count()
    with pytest.raises(NotPermitted):
        record_move(record=record, to=target, actor=ben, now=now)
    assert Approval.objects.count() == before
    signed = record_move(record=record, to=target, actor=asha, now=now, words="Seen.")
    approval = Approval.objects.get(record=signed)
    assert (signed.state, approval.by, approval.version) == (target, asha.person, signed.version)
    integrate(log=asha.log, now=now)
    assert verify_live().differences == ()


@pytest.mark.parametrize("slug", by_turns(SIGNING, 3, 1))
def test_the_owner_of_the_organization_cannot_sign_own_words_either(
    slug: str, asha: Actor, ben: Actor, now: datetime
) -> None:
    record = record_of(slug, asha, now, other=ben)
    target = walk_to_sign(record, ben, now)
    record.refresh_from_db()
    with pytest.raises(NotPermitted):
        record_move(record=record, to=target, actor=asha, now=now)


def test_a_change_by_the_approver_makes_them_an_author(asha: Actor, ben: Actor, now: datetime) -> None:
    record = record_of("scope", asha, now)
    record_update(record=record, actor=ben, now=now, data={"statement": "Ben's words."})
    record_move(record=record, to="review", actor=ben, now=now)
    assert authors_of(record) == {asha.person.pk, ben.person.pk}
    with pytest.raises(NotPermitted):
        record_move(record=record, to="approved", actor=ben, now=now)


def test_changed_content_is_approved_no_more(asha: Actor, ben: Actor, now: datetime) -> None:
    record = record_move(record=record_of("scope", asha, now), to="review", actor=asha, now=now)
    record = record_move(record=record, to="approved", actor=ben, now=now)
    changed = record_update(record=record, actor=asha, now=now, data={"statement": "Another scope."})
    assert changed.state == "draft"


@pytest.mark.parametrize("slug", by_turns(SLUGS, 4, 3))
def test_an_outsider_reaches_no_record_of_any_register(
    slug: str, asha: Actor, ben: Actor, dora: Actor, now: datetime
) -> None:
    record = record_of(slug, asha, now, other=ben)
    with pytest.raises(NotFound):
        access_record(actor=dora, record_id=record.pk)
    with pytest.raises(NotFound):
        record_update(record=record, actor=dora, now=now, title="Mine")
    with pytest.raises(NotFound):
        record_move(record=record, to=registers()[slug].states[-1].name, actor=dora, now=now)
    if not registers()[slug].fixed:
        with pytest.raises(NotFound):
            record_retire(record=record, actor=dora, now=now)


@pytest.mark.parametrize("slug", by_turns(FREE, 4, 0))
def test_an_auditor_changes_no_record_of_any_register(
    slug: str, asha: Actor, ben: Actor, chen: Actor, now: datetime
) -> None:
    record = record_of(slug, asha, now, other=ben)
    for act in (
        lambda: record_update(record=record, actor=chen, now=now, title="Mine"),
        lambda: record_retire(record=record, actor=chen, now=now),
        lambda: record_create(actor=chen, register=slug, title="Mine", now=now),
        lambda: record_move(record=record, to=registers()[slug].states[-1].name, actor=chen, now=now),
    ):
        with pytest.raises(NotPermitted):
            act()


def test_a_row_changed_behind_the_products_back_is_found(asha: Actor, now: datetime) -> None:
    record = record_of("risks", asha, now)
    integrate(log=asha.log, now=now)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE registers_record SET title = 'Nothing to see' WHERE number = 1")
    assert record.title != "Nothing to see"
    assert len(verify_live().differences) == 1


def test_a_write_without_an_entry_is_found(asha: Actor, now: datetime) -> None:
    record = record_of("risks", asha, now)
    RecordVersion.objects.create(
        record=record, number=99, what="changed", title="T", state="identified", by=asha.person, at=now
    )  # fmt: skip
    integrate(log=asha.log, now=now)
    assert len(verify_live().differences) == 1


def test_links_are_known_from_both_ends_and_end_with_the_record(asha: Actor, now: datetime) -> None:
    system = record_of("ai-systems", asha, now)
    risk = record_link(
        record=record_of("risks", asha, now), field="systems", target=f"record:{system.pk}", actor=asha, now=now
    )
    assert RecordLink.objects.get(source=risk).target == system
    record_retire(record=risk, actor=asha, now=now)
    assert not RecordLink.objects.filter(source=risk).exists()
    record_restore(record=risk, actor=asha, now=now)
    assert RecordLink.objects.get(source=risk).target_key == f"record:{system.pk}"


def test_a_link_to_another_organization_is_refused(asha: Actor, dora: Actor, now: datetime) -> None:
    theirs = record_of("ai-systems", dora, now)
    with pytest.raises(InvalidInput) as refused:
        record_link(
            record=record_of("risks", asha, now), field="systems", target=f"record:{theirs.pk}", actor=asha, now=now
        )
    assert "systems" in refused.value.errors  # type: ignore[attr-defined]


def test_a_stale_form_does_not_overwrite(asha: Actor, ben: Actor, now: datetime) -> None:
    record = record_of("risks", asha, now)
    record_update(record=record, actor=ben, now=now, title="Ben was first", expected=1)
    with pytest.raises(Conflict):
        record_update(record=record, actor=asha, now=now, title="Asha was second", expected=1)


def test_a_bulk_change_is_all_or_nothing_and_attested(asha: Actor, ben: Actor, now: datetime) -> None:
    rows = [record_of("risks", asha, now, title=f"Risk {n}") for n in range(3)]
    ids = [row.pk for row in rows]
    assert record_bulk_update(actor=asha, register="risks", ids=ids, now=now, changes={"owner": ben.person}) == 3
    with pytest.raises(InvalidInput):
        record_bulk_update(actor=asha, register="risks", ids=ids, now=now, changes={"source": "nonsense"})
    assert set(Record.objects.filter(register="risks").values_list("owner__name", flat=True)) == {"Ben"}
    integrate(log=asha.log, now=now)
    assert verify_live().differences == ()


@pytest.mark.req("M-03")
def test_a_residual_below_the_risk_needs_a_treatment(asha: Actor, now: datetime) -> None:
    lower = {"likelihood": 4, "consequence": 4, "residual_likelihood": 1, "residual_consequence": 1}
    record = record_of("risks", asha, now)
    with pytest.raises(InvalidInput) as refused:
        record_update(record=record, actor=asha, now=now, data=lower)
    assert "no treatment" in str(refused.value)
    record_create(
        actor=asha, register="treatments", title="Filter", now=now,
        data={"action": "a", "option": "modify", "means": "m", "due_on": "2026-12-01", "verify_by": "v", "risks": [f"record:{record.pk}"]},
    )  # fmt: skip
    changed = record_update(record=record, actor=asha, now=now, data=lower)
    assert (changed.data["level"], changed.data["residual_level"]) == (16, 1)


@pytest.mark.req("M-04")
def test_individuals_and_societies_are_two_answers(asha: Actor, now: datetime) -> None:
    record = record_of("impacts", asha, now)
    with pytest.raises(InvalidInput):
        record_update(record=record, actor=asha, now=now, data={"individuals": "Harm.", "societies": "Harm."})
    draft = record_update(record=record, actor=asha, now=now, data={"societies": ""})
    with pytest.raises(InvalidInput) as refused:
        record_move(record=draft, to="review", actor=asha, now=now)
    assert "societies" in refused.value.errors  # type: ignore[attr-defined]


def test_of_two_people_of_one_name_the_one_who_left_has_left(
    asha: Actor, ben: Actor, chen: Actor, now: datetime, client_of: Callable[..., Client]
) -> None:
    for each in (ben, chen):
        type(each.person).objects.filter(pk=each.person.pk).update(name="Sam")
    row = record_update(record=record_of("roles", asha, now), actor=asha, now=now, owner=ben.person, deputy=chen.person)
    membership_end(membership=ben.person.memberships.get(), by=asha, now=now)
    page = client_of(asha).get(reverse("record", args=[row.pk])).content.decode()
    assert "Sam answered for it and has left, Sam stands in." in page
