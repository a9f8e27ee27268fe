"""The list page of a register: rows, counts by state, filters; and the same rows for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet, TextField
from django.db.models.functions import Cast

from assay.accounts.access import Actor
from assay.registers.declaration import Register
from assay.registers.models import Record, SavedFilter
from assay.registers.queries.records import ListFilters, people_of, record_list, targets_of
from assay.registers.values import shown
from assay.ui.table import Column, TableView

FILTERED = ("choice", "scale")


@dataclass(frozen=True)
class RecordRow:
    """One line: `cells` by column key, ready to read."""

    id: str
    number: int
    title: str
    state: str
    owner: str
    due: bool
    review_on: date | None
    cells: Mapping[str, str]


@dataclass(frozen=True)
class RecordListPage:
    """What the list template shows."""

    register: Register
    view: TableView
    rows: tuple[RecordRow, ...]
    filters: ListFilters
    states: tuple[tuple[str, str], ...]
    owners: tuple[tuple[str, str], ...]
    selects: tuple[tuple[str, str, str, tuple[tuple[str, str], ...]], ...]
    names: tuple[str, ...]
    saved: tuple[tuple[str, str], ...]
    total: int
    overdue: int
    vacant: int


def columns_of(register: Register) -> tuple[Column, ...]:
    """Number, title and state always; declared columns; owner, review date, last change."""
    declared = tuple(
        Column(f.key, f.label, sortable=f.kind not in ("link", "multi"), narrow=False, align="end" if f.kind in ("int", "money") else "start", shown=place < 3)
        for place, f in enumerate(each for each in register.fields if each.column)
    )  # fmt: skip
    return (
        Column("title", register.title_label, sortable=True, fixed=True),
        Column("number", "No.", align="end", sortable=True, narrow=False),
        Column("state", "State", sortable=True, fixed=True),
        *declared,
        Column("owner", "Owner", sortable=True, narrow=False),
        Column("review_on", "Review", align="end", sortable=True, narrow=False),
        Column("updated", "Changed", align="end", sortable=True, narrow=False, shown=False),
    )


def filters_read(register: Register, params: Mapping[str, str]) -> ListFilters:
    """The filters of an address; values that do not exist are left out."""
    states = {each.name for each in register.states}
    choices = []
    for field in register.fields:
        value = params.get(f"f-{field.key}", "")
        if field.kind in FILTERED and value in dict(field.choices):
            choices.append((field.key, value))
    state = params.get("state", "")
    return ListFilters(
        search=params.get("q", "").strip().replace("\x00", "")[:200],
        state=state if state in states else "",
        owner=params.get("owner", "")[:60],
        due=params.get("due", "") == "1",
        retired=params.get("retired", "") == "1",
        choices=tuple(choices),
    )


def list_page(
    actor: Actor, register: Register, view: TableView, filters: ListFilters, *, today: date
) -> RecordListPage:
    """One page of a register. Five statements whatever its size."""
    plain = filters == ListFilters()
    live = Record.objects.filter(organization=actor.organization, register=register.slug, retired_at=None)
    counts = dict(live.values_list("state").annotate(n=Count("id")))
    found, total = page_of(
        record_list(actor, register, filters, today=today, order=view.order),
        view,
        sum(counts.values()) if plain else None,
    )
    view = view.counted(total)
    people = people_of(actor)
    open_states = [each.name for each in register.states if not each.closed]
    states = tuple((each.name, f"{each.title} ({counts.get(each.name, 0)})") for each in register.states)
    selects = tuple(
        (f"f-{field.key}", field.label, dict(filters.choices).get(field.key, ""), (("", "Any"), *field.choices))
        for field in register.fields
        if field.kind in FILTERED and field.column
    )
    shown_rows = tuple(rows_view(actor, register, found, view.shown, people, today))
    marks = live.filter(state__in=open_states)
    sums = marks.aggregate(late=Count("id", filter=Q(review_on__lte=today)), vacant=Count("id", filter=Q(owner=None)))
    saved = SavedFilter.objects.filter(organization=actor.organization, person=actor.person, register=register.slug)
    return RecordListPage(
        register=register,
        view=view,
        rows=shown_rows,
        filters=filters,
        states=(("", "Any state"), *states),
        owners=(("", "Anybody"), ("mine", "Mine"), ("vacant", "Nobody"), *people.items()),
        selects=selects[:3],
        names=("q", "state", "owner", *(each[0] for each in selects[:3])),
        saved=tuple(saved.values_list("name", "query")),
        total=sum(counts.values()),
        overdue=sums["late"],
        vacant=sums["vacant"],
    )


def page_of(rows: QuerySet[Record], view: TableView, total: int | None) -> tuple[list[Record], int]:
    """The records of one page, and how many there are in all: counted in the same reading of the table."""
    if total is None:
        ids = list(rows.values_list("pk", flat=True))
        total = len(ids)
        view = view.counted(total)
        wanted = ids[view.offset : view.offset + view.limit]
        found = {row.pk: row for row in Record.objects.filter(pk__in=wanted).select_related("owner")}
        return [found[pk] for pk in wanted if pk in found], total
    view = view.counted(total)
    return list(rows.select_related("owner")[view.offset : view.offset + view.limit]), total


def rows_view(
    actor: Actor,
    register: Register,
    found: Iterable[Record],
    columns: Iterable[Column],
    people: Mapping[str, str],
    today: date,
) -> Iterator[RecordRow]:
    """Records as lines."""
    wanted = {column.key for column in columns}
    fields = [each for each in register.fields if each.key in wanted]
    rows = list(found)
    linked = {key for row in rows for each in fields if each.kind == "link" for key in row.data.get(each.key, ())}
    targets = targets_of(actor, linked) if linked else {}
    titles = {each.name: each.title for each in register.states}
    closed = register.closed
    for row in rows:
        yield RecordRow(
            id=str(row.pk),
            number=row.number,
            title=row.title,
            state=titles.get(row.state, row.state),
            owner=row.owner.name if row.owner is not None else "",
            due=row.review_on is not None and row.review_on <= today and row.state not in closed,
            review_on=row.review_on,
            cells={each.key: shown(each, row.data.get(each.key), people=people, targets=targets) for each in fields},
        )


def records_json(rows: QuerySet[Record]) -> str:
    """The rows as a JSON array, `data` spliced in as it is stored: no parsing for a list that goes out unchanged."""
    values = rows.annotate(raw=Cast("data", TextField())).values_list(
        "pk",
        "number",
        "title",
        "state",
        "owner_id",
        "deputy_id",
        "review_on",
        "version",
        "updated_at",
        "retired_at",
        "raw",
    )
    parts = []
    for pk, number, title, state, owner, deputy, review, version, updated, retired, raw in values:
        head = (
            f'{{"id":"{pk}","number":{number},"title":{json.dumps(title, ensure_ascii=False)},"state":"{state}",'
            f'"owner":{_text(owner)},"deputy":{_text(deputy)},"review_on":{_text(review)},"version":{version},'
            f'"updated_at":"{updated.isoformat().replace("+00:00", "Z")}","retired":{"true" if retired else "false"},"data":'
        )
        parts.append(f"{head}{raw}}}")
    return f"[{','.join(parts)}]"


def _text(value: object) -> str:
    return "null" if value is None else f'"{value}"'
