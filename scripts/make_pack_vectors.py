"""Write the test vectors of docs/formats/pack.md to tests/conformance/vectors/pack.json, the same bytes each time.

    python scripts/make_pack_vectors.py            write them
    python scripts/make_pack_vectors.py --check    write nothing; fail if the file differs

A pack of three entries of a log of eleven, with two signatures of people and a checkpoint of six entries that a witness saw;
and what verifiers have to say to changed copies of it, whose manifest somebody with the signing key made to fit. The keys in here
are for vectors only.
"""

from __future__ import annotations

import argparse
import base64
import json
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, derive_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from assay.client.dsse import envelope_sign
from assay.client.pack import MANIFEST, POLICY, manifest_payload
from assay.client.person_signature import Assertion, challenge_of, envelope_by_passkey, spki_text
from assay.client.statement import Statement, commitment_of, leaf_bytes
from assay.client.witness import Request, format_request
from assay.core.canonical import canonical_bytes
from assay.core.merkle import consistency_proof, inclusion_proof, leaf_hash, root_hash
from assay.core.note import COSIGNATURE_V1, Checkpoint, Ed25519Signer, LogProof, cosign, format_proof, sign_checkpoint

FILE = Path(__file__).parent.parent / "tests" / "conformance" / "vectors" / "pack.json"
ORIGIN, SITE, PERSON = "gov.example.org/evidence/1", "gov.example.org", "gov/p-1"
LOG = Ed25519Signer.from_seed(ORIGIN, bytes([1]) * 32)
WITNESS = Ed25519Signer.from_seed("witness.example/w1", bytes([3]) * 32, kind=COSIGNATURE_V1)
SIZE, SEEN, SEEN_AT = 11, 6, 1_700_000_000
CHOSEN = (2, 4, 5)


def signed_by_server() -> dict[str, Any]:
    """A content with a signature by a key that the server holds for a person."""
    signer = Ed25519Signer.from_seed(PERSON, bytes([4]) * 32)
    return {
        "authentication": "password",
        "envelope": envelope_sign(_stated("password"), [signer]).decode(),
        "public_key": signer.verifier.text,
    }


def signed_by_passkey() -> dict[str, Any]:
    """A content with a signature by a passkey; its nonce is that of RFC 6979, so that it is the same each time."""
    key = derive_private_key(int.from_bytes(bytes([5]) * 32), SECP256R1())
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    payload = _stated("passkey")
    asked = base64.urlsafe_b64encode(challenge_of(payload)).decode().rstrip("=")
    client = {"type": "webauthn.get", "challenge": asked, "origin": f"https://{SITE}", "crossOrigin": False}
    seen = json.dumps(client, separators=(",", ":")).encode()
    data = sha256(SITE.encode()).digest() + bytes([5]) + (7).to_bytes(4)
    signature = key.sign(data + sha256(seen).digest(), ECDSA(SHA256(), deterministic_signing=True))
    envelope = envelope_by_passkey(payload, public, Assertion(data, seen, signature))
    return {"authentication": "passkey", "envelope": envelope.decode(), "public_key": spki_text(public)}


def _stated(way: str) -> bytes:
    """The statement that a person signs, shortened to what verifiers read."""
    predicate = {"authentication": way, "says": "I approve version 3 of the policy.", "signer": "p-1"}
    subject = [{"digest": {"sha256": sha256(b"version 3").hexdigest()}, "name": "record:1"}]
    return canonical_bytes(
        {
            "_type": "https://in-toto.io/Statement/v1",
            "predicate": predicate,
            "predicateType": "urn:assay:approval:v1",
            "subject": subject,
        }
    )


def log_files(bodies: dict[int, dict[str, Any]]) -> dict[str, str]:
    """A pack of the log in which the entries have these contents, without its manifest."""
    leaves, lines = [], []
    for index in range(SIZE):
        salt, event = bytes([index]) * 32, f"01939f00-0000-7000-8000-{index:012d}"
        payload = canonical_bytes(bodies.get(index, {"n": index}))
        leaves.append(
            leaf_bytes(
                Statement(
                    event=event, kind="artefact.changed", log="gov", actor="p-1", subject=f"record:{index}",
                    at="2023-11-14T21:00:00.000000Z", commitment=commitment_of(salt, payload),
                )
            )
        )  # fmt: skip
        line = {"data": _base64(payload), "event": event, "index": index, "salt": _base64(salt)}
        lines.append(json.dumps(line, sort_keys=True) + "\n")
    hashes = [leaf_hash(leaf) for leaf in leaves]
    older = sign_checkpoint(Checkpoint(ORIGIN, SEEN, root_hash(hashes[:SEEN])), [LOG])
    newer = sign_checkpoint(Checkpoint(ORIGIN, SIZE, root_hash(hashes)), [LOG])
    files = {
        POLICY: f"log {LOG.verifier.text}\nquorum none\n",
        f"seen/{SEEN}.note": older + cosign(older, WITNESS, at=SEEN_AT).text,
        f"consistency/{SEEN}-{SIZE}.txt": format_request(Request(SEEN, tuple(consistency_proof(hashes, SEEN)), newer)),
        "payloads/000000000.jsonl": "".join(lines[index] for index in CHOSEN),
    }
    for index in CHOSEN:
        files[f"leaves/{index}.json"] = leaves[index].decode()
        files[f"proofs/{index}.tlog-proof"] = format_proof(
            LogProof(index, tuple(inclusion_proof(hashes, index)), newer)
        )
    return files


def sealed(files: dict[str, str]) -> dict[str, str]:
    """The same with a manifest that fits."""
    digests = {name: sha256(text.encode()).hexdigest() for name, text in files.items()}
    manifest = envelope_sign(manifest_payload(digests, {"about": "vectors"}), [LOG])
    return {**files, MANIFEST: manifest.decode()}


def refused(good: dict[str, str]) -> dict[str, dict[str, str]]:
    """Packs that no verifier accepts, by what is wrong with them."""
    growth, seen = f"consistency/{SEEN}-{SIZE}.txt", f"seen/{SEEN}.note"
    lines = good[growth].split("\n")
    forged = sign_checkpoint(Checkpoint(ORIGIN, SEEN, bytes(32)), [LOG])
    server, passkey = signed_by_server(), signed_by_passkey()
    text = str(server["envelope"])
    return {
        "no proof of growth": sealed({name: each for name, each in good.items() if name != growth}),
        "a hash left out of the growth": sealed({**good, growth: "\n".join([lines[0], *lines[2:]])}),
        "growth from another size": sealed({**good, growth: good[growth].replace(f"old {SEEN}", "old 5", 1)}),
        "proofs that lead to two trees": sealed({**good, **forked(good)}),
        "a fork that the witness saw": sealed({**good, seen: forged + cosign(forged, WITNESS, at=SEEN_AT).text}),
        "a content that was not committed": sealed(
            {**good, "payloads/000000000.jsonl": log_files({4: {"n": 5}})["payloads/000000000.jsonl"]}
        ),
        "a person's key that did not sign": sealed(
            log_files({4: {**server, "public_key": LOG.verifier.text}, 5: passkey})
        ),
        "a statement that says another way": sealed(
            log_files({4: {**server, "authentication": "passkey"}, 5: passkey})
        ),
        "a statement that was changed": sealed(log_files({4: server, 5: {**passkey, "envelope": _changed(passkey)}})),
        "another kind of statement": sealed(
            log_files({4: {**server, "envelope": text.replace("in-toto", "in-other")}, 5: passkey})
        ),
    }


def forked(good: dict[str, str]) -> dict[str, str]:
    """One more entry with a proof that leads to the tree of another log with the same key."""
    leaf = good["leaves/2.json"]
    hashes = [leaf_hash(bytes([index])) for index in range(3)] + [leaf_hash(leaf.encode())]
    head = sign_checkpoint(Checkpoint(ORIGIN, 4, root_hash(hashes)), [LOG])
    proof = format_proof(LogProof(3, tuple(inclusion_proof(hashes, 3)), head))
    return {"leaves/3.json": leaf, "proofs/3.tlog-proof": proof}


def _changed(body: dict[str, Any]) -> str:
    envelope = json.loads(body["envelope"])
    payload = base64.b64decode(envelope["payload"]).replace(b"version 3", b"version 4")
    return json.dumps({**envelope, "payload": _base64(payload)})


def pack() -> dict[str, Any]:
    good = log_files({4: signed_by_server(), 5: signed_by_passkey()})
    key = LOG.verifier.text
    return {
        "log": key,
        "witness": WITNESS.verifier.text,
        "accepted": sealed(good),
        "counts": {"files": len(good), "proofs": 3, "payloads": 3, "growth": 1, "seen": 1, "signatures": 2},
        "accepted_with_the_key_lost_at": f"{key}@2023-11-15T00:00:00Z",
        "refused_with_the_key_lost_at": f"{key}@2023-11-14T00:00:00Z",
        "refused": refused(good),
    }


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def text() -> str:
    """What the file must hold."""
    return json.dumps(pack(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description="Write the test vectors of packs.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if the file differs")
    check = parser.parse_args().check
    differs = not FILE.exists() or FILE.read_text("utf-8") != text()
    if differs and not check:
        FILE.write_text(text(), "utf-8")
    sys.stdout.write(f"{'Differs' if check else 'Written'}: {FILE.name if differs else 'none'}\n")
    return 1 if check and differs else 0


if __name__ == "__main__":
    sys.exit(main())
