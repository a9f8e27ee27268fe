"""Packs in which a forged tree lies beside the real one: neither verifier takes what vouches for the one for the other."""

import base64
import json
import zipfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from assay.client import standalone
from assay.client.compromised import compromised_given
from assay.client.dsse import envelope_sign
from assay.client.pack import MANIFEST, manifest_payload, verify_pack
from assay.client.statement import Statement, commitment_of, leaf_bytes
from assay.client.trust import Trust
from assay.client.witness import Request, format_request
from assay.core.merkle import bundle_entries, consistency_proof, inclusion_proof, leaf_hash, root_hash
from assay.core.note import COSIGNATURE_V1, Checkpoint, Ed25519Signer, LogProof, cosign, format_proof, sign_checkpoint

pytestmark = pytest.mark.req("L-06", "L-09")
ORIGIN = "assay.test/x/1"
LOST, SOUND = (Ed25519Signer.from_seed(ORIGIN, bytes([number]) * 32) for number in (1, 2))
OTHER = Ed25519Signer.from_seed("assay.test/other/1", bytes([4]) * 32)
WITNESS = Ed25519Signer.from_seed("witness.test", bytes([3]) * 32, kind=COSIGNATURE_V1)
BEFORE = int(datetime(2026, 5, 1, tzinfo=UTC).timestamp())
SINCE = "2026-06-01T00:00:00Z"
SALT = bytes(32)
Entry = tuple[bytes, bytes]
Pack = dict[str, bytes]


def entry(index: int, body: dict[str, object], kind: str = "artefact.imported") -> Entry:
    """(leaf, content)."""
    data = json.dumps(body).encode()
    statement = Statement(
        event=f"00000000-0000-4000-8000-{index:012d}", kind=kind, log="x", actor="p-1", subject="a:1",
        at="2026-01-01T00:00:00.000000Z", commitment=commitment_of(SALT, data),
    )  # fmt: skip
    return leaf_bytes(statement), data


def declared(index: int, key: Ed25519Signer, until: int) -> Entry:
    public = base64.b64encode(key.verifier.public).decode()
    body = {"vkey": key.verifier.text, "public": public, "since": SINCE, "until_size": until}
    return entry(index, dict(body), "key.compromised")


GOOD = [*(entry(index, {"n": index, "says": "good"}) for index in range(3)), declared(3, LOST, 3)]
BAD = [entry(index, {"n": index, "says": "forged"}) for index in range(4)]


def head(entries: Sequence[Entry], size: int, signer: Ed25519Signer) -> str:
    root = root_hash([leaf_hash(leaf) for leaf, _ in entries[:size]])
    return sign_checkpoint(Checkpoint(ORIGIN, size, root), [signer])


def line(index: int, entry: Entry) -> bytes:
    salt, data = (base64.b64encode(each).decode() for each in (SALT, entry[1]))
    return json.dumps({"data": data, "event": "e", "index": index, "salt": salt}).encode() + b"\n"


def contents(entries: Iterable[tuple[int, Entry]]) -> Pack:
    return {"payloads/000000000.jsonl": b"".join(line(index, each) for index, each in entries)}


def whole(entries: Sequence[Entry], signer: Ed25519Signer) -> Pack:
    leaves, size = [leaf for leaf, _ in entries], len(entries)
    return {
        "log/checkpoint": head(entries, size, signer).encode(),
        f"log/tile/entries/000.p/{size}": bundle_entries(leaves),
        f"log/tile/0/000.p/{size}": b"".join(leaf_hash(leaf) for leaf in leaves),
        **contents(enumerate(entries)),
    }


def chosen(entries: Sequence[Entry], index: int, signer: Ed25519Signer) -> Pack:
    """The hashes of the whole log, and one entry."""
    files = {name: data for name, data in whole(entries, signer).items() if "entries" not in name}
    leaf = {"index": index, "leaf": base64.b64encode(entries[index][0]).decode()}
    return files | {"leaves/000000000.jsonl": json.dumps(leaf).encode()} | contents([(index, entries[index])])


def proven(entries: Sequence[Entry], size: int, index: int, signer: Ed25519Signer) -> Pack:
    """An entry with its proof, without its content."""
    path = inclusion_proof([leaf_hash(leaf) for leaf, _ in entries[:size]], index)
    text = format_proof(LogProof(index, tuple(path), head(entries, size, signer)))
    return {f"proofs/{index}.tlog-proof": text.encode(), f"leaves/{index}.json": entries[index][0]}


def grown(entries: Sequence[Entry], old: int, new: int, signer: Ed25519Signer) -> Pack:
    hashes = [leaf_hash(leaf) for leaf, _ in entries[:new]]
    request = Request(old, tuple(consistency_proof(hashes, old)), head(entries, new, signer))
    return {f"consistency/{old}-{new}.txt": format_request(request).encode()}


def seen(entries: Sequence[Entry], size: int, signer: Ed25519Signer) -> str:
    note = head(entries, size, signer)
    return note + cosign(note, WITNESS, at=BEFORE).text


def judged(
    place: Path,
    files: Pack,
    *,
    lost: Sequence[Ed25519Signer] = (),
    kept: Sequence[str] = (),
    signer: Ed25519Signer = LOST,
    keys: Sequence[Ed25519Signer] = (LOST, SOUND),
) -> tuple[str, str]:
    """The first complaint of the product's verifier and that of the single file; empty where they accept."""
    files = {**files, "policy.txt": f"log {signer.verifier.text}\n".encode()}
    digests = {name: sha256(data).hexdigest() for name, data in files.items()}
    for name, data in files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(data)
    (place / MANIFEST).write_bytes(envelope_sign(manifest_payload(digests, {"about": ""}), [signer]))
    return said(place, lost, kept, keys)


def said(
    place: Path, lost: Sequence[Ed25519Signer] = (), kept: Sequence[str] = (), keys: Sequence[Ed25519Signer] = (SOUND,)
) -> tuple[str, str]:
    told = [f"{each.verifier.text}@{SINCE}" for each in lost]
    vkeys = [each.verifier.text for each in keys]
    trust = Trust([compromised_given(text) for text in told], [WITNESS.verifier])
    report = verify_pack(place, vkeys=vkeys, checkpoints=kept, trust=trust)
    alone = ""
    try:
        standalone.check_pack(str(place), vkeys, standalone.Known([WITNESS.verifier.text], told, kept=kept))
    except standalone.REFUSED as error:
        alone = str(error) or type(error).__name__
    return (report.differences[0].message if report.differences else ""), alone


def test_a_genuine_pack_of_each_form_is_accepted(tmp_path: Path) -> None:
    kept = [head(GOOD, 0, LOST), head(GOOD, 2, LOST), head(GOOD, 4, SOUND)]
    assert judged(tmp_path / "whole", whole(GOOD, SOUND), kept=kept) == ("", "")
    one = chosen(GOOD, 1, LOST) | {"seen/3.note": seen(GOOD, 3, LOST).encode()}
    assert judged(tmp_path / "one", one, lost=[LOST]) == ("", "")
    some = proven(GOOD, 4, 1, SOUND) | proven(GOOD, 4, 3, SOUND) | contents([(1, GOOD[1]), (3, GOOD[3])])
    assert judged(tmp_path / "some", some, lost=[LOST], kept=kept) == ("", "")


@pytest.mark.parametrize("place", ["seen/2.note", "time/2.note"])
def test_the_pack_cannot_switch_off_the_checkpoint_that_the_reader_kept(place: str, tmp_path: Path) -> None:
    kept = [head(GOOD, 2, LOST)]
    assert all(judged(tmp_path / "plain", whole(BAD, LOST), kept=kept))
    files = whole(BAD, LOST) | {place: head(BAD, 2, LOST).encode(), "time/2.tsr": b"x"}
    assert judged(tmp_path / "beside", files) == ("", "")  # who kept nothing cannot see it
    assert all(judged(tmp_path / "beside", files, kept=kept))
    assert all(judged(tmp_path / "reversed", files, kept=[head(BAD, 2, LOST), *kept]))


@pytest.mark.parametrize("place", ["seen/2.note", "time/2.note"])
def test_a_checkpoint_that_others_saw_and_that_is_no_text_is_refused(place: str, tmp_path: Path) -> None:
    note = seen(GOOD, 2, LOST).encode()
    for number, data in enumerate((note.replace(b"x/1", b"x\xff1"), note + b"\xff", bytes(range(256)))):
        beside = {place: data, "time/2.tsr": b"x"}
        for name, files in (("whole", whole(GOOD, SOUND)), ("one", chosen(GOOD, 1, SOUND))):
            assert all(judged(tmp_path / f"{name}{number}", files | beside))


def test_a_kept_checkpoint_counts_for_a_pack_of_some_entries(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = proven(BAD, 4, 1, LOST)
    assert all(judged(tmp_path / "pack", files, kept=[head(GOOD, 4, SOUND)]))
    assert judged(tmp_path / "pack", files, kept=[head(GOOD, 2, LOST)]) == ("", "")
    (tmp_path / "kept").write_text(head(GOOD, 2, LOST))
    given = [str(tmp_path / "pack"), "--vkey", LOST.verifier.text, "--checkpoint", str(tmp_path / "kept"), "--json"]
    assert standalone.main(given) == 0
    assert "compared with nothing" in json.loads(capsys.readouterr().out)["notes"][0]
    (tmp_path / "kept").write_text(head(GOOD, 4, LOST))
    assert standalone.main(given) == 1


def test_what_a_witness_saw_of_the_real_tree_does_not_prove_a_forged_one(tmp_path: Path) -> None:
    files = chosen(BAD, 1, LOST) | {"seen/3.note": seen(GOOD, 3, LOST).encode()}
    beside = files | {"time/3.note": head(BAD, 3, LOST).encode(), "time/3.tsr": b"x"}
    for number, each in enumerate((files, beside)):
        place = tmp_path / str(number)
        assert all(judged(place, each, lost=[LOST]))
        found = verify_pack(place, vkeys=[LOST.verifier.text], trust=TRUST).differences
        assert any(one.place == "log/checkpoint" and "compromised" in one.message for one in found)


TRUST = Trust([compromised_given(f"{LOST.verifier.text}@{SINCE}")], [WITNESS.verifier])


@pytest.mark.parametrize("lost", [(), (LOST,)], ids=["told by the pack", "known"])
def test_a_sound_key_covers_only_what_is_in_its_own_tree(lost: Sequence[Ed25519Signer], tmp_path: Path) -> None:
    forged = proven(BAD, 2, 1, LOST) | contents([(1, BAD[1])])
    assert all(judged(tmp_path / "alone", forged, lost=[LOST]))
    beside = proven(BAD, 2, 1, LOST) | proven(GOOD, 4, 3, SOUND) | contents([(1, BAD[1]), (3, GOOD[3])])
    assert all(judged(tmp_path / "beside", beside, lost=lost))


@pytest.mark.parametrize("lost", [(), (LOST,)], ids=["told by the pack", "known"])
def test_a_forged_proof_does_not_take_the_place_of_an_entry_of_the_whole_log(
    lost: Sequence[Ed25519Signer], tmp_path: Path
) -> None:
    mixed = [GOOD[0], BAD[1], *GOOD[2:]]
    files = whole(GOOD, SOUND) | proven(BAD, 2, 1, LOST) | contents(enumerate(mixed))
    assert all(judged(tmp_path / "content", files, lost=lost))
    assert all(judged(tmp_path / "leaf", whole(GOOD, SOUND) | proven(BAD, 2, 1, LOST), lost=lost))
    same = whole(GOOD, SOUND) | proven([BAD[0], *GOOD[1:]], 2, 1, LOST)
    assert all(judged(tmp_path / "same entry, other tree", same, lost=lost))


def test_proofs_that_lead_to_two_trees_are_refused_without_a_lost_key(tmp_path: Path) -> None:
    files = proven(BAD, 2, 1, LOST) | proven(GOOD, 3, 2, LOST)
    assert all(judged(tmp_path / "two", files))
    assert all(judged(tmp_path / "of one size", proven(BAD, 3, 1, LOST) | proven(GOOD, 3, 2, LOST)))
    older = proven(GOOD, 2, 1, LOST) | proven(GOOD, 3, 2, LOST)
    assert all(judged(tmp_path / "not shown to be one", older))
    joined = older | grown(GOOD, 2, 3, LOST) | {"seen/2.note": seen(GOOD, 2, LOST).encode()}
    assert judged(tmp_path / "shown", joined) == ("", "")


def test_an_older_checkpoint_of_a_lost_key_counts_up_to_the_size_that_a_sound_key_tells(tmp_path: Path) -> None:
    """`until_size` counts from a sound key's tree, and not from one that the lost key signed alone."""
    after = [*GOOD, declared(4, SOUND, 4)]
    some = proven(after, 2, 1, LOST) | grown(after, 2, 4, SOUND) | {"seen/2.note": head(after, 2, LOST).encode()}
    some |= proven(after, 4, 3, SOUND) | contents([(3, after[3])])
    assert judged(tmp_path / "covered", some, lost=[LOST]) == ("", "")
    own = [*BAD[:3], declared(3, LOST, 1_000)]
    forged = proven(own, 4, 3, LOST) | contents([(3, own[3])])
    assert all(judged(tmp_path / "own", forged))
    assert all(judged(tmp_path / "known", forged, lost=[LOST]))


def test_each_hidden_declaration_needs_a_lost_key_of_this_log(tmp_path: Path) -> None:
    hidden = proven(GOOD, 4, 3, SOUND)
    assert all("--compromised" in one for one in judged(tmp_path / "pack", hidden))
    assert all("--compromised" in one for one in judged(tmp_path / "pack", hidden, lost=[OTHER]))
    assert judged(tmp_path / "pack", hidden, lost=[LOST]) == ("", "")
    report = verify_pack(tmp_path / "pack", vkeys=[LOST.verifier.text, SOUND.verifier.text], trust=TRUST)
    assert any(note.startswith("Entry 3 declares a key as lost") for note in report.notes)
    third = Ed25519Signer.from_seed(ORIGIN, bytes([5]) * 32)
    twice = [*GOOD, declared(4, third, 4)]
    both = proven(twice, 5, 3, SOUND) | proven(twice, 5, 4, SOUND)
    keys = (LOST, SOUND, third)
    assert all("--compromised" in one for one in judged(tmp_path / "two", both, lost=[LOST], keys=keys))
    assert judged(tmp_path / "two", both, lost=[LOST, third], keys=keys) == ("", "")
    one = both | contents([(3, twice[3])])
    assert all("--compromised" in one for one in judged(tmp_path / "one", one, lost=[LOST], keys=keys))
    assert judged(tmp_path / "one", one, lost=[third], keys=keys) == ("", "")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_zip_file_with_two_files_of_one_name_is_refused(tmp_path: Path) -> None:
    files = whole(GOOD, SOUND) | {"index.html": b"genuine"}
    assert judged(tmp_path / "pack", files, signer=SOUND) == ("", "")
    for name, first in {"once.zip": {}, "twice.zip": {"index.html": b"forged"}}.items():
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            for path, data in first.items():
                archive.writestr(path, data)
            for file in sorted((tmp_path / "pack").rglob("*")):
                if file.is_file():
                    archive.write(file, file.relative_to(tmp_path / "pack").as_posix())
    assert said(tmp_path / "once.zip") == ("", "")
    assert all("more than one file" in one for one in said(tmp_path / "twice.zip"))
