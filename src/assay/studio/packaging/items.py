"""Questions with options, read out of the text of quizzes, exams and item banks.

The layout, each part on lines of its own, indented or not:

    3. The stem, on one line or several.
       A) an option
       B) another option
       Answer: B. Why it is right.
       Clause: 6.1.2

`Question 3:`, `**3.**` and `### Question 3` begin a question too; options are `A)`, `A.`, `(A)` or list items of these;
`Answer`, `Key` and `Correct answer` name one letter or several (`A, C`). `Explanation:` or `Why:` adds to the explanation,
further lines of the form `Word: value` (Clause, Objective, Bloom, Domain, Status) are facts of the item.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from assay.core.errors import InvalidInput

_STEM = re.compile(
    r"\s{0,3}(?:#{1,6}\s+)?(?:\*\*)?(?:(?:question|item)\s+(\d{1,4})\s*[.:)]?|(\d{1,4})[.)])(?:\*\*)?[ \t]*(.*)", re.I
)
_OPTION = re.compile(r"\s*(?:[-*+]\s+)?(?:\*\*)?(?:\(([A-Ha-h])\)|([A-Ha-h])[.)])(?:\*\*)?\s+(\S.*)")
_KEY = re.compile(r"\s*(?:[-*>]\s+)?[*_]{0,2}(?:correct\s+answers?|answers?|key)[*_]{0,2}\s*:[*_]{0,2}\s*(.*)", re.I)
_LETTERS = re.compile(
    r"[*_(]{0,3}([A-Ha-h](?:\s*(?:,|;|and|\+|&)\s*[A-Ha-h])*)[*_)]{0,3}(?![\w'])[\s.:)–—-]*(.*)", re.S
)
_WHY = re.compile(r"\s*(?:[-*>]\s+)?[*_]{0,2}(?:explanation|why|rationale|feedback)[*_]{0,2}\s*:[*_]{0,2}\s*(.*)", re.I)
_FACT = re.compile(
    r"\s*(?:[-*]\s+)?[*_]{0,2}(clause|control|objective|bloom|domain|status|reference|lesson)[*_]{0,2}\s*:[*_]{0,2}\s*(\S.*)",
    re.I,
)
LETTERS = "ABCDEFGH"


@dataclass(frozen=True)
class Item:
    """A question with options. `key` holds the indexes (from 0, ascending) of the right ones.

    `id` follows from stem, options and key: an item that was changed is another item, since what learners answered to
    the old words says nothing of the new ones. `line` counts from 1 in the text it was read from.
    """

    id: str
    stem: str
    options: tuple[str, ...]
    key: tuple[int, ...]
    explanation: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    line: int = 1

    @property
    def one(self) -> bool:
        """Whether exactly one option is right."""
        return len(self.key) == 1

    def letters(self) -> str:
        """The letters of the key, such as `B` or `A, C`."""
        return ", ".join(LETTERS[index] for index in self.key)


@dataclass(frozen=True)
class Problem:
    """A question that could not be read as an item: its line (from 1), and why."""

    line: int
    reason: str


@dataclass(frozen=True)
class Reading:
    """A text taken apart, in its order: stretches of prose, and items. Questions with problems stay in the prose."""

    blocks: tuple[str | Item, ...]
    problems: tuple[Problem, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(block for block in self.blocks if isinstance(block, Item))


@dataclass
class _Open:
    line: int
    stem: list[str]
    options: list[list[str]] = field(default_factory=list)
    letters: list[str] = field(default_factory=list)
    answer: str | None = None
    why: list[str] = field(default_factory=list)
    facts: list[tuple[str, str]] = field(default_factory=list)
    part: str = "stem"


def item_make(
    stem: str,
    options: Sequence[str],
    key: Sequence[int],
    explanation: str = "",
    facts: Sequence[tuple[str, str]] = (),
    line: int = 1,
) -> Item:
    """Return an item with its id. Raises InvalidInput for fewer than two options, equal options, or no possible key."""
    place = f"The question on line {line}"
    if not stem.strip():
        raise InvalidInput(f"{place} has no stem.", line=line)
    if not 2 <= len(options) <= len(LETTERS):
        raise InvalidInput(f"{place} has {len(options)} options; between 2 and {len(LETTERS)} are possible.", line=line)
    if len({option.strip().casefold() for option in options}) != len(options):
        raise InvalidInput(f"{place} has the same option twice.", line=line)
    chosen = tuple(sorted(set(key)))
    if not chosen or not 0 <= chosen[0] <= chosen[-1] < len(options):
        raise InvalidInput(f"{place} has a key that is none of its options.", line=line)
    seed = "\x1f".join([stem.strip(), *(option.strip() for option in options), *map(str, chosen)])
    ident = "q" + sha256(seed.encode()).hexdigest()[:12]
    return Item(ident, stem.strip(), tuple(o.strip() for o in options), chosen, explanation.strip(), tuple(facts), line)


def items_read(text: str) -> Reading:
    """Take a text apart. Numbered questions without options (essays, steps) are prose, not problems."""
    blocks: list[str | Item] = []
    problems: list[Problem] = []
    prose: list[str] = []
    lines = text.split("\n")
    for first, last in _stretches(lines):
        asked = _question(lines, first, last)
        found = _item(asked) if asked is not None and asked.options else None
        if isinstance(found, Problem):
            problems.append(found)
        if not isinstance(found, Item):
            prose += lines[first:last]
            continue
        if "\n".join(prose).strip():
            blocks.append("\n".join(prose).strip("\n"))
        prose = []
        blocks.append(found)
    if "\n".join(prose).strip():
        blocks.append("\n".join(prose).strip("\n"))
    return Reading(tuple(blocks), tuple(problems))


def items_parse(text: str, name: str = "the text") -> tuple[Item, ...]:
    """Return the items of a text that is meant to hold nothing else. Raises InvalidInput with the line of the first
    question that is not complete, or when there is none at all.
    """
    reading = items_read(text)
    if reading.problems:
        problem = reading.problems[0]
        raise InvalidInput(
            f"{name}, line {problem.line}: {problem.reason}.",
            hint="A question is a numbered stem, options A) to H), and a line 'Answer: B. Why'.",
            line=problem.line,
        )
    if not reading.items:
        raise InvalidInput(
            f"No question with options was found in {name}.",
            hint="A question is a numbered stem, options A) to H), and a line 'Answer: B. Why'.",
        )
    return reading.items


def _stretches(lines: list[str]) -> Iterator[tuple[int, int]]:
    """First line and line after the last of each question, and of the prose before and after it.

    A question ends with the next one, with a heading, and with a paragraph at the margin after its answer.
    """
    begin, inside, answered = 0, False, False
    for index, line in enumerate(lines):
        starts = _STEM.match(line) is not None and _OPTION.match(line) is None
        heading = line.lstrip().startswith("#")
        margin = bool(line) and not line[0].isspace() and index > 0 and not lines[index - 1].strip()
        ends = inside and (heading or (answered and margin and not _part_of_answer(line)))
        if (starts or ends) and index > begin:
            yield begin, index
            begin = index
        if starts or ends:
            inside, answered = starts, False
        answered = answered or (inside and _KEY.match(line) is not None)
    yield begin, len(lines)


def _part_of_answer(line: str) -> bool:
    return any(pattern.match(line) for pattern in (_KEY, _WHY, _FACT))


def _question(lines: list[str], first: int, last: int) -> _Open | None:
    begun = _STEM.match(lines[first])
    if begun is None:
        return None
    asked = _Open(first + 1, [begun.group(3).strip(" *")])
    for line in lines[first + 1 : last]:
        _take(asked, line)
    return asked


def _take(asked: _Open, line: str) -> None:
    if (key := _KEY.match(line)) and asked.options:
        asked.answer, asked.part = key.group(1), "answer"
    elif (fact := _FACT.match(line)) and asked.options:
        asked.facts.append((fact.group(1).lower(), fact.group(2).strip()))
    elif (why := _WHY.match(line)) and asked.options:
        asked.why.append(why.group(1))
        asked.part = "why"
    elif asked.part in ("stem", "option") and (option := _OPTION.match(line)):
        asked.letters.append((option.group(1) or option.group(2)).upper())
        asked.options.append([option.group(3)])
        asked.part = "option"
    elif line.strip():
        if asked.part == "stem":
            asked.stem.append(line.strip())
        elif asked.part == "option":
            asked.options[-1].append(line.strip())
        elif asked.part == "answer":
            asked.answer = f"{asked.answer} {line.strip()}"
        else:
            asked.why.append(line.strip())


def _item(asked: _Open) -> Item | Problem:
    if asked.letters != list(LETTERS[: len(asked.letters)]):
        return Problem(asked.line, f"the options are lettered {', '.join(asked.letters)}, not A, B, C …")
    if asked.answer is None:
        return Problem(asked.line, "the question has options and no line 'Answer:'")
    named = _LETTERS.fullmatch(asked.answer.strip())
    if named is None:
        return Problem(asked.line, f"'Answer: {asked.answer.strip()[:40]}' names no letter of an option")
    chosen = sorted({LETTERS.index(letter.upper()) for letter in re.findall(r"\b[A-Ha-h]\b", named.group(1))})
    beyond = [LETTERS[index] for index in chosen if index >= len(asked.options)]
    if beyond:
        return Problem(asked.line, f"the answer is {beyond[0]} and there are {len(asked.options)} options")
    why = " ".join([named.group(2).strip(), *(line.strip() for line in asked.why)]).strip()
    try:
        return item_make(
            " ".join(filter(None, asked.stem)),
            [" ".join(option) for option in asked.options],
            chosen,
            why,
            asked.facts,
            asked.line,
        )
    except InvalidInput as error:
        return Problem(asked.line, str(error).rstrip(".").removeprefix(f"The question on line {asked.line} "))
