"""Organizations, people and roles, and the entries they leave."""

from datetime import datetime

import pytest

from assay.accounts import queries, services
from assay.accounts.access import Actor, actor_of
from assay.accounts.models import Membership, Organization, Person
from assay.core.errors import Conflict, InvalidInput, NotFound, NotPermitted
from assay.ledger import queries as ledger


def kinds(organization: Organization) -> list[str]:
    return [entry.kind for entry in ledger.waiting_list(log=organization.log_id, limit=1000)]


def membership_of(actor: Actor) -> Membership:
    return Membership.objects.get(person=actor.person, organization=actor.organization)


def test_an_organization_opens_its_own_ledger(organization: Organization) -> None:
    assert kinds(organization)[-1] == "organization.created"


def test_two_organizations_cannot_share_a_slug(organization: Organization, now: datetime) -> None:
    with pytest.raises(Conflict):
        services.organization_create(name="Another", slug=organization.slug, origin="assay.test", now=now)


def test_a_person_is_added_with_entries_that_name_no_person(asha: Actor) -> None:
    entries = ledger.waiting_list(log=asha.log, limit=1000)
    assert [entry.kind for entry in entries][-2:] == ["person.added", "membership.added"]
    assert b"asha@" not in b"".join(entry.leaf for entry in entries).lower()


def test_an_address_is_one_person_in_whatever_case(asha: Actor, dora: Actor, now: datetime) -> None:
    membership = services.person_add(
        organization=dora.organization, email=asha.person.email.upper(), name="Else", role="viewer", by=dora, now=now
    )
    assert membership.person == asha.person
    assert membership.person.name == "Asha"
    assert Person.objects.count() == 2


def test_a_member_cannot_be_added_twice(asha: Actor, ben: Actor, now: datetime) -> None:
    with pytest.raises(Conflict):
        services.person_add(
            organization=asha.organization, email=ben.person.email, name="Ben", role="viewer", by=asha, now=now
        )


def test_a_role_that_does_not_exist_is_refused(asha: Actor, now: datetime) -> None:
    with pytest.raises(InvalidInput):
        services.person_add(organization=asha.organization, email="x@y.z", name="X", role="king", by=asha, now=now)


@pytest.mark.parametrize("who", ["ben", "chen", "dora"])
def test_only_an_owner_of_the_organization_adds_people(
    who: str, asha: Actor, request: pytest.FixtureRequest, now: datetime
) -> None:
    actor: Actor = request.getfixturevalue(who)
    with pytest.raises(NotPermitted):
        services.person_add(organization=asha.organization, email="x@y.z", name="X", role="viewer", by=actor, now=now)


def test_roles_allow_what_they_say(asha: Actor, ben: Actor, chen: Actor) -> None:
    assert [asha.may(action) for action in ("read", "write", "dispose", "administer")] == [True, True, True, True]
    assert [ben.may(action) for action in ("read", "write", "dispose", "administer")] == [True, True, True, False]
    assert [chen.may(action) for action in ("read", "write", "dispose", "administer")] == [True, False, False, False]


def test_an_action_that_does_not_exist_is_a_mistake_and_not_a_no(asha: Actor) -> None:
    with pytest.raises(ValueError, match="no such action"):
        asha.may("fly")


def test_the_last_owner_stays(asha: Actor, now: datetime) -> None:
    membership = membership_of(asha)
    with pytest.raises(Conflict):
        services.membership_end(membership=membership, by=asha, now=now)
    with pytest.raises(Conflict):
        services.membership_change_role(membership=membership, role="viewer", by=asha, now=now)


def test_a_role_is_changed_with_its_entry(asha: Actor, ben: Actor, now: datetime) -> None:
    services.membership_change_role(membership=membership_of(ben), role="owner", by=asha, now=now)
    assert kinds(asha.organization)[-1] == "membership.changed"
    changed = actor_of(ben.person)
    assert changed is not None
    assert changed.role == "owner"


def test_an_ended_membership_takes_its_tokens_and_links_with_it(asha: Actor, ben: Actor, now: datetime) -> None:
    token, _ = services.token_create(by=ben, name="t", scope="write", lifetime=None, now=now)
    link, _ = services.sign_in_link_create(membership=membership_of(ben), by=asha, now=now)
    services.membership_end(membership=membership_of(ben), by=asha, now=now)
    token.refresh_from_db()
    link.refresh_from_db()
    assert (token.revoked_at, link.expires_at) == (now, now)
    assert actor_of(ben.person) is None


def test_an_ended_membership_can_begin_again(asha: Actor, ben: Actor, now: datetime) -> None:
    services.membership_end(membership=membership_of(ben), by=asha, now=now)
    services.person_add(
        organization=asha.organization, email=ben.person.email, name="Ben", role="auditor", by=asha, now=now
    )
    assert membership_of(ben).ended_at is None


def test_a_member_of_another_organization_cannot_be_reached(asha: Actor, dora: Actor) -> None:
    with pytest.raises(NotFound):
        queries.access_membership(actor=asha, membership_id=membership_of(dora).pk)


def test_looking_up_pseudonyms_is_noted(asha: Actor, ben: Actor, now: datetime) -> None:
    shown = services.pseudonyms_show(by=asha, now=now)
    assert (ben.pseudonym, "Ben", ben.person.email) in shown
    assert kinds(asha.organization)[-1] == "personal-data.shown"


def test_the_local_owner_is_made_once(db: None, now: datetime) -> None:
    first = services.local_owner(origin="http://127.0.0.1:8000", now=now)
    assert services.local_owner(origin="http://127.0.0.1:8000", now=now) == first
    assert first.may("administer")
