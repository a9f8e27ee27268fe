"""Reading of the file of ISO/IEC 42001: clause tree, obligations, Annex A, documented information."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from assay.catalog.reading import Entry, build
from assay.catalog.records import (
    CURRENT,
    AIRole,
    Clause,
    Control,
    DocumentedInformation,
    Domain,
    Group,
    Item,
    Named,
    Obligation,
)

_KEYS = (
    "meta", "lifecycle_phases", "ai_roles", "owner_roles", "clauses", "documented_information", "annex_a", "annex_c",
    "other_annexes",
)  # fmt: skip


@dataclass(frozen=True)
class _Further:
    id: str
    title: str = ""
    name: str = ""
    kind: str = ""
    note: str = ""
    unverified_number: bool = False


@dataclass(frozen=True)
class Standard:
    """All of ISO/IEC 42001 that the file has; `ids` are the ids of every item."""

    clauses: tuple[Clause, ...]
    obligations: tuple[Obligation, ...]
    domains: tuple[Domain, ...]
    controls: tuple[Control, ...]
    documented_information: tuple[DocumentedInformation, ...]
    lifecycle_phases: tuple[Named, ...]
    ai_roles: tuple[AIRole, ...]
    owner_roles: tuple[Named, ...]
    annexes: tuple[Item, ...]
    ids: frozenset[str]

    def items(self) -> Iterator[Item]:
        """Yield every numbered thing once, parents before their children."""
        for clause in self.clauses:
            yield Item(clause.id, CURRENT, clause.number, clause.title, "clause", clause.parent)
        for duty in self.obligations:
            yield Item(duty.id, CURRENT, duty.number, duty.text, "obligation", duty.clause, False, duty.text)
        for domain in self.domains:
            yield Item(domain.id, CURRENT, domain.number, domain.title, "theme", None, False, domain.objective)
            for group in domain.groups:
                ident = f"{CURRENT}:{group.number}"
                yield Item(ident, CURRENT, group.number, group.title, "theme", domain.id, False, group.objective)
        for control in self.controls:
            parent = control.group or control.domain
            yield Item(control.id, CURRENT, control.number, control.title, "control", parent, False, control.text)
        for record in self.documented_information:
            yield Item(record.id, CURRENT, record.number, record.name, "record", record.clause, False, record.what)
        yield from self.annexes


def standard_read(root: Entry) -> Standard:
    """Return the standard. Raises InvalidInput (file, line) for a repeated id, a dangling reference, a wrong count."""
    root.allow(*_KEYS)
    clauses: list[Clause] = []
    obligations: list[Obligation] = []
    seen: dict[str, int] = {}
    for entry in root.entries("clauses"):
        _clause(entry, None, 1, clauses, obligations, seen)
    phases = tuple(build(Named, entry) for entry in root.entries("lifecycle_phases"))
    owners = tuple(build(Named, entry) for entry in root.entries("owner_roles"))
    domains, controls = _annex_a(root.entry("annex_a"), seen, phases, owners)
    records = tuple(_record(entry, seen) for entry in root.entries("documented_information"))
    annexes = tuple(_annexes(root, seen))
    _check_counts(root, clauses, controls, domains)
    return Standard(
        tuple(clauses),
        tuple(obligations),
        domains,
        controls,
        records,
        phases,
        tuple(build(AIRole, entry) for entry in root.entries("ai_roles")),
        owners,
        annexes,
        frozenset(seen),
    )


def _once(entry: Entry, seen: dict[str, int]) -> tuple[str, str]:
    number = entry.text("id")
    ident = f"{CURRENT}:{number}"
    if ident in seen:
        entry.refuse(f"the id '{number}' stands here twice (first on line {seen[ident]})")
    seen[ident] = entry.line()
    return ident, number


def _clause(
    entry: Entry,
    parent: str | None,
    level: int,
    clauses: list[Clause],
    obligations: list[Obligation],
    seen: dict[str, int],
) -> str:
    entry.allow("id", "title", "obligations", "subclauses")
    ident, number = _once(entry, seen)
    if parent is not None and not ident.startswith(parent + "."):
        entry.refuse(f"the clause '{number}' stands under {parent}, whose number it does not begin with")
    own = []
    for duty in entry.entries("obligations") if "obligations" in entry.fields else ():
        duty.allow("id", "text")
        duty_id, duty_number = _once(duty, seen)
        if not duty_number.startswith(f"{number}-"):
            duty.refuse(f"the obligation '{duty_number}' stands under clause {number}")
        own.append(Obligation(duty_id, duty_number, ident, duty.text("text")))
    place = len(clauses)
    obligations += own
    children = tuple(
        _clause(child, ident, level + 1, clauses, obligations, seen)
        for child in (entry.entries("subclauses") if "subclauses" in entry.fields else ())
    )
    clauses.insert(
        place,
        Clause(ident, number, entry.text("title"), level, parent, children, tuple(duty.id for duty in own)),
    )
    return ident


def _annex_a(
    annex: Entry, seen: dict[str, int], phases: tuple[Named, ...], owners: tuple[Named, ...]
) -> tuple[tuple[Domain, ...], tuple[Control, ...]]:
    annex.allow("title", "note", "domains")
    domains, controls = [], []
    for entry in annex.entries("domains"):
        entry.allow("id", "title", "objective", "groups", "controls")
        ident, number = _once(entry, seen)
        groups = tuple(_group(group, seen) for group in (entry.entries("groups") if "groups" in entry.fields else ()))
        own = [_control(item, ident, seen, groups, phases, owners) for item in entry.entries("controls")]
        controls += own
        domains.append(
            Domain(ident, number, entry.text("title"), entry.text("objective"), groups, tuple(c.id for c in own))
        )
    return tuple(domains), tuple(controls)


def _group(entry: Entry, seen: dict[str, int]) -> Group:
    _once(entry, seen)
    return build(Group, entry)


def _control(
    entry: Entry,
    domain: str,
    seen: dict[str, int],
    groups: tuple[Group, ...],
    phases: tuple[Named, ...],
    owners: tuple[Named, ...],
) -> Control:
    ident, number = _once(entry, seen)
    if not ident.startswith(domain + "."):
        entry.refuse(f"the control '{number}' stands under {domain}, whose number it does not begin with")
    group = entry.text("group") if "group" in entry.fields else None
    if group is not None and group not in {known.number for known in groups}:
        entry.refuse(f"'group' is '{group}', which the domain does not have", "group")
    control = build(Control, entry, id=ident, domain=domain)
    if control.group is not None:
        control = build(Control, entry.without("group"), id=ident, domain=domain, group=f"{CURRENT}:{group}")
    for phase in control.lifecycle:
        if phase not in {known.id for known in phases}:
            entry.refuse(f"'lifecycle' names the phase '{phase}', which 'lifecycle_phases' does not list", "lifecycle")
    if control.owner not in {known.id for known in owners}:
        entry.refuse(f"'owner' is '{control.owner}', which 'owner_roles' does not list", "owner")
    return control


def _record(entry: Entry, seen: dict[str, int]) -> DocumentedInformation:
    ident, _number = _once(entry, seen)
    clause = f"{CURRENT}:{entry.text('clause')}"
    if clause not in seen:
        entry.refuse(f"'clause' names '{entry.text('clause')}', which is not a clause of this file", "clause")
    if entry.text("kind") not in ("document", "record"):
        entry.refuse(f"'kind' is '{entry.text('kind')}', must be document or record", "kind")
    return build(DocumentedInformation, entry.without("clause"), id=ident, clause=clause)


def _annexes(root: Entry, seen: dict[str, int]) -> Iterator[Item]:
    annex_c = root.entry("annex_c")
    annex_c.allow("title", "objectives", "risk_sources")
    for key, kind in (("objectives", "objective"), ("risk_sources", "risk-source")):
        for entry in annex_c.entries(key):
            ident, number = _once(entry, seen)
            further = build(_Further, entry)
            yield Item(ident, CURRENT, number, further.name, kind, None, further.unverified_number)
    for entry in root.entries("other_annexes"):
        ident, number = _once(entry, seen)
        further = build(_Further, entry)
        yield Item(ident, CURRENT, number, further.title, "annex", None, False, further.note)


def _check_counts(
    root: Entry, clauses: list[Clause], controls: tuple[Control, ...], domains: tuple[Domain, ...]
) -> None:
    meta = root.entry("meta")
    counts = meta.entry("counts")
    found = {
        "clauses": sum(1 for clause in clauses if clause.level == 1),
        "controls": len(controls),
        "domains": len(domains),
    }
    for key, number in found.items():
        said = counts.node_of(key).value
        if said != str(number):
            counts.refuse(f"meta.counts.{key} says {said}, the file has {number}")
