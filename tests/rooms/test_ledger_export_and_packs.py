"""The log as files and as packs: the same bytes as served, verifiable offline, every tampering named."""

import base64
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from assay.client import standalone
from assay.client.dsse import envelope_open
from assay.client.pack import verify_pack
from assay.client.verify import verify_path
from assay.core.errors import Conflict, InvalidInput, NotFound
from assay.core.note import Ed25519Signer, VerifierKey
from assay.ledger import erasing, export, pack, queries, services
from tests.conftest import NOW
from tests.ledger_flush import forget, taken_back
from tests.rooms.ledger_log import LOG, ORIGIN, fill, opened

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def _filled(kept: None) -> None:
    opened(700, NOW)


@pytest.fixture(autouse=True)
def _log(_filled: None, db: None) -> Iterator[None]:
    yield
    forget()


@pytest.fixture(scope="module")
def packed(_filled: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pack of the whole log. Nobody may change it."""
    place = tmp_path_factory.mktemp("packed") / "full"
    with taken_back():
        pack.pack_write(log=LOG, target=place, actor="p-1", now=NOW)
    return place


@pytest.fixture
def full(packed: Path, tmp_path: Path) -> Path:
    """A pack of the whole log, of the test's own."""
    return Path(shutil.copytree(packed, tmp_path / "full"))


@pytest.fixture
def part(tmp_path: Path, now: datetime) -> Path:
    pack.pack_write(log=LOG, target=tmp_path / "part", actor="p-1", now=now, indexes=[0, 300, 702], about="trial")
    return tmp_path / "part"


def alone(path: Path, *arguments: str) -> int:
    """The exit code of the single-file verifier."""
    return standalone.main([str(path), *arguments])


def test_the_verifier_in_a_pack_runs_where_the_product_is_not_installed(full: Path) -> None:
    sealed = "import sys; sys.modules['assay'] = sys.modules['django'] = None; sys.argv = ['verify.py', '.']; "
    run = f"{sealed}import runpy; runpy.run_path('verify.py', run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", run], cwd=full, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout.split(":")[0]) == (0, "OK"), done.stderr


def test_the_exported_folder_holds_what_is_served(tmp_path: Path) -> None:
    size = export.folder_export(log=LOG, target=tmp_path / "log")
    written = {
        file.relative_to(tmp_path / "log").as_posix() for file in (tmp_path / "log").rglob("*") if file.is_file()
    }
    assert written == set(export.paths(size))
    assert {"checkpoint", "tile/0/000", "tile/0/002.p/191", "tile/1/000.p/2", "tile/entries/002.p/191"} <= written
    for path in written:
        assert (tmp_path / "log" / path).read_bytes() == export.resource(LOG, path), path


def test_an_export_is_brought_up_to_date(tmp_path: Path, now: datetime) -> None:
    export.folder_export(log=LOG, target=tmp_path / "log")
    fill(400, now)
    services.integrate(log=LOG, now=now)
    size = export.folder_export(log=LOG, target=tmp_path / "log")
    assert size == queries.position(LOG)
    for path in export.paths(size):
        assert (tmp_path / "log" / path).read_bytes() == export.resource(LOG, path), path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0/003",
        "tile/0/002",
        "tile/0/002.p/192",
        "tile/0/002.p/0",
        "tile/0/002.p/256",
        "tile/0/x000/000",
        "tile/2/000",
        "tile/00/000",
        "tile/entries/999",
        "tile/0/../0/000",
        "../checkpoint",
        "tile/64/000",
    ],
)
def test_a_path_that_the_log_does_not_have_is_not_found(path: str) -> None:
    with pytest.raises(NotFound):
        export.resource(LOG, path)


@pytest.mark.req("L-09")
@pytest.mark.parametrize("kind", ["full", "part"])
def test_an_untouched_pack_verifies_with_both_verifiers(kind: str, request: pytest.FixtureRequest) -> None:
    place = request.getfixturevalue(kind)
    vkey = queries.vkeys(LOG)[0]
    report = verify_path(place, vkeys=[vkey])
    assert report.differences == ()
    assert report.counts["payloads"] == {"full": 703, "part": 3}[kind]
    assert alone(place, "--vkey", vkey) == 0


def test_a_pack_as_one_file_verifies_and_is_the_same_each_time(tmp_path: Path, now: datetime) -> None:
    for name in ("a.zip", "b.zip"):
        pack.pack_write(log=LOG, target=tmp_path / name, actor="p-1", now=now)
    vkey = queries.vkeys(LOG)[0]
    assert verify_path(tmp_path / "a.zip", vkeys=[vkey]).differences == ()
    assert alone(tmp_path / "a.zip", "--vkey", vkey) == 0
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_without_a_key_of_ones_own_the_report_says_so(full: Path) -> None:
    assert any("--vkey" in note for note in verify_pack(full).notes)


def test_the_key_of_somebody_else_is_not_enough(full: Path) -> None:
    other = Ed25519Signer.from_seed(ORIGIN, bytes(32)).verifier.text
    assert {each.kind for each in verify_pack(full, vkeys=[other]).differences} >= {"unsigned"}
    assert alone(full, "--vkey", other) == 1


def _flip(name: str) -> Callable[[Path], None]:
    def change(place: Path) -> None:
        data = bytearray((place / name).read_bytes())
        data[len(data) // 2] ^= 1
        (place / name).write_bytes(data)

    return change


def _remove(name: str) -> Callable[[Path], None]:
    return lambda place: (place / name).unlink()


def _add(place: Path) -> None:
    (place / "log" / "tile" / "0" / "009").write_bytes(bytes(8192))


def _swap(place: Path) -> None:
    first, second = (place / "log/tile/entries/000", place / "log/tile/entries/001")
    data = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(data)


@pytest.mark.parametrize(
    ("place", "change"),
    [
        ("full", _flip("log/checkpoint")),
        ("full", _flip("log/tile/0/000")),
        ("full", _flip("log/tile/1/000.p/2")),
        ("full", _flip("log/tile/entries/001")),
        ("full", _flip("payloads/000000000.jsonl")),
        ("full", _flip("MANIFEST.dsse.json")),
        ("full", _remove("log/tile/0/001")),
        ("full", _remove("payloads/000000001.jsonl")),
        ("full", _add),
        ("full", _swap),
        ("part", _flip("leaves/300.json")),
        ("part", _flip("proofs/300.tlog-proof")),
        ("part", _remove("leaves/0.json")),
    ],
)
def test_each_tampering_with_a_pack_is_found_by_both_verifiers(
    place: str, change: Callable[[Path], None], request: pytest.FixtureRequest
) -> None:
    target = request.getfixturevalue(place)
    change(target)
    vkey = queries.vkeys(LOG)[0]
    assert verify_pack(target, vkeys=[vkey]).differences
    assert alone(target, "--vkey", vkey) == 1


def test_a_tampered_log_under_a_manifest_signed_anew_by_a_stranger_is_found(full: Path) -> None:
    _flip("log/tile/entries/001")(full)
    stranger = Ed25519Signer.from_seed(ORIGIN, bytes(32))
    envelope = json.loads((full / "MANIFEST.dsse.json").read_bytes())
    payload = envelope_open((full / "MANIFEST.dsse.json").read_bytes(), [VerifierKey.parse(queries.vkeys(LOG)[0])])
    assert base64.b64decode(envelope["payload"]) == payload
    (full / "policy.txt").write_text(f"log {stranger.verifier.text}\nquorum none\n")
    assert verify_pack(full, vkeys=queries.vkeys(LOG)).differences


def test_an_older_outside_checkpoint_is_compared_with_a_pack(full: Path, tmp_path: Path, now: datetime) -> None:
    older = queries.checkpoint_latest(LOG).note
    fill(50, now)
    services.integrate(log=LOG, now=now)
    newer = queries.checkpoint_latest(LOG).note
    vkeys = queries.vkeys(LOG)
    assert verify_pack(full, vkeys=vkeys, checkpoints=[older]).differences == ()
    assert {each.kind for each in verify_pack(full, vkeys=vkeys, checkpoints=[newer]).differences} == {"rolled-back"}
    pack.pack_write(log=LOG, target=tmp_path / "later", actor="p-1", now=now)
    assert verify_pack(tmp_path / "later", vkeys=vkeys, checkpoints=[older, newer]).differences == ()


def test_an_erased_payload_is_not_in_a_pack(tmp_path: Path, now: datetime) -> None:
    event = queries.entry_get(log=LOG, index=300).event
    erasing.payload_erase(log=LOG, event=event, actor="p-1", reason="request", basis="gdpr-17", now=now)
    services.integrate(log=LOG, now=now)
    pack.pack_write(log=LOG, target=tmp_path / "later", actor="p-1", now=now)
    report = verify_pack(tmp_path / "later", vkeys=queries.vkeys(LOG))
    assert report.differences == ()
    assert report.counts["payloads"] == report.counts["entries"] - 1


def test_exporting_is_itself_recorded(part: Path) -> None:
    assert queries.waiting_list(log=LOG)[-1].kind == "pack.exported"


def test_a_pack_does_not_overwrite(full: Path, now: datetime) -> None:
    with pytest.raises(Conflict):
        pack.pack_write(log=LOG, target=full, actor="p-1", now=now)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"not a pack"])
def test_what_is_no_pack_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.zip").write_bytes(content)
    with pytest.raises(InvalidInput):
        verify_pack(tmp_path / "x.zip")


def test_a_file_larger_than_any_of_a_pack_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assay.client.pack.LARGEST_FILE", 1000)
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("policy.txt", bytes(1001))
    with pytest.raises(InvalidInput):
        verify_pack(tmp_path / "x.zip")
