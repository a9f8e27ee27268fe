"""The detector `own-standard`: facts of the programme's own standard that are wrong; a defect, but not drift.

Editions and numbers of every family; clause numbers, clause titles and counts of ISO/IEC 42001, from the catalog.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from assay.catalog import load_catalog, load_families
from assay.detect.attachment import weights
from assay.detect.cues import CLAUSE, DESIGNATED
from assay.detect.explain import family_name
from assay.detect.folding import fold
from assay.detect.hits import Hit
from assay.detect.lexicon import lexicon
from assay.detect.mentions import Mention, one_edit
from assay.detect.view import View

_HISTORY = re.compile(
    r"\b(?:previous|earlier|former|replac\w+|supersed\w+|withdrawn|transition\w*|history|originally|draft|first published|"
    r"until|old(?:er)?|predecessor|revis\w+|dis|fdis|vorherige\w*|ersetzt|précédente|anterior|precedente)\b"
)
_DRAFT = re.compile(r"\b(?:dis|fdis|cd|draft)\b")
_NUMBER_WORDS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "fourteen": 14, "thirty-five": 35, "thirty-seven": 37, "thirty-eight": 38, "thirty-nine": 39,
    "forty-two": 42, "ninety-three": 93, "four": 4, "five": 5, "six": 6, "ten ": 10,
}  # fmt: skip
_COUNT = re.compile(
    r"\b(?P<n>\d{1,3}|"
    + "|".join(sorted(_NUMBER_WORDS, key=len, reverse=True))
    + r") (?:(?:annex a|reference|ai|normative) ){0,2}"
    r"(?P<what>controls|control domains|control objectives|control areas|domains)\b"
)
_TOTAL = re.compile(
    r"\b(?:annex a|standard|iso|aims|statement of applicability)\b[^.;]{0,60}\b(?:contains?|lists?|has|includes?|consists of|comprises?|"
    r"defines?|provides?|specif\w+|sets? out|offers?|with|of its|the|all|each of the)\b[^.;]{0,20}$"
)
_ALL = re.compile(r"\ball (?:of )?(?:the )?$|\bthe $")
_SOME = re.compile(
    r"\b(?:some|choose|select|any|first|top|at least|up to|over|more than|only|excluded|excludes?|sample|sampled|sampling|of|"
    r"implement(?:s|ed)?|choos(?:es?|ing)|covers?|applies|remaining|additional|these|following|our|own)(?: [\w]+)? $"
)
_HEADED = re.compile(r"^#{1,6} +\**(?P<number>\d{1,2}(?:\.\d{1,2}){1,2})[.:]? +(?P<title>[^\n]+)$", re.MULTILINE)
_WITNESSES = 3
_TO_TITLE = re.compile(
    r"^[\s,:(\"'*_–-]{1,4}(?:(?:on|covers|addresses|is|requires|describes|deals with|titled|called|about|for|defines|sets out) )?"
    r"(?:the |an? )?[\"'*_]{0,2}"
)


@dataclass(frozen=True)
class OwnFacts:
    """Clause and control numbers of ISO/IEC 42001 with folded titles, and its counts."""

    numbers: frozenset[str]
    by_title: dict[str, frozenset[str]]
    controls: int
    domains: int


@cache
def own_facts() -> OwnFacts:
    """Return the facts of ISO/IEC 42001 from the catalog."""
    catalog = load_catalog()
    numbers: set[str] = set()
    titles: dict[str, set[str]] = {}
    things = [(c.number, c.title) for c in catalog.clauses]
    things += [(c.number, c.title) for c in catalog.controls]
    things += [(d.number, d.title) for d in catalog.domains]
    for number, title in things:
        numbers.add(number.lower())
        titles.setdefault(fold(title), set()).add(number.lower())
    groups = {n.rsplit(".", 1)[0] for n in numbers if n.startswith("a.")}
    mirrored = {n.replace("a.", "b.", 1) for n in numbers | groups if n.startswith("a.")}
    return OwnFacts(
        frozenset(numbers | groups | mirrored | {"1", "2", "3"}),
        {t: frozenset(n) for t, n in titles.items() if " " in t and t != "internal organization"},
        len(catalog.controls), len(catalog.domains),
    )  # fmt: skip


def own_hits(view: View) -> list[Hit]:
    """Return the wrong facts about the own standard, in order of place."""
    hits = [*_editions(view), *_numbers(view)]
    if view.standard == "iso42001":
        hits += _clauses_and_counts(view)
        hits += _headings(view)
    return sorted(hits, key=lambda h: (h.start, h.end))


def _editions(view: View) -> Iterator[Hit]:
    dated = [m for m in view.mentions if m.year and m.family == view.standard]
    family = next((f for f in load_families().families if f.id == view.standard), None) if dated else None
    years = family.years if family is not None else ()
    if family is None or not years:
        return
    for mention in dated:
        if mention.year in years:
            continue
        at = view.low.find(mention.year, mention.start)
        if at < 1 or view.low[at - 1] not in ":-" or mention.number not in _current_numbers(view.standard):
            continue
        around = view.low[max(0, mention.start - 90) : mention.end + 90]
        if mention.year in lexicon().earlier_editions.get(family.id, ()) and _HISTORY.search(around):
            continue
        if _DRAFT.search(view.low[max(0, mention.start - 12) : mention.end + 12]):
            continue
        reason = f"{family.name} is cited in an edition of {mention.year}; the edition in force is {family.edition}."
        yield _hit(view, "wrong-edition", mention.start, mention.end, reason)


@cache
def _current_numbers(family: str) -> frozenset[str]:
    number = next((f.bare_number for f in load_families().families if f.id == family), None)
    return frozenset({number.value.split("-")[0]}) if number else frozenset()


def _numbers(view: View) -> Iterator[Hit]:
    name = family_name(view.standard)
    for mention in view.mentions:
        if mention.family == view.standard and mention.typo:
            written = view.text[mention.start : mention.end]
            yield _hit(view, "wrong-number", mention.start, mention.end, f"“{written}” looks like a slip for {name}.")
    (own,) = _current_numbers(view.standard) or ("",)
    if not own:
        return
    for match in DESIGNATED.finditer(view.low, view.scanned.cues, 0, len(view.low)):
        number = match.group(1)
        if number in lexicon().known or any(m.start <= match.start() < m.end for m in view.mentions):
            continue
        if sorted(number) == sorted(own) or any(one_edit(number, n) for n in _one_swap(own)):
            written = view.text[match.start() : match.end()]
            yield _hit(view, "wrong-number", match.start(), match.end(), f"“{written}” looks like a slip for {name}.")


@cache
def _one_swap(number: str) -> tuple[str, ...]:
    return tuple(number[:i] + number[i + 1] + number[i] + number[i + 2 :] for i in range(len(number) - 1))


def _clauses_and_counts(view: View) -> Iterator[Hit]:
    if not view.mentions and "annex a" not in view.low and "clause" not in view.low and "control" not in view.low:
        return
    foreign = [m for m in view.mentions if m.family != view.standard]
    own = [m for m in view.mentions if m.family == view.standard]
    for passage in view.passages:
        for block in passage.passage.blocks:
            line = view.low[block.start : block.end]
            if "clause" not in line and "controls" not in line and "domains" not in line and "a." not in line:
                continue
            for start, end in view.cut(block):
                if foreign and any(start <= m.start < end for m in foreign):
                    continue
                inside = [m for m in own if start <= m.start < end] if own else []
                yield from _counts(view, start, end, bool(inside))
                yield from _clauses(view, start, end, inside)


def _counts(view: View, start: int, end: int, named: bool) -> Iterator[Hit]:
    line = view.low[start:end]
    if not named and "annex a" not in line:
        return
    facts = own_facts()
    for match in _COUNT.finditer(line):
        said = int(match["n"]) if match["n"].isdigit() else _NUMBER_WORDS[match["n"]]
        what = match["what"]
        true = facts.controls if what == "controls" else facts.domains
        before = line[: match.start()]
        if said == true or _SOME.search(before):
            continue
        if not (_TOTAL.search(before) or _ALL.search(before) or "annex a" in line[match.end() : match.end() + 30]):
            continue
        reason = f"The text counts {said} {what}; Annex A of ISO/IEC 42001 has {facts.controls} controls in {facts.domains} domains."
        yield _hit(view, "wrong-number", start + match.start(), start + match.end(), reason)


def _clauses(view: View, start: int, end: int, own: list[Mention]) -> Iterator[Hit]:
    facts = own_facts()
    for match in CLAUSE.finditer(view.low, view.scanned.cues, start, end):
        number = match["number"] or match["control"]
        place = match.span()
        opening = _TO_TITLE.match(view.low[place[1] : end])
        after = view.low[place[1] + opening.end() : end] if opening else ""
        title = max((t for t in facts.by_title if after.startswith(t)), key=len, default="")
        title = title or _title_before(view.low[start : place[0]])
        if title and not _same_branch(number, facts.by_title[title]):
            yield _misnumbered(view, place, title, number)
        elif number not in facts.numbers and _beside(place, own, view.low):
            reason = f"ISO/IEC 42001 has no {'control' if match['control'] else 'clause'} {number.upper()}."
            yield _hit(view, "wrong-number", place[0], place[1], reason)


def _misnumbered(view: View, place: tuple[int, int], title: str, number: str) -> Hit:
    right = " and ".join(sorted(n.upper() for n in own_facts().by_title[title]))
    reason = f"“{title}” is numbered {right} in ISO/IEC 42001, not {number.upper()}."
    return _hit(view, "wrong-number", place[0], place[1], reason)


def _title_before(before: str) -> str:
    """Return the title right before an opening bracket: "AI system impact assessment (clause 8.2)"."""
    opened = re.search(r"[\"'*_]{0,3} ?\((?:iso(?:/iec)? 42001,? )?$", before)
    if opened is None:
        return ""
    head = before[: opened.start()]
    ends = (t for t in own_facts().by_title if head.endswith(t) and not head[: -len(t)][-1:].isalnum())
    return max(ends, key=len, default="")


def _headings(view: View) -> Iterator[Hit]:
    """Numbered headings whose title has another number, where most of the headings number clauses of the standard.

    A course may number its own sections; so three or more headings must bear the right number of their title first.
    """
    facts = own_facts()
    found: list[tuple[tuple[int, int], str, str]] = []
    for match in _HEADED.finditer(view.low) if "#" in view.low else ():
        title = _title_of(match)
        if title:
            found.append((match.span("number"), match["number"], title))
    right = [f for f in found if f[1] in facts.by_title[f[2]]]
    if len(right) < _WITNESSES:
        return
    for place, number, title in found:
        if not _same_branch(number, facts.by_title[title]):
            yield _misnumbered(view, place, title, number)


def _title_of(match: re.Match[str]) -> str:
    return max((t for t in own_facts().by_title if match["title"].startswith(t)), key=len, default="")


def misnumbers_any(low: str) -> bool:
    """Whether a heading of a folded text gives a title of the standard another number than its own."""
    by_title = own_facts().by_title
    headed = ((match["number"], _title_of(match)) for match in _HEADED.finditer(low)) if "#" in low else ()
    return any(title and not _same_branch(number, by_title[title]) for number, title in headed)


def states_facts(view: View, own: list[Mention]) -> bool:
    """Whether one sentence, read as a text of its own, may say something wrong about the own standard.

    `own` are the mentions of that standard in it. True is no finding: only the whole text tells. False is proof.
    """
    family = next((f for f in load_families().families if f.id == view.standard), None)
    if any(m.typo or (m.year and (family is None or m.year not in family.years)) for m in own):
        return True
    if any(True for _ in DESIGNATED.finditer(view.low, view.scanned.cues, 0, len(view.low))) and any(_numbers(view)):
        return True
    if view.standard != "iso42001":
        return False
    size = len(view.low)
    return any(_counts(view, 0, size, bool(own))) or any(_clauses(view, 0, size, own))


def _same_branch(number: str, right: frozenset[str]) -> bool:
    """Whether `number` is one of the right numbers, a parent or a child of one, or the same control in Annex B."""
    plain = number.replace("b.", "a.", 1)
    return any(r == plain or r.startswith(plain + ".") or plain.startswith(r + ".") for r in right)


def _beside(place: tuple[int, int], own: list[Mention], low: str) -> bool:
    """Whether the clause number is attached to the own standard: "ISO 42001 clause 8.7", "clause 8.7 of ISO 42001"."""
    for mention in own:
        between = low[mention.end : place[0]] if mention.end <= place[0] else low[place[1] : mention.start]
        if len(between) <= 12 and re.fullmatch(
            r"[\s,:('s-]*(?:(?:of|in|from) )?(?:the )?(?:control |clause )?[(\s]*", between
        ):
            return True
    return False


def _hit(view: View, kind: str, start: int, end: int, reason: str) -> Hit:
    confidence = weights()["own"]["confidence"]
    return Hit(
        kind, "own", view.standard, start, end, view.text[start:end], confidence, (reason,), ((kind, confidence),), True,
        False,
    )  # fmt: skip
