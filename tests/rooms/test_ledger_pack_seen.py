"""What a pack shows beyond our own signature: who else saw the log and when, what a lost key is still worth, what people signed.

Both verifiers judge each copy: the product's, and the single file that lies in every pack.
"""

import base64
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db import transaction

from assay.client import standalone
from assay.client.compromised import compromised_given, moment_text
from assay.client.dsse import envelope_sign
from assay.client.keyfile import keyfile_load
from assay.client.pack import MANIFEST, manifest_payload, verify_pack
from assay.client.person_signature import Assertion, challenge_of, envelope_by_passkey, spki_text
from assay.client.timestamp import Authority
from assay.client.trust import Trust
from assay.core.note import (
    COSIGNATURE_V1,
    Checkpoint,
    Ed25519Signer,
    cosign,
    format_proof,
    parse_checkpoint,
    parse_proof,
    sign_checkpoint,
)
from assay.ledger import folder, pack, queries, services, signing, timestamping
from assay.ledger.compromise import key_compromise
from assay.ledger.witnessing import cosignature_add
from tests.families import by_turns
from tests.rooms.ledger_log import LOG, ORIGIN, fill
from tests.rooms.soft_passkey import SoftPasskey
from tests.rooms.tsa import OPENSSL, TimeAuthority, made

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.req("L-06", "L-09"),
    pytest.mark.skipif(OPENSSL is None, reason="the program openssl is not installed"),
]
WITNESS = Ed25519Signer.from_seed("witness.test", bytes(range(32)), kind=COSIGNATURE_V1)
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> TimeAuthority:
    return made(tmp_path_factory.mktemp("tsa"))


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tsa: TimeAuthority, now: datetime) -> None:
    """13 entries, stamped; three more, cosigned; 21 more that nobody else saw."""
    monkeypatch.setattr(folder, "data_folder", lambda: tmp_path / "data")
    services.log_open(log=LOG, origin=ORIGIN, now=now)
    grow(10, now)
    query = timestamping.query_make(log=LOG)
    timestamping.stamp_add(log=LOG, size=13, token=tsa.answer(query.body), now=now)
    grow(2, now)
    newest = queries.checkpoint_latest(LOG)
    line = cosign(newest.note, WITNESS, at=int((now - DAY).timestamp())).text
    cosignature_add(log=LOG, size=newest.size, answer=line, witnesses=[WITNESS.verifier], now=now - DAY)
    assert newest.size == 16
    grow(21, now)


def grow(count: int, now: datetime) -> None:
    fill(count, now)
    services.integrate(log=LOG, now=now)


def packed(place: Path, now: datetime, indexes: list[int] | None, **wish: object) -> Path:
    pack.pack_write(log=LOG, target=place, actor="p-1", now=now, indexes=indexes, **wish)  # type: ignore[arg-type]
    return place


def judged(
    place: Path, tsa: TimeAuthority | None = None, *, lost: tuple[str, ...] = (), vkeys: tuple[str, ...] = ()
) -> tuple[str, str]:
    """The first complaint of the product's verifier and that of the single file; empty where they accept."""
    keys = vkeys or tuple(queries.vkeys(LOG))
    authority = None if tsa is None else Authority(tsa.root.read_bytes())
    known = [compromised_given(text) for text in lost]
    report = verify_pack(place, vkeys=keys, trust=Trust(known, [WITNESS.verifier], authority))
    alone = ""
    try:
        ca = "" if tsa is None else str(tsa.root)
        standalone.check_pack(str(place), list(keys), standalone.Known([WITNESS.verifier.text], list(lost), ca))
    except standalone.REFUSED as error:
        alone = str(error) or type(error).__name__
    return (report.differences[0].message if report.differences else ""), alone


def signed_again(place: Path, signer: Ed25519Signer | None = None) -> None:
    """What somebody with the signing key can do: make the manifest fit files that were changed."""
    names = [file.relative_to(place).as_posix() for file in place.rglob("*") if file.is_file()]
    digests = {name: sha256((place / name).read_bytes()).hexdigest() for name in names if name != MANIFEST}
    signed = envelope_sign(manifest_payload(digests, {"about": ""}), [signer or signing.signer_of(ORIGIN)])
    (place / MANIFEST).write_bytes(signed)


# who else saw it


@pytest.mark.usefixtures("log")
def test_a_small_pack_shows_that_its_log_continues_what_others_saw(
    tmp_path: Path, tsa: TimeAuthority, now: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    place = packed(tmp_path / "pack", now, [5, 15, 30])
    size = queries.position(LOG)
    names = {
        file.relative_to(place).as_posix()
        for part in ("time", "seen", "consistency")
        for file in (place / part).iterdir()
    }
    assert names == {
        "time/13.note", "time/13.tsr", "seen/16.note", f"consistency/13-{size}.txt", f"consistency/16-{size}.txt",
    }  # fmt: skip
    assert judged(place, tsa) == ("", "")
    vkey = queries.vkeys(LOG)[0]
    given = [str(place), "--vkey", vkey, "--witness", WITNESS.verifier.text, "--tsa-ca", str(tsa.root), "--json"]
    assert standalone.main(given) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["growth"], said["seen"], said["notes"]) == (2, 2, [])
    assert standalone.main([*given[:3], "--json"]) == 0
    assert "--tsa-ca" in json.loads(capsys.readouterr().out)["notes"][0]


@pytest.mark.usefixtures("log")
def test_each_entry_brings_the_earliest_that_covers_it_and_no_more(tmp_path: Path, now: datetime) -> None:
    late = packed(tmp_path / "late", now, [20, 30])
    assert not any((late / part).exists() for part in ("time", "seen", "consistency"))
    early = packed(tmp_path / "early", now, [14])
    assert not (early / "time").exists()
    assert [file.name for file in (early / "seen").iterdir()] == ["16.note"]
    whole = packed(tmp_path / "whole", now, None)
    assert (whole / "time/13.tsr").exists()
    assert not (whole / "consistency").exists()
    assert judged(whole) == ("", "")


def _text(name: str, change: Callable[[str], str]) -> Callable[[Path], None]:
    def changed(place: Path) -> None:
        (file,) = place.glob(name)
        text = file.read_text("utf-8")
        assert change(text) != text
        file.write_text(change(text), "utf-8")

    return changed


def _line(at: int, change: Callable[[str], str]) -> Callable[[str], str]:
    def changed(text: str) -> str:
        lines = text.split("\n")
        lines[at] = change(lines[at])
        return "\n".join(lines)

    return changed


def _bit(text: str) -> str:
    data = bytearray(base64.b64decode(text))
    data[-1] ^= 1
    return base64.b64encode(data).decode()


def _remove(name: str) -> Callable[[Path], None]:
    return lambda place: next(place.glob(name)).unlink()


def _rename(place: Path) -> None:
    (file,) = place.glob("consistency/13-*.txt")
    file.rename(file.with_name(file.name.replace("13-", "12-")))


def _fork(place: Path) -> None:
    """A checkpoint of another history, signed with the real key of the log."""
    forged = sign_checkpoint(Checkpoint(ORIGIN, 16, bytes(32)), [signing.signer_of(ORIGIN)])
    line = cosign(forged, WITNESS, at=1_700_000_000).text
    (place / "seen/16.note").write_text(forged + line, "utf-8")


def _other_newer(place: Path) -> None:
    """The growth leads to another root than the one that the proofs of the pack lead to."""
    (file,) = place.glob("consistency/16-*.txt")
    head, _, _ = file.read_text("utf-8").partition("\n\n")
    forged = sign_checkpoint(Checkpoint(ORIGIN, queries.position(LOG), bytes(32)), [signing.signer_of(ORIGIN)])
    file.write_text(f"{head}\n\n{forged}", "utf-8")


def _token(change: Callable[[bytearray], None]) -> Callable[[Path], None]:
    def changed(place: Path) -> None:
        data = bytearray((place / "time/13.tsr").read_bytes())
        change(data)
        (place / "time/13.tsr").write_bytes(data)

    return changed


def _flip_last(data: bytearray) -> None:
    data[-3] ^= 1


def _cut(data: bytearray) -> None:
    del data[len(data) // 2 :]


TAMPERED: dict[str, Callable[[Path], None]] = {
    "a hash of the growth": _text("consistency/16-*.txt", _line(1, _bit)),
    "a hash of the growth gone": _text("consistency/16-*.txt", lambda text: text.replace(text.split("\n")[1] + "\n", "", 1)),
    "a hash of the growth twice": _text("consistency/16-*.txt", lambda text: text.replace(text.split("\n")[1], f"{text.split(chr(10))[1]}\n{text.split(chr(10))[1]}", 1)),
    "another older size": _text("consistency/16-*.txt", lambda text: text.replace("old 16", "old 15", 1)),
    "no growth": _remove("consistency/16-*.txt"),
    "another name": _rename,
    "a forked checkpoint": _fork,
    "another newer checkpoint": _other_newer,
    "another size in what was seen": _text("seen/16.note", _line(1, lambda _: "15")),
    "another root in what was stamped": _text("time/13.note", _line(2, _bit)),
    "the witness's line": _text("seen/16.note", _line(-2, lambda line: " ".join([*line.split(" ")[:2], _bit(line.split(" ")[2])]))),
    "the stamp's signature": _token(_flip_last),
    "the stamp cut short": _token(_cut),
    "the stamp gone": _remove("time/13.tsr"),
}  # fmt: skip


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize("what", by_turns(TAMPERED, 3))
def test_what_others_saw_is_refused_when_tampered_with(
    what: str, tmp_path: Path, tsa: TimeAuthority, now: datetime
) -> None:
    place = packed(tmp_path / "pack", now, [5, 15, 30])
    TAMPERED[what](place)
    signed_again(place)
    told = judged(place, tsa)
    assert all(told), told


@pytest.mark.usefixtures("log")
def test_a_stamp_by_an_authority_that_the_reader_does_not_know_is_refused(tmp_path: Path, now: datetime) -> None:
    place = packed(tmp_path / "pack", now, [5])
    assert all(judged(place, made(tmp_path / "other", "Somebody else")))


@pytest.mark.usefixtures("log")
def test_in_a_whole_log_a_forked_checkpoint_of_the_past_is_refused(
    tmp_path: Path, tsa: TimeAuthority, now: datetime
) -> None:
    place = packed(tmp_path / "pack", now, None)
    _fork(place)
    signed_again(place)
    told = judged(place, tsa)
    assert all(told), told


def run_commands(place: Path, text: str) -> list[str]:
    """Run the commands of a part of VERIFY.txt in the folder of the pack; return those that failed."""
    lines = [line[4:] for line in text.splitlines() if line.startswith("    ")]
    assert lines
    shell = ["bash", "-e", "-o", "pipefail", "-c"]
    failed = []
    for line in lines:
        command = line.replace("python3 ", f"{sys.executable} ", 1)
        if subprocess.run([*shell, command], cwd=place, capture_output=True, check=False).returncode:
            failed.append(line)
    return failed


@pytest.mark.usefixtures("log")
def test_the_commands_for_the_time_stamp_are_those_of_openssl(
    tmp_path: Path, tsa: TimeAuthority, now: datetime
) -> None:
    place = packed(tmp_path / "pack", now, [5])
    text = (place / "VERIFY.txt").read_text("utf-8").partition("\n5. OpenSSL, for the time stamp.")[2]
    (place / "tsa.pem").write_bytes(tsa.root.read_bytes())
    assert run_commands(place, text) == []
    _text("time/13.note", _line(2, _bit))(place)
    assert [line.split()[:3] for line in run_commands(place, text)] == [["openssl", "ts", "-verify"]]


# lost keys


def lost_at(moment: datetime) -> tuple[str, ...]:
    return (f"{queries.vkeys(LOG)[0]}@{moment_text(moment)}",)


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize(
    ("indexes", "before", "accepted"),
    [([3, 15], "witness", True), ([3, 16], "witness", False), ([3], "nobody", False), (None, "witness", False)],
    ids=["seen", "one unseen", "lost before", "whole log"],
)
def test_what_a_lost_key_signed_counts_where_others_saw_it(
    indexes: list[int] | None, before: str, accepted: bool, tmp_path: Path, now: datetime
) -> None:
    place = packed(tmp_path / "pack", now, indexes)
    assert judged(place) == ("", "")
    told = judged(place, lost=lost_at(now - (timedelta(hours=1) if before == "witness" else 2 * DAY)))
    assert [not one for one in told] == [accepted, accepted], told
    if indexes is None:
        assert all("first 16 entries are proven" in one for one in told)


@pytest.mark.usefixtures("log")
def test_a_stamp_from_before_proves_as_a_witness_does(tmp_path: Path, tsa: TimeAuthority, now: datetime) -> None:
    place = packed(tmp_path / "pack", now, [3, 9])
    moment = datetime.now(UTC)
    assert judged(place, tsa, lost=lost_at(moment + DAY)) == ("", "")
    early = lost_at(min(now, moment) - 2 * DAY)
    assert all(judged(place, tsa, lost=early))


def _der(data: bytes, at: int) -> tuple[int, int]:
    """(begin, end) of the value of the element at a place."""
    length, begin = data[at + 1], at + 2
    if length & 0x80:
        begin += length & 0x7F
        length = int.from_bytes(data[at + 2 : begin], "big")
    return begin, begin + length


def _element(tag: int, value: bytes) -> bytes:
    size = len(value)
    if size < 0x80:
        return bytes([tag, size]) + value
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + value


@pytest.mark.usefixtures("log")
def test_the_unsigned_words_around_a_stamp_do_not_say_its_time(
    tmp_path: Path, tsa: TimeAuthority, now: datetime
) -> None:
    """The status of an answer may have a text, which is not signed, and openssl prints it before the time."""
    place = packed(tmp_path / "pack", now, [3, 9])
    moment = datetime.now(UTC)
    token = (place / "time/13.tsr").read_bytes()
    begin, end = _der(token, 0)
    status, status_end = _der(token, begin)
    words = _element(0x0C, f"x\nTime stamp: {moment - 9 * DAY:%b %d %H:%M:%S %Y} GMT\n".encode())
    told = _element(0x30, token[status:status_end] + _element(0x30, words))
    (place / "time/13.tsr").write_bytes(_element(0x30, told + token[status_end:end]))
    signed_again(place)
    note = (place / "time/13.note").read_text("utf-8")
    stamped = standalone.Head(note, [standalone.Key(key) for key in queries.vkeys(LOG)]).stamped_bytes()
    read = [
        standalone.stamped_at(each, stamped, str(tsa.root)) for each in (token, (place / "time/13.tsr").read_bytes())
    ]
    assert read[0] == read[1]
    assert abs(read[0] - moment) < DAY
    assert judged(place, tsa) == ("", "")
    assert all(judged(place, tsa, lost=lost_at(min(now, moment) - 2 * DAY)))


@pytest.fixture
def thief(log: None, now: datetime) -> Ed25519Signer:
    """Whoever copied the key, which was then declared as lost."""
    found = Ed25519Signer(ORIGIN, keyfile_load(folder.key_file()))
    key_compromise(since=now - timedelta(hours=1), reason="The disk of the server was copied.", now=now)
    grow(3, now)
    return found


def told_by_log() -> list[int]:
    return queries.entry_indexes(log=LOG, kind="key.compromised")


@pytest.mark.slow
@pytest.mark.usefixtures("thief")
@pytest.mark.parametrize("whole", [True, False])
def test_a_pack_from_after_the_loss_tells_of_it_and_rests_on_the_sound_key(
    whole: bool, tmp_path: Path, tsa: TimeAuthority, now: datetime
) -> None:
    place = packed(tmp_path / "pack", now, None if whole else [3, 30, *told_by_log()])
    assert judged(place, tsa) == ("", "")
    text = (place / "VERIFY.txt").read_text("utf-8")
    assert run_commands(place, text.partition("\n0. ")[2].partition("\n1. ")[0].partition("The other ways")[0]) == []
    assert "--compromised '" in text
    assert text.count("--vkey '") >= 2


@pytest.mark.usefixtures("thief")
def test_a_declared_loss_that_the_pack_does_not_show_must_be_known(tmp_path: Path, now: datetime) -> None:
    place = packed(tmp_path / "pack", now, [3, *told_by_log()], contents=False)
    told = judged(place)
    assert all("--compromised" in one for one in told), told
    assert judged(place, lost=lost_at(now - timedelta(hours=1))) == ("", "")


def test_a_thief_cannot_hand_out_another_history_in_a_pack(thief: Ed25519Signer, tmp_path: Path, now: datetime) -> None:
    place = packed(tmp_path / "pack", now, [30])
    proof = parse_proof((place / "proofs/30.tlog-proof").read_bytes())
    head = parse_checkpoint(proof.checkpoint)[0]
    forged = sign_checkpoint(Checkpoint(ORIGIN, head.size, head.root), [thief])
    (place / "proofs/30.tlog-proof").write_text(format_proof(type(proof)(proof.index, proof.path, forged)), "utf-8")
    signed_again(place, thief)
    assert judged(place) == ("", "")  # who does not know of the loss cannot see it
    told = judged(place, lost=lost_at(now - timedelta(hours=1)))
    assert all(told), told


# what people signed

STATED = {"predicate": {"authentication": "passkey", "says": "I approve version 3."}}


def by_passkey(
    says: dict[str, object], *, origin: str = "https://gov.example.org", flags: int = 5
) -> dict[str, object]:
    device = SoftPasskey(origin, "gov.example.org", flags)
    public = device.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    payload = json.dumps(says).encode()
    asked = json.dumps({"challenge": base64.urlsafe_b64encode(challenge_of(payload)).decode().rstrip("=")})
    given = json.loads(device.get(asked))["response"]
    names = ("authenticatorData", "clientDataJSON", "signature")
    parts = Assertion(*(base64.urlsafe_b64decode(given[name] + "==") for name in names))
    envelope = envelope_by_passkey(payload, public, parts)
    return {"authentication": "passkey", "envelope": envelope.decode(), "public_key": spki_text(public)}


def by_server(says: dict[str, object]) -> dict[str, object]:
    signer = Ed25519Signer.from_seed(f"{LOG}/p-1", bytes(range(32)))
    envelope = envelope_sign(json.dumps(says).encode(), [signer]).decode()
    return {"authentication": "passkey", "envelope": envelope, "public_key": signer.verifier.text}


def _bent(change: Callable[[dict[str, object]], None]) -> Callable[[dict[str, object]], None]:
    def changed(body: dict[str, object]) -> None:
        envelope = json.loads(str(body["envelope"]))
        change(envelope)
        body["envelope"] = json.dumps(envelope)

    return changed


def _seen(**more: object) -> Callable[[dict[str, object]], None]:
    def change(envelope: dict[str, object]) -> None:
        made = envelope["signatures"][0]["webauthn"]  # type: ignore[index]
        seen = json.loads(base64.b64decode(made["clientDataJSON"]))
        made["clientDataJSON"] = base64.b64encode(json.dumps({**seen, **more}).encode()).decode()

    return _bent(change)


def _authenticator(at: int) -> Callable[[dict[str, object]], None]:
    def change(envelope: dict[str, object]) -> None:
        made = envelope["signatures"][0]["webauthn"]  # type: ignore[index]
        data = bytearray(base64.b64decode(made["authenticatorData"]))
        data[at] ^= 4
        made["authenticatorData"] = base64.b64encode(data).decode()

    return _bent(change)


def _signed(name: str, value: object) -> Callable[[dict[str, object]], None]:
    return _bent(lambda envelope: envelope["signatures"][0].update({name: value}))  # type: ignore[index]


SIGNATURES: dict[str, tuple[Callable[..., dict[str, object]], Callable[[dict[str, object]], None]]] = {
    "passkey: another payload": (by_passkey, _bent(lambda it: it.update(payload=base64.b64encode(b'{"predicate":{"authentication":"passkey"}}').decode()))),
    "passkey: another type": (by_passkey, _bent(lambda it: it.update(payloadType="text/plain"))),
    "passkey: another challenge": (by_passkey, _seen(challenge="AAAA")),
    "passkey: another site": (by_passkey, _seen(origin="https://evil.example")),
    "passkey: from another site": (by_passkey, _seen(crossOrigin=True)),
    "passkey: made instead of asked": (by_passkey, _seen(type="webauthn.create")),
    "passkey: its own site": (by_passkey, _authenticator(0)),
    "passkey: person not verified": (by_passkey, _authenticator(32)),
    "passkey: its counter": (by_passkey, _authenticator(36)),
    "passkey: another key": (by_passkey, lambda body: body.update(public_key=by_passkey(STATED)["public_key"])),
    "passkey: key of another kind": (by_passkey, lambda body: body.update(public_key="spki:AAAA")),
    "passkey: another name of the key": (by_passkey, _signed("keyid", "passkey+00")),
    "passkey: another signature": (by_passkey, _signed("sig", base64.b64encode(bytes(70)).decode())),
    "passkey: two signatures": (by_passkey, _bent(lambda it: it.update(signatures=it["signatures"] * 2))),  # type: ignore[operator]
    "passkey: confirmed in another way": (by_passkey, lambda body: body.update(authentication="password")),
    "server: another payload": (by_server, _bent(lambda it: it.update(payload=base64.b64encode(b"{}").decode()))),
    "server: another key": (by_server, lambda body: body.update(public_key=Ed25519Signer.from_seed(f"{LOG}/p-1", bytes(32)).verifier.text)),
    "server: another signature": (by_server, _signed("sig", base64.b64encode(bytes(64)).decode())),
    "server: no signature": (by_server, _bent(lambda it: it.update(signatures=[]))),
    "server: confirmed in another way": (by_server, lambda body: body.update(authentication="session")),
}  # fmt: skip


def in_a_pack(place: Path, body: dict[str, object], now: datetime, hide: frozenset[str] = frozenset()) -> Path:
    with transaction.atomic():
        services.append(log=LOG, kind="record.approved", subject="record:1", actor="p-1", body=body, now=now)
    services.integrate(log=LOG, now=now)
    return packed(place, now, [queries.position(LOG) - 1], hide=hide)


@pytest.fixture
def short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(folder, "data_folder", lambda: tmp_path / "data")
    services.log_open(log=LOG, origin=ORIGIN, now=now)


@pytest.mark.usefixtures("short")
@pytest.mark.req("L-14")
@pytest.mark.parametrize("make", [by_passkey, by_server])
@pytest.mark.parametrize("hide", [frozenset(), frozenset({"note"})], ids=["whole", "in part"])
def test_a_signature_of_a_person_is_followed_in_a_pack(
    make: Callable[..., dict[str, object]], hide: frozenset[str], tmp_path: Path, now: datetime
) -> None:
    place = in_a_pack(tmp_path / "pack", {**make(STATED), "note": "said in private"}, now, hide)
    assert judged(place) == ("", "")
    known = standalone.Known()
    assert standalone.check_pack(str(place), queries.vkeys(LOG), known)["signatures"] == 1
    assert verify_pack(place, vkeys=queries.vkeys(LOG)).counts["signatures of people"] == 1


@pytest.mark.usefixtures("short")
@pytest.mark.req("L-14")
@pytest.mark.parametrize("what", by_turns(SIGNATURES, 4))
def test_a_signature_of_a_person_that_is_not_theirs_is_refused(what: str, tmp_path: Path, now: datetime) -> None:
    make, change = SIGNATURES[what]
    body = make(STATED)
    change(body)
    told = judged(in_a_pack(tmp_path / "pack", body, now))
    assert all(told), told
