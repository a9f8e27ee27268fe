"""What an organization holds, read once: live records, evidence that was not withdrawn, approvals, members."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, TextField
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from assay.accounts.models import Membership, Organization
from assay.registers.models import Approval, Evidence, Record, RecordLink
from assay.registers.registry import met_by, registers

AT_ONCE = 5_000
"""Ids in one statement."""


@dataclass(frozen=True)
class Piece:
    """One piece of evidence that was not withdrawn."""

    id: UUID
    record: UUID | None
    subject: str
    strength: int
    collected_on: date
    expires_on: date | None
    digest: str
    by: UUID
    title: str

    def fresh(self, today: date) -> bool:
        return self.expires_on is None or self.expires_on > today


@dataclass(frozen=True)
class Holding:
    """One live record, as far as standing needs it."""

    id: UUID
    register: str
    number: int
    title: str
    state: str
    data: Mapping[str, Any]
    owner: UUID | None
    deputy: UUID | None
    author: UUID
    review_on: date | None
    version: int
    created_on: date
    updated_on: date


@dataclass(frozen=True)
class Held:
    """Everything live in an organization, read once."""

    today: date
    records: tuple[Holding, ...]
    evidence: tuple[Piece, ...]
    approved: Mapping[UUID, tuple[int, str, UUID]]
    members: frozenset[UUID]

    @cached_property
    def by_register(self) -> Mapping[str, tuple[Holding, ...]]:
        found: dict[str, list[Holding]] = {}
        for each in self.records:
            found.setdefault(each.register, []).append(each)
        return {slug: tuple(rows) for slug, rows in found.items()}

    @cached_property
    def by_key(self) -> Mapping[str, Holding]:
        """Records by link key, as in `record:<id>`."""
        return {f"record:{each.id}": each for each in self.records}

    @cached_property
    def by_control(self) -> Mapping[str, tuple[Holding, ...]]:
        """Records whose field `controls` holds a key such as `control:A.6.2.4`."""
        found: dict[str, list[Holding]] = {}
        for each in self.records:
            for key in each.data.get("controls", ()):
                found.setdefault(key, []).append(each)
        return {key: tuple(rows) for key, rows in found.items()}

    @cached_property
    def by_record(self) -> Mapping[UUID, tuple[Piece, ...]]:
        found: dict[UUID, list[Piece]] = {}
        for each in self.evidence:
            if each.record is not None:
                found.setdefault(each.record, []).append(each)
        return {key: tuple(rows) for key, rows in found.items()}

    @cached_property
    def by_subject(self) -> Mapping[str, tuple[Piece, ...]]:
        found: dict[str, list[Piece]] = {}
        for each in self.evidence:
            if each.subject:
                found.setdefault(each.subject, []).append(each)
        return {key: tuple(rows) for key, rows in found.items()}


def held(organization: Organization, *, today: date, only: Iterable[str] = (), named: Iterable[str] = ()) -> Held:
    """Four statements: live records (`only` of these registers, if any are named), their approvals, evidence that was not
    withdrawn, members.

    With `named`, two more: of these registers, those records only that name a control or that a record of `only` links to;
    and no evidence but that under requirements and under records of `only`.
    """
    rows = Record.objects.filter(organization=organization, retired_at=None).order_by("register", "number")
    wanted, beside = tuple(only), tuple(named)
    records = _holdings(rows.filter(register__in=wanted) if wanted else rows)
    pieces = Evidence.objects.filter(organization=organization, retired_at=None).exclude(
        record__retired_at__isnull=False
    )
    if beside:
        records += _named(organization, frozenset(beside), records)
        pieces = pieces.filter(Q(subject__gt="") | Q(record__register__in=wanted))
    evidence = tuple(_pieces(pieces))
    signing = [each.slug for each in registers().values() if any(state.signs for state in each.states)]
    asked = [slug for slug in signing if not wanted or slug in wanted]
    signed = Approval.objects.filter(record__organization=organization, record__register__in=asked).order_by("version")
    approved = {
        pk: (version, digest, by)
        for pk, version, digest, by in signed.values_list("record_id", "version", "digest", "by_id")
    }
    present = Membership.objects.filter(organization=organization, ended_at=None).values_list("person_id", flat=True)
    return Held(today, records, evidence, approved, frozenset(present))


def held_records(rows: QuerySet[Record], *, today: date) -> Held:
    """These records alone, in one statement: without evidence, approvals and members."""
    return Held(today, _holdings(rows), (), {}, frozenset())


def _holdings(rows: QuerySet[Record]) -> tuple[Holding, ...]:
    return tuple(map(_holding, rows.values_list(*_COLUMNS)))


def _named(organization: Organization, slugs: frozenset[str], whole: Iterable[Holding]) -> tuple[Holding, ...]:
    """Live records of these registers that name a control, and those that the records of `whole` link to."""
    links = RecordLink.objects.filter(organization=organization, field="controls")
    naming = links.filter(target_key__gte="control:", target_key__lt="control;")
    wanted = set(map(str, naming.values_list("source_id", flat=True)))
    for each in whole:
        for field in registers()[each.register].links:
            keys = (key.partition(":") for key in each.data.get(field.key, ()))
            wanted |= {ident for kind, _colon, ident in keys if kind == "record"}
    return tuple(each for each in _by_ids(organization, wanted) if each.register in slugs)


def held_of(organization: Organization, ids: Iterable[UUID], *, today: date) -> Held:
    """Some live records with their evidence; neither approvals nor members."""
    records = _by_ids(organization, map(str, ids))
    pieces = Evidence.objects.filter(organization=organization, retired_at=None)
    asked, evidence = [each.id for each in records], list[Piece]()
    for start in range(0, len(asked), AT_ONCE):
        evidence += _pieces(pieces.filter(record__in=asked[start : start + AT_ONCE]))
    return Held(today, records, tuple(evidence), {}, frozenset())


def held_around(organization: Organization, record: UUID, *, today: date, reach: int) -> Held:
    """A record with all live records within `reach` links of it, whichever way they point, without evidence."""
    links = RecordLink.objects.filter(organization=organization)
    seen, border = set[str](), {f"record:{record}"}
    for _step in range(reach):
        seen |= border
        keys, found = sorted(border), set[str]()
        for start in range(0, len(keys), AT_ONCE):
            part = keys[start : start + AT_ONCE]
            found.update(f"record:{pk}" for pk in links.filter(target_key__in=part).values_list("source_id", flat=True))
            own = [UUID(key.partition(":")[2]) for key in part if key.startswith("record:")]
            found.update(links.filter(source__in=own).values_list("target_key", flat=True))
        border = found - seen
    ids = (kind_id[2] for kind_id in (key.partition(":") for key in seen | border) if kind_id[0] == "record")
    return Held(today, _by_ids(organization, ids), (), {}, frozenset())


def _by_ids(organization: Organization, ids: Iterable[str]) -> tuple[Holding, ...]:
    """Those of these records that are live and the organization's, in the order of `held`.

    They are asked for by their ids alone: beside any other condition SQLite reads whole registers instead.
    """
    asked, found = sorted(set(ids)), list[tuple[Any, ...]]()
    for start in range(0, len(asked), AT_ONCE):
        rows = Record.objects.filter(pk__in=asked[start : start + AT_ONCE]).order_by()
        found += rows.values_list("organization_id", "retired_at", *_COLUMNS)
    mine = (_holding(row) for home, retired, *row in found if home == organization.pk and retired is None)
    return tuple(sorted(mine, key=lambda each: (each.register, each.number)))


def _pieces(rows: QuerySet[Evidence]) -> Iterator[Piece]:
    columns = ("pk", "record_id", "subject", "strength", "collected_on", "expires_on", "digest", "by_id", "title")
    return (Piece(*row) for row in rows.values_list(*columns))


_TEXTS = ("id", "data", "owner_id", "deputy_id", "author_id", "review_on", "created_at", "updated_at")
_COLUMNS: tuple[str | Combinable, ...] = (
    "register",
    "number",
    "title",
    "state",
    "version",
    *(Cast(name, TextField()) for name in _TEXTS),
)
"""Everything as text: a thousand records are read without a converter for each of their values."""
_uuid = lru_cache(maxsize=4096)(UUID)
_day = lru_cache(maxsize=4096)(date.fromisoformat)


def _holding(row: Sequence[Any]) -> Holding:
    """A record from its row. People and days repeat from record to record and are kept; of times the day is all that is needed."""
    slug, number, title, state, version, pk, data, owner, deputy, author, review, created, updated = row
    return Holding(
        UUID(pk), slug, number, title, state, json.loads(data), _uuid(owner) if owner else None,
        _uuid(deputy) if deputy else None, _uuid(author), _day(review) if review else None, version,
        _day(created[:10]), _day(updated[:10]),
    )  # fmt: skip


def records_for(found: Held, number: str) -> tuple[Holding, ...]:
    """The live records of the registers that meet a requirement; documents that name it by number among them."""
    rows = [row for register in met_by(number) for row in found.by_register.get(register.slug, ())]
    if number.startswith("DI-"):
        rows += [
            row
            for row in found.by_register.get("documents", ())
            if row.data.get("answers") == number and row not in rows
        ]
    return tuple(rows)


def pieces_for(found: Held, rows: Iterable[Holding], subject: str) -> tuple[Piece, ...]:
    """Evidence under settled records, and under the requirement itself."""
    settled = [row for row in rows if row.state in registers()[row.register].settled]
    return (
        *(piece for row in settled for piece in found.by_record.get(row.id, ())),
        *found.by_subject.get(subject, ()),
    )
