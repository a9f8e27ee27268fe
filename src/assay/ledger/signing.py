"""The key that signs checkpoints: an Ed25519 key in a file of the data folder that only its owner can read.

One key serves all logs of an installation; its name in a note is the origin of the log, and the signed text begins with
the origin, so that a checkpoint of one log is none of another.
"""

import os
import stat
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from assay.core.errors import Conflict, IntegrityBroken, InvalidInput, Unavailable
from assay.core.note import Checkpoint, Ed25519Signer, VerifierKey, sign_checkpoint, verify_checkpoint
from assay.ledger import folder


def key_create() -> Path:
    """Make the key file, 0600, on disk when this returns. Raises Conflict if it exists."""
    path = folder.key_file()
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Conflict("There is a signing key already.", hint="Rotate it instead of making another.") from None
    with os.fdopen(handle, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    parent = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(parent)
    finally:
        os.close(parent)
    return path


def key_create_if_missing() -> None:
    """Make the key file of a new installation."""
    if not folder.key_file().exists():
        key_create()


def key_load() -> Ed25519PrivateKey:
    """The signing key.

    Raises Unavailable if there is none, IntegrityBroken if others than its owner may read the file, InvalidInput if it
    holds no Ed25519 key.
    """
    path = folder.key_file()
    try:
        found = path.stat()
    except FileNotFoundError:
        raise Unavailable(
            f"The signing key {path.name} is missing from the data folder.",
            hint="Restore it from its backup; a new key would need a new origin for every log.",
        ) from None
    if stat.S_IMODE(found.st_mode) & 0o077:
        raise IntegrityBroken(
            f"The signing key {path.name} can be read by others (mode {stat.S_IMODE(found.st_mode):o}).",
            hint="Run chmod 600 on it, and rotate the key if anybody else has an account on this machine.",
        )
    return _parse(path, found.st_mtime_ns, found.st_ino)


@lru_cache(maxsize=8)
def _parse(path: Path, _changed: int, _inode: int) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise InvalidInput(f"The signing key {path.name} is not a private key in PEM.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise InvalidInput(f"The signing key {path.name} is not an Ed25519 key.")
    return key


def fingerprint() -> str:
    """SHA-256 of the public key (DER), as lower-case hex."""
    public = key_load().public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return sha256(public).hexdigest()


def signer_of(origin: str) -> Ed25519Signer:
    """The signer of the log with this origin."""
    return Ed25519Signer(origin, key_load())


def vkey_of(origin: str) -> str:
    """The verifier key (C2SP vkey) of the log with this origin."""
    return signer_of(origin).verifier.text


def checkpoint_sign(origin: str, size: int, root: bytes) -> str:
    """The signed checkpoint of a tree."""
    return sign_checkpoint(Checkpoint(origin, size, root), [signer_of(origin)])


def checkpoint_open(note: str, origin: str) -> tuple[int, bytes]:
    """Size and root of a checkpoint that this installation signed. Raises IntegrityBroken otherwise."""
    try:
        checkpoint = verify_checkpoint(note, [VerifierKey.parse(vkey_of(origin))], origin=origin)
    except InvalidInput as error:
        raise IntegrityBroken(f"A checkpoint of {origin} is malformed.", origin=origin) from error
    return checkpoint.size, checkpoint.root
