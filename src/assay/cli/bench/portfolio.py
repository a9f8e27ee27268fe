"""A large portfolio for benchmarks: lessons to import, and copies of a measured programme's rows."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from assay.accounts.access import Actor
    from assay.studio.importing import Piece
    from assay.studio.models import Programme

CHANGED = "Name the people whom the AI system affects, say who decides about it, and keep what was decided.\n"


@dataclass(frozen=True)
class Filled:
    """Progress: artefacts done in a stage."""

    done: int
    total: int
    stage: str
    at: datetime | None = None


def lesson(place: int, text: str) -> Piece:
    """One lesson as an import reads it."""
    from assay.studio.importing import Piece

    return Piece(
        key=f"lesson-{place}", pathway="lesson", title=f"Lesson {place}", text=text, path=f"lesson-{place}.md", line=1,
        end_line=text.count("\n"), media_type="text/markdown", language="en", how="mapping",
    )  # fmt: skip


def changed() -> dict[str, object]:
    """The first lesson with another text, as the API takes it."""
    return {"key": "lesson-0", "pathway": "lesson", "title": "Lesson 0", "text": CHANGED, "language": "en"}


def copy(
    actor: Actor, programme: Programme, size: int, there: int, wanted: int, progress: Callable[[Filled], None]
) -> int:
    """Copy a measured programme of `size` artefacts until there are `wanted`, or nearly; return how many there are.

    Copied are all rows that a sweep reads: programme, artefacts, surface, batches, cells, results, findings, verdict.
    Copies have no entries in the log.
    """
    tables = _tables(programme) if there + size <= wanted else []
    number = 0
    while there + size <= wanted:
        number += 1
        _one(tables, f"copy-{number}")
        there += size
        progress(Filled(there, wanted, "copying"))
    return there


@dataclass(frozen=True)
class _Table:
    """The rows of one table as the database takes them; `named` are the places of columns that name rows."""

    insert: str
    rows: tuple[tuple[Any, ...], ...]
    named: tuple[int, ...]
    key: int
    event: int | None
    slug: int | None
    cell: tuple[int, int] | None
    body: tuple[int, int] | None


def _tables(programme: Programme) -> list[_Table]:
    """The tables in the order in which rows name others."""
    from assay.assurance import models
    from assay.studio.models import Artefact, Programme

    surface = programme.surface_id
    made = [_table(models.Surface, "key", id=surface), _table(Programme, "slug", id=programme.pk)]
    for model in (models.DefinitionBatch, models.PopulationBatch, models.MeasurementBatch, models.CellRow,
                  models.MeasurementRow, models.FindingRow, models.VerdictRow):  # fmt: skip
        made.append(_table(model, "", surface=surface))
    return [*made, _table(Artefact, "", programme=programme)]


def _table(model: type[Any], slug: str, **where: Any) -> _Table:
    from django.db import connection

    fields = model._meta.concrete_fields
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    names = [field.attname for field in fields]
    rows = model._default_manager.filter(**where)
    return _Table(
        f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({', '.join(['%s'] * len(fields))})",  # noqa: S608  names of columns
        tuple(tuple(f.get_db_prep_save(getattr(row, f.attname), connection) for f in fields) for row in rows),
        tuple(place for place, name in enumerate(names) if name == "id" or name.endswith("_id")),
        names.index(model._meta.pk.attname),
        names.index("event_id") if "event_id" in names and model._meta.model_name != "artefact" else None,
        names.index(slug) if slug else None,
        (names.index("surface_id"), names.index("key")) if model._meta.model_name == "cellrow" else None,
        (names.index("body"), names.index("digest")) if model._meta.model_name == "definitionbatch" else None,
    )


def _one(tables: list[_Table], slug: str) -> None:
    from django.db import connection, transaction

    from assay.assurance.models import row_id

    place = uuid.uuid5(uuid.NAMESPACE_URL, slug)
    ids: dict[Any, Any] = {}
    with transaction.atomic(), connection.cursor() as cursor:
        for table in tables:
            for row in table.rows:
                old = row[table.key]
                if old in ids:
                    continue
                new = uuid.uuid5(place, str(old))
                if table.cell is not None:
                    surface, key = (row[each] for each in table.cell)
                    new = row_id(_uuid(ids[surface]), key)
                ids[old] = new.hex if isinstance(old, str) else new
            cursor.executemany(table.insert, [_moved(table, row, ids, slug) for row in table.rows])


def _moved(table: _Table, row: tuple[Any, ...], ids: dict[Any, Any], slug: str) -> tuple[Any, ...]:
    """A row under new names; what it names that was not copied (the organization) stays."""
    values = list(row)
    for place in table.named:
        if values[place] is not None:
            values[place] = ids.get(values[place], values[place])
    if table.event is not None:
        values[table.event] = f"{slug}-{row[table.key]}"
    if table.slug is not None:
        values[table.slug] = slug
    if table.body is not None:
        _renamed(values, *table.body, slug)
    return tuple(values)


def _renamed(values: list[Any], body: int, digest: int, slug: str) -> None:
    """A definition says which surface it is of."""
    from assay.assurance.bodies import pack, unpack
    from assay.studio.programmes import SURFACE_KIND

    told = unpack(bytes(values[body]), values[digest])
    values[body], values[digest] = pack({**told, "surface": f"{SURFACE_KIND}/{slug}"})


def _uuid(value: Any) -> uuid.UUID:
    return value if isinstance(value, uuid.UUID) else uuid.UUID(value)
