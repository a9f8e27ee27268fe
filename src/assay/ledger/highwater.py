"""The high-water mark: the newest checkpoint that this installation has signed, kept outside the database.

A database that was put back to an older backup is consistent and validly signed; only a memory outside it can tell. The
file holds two slots of 4,096 bytes, each a signed checkpoint padded with NUL bytes; a writer replaces the older one, so
that a torn write leaves the other. The mark is a lower bound: it may lag behind the database (written after the commit,
flushed at most once a second), never lead.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assay.core.errors import IntegrityBroken

SLOT = 4096
FLUSH_EVERY = 1.0
_flushed: dict[str, float] = {}


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except FileNotFoundError:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield handle
    finally:
        os.close(handle)


def _slots(data: bytes) -> list[tuple[int, str]]:
    """(size, note) of each slot that holds a checkpoint; an empty or torn slot is size -1."""
    found = []
    for at in (0, SLOT):
        text = data[at : at + SLOT].rstrip(b"\0")
        if not text:
            found.append((-1, ""))
            continue
        try:
            note = text.decode("utf-8")
            lines = note.split("\n")
            size = int(lines[1]) if note.endswith("\n") and len(lines) >= 6 and lines[3] == "" else -1
        except (UnicodeDecodeError, ValueError, IndexError):
            note, size = "", -1
        found.append((size, note if size >= 0 else ""))
    return found


def mark_read(path: Path) -> str | None:
    """The newest checkpoint in the file, or None if there is no file. Raises IntegrityBroken if no slot is readable.

    The caller verifies the signature.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    size, note = max(_slots(data))
    if size < 0:
        if data.strip(b"\0"):
            raise IntegrityBroken(
                f"The high-water mark {path.name} cannot be read.",
                hint="Compare the database with your newest outside checkpoint, then remove the file.",
                path=str(path),
            )
        return None
    return note


def mark_write(path: Path, note: str, size: int) -> None:
    """Raise the mark to `note`, a signed checkpoint of `size` whose commit has returned; a lower size does nothing."""
    data = note.encode("utf-8")
    if len(data) > SLOT:
        raise IntegrityBroken("A checkpoint is larger than a slot of the high-water mark.", path=str(path))
    with _locked(path) as handle:
        slots = _slots(os.pread(handle, 2 * SLOT, 0))
        if max(slots)[0] >= size:
            return
        older = 0 if slots[0][0] <= slots[1][0] else 1
        os.pwrite(handle, data.ljust(SLOT, b"\0"), older * SLOT)
        elapsed = time.monotonic()
        if elapsed - _flushed.get(str(path), -FLUSH_EVERY) >= FLUSH_EVERY:
            os.fdatasync(handle)
            _flushed[str(path)] = elapsed


def mark_flush(path: Path) -> None:
    """Bring the mark to disk now: when an integrator stops."""
    if path.exists():
        with _locked(path) as handle:
            os.fsync(handle)
