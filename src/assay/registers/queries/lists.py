"""The list page of a register: rows, counts by state, filters; and the same rows for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, TextField
from django.db.models.functions import Cast

from assay.accounts.access import Actor
from assay.registers.declaration import Register
from assay.registers.models import Record, SavedFilter
from assay.registers.queries.records import ListFilters, people_of, record_list, targets_of
from assay.registers.values import shown
from assay.ui.table import Column, TableView

FILTERED = ("choice", "scale")
NUMBERED = 2_000
IN_CELL = 80


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
    updated: datetime
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
    counts = counts_of(actor, register, today)
    found, view = page_of(
        Record.objects.filter(organization=actor.organization, register=register.slug),
        record_list(actor, register, filters, today=today, order=view.order),
        view,
        sum(each[0] for each in counts.values()) if filters == ListFilters() else None,
    )
    people = people_of(actor)
    opened = [counts[each.name] for each in register.states if not each.closed and each.name in counts]
    states = tuple((each.name, f"{each.title} ({counts.get(each.name, (0,))[0]})") for each in register.states)
    selects = tuple(
        (f"f-{field.key}", field.label, dict(filters.choices).get(field.key, ""), (("", "Any"), *field.choices))
        for field in register.fields
        if field.kind in FILTERED and field.column
    )
    shown_rows = tuple(rows_view(actor, register, found, view.shown, people, today))
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
        total=sum(each[0] for each in counts.values()),
        overdue=sum(each[1] for each in opened),
        vacant=sum(each[2] for each in opened),
    )


def counts_of(actor: Actor, register: Register, today: date) -> dict[str, tuple[int, int, int]]:
    """Live records by state: how many, of which due for review, of which without an owner. One reading of an index."""
    live = Record.objects.filter(organization=actor.organization, register=register.slug, retired_at=None)
    rows = live.order_by().values_list("state").annotate(
        n=Count("state"), late=Count("state", filter=Q(review_on__lte=today)), vacant=Count("state", filter=Q(owner=None))
    )  # fmt: skip
    return {state: (n, late, vacant) for state, n, late, vacant in rows}


Line = tuple[UUID, int, str, str, dict[str, Any], str | None, date | None, datetime]


def page_of(
    register: QuerySet[Record], rows: QuerySet[Record], view: TableView, total: int | None
) -> tuple[list[Line], TableView]:
    """The lines of one page of `rows`, all of one `register`, and the view with how many there are in all.

    Rows whose `total` is not known are counted in the reading that finds them, up to NUMBERED; who looks at the pages before
    that is told "more than" it, who asks for one beyond gets a whole count.
    """
    if total is not None:
        view = view.counted(total)
        return list(_lines(rows)[view.offset : view.offset + view.limit]), view
    numbers = list(rows.values_list("number", flat=True)[: NUMBERED + 1])
    if len(numbers) > NUMBERED and view.offset + view.limit > NUMBERED:
        return page_of(register, rows, view, rows.count())
    view = view.counted(min(len(numbers), NUMBERED), more=len(numbers) > NUMBERED)
    wanted = numbers[view.offset : view.offset + view.limit]
    found = {line[1]: line for line in _lines(register.filter(number__in=wanted).order_by())}
    return [found[number] for number in wanted if number in found], view


def _lines(rows: QuerySet[Record]) -> QuerySet[Record, Line]:
    return rows.values_list("pk", "number", "title", "state", "data", "owner__name", "review_on", "updated_at")


def rows_view(
    actor: Actor,
    register: Register,
    lines: Sequence[Line],
    columns: Iterable[Column],
    people: Mapping[str, str],
    today: date,
) -> Iterator[RecordRow]:
    """Lines, ready to read."""
    wanted = {column.key for column in columns}
    fields = [each for each in register.fields if each.key in wanted]
    linked = {key for line in lines for each in fields if each.kind == "link" for key in line[4].get(each.key, ())}
    targets = targets_of(actor, linked) if linked else {}
    titles = {each.name: each.title for each in register.states}
    closed = register.closed
    for pk, number, title, state, data, owner, review_on, updated in lines:
        yield RecordRow(
            id=str(pk),
            number=number,
            title=title,
            state=titles.get(state, state),
            owner=owner or "",
            due=review_on is not None and review_on <= today and state not in closed,
            review_on=review_on,
            updated=updated,
            cells={
                each.key: _short(shown(each, data.get(each.key), people=people, targets=targets)) for each in fields
            },
        )


def _short(text: str) -> str:
    """As much of a text as a cell holds; a dash for none."""
    return (text if len(text) <= IN_CELL else text[: IN_CELL - 1].rstrip() + "…") or "–"


def records_json(rows: QuerySet[Record]) -> str:
    """The rows as a JSON array, `data` spliced in as it is stored: no parsing for a list that goes out unchanged, and no
    converter for any value."""
    texts = (
        Cast(name, TextField()) for name in ("id", "owner_id", "deputy_id", "review_on", "updated_at", "retired_at")
    )
    parts = []
    for number, title, state, version, pk, owner, deputy, review, updated, retired, raw in rows.values_list(
        "number", "title", "state", "version", *texts, Cast("data", TextField())
    ):
        parts.append(
            f'{{"id":"{_ident(pk)}","number":{number},"title":{_quoted(title)},"state":"{state}",'
            f'"owner":{_known(owner)},"deputy":{_known(deputy)},"review_on":{_text(review)},"version":{version},'
            f'"updated_at":"{_when(updated)}","retired":{"true" if retired else "false"},"data":{raw}}}'
        )
    return f"[{','.join(parts)}]"


_quoted = json.JSONEncoder(ensure_ascii=False).encode


def _ident(text: str) -> str:
    """An id as the database keeps it, with its dashes."""
    return text if "-" in text else f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _known(text: str | None) -> str:
    return "null" if text is None else f'"{_ident(text)}"'


def _when(text: str) -> str:
    """A time as the database writes it, in UTC, as the API writes it."""
    if "+" not in text:
        return f"{text.replace(' ', 'T')}Z"  # SQLite, where times have no zone and are in UTC
    return datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def _text(value: object) -> str:
    return "null" if value is None else f'"{value}"'
