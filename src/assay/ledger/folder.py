"""Where the ledger keeps what must not lie in the database: the signing key and the high-water marks."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from assay.client.compromised import NAME as COMPROMISED_NAME
from assay.core.errors import InvalidInput

KEY_NAME = "ledger-key.pem"
OLD_KEY_NAME = "ledger-key-old.pem"
PUBLIC_NAME = "ledger-keys.txt"
HIGH_WATER_FOLDER = "high-water"


def data_folder() -> Path:
    """The data folder of this installation."""
    return _path(settings.ASSAY.data)


@lru_cache(maxsize=64)
def _path(folder: str | Path, *parts: str) -> Path:
    """Kept, because a commit asks for several of them."""
    return Path(folder, *parts)


def key_file() -> Path:
    """The file of the signing key."""
    return _path(data_folder(), KEY_NAME)


def old_key_file() -> Path:
    """The file of the key that is being changed: it signs beside the new one until it is retired."""
    return _path(data_folder(), OLD_KEY_NAME)


def public_file() -> Path:
    """The public keys that ever signed here, one a line: what a verifier trusts beside the present key."""
    return _path(data_folder(), PUBLIC_NAME)


def compromised_file() -> Path:
    """The keys that were declared as compromised, one a line and log."""
    return _path(data_folder(), COMPROMISED_NAME)


def high_water_file(log: str) -> Path:
    """The file of the high-water mark of one log. Raises InvalidInput for a log id that is no file name."""
    if "/" in log or log in {"", ".", ".."} or "\0" in log:
        raise InvalidInput(f"The log id {log!r} cannot name a file.")
    return _path(data_folder(), HIGH_WATER_FOLDER, f"{log}.mark")
