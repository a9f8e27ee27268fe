"""Erasing content: sealed under keys of subjects, gone with them, accounted for, and every proof still holds."""

import json
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction

from assay.accounts.access import Actor
from assay.accounts.models import Person
from assay.client.fields import commitment_by_field, commitment_of_digests, disclose
from assay.client.sealed import key_new, seal, unseal
from assay.client.statement import commitment_of
from assay.core.errors import Conflict, InvalidInput, NotFound
from assay.core.note import VerifierKey, verify_proof
from assay.ledger import erasing, live, queries, services, tracking
from assay.ledger.models import Payload, PayloadKey, Retention
from assay.ledger.payloads import payload_open, payloads_open
from tests.rooms.ledger_log import LOG, ORIGIN, as_administrator

pytestmark = pytest.mark.django_db
WHY = {"actor": "p-1", "reason": "asked to", "basis": "GDPR Art. 17"}


@pytest.fixture(autouse=True)
def _log(now: datetime) -> None:
    services.log_open(log=LOG, origin=ORIGIN, now=now)


def put(now: datetime, subject: str = "case:1", kind: str = "evidence.added", **body: object) -> str:
    with transaction.atomic():
        return services.append(log=LOG, kind=kind, subject=subject, actor="p-1", body=body or {"who": "Mira"}, now=now)


def sequence(now: datetime) -> None:
    services.integrate(log=LOG, now=now)


def differences() -> list[str]:
    return [each.place for each in live.verify_live().differences]


def test_a_payload_is_stored_sealed_and_reads_back(now: datetime) -> None:
    event = put(now, who="Mira Halvorsen")
    row = Payload.objects.get(event=event)
    assert b"Halvorsen" not in bytes(row.data)
    assert bytes(row.salt) == b""
    assert json.loads(queries.payload_get(log=LOG, event=event) or b"") == {"who": "Mira Halvorsen"}


def test_one_subject_has_one_key_and_another_subject_another(now: datetime) -> None:
    first, second, other = put(now), put(now), put(now, subject="case:2")
    numbers = {event: Payload.objects.get(event=event).key_id for event in (first, second, other)}
    assert numbers[first] == numbers[second] != numbers[other]
    keys = {bytes(row.key) for row in PayloadKey.objects.filter(log=LOG)}
    assert len(keys) == PayloadKey.objects.filter(log=LOG).count()


def test_a_sealed_payload_opens_only_whole_with_its_key_and_event() -> None:
    key = key_new()
    sealed = seal(key, "e-1", bytes(32), b"{}")
    assert unseal(key, b"e-1", sealed) == bytes(32) + b"{}"
    for wrong in ((key_new(), b"e-1", sealed), (key, b"e-2", sealed), (key, b"e-1", sealed[:-1]), (key, b"e-1", b"")):
        with pytest.raises(InvalidInput):
            unseal(*wrong)


def test_a_row_from_before_sealing_still_reads_and_verifies(now: datetime) -> None:
    event = put(now, kind="artefact.imported")
    sequence(now)
    opened = payload_open(LOG, event)
    assert opened is not None
    as_administrator(
        "UPDATE ledger_payload SET salt = %s, data = %s, key_id = NULL WHERE event = %s",
        opened.salt, opened.payload, event,
    )  # fmt: skip
    assert payload_open(LOG, event) == opened
    assert differences() == []


@pytest.mark.req("L-06")
def test_erasing_a_subject_takes_all_its_content_and_no_proof(now: datetime) -> None:
    events = [put(now), put(now), put(now, subject="case:2")]
    sequence(now)
    events.append(put(now))  # still waits
    places = queries.positions_of(events)
    kept = {index: queries.proof_text(log=LOG, index=index) for index in places.values()}
    assert erasing.subject_erase(log=LOG, subject="case:1", now=now, **WHY) == 3
    assert [queries.payload_get(log=LOG, event=event) is None for event in events] == [True, True, False, True]
    assert not PayloadKey.objects.filter(log=LOG, subject="case:1").exists()
    sequence(now)
    assert differences() == []
    keys = [VerifierKey.parse(text) for text in queries.vkeys(LOG)]
    for index, proof in kept.items():
        leaf = queries.entry_get(log=LOG, index=index).leaf
        verify_proof(proof.encode(), leaf=leaf, log=keys)
        verify_proof(queries.proof_text(log=LOG, index=index).encode(), leaf=leaf, log=keys)
    told = queries.entry_list(log=LOG, kind="subject.erased").entries[0]
    assert json.loads(queries.payload_get(log=LOG, event=told.event) or b"") == {
        "subject": "case:1", "contents": 3, "reason": "asked to", "basis": "GDPR Art. 17",
    }  # fmt: skip


def test_a_copy_without_the_keys_is_unreadable_after_erasing(now: datetime) -> None:
    event = put(now, who="Mira")
    copied = bytes(Payload.objects.get(event=event).data)
    sequence(now)
    erasing.subject_erase(log=LOG, subject="case:1", now=now, **WHY)
    for row in PayloadKey.objects.filter(log=LOG):
        with pytest.raises(InvalidInput):
            unseal(bytes(row.key), event.encode(), copied)


def test_what_is_written_about_a_subject_later_is_kept_under_a_new_key(now: datetime) -> None:
    put(now)
    sequence(now)
    erasing.subject_erase(log=LOG, subject="case:1", now=now, **WHY)
    later = put(now, who="again")
    sequence(now)
    assert json.loads(queries.payload_get(log=LOG, event=later) or b"") == {"who": "again"}
    assert differences() == []
    as_administrator("DELETE FROM ledger_payload WHERE event = %s", later)
    assert differences() == [f"log {LOG}, payload of entry {queries.positions_of([later])[later]}"]


def test_a_key_destroyed_by_hand_is_named(now: datetime) -> None:
    event = put(now)
    sequence(now)
    as_administrator("DELETE FROM ledger_payloadkey WHERE subject = 'case:1'")
    assert queries.payload_get(log=LOG, event=event) is None
    assert differences() == [f"log {LOG}, payload of entry {queries.positions_of([event])[event]}"]


@pytest.mark.parametrize("change", ["subject = 'case:9'", "log = 'x'"])
def test_a_key_moved_to_another_subject_is_named(now: datetime, change: str) -> None:
    put(now)
    sequence(now)
    as_administrator(f"UPDATE ledger_payloadkey SET {change} WHERE subject = 'case:1'")
    assert len(differences()) == 1


def test_what_the_log_needs_is_not_erased(now: datetime) -> None:
    with pytest.raises(InvalidInput):
        erasing.subject_erase(log=LOG, subject=f"log:{LOG}", now=now, **WHY)
    with pytest.raises(NotFound):
        erasing.subject_erase(log=LOG, subject="case:none", now=now, **WHY)


def attested(asha: Actor, now: datetime) -> str:
    """Two entries about Asha's row, the second after a change; return the event of the second."""
    Person.objects.filter(pk=asha.person.pk).update(name="Asha R.")
    asha.person.refresh_from_db()
    with transaction.atomic():
        event = services.append(
            log=asha.log, kind="person.changed", subject=f"person:{asha.person.pk}", actor="p-1",
            body={"name": "Asha R."}, now=now, record=tracking.record(asha.person),
        )  # fmt: skip
    services.integrate(now=now)
    return event


def test_a_row_whose_last_entry_is_erased_stays_attested(asha: Actor, now: datetime) -> None:
    event = attested(asha, now)
    assert differences() == []
    erasing.payload_erase(log=asha.log, event=event, now=now, **WHY)
    services.integrate(now=now)
    assert differences() == []
    Person.objects.filter(pk=asha.person.pk).update(name="Mallory")
    assert differences() == [f"accounts_person {asha.person.pk}"]


def test_erasing_does_not_cover_up_a_changed_row(asha: Actor, now: datetime) -> None:
    event = attested(asha, now)
    Person.objects.filter(pk=asha.person.pk).update(name="Mallory")
    with pytest.raises(Conflict):
        erasing.payload_erase(log=asha.log, event=event, now=now, **WHY)
    with pytest.raises(Conflict):
        erasing.subject_erase(log=asha.log, subject=f"person:{asha.person.pk}", now=now, **WHY)
    assert queries.payload_get(log=asha.log, event=event) is not None


def test_a_schedule_erases_what_is_old_and_nothing_else(now: datetime) -> None:
    old = [put(now - timedelta(days=400 - n)) for n in range(3)]
    other = put(now - timedelta(days=400), kind="evidence.opened")
    young = put(now - timedelta(days=3))
    sequence(now)
    rule = {"log": LOG, "kind": "evidence.added", "actor": "p-1", "now": now}
    erasing.retention_set(days=365, basis="our schedule", **rule)
    sequence(now)
    assert [(each.kind, each.count) for each in erasing.retention_due(log=LOG, now=now)] == [("evidence.added", 3)]
    done = erasing.retention_run(log=LOG, actor="p-1", now=now)
    assert [(each.kind, each.count) for each in done] == [("evidence.added", 3)]
    sequence(now)
    assert set(payloads_open(LOG, [*old, other, young])) == {other, young}
    assert differences() == []
    assert erasing.retention_run(log=LOG, actor="p-1", now=now) == []
    # The schedule excuses nothing that is younger.
    as_administrator("DELETE FROM ledger_payload WHERE event = %s", young)
    assert len(differences()) == 1


def test_schedules_are_set_changed_and_ended_with_entries(now: datetime) -> None:
    for days in (365, 30, None):
        erasing.retention_set(log=LOG, kind="evidence.added", days=days, basis="law", actor="p-1", now=now)
    assert not Retention.objects.exists()
    sequence(now)
    entries = queries.entry_list(log=LOG, kind="retention.set").entries
    bodies = [json.loads(queries.payload_get(log=LOG, event=entry.event) or b"") for entry in entries]
    assert [body["days"] for body in bodies] == [None, 30, 365]


@pytest.mark.parametrize(
    ("kind", "days", "basis"),
    [
        ("evidence.invented", 30, "law"),
        ("tracking.declared", 30, "law"),
        ("payloads.expired", 30, "law"),
        ("evidence.added", 0, "law"),
        ("evidence.added", 40_000, "law"),
        ("evidence.added", 30, " "),
    ],
)
def test_a_schedule_that_makes_no_sense_is_refused(now: datetime, kind: str, days: int, basis: str) -> None:
    with pytest.raises(InvalidInput):
        erasing.retention_set(log=LOG, kind=kind, days=days, basis=basis, actor="p-1", now=now)


def test_acts_of_people_are_committed_to_by_field(now: datetime) -> None:
    event = put(now, kind="finding.disposed", reason="seen", name="Mira", ß="x", nested={"b": [1, None]})
    opened = payload_open(LOG, event)
    statement = queries.entry_get(log=LOG, event=event).statement
    assert opened is not None
    assert statement.by_field
    assert statement.commitment == commitment_by_field(opened.salt, opened.payload)
    assert statement.commitment != commitment_of(opened.salt, opened.payload)
    sequence(now)
    assert differences() == []
    shown, hidden = disclose(opened.salt, opened.payload, {"name"})
    assert {each.name for each in shown} == {"reason", "ß", "nested"}
    assert len(hidden) == 1
    assert commitment_of_digests([*(each.digest for each in shown), *hidden]) == statement.commitment


def test_no_plain_text_is_left_in_the_tables(now: datetime) -> None:
    put(now, who="Mira-Halvorsen-7")
    with connection.cursor() as cursor:
        for table in ("ledger_payload", "ledger_outbox", "ledger_payloadkey"):
            cursor.execute(f"SELECT * FROM {table}")
            text = b"".join(
                bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for r in cursor for v in r
            )
            assert b"Mira-Halvorsen-7" not in text
