"""Cutting a text into blocks, sentences and passages with character offsets; aware of Markdown, lists and tables."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, NamedTuple

Kind = Literal["heading", "title", "meta", "bullet", "row", "option", "paragraph"]

_HEADING = re.compile(r"\s{0,3}#{1,6}\s|\s*<h[1-6][ >]", re.IGNORECASE)
_OPTION = re.compile(r"\s*(?:[-*]\s*)?\(?[A-Ha-h][).]\s+\S")
_BULLET = re.compile(r"\s*(?:[-*+•–✓✅☐]|\d{1,2}[.)]|\[[ xX]\])\s+\S")
_META = re.compile(
    r"\s*[-*]*\s*\**(?:title|file(?:name| name)?|document|module|course(?: title| code)?|programme|path|slug|url|link|source|"
    r"references?|see also|further reading|bibliography|tags?|keywords|label|prerequisites?|titel|titre|título|titolo|datei|"
    r"quellen?|literatur|références?|referencias|riferimenti|referências|参考文献|タイトル|标题)\**\s*[:：]",
    re.IGNORECASE,
)
_END = re.compile(r"(?:[.!?…]+[\"'”’)\]*_]*\s+(?=[\"'“‘(\[*_]*[A-ZÀ-ÖØ-ÞŒ0-9¿¡\uE000-\uE0FF])|[。！？]+[」』”)]*|\n+)")
_FIELD = re.compile(_END.pattern + r"|[\"”]\s*(?:[,}\]]\s*)+[{\[]*(?=\s*[\"{\[]|$)")
_MAY_END = re.compile("[.!?…。！？\n]")  # every match of _END begins so
_MAY_END_FIELD = re.compile('[.!?…。！？\n"”]')  # and every match of _FIELD
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|fig|cl|no|vs|cf|approx|inc|ltd|dr|mr|mrs|ms|prof|st|art|sec|ref|eq|al|nr|abs|bzw|usw|"
    r"z\.b|z\. b|d\.h|u\.a|ca|bspw|p\.ej|ej|núm|n|p\.ex|pág|ecc|es|par|p|pp|vol|ed|rev|max|min)|^\s*\d{1,2}|\b[A-Z])\.$",
    re.IGNORECASE,
)
_TERMINAL = re.compile(r"[.!?。！？:;,]\s*[\"'”’)\]*_]*\s*$")


_NUMBERED = re.compile(
    r"(?:(?:module|unit|chapter|lesson|part|section|day|session|week|annex|appendix) )?\d+(?:\.\d+)*[.):]?\s+\S", re.I
)
_VERB = re.compile(
    r"\b(?:is|are|was|were|be|must|shall|should|will|can|may|have|has|had|requires?|needs?|does|do|applies|apply|describes?|"
    r"comply|identify|prepare|explain|produce|audit|assess|evaluate|determine|list|ist|sind|muss|est|sont|doit|es|son|debe|è|"
    r"sono|deve|é|são)\b",
    re.IGNORECASE,
)


class Block(NamedTuple):
    """One line or paragraph: `kind`, offsets, and `level` (1..6 for headings, else 0)."""

    kind: Kind
    start: int
    end: int
    level: int = 0


def blocks(text: str) -> list[Block]:
    """Cut `text` into blocks in order; consecutive plain lines form one paragraph."""
    found: list[Block] = []
    start = -1
    end = 0
    at = 0
    for line in text.splitlines(keepends=True):
        here, at = at, at + len(line)
        body = line.strip()
        kind = _kind_of(line, body) if body else "blank"
        if kind == "paragraph":
            if start < 0:
                start = here
            end = here + len(line.rstrip())
            continue
        if start >= 0:
            found.append(Block("paragraph", start, end))
            start = -1
        if kind != "blank":
            level = len(body) - len(body.lstrip("#")) if kind == "heading" else 0
            found.append(Block(kind, here + len(line) - len(line.lstrip()), here + len(line.rstrip()), level))  # type: ignore[arg-type]
    if start >= 0:
        found.append(Block("paragraph", start, end))
    return _titles(text, found)


def _kind_of(line: str, body: str) -> str:
    first = body[0]
    if first in "#<" and _HEADING.match(line):
        return "heading"
    if first == "|" or (body.count("|") >= 2 and body.endswith("|")) or body.count("\t") >= 2:
        return "row"
    if _OPTION.match(line):
        return "option"
    if ((len(body) < 400 and ":" in body[:40]) or "：" in body[:20]) and _META.match(line):
        return "meta"
    if _BULLET.match(line):
        return "bullet"
    return "paragraph"


def _titles(text: str, found: list[Block]) -> list[Block]:
    """Turn short paragraphs without final punctuation, bold lines and the like into titles."""
    turned: list[Block] = []
    for block in found:
        if block.kind == "paragraph" and block.end - block.start <= 110:
            body = text[block.start : block.end].strip()
            if "\n" not in body and not _TERMINAL.search(body) and looks_like_title(body):
                block = Block("title", block.start, block.end)
        turned.append(block)
    return turned


_STATES = re.compile(
    r"\b(?:is|are|was|were|be|been|must|shall|should|will|would|can|could|may|might|has|have|had|do|does|did|isn't|aren't|don't|doesn't|"
    r"requires?|needs?|states?|says?|applies|apply|covers?|gives?|shows?|helps?|asks?|tells?|protects?|follows?|uses?|makes?|means|"
    r"provides?|defines?|describes?|explains?|focuses|shares?|builds?|starts?|begins?|comes?|goes|takes?|sees?|finds?|holds?|works?|"
    r"include[sd]?|contains?|addresses|sets|adds?|keeps?|wants?|seeks?|learns?|know|knows|audits?|complements?|integrates?|differs?|"
    r"[a-z]{3,}(?:ed|izes|ises|ifies)|ist|sind|war|wird|werden|hat|haben|muss|müssen|soll|sollen|kann|können|verlangt|fordert|"
    r"est|sont|doit|doivent|a|ont|peut|exige|demande|es|son|debe|deben|tiene|puede|exige|requiere|è|sono|deve|devono|ha|può|"
    r"richiede|é|são|devem|tem|pode|fait|font|porte|portent|traite|concerne|forma|forman|trata|cubre|fa|fanno|riguarda|tratta|"
    r"faz|fazem|incide|abrange|gehört|gehören|betrifft|behandelt|gilt)\b"
)


def states(line: str) -> bool:
    """Whether a folded line contains a finite verb, as far as the commonest verbs tell."""
    return _STATES.search(line) is not None


def looks_like_title(body: str) -> bool:
    """Whether a line without a full stop reads as a title: short, and mostly capitalised or without a finite verb."""
    words = re.findall(r"[^\W\d_][\w'-]*", body)
    if _NUMBERED.match(body) and len(words) <= 14 and not _VERB.search(body):
        return True
    if not words:
        return len(body) <= 40
    if any("぀" <= char <= "鿿" for char in body):
        return len(body) <= 24
    if len(words) > 14:
        return False
    long_words = [word for word in words if len(word) > 3]
    capitals = sum(word[0].isupper() for word in long_words)
    return capitals * 2 > len(long_words) or len(words) <= 3


def sentences(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the offsets of the sentences in text[start:end], blank edges trimmed."""
    found: list[tuple[int, int]] = []
    at = start
    fields = text.find('": ', start, end) >= 0
    match_end = (_FIELD if fields else _END).match
    after = start
    for may in (_MAY_END_FIELD if fields else _MAY_END).finditer(text, start, end):
        place = may.start()
        if place < after or (match := match_end(text, place, end)) is None:
            continue
        stop = after = match.end()
        if text[place] == "." and _abbreviated(text, at, place):
            continue
        _keep(text, at, stop, found)
        at = stop
    _keep(text, at, end, found)
    return found


_SHORT = frozenset(
    (
        "etc", "fig", "cl", "no", "vs", "cf", "approx", "inc", "ltd", "dr", "mr", "mrs", "ms", "prof", "st", "art", "sec",
        "ref", "eq", "al", "nr", "abs", "bzw", "usw", "ca", "bspw", "ej", "ex", "ecc", "es", "par", "pp", "vol", "ed", "rev",
        "max", "min",
    )
)  # fmt: skip


def _abbreviated(text: str, at: int, place: int) -> bool:
    """Whether the full stop at `place` ends an abbreviation of the sentence that begins at `at`."""
    word = text[max(at, place - 7) : place].rpartition(" ")[2]
    if len(word) > 1 and word.isascii() and word.isalpha() and word.lower() not in _SHORT:
        return False  # a word like any other; a longer one than an abbreviation may be cut here
    return _ABBREVIATION.search(text[max(at, place - 12) : place + 1]) is not None


def _keep(text: str, start: int, end: int, found: list[tuple[int, int]]) -> None:
    piece = text[start:end]
    stripped = piece.strip()
    if stripped:
        left = start if stripped[0] == piece[0] else start + len(piece) - len(piece.lstrip())
        found.append((left, left + len(stripped)))


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of blocks read together, with the headings that stand above it."""

    start: int
    end: int
    blocks: tuple[Block, ...]
    headings: tuple[Block, ...]


def passages(text: str, *, size: int = 1400) -> list[Passage]:
    """Cut `text` into passages of about `size` characters at headings and block ends; a short text is one passage."""
    found = blocks(text)
    if not found:
        return []
    if len(text) <= size:
        return [Passage(found[0].start, found[-1].end, tuple(found), ())]
    cut: list[Passage] = []
    stack: list[Block] = []
    above: tuple[Block, ...] = ()
    run: list[Block] = []
    for block in found:
        length = block.end - run[0].start if run else 0
        heading = block.kind == "heading"
        if run and ((heading and any(b.kind != "heading" for b in run)) or length > size):
            cut.append(Passage(run[0].start, run[-1].end, tuple(run), above))
            run = []
        if heading:
            stack = [b for b in stack if b.level < block.level]
        if not run:
            above = tuple(stack)
        if heading:
            stack.append(block)
        run.append(block)
    if run:
        cut.append(Passage(run[0].start, run[-1].end, tuple(run), above))
    return cut
