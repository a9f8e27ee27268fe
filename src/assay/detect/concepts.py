"""Concept ownership: which family a way of speaking belongs to, though no standard is named.

Concepts are data (`families/<id>/concepts.yaml`): phrase, owning clause, strength 3 (nobody else's), 2 (typical),
1 (counts only beside others). Families without a file contribute the vocabulary of the catalog at strength 2.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from typing import Any, NamedTuple

from ahocorasick_rs import AhoCorasick

from assay.catalog import load_families
from assay.detect.cues import AI_WORD
from assay.detect.families import folders
from assay.detect.folding import begins, bounded, fold


@dataclass(frozen=True, slots=True)
class Concept:
    """One owned way of speaking: `phrase` is its first form, `strength` 1..3, `clause` what owns it.

    `language` is set for phrases that count only in texts of that language.
    """

    family: str
    phrase: str
    strength: int
    clause: str
    language: str = ""


class ConceptHit(NamedTuple):
    """A concept found at start..end."""

    concept: Concept
    start: int
    end: int


@dataclass(frozen=True)
class Ownership:
    """The automaton over all phrases and, per phrase, the concepts it stands for (several families may share one)."""

    phrases: tuple[str, ...]
    automaton: AhoCorasick
    concepts: tuple[tuple[Concept, ...], ...]
    open_ended: tuple[bool, ...]
    systems: dict[str, str]


_PLACE = itemgetter(0, 1)
Raw = list[tuple[int, int, int]]
Table = dict[str, dict[str, Concept]]


@cache
def ownership() -> Ownership:
    """Return the ownership of the packaged data (read once)."""
    table: Table = {}
    systems: dict[str, str] = {}
    prefixes: set[str] = set()
    for folder in folders().values():
        if folder.concepts:
            systems[folder.id] = folder.concepts["system"]
            for concept in _concepts_of(folder.id, folder.concepts):
                _add(table, concept, prefixes)
    for concept in _vocabulary(frozenset(systems)):
        _add(table, concept, prefixes)
    for family in load_families().families:
        systems.setdefault(family.id, family.domain)
    return Ownership(
        tuple(table),
        AhoCorasick(list(table)),
        tuple(tuple(c.values()) for c in table.values()),
        tuple(f in prefixes for f in table),
        systems,
    )


def _concepts_of(family: str, data: Mapping[str, Any]) -> Iterator[Concept]:
    """Yield the concepts of one file: those in English by clause, then those of other languages."""
    for strength, by_clause in data["concepts"].items():
        for clause, phrases in by_clause.items():
            for phrase in phrases:
                yield Concept(family, str(phrase), int(strength), str(clause))
    for language, by_strength in data.get("languages", {}).items():
        for strength, phrases in by_strength.items():
            for phrase in phrases:
                yield Concept(family, str(phrase), int(strength), "", language)


def _vocabulary(covered: frozenset[str]) -> Iterator[Concept]:
    """Yield the catalog's vocabulary of families without a file of their own, shared terms left out."""
    families = load_families()
    shared = set(families.hs_shared_terms) | {t.term for t in families.shared_terms}
    for family in families.families:
        if family.id not in covered:
            for term in family.vocabulary:
                if term not in shared and len(term) > 4:
                    yield Concept(family.id, term, 2, "")


def _add(table: Table, concept: Concept, prefixes: set[str]) -> None:
    """Add all spellings; "a|b" are two names of one concept, a final "*" leaves the ending of the word open."""
    names = [fold(name) for name in concept.phrase.split("|")]
    one = Concept(
        concept.family, concept.phrase.split("|")[0].rstrip("*"), concept.strength, concept.clause, concept.language
    )
    for name in names:
        if name.endswith("*"):
            table.setdefault(name[:-1], {}).setdefault(one.family, one)
            prefixes.add(name[:-1])
            continue
        for form in variants(name):
            table.setdefault(form, {}).setdefault(one.family, one)


_SPELLINGS = (
    ("isation", "ization"), ("programme", "program"), ("organiz", "organis"), ("labell", "label"), ("catalogue", "catalog"),
    ("odour", "odor"), ("minimiz", "minimis"), ("itized", "itised"), ("alized", "alised"),
)  # fmt: skip
_ONE_WAY = ("program", "label", "catalog")


def variants(phrase: str) -> set[str]:
    """Return the spellings of a folded phrase: plural and singular, hyphen or blank, British or American."""
    forms = {phrase}
    if len(phrase) <= 4:
        return forms
    if phrase.isascii():
        forms |= _numbers(phrase)
    for form in list(forms):
        forms.add(form.replace("-", " "))
        for one, other in _SPELLINGS:
            if one in form:
                forms.add(form.replace(one, other))
            elif other in form and other not in _ONE_WAY:
                forms.add(form.replace(other, one))
    return forms


def _numbers(phrase: str) -> set[str]:
    """Return the plural, and the singular of a plural in -ies."""
    if phrase.endswith("ies"):
        return {phrase[:-3] + "y"}
    if phrase.endswith("y") and phrase[-2] not in "aeiou":
        return {phrase[:-1] + "ies"}
    if phrase.endswith("s") or not phrase[-1].isalpha():
        return set()
    return {phrase + ("es" if phrase.endswith(("x", "ch", "sh")) else "s")}


def find_concepts(low: str, language: str, raw: Raw | None = None) -> list[ConceptHit]:
    """Return the concepts in the folded text in order of place; of overlapping phrases of one family the longest stays.

    `raw` is what the automaton finds in `low` (index of the phrase, start, end), where that is known already.
    """
    own = ownership()
    found: list[ConceptHit] = []
    if raw is None:
        raw = own.automaton.find_matches_as_indexes(low, overlapping=True)
    if not raw:
        return found
    spans = [(s, -e, i) for i, s, e in raw if (begins(low, s) if own.open_ended[i] else bounded(low, s, e))]
    spans.sort(key=_PLACE)
    reach: dict[str, int] = {}
    for start, minus_end, index in spans:
        for concept in own.concepts[index]:
            if concept.language and concept.language != language:
                continue
            if -minus_end > reach.get(concept.family, -1):
                reach[concept.family] = -minus_end
                found.append(ConceptHit(concept, start, -minus_end))
    return found


def ai_words(low: str) -> int:
    """Count the words that say a text is about AI, in any of the languages covered."""
    return sum(1 for _ in AI_WORD.pattern.finditer(low))
