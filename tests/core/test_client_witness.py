"""A witness cosigns only what continues what it saw, and answers as C2SP tlog-witness says."""

import threading
from pathlib import Path

import pytest

from assay.client.keyfile import keyfile_create, keyfile_load
from assay.client.witness import Answer, Request, Witness, format_request, parse_request
from assay.core.errors import Conflict, IntegrityBroken, InvalidInput, Unavailable
from assay.core.merkle import consistency_proof, leaf_hash, root_hash
from assay.core.note import COSIGNATURE_V1, Checkpoint, Ed25519Signer, sign_checkpoint, verify_cosignatures

LOG = Ed25519Signer.from_seed("log.test/1", bytes(32))
WITNESS = Ed25519Signer.from_seed("witness.test", b"w" * 32, kind=COSIGNATURE_V1)
LEAVES = [leaf_hash(b"%d" % n) for n in range(40)]
FORK = [leaf_hash(b"other"), *LEAVES[1:]]


def note(size: int, leaves: list[bytes] = LEAVES, signer: Ed25519Signer = LOG, origin: str = "log.test/1") -> str:
    return sign_checkpoint(Checkpoint(origin, size, root_hash(leaves[:size])), [signer])


def request(old: int, new: int, leaves: list[bytes] = LEAVES) -> bytes:
    proof = consistency_proof(leaves[:new], old)
    return format_request(Request(old, tuple(proof), note(new, leaves))).encode()


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    return Witness(tmp_path / "state", WITNESS, {"log.test/1": [LOG.verifier]})


def test_a_witness_cosigns_a_log_as_it_grows(witness: Witness) -> None:
    for at, (old, new) in enumerate([(0, 1), (1, 8), (8, 8), (8, 33), (33, 40)]):
        answer = witness.answer(request(old, new), at=1000 + at)
        assert answer.status == 200, answer
        (found,) = verify_cosignatures(note(new) + answer.body, [WITNESS.verifier])
        assert (found.name, found.at) == ("witness.test", 1000 + at)


def test_the_state_outlives_the_process(witness: Witness, tmp_path: Path) -> None:
    assert witness.answer(request(0, 20), at=1).status == 200
    again = Witness(tmp_path / "state", WITNESS, {"log.test/1": [LOG.verifier]})
    assert again.answer(request(0, 20), at=2) == Answer(409, "20\n", "text/x.tlog.size")
    assert again.answer(request(20, 30), at=3).status == 200


@pytest.mark.req("P-19")
def test_a_fork_signed_with_the_real_key_of_the_log_is_refused(witness: Witness) -> None:
    assert witness.answer(request(0, 20), at=1).status == 200
    assert witness.answer(request(20, 30, FORK), at=2).status == 422
    assert witness.answer(request(20, 20, FORK), at=3).status == 409
    assert witness.answer(request(20, 30), at=4).status == 200


def test_a_log_put_back_to_an_older_state_is_refused(witness: Witness) -> None:
    assert witness.answer(request(0, 30), at=1).status == 200
    assert witness.answer(request(0, 20), at=2).status == 409
    assert witness.answer(format_request(Request(30, (), note(20))).encode(), at=3).status == 400


def test_a_replayed_request_gets_the_size_seen_last(witness: Witness) -> None:
    body = request(0, 10)
    assert witness.answer(body, at=1).status == 200
    assert witness.answer(body, at=2) == Answer(409, "10\n", "text/x.tlog.size")


def test_an_unknown_log_and_an_unsigned_checkpoint_are_refused(witness: Witness) -> None:
    other = Ed25519Signer.from_seed("other.test", b"o" * 32)
    foreign = note(5, signer=other, origin="other.test")
    assert witness.answer(format_request(Request(0, (), foreign)).encode(), at=1).status == 404
    forged = note(5, signer=Ed25519Signer.from_seed("log.test/1", b"o" * 32))
    assert witness.answer(format_request(Request(0, (), forged)).encode(), at=1).status == 403


def test_a_proof_from_nothing_must_be_empty(witness: Witness) -> None:
    assert witness.answer(format_request(Request(0, (bytes(32),), note(5))).encode(), at=1).status == 422


def test_a_root_of_an_empty_log_that_is_not_the_empty_root_is_refused(witness: Witness) -> None:
    wrong = sign_checkpoint(Checkpoint("log.test/1", 0, bytes(32)), [LOG])
    assert witness.answer(format_request(Request(0, (), wrong)).encode(), at=1).status in {409, 422}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\n\n",
        b"old\n\n",
        b"old -1\n\n" + note(5).encode(),
        b"old 01\n\n" + note(5).encode(),
        b"old 0\n" + note(5).encode(),
        b"old 0\n!!\n\n" + note(5).encode(),
        b"old 0\nAAAA\n\n" + note(5).encode(),
        b"old 0\n\n" + note(5).encode()[:-20],
        b"old 0\n" + b"A" * 43 + b"=\n" * 1 + (b"A" * 43 + b"=\n") * 64 + b"\n" + note(5).encode(),
        b"\xff\n\n",
        b"old 99999999999999999999\n\n" + note(5).encode(),
    ],
)
def test_a_malformed_request_is_refused(witness: Witness, body: bytes) -> None:
    assert witness.answer(body, at=1).status == 400


def test_a_request_reads_back_as_it_was_written() -> None:
    asked = Request(3, (bytes(32), b"x" * 32), note(9))
    assert parse_request(format_request(asked).encode()) == asked
    with pytest.raises(InvalidInput):
        parse_request(b"old x\n\n")


def test_the_time_of_a_witness_never_goes_back(witness: Witness) -> None:
    witness.answer(request(0, 5), at=5000)
    answer = witness.answer(request(5, 6), at=10)
    (found,) = verify_cosignatures(note(6) + answer.body, [WITNESS.verifier])
    assert found.at == 5000


def test_of_requests_that_race_exactly_one_wins(witness: Witness) -> None:
    assert witness.answer(request(0, 5), at=1).status == 200
    answers: list[int] = []
    bodies = [request(5, size) for size in range(6, 26)]
    threads = [
        threading.Thread(target=lambda body=body: answers.append(witness.answer(body, at=2).status)) for body in bodies
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200] + [409] * 19


def test_a_key_file_is_private_and_made_once(tmp_path: Path) -> None:
    path = tmp_path / "new" / "key.pem"
    with pytest.raises(Unavailable):
        keyfile_load(path)
    keyfile_create(path)
    assert path.stat().st_mode & 0o777 == 0o600
    first = keyfile_load(path).private_bytes_raw()
    with pytest.raises(Conflict):
        keyfile_create(path)
    assert keyfile_load(path).private_bytes_raw() == first
    path.chmod(0o644)
    with pytest.raises(IntegrityBroken):
        keyfile_load(path)
    path.chmod(0o600)
    path.write_bytes(b"nothing")
    with pytest.raises(InvalidInput):
        keyfile_load(path)
