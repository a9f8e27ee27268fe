"""Verifiers that others wrote accept what the ledger exports, and refuse each of ten tampered copies.

tlog-scales (C2SP tiles and proofs) and proofbundle (checkpoints and `.tlog-proof`) are Python packages; OpenSSL checks
the bare signature. None of them shares code with this project. Go's and npm's: `test_ledger_go_and_npm.py`.
"""

import base64
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from tests.django_setup import prepare

prepare()

from assay.ledger import export, queries, services  # noqa: E402 — Django must be configured first
from tests.conformance.tampering import INDEX, LOGS, RECEIPTS, SIZE  # noqa: E402
from tests.conftest import NOW  # noqa: E402
from tests.families import by_turns  # noqa: E402
from tests.ledger_flush import forget  # noqa: E402
from tests.rooms.conftest import kept  # noqa: E402, F401 — a fixture
from tests.rooms.ledger_log import LOG, ORIGIN, fill, opened  # noqa: E402

# They come with the development packages (`./assay check`); without them these tests say so and are left out.
verify_checkpoint = pytest.importorskip("proofbundle.checkpoint").verify_checkpoint
verify_tlog_proof = pytest.importorskip("proofbundle.tlogproof").verify_tlog_proof
tiles = pytest.importorskip("tlog_scales.tiles")
LocalBackend = pytest.importorskip("tlog_scales.backend").LocalBackend
TilesReader = pytest.importorskip("tlog_scales.reader").TilesReader
Vkey = pytest.importorskip("tlog_scales.signing").Vkey

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def files(kept: None, tmp_path_factory: pytest.TempPathFactory) -> Path:  # noqa: F811 — a fixture
    """A log of 1,503 entries, and its files, which nobody may change."""
    opened(SIZE - 3, NOW)
    place = tmp_path_factory.mktemp("files") / "log"
    export.folder_export(log=LOG, target=place)
    return place


@pytest.fixture
def exported(files: Path, db: None, tmp_path: Path) -> Iterator[Path]:
    """The files of the log, of the test's own."""
    yield Path(shutil.copytree(files, tmp_path / "log"))
    forget()


def check_with_tlog_scales(folder: Path, index: int) -> None:
    """Checkpoint signature, root from tiles, leaf from its bundle and inclusion; raises if anything does not hold."""
    reader = TilesReader(LocalBackend(folder))
    checkpoint = reader.get_checkpoint()
    checkpoint.verify(Vkey.from_string(queries.vkeys(LOG)[0]))
    assert reader.calculate_root_hash() == checkpoint.root_hash
    leaf = reader.get_entry(index)
    proof = reader.get_inclusion_proof(index, checkpoint.size)
    proof.check(tiles.leaf_hash(leaf), checkpoint.root_hash)
    assert leaf == queries.entry_get(log=LOG, index=index).leaf


def check_with_proofbundle(proof: str, leaf: bytes) -> None:
    result = verify_tlog_proof(proof, leaf, queries.vkeys(LOG)[0], expected_origin=ORIGIN)
    assert result["ok"], result


@pytest.mark.req("L-06", "L-09")
@pytest.mark.parametrize("index", by_turns([0, 255, 256, 1024, SIZE - 1], 5))
def test_tlog_scales_accepts_the_exported_tiles(exported: Path, index: int) -> None:
    check_with_tlog_scales(exported, index)


def test_tlog_scales_and_the_ledger_make_the_same_proofs(exported: Path) -> None:
    reader = TilesReader(LocalBackend(exported))
    size = reader.get_checkpoint().size
    for index in (0, 1, 700, SIZE - 1):
        assert reader.get_inclusion_proof(index, size).node_hashes == queries.inclusion(log=LOG, index=index)
    for first in (1, 255, 256, 1000, 1024, SIZE - 1):
        ours = queries.consistency(log=LOG, first=first)
        assert reader.get_consistency_proof(first, size).node_hashes == ours


def test_tlog_scales_accepts_the_growth_between_two_checkpoints(exported: Path, now: datetime) -> None:
    first = queries.checkpoint_latest(LOG)
    fill(900, now)
    services.integrate(log=LOG, now=now)
    export.folder_export(log=LOG, target=exported)
    second = queries.checkpoint_latest(LOG)
    reader = TilesReader(LocalBackend(exported))
    reader.get_checkpoint()
    reader.get_consistency_proof(first.size, second.size).check(first.root, second.root)


def test_the_command_of_tlog_scales_makes_a_proof_that_proofbundle_accepts(exported: Path) -> None:
    tool = str(Path(sys.executable).with_name("tlog-tiles"))
    made = subprocess.run([tool, "gen-proof", str(exported), "321"], check=True, capture_output=True, text=True).stdout
    leaf = subprocess.run([tool, "get-leaf", "-c", str(exported), "321"], check=True, capture_output=True).stdout
    check_with_proofbundle(made, leaf)


@pytest.mark.parametrize("index", by_turns([0, 255, 256, 1024, SIZE - 1], 5))
def test_proofbundle_accepts_a_receipt(exported: Path, index: int) -> None:
    check_with_proofbundle(queries.proof_text(log=LOG, index=index), queries.entry_get(log=LOG, index=index).leaf)


def test_openssl_accepts_the_signature_of_the_checkpoint(exported: Path, tmp_path: Path) -> None:
    text, _, lines = (exported / "checkpoint").read_text().rpartition("\n\n")
    (tmp_path / "text.txt").write_text(text + "\n")
    (tmp_path / "signature.bin").write_bytes(base64.b64decode(lines.split()[-1])[4:])
    raw = base64.b64decode(queries.vkeys(LOG)[0].split("+", 2)[2])[1:]
    # SubjectPublicKeyInfo of an Ed25519 key is a fixed prefix and the key (RFC 8410).
    (tmp_path / "key.der").write_bytes(bytes.fromhex("302a300506032b6570032100") + raw)
    command = "openssl pkeyutl -verify -rawin -pubin -inkey key.der -keyform DER -sigfile signature.bin -in text.txt"
    done = subprocess.run(command.split(), cwd=tmp_path, check=False, capture_output=True, text=True)
    assert "Verified Successfully" in done.stdout


@pytest.mark.parametrize("what", LOGS)
def test_tlog_scales_refuses_a_log_with(exported: Path, what: str) -> None:
    LOGS[what](exported)
    index = 1280 if "last" in what or "partial" in what else 300

    def check() -> None:
        check_with_tlog_scales(exported, index)

    with pytest.raises(Exception):  # noqa: B017 — each library of others has errors of its own
        check()


@pytest.mark.parametrize("what", RECEIPTS)
def test_proofbundle_refuses_a_receipt_with(exported: Path, what: str) -> None:
    proof = RECEIPTS[what](queries.proof_text(log=LOG, index=INDEX))
    leaf = queries.entry_get(log=LOG, index=INDEX).leaf
    assert not verify_tlog_proof(proof, leaf, queries.vkeys(LOG)[0])["ok"]


def test_proofbundle_refuses_another_leaf_and_another_key(exported: Path) -> None:
    proof = queries.proof_text(log=LOG, index=700)
    other = queries.entry_get(log=LOG, index=701).leaf
    assert not verify_tlog_proof(proof, other, queries.vkeys(LOG)[0])["ok"]
    services.log_open(log="second", origin="assay.test/second/1", now=datetime.fromisoformat("2026-11-21T09:00:00Z"))
    assert not verify_checkpoint(queries.checkpoint_latest(LOG).note, queries.vkeys("second")[0])["ok"]
