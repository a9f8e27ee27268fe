"""A printed book as a list of blocks that the writers of DOCX, PDF and HTML lay out: course book, assessor guide, workbook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from markdown_it.token import Token

from assay.catalog import load_catalog
from assay.core.errors import NotFound
from assay.studio.packaging.course import Course, Page
from assay.studio.packaging.draft import NOT_FOR_LEARNERS
from assay.studio.packaging.drawings import LANGUAGE, drawing_words
from assay.studio.packaging.items import LETTERS, Item
from assay.studio.packaging.render import tokens_of
from assay.studio.packaging.tags import clean

BookKind = Literal["course", "assessor", "workbook"]
TITLES: dict[BookKind, str] = {"course": "Course book", "assessor": "Assessor guide", "workbook": "Learner workbook"}
_PRACTICE = frozenset(
    {
        "applied-exercise",
        "assignment-brief",
        "assignment-regeneration",
        "capstone",
        "scenario",
        "diagnostic",
        "lesson-quiz",
        "rubric",
    }
)
_GUIDES = frozenset(
    {
        "blueprint",
        "competency-map",
        "rubric",
        "assignment-brief",
        "assignment-regeneration",
        "capstone",
        "applied-exercise",
    }
)
_SOURCES = (
    "Each artefact with its stamp and the beginning of the SHA-256 digest of its text. The proofs of the ledger travel "
    "inside this file."
)
_BREAKS = {"softbreak": " ", "hardbreak": "\n"}
MOST_SHARE = 36  # a column of long sentences is as wide as one of this many letters
_LINES = {"applied-exercise": 14, "assignment-brief": 6, "capstone": 10, "scenario": 8}


@dataclass(frozen=True)
class Run:
    """Words in one look."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False


Runs = tuple[Run, ...]


@dataclass(frozen=True)
class Block:
    """One block. `kind`: part, heading, text, item (of a list), quote, code, rule, table, option, key, lines, drawing
    (`svg`, its words in `runs`).

    `level` is that of a heading (1 to 4) or of a list (from 0); `mark` is what stands before an item of a list; `rows`
    are those of a table, the first of them its head, and `shares` how wide its columns are, as parts of the whole;
    `lines` are to be written on.
    """

    kind: str
    runs: Runs = ()
    level: int = 0
    mark: str = ""
    rows: tuple[tuple[Runs, ...], ...] = ()
    shares: tuple[int, ...] = ()
    lines: int = 0
    svg: str = ""


@dataclass(frozen=True)
class Book:
    """A book: its titles, its language, the day of its newest artefact (ISO 8601), its blocks."""

    title: str
    subtitle: str
    standard: str
    organization: str
    language: str
    at: str
    blocks: tuple[Block, ...]


def book_of(course: Course, kind: BookKind) -> Book:
    """Return the book of one kind.

    The course book has every learner's page, questions without their keys and the keys at the end; the workbook has
    what is to be worked on, with lines to write on and no key; the assessor guide has what is marked, exams and banks
    with keys and reasons. All end with where each artefact comes from.
    """
    blocks = _draft(course)
    part = ""
    for page in _pages(course, kind):
        if page.part != part:
            part = page.part
            blocks.append(Block("part", (Run(part),)))
        blocks += _page(page, kind)
    if kind == "course":
        blocks += _keys(course)
    blocks += _sources(course, kind)
    titles = (course.title, TITLES[kind], _name_of(course.standard), course.organization)
    return Book(*titles, course.language, course.at, tuple(_stepped(blocks)))


def _draft(course: Course) -> list[Block]:
    """The first chapter of a draft: that it is one, and what is in the way of publishing it."""
    if not course.draft:
        return []
    told = [Block("item", (Run(reason),), mark="•") for reason in course.draft]
    return [Block("part", (Run("Draft"),)), Block("text", (Run(NOT_FOR_LEARNERS, bold=True),)), *told]


def _stepped(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks with headings that never go down by more than one level at a time, as readers of PDF/UA need it."""
    above = 0
    for block in blocks:
        if block.kind == "part":
            above = 0
        if block.kind == "heading":
            above = min(block.level, above + 1, 4)
            block = replace(block, level=above)
        yield block


def _pages(course: Course, kind: BookKind) -> Sequence[Page]:
    if kind == "course":
        return course.pages
    if kind == "workbook":
        return [page for page in course.pages if page.pathway in _PRACTICE]
    return [page for page in course.pages if page.pathway in _GUIDES or page.items] + list(course.assessors)


def _page(page: Page, kind: BookKind) -> Iterator[Block]:
    number = 0
    titled = False
    if page.pathway == "cover-image":
        yield Block("heading", (Run(page.title),), 1)
        yield from (made for text in page.blocks if isinstance(text, str) for made in _drawn(text, page.media_type))
        return
    for block in page.blocks:
        if isinstance(block, Item):
            if not titled:
                yield Block("heading", (Run(page.title),), 1)
                titled = True
            number += 1
            yield from _item(block, number, kind)
            continue
        for made in text_blocks(block, page.media_type):
            if not titled and not (made.kind == "heading" and made.level == 1):
                yield Block("heading", (Run(page.title),), 1)
            titled = True
            yield made
    if not titled:
        yield Block("heading", (Run(page.title),), 1)
    if kind == "workbook" and page.pathway in _LINES:
        yield Block("lines", lines=_LINES[page.pathway])


def _drawn(text: str, media_type: str) -> Iterator[Block]:
    """The drawings of a page alone: what is said to whoever draws them is not for readers."""
    return (block for block in text_blocks(text, media_type) if block.kind == "drawing")


def _name_of(standard: str) -> str:
    """How a reader calls a standard: by its catalogued name, and as it is written where the catalog has none."""
    try:
        return load_catalog().framework(standard).name
    except NotFound:
        return standard


def shares_of(rows: Sequence[Sequence[Runs]]) -> tuple[int, ...]:
    """How wide the columns of a table are: by what a line of each needs, and never less than its longest word."""
    shares = []
    for at in range(max((len(row) for row in rows), default=0)):
        cells = ["".join(run.text for run in row[at]) for row in rows if at < len(row)]
        word = max((len(word) for cell in cells for word in cell.split()), default=0)
        shares.append(max(word * 3 // 2 + 4, min(MOST_SHARE, max(map(len, cells)) + 4)))
    return tuple(shares)


def _item(item: Item, number: int, kind: BookKind) -> Iterator[Block]:
    yield Block("text", (Run(f"{number}. ", bold=True), *inline_runs(item.stem)))
    for index, option in enumerate(item.options):
        right = kind == "assessor" and index in item.key
        mark = f"{'☒' if right else '☐'} {LETTERS[index]}"
        yield Block(
            "option",
            tuple(Run(run.text, run.bold or right, run.italic, run.code) for run in inline_runs(option)),
            mark=mark,
        )
    if kind == "assessor":
        facts = "".join(f" {name.capitalize()}: {value}." for name, value in item.facts)
        yield Block(
            "key",
            (
                Run(f"Key: {item.letters()}. ", bold=True),
                *inline_runs(item.explanation),
                Run(f"{facts} Item {item.id}."),
            ),
        )


def _keys(course: Course) -> Iterator[Block]:
    pages = [page for page in course.pages if page.items]
    if pages:
        yield Block("part", (Run("Answers"),))
    for page in pages:
        yield Block("heading", (Run(page.title),), 2)
        for number, item in enumerate(page.items, start=1):
            yield Block(
                "item", (Run(f"{item.letters()}. ", bold=True), *inline_runs(item.explanation)), mark=f"{number}."
            )


def _sources(course: Course, kind: BookKind) -> Iterator[Block]:
    head = tuple((Run(word, bold=True),) for word in ("Artefact", "Pathway", "Version", "Rules", "Made at", "Digest"))
    rows = [head]
    for page in _pages(course, kind):
        rules, at = str(page.meta.get("governance_version", "no stamp")), str(page.meta.get("at", ""))
        digest = page.digest.removeprefix("sha256:")[:16]
        said = (page.title, page.pathway, str(page.version), rules, at, digest)
        rows.append(tuple((Run(word),) for word in said))
    yield Block("part", (Run("Where this material comes from"),))
    yield Block("text", (Run(_SOURCES),))
    yield Block("table", rows=tuple(rows), shares=shares_of(rows))


def text_blocks(text: str, media_type: str) -> Iterator[Block]:
    """Yield the blocks of a stretch of an artefact."""
    if media_type != "text/markdown":
        for part in clean(text).split("\n\n"):
            if part.strip():
                yield Block("text", (Run(" ".join(part.split())),))
        return
    yield from _Walk(tokens_of(text)).blocks()


def inline_runs(text: str) -> Runs:
    """The words of one line of Markdown."""
    tokens = tokens_of(text)
    found: list[Run] = []
    for token in tokens:
        if token.type == "inline":
            found += _runs(token.children or [])
    return tuple(found) or ((Run(clean(text)),) if text.strip() else ())


def _runs(tokens: Sequence[Token]) -> Iterator[Run]:
    bold = italic = 0
    target = ""
    for token in tokens:
        bold += token.nesting if token.type.startswith("strong_") else 0
        italic += token.nesting if token.type.startswith("em_") else 0
        if token.type == "link_open":
            target = str(token.attrs.get("href", ""))
        elif token.type == "link_close":
            outside = target.startswith(("http://", "https://"))
            yield Run(f" ({target})" if outside else "")
        elif token.type in _BREAKS:
            yield Run(_BREAKS[token.type])
        elif token.content:
            words = f"[{token.content}]" if token.type == "image" else token.content
            yield Run(words, bold > 0, italic > 0, code=token.type == "code_inline")


class _Walk:
    """Goes through block tokens once, knowing the lists it is in."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.lists: list[tuple[bool, int]] = []
        self.quotes = 0
        self.heading = 0
        self.fresh = ""
        self.table: list[list[Runs]] | None = None

    def blocks(self) -> Iterator[Block]:
        for token in self.tokens:
            made = self._take(token)
            if made is not None:
                yield made

    def _take(self, token: Token) -> Block | None:
        kind = token.type
        if kind == "inline":
            return self._inline(tuple(run for run in _runs(token.children or []) if run.text))
        words = drawing_words(token.content) if kind == "fence" and token.info.strip() == LANGUAGE else None
        if words is not None:
            return Block("drawing", (Run(words),), svg=token.content)
        if kind in ("fence", "code_block", "html_block"):
            return Block("code", (Run(token.content.rstrip("\n"), code=True),))
        if kind == "hr":
            return Block("rule")
        if kind == "table_close":
            rows, self.table = self.table or [], None
            return Block("table", rows=tuple(tuple(row) for row in rows), shares=shares_of(rows))
        self._enter(token)
        return None

    def _enter(self, token: Token) -> None:
        """Follow the nesting: lists with their numbers, quotes, the level of a heading, rows of a table."""
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                self.lists.append((token.tag == "ol", int(token.attrs.get("start", 1))))
            case "bullet_list_close" | "ordered_list_close":
                self.lists.pop()
            case "list_item_open":
                ordered, number = self.lists[-1]
                self.lists[-1] = (ordered, number + 1)
                self.fresh = f"{number}." if ordered else "•"
            case "blockquote_open" | "blockquote_close":
                self.quotes += token.nesting
            case "heading_open":
                self.heading = int(token.tag[1])
            case "table_open":
                self.table = []
            case "tr_open" if self.table is not None:
                self.table.append([])

    def _inline(self, runs: Runs) -> Block | None:
        if self.table is not None:
            self.table[-1].append(runs)
            return None
        if self.heading:
            level, self.heading = self.heading, 0
            return Block("heading", runs, level)
        if self.lists:
            mark, self.fresh = self.fresh, ""
            return Block("item", runs, len(self.lists) - 1, mark)
        return Block("quote" if self.quotes else "text", runs)
