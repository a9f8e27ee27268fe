"""Cutting a document into sections, each an output of one pathway as far as its headings, title and file name say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from assay.studio.importing.headings import (
    is_not_course,
    is_not_course_file,
    lists_modules,
    pathway_of_words,
    states_objectives,
)
from assay.studio.importing.pieces import Document, Heading

# Inside a document that is itself of one kind, only these stand out as artefacts of their own.
_STANDS_OUT = frozenset({"rubric", "cover-image", "smart-hotspots", "family-faq", "competency-map"})
_WORD = re.compile(r"[^\W_]")
_MANY = frozenset({"lesson-quiz", "applied-exercise", "scenario", "module-exam", "assignment-brief", "smart-hotspots"})


@dataclass(frozen=True)
class Section:
    """Lines `first` up to, but not including, `last`; the heading they begin with; the pathway or None."""

    first: int
    last: int
    heading: Heading | None
    trail: tuple[str, ...]
    pathway: str | None


def cut(document: Document, also: Callable[[str], bool] = lambda _words: False) -> Iterator[Section]:
    """Yield the sections of a document in order; together they are all of its lines, each once.

    A heading for whose words `also` is true begins a section of its own whatever its level. A section without words but
    its headings is joined to what follows.
    """
    plan = _plan_of(document)
    said = _words_before(document)
    open_: Section | None = None
    trail: list[Heading] = []
    for index, end, heading in _marks(document):
        if heading is not None:
            trail = [above for above in trail if above.level < heading.level] + [heading]
        starts, pathway = plan.at(index, end, heading)
        if open_ is not None and not starts and not (heading is not None and also(heading.words)):
            continue
        first = index
        if open_ is not None and said[open_.first] == said[index]:
            first = open_.first
        elif open_ is not None:
            yield Section(open_.first, index, open_.heading, open_.trail, open_.pathway)
        open_ = Section(first, 0, heading, tuple(above.words for above in trail), pathway)
    assert open_ is not None
    yield Section(open_.first, len(document.lines), open_.heading, open_.trail, open_.pathway)


def _marks(document: Document) -> Iterator[tuple[int, int, Heading | None]]:
    """First line, line after the last, and heading of each stretch between two headings."""
    ends = [*(heading.index for heading in document.headings), len(document.lines)]
    if ends[0] > 0 or not document.headings:
        yield 0, ends[0], None
    for heading, end in zip(document.headings, ends[1:], strict=True):
        yield heading.index, end, heading


def _words_before(document: Document) -> list[int]:
    """For each line, how many lines before it have words that are neither a heading's nor of the preface."""
    headings = {heading.index for heading in document.headings}
    counts = [0]
    for place, line in enumerate(document.lines):
        words = place >= document.preface and place not in headings and _WORD.search(line) is not None
        counts.append(counts[-1] + words)
    return counts


class _Whole:
    """A file that is one artefact of `kind`, or several where more than one heading announces that kind."""

    def __init__(self, document: Document, kind: str | None) -> None:
        self.kind = kind
        self.declared = document.declared is not None
        self.many = kind in _MANY and sum(pathway_of_words(each.words) == kind for each in document.headings[1:]) > 1
        self.now = kind

    def at(self, index: int, end: int, heading: Heading | None) -> tuple[bool, str | None]:
        """Return whether a section begins here, and its pathway."""
        slug = pathway_of_words(heading.words) if heading is not None and index > 0 else None
        before, self.now = self.now, slug if slug in _STANDS_OUT and not self.declared else self.kind
        return self.now != before or (self.many and slug == self.kind), self.now


class _Mixed:
    """A file of sections: those at the top levels stand alone, deeper ones where they announce another pathway."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.depth = max(2, min((heading.level for heading in document.headings), default=1))
        self.base: str | None = "lesson"
        self.inside: int | None = None

    def at(self, index: int, end: int, heading: Heading | None) -> tuple[bool, str | None]:
        """Return whether a section begins here, and its pathway."""
        slug = pathway_of_words(heading.words) if heading is not None else None
        if heading is None or heading.level <= self.depth:
            self.inside = None
            if heading is not None and is_not_course(heading.words):
                self.base = None
            else:
                self.base = slug or _by_text(self.document, index, end, heading) or "lesson"
            return True, self.base
        announced = slug not in (None, "lesson", "outline") and (slug != self.base or slug in _MANY)
        if announced and (self.base in ("lesson", "outline", "course", slug, None) or slug in _STANDS_OUT):
            self.inside = heading.level
            return True, slug
        if self.inside is not None and heading.level <= self.inside:
            self.inside = None
            return True, self.base
        return False, self.base


def _plan_of(document: Document) -> _Whole | _Mixed:
    if document.declared is not None:
        return _Whole(document, document.declared)
    stem = re.sub(r"[_\-]+", " ", PurePosixPath(document.path).stem)
    stem = re.sub(r"^\d+[. ]*", "", stem)
    first = document.headings[0].words if document.headings else ""
    if is_not_course_file(stem) or is_not_course(first):
        return _Whole(document, None)
    for words in (document.title, first, stem):
        slug = pathway_of_words(words) if words else None
        if slug not in (None, "lesson"):
            return _Whole(document, slug)
    return _Mixed(document)


def _by_text(document: Document, index: int, end: int, heading: Heading | None) -> str | None:
    """Return `outline` for a list of modules under "Next steps", or for objectives before the first section."""
    text = "\n".join(document.lines[index:end])
    if heading is not None and lists_modules(heading.words, text):
        return "outline"
    front = document.headings[0].index if document.headings else 0
    if (heading is None or heading.level == 1) and index <= 3 + front and states_objectives(text):
        return "outline"
    return None
