"""What is due: reviews, dates that records name, evidence and competences that run out, documents to be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from assay.accounts.models import Membership, Organization, Role
from assay.registers.models import Approval, RecordVersion
from assay.registers.queries.reading import reading_list
from assay.registers.queries.standing import Held, Holding
from assay.registers.queries.steps import waiting
from assay.registers.registry import registers

KINDS: Mapping[str, str] = {
    "review": "Review", "date": "A day was set", "evidence": "Evidence runs out", "reading": "To be read",
    "reopened": "To be assessed again", "approval": "Waits for approval",
}  # fmt: skip


@dataclass(frozen=True)
class Due:
    """One thing that somebody has to do by `on`. `people` are those whose turn it is (owner and deputy, or the reader)."""

    kind: str
    on: date
    record: UUID
    title: str
    register: str
    words: str
    people: tuple[UUID, ...]
    names: str
    late: bool


def due_list(organization: Organization, found: Held, *, days: int = 30, person: UUID | None = None) -> tuple[Due, ...]:
    """Everything of the records in `found` that is due within `days`, and what has to be read; late ones first; for one
    person only what is theirs."""
    names = dict(
        Membership.objects.filter(organization=organization, ended_at=None).values_list("person_id", "person__name")
    )
    until = found.today + timedelta(days=days)
    things = [
        *_of_records(found, until, names),
        *_evidence(found, until, names),
        *_reading(organization, found.today, until),
    ]
    things += _approvals(organization, found, names)
    mine = [each for each in things if person is None or person in each.people]
    return tuple(sorted(mine, key=lambda each: (each.on, each.register, each.title, each.words)))


def _due(row: Holding, kind: str, on: date, words: str, today: date, names: Mapping[UUID, str]) -> Due:
    people = tuple(each for each in (row.owner, row.deputy) if each is not None and each in names)
    told = ", ".join(names[each] for each in people) or "nobody"
    return Due(kind, on, row.id, row.title, registers()[row.register].name, words, people, told, on < today)


def _of_records(found: Held, until: date, names: Mapping[UUID, str]) -> Iterator[Due]:
    for row in found.records:
        register = registers()[row.register]
        if row.state in register.closed or row.register == "statements":
            continue
        if row.review_on and row.review_on <= until and row.register != "soa":
            yield _due(row, "review", row.review_on, "Look at it again.", found.today, names)
        if row.register == "impacts" and row.state == "reopened":
            yield _due(row, "reopened", row.updated_on, "Something it rests on changed.", found.today, names)
        if row.register == "soa" and row.data.get("implementation") not in ("planned", "partly"):
            continue
        for field in register.fields:
            value = row.data.get(field.key) if field.due else None
            if value and date.fromisoformat(value) <= until:
                yield _due(row, "date", date.fromisoformat(value), field.due, found.today, names)


def _evidence(found: Held, until: date, names: Mapping[UUID, str]) -> Iterator[Due]:
    """A record whose last evidence runs out: nothing shows it any more from that day on."""
    for row in found.records:
        register = registers()[row.register]
        pieces = found.by_record.get(row.id, ())
        if not pieces or row.state in register.closed or any(each.expires_on is None for each in pieces):
            continue
        last = max((each for each in pieces if each.expires_on), key=lambda each: str(each.expires_on))
        if last.expires_on is not None and last.expires_on <= until:
            yield _due(
                row, "evidence", last.expires_on, f"Renew “{last.title}”, its last evidence.", found.today, names
            )


def _reading(organization: Organization, today: date, until: date) -> Iterator[Due]:
    for document in reading_list(organization):
        name = registers()[document.register].name
        for each in document.readings:
            if each.at is None and each.due <= until:
                words = f"Read {each.edition} and say so."
                people, late = (each.person,), each.due < today
                yield Due("reading", each.due, each.record, each.title, name, words, people, each.name, late)


def _approvals(organization: Organization, found: Held, names: Mapping[UUID, str]) -> Iterator[Due]:
    """Records that wait for approval: the turn of whoever is named, else of everybody who may and wrote none of it."""
    rows = waiting(found)
    wrote = _authors(rows)
    writers = Membership.objects.filter(
        organization=organization, ended_at=None, role__in=(Role.OWNER, Role.CONTRIBUTOR)
    )
    able = set(writers.values_list("person_id", flat=True)) if rows else set()
    for row in rows:
        register = registers()[row.register]
        ahead = (register.state(name) for name in register.state(row.state).to)
        key = next((each.signer for each in ahead if each.signs), "")
        named = {each for each in able if str(each) == row.data.get(key)} if key else set()
        people = tuple(sorted(named or able - wrote.get(row.id, set()), key=lambda each: names[each]))
        told = ", ".join(names[each] for each in people) or "nobody else is there to approve it"
        yield Due(
            "approval",
            row.updated_on,
            row.id,
            row.title,
            register.name,
            "Read it, and approve it or send it back.",
            people,
            told,
            False,
        )


def _authors(rows: Iterable[Holding]) -> dict[UUID, set[UUID]]:
    """Who wrote each record since its last approval."""
    ids = [row.id for row in rows]
    signed: dict[UUID, int] = dict(
        Approval.objects.filter(record__in=ids).order_by("version").values_list("record_id", "version")
    )
    found: dict[UUID, set[UUID]] = {}
    wrote = RecordVersion.objects.filter(record__in=ids, what__in=("created", "changed", "imported"))
    for pk, number, by in wrote.values_list("record_id", "number", "by_id"):
        if number > signed.get(pk, 0):
            found.setdefault(pk, set()).add(by)
    return found
