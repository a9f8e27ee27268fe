"""Standards families as data: names, patterns and vocabulary by which a text gives away which standard it speaks of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType

from assay.catalog.reading import Entry, build, read_yaml
from assay.core.errors import NotFound

DATA = Path(__file__).parent / "data"
FILE = "standards_families.yaml"
RELATIONS = ("native", "companion", "adjacent", "foreign")
KINDS = (
    "mss_requirements", "conformity_requirements", "guidance", "vocabulary", "process_standard", "draft_standard",
    "framework", "controls", "certification_program", "attestation", "industry_standard", "law",
)  # fmt: skip


@dataclass(frozen=True)
class BareNumber:
    """The number alone, such as 9001; `needs_context` says that it counts only near a word of standards or audits."""

    value: str
    needs_context: bool


@dataclass(frozen=True)
class Family:
    """A standard, law or framework with its parts and editions.

    `patterns` are regular expressions (case-sensitive unless they say otherwise), `vocabulary` lower-case terms that
    the family owns, `relation_to_42001` one of native, companion, adjacent, foreign.
    """

    id: str
    name: str
    domain: str
    kind: str
    relation_to_42001: str
    harmonized_structure: bool
    edition: str
    aliases: tuple[str, ...]
    patterns: tuple[str, ...]
    vocabulary: tuple[str, ...]
    spoken: tuple[str, ...] = ()
    bare_number: BareNumber | None = None
    confusable_with: tuple[str, ...] = ()
    unverified: bool = False

    @property
    def years(self) -> tuple[str, ...]:
        """Years of the edition in force as the data name them: ("2022", "2024") for 2022 with Amd 1:2024."""
        return tuple(re.findall(r"\b(?:19|20)\d\d\b", self.edition))


@dataclass(frozen=True)
class SharedTerm:
    """A term that several families own together; each owner weighs 1 / len(families)."""

    term: str
    families: tuple[str, ...]


@dataclass(frozen=True)
class LegitTerm:
    """A term that sounds foreign and belongs to ISO/IEC 42001 all the same, and why."""

    term: str
    why: str


@dataclass(frozen=True)
class FamiliesMeta:
    """Rules that go with the families: prefixes of national adoptions, suffixes, and two reading rules in words."""

    id: str
    count: int
    relation_values: Mapping[str, str]
    prefixes: tuple[str, ...]
    suffixes: tuple[str, ...]
    short_term_rule: str
    bare_number_rule: str


@dataclass(frozen=True)
class Families:
    """All families and the terms they share; `by_id` finds one."""

    meta: FamiliesMeta
    hs_shared_terms: tuple[str, ...]
    shared_terms: tuple[SharedTerm, ...]
    legit_in_42001: tuple[LegitTerm, ...]
    families: tuple[Family, ...]
    index: Mapping[str, Family] = field(default_factory=dict)

    def by_id(self, family: str) -> Family:
        """Return the family. Raises NotFound for an id that no family has."""
        if family not in self.index:
            raise NotFound("family", family)
        return self.index[family]


def load_families(path: Path | None = None) -> Families:
    """Return the packaged families (read once), or those of the file at `path`, checked.

    Raises InvalidInput naming file, line and reason. That the patterns of the packaged file compile is left to the tests:
    they are hundreds, and each program would compile them to throw them away.
    """
    return _packaged() if path is None else _load(path)


@cache
def _packaged() -> Families:
    return _load(DATA / FILE, patterns=False)


def _load(path: Path, *, patterns: bool = True) -> Families:
    root = read_yaml(path)
    loaded = build(Families, root, index={})
    _check(root, loaded)
    if patterns:
        for family, entry in zip(loaded.families, root.entries("families"), strict=True):
            _check_patterns(family, entry)
    index = MappingProxyType({family.id: family for family in loaded.families})
    return Families(
        loaded.meta, loaded.hs_shared_terms, loaded.shared_terms, loaded.legit_in_42001, loaded.families, index
    )


def _check(root: Entry, loaded: Families) -> None:
    entries = list(root.entries("families"))
    if loaded.meta.count != len(entries):
        root.refuse(f"meta.count says {loaded.meta.count}, the file has {len(entries)} families")
    ids: set[str] = set()
    for family, entry in zip(loaded.families, entries, strict=True):
        if family.id in ids:
            entry.refuse(f"the family '{family.id}' stands here twice")
        ids.add(family.id)
        _check_family(family, entry)
    for family, entry in zip(loaded.families, entries, strict=True):
        for other in family.confusable_with:
            if other not in ids:
                entry.refuse(f"'confusable_with' names the family '{other}', which does not exist", "confusable_with")
    for shared, entry in zip(loaded.shared_terms, root.entries("shared_terms"), strict=True):
        unknown = [name for name in shared.families if name not in ids]
        if unknown or len(shared.families) < 2:
            entry.refuse(
                f"'families' must name two or more known families (unknown: {', '.join(unknown) or 'none'})", "families"
            )


def _check_family(family: Family, entry: Entry) -> None:
    if family.relation_to_42001 not in RELATIONS:
        entry.refuse(
            f"'relation_to_42001' is '{family.relation_to_42001}', must be one of {', '.join(RELATIONS)}",
            "relation_to_42001",
        )
    if family.kind not in KINDS:
        entry.refuse(f"'kind' is '{family.kind}', must be one of {', '.join(KINDS)}", "kind")
    if not family.patterns or not family.vocabulary:
        entry.refuse(f"the family '{family.id}' has no patterns or no vocabulary")
    for term in family.vocabulary:
        if term != term.lower():
            entry.refuse(f"the vocabulary term '{term}' must be lower case", "vocabulary")


def _check_patterns(family: Family, entry: Entry) -> None:
    for pattern in family.patterns:
        try:
            re.compile(pattern)
        except re.error as error:
            entry.refuse(f"the pattern {pattern[:60]!r} does not compile ({error})", "patterns")
