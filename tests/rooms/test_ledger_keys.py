"""The signing key: made once, changed with an overlap, retired; each step in the log and verifiable afterwards."""

from datetime import datetime
from pathlib import Path

import pytest

from assay.core.errors import Conflict, IntegrityBroken, Unavailable
from assay.core.note import VerifierKey, parse_checkpoint, verify_checkpoint
from assay.ledger import folder, live, queries, services, signing
from assay.ledger.models import LogKey
from assay.ledger.startup import startup_check
from tests.rooms.ledger_log import LOG, ORIGIN, as_administrator, fill

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """A data folder of its own, with a log of 103 entries."""
    monkeypatch.setattr(folder, "data_folder", lambda: tmp_path)
    # The server of the tests is not durable; that such a one is refused is shown with a server of its own.
    monkeypatch.setattr("assay.ledger.startup.POSTGRESQL_NEEDS", {})
    services.log_open(log=LOG, origin=ORIGIN, now=now)
    fill(100, now)
    services.integrate(log=LOG, now=now)


def signers(note: str) -> int:
    return len(parse_checkpoint(note)[1].signatures)


def clean() -> None:
    assert [each.to_json() for each in live.verify_live().differences] == []


@pytest.mark.req("L-06")
def test_a_changed_key_signs_beside_the_old_one_until_that_is_retired(now: datetime) -> None:
    old = VerifierKey.parse(queries.vkeys(LOG)[0])
    services.key_rotate(now=now)
    new = VerifierKey.parse(queries.vkeys(LOG)[1])
    both = queries.checkpoint_latest(LOG).note
    assert signers(both) == 2
    for key in (old, new):
        verify_checkpoint(both, [key], origin=ORIGIN)
    clean()
    services.key_retire(now=now)
    alone = queries.checkpoint_latest(LOG).note
    assert signers(alone) == 1
    verify_checkpoint(alone, [new], origin=ORIGIN)
    with pytest.raises(IntegrityBroken):
        verify_checkpoint(alone, [old], origin=ORIGIN)
    clean()
    assert not folder.old_key_file().exists()
    assert startup_check() == 1


def test_each_step_of_a_change_is_an_entry(now: datetime) -> None:
    services.key_rotate(now=now)
    services.key_retire(now=now)
    kinds = [entry.kind for entry in queries.entry_list(log=LOG, kind="key.*").entries]
    assert kinds == ["key.retired", "key.created", "key.created"]
    assert list(LogKey.objects.order_by("id").values_list("retired_size", flat=True)) == [104, None]


def test_a_key_can_be_changed_again_and_again(now: datetime) -> None:
    for _ in range(3):
        services.key_rotate(now=now)
        services.key_retire(now=now)
        clean()
    assert len(signing.public_keys()) == 4
    assert len(queries.vkeys(LOG)) == 4


def test_a_change_is_finished_before_the_next_begins(now: datetime) -> None:
    with pytest.raises(Conflict):
        services.key_retire(now=now)
    services.key_rotate(now=now)
    with pytest.raises(Conflict):
        services.key_rotate(now=now)


def test_a_key_that_only_the_database_names_is_not_trusted(now: datetime) -> None:
    services.key_rotate(now=now)
    services.key_retire(now=now)
    lines = folder.public_file().read_text().splitlines()
    folder.public_file().write_text("\n".join(lines[1:]) + "\n")
    places = {each.place for each in live.verify_live().differences}
    assert "log trial, keys" in places
    assert "log trial, checkpoint 103" in places


def test_a_key_is_not_made_over_another(now: datetime) -> None:
    with pytest.raises(Conflict):
        services.key_create(now=now)


def test_the_start_is_refused_without_key_with_an_open_key_and_with_a_damaged_edge(now: datetime) -> None:
    assert startup_check() == 1
    folder.key_file().chmod(0o644)
    with pytest.raises(IntegrityBroken):
        startup_check()
    folder.key_file().chmod(0o600)
    as_administrator("UPDATE ledger_tile SET data = %s WHERE log = %s AND level = 0", bytes(103 * 32), LOG)
    with pytest.raises(IntegrityBroken):
        startup_check()
    folder.key_file().unlink()
    with pytest.raises(Unavailable):
        startup_check()


def test_the_start_is_refused_when_the_newest_checkpoint_is_gone_or_of_another_tree(now: datetime) -> None:
    note = signing.checkpoint_sign(ORIGIN, 103, bytes(32))
    as_administrator("UPDATE ledger_checkpoint SET note = %s WHERE log = %s", note, LOG)
    with pytest.raises(IntegrityBroken):
        startup_check()
    as_administrator("DELETE FROM ledger_checkpoint WHERE log = %s", LOG)
    with pytest.raises(IntegrityBroken):
        startup_check()
