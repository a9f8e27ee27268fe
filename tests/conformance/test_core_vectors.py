"""The published vectors hold for this code and for code that others wrote; the script makes them again, byte for byte."""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import json
import subprocess
from fractions import Fraction
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from scripts.make_vectors import FOLDER, MAKERS, assess_json, text_of

from assay.core.canonical import canonical_bytes, parse_canonical
from assay.core.errors import AssayError, InvalidInput
from assay.core.merkle import leaf_hash, root_hash, verify_consistency, verify_inclusion
from assay.core.note import VerifierKey, verify_checkpoint, verify_cosignatures, verify_proof
from assay.core.residual import residual_bound
from assay.core.sensitivity import ALPHA, PARTS, sensitivity_bound, share_text
from assay.core.stored import verdict_from_bytes, verdict_schema

# Others' verifiers come with the development packages (`./assay check`); without them these tests say so and are left out.
their_checkpoint = pytest.importorskip("proofbundle.checkpoint").verify_checkpoint
their_cosignature = pytest.importorskip("proofbundle.checkpoint").verify_cosignature
their_proof = pytest.importorskip("proofbundle.tlogproof").verify_tlog_proof
Vkey = pytest.importorskip("tlog_scales.signing").Vkey
TheirCheckpoint = pytest.importorskip("tlog_scales.tlog").Checkpoint
ConsistencyProof = pytest.importorskip("tlog_scales.tlog").ConsistencyProof
InclusionProof = pytest.importorskip("tlog_scales.tlog").InclusionProof

pytestmark = pytest.mark.req("L-06", "P-09")


def vectors(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text("utf-8"))


CANONICAL, LEAF, TREE = vectors("canonical"), vectors("leaf"), vectors("tree")
CHECKPOINT, PROOF, BOUNDS, VERDICT = vectors("checkpoint"), vectors("proof"), vectors("bounds"), vectors("verdict")
KEYS = {name: VerifierKey.parse(text) for name, text in CHECKPOINT["vkeys"].items()}


@pytest.mark.parametrize("name", MAKERS)
def test_the_script_makes_the_published_file_again(name: str) -> None:
    assert (FOLDER / name).read_text("utf-8") == text_of(name)


@pytest.mark.parametrize("case", CANONICAL["accepted"], ids=lambda case: case["sha256"][:8])
def test_canonical_bytes_are_the_published_ones(case: dict[str, str]) -> None:
    data = bytes.fromhex(case["canonical_hex"])
    assert canonical_bytes(json.loads(case["json"])) == data
    assert hashlib.sha256(data).hexdigest() == case["sha256"]
    assert parse_canonical(data) == json.loads(case["json"])


@pytest.mark.parametrize("text", CANONICAL["refused_as_canonical_bytes"])
def test_what_is_not_canonical_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_canonical(text.encode())


@pytest.mark.parametrize("case", LEAF["leaves"], ids=range(len(LEAF["leaves"])))
def test_a_leaf_is_a_canonical_statement_that_commits_to_its_payload(case: dict[str, str]) -> None:
    statement = parse_canonical(case["leaf"].encode())
    assert hashlib.sha256(b"\x00" + case["leaf"].encode()).hexdigest() == case["leaf_hash"]
    salt, payload = bytes.fromhex(LEAF["salt"]), LEAF["payload"].encode()
    committed = hashlib.sha256(salt + payload).hexdigest()
    if statement["predicate"].get("opens") == "fields":
        digests = []
        for name, value in json.loads(payload).items():
            own = hmac.digest(salt, name.encode(), "sha256")
            digests.append(hashlib.sha256(own + json.dumps([name, value], separators=(",", ":")).encode()).digest())
        committed = hashlib.sha256(b"".join(sorted(digests))).hexdigest()
    assert statement["subject"][0]["digest"] == {"sha256": committed}
    assert statement["_type"] == "https://in-toto.io/Statement/v1"


def test_tlog_scales_accepts_every_published_tree_proof() -> None:
    leaves = [leaf_hash(entry.encode()) for entry in TREE["entries"]]
    roots = [bytes.fromhex(root) for root in TREE["roots"]]
    for size, root in enumerate(roots):
        assert root_hash(leaves[:size]) == root
    for case in TREE["inclusion"]:
        path = [bytes.fromhex(step) for step in case["path"]]
        verify_inclusion(leaves[case["index"]], case["index"], case["size"], path, roots[case["size"]])
        InclusionProof(case["index"], case["size"], path).check(leaves[case["index"]], roots[case["size"]])
    for case in TREE["consistency"]:
        path = [bytes.fromhex(step) for step in case["path"]]
        verify_consistency(case["first"], case["second"], roots[case["first"]], roots[case["second"]], path)
        ConsistencyProof(case["first"], case["second"], path).check(roots[case["first"]], roots[case["second"]])


def test_openssl_accepts_the_signature_over_the_text(tmp_path: Path) -> None:
    key = Ed25519PublicKey.from_public_bytes(KEYS["log"].public)
    (tmp_path / "key.pem").write_bytes(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    (tmp_path / "signature").write_bytes(base64.b64decode(CHECKPOINT["signature"]))
    answers = []
    for text in (CHECKPOINT["text"], CHECKPOINT["text"].replace("11", "12")):
        (tmp_path / "text").write_text(text, "utf-8")
        command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin", "-in", "text"]
        done = subprocess.run([*command, "-sigfile", "signature"], cwd=tmp_path, capture_output=True, check=False)
        answers.append(done.returncode)
    assert answers == [0, 1]
    assert CHECKPOINT["signed"].startswith(CHECKPOINT["text"] + "\n— ")


@pytest.mark.parametrize("form", ["signed", "signed_by_both_keys", "cosigned"])
def test_three_verifiers_accept_the_checkpoint(form: str) -> None:
    note = CHECKPOINT[form]
    head = verify_checkpoint(note, [KEYS["log"]])
    assert (head.origin, head.size, head.root.hex()) == (CHECKPOINT["origin"], CHECKPOINT["size"], CHECKPOINT["root"])
    assert their_checkpoint(note, CHECKPOINT["vkeys"]["log"])["ok"]
    TheirCheckpoint.from_text(note).verify(Vkey.from_string(CHECKPOINT["vkeys"]["log"]))


@pytest.mark.parametrize("what", CHECKPOINT["refused"])
def test_a_wrong_checkpoint_is_refused(what: str) -> None:
    with pytest.raises(AssayError):
        verify_checkpoint(CHECKPOINT["refused"][what], [KEYS["log"]])


def test_the_witness_is_believed_by_two_verifiers_for_its_own_head_only() -> None:
    witness = CHECKPOINT["vkeys"]["witness"]
    assert [each.at for each in verify_cosignatures(CHECKPOINT["cosigned"], [KEYS["witness"]])] == [1_700_000_000]
    assert their_cosignature(CHECKPOINT["cosigned"], witness)["ok"]
    for note in CHECKPOINT["cosignature_refused"].values():
        with pytest.raises(AssayError):
            verify_cosignatures(note, [KEYS["witness"]])


@pytest.mark.parametrize("case", PROOF["accepted"], ids=lambda case: case["entry"])
def test_two_verifiers_accept_the_log_proof(case: dict[str, str]) -> None:
    log, witness = VerifierKey.parse(PROOF["log"]), VerifierKey.parse(PROOF["witness"])
    leaf = case["entry"].encode()
    assert verify_proof(case["proof"], leaf=leaf, log=[log], witnesses=[witness], quorum=1).size == 11
    assert their_proof(case["proof"], leaf, PROOF["log"])["ok"]


@pytest.mark.parametrize("what", PROOF["refused_for_entry_4"])
def test_a_wrong_log_proof_is_refused(what: str) -> None:
    with pytest.raises(AssayError):
        verify_proof(PROOF["refused_for_entry_4"][what], leaf=b"entry 4", log=[VerifierKey.parse(PROOF["log"])])


@pytest.mark.parametrize("case", BOUNDS["sensitivity"], ids=lambda case: f"{case['caught']}of{case['planted']}")
def test_sensitivity_bounds_are_the_published_ones(case: dict[str, Any]) -> None:
    assert share_text(sensitivity_bound(case["caught"], case["planted"])) == case["bound"]
    assert share_text(sensitivity_bound(case["caught"], case["planted"], ALPHA / 22)) == case["one_of_22"]


@pytest.mark.parametrize("case", BOUNDS["residual"], ids=lambda case: str(case["strata"][:2]))
def test_residual_bounds_are_the_published_ones(case: dict[str, Any]) -> None:
    assert residual_bound(case["found"], [tuple(s) for s in case["strata"]]) == case["residual"]


def likely(found: int, spread: tuple[int, ...], sensitivities: list[int]) -> bool:
    masses = [Fraction(1)]
    for defects, s in zip(spread, sensitivities, strict=True):
        for _ in range(defects):
            hit, shifted = Fraction(s, PARTS), [Fraction(0), *masses]
            masses = [a * (1 - hit) + b * hit for a, b in zip([*masses, Fraction(0)], shifted, strict=True)]
    return sum(masses[: found + 1], Fraction(0)) >= ALPHA


SMALL = [case for case in BOUNDS["residual"] if sum(room for _, room in case["strata"]) <= 10]


@pytest.mark.parametrize("case", SMALL, ids=lambda case: str(case["strata"]))
def test_small_published_residuals_are_those_of_every_spread_tried(case: dict[str, Any]) -> None:
    rooms, sensitivities = [room for _, room in case["strata"]], [s for s, _ in case["strata"]]
    spreads = itertools.product(*(range(room + 1) for room in rooms))
    worst = max(sum(spread) for spread in spreads if likely(case["found"], spread, sensitivities))
    assert worst - case["found"] == case["residual"]


@pytest.mark.parametrize("case", VERDICT["cases"], ids=lambda case: case["name"])
def test_verdicts_are_recomputed_to_the_byte_and_fulfil_the_schema(case: dict[str, Any]) -> None:
    data = case["verdict"].encode()
    assert assess_json(case["inputs"]).to_bytes() == data
    assert "sha256:" + hashlib.sha256(data).hexdigest() == case["digest"]
    assert verdict_from_bytes(data).digest == case["digest"]
    jsonschema.Draft202012Validator(verdict_schema()).validate(json.loads(data))
