"""The Statement of Applicability as a page and as a document; and what two versions of it differ in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from assay.accounts.access import Actor
from assay.accounts.models import Person
from assay.catalog import load_catalog
from assay.core.errors import NotFound
from assay.registers.models import Record
from assay.registers.queries.records import people_of, targets_of
from assay.registers.queries.standing import Held, Holding
from assay.registers.registry import register_of
from assay.registers.values import shown

STATEMENT_FIELDS = (
    "applies",
    "justification",
    "reasons",
    "implementation",
    "description",
    "legal_basis",
    "due_on",
    "risks",
    "impacts",
    "objectives",
)


@dataclass(frozen=True)
class SoaRow:
    """One control: its decision and everything beside it, ready to read. `id` is empty where the row was not made yet."""

    control: str
    title: str
    domain: str
    id: str
    version: int
    decision: str
    justification: str
    reasons: str
    implementation: str
    description: str
    legal_basis: str
    due_on: str
    links: tuple[tuple[str, str], ...]
    owner: str


@dataclass(frozen=True)
class Statement:
    """A whole statement with where it comes from."""

    organization: str
    title: str
    note: str
    digest: str
    signed: str
    rows: tuple[SoaRow, ...]


def soa_rows(actor: Actor, held: Held) -> tuple[SoaRow, ...]:
    """The 38 rows as they are now, in the order of Annex A."""
    rows: Sequence[Holding] = held.by_register.get("soa", ())
    return _rows(actor, [(row.data, str(row.id), row.version, str(row.owner or "")) for row in rows])


def issued_rows(actor: Actor, record: Record) -> tuple[SoaRow, ...]:
    """The rows of an issued version as they were frozen."""
    return _rows(actor, [(each, "", 0, "") for each in record.data.get("rows") or ()])


def soa_next(held: Held, control: str) -> str:
    """The next control without a decision, after this one and then from the start; empty if there is none."""
    order = {each.number: place for place, each in enumerate(load_catalog().controls)}
    here = order.get(control, -1)
    rows = held.by_register.get("soa", ())
    left = [
        str(row.data.get("control")) for row in rows if row.state == "undecided" and row.data.get("control") in order
    ]
    left = [each for each in left if each != control]
    return min(left, key=lambda each: (order[each] <= here, order[each]), default="")


def soa_suggestion(held: Held, control: str) -> str:
    """A justification from the records that name a control, in their own words; empty where none does."""
    key = f"control:{control}"
    found = [
        f"{register_of(slug).name} {row.number} ({row.title})"
        for slug in ("risks", "treatments", "impacts")
        for row in held.by_register.get(slug, ())
        if key in row.data.get("controls", ()) and row.state not in register_of(slug).closed
    ]
    found += [
        f"{row.title} ({row.data.get('legal_basis') or 'its requirement'})"
        for row in held.by_register.get("interested-parties", ())
        if key in row.data.get("controls", ()) and row.data.get("binding") in ("legal", "contract")
    ]
    title = next((each.title for each in load_catalog().controls if each.number == control), "")
    return f"{title}: needed by {'; '.join(found)}." if found else ""


def _rows(actor: Actor, found: Sequence[tuple[Mapping[str, Any], str, int, str]]) -> tuple[SoaRow, ...]:
    catalog = load_catalog()
    domains = {each.id: each.title for each in catalog.domains}
    fields = {each.key: each for each in register_of("soa").fields}
    people = people_of(actor)
    keys = {key for data, *_rest in found for name in ("risks", "impacts", "objectives") for key in data.get(name, ())}
    targets = targets_of(actor, keys) if keys else {}
    by_control = {str(data.get("control")): (data, pk, version, owner) for data, pk, version, owner in found}
    rows = []
    for control in catalog.controls:
        data, pk, version, owner = by_control.get(control.number, ({}, "", 0, ""))

        def words(key: str, data: Mapping[str, Any] = data) -> str:
            return shown(fields[key], data.get(key), people=people, targets=targets)

        rows.append(
            SoaRow(
                control=control.number, title=control.title, domain=domains.get(control.domain, ""), id=pk, version=version,
                decision=str(data.get("applies", "")), justification=words("justification"), reasons=words("reasons"),
                implementation=words("implementation"), description=words("description"), legal_basis=words("legal_basis"),
                due_on=words("due_on"), owner=people.get(owner, ""),
                links=tuple((key, targets.get(key, "gone")) for name in ("risks", "impacts", "objectives") for key in data.get(name, ())),
            )
        )  # fmt: skip
    return tuple(rows)


def access_statement(*, actor: Actor, record_id: str) -> Record:
    """An issued version of the organization. Raises NotFound."""
    actor.require("read")
    row = Record.objects.filter(organization=actor.organization, register="statements", pk=record_id).first()
    if row is None:
        raise NotFound("statement", record_id)
    return row


def statement_list(actor: Actor) -> tuple[Record, ...]:
    """The issued versions, newest first."""
    rows = Record.objects.filter(organization=actor.organization, register="statements", retired_at=None)
    return tuple(rows.select_related("owner").prefetch_related("approvals__by").order_by("-number"))


def statement_now(actor: Actor, held: Held, *, today: date) -> Statement:
    """The statement in force: the newest signed version; without one, the decisions as they stand, marked as a draft."""
    signed = next((each for each in statement_list(actor) if each.state == "approved"), None)
    if signed is not None:
        return statement_of(actor, signed)
    note = f"Draft of {today.isoformat()}: not issued and not signed."
    return Statement(actor.organization.name, "Statement of Applicability", note, "", "", soa_rows(actor, held))


def statement_of(actor: Actor, record: Record) -> Statement:
    """One issued version."""
    approval = record.approvals.select_related("by").order_by("-at").first()
    by: Person | None = approval.by if approval is not None else None
    signed = f"Signed by {by.name} on {approval.at:%d %B %Y}" if approval is not None and by is not None else ""
    note = f"{register_of('statements').state(record.state).title}. {record.data.get('note', '')}".strip()
    return Statement(
        actor.organization.name,
        record.title,
        note,
        str(record.data.get("rows_digest", "")),
        signed,
        issued_rows(actor, record),
    )


@dataclass(frozen=True)
class Difference:
    """What differs in one control between two versions: (label, before, after)."""

    control: str
    title: str
    changes: tuple[tuple[str, str, str], ...]


def compare(before: Sequence[SoaRow], after: Sequence[SoaRow]) -> tuple[Difference, ...]:
    """The controls that differ."""
    found = []
    old = {row.control: row for row in before}
    for row in after:
        then = old[row.control]
        pairs = (
            ("Decision", then.decision, row.decision), ("Justification", then.justification, row.justification),
            ("Needed because of", then.reasons, row.reasons), ("Implementation", then.implementation, row.implementation),
            ("Description", then.description, row.description), ("Law or contract", then.legal_basis, row.legal_basis),
            ("Links", ", ".join(words for _key, words in then.links), ", ".join(words for _key, words in row.links)),
        )  # fmt: skip
        changes = tuple(each for each in pairs if each[1] != each[2])
        if changes:
            found.append(Difference(row.control, row.title, changes))
    return tuple(found)
