"""Where a pack is written to: a folder or a zip file, piece by piece, with the digest of each file."""

import zipfile
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Protocol

PIECE = 1024 * 1024


class Target(Protocol):
    """A pack that is being written."""

    def put(self, name: str, pieces: Iterable[bytes]) -> None:
        """Write one file."""

    @property
    def digests(self) -> dict[str, str]:
        """SHA-256 in hex of every file so far, by name."""


class FolderTarget:
    """A pack as a new folder."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.digests: dict[str, str] = {}

    def put(self, name: str, pieces: Iterable[bytes]) -> None:
        path = self._root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        digest = sha256()
        with path.open("xb") as file:
            for piece in pieces:
                digest.update(piece)
                file.write(piece)
        self.digests[name] = digest.hexdigest()


class ZipTarget:
    """A pack as a zip file. Every file has one fixed date: the same evidence gives the same bytes."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.digests: dict[str, str] = {}

    def put(self, name: str, pieces: Iterable[bytes]) -> None:
        info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
        info.compress_type = zipfile.ZIP_DEFLATED
        digest = sha256()
        with self._archive.open(info, "w") as file:
            for piece in pieces:
                digest.update(piece)
                file.write(piece)
        self.digests[name] = digest.hexdigest()


def file_pieces(path: Path) -> Iterable[bytes]:
    """A file, piece by piece."""
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece
