"""Packs for others: some entries of many, contents shown in part, checked where neither network nor product is, in bounded memory."""

import base64
import importlib.util
import json
import resource
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import pytest
from django.db import transaction
from openpyxl import load_workbook  # type: ignore[import-untyped]

from assay.client import standalone
from assay.client.dsse import envelope_sign
from assay.client.pack import MANIFEST, manifest_payload, verify_pack
from assay.core.errors import InvalidInput
from assay.core.note import COSIGNATURE_V1, Ed25519Signer, cosign
from assay.ledger import erasing, pack, queries, services, signing
from assay.ledger.sequencer import sequence_batch
from assay.ledger.services import prepare
from assay.ledger.witnessing import cosignature_add
from tests.conftest import NOW
from tests.ledger_flush import forget, taken_back
from tests.rooms.ledger_log import LOG, ORIGIN, fill

pytestmark = pytest.mark.django_db
ACT = {"reason": "compared, not taught", "who": "Mira Halvorsen", "details": {"note": "private", "n": [1, None, True]}}


@pytest.fixture(scope="module")
def _filled(kept: None) -> None:
    services.log_open(log=LOG, origin=ORIGIN, now=NOW)
    fill(1500, NOW)
    with transaction.atomic():
        for kind in ("finding.disposed", "artefact.changed"):
            services.append(log=LOG, kind=kind, subject="finding:1", actor="p-1", body=ACT, now=NOW)
    services.integrate(log=LOG, now=NOW)


@pytest.fixture(autouse=True)
def _log(_filled: None, db: None) -> Iterator[None]:
    yield
    forget()


@pytest.fixture(scope="module")
def many(_filled: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pack of many entries. Nobody may change it."""
    with taken_back():
        return made(tmp_path_factory.mktemp("packed") / "many", NOW, indexes=range(100, 1400))


@pytest.fixture(scope="module")
def hidden(_filled: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pack of one entry whose content is shown in part. Nobody may change it."""
    with taken_back():
        by_field = queries.entry_list(log=LOG, kind="finding.disposed").entries[0]
        place = tmp_path_factory.mktemp("packed") / "hidden"
        return made(place, NOW, indexes=[by_field.index], hide=frozenset({"who"}))


def made(place: Path, now: datetime, **wish: object) -> Path:
    pack.pack_write(log=LOG, target=place, actor="p-1", now=now, **wish)  # type: ignore[arg-type]
    return place


def judged(place: Path) -> tuple[bool, bool]:
    """Whether the product's verifier and the single file accept a pack."""
    vkey = queries.vkeys(LOG)[0]
    return not verify_pack(place, vkeys=[vkey]).differences, standalone.main([str(place), "--vkey", vkey]) == 0


def signed_again(place: Path) -> None:
    """What somebody with the signing key can do: make the manifest fit files that were changed."""
    names = [file.relative_to(place).as_posix() for file in place.rglob("*") if file.is_file()]
    digests = {name: sha256((place / name).read_bytes()).hexdigest() for name in names if name != MANIFEST}
    signed = envelope_sign(manifest_payload(digests, {"about": ""}), [signing.signer_of(ORIGIN)])
    (place / MANIFEST).write_bytes(signed)


@pytest.mark.req("L-09")
def test_many_entries_are_packed_with_the_hashes_of_the_whole_log(tmp_path: Path, now: datetime) -> None:
    place = made(tmp_path / "many.zip", now, indexes=range(100, 1400))
    report = verify_pack(place, vkeys=queries.vkeys(LOG))
    assert (report.differences, report.counts["entries"], report.counts["payloads"]) == ((), 1300, 1300)
    assert judged(place) == (True, True)
    names = zipfile.ZipFile(place).namelist()
    assert not any("entries" in name or name.startswith("proofs/") for name in names)


def _leaf_of_another_log(place: Path) -> None:
    name = place / "leaves/000000001.jsonl"
    lines = name.read_bytes().splitlines()
    value = json.loads(lines[0])
    value["leaf"] = base64.b64encode(base64.b64decode(value["leaf"]).replace(b"p-1", b"p-2")).decode()
    name.write_bytes(b"\n".join([json.dumps(value).encode(), *lines[1:]]) + b"\n")


def _other_index(place: Path) -> None:
    name = place / "leaves/000000001.jsonl"
    name.write_text(name.read_text().replace('"index": 300,', '"index": 301,'))


def _negative_index(place: Path) -> None:
    name = place / "leaves/000000001.jsonl"
    name.write_text(name.read_text().replace('"index": 300,', '"index": -1,'))


def _hash(name: str) -> Callable[[Path], None]:
    def change(place: Path) -> None:
        data = bytearray((place / name).read_bytes())
        data[40] ^= 1
        (place / name).write_bytes(data)

    return change


def _cut(place: Path) -> None:
    (place / "log/tile/0/002").write_bytes((place / "log/tile/0/002").read_bytes()[:-32])


def _payload(place: Path) -> None:
    name = place / "payloads/000000002.jsonl"
    value = json.loads(name.read_bytes().splitlines()[0])
    value["data"] = base64.b64encode(b'{"n":1}').decode()
    name.write_text(json.dumps(value) + "\n")


@pytest.mark.parametrize(
    "change",
    [
        _leaf_of_another_log, _other_index, _negative_index, _hash("log/tile/0/001"), _hash("log/tile/1/000.p/5"),
        _hash("log/tile/0/005.p/225"), _cut, _payload,
    ],
    ids=["leaf", "index", "negative index", "hash", "hash above", "last hash", "cut tile", "payload"],
)  # fmt: skip
def test_a_selection_changed_under_a_good_manifest_is_refused(
    tmp_path: Path, many: Path, change: Callable[[Path], None]
) -> None:
    place = Path(shutil.copytree(many, tmp_path / "many"))
    change(place)
    signed_again(place)
    assert judged(place) == (False, False)


@pytest.mark.parametrize("form", ["whole", "some", "many"])
def test_fields_are_hidden_and_the_rest_still_verifies(tmp_path: Path, now: datetime, form: str) -> None:
    by_field, as_whole = (
        queries.entry_list(log=LOG, kind=kind).entries[0] for kind in ("finding.disposed", "artefact.changed")
    )
    assert by_field.index is not None
    assert as_whole.index is not None
    indexes = {"whole": None, "some": [by_field.index, as_whole.index], "many": range(300, as_whole.index + 1)}[form]
    place = made(tmp_path / "hidden", now, indexes=indexes, hide=frozenset({"who"}))
    everything = b"".join(file.read_bytes() for file in place.rglob("*") if file.is_file() and file.suffix != ".xlsx")
    assert b"Mira" not in everything
    assert base64.b64encode(b"Mira Halvorsen")[:12] not in everything
    assert b"compared, not taught" in everything
    assert judged(place) == (True, True)
    sheet = load_workbook(place / "index.xlsx").active
    content = {row[0]: row[-1] for row in sheet.iter_rows(min_row=3, values_only=True)}
    assert (content[by_field.index], content[as_whole.index]) == ("in part", "withheld")


@pytest.mark.parametrize("what", ["value", "name", "salt", "hidden", "dropped", "twice", "as a whole"])
def test_a_content_shown_in_part_and_changed_is_refused(tmp_path: Path, hidden: Path, what: str) -> None:
    place = Path(shutil.copytree(hidden, tmp_path / "hidden"))
    (name,) = (place / "payloads").iterdir()
    value = json.loads(name.read_bytes())
    first = value["fields"][0]
    if what in ("value", "name"):
        first[what] = "other"
    elif what == "salt":
        first["salt"] = base64.b64encode(bytes(32)).decode()
    elif what == "hidden":
        value["hidden"] = [base64.b64encode(bytes(32)).decode()]
    elif what == "dropped":
        value["hidden"] = []
    elif what == "twice":
        value["hidden"] *= 2
    else:
        value |= {"data": "e30=", "salt": base64.b64encode(bytes(32)).decode()}
        del value["fields"]
    name.write_text(json.dumps(value) + "\n")
    signed_again(place)
    assert judged(place) == (False, False)


def test_without_contents_only_leaves_and_proofs_go_out(tmp_path: Path, now: datetime) -> None:
    place = made(tmp_path / "bare", now, indexes=[5, 1501], contents=False)
    assert not (place / "payloads").exists()
    assert judged(place) == (True, True)


def test_the_index_lists_every_entry_for_people(tmp_path: Path, now: datetime) -> None:
    event = queries.entry_get(log=LOG, index=700).event
    erasing.payload_erase(log=LOG, event=event, actor="p-1", reason="asked", basis="law", now=now)
    services.integrate(log=LOG, now=now)
    place = made(tmp_path / "whole", now, about="the yearly audit")
    page = (place / "index.html").read_text("utf-8")
    size = queries.position(LOG)  # the entry about the pack itself still waits
    assert page.count("<tr>") == size + 1
    assert "the yearly audit" in page
    assert "<script" not in page
    rows = list(load_workbook(place / "index.xlsx").active.iter_rows(min_row=3, values_only=True))
    assert [row[0] for row in rows] == list(range(size))
    assert rows[700][-1] == "erased"


def test_a_pack_that_cannot_be_made_leaves_nothing_behind(tmp_path: Path, now: datetime) -> None:
    for name in ("a.zip", "b"):
        with pytest.raises(InvalidInput):
            made(tmp_path / name, now, indexes=[9999])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.req("L-09")
@pytest.mark.skipif(shutil.which("unshare") is None, reason="unshare is not here")
def test_a_pack_verifies_without_network_and_without_the_product(tmp_path: Path, now: datetime) -> None:
    witness = Ed25519Signer.from_seed("witness.test", bytes(32), kind=COSIGNATURE_V1)
    newest = queries.checkpoint_latest(LOG)
    line = cosign(newest.note, witness, at=1_700_000_000).text
    cosignature_add(log=LOG, size=newest.size, answer=line, witnesses=[witness.verifier], now=now)
    fill(3, now)
    services.integrate(log=LOG, now=now)
    many = made(tmp_path / "many", now, indexes=range(100, 1400), hide=frozenset({"who"}))
    some = made(tmp_path / "some", now, indexes=[5, 1502], hide=frozenset({"who"}))
    packages = tmp_path / "packages"
    packages.mkdir()
    for name in ("cryptography", "cffi", "_cffi_backend", "pycparser"):
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.origin is not None:
            found = Path(spec.origin).parent if spec.submodule_search_locations else Path(spec.origin)
            (packages / found.name).symlink_to(found)
    probe = "import socket; socket.create_connection(('127.0.0.1', 9), 1)"
    inside = ["unshare", "-rn", "env", "-i", f"PYTHONPATH={packages}", str(getattr(sys, "_base_executable"))]  # noqa: B009
    if subprocess.run([*inside[:2], "true"], check=False, capture_output=True).returncode:
        pytest.skip("this machine does not let a test leave the network")
    refused = subprocess.run([*inside, "-S", "-c", probe], check=False, capture_output=True, text=True)
    assert "Network is unreachable" in refused.stderr
    absent = subprocess.run([*inside, "-S", "-c", "import assay"], check=False, capture_output=True, text=True)
    assert "No module named 'assay'" in absent.stderr
    command = [*inside, "-S", "verify.py", ".", "--witness", witness.verifier.text, "--vkey", queries.vkeys(LOG)[0]]
    other = Ed25519Signer.from_seed(ORIGIN, bytes(32)).verifier.text
    for place, seen in ((many, "0 growth, 1 seen"), (some, "1 growth, 1 seen")):
        done = subprocess.run(command, cwd=place, check=False, capture_output=True, text=True)
        assert (done.returncode, done.stdout[:3]) == (0, "OK:"), done.stderr
        assert seen in done.stdout
        assert subprocess.run([*command[:-1], other], cwd=place, check=False, capture_output=True).returncode == 1


@pytest.mark.slow
def test_a_hundred_thousand_entries_stream_in_bounded_memory(tmp_path: Path, now: datetime) -> None:
    size = queries.position(LOG)
    body = {"note": "x" * 600}
    while size < 110_000:
        count = min(1024, 110_000 - size)
        batch = [
            prepare(log=LOG, kind="evidence.opened", subject=f"case:{n % 50}", actor="p-1", body=body, now=now)
            for n in range(count)
        ]
        size += sequence_batch(LOG, now, batch)
    for name, indexes in (("whole.zip", None), ("many.zip", range(5_000, 106_000))):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        made(tmp_path / name, now, indexes=indexes)
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        contents = sum(info.file_size for info in zipfile.ZipFile(tmp_path / name).infolist())
        assert contents > 100_000_000
        assert grown < 64_000, (name, grown)  # KiB
        assert judged(tmp_path / name) == (True, True)
