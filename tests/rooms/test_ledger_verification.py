"""Nothing changed verifies; anything changed is named with its place."""

import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from django.db import connection

from assay.accounts.access import Actor
from assay.accounts.models import Organization, Person
from assay.client.report import Difference, Report
from assay.core.errors import IntegrityBroken
from assay.core.note import Ed25519Signer
from assay.ledger import erasing, folder, live, queries, services, signing, tracking
from assay.ledger.models import Entry
from assay.ledger.verify import verify_folder
from tests.conftest import NOW
from tests.ledger_flush import forget
from tests.rooms.conftest import member, organization_of_asha
from tests.rooms.ledger_log import LOG, ORIGIN, as_administrator, fill, opened

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def _filled(kept: None) -> None:
    organization = organization_of_asha(NOW)
    member(organization, "Asha", "owner", NOW)
    member(organization, "Ben", "contributor", NOW)
    opened(600, NOW)
    services.integrate(now=NOW)
    fill(3, NOW)


@pytest.fixture(autouse=True)
def _log(_filled: None, db: None) -> Iterator[None]:
    yield
    forget()


@pytest.fixture
def report() -> Callable[[], Report]:
    """Two people in an organization, 600 entries in a log of their own, everything sequenced but the last three."""
    return live.verify_live


def only(report: Report) -> Difference:
    assert len(report.differences) == 1, [difference.to_json() for difference in report.differences]
    return report.differences[0]


def named(report: Report) -> set[str]:
    return {difference.place for difference in report.differences}


@pytest.mark.req("L-06", "P-19")
def test_nothing_changed_verifies(report: Callable[[], Report]) -> None:
    found = report()
    assert found.differences == ()
    assert found.counts["waiting entries"] == 3
    assert found.counts["rows"] >= 5
    found.require()


@pytest.mark.req("L-06")
def test_an_edited_leaf_is_named_by_its_index(report: Callable[[], Report]) -> None:
    leaf = bytes(Entry.objects.get(log=LOG, idx=300).leaf)
    as_administrator(
        "UPDATE ledger_entry SET leaf = %s WHERE log = %s AND idx = 300", leaf.replace(b"p-1", b"p-2"), LOG
    )
    found = report()
    assert 300 in {difference.index for difference in found.differences}
    with pytest.raises(IntegrityBroken):
        found.require()


def test_every_byte_of_a_leaf_counts(report: Callable[[], Report]) -> None:
    leaf = bytes(Entry.objects.get(log=LOG, idx=17).leaf)
    for at in range(0, len(leaf), 29):
        changed = leaf[:at] + bytes([leaf[at] ^ 1]) + leaf[at + 1 :]
        as_administrator("UPDATE ledger_entry SET leaf = %s WHERE log = %s AND idx = 17", changed, LOG)
        assert 17 in {difference.index for difference in report().differences}, at


@pytest.mark.parametrize("column", ["kind", "actor", "subject", "event"])
def test_an_edited_column_of_an_entry_is_named(report: Callable[[], Report], column: str) -> None:
    as_administrator(f"UPDATE ledger_entry SET {column} = 'zzz' WHERE log = %s AND idx = 5", LOG)
    assert any(each.index == 5 and column in each.message for each in report().differences)


def test_an_edited_time_of_an_entry_is_named(report: Callable[[], Report]) -> None:
    as_administrator("UPDATE ledger_entry SET at = '2020-01-01 00:00:00' WHERE log = %s AND idx = 5", LOG)
    assert only(report()).index == 5


def test_a_deleted_entry_is_named(report: Callable[[], Report]) -> None:
    as_administrator("DELETE FROM ledger_entry WHERE log = %s AND idx = 41", LOG)
    assert any(each.kind == "missing" and each.index == 41 for each in report().differences)


def test_swapped_entries_are_named(report: Callable[[], Report]) -> None:
    rows = {row.idx: row for row in Entry.objects.filter(log=LOG, idx__in=(10, 11))}
    for index, other in ((10, 11), (11, 10)):
        as_administrator(
            "UPDATE ledger_entry SET leaf = %s WHERE log = %s AND idx = %s", bytes(rows[other].leaf), LOG, index
        )
    assert {10, 11} <= {difference.index for difference in report().differences}


def test_a_tail_cut_off_is_named(report: Callable[[], Report]) -> None:
    as_administrator("DELETE FROM ledger_entry WHERE log = %s AND idx > 500", LOG)
    as_administrator("UPDATE ledger_head SET size = 501 WHERE log = %s", LOG)
    assert any("checkpoint 603" in place for place in named(report()))


def test_an_added_entry_is_named(report: Callable[[], Report]) -> None:
    as_administrator(
        "INSERT INTO ledger_entry (log, idx, event, kind, actor, subject, at, leaf)"
        " SELECT log, 603, 'invented', kind, actor, subject, at, leaf FROM ledger_entry WHERE log = %s AND idx = 602",
        LOG,
    )
    assert "log trial, head" in named(report())


def test_a_lowered_head_is_named(report: Callable[[], Report]) -> None:
    as_administrator("UPDATE ledger_head SET size = 602 WHERE log = %s", LOG)
    assert "log trial, head" in named(report())


def test_a_deleted_head_is_named(report: Callable[[], Report]) -> None:
    as_administrator("DELETE FROM ledger_head WHERE log = %s", LOG)
    assert "log trial, head" in named(report())


def test_a_log_that_vanished_with_all_its_rows_is_named_by_its_mark(report: Callable[[], Report]) -> None:
    mark = folder.high_water_file("vanished")
    mark.parent.mkdir(exist_ok=True)
    mark.write_bytes(signing.checkpoint_sign("vanished.test/1", 5, bytes(32)).encode())
    try:
        found = only(report())
    finally:
        mark.unlink()
    assert (found.kind, found.place) == ("rolled-back", "log vanished")


@pytest.mark.parametrize(("level", "n"), [(0, 0), (0, 1), (0, 2), (1, 0)])
def test_one_flipped_byte_of_a_tile_is_named(report: Callable[[], Report], level: int, n: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM ledger_tile WHERE log = %s AND level = %s AND n = %s", [LOG, level, n])
        data = bytes(cursor.fetchone()[0])
    changed = data[:40] + bytes([data[40] ^ 1]) + data[41:]
    as_administrator(
        "UPDATE ledger_tile SET data = %s WHERE log = %s AND level = %s AND n = %s", changed, LOG, level, n
    )
    assert only(report()).place == f"log trial, tile {level}/{n}"


def test_a_missing_and_an_extra_tile_are_named(report: Callable[[], Report]) -> None:
    as_administrator("UPDATE ledger_tile SET n = 7 WHERE log = %s AND level = 0 AND n = 1", LOG)
    assert named(report()) == {"log trial, tile 0/1", "log trial, tile 0/7"}


def test_every_byte_of_a_checkpoint_counts(report: Callable[[], Report]) -> None:
    note = queries.checkpoint_latest(LOG).note
    for at in range(0, len(note), 11):
        changed = note[:at] + chr(ord(note[at]) ^ 1) + note[at + 1 :]
        as_administrator("UPDATE ledger_checkpoint SET note = %s WHERE log = %s AND size = 603", changed, LOG)
        assert any("checkpoint 603" in place for place in named(report())), at


def test_a_line_added_to_a_checkpoint_is_named(report: Callable[[], Report]) -> None:
    stranger = Ed25519Signer.from_seed("stranger.test", bytes(32))
    note = queries.checkpoint_latest(LOG).note
    line = signing.sign_checkpoint(signing.Checkpoint("stranger.test", 1, bytes(32)), [stranger]).splitlines()[-1]
    as_administrator("UPDATE ledger_checkpoint SET note = %s WHERE log = %s AND size = 603", f"{note}{line}\n", LOG)
    assert "stranger.test" in only(report()).message


def test_a_checkpoint_signed_with_another_key_is_named_even_if_the_database_names_that_key(
    report: Callable[[], Report],
) -> None:
    other = Ed25519Signer.from_seed(ORIGIN, bytes(32))
    size, root = 603, queries.checkpoint_latest(LOG).root
    note = signing.sign_checkpoint(signing.Checkpoint(ORIGIN, size, root), [other])
    as_administrator("UPDATE ledger_checkpoint SET note = %s WHERE log = %s AND size = 603", note, LOG)
    as_administrator("UPDATE ledger_logkey SET vkey = %s WHERE log = %s", other.verifier.text, LOG)
    assert named(report()) == {"log trial, checkpoint 603", "log trial, keys"}


def test_a_deleted_newest_checkpoint_is_named(report: Callable[[], Report]) -> None:
    as_administrator("DELETE FROM ledger_checkpoint WHERE log = %s AND size = 603", LOG)
    assert only(report()).place == "log trial, checkpoint 603"


@pytest.mark.parametrize("column", ["salt", "data"])
def test_an_edited_payload_or_salt_is_named(report: Callable[[], Report], column: str) -> None:
    event = queries.entry_get(log=LOG, index=99).event
    as_administrator(f"UPDATE ledger_payload SET {column} = %s WHERE event = %s", b"x" * 32, event)
    assert only(report()).place == "log trial, payload of entry 99"


def test_a_payload_that_vanished_without_an_erasure_is_named(report: Callable[[], Report]) -> None:
    event = queries.entry_get(log=LOG, index=99).event
    as_administrator("DELETE FROM ledger_payload WHERE event = %s", event)
    assert only(report()).place == "log trial, payload of entry 99"


def test_a_payload_without_entry_is_named(report: Callable[[], Report]) -> None:
    as_administrator(
        "INSERT INTO ledger_payload (event, log, salt, data) VALUES ('no-one', %s, %s, %s)", LOG, b"s" * 32, b"{}"
    )
    assert only(report()).place == "log trial, payload no-one"


def test_an_edited_waiting_entry_is_named(report: Callable[[], Report]) -> None:
    event = queries.waiting_list(log=LOG)[0].event
    as_administrator("UPDATE ledger_outbox SET leaf = %s WHERE event = %s", b"{}", event)
    assert event in only(report()).place


@pytest.mark.req("P-05")
def test_a_live_row_edited_behind_the_products_back_is_named(report: Callable[[], Report], ben: Actor) -> None:
    as_administrator("UPDATE accounts_person SET name = 'Mallory' WHERE email = %s", ben.person.email)
    found = only(report())
    assert (found.kind, found.table, found.key) == ("edited", "accounts_person", str(ben.person.pk))
    entry = queries.entry_get(log=ben.log, index=found.index)
    assert entry.statement.record is not None
    assert entry.statement.record[:2] == (found.table, found.key)


def test_a_live_row_removed_is_named(report: Callable[[], Report]) -> None:
    as_administrator("DELETE FROM accounts_membership WHERE role = 'contributor'")
    found = only(report())
    assert (found.kind, found.table) == ("missing", "accounts_membership")


def test_a_live_row_added_is_named(report: Callable[[], Report], now: datetime) -> None:
    Person.objects.create(email="mallory@example.org", name="Mallory", pseudonym="p-mallory", created_at=now)
    found = only(report())
    assert (found.kind, found.table, found.index) == ("extra", "accounts_person", None)


def test_an_update_that_appends_its_entry_verifies(
    report: Callable[[], Report], asha: Actor, organization: Organization, now: datetime
) -> None:
    organization.name = "Renamed"
    organization.save(update_fields=["name"])
    services.append(
        log=asha.log,
        kind="organization.changed",
        subject=f"organization:{organization.pk}",
        actor=asha.pseudonym,
        body={},
        now=now,
        record=tracking.record(organization),
    )
    assert report().differences == ()


def test_a_row_whose_deletion_was_recorded_must_stay_away(
    report: Callable[[], Report], asha: Actor, organization: Organization, now: datetime
) -> None:
    services.append(
        log=asha.log,
        kind="organization.changed",
        subject=f"organization:{organization.pk}",
        actor=asha.pseudonym,
        body={},
        now=now,
        record=tracking.record_deleted(organization),
    )
    assert "deleted" in only(report()).message


def test_rows_of_a_bulk_entry_are_attested_one_by_one(
    report: Callable[[], Report], asha: Actor, organization: Organization, now: datetime
) -> None:
    people = list(Person.objects.order_by("email"))
    Person.objects.update(name="Somebody")
    for person in people:
        person.name = "Somebody"
    services.append_bulk(
        log=asha.log,
        kind="person.changed",
        subject=f"organization:{organization.pk}",
        actor=asha.pseudonym,
        body={},
        now=now,
        records=[tracking.record(person) for person in people],
    )
    assert report().differences == ()
    Person.objects.filter(pk=people[1].pk).update(name="Mallory")
    assert only(report()).key == str(people[1].pk)


def test_an_erased_payload_verifies_when_an_entry_says_so(report: Callable[[], Report], now: datetime) -> None:
    entry = queries.entry_get(log=LOG, index=99)
    erasing.payload_erase(log=LOG, event=entry.event, actor="p-1", reason="request", basis="gdpr-17", now=now)
    assert report().differences == ()
    assert queries.payload_get(log=LOG, event=entry.event) is None


def test_an_older_checkpoint_kept_outside_is_checked(report: Callable[[], Report], now: datetime) -> None:
    kept = queries.checkpoint_latest(LOG).note
    services.integrate(now=now)
    assert live.verify_live(checkpoints=[kept]).differences == ()
    signed = signing.checkpoint_sign(ORIGIN, 603, bytes(32))
    found = live.verify_live(checkpoints=[signed])
    assert only(found).place == "log trial, outside checkpoint"


def test_a_key_of_somebody_else_trusts_nothing(report: Callable[[], Report]) -> None:
    other = Ed25519Signer.from_seed(ORIGIN, bytes(32)).verifier.text
    assert "log trial, checkpoint 603" in named(live.verify_live(vkeys=[other]))


@pytest.mark.skipif("connection.vendor != 'sqlite'")
def test_a_data_folder_is_verified_without_the_product_running(report: Callable[[], Report], tmp_path: Path) -> None:
    in_memory = sqlite3.connect(":memory:")
    in_memory.deserialize(connection.connection.serialize())
    kept = sqlite3.connect(tmp_path / "assay.sqlite3")
    in_memory.backup(kept)
    in_memory.close()
    kept.close()
    (tmp_path / folder.KEY_NAME).write_bytes(folder.key_file().read_bytes())
    assert verify_folder(tmp_path).differences == ()
    damaged = sqlite3.connect(tmp_path / "assay.sqlite3")
    damaged.execute("UPDATE accounts_person SET name = CAST(x'ff41' AS TEXT) WHERE name = 'Ben'")
    damaged.commit()
    damaged.close()
    assert only(verify_folder(tmp_path)).table == "accounts_person"
