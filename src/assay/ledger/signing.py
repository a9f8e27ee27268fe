"""The key that signs checkpoints: an Ed25519 key in a file of the data folder that only its owner can read, or a
reference there to a key that a token or another signer holds (`ledger.keys`).

One key serves all logs of an installation; its name in a note is the origin of the log, and the signed text begins with
the origin, so that a checkpoint of one log is none of another.
"""

import base64
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from assay.client.compromised import Compromised, checkpoint_trusted, compromised_read
from assay.client.keyfile import keyfile_check, keyfile_create, keyfile_load, keyfile_write, published_keys
from assay.core.errors import Conflict, IntegrityBroken, InvalidInput
from assay.core.note import ED25519, Checkpoint, VerifierKey, sign_checkpoint
from assay.ledger import folder
from assay.ledger.keys.holding import FILE, HeldKey, Key, Reference, holder_of


@dataclass(frozen=True, slots=True)
class FileKey:
    """A key in a file."""

    private: Ed25519PrivateKey
    public: bytes

    def sign(self, message: bytes) -> bytes:
        return self.private.sign(message)


@dataclass(frozen=True, slots=True)
class KeySigner:
    """A key under the name of one log: a `core.note.Signer`."""

    name: str
    key: Key

    @property
    def verifier(self) -> VerifierKey:
        return VerifierKey(self.name, ED25519, self.key.public)

    @property
    def key_id(self) -> bytes:
        return self.verifier.key_id

    def sign(self, message: bytes) -> bytes:
        return self.key.sign(message)


@dataclass(frozen=True, slots=True)
class KeyPlace:
    """A key as people see it. `use` is present, changing, retired or compromised; `place` is file or as in ASSAY_SIGNER."""

    public: bytes
    use: str
    place: str


def key_create() -> None:
    """Make the key where ASSAY_SIGNER says, on disk when this returns. Raises Conflict if there is one."""
    _make(folder.key_file())
    _publish(key_load())


def key_exchange() -> None:
    """Put a new key in the place of the present one, which goes on signing beside it until `key_discard`.

    The new one is made where ASSAY_SIGNER says now. Raises Conflict while an earlier change is not finished.
    """
    if folder.old_key_file().exists():
        raise Conflict("A change of the signing key is under way.", hint="Retire the old key first.")
    fresh = _fresh()
    # The old key is kept under its second name before the new one takes its place: no moment without a key.
    os.link(folder.key_file(), folder.old_key_file())
    fresh.replace(folder.key_file())


def key_discard() -> None:
    """Remove the old key of a finished change; its public part stays known. Raises Conflict if there is none."""
    try:
        folder.old_key_file().unlink()
    except FileNotFoundError:
        raise Conflict("No change of the signing key is under way.") from None


def key_condemn(lost: Sequence[Compromised]) -> None:
    """Note that a key is compromised, outside the database, and never sign with it again.

    Where it is the present one, a new key takes its place at once, made where ASSAY_SIGNER says. `lost` says the same
    key once a log.
    """
    public = lost[0].public
    known = {each.line for each in compromised_keys()}
    _append_lines(folder.compromised_file(), [each.line for each in lost if each.line not in known])
    old = folder.old_key_file()
    if old.exists() and _load(old).public == public:
        old.unlink()
    if key_load().public == public:
        _fresh().replace(folder.key_file())


def _fresh() -> Path:
    """A new key, published, in a file of its own beside the present one."""
    key_load()
    fresh = folder.key_file().with_suffix(".new")
    fresh.unlink(missing_ok=True)
    _make(fresh)
    _publish(_load(fresh))
    return fresh


def _make(path: Path) -> None:
    place = settings.ASSAY.signer
    if place == FILE:
        keyfile_create(path)
        return
    if path.exists():
        raise Conflict(f"There is a key {path.name} already.", hint="Rotate it instead of making another.")
    name = f"assay-{secrets.token_hex(8)}"
    keyfile_write(path, Reference(place, name, holder_of(place).create(name)).text.encode())


def _publish(key: Key) -> None:
    _append_lines(folder.public_file(), [base64.b64encode(key.public).decode()])


def _append_lines(path: Path, lines: Sequence[str]) -> None:
    with path.open("a", encoding="ascii") as file:
        file.write("".join(f"{line}\n" for line in lines))
        file.flush()
        os.fsync(file.fileno())


def public_keys() -> list[bytes]:
    """The public keys that may have signed here: the present one, one being changed, those retired or compromised."""
    found = [key.public for key in _keys()]
    return list(dict.fromkeys([*found, *published_keys(folder.public_file())]))


def compromised_keys() -> list[Compromised]:
    """The keys that were declared as compromised here, once a log."""
    return compromised_read(folder.compromised_file())


def key_places() -> list[KeyPlace]:
    """Every key that signs or signed here, the present one first."""
    lost = {each.public for each in compromised_keys()}
    found = [KeyPlace(key_load().public, "present", _place(folder.key_file()))]
    if folder.old_key_file().exists():
        found.append(KeyPlace(_load(folder.old_key_file()).public, "changing", _place(folder.old_key_file())))
    known = {each.public for each in found}
    past = [each for each in published_keys(folder.public_file()) if each not in known]
    return found + [KeyPlace(each, "compromised" if each in lost else "retired", "") for each in dict.fromkeys(past)]


def _keys() -> list[Key]:
    """The keys that sign. Raises IntegrityBroken for a key file that was never put into use here: a mix-up, or worse."""
    old = folder.old_key_file()
    keys = [key_load(), _load(old)] if old.exists() else [key_load()]
    published = _published(folder.public_file(), _stamp(folder.public_file()))
    if published and any(key.public not in published for key in keys):
        raise IntegrityBroken(
            "The signing key is not one that was put into use in this data folder.",
            hint=f"Restore {folder.KEY_NAME} from its backup; to change the key, rotate it.",
        )
    lost = {each.public for each in _lost(folder.compromised_file(), _stamp(folder.compromised_file()))}
    if any(key.public in lost for key in keys):
        raise IntegrityBroken(
            "The signing key was declared as compromised; nothing is signed with it.",
            hint=f"It came back with a backup? Restore the newer {folder.KEY_NAME}, or declare it compromised again.",
        )
    return keys


def _stamp(path: Path) -> tuple[int, int, int, int] | None:
    """What changes with a file; None if there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_size


@lru_cache(maxsize=8)
def _published(path: Path, _changed: tuple[int, ...] | None) -> tuple[bytes, ...]:
    return tuple(published_keys(path))


@lru_cache(maxsize=8)
def _lost(path: Path, _changed: tuple[int, ...] | None) -> tuple[Compromised, ...]:
    return tuple(compromised_read(path))


def key_create_if_missing() -> None:
    """Make the key file of a new installation."""
    if not folder.key_file().exists():
        key_create()


def key_load() -> Key:
    """The signing key.

    Raises Unavailable if there is none, IntegrityBroken if others than its owner may read the file, InvalidInput if it
    holds no Ed25519 key.
    """
    return _load(folder.key_file())


def _load(path: Path) -> Key:
    found = keyfile_check(path)
    return _loaded(path, found.st_mtime_ns, found.st_ino)


@lru_cache(maxsize=8)
def _loaded(path: Path, _changed: int, _inode: int) -> Key:
    reference = Reference.parse(path.read_text(encoding="ascii", errors="replace"))
    if reference is not None:
        return HeldKey(reference, holder_of(reference.place))
    private = keyfile_load(path)
    return FileKey(private, private.public_key().public_bytes_raw())


def _place(path: Path) -> str:
    reference = Reference.parse(path.read_text(encoding="ascii", errors="replace"))
    return FILE if reference is None else f"{reference.place} as {reference.name}"


def fingerprint() -> str:
    """SHA-256 of the public key (DER), as lower-case hex."""
    public = Ed25519PublicKey.from_public_bytes(key_load().public)
    return sha256(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def signer_of(origin: str) -> KeySigner:
    """The signer of the log with this origin, with the present key."""
    return KeySigner(origin, key_load())


def vkey_of(origin: str) -> str:
    """The verifier key (C2SP vkey) of the log with this origin."""
    return signer_of(origin).verifier.text


def checkpoint_sign(origin: str, size: int, root: bytes) -> str:
    """The signed checkpoint of a tree: by the present key, and by the old one while the key is being changed."""
    return sign_checkpoint(Checkpoint(origin, size, root), [KeySigner(origin, key) for key in _keys()])


def checkpoint_open(note: str, origin: str) -> tuple[int, bytes]:
    """Size and root of a checkpoint that this installation signed. Raises IntegrityBroken otherwise.

    A compromised key counts up to the size that stood when that was declared, for the caller goes on from its own tree.
    """
    keys = [VerifierKey(origin, ED25519, public) for public in public_keys()]
    lost = compromised_keys()
    covered = max((each.until for each in lost), default=0)
    try:
        checkpoint = checkpoint_trusted(note, keys, lost, origin=origin, covered=covered)
    except InvalidInput as error:
        raise IntegrityBroken(f"A checkpoint of {origin} is malformed.", origin=origin) from error
    return checkpoint.size, checkpoint.root
