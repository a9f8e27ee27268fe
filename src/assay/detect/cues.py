"""Searches that begin with known words, answered from one reading of the text.

Each expression here can match only where one of its openings stands; so the automaton of `detect.scan` finds the openings,
and the expression is tried there alone. `tests/core/test_detect_scan.py` proves of each that nothing else can match.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

Places = Sequence[Sequence[int]]  # per cue the places of its openings in a text, ascending


class Cue:
    """An expression with the folded words that all its matches begin with."""

    def __init__(self, pattern: str, *openings: str) -> None:
        self.pattern = re.compile(pattern)
        self.openings = openings
        self.number = len(CUES)
        CUES.append(self)

    def search(self, low: str, places: Places, start: int, end: int) -> re.Match[str] | None:
        """Return `pattern.search(low, start, end)`."""
        here = places[self.number]
        match = self.pattern.match
        for place in here[bisect_left(here, start) : bisect_left(here, end)]:
            if (found := match(low, place, end)) is not None:
                return found
        return None

    def finditer(self, low: str, places: Places, start: int, end: int) -> Iterator[re.Match[str]]:
        """Yield what `pattern.finditer(low, start, end)` yields."""
        here = places[self.number]
        for place in here[bisect_left(here, start) : bisect_left(here, end)]:
            if place >= start and (found := self.pattern.match(low, place, end)) is not None:
                yield found
                start = max(found.end(), place + 1)


CUES: list[Cue] = []

DISOWNED = Cue(
    r"\b(?:nothing to do with|out of place|(?:outside|beyond) the scope|out of scope|not in scope|what is in scope|does not belong|"
    r"(?:are|is) not asked to|not yours|not ours\b|wrong standard|not part of (?:this|the|our|your)|does not affect|for discussion|"
    r"not (?:assessed|examined|marked|graded) here|no marks are|reason for (?:replacement|removal)|has been removed|was removed because|"
    r"does not exist here|off-topic|off topic|mistakenly|mistaken|how far (?:an?|the) auditor|another team)\b",
    "nothing to do", "out of place", "outside the scope", "beyond the scope", "out of scope", "not in scope",
    "what is in scope", "does not belong", "are not asked", "is not asked", "not yours", "not ours", "wrong standard",
    "not part of", "does not affect", "for discussion", "not assessed", "not examined", "not marked", "not graded",
    "no marks are", "reason for re", "has been removed", "was removed because", "does not exist", "off-topic", "off topic",
    "mistaken", "how far", "another team",
)  # fmt: skip
COMPANY = Cue(
    r"\b(?:company|firm|manufacturer|supplier|operator|plant|group|clinic|bakery|hospital|utility|contractor|organi[sz]ation|"
    r"co-operative|cooperative|business|agency|mill|factory|retailer|chain|ltd|gmbh|inc|plc|client|auditee|owner|founded|"
    r"family-run|employs|employees)\b",
    "company", "firm", "manufacturer", "supplier", "operator", "plant", "group", "clinic", "bakery", "hospital", "utility",
    "contractor", "organisation", "organization", "co-operative", "cooperative", "business", "agency", "mill", "factory",
    "retailer", "chain", "ltd", "gmbh", "inc", "plc", "client", "auditee", "owner", "founded", "family-run", "employs",
    "employees",
)  # fmt: skip
SECOND_PERSON = Cue(r"\b(?:you|your)\b", "you")
OWN_CASE = Cue(
    r"\b(?:its|their|the|whose) ai (?:system|model|tool|assistant)s? (?:is|are|was|were)\b",
    "its ai ", "their ai ", "the ai ", "whose ai ",
)  # fmt: skip
AFFECTED = Cue(r"\baffect(?:ed|s)?\b", "affect")
AI_WORD = Cue(
    r"\b(?:ai|a\.i\.|artificial intelligence|machine[- ]learning|algorithm\w*|neural|chatbots?|llms?|deep learning|training data|language models?|"
    r"generative|ki|ki-\w+|künstliche\w* intelligenz|maschinell\w*|algorithmen|ia|intelligence artificielle|"
    r"inteligencia artificial|intelligenza artificiale|inteligência artificial|algoritm\w+|algorithme\w*|aims)\b"
    r"|人工知能|人工智能|機械学習|机器学习|\bai|算法|アルゴリズム",
    "ai", "a.i.", "artificial intelligence", "machine-learning", "machine learning", "algorithm", "neural", "chatbot", "llm",
    "deep learning", "training data", "language model", "generative", "ki", "künstliche", "maschinell", "ia",
    "intelligence artificielle", "inteligencia artificial", "intelligenza artificiale", "inteligência artificial", "algoritm",
    "人工知能", "人工智能", "機械学習", "机器学习", "算法", "アルゴリズム",
)  # fmt: skip
CLAUSE = Cue(
    r"\b(?:sub-?clauses?|clauses?|klausel|abschnitt|cláusula|clausola|article|§) ?(?P<number>\d{1,2}(?:\.\d{1,2}){0,3})(?![\d.]*\d)|"
    r"\b(?:control )?(?P<control>[ab]\.\d{1,2}(?:\.\d{1,2}){0,2})(?![\d.]*\d)",
    "subclause", "sub-clause", "clause", "klausel", "abschnitt", "cláusula", "clausola", "article", "§", "control a.",
    "control b.", "a.", "b.",
)  # fmt: skip
DESIGNATED = Cue(r"\biso(?:[ /]?iec)?[ -]{0,2}(\d{4,6})(?!\d)", "iso")
