"""The catalog in memory and the look-ups over it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType

from assay.catalog.ai_act import AIAct, Duty
from assay.catalog.families import Families, Family, LegitTerm, SharedTerm
from assay.catalog.records import (
    Activity,
    AIRole,
    Clause,
    Control,
    CrosswalkEntry,
    DocumentedInformation,
    Domain,
    Framework,
    ImpactAssessment,
    Item,
    Lifecycle,
    Named,
    Obligation,
)
from assay.core.errors import NotFound

Record = Clause | Obligation | Control | Domain | DocumentedInformation | Duty | Item


@dataclass(frozen=True)
class Link:
    """A crosswalk entry seen from one of its ends: `here` is that end, `there` the other (None: nothing corresponds).

    `relation` is read from `here`; `outward` says whether `here` is the entry's source.
    """

    entry: CrosswalkEntry
    here: str
    there: str | None
    relation: str
    outward: bool


_TURNED = {"subset": "superset", "superset": "subset"}


@dataclass(frozen=True)
class Catalog:
    """Everything the data files say, with every reference resolved."""

    frameworks: tuple[Framework, ...]
    clauses: tuple[Clause, ...]
    obligations: tuple[Obligation, ...]
    domains: tuple[Domain, ...]
    controls: tuple[Control, ...]
    documented_information: tuple[DocumentedInformation, ...]
    lifecycle_phases: tuple[Named, ...]
    ai_roles: tuple[AIRole, ...]
    owner_roles: tuple[Named, ...]
    crosswalk: tuple[CrosswalkEntry, ...]
    items: tuple[Item, ...]
    eu_ai_act: AIAct
    lifecycle: Lifecycle
    impact_assessment: ImpactAssessment
    family_set: Families
    _records: Mapping[str, Record] = field(init=False, repr=False, compare=False)
    _items: Mapping[str, Item] = field(init=False, repr=False, compare=False)
    _links: Mapping[str, tuple[Link, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        items = {item.id: item for item in self.items}
        records: dict[str, Record] = dict(items)
        for group in (
            self.clauses, self.obligations, self.domains, self.controls, self.documented_information,
            self.eu_ai_act.obligations,
        ):  # fmt: skip
            records.update({record.id: record for record in group})
        links: dict[str, list[Link]] = {}
        for entry in self.crosswalk:
            links.setdefault(entry.source, []).append(Link(entry, entry.source, entry.target, entry.relation, True))
            if entry.target is not None:
                turned = _TURNED.get(entry.relation, entry.relation)
                links.setdefault(entry.target, []).append(Link(entry, entry.target, entry.source, turned, False))
        object.__setattr__(self, "_items", MappingProxyType(items))
        object.__setattr__(self, "_records", MappingProxyType(records))
        object.__setattr__(self, "_links", MappingProxyType({key: tuple(found) for key, found in links.items()}))

    @property
    def families(self) -> tuple[Family, ...]:
        return self.family_set.families

    @property
    def hs_shared_terms(self) -> tuple[str, ...]:
        return self.family_set.hs_shared_terms

    @property
    def shared_terms(self) -> tuple[SharedTerm, ...]:
        return self.family_set.shared_terms

    @property
    def legit_in_42001(self) -> tuple[LegitTerm, ...]:
        return self.family_set.legit_in_42001

    def by_id(self, ident: str) -> Record:
        """Return the clause, obligation, control, domain, record or duty of that id, or an item of another framework.

        Raises NotFound.
        """
        if ident not in self._records:
            raise NotFound("catalog item", ident)
        return self._records[ident]

    def item(self, ident: str) -> Item:
        """Return what every numbered thing has in common: title, kind, parent. Raises NotFound."""
        if ident not in self._items:
            raise NotFound("catalog item", ident)
        return self._items[ident]

    def items_of(self, framework: str, *kinds: str) -> tuple[Item, ...]:
        """Return the items of a framework in the order of its file, of the given kinds or of all."""
        return tuple(item for item in self.items if item.framework == framework and (not kinds or item.kind in kinds))

    def framework(self, ident: str) -> Framework:
        """Return the framework. Raises NotFound."""
        for framework in self.frameworks:
            if framework.id == ident:
                return framework
        raise NotFound("framework", ident)

    def clause_tree(self) -> tuple[tuple[Clause, int], ...]:
        """Return the clauses of ISO/IEC 42001 in reading order, each with the number of obligations in and under it."""
        totals = {clause.id: len(clause.obligations) for clause in self.clauses}
        for clause in reversed(self.clauses):
            if clause.parent is not None:
                totals[clause.parent] += totals[clause.id]
        return tuple((clause, totals[clause.id]) for clause in self.clauses)

    def obligations_of(self, clause: str, *, below: bool = True) -> tuple[Obligation, ...]:
        """Return the obligations of a clause, with those of its subclauses unless `below` is false."""
        wanted = clause if ":" in clause else f"iso42001:{clause}"
        prefix = wanted + "."
        return tuple(
            duty for duty in self.obligations if duty.clause == wanted or (below and duty.clause.startswith(prefix))
        )

    def records_of(self, clause: str) -> tuple[DocumentedInformation, ...]:
        """Return the documented information that exactly this clause calls for."""
        return tuple(record for record in self.documented_information if record.clause == clause)

    def crosswalk_of(self, ident: str, framework: str | None = None) -> tuple[Link, ...]:
        """Return the links at an item, from either end, optionally those that lead into one framework only."""
        return tuple(
            link
            for link in self._links.get(ident, ())
            if framework is None
            or (link.entry.framework if link.outward else link.entry.source.split(":")[0]) == framework
        )

    def activities_of(self, number: str) -> tuple[Activity, ...]:
        """Return the life cycle activities that rest on an item of ISO/IEC 42001, given by its number."""
        return tuple(activity for activity in self.lifecycle.activities if number in activity.iso42001)

    def search(self, words: str, *, limit: int = 50) -> tuple[Item, ...]:
        """Return items that have all the words in number, title or sentence; a match of the number comes first.

        Case is ignored; order is otherwise that of the files. An empty query finds nothing.
        """
        parts = [re.escape(part) for part in words.casefold().split()]
        if not parts:
            return ()
        patterns = [re.compile(rf"(?<!\w){part}") for part in parts]
        ranked: list[tuple[int, int, Item]] = []
        for place, item in enumerate(self.items):
            text = f"{item.number} {item.title} {item.say} {item.framework}".casefold()
            if all(pattern.search(text) for pattern in patterns):
                exact = words.strip().casefold() in (item.number.casefold(), item.id)
                in_title = all(pattern.search(item.title.casefold()) for pattern in patterns)
                ranked.append((0 if exact else 1 if in_title else 2, place, item))
        return tuple(item for _, _, item in sorted(ranked, key=lambda row: row[:2])[:limit])

    def counts(self) -> dict[str, int]:
        """Return how many things of each kind the catalog has, by field name."""
        return {
            entry.name: len(value)
            for entry in fields(self)
            if entry.init and isinstance(value := getattr(self, entry.name), tuple)
        } | {"families": len(self.families)}
