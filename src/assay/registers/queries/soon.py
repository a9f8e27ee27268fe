"""What is due, asked of the database: only records that have something due are read, and at most so many of each kind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Count, F, Max, OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from assay.accounts.models import Organization
from assay.registers.models import Evidence, Record
from assay.registers.queries.reminders import Due, due_list
from assay.registers.queries.standing import held_of
from assay.registers.registry import registers

MOST = 1_000
"""Records of one kind (reviews, days, evidence, approvals) that are read."""


def due_soon(
    organization: Organization, *, today: date, days: int = 30, person: UUID | None = None
) -> tuple[tuple[Due, ...], frozenset[str]]:
    """Everything due within `days` as `due_list` says it, and the kinds of which there may be more: of those, what the first
    MOST records have is there."""
    until = today + timedelta(days=days)
    cut, wanted = set[str](), set[UUID]()
    for kind, rows in _kinds(organization, until, person):
        found = list(rows.values_list("pk", flat=True)[: MOST + 1])
        if len(found) > MOST:
            cut.add(kind)
        wanted.update(found[:MOST])
    found_now = held_of(organization, wanted, today=today)
    return due_list(organization, found_now, days=days, person=person), frozenset(cut)


def _kinds(organization: Organization, until: date, person: UUID | None) -> Iterator[tuple[str, QuerySet[Record]]]:
    """The records of each kind of KINDS that records have, the first due first."""
    live = Record.objects.filter(organization=organization, retired_at=None)
    closed, waits = Q(), list[tuple[str, str]]()
    for each in registers().values():
        closed |= Q(register=each.slug, state__in=each.closed)
        waits += [(each.slug, state.name) for state in each.states if state.waits]
    own = live.filter(Q(owner=person) | Q(deputy=person)) if person is not None else live
    open_ = own.exclude(closed)
    reviewed = open_.filter(review_on__lte=until).exclude(register__in=("soa", "statements"))
    yield "review", reviewed.order_by("review_on")
    for each in registers().values():
        for field in each.fields:
            if field.due:
                here = own.filter(register=each.slug).exclude(state__in=each.closed)
                yield "date", _dated(here, each.slug, field.key, until)
    if Evidence.objects.filter(organization=organization, retired_at=None, expires_on__lte=until).exists():
        last = Evidence.objects.filter(record=OuterRef("pk"), retired_at=None).order_by("-expires_on")
        ending = open_.filter(pk__in=_running_out(organization, until))
        yield "evidence", ending.order_by(Subquery(last.values("expires_on")[:1]), "register", "number")
    yield "reopened", own.filter(register="impacts", state="reopened").order_by("updated_at", "number")
    # The two lists of names let an index answer; the pairs are what is asked for.
    near = live.filter(register__in={slug for slug, _state in waits}, state__in={state for _slug, state in waits})
    exactly = reduce(or_, (Q(register=slug, state=state) for slug, state in waits))
    yield "approval", near.filter(exactly).order_by("updated_at", "number")


def _dated(rows: QuerySet[Record], slug: str, key: str, until: date) -> QuerySet[Record]:
    """Records whose field names a day until then. The text is looked through first: most have no such field at all."""
    if slug == "soa":
        rows = rows.filter(data__implementation__in=("planned", "partly"))
    rows = rows.annotate(raw=Cast("data", TextField())).filter(raw__contains=f'"{key}"')
    rows = rows.annotate(on=Cast(KeyTextTransform(key, "data"), TextField())).filter(
        on__gt="", on__lte=until.isoformat()
    )
    return rows.order_by("on", "title", "number")


def _running_out(organization: Organization, until: date) -> QuerySet[Evidence, UUID | None]:
    """The records whose evidence has run out by then, all of it."""
    pieces = Evidence.objects.filter(organization=organization, retired_at=None, record__isnull=False).order_by()
    ends = pieces.values("record").annotate(last=Max("expires_on"), pieces=Count("pk"), ending=Count("expires_on"))
    return ends.filter(last__lte=until, pieces=F("ending")).values_list("record", flat=True)
