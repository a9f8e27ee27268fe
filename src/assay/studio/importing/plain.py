"""Plain text into a document: headings are underlined lines, or lines that name a module, lesson or the like."""

from __future__ import annotations

import re

from assay.studio.importing.pieces import Document, Heading

_RULE = re.compile(r"^(={3,}|-{3,})\s*$")
_NAMED = re.compile(
    r"^(?:(?P<top>module|chapter|unit|course|part)|lesson|section|quiz|exam|assignment|exercise|scenario|case study"
    r"|rubric|capstone|appendix)\b[^.!?]{0,70}$",
    re.IGNORECASE,
)


def read_plain(text: str, path: str) -> Document:
    """Return the document: `===` underlines and lines beginning with Module, Chapter or Unit are level 1, others 2."""
    lines = text.split("\n")
    headings = []
    for index, line in enumerate(lines):
        words = line.strip()
        if not words or len(words) > 120:
            continue
        below = lines[index + 1] if index + 1 < len(lines) else ""
        alone = (index == 0 or not lines[index - 1].strip()) and not below.strip()
        if (rule := _RULE.match(below)) and not _RULE.match(line):
            headings.append(Heading(1 if rule.group(1)[0] == "=" else 2, words, index))
        elif alone and (named := _NAMED.match(words)):
            headings.append(Heading(1 if named.group("top") else 2, words, index))
    return Document(path=path, media_type="text/plain", lines=tuple(lines), headings=tuple(headings))
