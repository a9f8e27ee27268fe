"""Giving a badge: only by an owner, only for a published version, only to who passed, with an entry that names nobody."""

import stat
from datetime import datetime

import pytest

from assay.accounts.access import Actor
from assay.core.canonical import text_digest
from assay.core.errors import Conflict, InvalidInput, NotPermitted
from assay.ledger import queries as ledger
from assay.studio.badges.credential import badge_check
from assay.studio.badges.services import Badge, badge_issue, issuer_key_path
from assay.studio.models import Programme, PublishDecision
from assay.studio.services import programme_create

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme(asha: Actor, now: datetime) -> Programme:
    """A programme with a published version."""
    row = programme_create(actor=asha, title="Course", standard="iso42001", now=now)
    PublishDecision.objects.create(
        programme=row,
        allowed=True,
        enforced=True,
        number=1,
        digest="sha256:00",
        by=asha.pseudonym,
        at=now,
        event_id="e",
    )
    return row


def give(actor: Actor, programme: Programme, now: datetime, **other: object) -> Badge:
    given: dict[str, object] = {
        "name": "Mia Berg",
        "email": "mia@x.example",
        "score": 86,
        "pass_mark": 70,
        "salt": "s" * 20,
    }
    return badge_issue(actor=actor, programme=programme, now=now, **(given | other))  # type: ignore[arg-type]


@pytest.mark.req("R75")
def test_a_badge_is_genuine_and_its_entry_names_nobody(asha: Actor, programme: Programme, now: datetime) -> None:
    badge = give(asha, programme, now)
    assert badge_check(badge.token, issuer=badge.issuer, now=now)["name"] == "Course"
    entry = ledger.entry_get(log=asha.log, event=badge.event)
    payload = (ledger.payload_get(log=asha.log, event=badge.event) or b"").decode()
    assert entry.kind == "badge.issued"
    assert text_digest(badge.token) in payload
    assert "mia" not in payload.lower()


def test_the_key_stays_the_same_and_only_its_owner_can_read_it(
    asha: Actor, programme: Programme, now: datetime
) -> None:
    assert give(asha, programme, now).issuer == give(asha, programme, now, name="Bo").issuer
    assert stat.S_IMODE(issuer_key_path(asha.log).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "other", [{"score": 69}, {"score": 101}, {"email": "nobody"}, {"name": " "}, {"salt": "short"}, {"pass_mark": -1}]
)
def test_nobody_gets_one_who_did_not_pass_or_cannot_be_named(
    asha: Actor, programme: Programme, now: datetime, other: dict[str, object]
) -> None:
    with pytest.raises(InvalidInput):
        give(asha, programme, now, **other)


def test_an_unpublished_programme_gives_none(asha: Actor, now: datetime) -> None:
    with pytest.raises(Conflict, match="No version of other is published"):
        give(asha, programme_create(actor=asha, title="Other", standard="iso42001", now=now), now)


def test_only_an_owner_gives_badges(ben: Actor, chen: Actor, programme: Programme, now: datetime) -> None:
    for actor in (ben, chen):
        with pytest.raises(NotPermitted):
            give(actor, programme, now)
