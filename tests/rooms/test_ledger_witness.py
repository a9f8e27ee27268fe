"""Witnesses of a log: asked, recorded, shown, counted by a verifier that others wrote."""

import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from assay.cli import witness as command
from assay.client.witness import Witness
from assay.core.errors import IntegrityBroken, InvalidInput, NotFound
from assay.core.note import COSIGNATURE_V1, Ed25519Signer, VerifierKey, verify_proof
from assay.ledger import queries, services, witnessing
from tests.rooms.ledger_log import LOG, ORIGIN, fill

pytestmark = pytest.mark.django_db
SIGNERS = [Ed25519Signer.from_seed(f"w{n}.test", bytes([n]) * 32, kind=COSIGNATURE_V1) for n in range(3)]


@pytest.fixture
def witnesses(tmp_path: Path, now: datetime) -> list[Witness]:
    services.log_open(log=LOG, origin=ORIGIN, now=now)
    fill(300, now)
    services.integrate(log=LOG, now=now)
    key = VerifierKey.parse(queries.vkeys(LOG)[0])
    return [Witness(tmp_path / signer.name, signer, {ORIGIN: [key]}) for signer in SIGNERS]


def ask(witness: Witness, signer: Ed25519Signer, now: datetime) -> list[str]:
    size, body = witnessing.request_make(log=LOG, old=witnessing.last_seen(log=LOG, witness=signer.name))
    answer = witness.answer(body.encode(), at=int(now.timestamp()))
    assert answer.status == 200, answer
    return witnessing.cosignature_add(log=LOG, size=size, answer=answer.body, witnesses=[signer.verifier], now=now)


@pytest.mark.req("P-19")
def test_entries_are_published_first_and_witnessed_when_a_witness_has_cosigned(
    witnesses: list[Witness], now: datetime
) -> None:
    assert queries.entry_get(log=LOG, index=5).state == "published"
    assert ask(witnesses[0], SIGNERS[0], now) == ["w0.test"]
    assert queries.entry_get(log=LOG, index=5).state == "witnessed"
    assert queries.checkpoint_latest(LOG).witnesses == ("w0.test",)
    fill(10, now)
    services.integrate(log=LOG, now=now)
    assert queries.entry_get(log=LOG, index=310).state == "published"
    assert ask(witnesses[0], SIGNERS[0], now) == ["w0.test"]
    assert queries.entry_get(log=LOG, index=310).state == "witnessed"


def test_a_receipt_carries_the_cosignatures_and_a_quorum_is_counted_by_others(
    witnesses: list[Witness], now: datetime
) -> None:
    verify_tlog_proof = pytest.importorskip("proofbundle.tlogproof").verify_tlog_proof
    for witness, signer in list(zip(witnesses, SIGNERS, strict=True))[:2]:
        ask(witness, signer, now)
    proof = queries.proof_text(log=LOG, index=7)
    leaf, vkey = queries.entry_get(log=LOG, index=7).leaf, queries.vkeys(LOG)[0]
    keys = [signer.verifier for signer in SIGNERS]
    verify_proof(proof, leaf=leaf, log=[VerifierKey.parse(vkey)], witnesses=keys, quorum=2)
    with pytest.raises(IntegrityBroken):
        verify_proof(proof, leaf=leaf, log=[VerifierKey.parse(vkey)], witnesses=keys, quorum=3)
    texts = [key.text for key in keys]
    assert verify_tlog_proof(proof, leaf, vkey, texts, threshold=2)["ok"]
    assert not verify_tlog_proof(proof, leaf, vkey, texts, threshold=3)["ok"]


def test_an_answer_of_a_stranger_or_of_another_checkpoint_is_not_kept(witnesses: list[Witness], now: datetime) -> None:
    size, body = witnessing.request_make(log=LOG, old=0)
    answer = witnesses[0].answer(body.encode(), at=1).body
    with pytest.raises(InvalidInput):
        witnessing.cosignature_add(log=LOG, size=size, answer=answer, witnesses=[SIGNERS[1].verifier], now=now)
    fill(10, now)
    services.integrate(log=LOG, now=now)
    with pytest.raises(IntegrityBroken):
        witnessing.cosignature_add(log=LOG, size=size + 10, answer=answer, witnesses=[SIGNERS[0].verifier], now=now)
    with pytest.raises(NotFound):
        witnessing.cosignature_add(log=LOG, size=size + 1, answer=answer, witnesses=[SIGNERS[0].verifier], now=now)


def test_an_answer_given_twice_is_kept_once(witnesses: list[Witness], now: datetime) -> None:
    for _ in range(2):
        ask(witnesses[0], SIGNERS[0], now)
    assert queries.checkpoint_latest(LOG).note.count("w0.test") == 1


@pytest.fixture
def address(tmp_path: Path, witnesses: list[Witness]) -> Iterator[str]:
    """A witness of its own folder, served over HTTP."""
    folder = tmp_path / "served"
    command.init(folder, "served.test")
    command.watch(folder, queries.vkeys(LOG)[0])
    server = command.server_of(command.witness_of(folder), "127.0.0.1", 0)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def post(url: str, body: bytes) -> tuple[int, str, str]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data=body, method="POST"), timeout=10) as response:
            return response.status, response.headers["Content-Type"], response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers["Content-Type"], error.read().decode()


def test_the_served_witness_answers_as_the_specification_says(address: str) -> None:
    size, body = witnessing.request_make(log=LOG, old=0)
    status, _, answer = post(f"{address}/add-checkpoint", body.encode())
    assert (status, answer.startswith("— served.test ")) == (200, True)
    assert post(f"{address}/add-checkpoint", body.encode()) == (409, "text/x.tlog.size", f"{size}\n")
    assert post(f"{address}/add-checkpoint", b"nonsense")[0] == 400
    assert post(f"{address}/else", body.encode())[0] == 404
    assert post(f"{address}/add-checkpoint", bytes(70_000))[0] == 413
