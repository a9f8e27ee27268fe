"""The families as detectors need them: names, numbers, systems and relations, read once from catalog and data files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from ahocorasick_rs import AhoCorasick

from assay.catalog import load_families
from assay.detect.folding import fold

DATA = Path(__file__).parent / "data"
Relation = Literal["own", "companion", "set", "adjacent", "kin", "foreign"]


@dataclass(frozen=True, slots=True)
class FamilyFacts:
    """Name and kind of a family; `law` for laws and regulations, whose duties bind beside any standard."""

    id: str
    name: str
    domain: str
    law: bool
    year: str


@dataclass(frozen=True, slots=True)
class Name:
    """A pattern of the automaton: what it names and how it must be read."""

    family: str
    kind: Literal["name", "system", "acronym", "number", "spoken", "anchor"]
    exact: str = ""
    ambiguous: bool = False


@dataclass(frozen=True)
class Lexicon:
    """Everything about names. `numbers` maps "14001" to its family; `real` holds further numbers that are standards of no
    family here, `known` both.

    `earlier_editions` are years, by family, that are no slip where a sentence speaks of history.
    """

    families: Mapping[str, FamilyFacts]
    numbers: Mapping[str, str]
    primary: tuple[str, ...]
    real: frozenset[str]
    known: frozenset[str]
    names: tuple[Name, ...]
    phrases: tuple[str, ...]
    automaton: AhoCorasick
    relations: Mapping[str, Any]
    relation_to_42001: Mapping[str, str]
    earlier_editions: Mapping[str, tuple[str, ...]]


def read_data(name: str) -> Any:
    """Return the parsed data file `name` of this room."""
    return yaml.load((DATA / name).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


@cache
def lexicon() -> Lexicon:
    """Return the lexicon of the packaged data (read once)."""
    data = read_data("names.yaml")
    catalog = load_families().families
    families = {
        f.id: FamilyFacts(f.id, f.name, f.domain, f.kind == "law", f.years[0] if f.years else "") for f in catalog
    }
    for ident, extra in data["extra_families"].items():
        families[ident] = FamilyFacts(ident, extra["name"], extra["domain"], extra["kind"] == "law", "")
    numbers: dict[str, str] = {}
    patterns: dict[str, Name] = {}
    for family in catalog:
        if family.bare_number is not None:
            numbers[family.bare_number.value.split("-")[0]] = family.id
        for spoken in family.spoken:
            for form in {fold(spoken), fold(spoken).replace("-", " "), fold(spoken).replace(" ", "-")}:
                patterns.setdefault(form, Name(family.id, "spoken"))
    primary = tuple(numbers)
    for ident, siblings in data["siblings"].items():
        for number in siblings:
            numbers.setdefault(str(number), ident)
    _add_names(patterns, data)
    for number in numbers:
        patterns.setdefault(number, Name(numbers[number], "number"))
    for anchor in ("iso", "iec", "lso", "ios", "is0", "iatf"):
        patterns.setdefault(anchor, Name("", "anchor"))
    real = frozenset(str(n) for n in data["real_numbers"])
    return Lexicon(
        families, numbers, primary, real, real | frozenset(numbers), tuple(patterns.values()), tuple(patterns), AhoCorasick(list(patterns)), read_data("relations.yaml"),
        {f.id: f.relation_to_42001 for f in catalog},
        {ident: tuple(years) for ident, years in data["earlier_editions"].items()},
    )  # fmt: skip


def _add_names(patterns: dict[str, Name], data: dict[str, Any]) -> None:
    ambiguous = set(data["ambiguous"])
    for ident, entry in data["names"].items():
        for phrase in entry.get("phrases", ()):
            patterns[fold(phrase)] = Name(ident, "name")
        for exact in entry.get("exact", ()):
            patterns[fold(exact)] = Name(ident, "name", exact, exact in ambiguous)
    for ident, entry in data["systems"].items():
        for phrase in entry["phrases"]:
            folded = fold(phrase)
            for form in {folded, folded.replace("-", " "), folded + "s", folded + "e", folded + "en"}:
                patterns.setdefault(form, Name(ident, "system"))
            if folded.startswith(("sistema ", "système ")):
                patterns.setdefault(re.sub(r"^(sistema|système) ", r"\1s ", folded), Name(ident, "system"))
        for acronym in entry["acronyms"]:
            patterns.setdefault(fold(acronym), Name(ident, "acronym", acronym, acronym in ambiguous))


@cache
def relation(standard: str, family: str, companions: frozenset[str]) -> Relation:
    """Return how `family` stands to a programme of `standard` with these approved companions.

    own: the standard itself. companion: approved. set: guidance, parts and audit methods that go with it; neither is
    ever a defect. kin: another rule
    about AI. adjacent: may be cited, a defect once it takes over. foreign: everything else.
    """
    lex = lexicon()
    rules = lex.relations
    if family == standard:
        return "own"
    if family in companions:
        return "companion"
    if family in rules["companions"].get(standard, ()):
        return "set"
    is_ai = standard in rules["ai_families"]
    if family in rules["ai_guidance"] and is_ai:
        return "set"
    if family in rules["ai_families"] and is_ai:
        return "kin"
    if family in rules["audit_method"] and standard.startswith("iso"):
        return "set"
    if family in rules["adjacent"].get(standard, ()) or family in rules["risk_method"]:
        return "adjacent"
    if is_ai and lex.relation_to_42001.get(family) in ("adjacent", "companion"):
        return "adjacent"
    return "foreign"
