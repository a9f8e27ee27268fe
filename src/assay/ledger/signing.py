"""The key that signs checkpoints: an Ed25519 key in a file of the data folder that only its owner can read.

One key serves all logs of an installation; its name in a note is the origin of the log, and the signed text begins with
the origin, so that a checkpoint of one log is none of another.
"""

from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from assay.client.keyfile import keyfile_check, keyfile_create, keyfile_load
from assay.core.errors import IntegrityBroken, InvalidInput
from assay.core.note import Checkpoint, Ed25519Signer, VerifierKey, sign_checkpoint, verify_checkpoint
from assay.ledger import folder


def key_create() -> None:
    """Make the key file, 0600, on disk when this returns. Raises Conflict if it exists."""
    keyfile_create(folder.key_file())


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
    found = keyfile_check(path)
    return _loaded(path, found.st_mtime_ns, found.st_ino)


@lru_cache(maxsize=8)
def _loaded(path: Path, _changed: int, _inode: int) -> Ed25519PrivateKey:
    return keyfile_load(path)


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
