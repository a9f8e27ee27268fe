"""Signed notes, checkpoints, cosignatures and log proofs, as the C2SP specifications of those names define them.

signed-note       text, a blank line, and lines `— <key name> base64(key id ‖ signature)`
tlog-checkpoint   a note whose text is origin, tree size and root hash, one a line
tlog-cosignature  a witness's line on a checkpoint, version cosignature/v1 (Ed25519, key type 0x04)
tlog-proof        `c2sp.org/tlog-proof@v1`, index, audit path and checkpoint in one text file

A verifier is given its keys by its user, never by the note. Signatures of unknown keys are ignored; one of a known
key that does not verify condemns the whole note.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from assay.core.errors import IntegrityBroken, InvalidInput
from assay.core.merkle import HASH_SIZE, leaf_hash, verify_inclusion

ED25519: Final = 0x01
COSIGNATURE_V1: Final = 0x04
MAX_SIGNATURES: Final = 64
PROOF_HEADER: Final = "c2sp.org/tlog-proof@v1"
_DASH: Final = "— "
_CONTROL: Final = re.compile("[\x00-\x09\x0b-\x1f]")


class Signer(Protocol):
    """What signs notes: a key in a file here, a token or a service elsewhere. `key_id` is 4 bytes."""

    @property
    def name(self) -> str: ...

    @property
    def key_id(self) -> bytes: ...

    def sign(self, message: bytes) -> bytes: ...


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with its name and use. `kind` is 0x01 for notes or 0x04 for cosignatures; `public` is 32 bytes."""

    name: str
    kind: int
    public: bytes

    def __post_init__(self) -> None:
        _check_name(self.name)
        if self.kind not in (ED25519, COSIGNATURE_V1) or len(self.public) != 32:
            raise InvalidInput(f"The key of {self.name!r} is of a type that is not supported.", hint="Use Ed25519.")

    @property
    def key_id(self) -> bytes:
        return key_id(self.name, self.kind, self.public)

    @property
    def text(self) -> str:
        """The key as a line: `<name>+<key id in hex>+<base64 of type and key>`."""
        return f"{self.name}+{self.key_id.hex()}+{_base64(bytes([self.kind]) + self.public)}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Read a vkey line. Raises InvalidInput if it is malformed or its key id is not that of its key."""
        parts = text.strip().split("+", 2)
        if len(parts) != 3:
            raise InvalidInput("A verifier key has the form name+id+key.", hint="Copy the whole line.")
        material = _unbase64(parts[2])
        key = cls(parts[0], material[0] if material else 0, material[1:])
        if key.key_id.hex() != parts[1]:
            raise InvalidInput(f"The key id of {parts[0]!r} is not that of its key.", hint="Copy the whole line again.")
        return key

    def verify(self, message: bytes, signature: bytes) -> None:
        """Raise IntegrityBroken unless `signature` is this key's over `message`."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            raise IntegrityBroken(f"The signature of {self.name!r} does not verify.", key=self.name) from None


class Ed25519Signer:
    """A signer whose key is at hand. `kind` 0x01 signs notes, 0x04 cosigns checkpoints."""

    def __init__(self, name: str, key: Ed25519PrivateKey, *, kind: int = ED25519) -> None:
        self._key = key
        self.verifier: Final = VerifierKey(name, kind, key.public_key().public_bytes_raw())

    @classmethod
    def from_seed(cls, name: str, seed: bytes, *, kind: int = ED25519) -> Ed25519Signer:
        """Make the signer of a 32-byte seed (RFC 8032)."""
        if len(seed) != 32:
            raise InvalidInput(f"The seed of {name!r} is not 32 bytes long.")
        return cls(name, Ed25519PrivateKey.from_private_bytes(seed), kind=kind)

    @property
    def name(self) -> str:
        return self.verifier.name

    @property
    def key_id(self) -> bytes:
        return self.verifier.key_id

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """One signature of a note; `signature` is what follows the key id."""

    name: str
    key_id: bytes
    signature: bytes

    @property
    def text(self) -> str:
        return f"{_DASH}{self.name} {_base64(self.key_id + self.signature)}\n"


@dataclass(frozen=True, slots=True)
class SignedNote:
    """A note in parts, nothing verified yet. `text` ends in a newline and is what was signed."""

    text: str
    signatures: tuple[SignatureLine, ...]

    def __str__(self) -> str:
        return self.text + "\n" + "".join(line.text for line in self.signatures)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A tree head: origin of the log, number of leaves, 32-byte root hash."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return "\n".join((self.origin, str(self.size), _base64(self.root), *self.extensions)) + "\n"


@dataclass(frozen=True, slots=True)
class Cosignature:
    """A witness's statement that this was the largest consistent head that it knew, `at` seconds since 1970."""

    name: str
    at: int


@dataclass(frozen=True, slots=True)
class LogProof:
    """An entry's index, its audit path, and the signed checkpoint that it leads to. `extra` is not authenticated."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: str
    extra: bytes = b""


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """Return the first four bytes of SHA-256(name ‖ newline ‖ kind ‖ public key)."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def parse_note(data: str | bytes) -> SignedNote:
    """Take a note apart. Raises InvalidInput if it is malformed; verifies nothing."""
    text = _note_text(data)
    body, found, signatures = text.rpartition("\n\n")
    if not found or not text.endswith("\n"):
        raise InvalidInput("This is not a signed note: it has no blank line before its signatures.")
    lines = signatures[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise InvalidInput(f"The note has more than {MAX_SIGNATURES} signatures.")
    return SignedNote(body + "\n", tuple(_parse_signature(line) for line in lines))


def sign_note(text: str, signers: Iterable[Signer]) -> str:
    """Return `text` (ending in a newline) signed by each of `signers`, in their order."""
    if not text.endswith("\n"):
        raise InvalidInput("The text of a note must end in a newline.")
    lines = tuple(SignatureLine(s.name, s.key_id, s.sign(text.encode())) for s in signers)
    if not lines:
        raise InvalidInput("A note needs at least one signature.")
    return str(parse_note(str(SignedNote(text, lines))))


def verify_note(note: SignedNote, keys: Iterable[VerifierKey]) -> tuple[VerifierKey, ...]:
    """Return those of `keys` that signed the note. Raises IntegrityBroken if none did or one is bad."""
    signed: list[VerifierKey] = []
    for key in keys:
        if line := _line_of(note, key):
            key.verify(note.text.encode(), line.signature)
            signed.append(key)
    if not signed:
        raise IntegrityBroken("The note is signed by none of the given keys.", hint="Check the name and the key.")
    return tuple(signed)


def parse_checkpoint(data: str | bytes) -> tuple[Checkpoint, SignedNote]:
    """Take a signed checkpoint apart. Raises InvalidInput if it is malformed; verifies nothing."""
    note = parse_note(data)
    lines = note.text[:-1].split("\n")
    if len(lines) < 3 or not all(lines):
        raise InvalidInput("The note is not a checkpoint: it needs origin, size and root, one a line.")
    origin, size, root = lines[:3]
    hash_bytes = _unbase64(root)
    if len(hash_bytes) != HASH_SIZE:
        raise InvalidInput("The root hash of the checkpoint is not 32 bytes long.")
    return Checkpoint(origin, _decimal(size, "tree size"), hash_bytes, tuple(lines[3:])), note


def sign_checkpoint(checkpoint: Checkpoint, signers: Iterable[Signer]) -> str:
    """Return the checkpoint as a note signed by `signers` (old and new key while a key is changed)."""
    signed = sign_note(checkpoint.text, signers)
    if parse_checkpoint(signed)[0] != checkpoint:
        raise InvalidInput("The checkpoint does not read back as it was written.", hint="Check its origin.")
    return signed


def verify_checkpoint(data: str | bytes, keys: Iterable[VerifierKey], *, origin: str | None = None) -> Checkpoint:
    """Return the tree head if one of `keys` signed it and its origin is the expected one (default: that key's name).

    Raises InvalidInput if malformed, IntegrityBroken if not signed so.
    """
    checkpoint, note = parse_checkpoint(data)
    signed = verify_note(note, keys)
    expected = {origin} if origin is not None else {key.name for key in signed}
    if checkpoint.origin not in expected:
        raise IntegrityBroken(f"The checkpoint is of another log: {checkpoint.origin!r}.", origin=checkpoint.origin)
    return checkpoint


def cosign(data: str | bytes, signer: Signer, *, at: int) -> SignatureLine:
    """Return a witness's line for a checkpoint that it has found consistent; `at` is in seconds since 1970.

    The key id of `signer` must be of kind 0x04. Consistency is the caller's duty.
    """
    _, note = parse_checkpoint(data)
    signature = at.to_bytes(8, "big") + signer.sign(_cosigned(note, at))
    return SignatureLine(signer.name, signer.key_id, signature)


def verify_cosignatures(data: str | bytes, witnesses: Iterable[VerifierKey]) -> tuple[Cosignature, ...]:
    """Return the cosignatures by `witnesses` on a checkpoint, in the order of `witnesses`; those absent are left out.

    Raises IntegrityBroken if one of a known witness does not verify.
    """
    _, note = parse_checkpoint(data)
    found: list[Cosignature] = []
    for key in witnesses:
        line = _line_of(note, key)
        if line is None:
            continue
        at = int.from_bytes(line.signature[:8], "big")
        if len(line.signature) != 72 or at >= 2**63:
            raise IntegrityBroken(f"The cosignature of {key.name!r} is malformed.", key=key.name)
        key.verify(_cosigned(note, at), line.signature[8:])
        found.append(Cosignature(key.name, at))
    return tuple(found)


def format_proof(proof: LogProof) -> str:
    """Return the text of a `.tlog-proof` file."""
    extra = [f"extra {_base64(proof.extra)}"] if proof.extra else []
    lines = [PROOF_HEADER, *extra, f"index {proof.index}", *map(_base64, proof.path), "", proof.checkpoint]
    return "\n".join(lines)


def parse_proof(data: str | bytes) -> LogProof:
    """Read a `.tlog-proof` file. Raises InvalidInput if it is malformed; verifies nothing."""
    head, found, checkpoint = _note_text(data).partition("\n\n")
    lines = head.split("\n")
    if not found or lines.pop(0) != PROOF_HEADER:
        raise InvalidInput(f"This is not a log proof: its first line must be {PROOF_HEADER!r}.")
    extra = _unbase64(lines.pop(0)[6:]) if lines and lines[0].startswith("extra ") else b""
    if not lines or not lines[0].startswith("index "):
        raise InvalidInput("The log proof names no index.")
    index = _decimal(lines.pop(0)[6:], "index")
    path = tuple(_unbase64(line) for line in lines)
    if len(path) > 64 or any(len(step) != HASH_SIZE for step in path):
        raise InvalidInput("The log proof holds something that is not a SHA-256 hash.")
    parse_checkpoint(checkpoint)
    return LogProof(index, path, checkpoint, extra)


def verify_proof(
    data: str | bytes,
    *,
    leaf: bytes,
    log: Sequence[VerifierKey],
    origin: str | None = None,
    witnesses: Sequence[VerifierKey] = (),
    quorum: int = 0,
) -> Checkpoint:
    """Check that the bytes `leaf` are in the log and that `quorum` of `witnesses` saw its head; return the head.

    The proof is checked against the size and root that were signed. Raises IntegrityBroken otherwise.
    """
    proof = parse_proof(data)
    checkpoint = verify_checkpoint(proof.checkpoint, log, origin=origin)
    seen = len({cosignature.name for cosignature in verify_cosignatures(proof.checkpoint, witnesses)})
    if seen < quorum:
        raise IntegrityBroken(f"Only {seen} of {quorum} needed witnesses saw this head.", seen=seen, quorum=quorum)
    verify_inclusion(leaf_hash(leaf), proof.index, checkpoint.size, proof.path, checkpoint.root)
    return checkpoint


def _note_text(data: str | bytes) -> str:
    try:
        text = data if isinstance(data, str) else data.decode("utf-8")
        text.encode()
    except UnicodeError:
        raise InvalidInput("The note is not UTF-8.") from None
    if _CONTROL.search(text):
        raise InvalidInput("The note holds a control character.")
    return text


def _parse_signature(line: str) -> SignatureLine:
    name, _, blob = line.removeprefix(_DASH).partition(" ")
    data = _unbase64(blob)
    if not line.startswith(_DASH) or len(data) < 5:
        raise InvalidInput("A signature line of the note is malformed.")
    _check_name(name)
    return SignatureLine(name, data[:4], data[4:])


def _line_of(note: SignedNote, key: VerifierKey) -> SignatureLine | None:
    lines = [line for line in note.signatures if line.name == key.name and line.key_id == key.key_id]
    if len(lines) > 1:
        raise IntegrityBroken(f"The note is signed twice by {key.name!r}.", key=key.name)
    return lines[0] if lines else None


def _cosigned(note: SignedNote, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{note.text}".encode()


def _check_name(name: str) -> None:
    if not name or "+" in name or any(char.isspace() or char < " " for char in name):
        raise InvalidInput(f"{name!r} cannot be the name of a key.", hint="No spaces and no plus sign.")


def _decimal(text: str, what: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > 19 or (text[0] == "0" and text != "0"):
        raise InvalidInput(f"The {what} is not a decimal number: {text[:40]!r}.")
    return int(text)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _unbase64(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidInput(f"This is not base64: {text[:40]!r}.") from None
    if _base64(data) != text:
        raise InvalidInput(f"This is not base64 in its one right form: {text[:40]!r}.")
    return data
