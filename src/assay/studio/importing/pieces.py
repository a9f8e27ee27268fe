"""What importing hands back: pieces with their place in the source, and notes about what was not read or looked odd."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from assay.core.canonical import text_digest

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """How much is read at most. A file beyond its limit is refused before a byte of it is read."""

    file_bytes: int = 50 * MEBIBYTE
    total_bytes: int = 1024 * MEBIBYTE
    files: int = 20_000
    artefacts: int = 200_000


@dataclass(frozen=True)
class Note:
    """Something the reader should know about `path` that did not stop the import. `code` is stable, kebab-case."""

    code: str
    path: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}: {self.text}"


@dataclass(frozen=True)
class Stamp:
    """Provenance as a generator gave it: route, governance version, time (ISO 8601 with offset), what it adds."""

    route: str
    governance_version: str
    at: str
    provenance: dict[str, object] | None = None

    def meta(self) -> dict[str, object]:
        """Return `generation_meta` with exactly its three keys."""
        return {"route": self.route, "governance_version": self.governance_version, "at": self.at}


@dataclass(frozen=True)
class Piece:
    """One artefact as found. `pathway` is a slug or None; `how` says by what it was found: mapping, stamp,
    front-matter, structure, none.

    `starts` holds, for a text whose lines are not those of the source, the source line (from 1) of each of its lines;
    empty means that line n of the text is line `line + n - 1` of the source. A piece of a format that Assay does not
    read has an empty text and `read` false.
    """

    key: str
    pathway: str | None
    title: str
    text: str
    path: str
    line: int
    end_line: int
    media_type: str
    language: str | None
    how: Literal["mapping", "stamp", "front-matter", "structure", "none"]
    starts: tuple[int, ...] = ()
    stamp: Stamp | None = None
    read: bool = True
    file_digest: str = ""

    @property
    def digest(self) -> str:
        return text_digest(self.text) if self.read else self.file_digest

    def line_at(self, offset: int) -> int:
        """Return the line of the source file (from 1) on which the character at `offset` of the text stands."""
        within = self.text.count("\n", 0, offset)
        if self.starts:
            return self.starts[min(within, len(self.starts) - 1)]
        return self.line + within


@dataclass(frozen=True)
class Heading:
    """A heading of a document: level 1 to 6, its words, and the index (from 0) of the line it begins on."""

    level: int
    words: str
    index: int


@dataclass(frozen=True)
class Document:
    """A file as lines of text with its headings. `starts` as in Piece, for the whole document.

    The first `preface` lines (front matter, the head of a page) belong to whatever section comes first.
    """

    path: str
    media_type: str
    lines: tuple[str, ...]
    headings: tuple[Heading, ...]
    title: str = ""
    language: str | None = None
    declared: str | None = None
    stamp: Stamp | None = None
    starts: tuple[int, ...] = ()
    preface: int = 0
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class Source:
    """Everything found at a path. `name` is the folder's or the programme's name."""

    name: str
    pieces: tuple[Piece, ...]
    notes: tuple[Note, ...]
    files: int
    blueprint: tuple[str, ...] = ()
    declared: dict[str, object] = field(default_factory=dict)

    def by_pathway(self) -> dict[str, int]:
        """Return how many pieces each pathway has, `unmapped` included, in the order of the registry's names."""
        counts: dict[str, int] = {}
        for piece in self.pieces:
            counts[piece.pathway or "unmapped"] = counts.get(piece.pathway or "unmapped", 0) + 1
        return dict(sorted(counts.items()))


def line_of(starts: tuple[int, ...], index: int) -> int:
    """Return the source line of line `index` of a document (identity where `starts` is empty)."""
    return starts[min(index, len(starts) - 1)] if starts else index + 1
