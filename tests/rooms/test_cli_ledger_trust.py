"""Keys and time stamps from the command line: each command a process of its own, the checks by us and by OpenSSL."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import assay
from tests.rooms.tsa import OPENSSL, made, run, serving

pytestmark = [pytest.mark.slow, pytest.mark.req("L-06")]
REASON = ("--reason", "The disk was copied.", "--yes")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with a log."""
    place = tmp_path / "data"
    assert assay("ledger", "stamps", "--data", place).code == 0
    return place


def test_a_lost_key_is_declared_and_verification_needs_to_know_of_it(data: Path, tmp_path: Path) -> None:
    first = assay("ledger", "key", "list", "--data", data)
    assert first.out.startswith("present")
    (tmp_path / "backup.pem").write_bytes((data / "ledger-key.pem").read_bytes())
    refused = assay("ledger", "key", "compromised", "--since", "yesterday", *REASON, "--data", data)
    assert (refused.code, "no time with offset" in refused.message) == (1, True)
    told = assay("ledger", "key", "compromised", "--since", "2026-11-20T12:00:00Z", *REASON, "--data", data)
    assert told.code == 0, told.err
    assert "new verifier key" in told.out
    assert assay("ledger", "key", "compromised", "--since", "2099-01-01T00:00:00Z", *REASON, "--data", data).code == 1
    notice = assay("ledger", "key", "notice", "--data", data).out.strip()
    assert notice.endswith("@2026-11-20T12:00:00Z")
    assert [line.split()[0] for line in assay("ledger", "key", "list", "--data", data).out.splitlines()] == [
        "present",
        "compromised",
    ]
    assert assay("verify", data).code == 0
    (data / "ledger-keys-compromised.txt").unlink()
    assert assay("verify", data).code == 1
    assert assay("verify", data, "--compromised", notice).code == 0
    assert assay("verify", data, "--compromised", "nonsense").code == 1


def test_a_key_moves_to_a_program_and_its_absence_is_told(data: Path, tmp_path: Path) -> None:
    signer = tmp_path / "signer"
    signer.mkdir()
    program = Path(__file__).with_name("signer_program.py")
    env = {"ASSAY_SIGNER": f"exec:{sys.executable} {program} {signer}"}
    assert assay("ledger", "key", "rotate", "--data", data, env=env).code == 0
    assert assay("ledger", "key", "retire", "--data", data, env=env).code == 0
    assert "exec:" in assay("ledger", "key", "list", "--data", data).out
    assert assay("verify", data).code == 0
    (signer / "mood").write_text("refuse")
    failed = assay("ledger", "key", "rotate", "--data", data)
    assert (failed.code, "not today" in failed.message) == (1, True)
    wrong = assay("ledger", "key", "list", "--data", data, env={"ASSAY_SIGNER": "somewhere"})
    assert (wrong.code, "ASSAY_SIGNER" in wrong.message) == (2, True)


@pytest.mark.skipif(OPENSSL is None, reason="the program openssl is not installed")
def test_a_checkpoint_is_stamped_and_openssl_checks_what_is_written_out(data: Path, tmp_path: Path) -> None:
    with serving(made(tmp_path / "tsa")) as tsa:
        env = {"ASSAY_TSA_URL": tsa.url, "ASSAY_TSA_CA": str(tsa.root)}
        told = assay("ledger", "stamp", "--data", data, env=env)
        assert told.code == 0, told.err
        assert "existed at" in told.out
        assert assay("ledger", "stamp", "--data", data).code == 2
    out = tmp_path / "out"
    assert "checked" in assay("ledger", "stamps", "--to", out, "--data", data).out
    (token,) = out.glob("*.tsr")
    run("ts", "-verify", "-data", str(token.with_suffix(".note")), "-in", str(token), "-CAfile", str(tsa.root))
    report = assay("verify", data, "--tsa-ca", tsa.root)
    assert (report.code, "1 time stamps" in report.out) == (0, True)
    assert "--tsa-ca" in assay("verify", data).out
    other = made(tmp_path / "other", "Somebody else")
    assert assay("verify", data, "--tsa-ca", other.root).code == 1


@pytest.mark.skipif(OPENSSL is None, reason="the program openssl is not installed")
def test_a_stamp_is_carried_by_hand(data: Path, tmp_path: Path) -> None:
    tsa = made(tmp_path / "tsa")
    asked = assay("ledger", "stamp-request", tmp_path / "q.tsq", "--data", data)
    size = asked.out.split("--size ")[1].strip()
    (tmp_path / "a.tsr").write_bytes(tsa.answer((tmp_path / "q.tsq").read_bytes()))
    added = assay("ledger", "stamp-add", tmp_path / "a.tsr", "--size", size, "--ca", tsa.root, "--data", data)
    assert added.code == 0, added.err
    assert assay("ledger", "stamp-add", tmp_path / "a.tsr", "--size", size, "--data", data).code == 1
    listing = subprocess.run(
        [OPENSSL or "", "ts", "-reply", "-in", str(tmp_path / "a.tsr"), "-text"], capture_output=True
    )
    assert listing.returncode == 0
