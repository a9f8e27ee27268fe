"""Time stamps over checkpoints, by an authority made with OpenSSL and checked by us and by OpenSSL."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assay.client.compromised import Compromised
from assay.client.report import Report
from assay.client.timestamp import Authority, stamp_read
from assay.client.trust import Trust
from assay.client.verify import verify_path
from assay.core.errors import Conflict, IntegrityBroken, InvalidInput, NotFound, Unavailable, UsageError
from assay.core.note import VerifierKey
from assay.ledger import folder, queries, services, timestamping
from assay.ledger.compromise import key_compromise
from assay.ledger.live import verify_live
from assay.ledger.models import TimeStamp
from assay.ledger.pack import pack_write
from tests.rooms.ledger_log import LOG, ORIGIN, as_administrator, fill
from tests.rooms.tsa import OPENSSL, TimeAuthority, made, run, serving

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.req("L-06"),
    pytest.mark.skipif(OPENSSL is None, reason="the program openssl is not installed"),
]


@pytest.fixture(scope="module")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TimeAuthority]:
    with serving(made(tmp_path_factory.mktemp("tsa"))) as running:
        yield running


@pytest.fixture(autouse=True)
def _own_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """A data folder of its own, with a log of 13 entries."""
    monkeypatch.setattr(folder, "data_folder", lambda: tmp_path / "data")
    services.log_open(log=LOG, origin=ORIGIN, now=now)
    fill(10, now)
    services.integrate(log=LOG, now=now)


def stamped(tsa: TimeAuthority, now: datetime, *, trusted: bool = True) -> TimeStamp:
    query = timestamping.query_make(log=LOG)
    token = timestamping.answer_fetch(url=tsa.url, query=query)
    authority = Authority(tsa.root.read_bytes()) if trusted else None
    row = timestamping.stamp_add(
        log=LOG, size=query.size, token=token, now=now, source=tsa.url, authority=authority, nonce=query.nonce
    )
    services.integrate(log=LOG, now=now)
    return row


def checked(tsa: TimeAuthority) -> Report:
    return verify_live(trust=Trust(authority=Authority(tsa.root.read_bytes())))


def test_a_stamp_is_kept_beside_its_checkpoint_and_told_to_the_log(tsa: TimeAuthority, now: datetime) -> None:
    row = stamped(tsa, now)
    assert (row.size, row.checked) == (13, True)
    assert abs(row.moment - datetime.now(UTC)) < timedelta(minutes=1)
    entry = queries.entry_list(log=LOG, kind="checkpoint.stamped").entries[0]
    payload = queries.payload_get(log=LOG, event=entry.event)
    assert payload is not None
    assert f'"serial":"{row.serial}"' in payload.decode()
    report = checked(tsa)
    assert report.differences == ()
    assert report.counts["time stamps"] == 1


def test_openssl_accepts_what_is_kept(tsa: TimeAuthority, now: datetime, tmp_path: Path) -> None:
    stamped(tsa, now)
    note, token = timestamping.stamp_get(log=LOG, size=13)
    (tmp_path / "13.note").write_bytes(note)
    (tmp_path / "13.tsr").write_bytes(token)
    files = ["-data", str(tmp_path / "13.note"), "-in", str(tmp_path / "13.tsr"), "-CAfile", str(tsa.root)]
    run("ts", "-verify", *files)
    (tmp_path / "13.note").write_bytes(note.replace(b"13", b"14", 1))
    with pytest.raises(AssertionError):
        run("ts", "-verify", *files)


def test_without_certificates_a_stamp_is_kept_as_unchecked_and_verification_says_so(
    tsa: TimeAuthority, now: datetime
) -> None:
    assert not stamped(tsa, now, trusted=False).checked
    assert any("--tsa-ca" in note for note in verify_live().notes)
    assert checked(tsa).counts["time stamps"] == 1


def test_another_authority_is_not_believed(tsa: TimeAuthority, now: datetime, tmp_path: Path) -> None:
    other = made(tmp_path / "other", "Somebody else")
    query = timestamping.query_make(log=LOG)
    token = other.answer(query.body)
    with pytest.raises(IntegrityBroken):
        timestamping.stamp_add(
            log=LOG, size=13, token=token, now=now, authority=Authority(tsa.root.read_bytes()), nonce=query.nonce
        )
    timestamping.stamp_add(log=LOG, size=13, token=token, now=now)
    assert [each.kind for each in checked(tsa).differences] == ["unsigned"]


def test_a_stamp_over_something_else_is_refused(tsa: TimeAuthority, now: datetime) -> None:
    first = timestamping.query_make(log=LOG)
    fill(1, now)
    services.integrate(log=LOG, now=now)
    with pytest.raises(IntegrityBroken, match="something else"):
        timestamping.stamp_add(log=LOG, size=14, token=tsa.answer(first.body), now=now)
    with pytest.raises(NotFound):
        timestamping.stamp_add(log=LOG, size=99, token=tsa.answer(first.body), now=now)
    assert not TimeStamp.objects.exists()


def test_an_answer_to_another_request_is_refused(tsa: TimeAuthority, now: datetime) -> None:
    old = tsa.answer(timestamping.query_make(log=LOG).body)
    again = timestamping.query_make(log=LOG)
    with pytest.raises(IntegrityBroken, match="Nonce"):
        timestamping.stamp_add(
            log=LOG, size=13, token=old, now=now, authority=Authority(tsa.root.read_bytes()), nonce=again.nonce
        )


def test_the_same_stamp_is_kept_once(tsa: TimeAuthority, now: datetime) -> None:
    row = stamped(tsa, now)
    with pytest.raises(Conflict):
        timestamping.stamp_add(log=LOG, size=13, token=bytes(row.token), now=now)


def test_a_stamp_that_was_edited_or_moved_is_named(tsa: TimeAuthority, now: datetime) -> None:
    row = stamped(tsa, now)
    token = bytearray(row.token)
    token[-1] ^= 1
    as_administrator("UPDATE ledger_timestamp SET token = %s", bytes(token))
    assert [each.kind for each in checked(tsa).differences] == ["unsigned"]
    as_administrator("UPDATE ledger_timestamp SET token = %s, size = 14", bytes(row.token))
    assert [each.kind for each in checked(tsa).differences] == ["unsigned"]
    as_administrator("UPDATE ledger_timestamp SET size = 500")
    assert [each.kind for each in checked(tsa).differences] == ["extra"]


def test_an_authority_that_refuses_or_is_away_is_named(tsa: TimeAuthority, now: datetime) -> None:
    query = timestamping.query_make(log=LOG)
    tsa.broken = True
    try:
        token = timestamping.answer_fetch(url=tsa.url, query=query)
    finally:
        tsa.broken = False
    with pytest.raises(Unavailable, match="refused"):
        timestamping.stamp_add(log=LOG, size=13, token=token, now=now)
    with pytest.raises(InvalidInput):
        timestamping.stamp_add(log=LOG, size=13, token=b"nothing", now=now)
    with pytest.raises(Unavailable):
        timestamping.answer_fetch(url="http://127.0.0.1:9/", query=query)
    with pytest.raises(UsageError):
        timestamping.answer_fetch(url="", query=query)


def test_the_earliest_stamp_over_an_entry_bounds_when_it_was_made(tsa: TimeAuthority, now: datetime) -> None:
    first = stamped(tsa, now)
    fill(2, now)
    services.integrate(log=LOG, now=now)
    second = stamped(tsa, now)
    assert [timestamping.stamp_covering(log=LOG, index=at) for at in (0, 12, 13)] == [first, first, second]
    assert timestamping.stamp_covering(log=LOG, index=second.size) is None


@pytest.mark.parametrize("pem", [b"", b"nonsense", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_what_holds_no_root_is_no_authority(pem: bytes) -> None:
    with pytest.raises(InvalidInput):
        Authority(pem)


def test_packs_carry_the_newest_stamp(tsa: TimeAuthority, now: datetime, tmp_path: Path) -> None:
    stamped(tsa, now)
    pack_write(log=LOG, target=tmp_path / "pack", actor="p-1", now=now)
    trust = Trust(authority=Authority(tsa.root.read_bytes()))
    report = verify_path(tmp_path / "pack", trust=trust)
    assert report.differences == ()
    assert report.counts["time stamps"] == 1
    assert stamp_read((tmp_path / "pack/time/13.tsr").read_bytes())[0] == TimeStamp.objects.get().moment


# what a stamp is worth after the key was lost


def test_a_stamp_from_before_proves_a_lost_keys_checkpoint(tsa: TimeAuthority, now: datetime, tmp_path: Path) -> None:
    old = queries.vkeys(LOG)[0]
    moment = stamped(tsa, now).moment
    pack_write(log=LOG, target=tmp_path / "pack", actor="p-1", now=now)
    authority = Authority(tsa.root.read_bytes())

    def told(since: datetime) -> list[str]:
        lost = [Compromised(VerifierKey.parse(old).public, since, ORIGIN)]
        report = verify_path(tmp_path / "pack", vkeys=[old], trust=Trust(lost, (), authority))
        return [f"{each.place}: {each.message}" for each in report.differences]

    later, earlier = told(moment + timedelta(hours=1)), told(moment - timedelta(hours=1))
    assert [each for each in later if "time/13.note" in each] == []
    assert ["the first 13 entries" in each for each in later] == [True]
    assert any("time/13.note" in each for each in earlier)


def test_the_log_says_how_much_was_stamped_before(tsa: TimeAuthority, now: datetime) -> None:
    moment = stamped(tsa, now).moment
    later = moment + timedelta(hours=2)
    done = key_compromise(since=moment + timedelta(hours=1), reason="The disk was copied.", now=later)
    assert [each.proven for each in done] == [13]
    assert checked(tsa).differences == ()
