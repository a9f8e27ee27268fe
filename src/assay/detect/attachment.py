"""What a mention is attached to: criterion, subject of learning, comparison, negation, list, title.

Rules are data per language (`data/attachment/*.yaml`). They look at the mention's own neighbourhood, not at the sentence
at large: a comparative word elsewhere excuses nothing, a governing verb inside a comparison accuses nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from assay.detect.lexicon import DATA, read_data

OWN, KIN, FOREIGN, TARGET = "\ue000", "\ue001", "\ue002", "\ue003"
_MARKS = {"{O}": OWN, "{K}": KIN, "{F}": FOREIGN, "{T}": TARGET, "{M}": f"[{OWN}{KIN}{FOREIGN}]"}
MARKER = re.compile(
    r"^[\s\-*+•–✓✅|>#{\[]*(?:\d{1,2}[.)]\s+|\(?[a-h][).]\s+|\"?[\w -]{1,24}\"\s*:\s*\[?\s*\"?|"
    r"(?:label|alt|prompt|title|stem|note|task|feedback): \"?)?[*_]*"
)
_LEAD = r"(?:^|(?<![\w]))"
_GLUE = r"[ :,(\[\"'*_/-]{0,4}"
_REACH = 150


@dataclass(frozen=True, slots=True)
class Rule:
    """One reading of a neighbourhood; `side` is left, right or whole; `weight` names its weight; `clause` needs
    the own standard in the sentence; `pair` needs something to be paired with."""

    sort: str
    side: str
    pattern: re.Pattern[str]
    say: str
    weight: str
    clause: bool
    pair: bool


@dataclass(frozen=True)
class Rules:
    """All rules of one language, by side, with the pattern of instructions and of headings that declare a comparison."""

    left: tuple[Rule, ...]
    right: tuple[Rule, ...]
    whole: tuple[Rule, ...]
    imperative: re.Pattern[str]
    compare_heading: re.Pattern[str]
    anchored: bool

    def instructs(self, line: str) -> bool:
        """Whether a folded line is put as an instruction."""
        return (self.imperative.match(line) if self.anchored else self.imperative.search(line)) is not None

    def compares(self, heading: str) -> bool:
        """Whether a folded heading declares a comparison."""
        return _declares(self.compare_heading.pattern, heading)


@dataclass(frozen=True, slots=True)
class Attachment:
    """What a rule said about one mention; `pair` where it means nothing without an own subject in the passage."""

    sort: str
    say: str
    weight: str
    pair: bool = False


def rule_languages() -> tuple[str, ...]:
    """Languages that have attachment rules."""
    return tuple(sorted(path.stem for path in (DATA / "attachment").glob("*.yaml")))


@cache
def rules_for(language: str) -> Rules:
    """Return the compiled rules of `language`; KeyError for a language without rules."""
    if language not in rule_languages():
        raise KeyError(language)
    data = read_data(f"attachment/{language}.yaml")
    cjk = language in ("ja", "zh")
    found: dict[str, list[Rule]] = {"left": [], "right": [], "whole": []}
    for sort, entries in data.items():
        if not isinstance(entries, list):
            continue
        for entry in entries:
            side = next(name for name in ("left", "right", "whole") if name in entry)
            pattern = _compile(entry[side], side, data.get("tail", ""), cjk)
            found[side].append(
                Rule(
                    sort,
                    side,
                    pattern,
                    entry["say"],
                    _weight(sort, entry),
                    bool(entry.get("clause")),
                    bool(entry.get("pair")),
                )
            )
    return Rules(
        tuple(found["left"]), tuple(found["right"]), tuple(found["whole"]),
        re.compile(data["imperative"], re.IGNORECASE), re.compile(data["compare_heading"], re.IGNORECASE),
        _anchored(data["imperative"]),
    )  # fmt: skip


def _anchored(source: str) -> bool:
    """Whether an expression can match at the beginning of a text alone: it is "^(?:…)…" without a choice on top."""
    depth, classed, at = 0, False, 0
    while at < len(source):
        char = source[at]
        if char == "\\":
            at += 1
        elif classed:
            classed = char != "]"
        elif char == "[":
            classed = True
        elif char in "()":
            depth += 1 if char == "(" else -1
        elif char == "|" and depth == 0:
            return False
        at += 1
    return source.startswith("^(")


@lru_cache(maxsize=8192)
def _declares(source: str, heading: str) -> bool:
    return re.search(source, heading, re.IGNORECASE) is not None


def _weight(sort: str, entry: dict[str, Any]) -> str:
    """Return the name of the rule's weight in weights.yaml."""
    if entry.get("clause"):
        return "comparative_clause"
    return f"{sort}_soft" if entry.get("soft") else f"{sort}_strong" if entry.get("strong") else sort


def _compile(source: str, side: str, tail: str, cjk: bool) -> re.Pattern[str]:
    for mark, char in _MARKS.items():
        source = source.replace(mark, char)
    if side == "left":
        lead = "" if cjk else _LEAD
        return re.compile(f"{lead}(?:{source}){_GLUE}{tail}{_GLUE}$")
    if side == "right":
        return re.compile(rf"^[\"')\]*_]{{0,3}}(?:{source})")
    return re.compile(source)


@dataclass(frozen=True, slots=True)
class Group:
    """A run of mentions joined by commas, slashes or "and", judged together. `start`..`end` are text offsets."""

    start: int
    end: int
    families: tuple[str, ...]
    own: bool


def masked(low: str, start: int, end: int, marks: list[tuple[int, int, str]]) -> str:
    """Return low[start:end] with the spans of `marks` replaced by their one-character marks."""
    parts: list[str] = []
    at = start
    for left, right, mark in marks:
        if left < at or right > end:
            continue
        parts.append(low[at:left])
        parts.append(mark)
        at = right
    parts.append(low[at:end])
    return "".join(parts)


def attachments(sentence: str, language_rules: tuple[Rules, ...]) -> list[Attachment]:
    """Return what the rules say about the mention masked as TARGET in `sentence` (folded, masked)."""
    at = sentence.index(TARGET)
    left = sentence[max(0, at - _REACH) : at]
    right = sentence[at + 1 : at + 1 + _REACH]
    has_own = OWN in sentence
    said: list[Attachment] = []
    for rules in language_rules:
        for rule in rules.left:
            if (not rule.clause or has_own) and rule.pattern.search(left):
                said.append(
                    Attachment("comparative_clause" if rule.clause else rule.sort, rule.say, rule.weight, rule.pair)
                )
        for rule in rules.right:
            if rule.pattern.search(right):
                said.append(Attachment(rule.sort, rule.say, rule.weight, rule.pair))
        for rule in rules.whole:
            if rule.pattern.search(sentence):
                said.append(Attachment(rule.sort, rule.say, rule.weight, rule.pair))
    return said


def weights() -> dict[str, Any]:
    """Return the weights and thresholds of all detectors (hundredths)."""
    return _weights()


@cache
def _weights() -> dict[str, Any]:
    data: dict[str, Any] = read_data("weights.yaml")
    return data
