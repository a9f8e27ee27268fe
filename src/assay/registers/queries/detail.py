"""One record with everything around it: fields as they read, links both ways, history, discussion, evidence, proof."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from assay.accounts.access import Actor
from assay.registers.declaration import STRENGTHS, Field, Register, State
from assay.registers.models import Approval, Comment, Evidence, Record, RecordLink, RecordVersion
from assay.registers.queries.approvals import approval_stands
from assay.registers.queries.records import people_of, targets_of
from assay.registers.registry import register_of
from assay.registers.values import missing, shown


@dataclass(frozen=True)
class Shown:
    """One field with its value: `text` for most, `items` (words, address key) for links, `rows` of cells for tables."""

    field: Field
    text: str
    items: tuple[tuple[str, str], ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Change:
    """One version: what kind, and the fields that differ from the version before, as (label, before, after)."""

    version: RecordVersion
    what: str
    changes: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class EvidenceRow:
    """Evidence with its strength in words, and whether it still counts."""

    row: Evidence
    strength: str
    expired: bool


@dataclass(frozen=True)
class RecordPage:
    """What the record template shows; `left` are those of owner and deputy who are no members any more."""

    register: Register
    record: Record
    state: State
    fields: tuple[Shown, ...]
    moves: tuple[tuple[State, str], ...]
    missing: tuple[str, ...]
    inward: tuple[tuple[str, str, str], ...]
    history: tuple[Change, ...]
    comments: tuple[Comment, ...]
    evidence: tuple[EvidenceRow, ...]
    approvals: tuple[tuple[Approval, bool], ...]
    expects: str
    best: str
    event: str
    overdue: bool
    kept: date | None
    left: frozenset[UUID]


WORDS = {
    "created": "Created", "changed": "Changed", "moved": "Moved", "retired": "Retired", "restored": "Restored",
    "imported": "Imported",
}  # fmt: skip


def record_page(actor: Actor, record: Record, *, now: datetime, digest: str, authors: frozenset[Any]) -> RecordPage:
    """Everything about one record. `digest` is that of its content, `authors` who may not approve it."""
    register = register_of(record.register)
    people = people_of(actor)
    history = list(RecordVersion.objects.filter(record=record).select_related("by").order_by("-number")[:200])
    inward = list(
        RecordLink.objects.filter(organization=actor.organization, target_key=f"record:{record.pk}").select_related(
            "source"
        )
    )
    keys = {
        key
        for data in (record.data, *(each.data for each in history))
        for f in register.links
        for key in data.get(f.key, ())
    }
    targets = targets_of(actor, keys)
    evidence = tuple(_evidence(row, now.date()) for row in Evidence.objects.filter(record=record).select_related("by"))
    standing = [each for each in evidence if not each.expired and each.row.retired_at is None]
    state = register.state(record.state)
    return RecordPage(
        register=register,
        record=record,
        state=state,
        fields=tuple(_shown(each, record, people, targets) for each in register.fields if each.kind != "snapshot"),
        moves=tuple((register.state(name), _bar(register.state(name), record, actor, authors, people)) for name in state.to),
        missing=tuple(missing(register, record.data, record.state).values()),
        inward=tuple(_inward(row) for row in inward),
        history=tuple(_change(register, each, before, people, targets) for each, before in zip(history, [*history[1:], None], strict=True)),
        comments=tuple(Comment.objects.filter(record=record).select_related("by")),
        evidence=evidence,
        approvals=tuple((each, approval_stands(each, digest)) for each in Approval.objects.filter(record=record).select_related("by", "signature__passkey")),
        expects=f"{register.evidence.what}, at least {dict(STRENGTHS)[register.evidence.strength].lower()}, not older than {register.evidence.days} days",
        best=max(standing, key=lambda each: each.row.strength).strength if standing else "",
        event=history[0].event_id if history else "",
        overdue=record.review_on is not None and record.review_on <= now.date() and not state.closed,
        kept=record.review_on,
        left=frozenset(pk for pk in (record.owner_id, record.deputy_id) if pk is not None and str(pk) not in people),
    )  # fmt: skip


def fields_shown(actor: Actor, record: Record) -> tuple[Shown, ...]:
    """The fields of a record as they read, for a page that shows nothing else of it."""
    register = register_of(record.register)
    targets = targets_of(actor, {key for field in register.links for key in record.data.get(field.key, ())})
    people = people_of(actor)
    return tuple(_shown(each, record, people, targets) for each in register.fields if each.kind != "snapshot")


def _inward(row: RecordLink) -> tuple[str, str, str]:
    there = register_of(row.source.register)
    return str(row.source_id), f"{there.name} {row.source.number}: {row.source.title}", there.field(row.field).label


def _bar(state: State, record: Record, actor: Actor, authors: frozenset[Any], people: Mapping[str, str]) -> str:
    """Why this person cannot move it there; empty if they can."""
    if not actor.may(state.who):
        return "Your role does not allow it."
    if state.signs and actor.person.pk in authors:
        return "You wrote it: another person has to approve it."
    lacking = _lacking(register_of(record.register), record, state)
    if lacking:
        return f"First answer: {'; '.join(lacking)}."
    named = str(record.data.get(state.signer) or "") if state.signer else ""
    if named in people and named != str(actor.person.pk):
        return f"{people[named]} is named to approve it."
    return ""


def _lacking(register: Register, record: Record, state: State) -> tuple[str, ...]:
    """Labels of what a record needs before it can stand in a state; not what the product fills in itself."""
    gone = missing(register, record.data, state.name)
    return tuple(register.field(key).label for key in gone if register.field(key).kind != "snapshot")


def _shown(field: Field, record: Record, people: Mapping[str, str], targets: Mapping[str, str]) -> Shown:
    value = record.data.get(field.key)
    if field.kind == "link":
        return Shown(field, "", tuple((targets[key], key) for key in value or () if key in targets))
    if field.kind == "rows":
        rows = tuple(
            tuple(shown(column, row.get(column.key), people=people, targets=targets) or "–" for column in field.columns)
            for row in value or ()
        )
        return Shown(field, "", rows=rows)
    return Shown(field, shown(field, value, people=people, targets=targets))


def _change(
    register: Register,
    version: RecordVersion,
    before: RecordVersion | None,
    people: Mapping[str, str],
    targets: Mapping[str, str],
) -> Change:
    found: list[tuple[str, str, str]] = []
    if before is not None:
        titles = {each.name: each.title for each in register.states}
        plain = (
            ("Title", before.title, version.title),
            ("State", titles.get(before.state, before.state), titles.get(version.state, version.state)),
            ("Owner", people.get(str(before.owner_id), "nobody"), people.get(str(version.owner_id), "nobody")),
            ("Deputy", people.get(str(before.deputy_id), "nobody"), people.get(str(version.deputy_id), "nobody")),
            ("Review", str(before.review_on or ""), str(version.review_on or "")),
        )
        found += [each for each in plain if each[1] != each[2]]
        for field in register.fields:
            old, new = before.data.get(field.key), version.data.get(field.key)
            if old != new:
                found.append(
                    (
                        field.label,
                        shown(field, old, people=people, targets=targets),
                        shown(field, new, people=people, targets=targets),
                    )
                )
    return Change(version, WORDS.get(version.what, version.what), tuple(found))


def _evidence(row: Evidence, today: date) -> EvidenceRow:
    return EvidenceRow(row, dict(STRENGTHS)[row.strength], row.expires_on is not None and row.expires_on <= today)
