"""A key in other hands: condemned, replaced, told in every log; what its thief signs later counts for nothing."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assay.client import compromised as lost
from assay.client.keyfile import keyfile_load
from assay.client.trust import Trust
from assay.client.verify import verify_path
from assay.core.errors import Conflict, IntegrityBroken, InvalidInput, NotFound
from assay.core.note import (
    COSIGNATURE_V1,
    Checkpoint,
    Ed25519Signer,
    VerifierKey,
    cosign,
    parse_checkpoint,
    sign_checkpoint,
)
from assay.ledger import folder, live, queries, services, signing
from assay.ledger.compromise import key_compromise, notices
from assay.ledger.live import verify_live
from assay.ledger.models import LogKey
from assay.ledger.pack import pack_write
from assay.ledger.startup import startup_check
from assay.ledger.witnessing import cosignature_add
from tests.rooms.ledger_log import LOG, ORIGIN, as_administrator, fill

pytestmark = [pytest.mark.django_db, pytest.mark.req("L-06")]
WITNESS = Ed25519Signer.from_seed("witness.test", bytes(range(32)), kind=COSIGNATURE_V1)
REASON = "The disk of the server was copied."


@pytest.fixture
def thief(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: datetime) -> Ed25519Signer:
    """Whoever copied the key of a log of 103 entries, the first 53 of them seen by a witness."""
    monkeypatch.setattr(folder, "data_folder", lambda: tmp_path / "data")
    monkeypatch.setattr("assay.ledger.startup.POSTGRESQL_NEEDS", {})
    services.log_open(log=LOG, origin=ORIGIN, now=now)
    fill(50, now)
    services.integrate(log=LOG, now=now)
    witnessed(now - timedelta(days=1))
    fill(50, now)
    services.integrate(log=LOG, now=now)
    return Ed25519Signer(ORIGIN, keyfile_load(folder.key_file()))


def witnessed(at: datetime) -> None:
    newest = queries.checkpoint_latest(LOG)
    line = cosign(newest.note, WITNESS, at=int(at.timestamp())).text
    cosignature_add(log=LOG, size=newest.size, answer=line, witnesses=[WITNESS.verifier], now=at)


def declare(now: datetime, **more: object) -> None:
    key_compromise(since=now - timedelta(hours=1), reason=REASON, now=now, **more)  # type: ignore[arg-type]


def differences() -> list[str]:
    return [each.message for each in live.verify_live().differences]


def test_a_new_key_takes_over_and_the_log_says_why(thief: Ed25519Signer, now: datetime) -> None:
    done = key_compromise(since=now - timedelta(hours=1), reason=REASON, now=now, actor="p-1")
    assert [(each.log, each.until, each.proven) for each in done] == [(LOG, 103, 53)]
    newest = queries.checkpoint_latest(LOG)
    new = VerifierKey.parse(queries.vkeys(LOG)[-1])
    assert [line.key_id for line in parse_checkpoint(newest.note)[1].signatures] == [new.key_id]
    told = queries.entry_list(log=LOG, kind="key.*").entries
    assert [entry.kind for entry in told] == ["key.created", "key.compromised", "key.created"]
    assert told[1].actor == "p-1"
    payload = queries.payload_get(log=LOG, event=told[1].event)
    assert payload is not None
    for part in (REASON, thief.verifier.text, '"proven_size":53', '"until_size":103', '"since":"2026-11-21T08:00:00Z"'):
        assert part in payload.decode()
    assert list(LogKey.objects.order_by("id").values_list("retired_size", flat=True)) == [103, None]
    assert differences() == []
    assert startup_check() == 1


def test_the_lost_key_is_gone_and_does_not_come_back(thief: Ed25519Signer, tmp_path: Path, now: datetime) -> None:
    kept = tmp_path / "backup.pem"
    shutil.copy(folder.key_file(), kept)
    declare(now)
    assert [each.use for each in signing.key_places()] == ["present", "compromised"]
    kept.chmod(0o600)
    shutil.copy(kept, folder.key_file())
    fill(1, now)
    with pytest.raises(IntegrityBroken, match="declared as compromised"):
        services.integrate(log=LOG, now=now)


def test_what_the_thief_signs_later_is_refused(thief: Ed25519Signer, now: datetime) -> None:
    declare(now)
    fill(1, now)
    services.integrate(log=LOG, now=now)
    newest = queries.checkpoint_latest(LOG)
    forged = sign_checkpoint(Checkpoint(ORIGIN, newest.size, newest.root), [thief])
    with pytest.raises(IntegrityBroken, match="compromised"):
        signing.checkpoint_open(forged, ORIGIN)
    as_administrator("UPDATE ledger_checkpoint SET note = %s WHERE log = %s AND size = %s", forged, LOG, newest.size)
    assert any("compromised" in message for message in differences())


def test_a_thief_with_the_database_cannot_pass_off_another_history(thief: Ed25519Signer, now: datetime) -> None:
    declare(now)
    services.integrate(log=LOG, now=now)
    forged = sign_checkpoint(Checkpoint(ORIGIN, 500, bytes(32)), [thief])
    as_administrator("INSERT INTO ledger_checkpoint (log, size, note) VALUES (%s, %s, %s)", LOG, 500, forged)
    assert any("compromised" in message for message in differences())


def test_it_is_declared_once_and_later_keys_can_be_declared_too(thief: Ed25519Signer, now: datetime) -> None:
    declare(now)
    with pytest.raises(Conflict):
        declare(now, vkey=thief.verifier.text)
    declare(now)
    assert [each.use for each in signing.key_places()] == ["present", "compromised", "compromised"]
    assert len(notices()) == 2
    assert differences() == []


def test_a_retired_key_can_be_declared(thief: Ed25519Signer, now: datetime) -> None:
    services.key_rotate(now=now)
    services.key_retire(now=now)
    present = signing.key_load().public
    declare(now, vkey=thief.verifier.text)
    assert signing.key_load().public == present
    assert [each.use for each in signing.key_places()] == ["present", "compromised"]
    assert differences() == []


def test_the_key_that_is_being_changed_can_be_declared(thief: Ed25519Signer, now: datetime) -> None:
    services.key_rotate(now=now)
    declare(now, vkey=thief.verifier.text)
    assert not folder.old_key_file().exists()
    assert len(parse_checkpoint(queries.checkpoint_latest(LOG).note)[1].signatures) == 1
    assert differences() == []


def test_a_declaration_that_was_cut_off_goes_on_where_it_was(
    thief: Ed25519Signer, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(*_: object, **__: object) -> None:
        raise OSError("the power went")

    with monkeypatch.context() as patch:
        patch.setattr("assay.ledger.compromise._declare", cut)
        with pytest.raises(OSError, match="power"):
            declare(now)
    declare(now, vkey=thief.verifier.text)
    assert [entry.kind for entry in queries.entry_list(log=LOG, kind="key.*").entries][:2] == [
        "key.created",
        "key.compromised",
    ]
    assert differences() == []


@pytest.mark.parametrize(
    ("since", "reason", "vkey", "error"),
    [
        (timedelta(hours=1), REASON, "", InvalidInput),
        (timedelta(hours=-1), " ", "", InvalidInput),
        (timedelta(hours=-1), REASON, Ed25519Signer.from_seed("a.test", bytes(32)).verifier.text, NotFound),
    ],
    ids=["future", "no reason", "stranger"],
)
def test_what_cannot_be_declared(
    thief: Ed25519Signer, now: datetime, since: timedelta, reason: str, vkey: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        key_compromise(since=now + since, reason=reason, vkey=vkey, now=now)
    assert not folder.compromised_file().exists()


# packs that were handed out before


def pack_of(place: Path, now: datetime) -> Path:
    """A pack of the first three entries."""
    pack_write(log=LOG, target=place, actor="p-1", now=now, indexes=[0, 1, 2])
    return place


def told(place: Path, thief: Ed25519Signer, since: datetime, *witnesses: VerifierKey) -> list[str]:
    trust = Trust([lost.Compromised(thief.verifier.public, since, ORIGIN)], witnesses)
    report = verify_path(place, vkeys=[thief.verifier.text], trust=trust)
    return [each.message for each in report.differences]


def test_a_pack_of_a_lost_key_counts_where_a_witness_saw_it_before(
    thief: Ed25519Signer, tmp_path: Path, now: datetime
) -> None:
    witnessed(now - timedelta(days=1))
    pack = pack_of(tmp_path / "pack", now)
    assert told(pack, thief, now, WITNESS.verifier) == []
    assert told(pack, thief, now - timedelta(days=2), WITNESS.verifier) != []
    assert told(pack, thief, now) != []
    assert verify_path(pack, vkeys=[thief.verifier.text]).differences == ()


def test_a_folder_is_verified_offline_and_its_list_of_lost_keys_is_missed(
    thief: Ed25519Signer, tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    declare(now)
    vkeys = queries.vkeys(LOG)
    assert verify_live(vkeys=vkeys).differences == ()
    folder.compromised_file().unlink()
    assert [each.message[:7] for each in verify_live(vkeys=vkeys).differences] == ["the log"]


# one checkpoint, held against what is known


@pytest.fixture
def case(now: datetime) -> Callable[..., Checkpoint]:
    """`case(size, **more)`: a checkpoint that only the lost key signed, judged; the key is lost since `now` at 100."""
    signer = Ed25519Signer.from_seed(ORIGIN, bytes(range(32)))
    known = [lost.Compromised(signer.verifier.public, now, ORIGIN, 100)]

    def judged(size: int, **more: object) -> Checkpoint:
        note = sign_checkpoint(Checkpoint(ORIGIN, size, bytes(32)), [signer])
        return lost.checkpoint_trusted(note, [signer.verifier], known, origin=ORIGIN, **more)  # type: ignore[arg-type]

    return judged


def test_an_earlier_signature_counts_under_a_sound_one_or_with_a_time_from_before(
    case: Callable[..., Checkpoint], now: datetime
) -> None:
    assert case(100, covered=120).size == 100
    assert case(500, times=[now - timedelta(seconds=1)]).size == 500
    for more in ({}, {"covered": 99}, {"times": [now]}, {"times": [now + timedelta(days=1)]}):
        with pytest.raises(IntegrityBroken):
            case(100, **more)
    with pytest.raises(IntegrityBroken):
        case(101, covered=120)


def test_what_is_handed_out_reads_back(now: datetime) -> None:
    key = Ed25519Signer.from_seed(ORIGIN, bytes(32)).verifier
    found = lost.compromised_given(f"{key.text}@2026-11-20T12:00:00Z")
    assert found == lost.Compromised(key.public, datetime(2026, 11, 20, 12, tzinfo=UTC), ORIGIN)
    for wrong in (key.text, f"{key.text}@yesterday", f"{key.text}@2026-11-20T12:00:00", "x@2026-11-20T12:00:00Z"):
        with pytest.raises(InvalidInput):
            lost.compromised_given(wrong)


def test_a_damaged_list_is_named(tmp_path: Path) -> None:
    place = tmp_path / lost.NAME
    for wrong in ("one two\n", "AAAA 2026-11-20T12:00:00Z a.test 3\n", "é\n"):
        place.write_text(wrong, encoding="utf-8")
        with pytest.raises(InvalidInput, match="compromised"):
            lost.compromised_read(place)


def test_a_kept_checkpoint_of_the_lost_key_counts_only_as_far_as_a_sound_key_signs_what_is_there(
    thief: Ed25519Signer, now: datetime
) -> None:
    kept = queries.checkpoint_latest(LOG)
    declare(now)
    fill(1, now)
    services.integrate(log=LOG, now=now)

    def told() -> list[str]:
        found = verify_live(checkpoints=[kept.note]).differences
        return [each.message for each in found if each.place == f"log {LOG}, outside checkpoint"]

    assert kept.size == 103
    assert told() == []
    as_administrator("DELETE FROM ledger_checkpoint WHERE log = %s AND size > %s", LOG, kept.size)
    (message,) = told()
    assert "Only a key that was compromised" in message
