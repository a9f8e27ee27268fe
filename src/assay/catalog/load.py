"""Loading of the catalog: every file is read against its dataclasses, then every reference between them is resolved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from assay.catalog.ai_act import AIAct
from assay.catalog.catalog import Catalog
from assay.catalog.families import DATA, load_families
from assay.catalog.families import FILE as FAMILIES_FILE
from assay.catalog.iso42001 import Standard, standard_read
from assay.catalog.reading import Entry, build, read_yaml
from assay.catalog.records import (
    CONFIDENCES,
    CURRENT,
    RELATIONS,
    CrosswalkEntry,
    Framework,
    ImpactAssessment,
    Item,
    Lifecycle,
)

# Lists of each further framework: key in the file, kind of item, framework id (editions apart).
_LISTS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "iso27001.yaml": (("clauses", "clause", ""), ("annex_a_themes", "theme", ""), ("controls", "control", "")),
    "iso27701.yaml": (
        ("clauses", "clause", ""),
        ("annex_a_tables", "theme", ""),
        ("annex_a_groups", "theme", ""),
        ("controls", "control", ""),
    ),
    "iso9001.yaml": (("clauses", "clause", ""),),
    "iso14001.yaml": (("clauses_2026", "clause", ""), ("clauses_2015", "clause", "iso14001@2015")),
    "nist_ai_rmf.yaml": (
        ("functions", "function", ""),
        ("categories", "category", ""),
        ("subcategories", "subcategory", ""),
    ),
    "iso42005.yaml": (("clauses", "clause", ""), ("annexes", "annex", "")),
}
_IMPACT_KEYS = (
    "when_to_assess", "steps", "roles", "thresholds", "affected_parties", "dimensions", "documentation_fields",
    "reuse_with",
)  # fmt: skip
_META_KEYS = (
    "id", "name", "title", "publisher", "edition", "amendment", "current_edition", "previous_edition", "next_edition",
    "replaces", "wording", "short_titles", "counts", "relates_to", "unverified", "unverified_fields", "unverified_why",
    "based_on", "cell_fields", "record_link", "amended_by", "status_checked", "coverage_scale",
    "presumption_of_conformity", "obligation_ids",
)  # fmt: skip


@dataclass(frozen=True)
class _PlainItem:
    id: str
    title: str
    say: str = ""
    id_2019: str = ""
    unverified: bool = False


def load_catalog(path: Path | None = None) -> Catalog:
    """Return the packaged catalog (read once), or the one in the folder `path`, checked in every reference.

    Raises InvalidInput naming file, line and reason.
    """
    return _packaged() if path is None else _load(path)


@cache
def _packaged() -> Catalog:
    return _load(DATA)


def _load(folder: Path) -> Catalog:
    families = load_families(None if folder == DATA else folder / FAMILIES_FILE)
    standard, standard_framework = _standard(folder)
    act, act_framework = _ai_act(folder)
    lifecycle, lifecycle_framework = _lifecycle(folder, standard)
    frameworks = [standard_framework, act_framework, lifecycle_framework]
    items: dict[str, Item] = {}
    _add(items, standard.items(), folder / "iso42001.yaml")
    _add(items, _act_items(act), folder / "eu_ai_act.yaml")
    for file, lists in _LISTS.items():
        root = read_yaml(folder / file)
        frameworks += _frameworks(root, file, lists)
        _read_lists(root, lists, items)
    impact = _impact(folder)
    crosswalk = _crosswalk(folder, items)
    return Catalog(
        frameworks=tuple(frameworks),
        clauses=standard.clauses,
        obligations=standard.obligations,
        domains=standard.domains,
        controls=standard.controls,
        documented_information=standard.documented_information,
        lifecycle_phases=standard.lifecycle_phases,
        ai_roles=standard.ai_roles,
        owner_roles=standard.owner_roles,
        crosswalk=crosswalk,
        items=tuple(items.values()),
        eu_ai_act=act,
        lifecycle=lifecycle,
        impact_assessment=impact,
        family_set=families,
    )


def _standard(folder: Path) -> tuple[Standard, Framework]:
    root = read_yaml(folder / "iso42001.yaml")
    return standard_read(root), _framework(root, "iso42001.yaml")


def _framework(root: Entry, file: str, edition_of: str = "") -> Framework:
    meta = root.entry("meta")
    meta.allow(*_META_KEYS)
    edition = edition_of or next(
        (meta.text(key) for key in ("edition", "current_edition", "amended_by", "amendment") if key in meta.fields), ""
    )
    unverified = "unverified" in meta.fields
    note = ""
    if unverified and "unverified_why" in meta.fields:
        note = meta.text("unverified_why")
    elif unverified and "unverified_fields" in meta.fields:
        note = ", ".join(str(node.value) for node in meta.node_of("unverified_fields").value)
    title = meta.text("title") if "title" in meta.fields else meta.text("name")
    return Framework(meta.text("id"), meta.text("name"), title, edition, file, unverified, note)


def _frameworks(root: Entry, file: str, lists: Iterable[tuple[str, str, str]]) -> list[Framework]:
    first = _framework(root, file)
    found = [first]
    for _key, _kind, other in lists:
        if other:
            edition = root.entry("meta").text("previous_edition")
            found.append(Framework(other, first.name, first.title, edition, file, first.unverified, first.note))
    return found


def _read_lists(root: Entry, lists: tuple[tuple[str, str, str], ...], items: dict[str, Item]) -> None:
    framework = root.entry("meta").text("id")
    extra = _IMPACT_KEYS if framework == "iso42005" else ()
    root.allow("meta", *extra, *(key for key, _, _ in lists))
    for key, kind, other in lists:
        owner = other or framework
        for entry in root.entries(key):
            plain = build(_PlainItem, entry)
            ident = f"{owner}:{plain.id}"
            if ident in items:
                entry.refuse(f"the id '{plain.id}' stands in {owner} twice")
            items[ident] = Item(
                ident, owner, plain.id, plain.title, kind, _parent(ident, items), plain.unverified, plain.say
            )


def _parent(ident: str, items: dict[str, Item]) -> str | None:
    """Return the id of the nearest item above, by dropping the last number: A.5.1 -> A.5, MAP 1.1 -> MAP 1 -> MAP."""
    shorter = ident
    while True:
        cut = max(shorter.rfind("."), shorter.rfind(" "))
        if cut <= shorter.find(":"):
            return None
        shorter = shorter[:cut]
        if shorter in items:
            return shorter


def _add(items: dict[str, Item], more: Iterable[Item], path: Path) -> None:
    for item in more:
        if item.id in items:
            read_yaml(path).refuse(f"the id '{item.id}' stands here twice")
        items[item.id] = item


def _ai_act(folder: Path) -> tuple[AIAct, Framework]:
    root = read_yaml(folder / "eu_ai_act.yaml")
    act = build(AIAct, root)
    numbers = {duty.number for duty in act.obligations}
    for duty, entry in zip(act.obligations, root.entries("obligations"), strict=True):
        if duty.coverage not in act.meta.coverage_scale:
            entry.refuse(
                f"'coverage' is '{duty.coverage}', must be one of {', '.join(act.meta.coverage_scale)}", "coverage"
            )
        unknown = [role for role in duty.who if role not in act.roles]
        if unknown:
            entry.refuse(f"'who' names the role '{unknown[0]}', which 'roles' does not list", "who")
    for gap, entry in zip(act.known_gaps, root.entries("known_gaps"), strict=True):
        for number in gap.obligations:
            if number not in numbers:
                entry.refuse(f"'obligations' names '{number}', which is not a duty of this file", "obligations")
    return act, _framework(root, "eu_ai_act.yaml")


def _act_items(act: AIAct) -> Iterable[Item]:
    for duty in act.obligations:
        yield Item(duty.id, "eu_ai_act", duty.number, duty.title, "duty", None, duty.unverified, duty.line)
        for point in duty.points:
            yield Item(
                f"eu_ai_act:{point.number}", "eu_ai_act", point.number, point.line, "duty", duty.id, False, point.line
            )
    for rule in act.related_rules:
        yield Item(rule.id, "eu_ai_act", rule.number, rule.title, "rule", None, False, rule.line)


def _lifecycle(folder: Path, standard: Standard) -> tuple[Lifecycle, Framework]:
    file = "iso23894_lifecycle.yaml"
    root = read_yaml(folder / file)
    root.allow("meta", "phases", "activities", "risk_sources")
    framework = _framework(root, file)
    lifecycle = build(Lifecycle, root.without("meta"))
    phases = {phase.id for phase in lifecycle.phases}
    records = {record.number for record in standard.documented_information}
    for activity, entry in zip(lifecycle.activities, root.entries("activities"), strict=True):
        if set(activity.cells) != phases:
            entry.refuse(
                f"'cells' must have one cell per phase (differing: {sorted(set(activity.cells) ^ phases)})", "cells"
            )
        for phase, cell in activity.cells.items():
            if cell.di not in records:
                entry.entry("cells").entry(phase).refuse(
                    f"'di' names '{cell.di}', which is not in documented_information of iso42001.yaml",
                    "di",
                )
        for number in activity.iso42001:
            if f"{CURRENT}:{number}" not in standard.ids:
                entry.refuse(f"'iso42001' names '{number}', which is not an item of ISO/IEC 42001", "iso42001")
    for source, entry in zip(lifecycle.risk_sources, root.entries("risk_sources"), strict=True):
        if not phases.issuperset(source.phases):
            entry.refuse(
                f"'phases' names a phase that does not exist: {sorted(set(source.phases) - phases)[0]}", "phases"
            )
    return lifecycle, framework


def _impact(folder: Path) -> ImpactAssessment:
    root = read_yaml(folder / "iso42005.yaml")
    return build(ImpactAssessment, root.without("meta", "clauses", "annexes"))


def _crosswalk(folder: Path, items: dict[str, Item]) -> tuple[CrosswalkEntry, ...]:
    root = read_yaml(folder / "crosswalk.yaml")
    root.allow("meta", "mappings")
    seen: set[str] = set()
    found = []
    for entry in root.entries("mappings"):
        mapping = build(CrosswalkEntry, entry)
        if mapping.id in seen:
            entry.refuse(f"the id '{mapping.id}' stands here twice")
        seen.add(mapping.id)
        if mapping.relation not in RELATIONS:
            entry.refuse(f"'relation' is '{mapping.relation}', must be one of {', '.join(RELATIONS)}", "relation")
        if mapping.confidence not in CONFIDENCES:
            entry.refuse(
                f"'confidence' is '{mapping.confidence}', must be one of {', '.join(CONFIDENCES)}", "confidence"
            )
        if mapping.source not in items:
            entry.refuse(f"'source' names '{mapping.source}', which no framework of the catalog has", "source")
        if (mapping.target is None) != (mapping.relation == "no-relationship"):
            entry.refuse("'target' is null exactly where 'relation' is no-relationship", "target")
        if mapping.target is not None and (
            mapping.target not in items or items[mapping.target].framework != mapping.framework
        ):
            entry.refuse(
                f"'target' names '{mapping.target}', which {mapping.framework} of the catalog does not have", "target"
            )
        found.append(mapping)
    return tuple(found)
