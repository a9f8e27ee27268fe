"""HTML into a document: the words a learner can meet, alternative texts included; scripts are dropped, never run.

Text hidden by style or attribute is kept, since a page may show it later (feedback of a quiz, say).
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

from assay.studio.importing.pieces import Document, Heading, Note

_DROPPED = frozenset({"script", "style", "template"})
_FOREIGN = frozenset({"iframe", "object", "embed", "audio", "video"})
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "ins",
        "kbd",
        "label",
        "mark",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
        "tspan",
    ]
)
# Attributes whose words a learner meets: read by a screen reader, shown on hover, or standing in a field.
_SPOKEN = ("alt", "aria-label", "title", "placeholder", "summary", "label")
_HEADING = re.compile(r"h([1-6])")
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
_DESCRIBING = ("description", "keywords")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.starts: list[int] = []
        self.headings: list[Heading] = []
        self.language: str | None = None
        self.preface = 0
        self.title = ""
        self.dropped: set[str] = set()
        self.foreign: set[str] = set()
        self._words: list[str] = []
        self._line = 1
        self._skip = 0
        self._in_title = False
        self._heading: tuple[int, int] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value for name, value in attrs if value}
        if tag == "html" and values.get("lang"):
            self.language = values["lang"]
        if tag in _DROPPED:
            self.dropped.add(tag)
            self._skip += 1
        if self._skip:
            return
        if any(name.startswith("on") for name, _ in attrs):
            self.dropped.add("event handlers")
        if tag in _FOREIGN:
            self.foreign.add(tag)
        if tag not in _INLINE:
            self._flush()
        if tag == "body":
            self.preface = len(self.lines)
        self._in_title = self._in_title or tag == "title"
        if found := _HEADING.fullmatch(tag):
            self._heading = (int(found.group(1)), len(self.lines))
        for words in _spoken(tag, values):
            self._say(words)

    def handle_endtag(self, tag: str) -> None:
        if tag in _DROPPED:
            self._skip = max(0, self._skip - 1)
            return
        if self._skip:
            return
        if tag not in _INLINE and tag not in _VOID:
            self._flush()
        if tag == "title":
            self._in_title = False
        if _HEADING.fullmatch(tag) and self._heading is not None:
            level, index = self._heading
            words = " ".join(" ".join(self.lines[index:]).split())
            if words:
                self.headings.append(Heading(level, words, index))
            self._heading = None

    def handle_data(self, data: str) -> None:
        if self._skip:
            return
        if self._in_title:
            self.title += data
        line = self.getpos()[0]
        for part in re.split(r"(\n)", data):
            if part == "\n":
                line += 1
                self._words.append(" ")
            elif part:
                if not "".join(self._words).strip():
                    self._line = line
                self._words.append(part)

    def _say(self, words: str) -> None:
        """Put words of an attribute on a line of their own."""
        self._flush()
        self._line = self.getpos()[0]
        self._words.append(words)
        self._flush()

    def _flush(self) -> None:
        words = " ".join("".join(self._words).split())
        if words:
            self.lines += (words, "")
            self.starts += (self._line, self._line)
        self._words = []

    def close(self) -> None:
        super().close()
        self._flush()


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
    reader.feed(text)
    reader.close()
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
        notes=tuple(notes),
    )
