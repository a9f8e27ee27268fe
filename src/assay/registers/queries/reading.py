"""Who has to read which approved document by when, who has, and who is late."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from assay.accounts.models import Membership, Organization
from assay.accounts.queries import member_since
from assay.registers.models import Acknowledgement, Approval, Record
from assay.registers.registry import registers
from assay.registers.values import content_digest

DAYS = 14
EVERYBODY = "everybody"


@dataclass(frozen=True)
class Reading:
    """One person and one approved content: due by `due`, counted from its approval or from when they last joined, read at `at`."""

    record: UUID
    title: str
    edition: str
    digest: str
    person: UUID
    name: str
    due: date
    at: datetime | None

    def late(self, today: date) -> bool:
        return self.at is None and self.due < today


@dataclass(frozen=True)
class ToRead:
    """One document with everybody who has to read what stands in it now."""

    record: UUID
    register: str
    title: str
    edition: str
    place: str
    readings: tuple[Reading, ...]

    @property
    def read(self) -> int:
        return sum(1 for each in self.readings if each.at is not None)


def reading_list(organization: Organization) -> tuple[ToRead, ...]:
    """Every document in force that has to be acknowledged. Seven statements."""
    slugs = [each.slug for each in registers().values() if any(f.key == "acknowledge" for f in each.fields)]
    rows = list(
        Record.objects.filter(
            organization=organization, register__in=slugs, state="approved", retired_at=None, data__acknowledge=True
        ).order_by("register", "number")
    )
    if not rows:
        return ()
    approvals = {
        pk: (digest, at.date())
        for pk, digest, at in Approval.objects.filter(record__in=rows).order_by("version").values_list("record_id", "digest", "at")
    }  # fmt: skip
    said = {
        (pk, person, digest): at
        for pk, person, digest, at in Acknowledgement.objects.filter(record__in=rows).values_list("record_id", "person_id", "digest", "at")
    }  # fmt: skip
    since = member_since(organization)
    present = Membership.objects.filter(organization=organization, ended_at=None).order_by("person__name")
    members = [
        (person, role, name, since.get(person, made))
        for person, role, name, made in present.values_list("person_id", "role", "person__name", "created_at")
    ]
    holders: dict[str, set[UUID]] = {}
    roles = Record.objects.filter(organization=organization, register="roles", retired_at=None)
    for pk, owner, deputy in roles.values_list("pk", "owner_id", "deputy_id"):
        holders[f"record:{pk}"] = {each for each in (owner, deputy) if each}
    return tuple(_to_read(row, approvals.get(row.pk), said, members, holders) for row in rows)


def _to_read(
    row: Record,
    approval: tuple[str, date] | None,
    said: Mapping[tuple[UUID, UUID, str], datetime],
    members: Iterable[tuple[UUID, str, str, datetime]],
    holders: Mapping[str, set[UUID]],
) -> ToRead:
    told = str(row.data.get("edition") or "")
    edition, found = f"edition {told}" if told[:1].isdigit() else told or f"version {row.version}", []
    digest = content_digest(row.register, row.number, row.title, row.data, row.owner_id, row.deputy_id)
    if approval is not None and approval[0] == digest:
        within = timedelta(days=int(row.data.get("read_within") or DAYS))
        found = [
            Reading(
                row.pk,
                row.title,
                edition,
                digest,
                person,
                name,
                max(approval[1], joined.date()) + within,
                said.get((row.pk, person, digest)),
            )
            for person, role, name, joined in members
            if concerns(row.data, person, role, holders)
        ]
    return ToRead(
        row.pk,
        row.register,
        row.title,
        edition,
        str(row.data.get("place") or row.data.get("public_address") or ""),
        tuple(found),
    )


def concerns(data: Mapping[str, Any], person: UUID, role: str, holders: Mapping[str, set[UUID]]) -> bool:
    """Whether a member belongs to the audience of a document; without one named, everybody does."""
    named, roles = data.get("readers") or (), data.get("reader_roles") or ()
    if not named and not roles:
        return True
    return EVERYBODY in named or role in named or any(person in holders.get(each, ()) for each in roles)


def late_readings(organization: Organization, today: date) -> tuple[Reading, ...]:
    """Who is late with what, the longest first."""
    found = [each for document in reading_list(organization) for each in document.readings if each.late(today)]
    return tuple(sorted(found, key=lambda each: (each.due, each.name)))
