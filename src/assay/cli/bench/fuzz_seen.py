"""What others saw of the log of `assay bench fuzz`: checkpoints with stamps and cosignatures, and proofs that it grew from them.

Half of the packs are judged by a reader who knows that the key of the log was lost after the witness had seen it: then
nothing but an intact cosignature makes an entry count.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache

from assay.client import standalone
from assay.client.compromised import compromised_given
from assay.client.trust import Trust
from assay.client.witness import Request, format_request, parse_request
from assay.core.errors import AssayError
from assay.core.merkle import consistency_proof, root_hash
from assay.core.note import (
    COSIGNATURE_V1,
    Checkpoint,
    Ed25519Signer,
    VerifierKey,
    cosign,
    sign_checkpoint,
    verify_checkpoint,
    verify_cosignatures,
)

WITNESS = Ed25519Signer.from_seed("witness.example", bytes([3]) * 32, kind=COSIGNATURE_V1)
SINCE = "2026-06-01T00:00:00Z"
BEFORE = int(datetime(2026, 5, 1, tzinfo=UTC).timestamp())
COSIGNED, STAMPED = 200, 137
KINDS: Mapping[str, str] = {
    "checkpoint": r"log/checkpoint",
    "tile of entries": r"log/tile/entries/.+",
    "tile of hashes": r"log/tile/[0-9]+/.+",
    "leaf": r"leaves/[0-9]+\.json",
    "leaves": r"leaves/[0-9]+\.jsonl",
    "proof": r"proofs/[0-9]+\.tlog-proof",
    "payloads": r"payloads/[0-9]+(-[0-9]+)?\.jsonl",
    "stamped checkpoint": r"time/[0-9]+\.note",
    "time stamp": r"time/[0-9]+\.tsr",
    "cosigned checkpoint": r"seen/[0-9]+\.note",
    "consistency proof": r"consistency/[0-9]+-[0-9]+\.txt",
    "policy": r"policy\.txt",
    "manifest": r"MANIFEST\.dsse\.json",
    "for people": r"index\.(html|xlsx)|VERIFY\.txt|verify\.py|others/.+",
}
"""Every kind of file that a pack may hold (docs/formats/pack.md), by the form of its name."""
FOR_PEOPLE = {
    "index.html": b"<!doctype html><title>Entries</title>", "index.xlsx": b"PK\x05\x06" + bytes(18), "VERIFY.txt": b"How to check.\n",
    "verify.py": b"raise SystemExit(0)\n", "others/run.sh": b"exit 0\n",
}  # fmt: skip


def kind_of(name: str) -> str:
    """The kind of a file of a pack by its name. Raises KeyError for a name of no kind."""
    for kind, form in KINDS.items():
        if re.fullmatch(form, name):
            return kind
    raise KeyError(name)


def others_saw(origin: str, hashes: Sequence[bytes], signer: Ed25519Signer, *, grown: bool) -> dict[str, bytes]:
    """A stamped and a cosigned older checkpoint and a cosigned one of now; with `grown` the proofs that join them."""
    size = len(hashes)
    heads = {at: _head(origin, hashes[:at], signer) for at in (STAMPED, COSIGNED, size)}
    seen = {at: heads[at] + cosign(heads[at], WITNESS, at=BEFORE).text for at in (COSIGNED, size)}
    files = {f"seen/{at}.note": note.encode() for at, note in seen.items()}
    # The bytes of the stamp are no answer of an authority: a reader without its certificates checks none and says so.
    files |= {f"time/{STAMPED}.note": heads[STAMPED].encode(), f"time/{STAMPED}.tsr": bytes.fromhex("3003020100")}
    for old in (STAMPED, COSIGNED) if grown else ():
        request = Request(old, tuple(consistency_proof(hashes, old)), heads[size])
        files[f"consistency/{old}-{size}.txt"] = format_request(request).encode()
    return files


def trusts(signer: Ed25519Signer, *, lost: bool) -> tuple[Trust, standalone.Known]:
    """What the reader brings, for the product's verifier and for the single file."""
    told = [f"{signer.verifier.text}@{SINCE}"] if lost else []
    witness = WITNESS.verifier
    return Trust([compromised_given(text) for text in told], [witness]), standalone.Known([witness.text], told)


def says_nothing_else(
    files: Mapping[str, bytes], hashes: Sequence[bytes], key: VerifierKey, signed: Sequence[str], *, lost: bool
) -> bool:
    """Whether each checkpoint that others saw is one that the log signed, and joined as it grew.

    With `lost`, a cosignature by the witness must be intact as well.
    """
    cosigned = False
    for name, data in files.items():
        if re.fullmatch(r"(time|seen)/[0-9]+\.note", name):
            cosigned |= _is_cosigned(data)
            if not _is_of(data, hashes, key):
                return False
        if name.startswith("consistency/") and not _is_grown(name, data, hashes, key):
            return False
    return cosigned or not lost or not signed


def damaged_growth(data: bytes, rng: random.Random) -> bytes:
    """A consistency proof with steps exchanged, left out, doubled or invented, which damage of bytes rarely makes."""
    request = parse_request(data)
    steps = list(request.proof)
    at = rng.randrange(len(steps))
    match rng.randrange(4):
        case 0:
            del steps[at]
        case 1:
            steps.insert(at, steps[rng.randrange(len(steps))])
        case 2:
            steps[at] = rng.randbytes(32)
        case _:
            rng.shuffle(steps)
    old = rng.choice((request.old, request.old, STAMPED, COSIGNED))
    return format_request(Request(old, tuple(steps), request.note)).encode()


def damaged_note(data: bytes, rng: random.Random, hashes: Sequence[bytes], signer: Ed25519Signer) -> bytes:
    """A checkpoint that the signing key signed over another tree or size, cosigned or with the old cosignature."""
    head = verify_checkpoint(data, [signer.verifier])
    other = list(hashes[: head.size])
    if rng.random() < 0.5:
        other[rng.randrange(len(other))] = rng.randbytes(32)
    else:
        other = other[: rng.randrange(1, len(other))]
    note = _head(head.origin, other, signer)
    old = data.decode().split("\n\n", 1)[1].split("\n", 1)[1]
    return (note + (old if rng.random() < 0.5 else cosign(note, WITNESS, at=BEFORE).text)).encode()


def _head(origin: str, hashes: Sequence[bytes], signer: Ed25519Signer) -> str:
    return sign_checkpoint(Checkpoint(origin, len(hashes), root_hash(list(hashes))), [signer])


@cache
def _root(hashes: tuple[bytes, ...]) -> bytes:
    return root_hash(list(hashes))


def _is_of(note: bytes | str, hashes: Sequence[bytes], key: VerifierKey) -> bool:
    try:
        head = verify_checkpoint(note, [key])
    except AssayError:
        return False
    return head.size <= len(hashes) and head.root == _root(tuple(hashes[: head.size]))


def _is_cosigned(note: bytes) -> bool:
    try:
        return bool(verify_cosignatures(note.decode(), [WITNESS.verifier]))
    except (AssayError, UnicodeDecodeError):
        return False


def _is_grown(name: str, data: bytes, hashes: Sequence[bytes], key: VerifierKey) -> bool:
    try:
        request = parse_request(data)
        newer = verify_checkpoint(request.note, [key])
    except AssayError:
        return False
    right = request.old <= newer.size and name == f"consistency/{request.old}-{newer.size}.txt"
    wanted = consistency_proof(list(hashes[: newer.size]), request.old) if right else []
    return right and _is_of(request.note, hashes, key) and list(request.proof) == list(wanted)
