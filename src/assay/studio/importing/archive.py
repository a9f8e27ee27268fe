"""Zip files of strangers: names, sizes and kinds of all entries are checked before a byte of one is unpacked.

Nothing is ever written to disk. Refused as a whole: names that climb out, links, encrypted entries, the same name twice,
archives that would unpack to more than is allowed or to more than a hundred times their size.
"""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from typing import NoReturn

from assay.core.errors import InvalidInput
from assay.studio.importing.files import printable
from assay.studio.importing.pieces import MEBIBYTE, Limits

MOST_TIMES = 100
"""How many times its own size an archive may unpack to, once it unpacks to more than 32 MiB."""
_HARMLESS = 32 * MEBIBYTE
_CLIMBS = re.compile(r"\A(?:/|[A-Za-z]:)|(?:\A|/)\.\.(?:/|\Z)|\\|\0")


class Archive:
    """The files of a zip by name, folders left out, in the order they stand in."""

    def __init__(self, raw: bytes, name: str, limits: Limits) -> None:
        self.name = name
        self._limits = limits
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(raw))
        except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
            raise InvalidInput(
                f"{name} is not a readable zip file ({error}).", hint="Export it again.", path=name
            ) from None
        self._entries = {entry.filename: entry for entry in self._checked(len(raw))}

    def names(self) -> list[str]:
        return list(self._entries)

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def read(self, name: str) -> bytes:
        """The bytes of a file. Raises InvalidInput for a file that is absent, too large or damaged."""
        entry = self._entries.get(name)
        if entry is None:
            self._refuse(f"holds no file {printable(name)}", "Export it again.")
        if entry.file_size > self._limits.file_bytes:
            self._refuse(
                f"holds {printable(name)} with {entry.file_size} bytes; up to {self._limits.file_bytes} are read",
                "Split it.",
            )
        try:
            with self._zip.open(entry) as stream:
                return stream.read(self._limits.file_bytes)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
            self._refuse(f"is damaged at {printable(name)} ({error})", "Export it again.")

    def _checked(self, size: int) -> Iterator[zipfile.ZipInfo]:
        entries = self._zip.infolist()
        if len(entries) > self._limits.files:
            self._refuse(f"holds {len(entries)} files; at most {self._limits.files} are read", "Import it in parts.")
        total = sum(entry.file_size for entry in entries)
        if total > self._limits.total_bytes or total > max(_HARMLESS, MOST_TIMES * size):
            self._refuse(
                f"would unpack from {size} to {total} bytes", "Export it again without padding, or import it in parts."
            )
        seen: set[str] = set()
        for entry in entries:
            shown = printable(entry.filename)[:200]
            if _CLIMBS.search(entry.filename) or entry.orig_filename != entry.filename:
                self._refuse(f"holds a file named {shown}, which leaves its folder", "Do not trust this file.")
            if stat.S_ISLNK(entry.external_attr >> 16):
                self._refuse(f"holds a link, {shown}", "Put the file itself in its place.")
            if entry.flag_bits & 0x1:
                self._refuse(f"is encrypted at {shown}", "Save it without a password.")
            if entry.filename.casefold() in seen:
                self._refuse(f"holds {shown} twice (case aside)", "Export it again.")
            seen.add(entry.filename.casefold())
            if not entry.is_dir():
                yield entry

    def _refuse(self, reason: str, hint: str) -> NoReturn:
        raise InvalidInput(f"{self.name} {reason}.", hint=hint, path=self.name, reason=reason)
