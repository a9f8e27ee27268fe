"""A private Ed25519 key in a file that only its owner can read (PKCS #8, PEM)."""

import base64
import binascii
import os
import stat
import tempfile
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from assay.core.errors import Conflict, IntegrityBroken, InvalidInput, Unavailable


def keyfile_create(path: Path) -> None:
    """Make a new key, mode 0600, on disk when this returns. Raises Conflict if the file exists."""
    keyfile_write(path, Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def keyfile_write(path: Path, data: bytes) -> None:
    """Write a file that holds a key or says where one lies: mode 0600, on disk when this returns. Raises Conflict.

    The file gets its name once it is whole, so that whoever is killed here leaves no key by halves under it.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, made = tempfile.mkstemp(prefix=".key-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.link(made, path)
    except FileExistsError:
        raise Conflict(f"There is a key {path.name} already.", hint="Rotate it instead of making another.") from None
    finally:
        os.unlink(made)
    parent = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(parent)
    finally:
        os.close(parent)


def keyfile_check(path: Path) -> os.stat_result:
    """Raises Unavailable if the file is missing, IntegrityBroken if others than its owner may read or write it."""
    try:
        found = path.stat()
    except FileNotFoundError:
        raise Unavailable(
            f"The signing key {path.name} is missing from its folder.",
            hint="Restore it from its backup; a new key would need a new origin or name.",
        ) from None
    if stat.S_IMODE(found.st_mode) & 0o077:
        raise IntegrityBroken(
            f"The signing key {path.name} can be read by others (mode {stat.S_IMODE(found.st_mode):o}).",
            hint="Run chmod 600 on it, and rotate the key if anybody else has an account on this machine.",
        )
    return found


def keyfile_load(path: Path) -> Ed25519PrivateKey:
    """The key in the file. Raises as `keyfile_check`, and InvalidInput if it holds no Ed25519 key."""
    keyfile_check(path)
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise InvalidInput(f"The signing key {path.name} is not a private key in PEM.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise InvalidInput(f"The signing key {path.name} is not an Ed25519 key.")
    return key


def published_keys(path: Path) -> list[bytes]:
    """The public keys of a file with one base64 key a line; none if there is no file. Raises InvalidInput."""
    try:
        lines = path.read_text(encoding="ascii").split()
        found = [base64.b64decode(line, validate=True) for line in lines]
    except FileNotFoundError:
        return []
    except (ValueError, binascii.Error) as error:
        raise InvalidInput(f"{path.name} is not a list of public keys.") from error
    if any(len(key) != 32 for key in found):
        raise InvalidInput(f"{path.name} is not a list of Ed25519 public keys.")
    return found
