"""Markdown into a document: headings by the CommonMark block grammar, text exactly as it stands in the file."""

from __future__ import annotations

import re
from itertools import pairwise

from markdown_it import MarkdownIt

from assay.catalog.reading import Entry, parse_yaml
from assay.core.errors import InvalidInput, NotFound
from assay.studio.importing.pieces import Document, Heading, Note, Stamp
from assay.studio.importing.stamps import stamp_check
from assay.studio.pathways import pathway_of

_BLOCKS = MarkdownIt("commonmark").disable("inline")
_FRONT = re.compile(r"\A---[ \t]*\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_MARKUP = re.compile(r"!?\[([^\]]*)\]\([^)]*\)|[*_`]+|<[^>]+>|\{#[^}]*\}|\\(?=[!-/:-@\[-`{-~])")
_SCRIPT = re.compile(r"<(script|iframe|object|embed)\b", re.IGNORECASE)


def read_markdown(text: str, path: str) -> Document:
    """Return the document.

    Front matter stays part of its text; `title`, `lang`, `pathway` and `generation_meta` are read from it. Raises
    InvalidInput where its pathway or stamp is wrong.
    """
    notes: list[Note] = []
    front, skipped = _front_matter(text, path, notes)
    body = "\n" * skipped + text[_length(text, skipped) :]
    headings = []
    tokens = _BLOCKS.parse(body)
    for token, inner in pairwise(tokens):
        if token.type == "heading_open" and token.level == 0 and token.map is not None:
            headings.append(Heading(int(token.tag[1]), plain_words(inner.content), token.map[0]))
    if _SCRIPT.search(text):
        notes.append(
            Note("script", path, "holds HTML that could run or load something; it is kept as text and never run")
        )
    return Document(
        path=path,
        media_type="text/markdown",
        lines=tuple(text.split("\n")),
        headings=tuple(headings),
        title=_text(front, "title"),
        language=_text(front, "lang") or _text(front, "language") or None,
        declared=_pathway(front),
        stamp=_stamp(front, path),
        preface=skipped,
        notes=tuple(notes),
    )


def plain_words(markup: str) -> str:
    """Return the words of a heading without emphasis, code marks, links and escapes, in one line."""
    return " ".join(_MARKUP.sub(lambda found: found.group(1) or "", markup).split())


def _length(text: str, lines: int) -> int:
    place = 0
    for _ in range(lines):
        place = text.find("\n", place) + 1 or len(text)
    return place


def _front_matter(text: str, path: str, notes: list[Note]) -> tuple[Entry | None, int]:
    found = _FRONT.match(text)
    if found is None:
        return None, 0
    lines = found.group(0).count("\n")
    try:
        return parse_yaml(b"\n" + found.group(1).encode(), file=path), lines
    except InvalidInput as error:
        notes.append(Note("front-matter", path, f"front matter was read as text only ({error})"))
        return None, lines


def _text(front: Entry | None, key: str) -> str:
    node = front.fields.get(key) if front is not None else None
    value = getattr(node, "value", "")
    return value.strip() if isinstance(value, str) else ""


def _pathway(front: Entry | None) -> str | None:
    if front is None or "pathway" not in front.fields:
        return None
    named = _text(front, "pathway")
    try:
        return pathway_of(int(named) if named.isdecimal() else named).slug
    except NotFound:
        front.refuse(f"'pathway' is '{named}', which is not one of the 22", "pathway")


def _stamp(front: Entry | None, path: str) -> Stamp | None:
    if front is None or "generation_meta" not in front.fields:
        return None
    meta = front.entry("generation_meta")
    values = {key: getattr(node, "value", None) for key, node in meta.fields.items()}
    return stamp_check(values, None, f"{path}, line {meta.line()}")
