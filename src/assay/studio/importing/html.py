"""HTML into a document: the words a learner can meet, alternative texts included; scripts are dropped, never run.

Text hidden by style or attribute is kept, since a page may show it later (feedback of a quiz, say).
"""

from __future__ import annotations

import json
import re

from assay.studio.importing.markup import Tag, Words, tokens
from assay.studio.importing.pieces import Document, Heading, Note, Stamp
from assay.studio.importing.stamps import stamp_check

_DROPPED = frozenset({"script", "style", "template"})
_FOREIGN = frozenset({"iframe", "object", "embed", "audio", "video"})
_INLINE = frozenset(
    re.findall(
        r"\w+",
        "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark q rp rt ruby s samp small span "
        "strike strong sub sup time tspan tt u var wbr",
    )
)
# Attributes whose words a learner meets: read by a screen reader, shown on hover, or standing in a field.
_SPOKEN = ("alt", "aria-label", "title", "placeholder", "summary", "label")
_HEADING = re.compile(r"h([1-6])")
_DESCRIBING = ("description", "keywords")


class _Reader:
    """Collects paragraphs, each with the line it begins on, followed by an empty line."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.starts: list[int] = []
        self.headings: list[Heading] = []
        self.language: str | None = None
        self.preface = 0
        self.title = ""
        self.meta: dict[str, str] = {}
        self.dropped: set[str] = set()
        self.foreign: set[str] = set()
        self._words: list[str] = []
        self._line: int | None = None
        self._hidden = 0
        self._in_title = False
        self._heading: tuple[int, int] | None = None

    def opening(self, tag: Tag) -> None:
        name, values = tag.name, tag.attributes
        if name in _DROPPED:
            self.dropped.add(name)
            self._hidden += 1
        self._told(name, values)
        if self._hidden:
            return
        if any(key.startswith("on") for key in values):
            self.dropped.add("event handlers")
        if name in _FOREIGN:
            self.foreign.add(name)
        if name not in _INLINE:
            self.flush()
        if name == "body":
            self.preface = len(self.lines)
        self._in_title = self._in_title or name == "title"
        if found := _HEADING.fullmatch(name):
            self._heading = (int(found.group(1)), len(self.lines))
        for words in _spoken(name, values):
            self.flush()
            self._add(words, tag.line)
            self.flush()

    def _told(self, name: str, values: dict[str, str]) -> None:
        """Keep what a page says of itself."""
        if name == "html":
            self.language = values.get("lang") or self.language
        if name == "meta":
            self.meta.setdefault(values.get("name", "").lower(), values.get("content", ""))

    def closing(self, tag: Tag) -> None:
        if tag.name in _DROPPED:
            self._hidden = max(0, self._hidden - 1)
            return
        if self._hidden:
            return
        if tag.name not in _INLINE:
            self.flush()
        self._in_title = self._in_title and tag.name != "title"
        if _HEADING.fullmatch(tag.name) and self._heading is not None:
            level, index = self._heading
            words = " ".join(" ".join(self.lines[index:]).split())
            if words:
                self.headings.append(Heading(level, words, index))
            self._heading = None

    def words(self, words: Words) -> None:
        if self._hidden:
            return
        if self._in_title:
            self.title += words.text
        blank = words.text[: len(words.text) - len(words.text.lstrip())]
        self._add(words.text, words.line + blank.count("\n"))

    def _add(self, text: str, line: int) -> None:
        self._words.append(text)
        if self._line is None and text.strip():
            self._line = line

    def flush(self) -> None:
        words = " ".join("".join(self._words).split())
        if words:
            self.lines += (words, "")
            self.starts += (self._line or 1, self._line or 1)
        self._words, self._line = [], None


def _spoken(tag: str, values: dict[str, str]) -> list[str]:
    """Return the words that the attributes of a tag put before a learner."""
    if tag in ("meta", "link"):
        return [values["content"]] if values.get("name", "").lower() in _DESCRIBING and "content" in values else []
    words = [values[name] for name in _SPOKEN if name in values]
    if tag in ("input", "button") and values.get("type", "").lower() in ("button", "submit", "reset"):
        words += [values["value"]] if "value" in values else []
    return words


def read_html(text: str, path: str) -> Document:
    """Return the document, one paragraph per block; `starts` leads back to the lines of the file."""
    reader = _Reader()
    for token in tokens(text):
        if isinstance(token, Words):
            reader.words(token)
        elif token.closing:
            reader.closing(token)
        else:
            reader.opening(token)
    reader.flush()
    notes = []
    if reader.dropped:
        notes.append(Note("script", path, f"not run and not kept: {', '.join(sorted(reader.dropped))}"))
    if reader.foreign:
        notes.append(Note("embedded", path, f"embedded content was not read: {', '.join(sorted(reader.foreign))}"))
    return Document(
        path=path,
        media_type="text/html",
        lines=tuple(reader.lines),
        headings=tuple(reader.headings),
        title=" ".join(reader.title.split()),
        language=reader.language,
        starts=tuple(reader.starts) or (1,),
        preface=reader.preface,
        stamp=_stamp(reader.meta, path),
        notes=tuple(notes),
    )


def _stamp(meta: dict[str, str], path: str) -> Stamp | None:
    """The stamp that pages of this product carry. Raises InvalidInput where there is one and it is wrong."""
    if "assay:generation-meta" not in meta:
        return None
    try:
        value = json.loads(meta["assay:generation-meta"])
    except ValueError:
        value = None
    return stamp_check(value, None, path)
