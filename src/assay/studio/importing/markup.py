"""Splitting HTML into tags and text, in time linear in its length whatever it holds.

Follows the tokenization of the HTML standard (WHATWG, section 13.2.5) as far as a reader of words needs it. Where a browser
would drop the rest of a page, because a tag or comment is never closed, the rest is kept as text: it stands in the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

_NAME = re.compile(r"[A-Za-z][^\s/>]*")
_SPACE = re.compile(r"[\s/]+")
_ATTRIBUTE = re.compile(r"[^\s/>=][^\s/>=]*")
_BARE = re.compile(r"[^\s>]*")
# Content of these is not markup: it ends only at their own end tag.
_RAW = frozenset({"script", "style"})


@dataclass(frozen=True)
class Tag:
    """An opening or closing tag, its name in small letters, its attributes with their first value; `line` from 1."""

    name: str
    closing: bool
    attributes: dict[str, str]
    line: int


@dataclass(frozen=True)
class Words:
    """Text between tags, entities resolved; `line` is where it begins."""

    text: str
    line: int


class _Scanner:
    """A position in a text, the line it is on, and what is known not to come any more."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0
        self.line = 1
        self._counted = 0
        self._gone: set[str] = set()

    def at(self, place: int) -> int:
        """The line of a place that is not before any place asked for earlier."""
        self.line += self.text.count("\n", self._counted, place)
        self._counted = place
        return self.line

    def find(self, words: str, start: int) -> int:
        """As `str.find`, but what was not found once is not looked for again."""
        if words in self._gone:
            return -1
        found = self.text.find(words, start)
        if found < 0:
            self._gone.add(words)
        return found


def tokens(text: str) -> Iterator[Tag | Words]:
    """Yield the tags and words of a page in order."""
    scan = _Scanner(text)
    begin, line = 0, 1
    while True:
        mark = text.find("<", scan.place)
        if mark < 0:
            break
        found = _markup(scan, mark)
        if found is None:
            scan.place = max(scan.place, mark + 1)
            continue
        tag, end = found
        if mark > begin:
            yield Words(unescape(text[begin:mark]), line)
        if tag is not None:
            yield tag
        begin = scan.place = end
        if tag is not None and not tag.closing and tag.name in _RAW:
            begin = scan.place = _raw_end(scan, tag.name, end)
        line = scan.at(begin)
    if begin < len(text):
        yield Words(unescape(text[begin:]), line)


def _markup(scan: _Scanner, mark: int) -> tuple[Tag | None, int] | None:
    """What begins at a `<`: a tag or something without words, and where it ends; None where it is just a character."""
    text = scan.text
    if text.startswith("<!--", mark):
        return _until(scan, "-->", mark + 4)
    after = text[mark + 1 : mark + 2]
    if after in ("!", "?"):
        return _until(scan, ">", mark + 2)
    closing = after == "/"
    name = _NAME.match(text, mark + 1 + closing)
    if name is None:
        return None
    attributes, end = _attributes(scan, name.end())
    if end < 0:
        scan.place = len(text)
        return None
    return Tag(name.group().lower(), closing, attributes, scan.at(mark)), end


def _until(scan: _Scanner, words: str, start: int) -> tuple[None, int] | None:
    end = scan.find(words, start)
    return None if end < 0 else (None, end + len(words))


def _attributes(scan: _Scanner, place: int) -> tuple[dict[str, str], int]:
    """The attributes from a place on, and the place after the tag; -1 where the tag never ends."""
    text = scan.text
    found: dict[str, str] = {}
    while True:
        if space := _SPACE.match(text, place):
            place = space.end()
        letter = text[place : place + 1]
        if letter == ">":
            return found, place + 1
        if not letter:
            return found, -1
        name = _ATTRIBUTE.match(text, place)
        place = name.end() if name else place + 1
        value, place = _value(scan, place)
        if name is not None and value is not None:
            found.setdefault(name.group().lower(), unescape(value))


def _value(scan: _Scanner, place: int) -> tuple[str | None, int]:
    text = scan.text
    space = _SPACE.match(text, place)
    equals = space.end() if space and "/" not in space.group() else place
    if text[equals : equals + 1] != "=":
        return "", place
    start = equals + 1
    while text[start : start + 1].isspace():
        start += 1
    quote = text[start : start + 1]
    if quote and quote in "\"'":
        end = scan.find(quote, start + 1)
        if end >= 0:
            return text[start + 1 : end], end + 1
    bare = _BARE.match(text, start)
    assert bare is not None
    return bare.group(), bare.end()


def _raw_end(scan: _Scanner, name: str, start: int) -> int:
    """Where the content of a script or style ends: before its end tag, else with the page."""
    end = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(scan.text, start)
    return end.start() if end else len(scan.text)
