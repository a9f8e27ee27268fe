"""Finding and decoding files: symbolic links are not followed, sizes are checked before reading, text must be text."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from assay.core.errors import InvalidInput
from assay.studio.importing.pieces import Limits, Note

MARKDOWN = frozenset({".md", ".markdown", ".mdown", ".mdx"})
HTML = frozenset({".html", ".htm", ".xhtml"})
PLAIN = frozenset({".txt", ".text"})
BUNDLE = frozenset({".json"})
WORD = frozenset({".docx"})
PACKAGE = frozenset({".zip"})
READABLE = MARKDOWN | HTML | PLAIN | WORD
# Formats in which people keep course material and which this version does not read: counted, never passed over.
UNREAD = {
    ".doc": "application/msword",
    ".docm": "application/vnd.ms-word.document.macroEnabled.12",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".ppt": "application/vnd.ms-powerpoint",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".pdf": "application/pdf",
    ".epub": "application/epub+zip",
    ".rtf": "application/rtf",
    ".ipynb": "application/x-ipynb+json",
}
DEEPEST = 64
ACCEPTED = "a folder of Markdown, HTML, Word (.docx) or plain text files, one such file, a SCORM package (.zip), or a JSON bundle of stamped artefacts"
_MAGIC = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a zip archive (DOCX, PPTX, EPUB and SCORM are zips too)"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"SQLite format 3", "a database"),
)
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_BIDI = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))


@dataclass(frozen=True)
class Found:
    """A file to be read: where it is, its path relative to the source with forward slashes, its size in bytes."""

    path: Path
    name: str
    size: int

    @property
    def suffix(self) -> str:
        return self.path.suffix.lower()


def find_files(root: Path, limits: Limits) -> tuple[list[Found], list[Note]]:
    """Return the files under `root` in the order of their names, and notes on links, hidden and special files.

    Raises InvalidInput where `root` is absent, too much, or a file is larger than allowed.
    """
    if not root.exists():
        raise InvalidInput(f"There is nothing at {root}.", hint=f"Give {ACCEPTED}.", path=str(root))
    if root.is_file():
        found = Found(root.resolve(), printable(root.name), root.stat().st_size)
        _check_size(found, limits)
        return [found], []
    if not root.is_dir():
        raise InvalidInput(f"{root} is neither a file nor a folder.", hint=f"Give {ACCEPTED}.", path=str(root))
    files: list[Found] = []
    notes: list[Note] = []
    _walk(root, "", files, notes, limits, 0)
    total = sum(found.size for found in files)
    if total > limits.total_bytes:
        raise InvalidInput(
            f"The files in {root} are {total} bytes together; at most {limits.total_bytes} are read at once.",
            hint="Import the programmes one by one.",
            path=str(root),
        )
    return files, notes


def _walk(folder: Path, prefix: str, files: list[Found], notes: list[Note], limits: Limits, depth: int) -> None:
    if depth > DEEPEST:
        raise InvalidInput(
            f"Folders are nested deeper than {DEEPEST} in {prefix[:200]}.", hint="Import a folder further in."
        )
    entries = _entries(folder, prefix)
    hidden = [entry.name for entry in entries if entry.name.startswith(".")]
    if hidden:
        notes.append(Note("hidden", prefix or ".", f"hidden and left out: {', '.join(map(printable, hidden[:10]))}"))
    for entry in entries:
        name = prefix + printable(entry.name)
        if entry.name.startswith("."):
            continue
        if entry.is_symlink():
            notes.append(Note("link", name, f"a link to {printable(os.readlink(entry.path))}; links are not followed"))
        elif entry.is_dir(follow_symlinks=False):
            _walk(Path(entry.path), name + "/", files, notes, limits, depth + 1)
        elif not stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode):
            notes.append(Note("special", name, "not a regular file; left out"))
        else:
            found = Found(Path(entry.path), name, entry.stat(follow_symlinks=False).st_size)
            if found.suffix in READABLE | BUNDLE | PACKAGE:
                _check_size(found, limits)
            files.append(found)
            if len(files) > limits.files:
                raise InvalidInput(
                    f"There are more than {limits.files} files in {prefix or folder}.",
                    hint="Import the programmes one by one.",
                )


def _entries(folder: Path, prefix: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as listing:
            return sorted(listing, key=lambda entry: entry.name)
    except OSError as error:
        raise InvalidInput(
            f"The folder {prefix or folder} cannot be read ({error.strerror}).", hint="Check who owns it.", path=prefix
        ) from None


def _check_size(found: Found, limits: Limits) -> None:
    if found.size > limits.file_bytes:
        raise InvalidInput(
            f"{found.name} is {found.size} bytes; files up to {limits.file_bytes} bytes are read.",
            hint="Split the file, or leave it out by a rule in assay-mapping.yaml.",
            path=found.name,
            size=found.size,
        )


def printable(name: str) -> str:
    """Return a file name that is safe to print and to keep: no controls, no direction marks, no lone surrogates."""
    text = name.encode("utf-8", "replace").decode("utf-8").translate(_BIDI)
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)


def file_digest(found: Found) -> str:
    """Return `sha256:` and the digest of the bytes of a file, read in blocks."""
    with found.path.open("rb") as stream:
        return "sha256:" + hashlib.file_digest(stream, "sha256").hexdigest()


def read_bytes(found: Found, limits: Limits) -> bytes:
    """Return the bytes of a file, at most as many as the limit allows, even if it grew since it was found."""
    try:
        # A link put in place of the file since it was found is refused, not followed.
        with os.fdopen(os.open(found.path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0)), "rb") as stream:
            raw = stream.read(limits.file_bytes + 1)
    except OSError as error:
        raise InvalidInput(
            f"{found.name} cannot be read ({error.strerror}).", hint="Check who owns the file.", path=found.name
        ) from None
    if len(raw) > limits.file_bytes:
        _check_size(Found(found.path, found.name, len(raw)), limits)
    return raw


def decode(raw: bytes, name: str) -> str:
    """Return text with line breaks as `\\n`: UTF-8, with or without mark, or UTF-16 with its mark.

    Raises InvalidInput naming the file and the first byte that is not text.
    """
    mark, encoding = next(((mark, name_) for mark, name_ in _BOMS if raw.startswith(mark)), (b"", "utf-8"))
    kind = next((words for magic, words in _MAGIC if raw.startswith(magic)), None)
    if kind is not None:
        raise InvalidInput(
            f"{name} is named like a text and is {kind}.",
            hint="Give it its right name, or leave it out.",
            path=name,
            offset=0,
        )
    try:
        text = raw[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        offset = error.start + len(mark)
        raise InvalidInput(
            f"{name} is not {encoding.upper()} text: byte {offset} (0x{raw[offset]:02x}) does not belong there.",
            hint="Save the file as UTF-8.",
            path=name,
            offset=offset,
        ) from None
    place = text.find("\0")
    if place >= 0:
        offset = len(mark) + len(text[:place].encode(encoding))
        raise InvalidInput(
            f"{name} is not text: there is a NUL at byte {offset}.",
            hint="Save the file as UTF-8 text.",
            path=name,
            offset=offset,
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")


def direction_marks(text: str) -> int:
    """Return how many characters of a text change the direction in which others are shown."""
    return len(text) - len(text.translate(_BIDI))
