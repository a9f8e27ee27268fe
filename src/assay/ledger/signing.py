"""The key that signs checkpoints: an Ed25519 key in a file of the data folder that only its owner can read.

One key serves all logs of an installation; its name in a note is the origin of the log, and the signed text begins with
the origin, so that a checkpoint of one log is none of another.
"""

import base64
import os
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from assay.client.keyfile import keyfile_check, keyfile_create, keyfile_load, published_keys
from assay.core.errors import Conflict, IntegrityBroken, InvalidInput
from assay.core.note import ED25519, Checkpoint, Ed25519Signer, VerifierKey, sign_checkpoint, verify_checkpoint
from assay.ledger import folder


def key_create() -> None:
    """Make the key file, 0600, on disk when this returns. Raises Conflict if it exists."""
    keyfile_create(folder.key_file())
    _publish(key_load())


def key_exchange() -> None:
    """Put a new key in the place of the present one, which goes on signing beside it until `key_discard`.

    Raises Conflict while an earlier change is not finished.
    """
    if folder.old_key_file().exists():
        raise Conflict("A change of the signing key is under way.", hint="Retire the old key first.")
    key_load()
    fresh = folder.key_file().with_suffix(".new")
    fresh.unlink(missing_ok=True)
    keyfile_create(fresh)
    _publish(keyfile_load(fresh))
    # The old key is kept under its second name before the new one takes its place: no moment without a key.
    os.link(folder.key_file(), folder.old_key_file())
    fresh.replace(folder.key_file())


def key_discard() -> None:
    """Remove the old key of a finished change; its public part stays known. Raises Conflict if there is none."""
    try:
        folder.old_key_file().unlink()
    except FileNotFoundError:
        raise Conflict("No change of the signing key is under way.") from None


def _publish(key: Ed25519PrivateKey) -> None:
    line = base64.b64encode(key.public_key().public_bytes_raw()).decode()
    with folder.public_file().open("a", encoding="ascii") as file:
        file.write(f"{line}\n")
        file.flush()
        os.fsync(file.fileno())


def public_keys() -> list[bytes]:
    """The public keys that may have signed here: the present one, one being changed, those retired."""
    found = [key.public_key().public_bytes_raw() for key in _keys()]
    return list(dict.fromkeys([*found, *published_keys(folder.public_file())]))


def _keys() -> list[Ed25519PrivateKey]:
    """The keys that sign. Raises IntegrityBroken for a key file that was never put into use here: a mix-up, or worse."""
    old = folder.old_key_file()
    keys = [key_load(), keyfile_load(old)] if old.exists() else [key_load()]
    published = published_keys(folder.public_file())
    if published and any(key.public_key().public_bytes_raw() not in published for key in keys):
        raise IntegrityBroken(
            "The signing key is not one that was put into use in this data folder.",
            hint=f"Restore {folder.KEY_NAME} from its backup; to change the key, rotate it.",
        )
    return keys


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
    """The signer of the log with this origin, with the present key."""
    return Ed25519Signer(origin, key_load())


def vkey_of(origin: str) -> str:
    """The verifier key (C2SP vkey) of the log with this origin."""
    return signer_of(origin).verifier.text


def checkpoint_sign(origin: str, size: int, root: bytes) -> str:
    """The signed checkpoint of a tree: by the present key, and by the old one while the key is being changed."""
    return sign_checkpoint(Checkpoint(origin, size, root), [Ed25519Signer(origin, key) for key in _keys()])


def checkpoint_open(note: str, origin: str) -> tuple[int, bytes]:
    """Size and root of a checkpoint that this installation signed. Raises IntegrityBroken otherwise."""
    keys = [VerifierKey(origin, ED25519, public) for public in public_keys()]
    try:
        checkpoint = verify_checkpoint(note, keys, origin=origin)
    except InvalidInput as error:
        raise IntegrityBroken(f"A checkpoint of {origin} is malformed.", origin=origin) from error
    return checkpoint.size, checkpoint.root
