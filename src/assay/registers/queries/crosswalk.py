"""How far what is shown here answers another standard or law: by live evidence, one step, never by chains. Pure over a `Tally`.

An item elsewhere is *answered* only where an item of ISO/IEC 42001 that equals or contains it is shown by evidence as a
whole, and the judgement is not a weak one. Everything else that meets something shown merely *overlaps*: part of it may be
reusable, none of it counts as met. What nothing corresponds to is a gap of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from assay.catalog import load_catalog
from assay.catalog.catalog import Catalog
from assay.catalog.records import Framework, Item
from assay.registers.queries.tally import Stand, Tally, control_stands, stands

STANDS = {
    "answered": "answered by evidence",
    "overlap": "overlaps with what is shown",
    "open": "linked, nothing shown",
    "none": "nothing corresponds",
}
RELATIONS = {
    "equal": "asks for the same as",
    "superset": "contains",
    "subset": "lies inside",
    "intersects": "overlaps with",
    "no-relationship": "has nothing in common with",
}
UNCOUNTED = ("theme", "function", "category", "rule")


@dataclass(frozen=True)
class Source:
    """An item of ISO/IEC 42001 with how far it is shown: `shown` of `whole` obligations, or the control itself.
    `excluded`: the Statement of Applicability leaves the control out."""

    item: Item
    shown: int
    whole: int
    excluded: bool

    @property
    def state(self) -> str:
        if self.excluded:
            return "excluded"
        if self.whole and self.shown == self.whole:
            return "shown"
        return "partly shown" if self.shown else "not shown"


@dataclass(frozen=True)
class Bridge:
    """One judgement of the crosswalk that leads here, read from the item of ISO/IEC 42001."""

    source: Source
    relation: str
    confidence: str
    note: str
    published: str

    @property
    def words(self) -> str:
        return RELATIONS[self.relation]


@dataclass(frozen=True)
class TargetRow:
    """One item of another framework, how it stands (a key of STANDS), and why."""

    item: Item
    stand: str
    bridges: tuple[Bridge, ...]

    @property
    def words(self) -> str:
        return STANDS[self.stand]


@dataclass(frozen=True)
class FrameworkStand:
    """A framework with counts by STANDS over its items that can be answered."""

    framework: Framework
    counts: Mapping[str, int]
    total: int

    @property
    def share(self) -> Fraction:
        return Fraction(self.counts["answered"], self.total) if self.total else Fraction(0)


def sources(found: Tally) -> Mapping[str, Source]:
    """Every clause and control of ISO/IEC 42001 by id, with how far it is shown now."""
    catalog = load_catalog()
    by_number: dict[str, Stand] = {each.number: each for each in (*stands(found), *control_stands(found))}
    told = {}
    for item in catalog.items_of("iso42001", "clause", "control"):
        if item.kind == "control":
            own: Sequence[Stand] = (by_number[item.number],)
        else:
            own = [by_number[duty.number] for duty in catalog.obligations_of(item.id)]
        met = sum(1 for each in own if each.gap == "met")
        told[item.id] = Source(item, met, len(own), item.number in found.excluded)
    return told


def frameworks_of(catalog: Catalog) -> tuple[Framework, ...]:
    """The frameworks that the crosswalk leads to."""
    there = {entry.framework for entry in catalog.crosswalk}
    return tuple(each for each in catalog.frameworks if each.id in there)


def answerable(catalog: Catalog, framework: str) -> tuple[Item, ...]:
    """The items of a framework that ask for something: those without parts, headings left out."""
    items = catalog.items_of(framework)
    parents = {each.parent for each in items}
    return tuple(each for each in items if each.id not in parents and each.kind not in UNCOUNTED)


def target_rows(found: Tally, framework: str, known: Mapping[str, Source] | None = None) -> tuple[TargetRow, ...]:
    """The items of one framework with how they stand. Raises NotFound."""
    catalog = load_catalog()
    catalog.framework(framework)
    known = known if known is not None else sources(found)
    rows = []
    for item in answerable(catalog, framework):
        bridges = tuple(
            Bridge(
                known[link.entry.source],
                link.entry.relation,
                link.entry.confidence,
                link.entry.note,
                link.entry.published,
            )
            for link in catalog.crosswalk_of(item.id)
            if not link.outward and link.entry.source in known
        )
        rows.append(TargetRow(item, stand_of(bridges), bridges))
    return tuple(rows)


def stand_of(bridges: Sequence[Bridge]) -> str:
    """The key of STANDS that follows from the bridges."""
    if not bridges:
        return "none"
    for each in bridges:
        if each.relation in ("equal", "superset") and each.confidence != "low" and each.source.state == "shown":
            return "answered"
    return "overlap" if any(each.source.state in ("shown", "partly shown") for each in bridges) else "open"


def framework_stands(found: Tally, told: Mapping[str, Sequence[str]]) -> tuple[FrameworkStand, ...]:
    """All frameworks of the crosswalk, the most answered first. `told` gives the stands of frameworks, by id, that are judged
    by more than the crosswalk."""
    known = sources(found)
    rows = []
    for framework in frameworks_of(load_catalog()):
        stood = told.get(framework.id) or [row.stand for row in target_rows(found, framework.id, known)]
        counts = Counter(stood)
        rows.append(FrameworkStand(framework, {key: counts[key] for key in STANDS}, sum(counts.values())))
    return tuple(sorted(rows, key=lambda each: (-each.share, each.framework.name)))
