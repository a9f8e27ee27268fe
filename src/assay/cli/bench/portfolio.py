"""A large portfolio for benchmarks: lessons to import, and copies of a measured programme's rows under texts of their own."""

from __future__ import annotations

import multiprocessing
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from assay.studio.importing import Piece
    from assay.studio.models import Programme

CHANGED = "Name the people whom the AI system affects, say who decides about it, and keep what was decided: {}.\n"
_AT_ONCE = 25
"""Programmes copied in one transaction: each index page is then written once for many of its rows."""
_PLAIN = ("clean",)


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


def changed(number: int) -> dict[str, object]:
    """The first lesson with another text each time, as the API takes it."""
    text = CHANGED.format(number)
    return {"key": "lesson-0", "pathway": "lesson", "title": "Lesson 0", "text": text, "language": "en"}


@dataclass(frozen=True)
class _Table:
    """Rows of one table as the database takes them, and the places of the columns that a copy changes."""

    insert: str
    rows: tuple[tuple[Any, ...], ...]
    at: dict[str, int]


class Copier:
    """Copies of one measured programme, all of whose rows it holds.

    Copied are the rows that a sweep reads: programme, surface, batches, cells, results, findings, verdict, artefacts. A copy has
    ids as the product would give them. Where every detector said clean, an artefact has a text of its own, with its digest in
    artefact, cell, results and batches; the others keep text, results and findings. What a copy lacks: its results are those
    of the programme copied (nobody read its texts), the verdict's bytes name that programme, and the log has no entries of it.
    """

    def __init__(self, programme: Programme, made: int = 0) -> None:
        from assay.assurance import models
        from assay.studio.models import Artefact, Programme

        surface = programme.surface_id
        self.surface, self.programme, self.made = surface, programme.pk, made
        self.tables = {
            "surface": _table(models.Surface, id=surface),
            "programme": _table(Programme, id=programme.pk),
            "definition": _table(models.DefinitionBatch, surface=surface),
            "population": _table(models.PopulationBatch, surface=surface),
            "measurement": _table(models.MeasurementBatch, surface=surface),
            "cell": _table(models.CellRow, surface=surface),
            "result": _table(models.MeasurementRow, surface=surface),
            "finding": _table(models.FindingRow, surface=surface),
            "verdict": _table(models.VerdictRow, surface=surface),
            "artefact": _table(Artefact, programme=programme),
        }
        self.size = len(self.tables["artefact"].rows)
        self.keys = {
            row[self.tables["cell"].at["id"]]: row[self.tables["cell"].at["key"]] for row in self.tables["cell"].rows
        }
        self.own = self._clean()

    def _clean(self) -> frozenset[str]:
        """Keys of the cells of which every detector said clean."""
        from assay.assurance.results import read_results

        table, found = self.tables["result"], set()
        for row in table.rows:
            said = read_results(row[table.at["results"]])
            if all(each[1] in _PLAIN for each in said.values()):
                found.add(self.keys[row[table.at["cell_id"]]])
        finding = self.tables["finding"]
        return frozenset(found - {row[finding.at["cell_key"]] for row in finding.rows})

    def fill(self, there: int, wanted: int, texts: Iterator[str], progress: Callable[[Filled], None]) -> int:
        """Copy until there are `wanted` artefacts, or nearly; return how many there are."""
        from django.db import transaction

        with _fast():
            while there + self.size <= wanted:
                with transaction.atomic():
                    for _ in range(min(_AT_ONCE, (wanted - there) // self.size)):
                        self.made += 1
                        self._one(f"copy-{self.made}", list(islice(texts, self.size)))
                        there += self.size
                progress(Filled(there, wanted, "copying"))
        return there

    def _one(self, slug: str, texts: list[str]) -> None:
        from django.db import connection

        from assay.core.canonical import text_digest

        place = uuid.uuid5(uuid.NAMESPACE_URL, slug)
        artefact = self.tables["artefact"]
        bodies = {
            row[artefact.at["key"]]: (text, text_digest(text))
            for row, text in zip(artefact.rows, texts, strict=True)
            if row[artefact.at["key"]] in self.own
        }
        renamed = _Renamed(self, slug, place, bodies)
        with connection.cursor() as cursor:
            for name, table in self.tables.items():
                cursor.executemany(table.insert, list(getattr(renamed, name)(table)))


class _Renamed:
    """The rows of one copy, table by table."""

    def __init__(self, source: Copier, slug: str, place: uuid.UUID, bodies: dict[str, tuple[str, str]]) -> None:
        from assay.assurance.models import row_id
        from assay.studio.programmes import SURFACE_KIND

        self.source, self.slug, self.place, self.bodies = source, slug, place, bodies
        self.surface_id, self.programme_id = uuid.uuid5(place, "surface"), uuid.uuid5(place, "programme")
        self.name = f"{SURFACE_KIND}/{slug}"
        self.cells = {old: _value(row_id(self.surface_id, key)) for old, key in source.keys.items()}
        artefact = source.tables["artefact"]
        keys = (row[artefact.at["key"]] for row in artefact.rows)
        self.subjects = {key: uuid.uuid5(self.programme_id, key) for key in keys}

    def surface(self, table: _Table) -> Iterator[tuple[Any, ...]]:
        return self._plain(table, id=self.surface_id, key=self.slug)

    def programme(self, table: _Table) -> Iterator[tuple[Any, ...]]:
        return self._plain(table, id=self.programme_id, slug=self.slug, surface_id=self.surface_id)

    def definition(self, table: _Table) -> Iterator[tuple[Any, ...]]:
        return self._batches(table, lambda body: {**body, "surface": self.name})

    def population(self, table: _Table) -> Iterator[tuple[Any, ...]]:
        return self._batches(table, self._put)

    def measurement(self, table: _Table) -> Iterator[tuple[Any, ...]]:
        return self._batches(table, self._said)

    def cell(self, table: _Table) -> Iterator[tuple[Any, ...]]:
        at, surface = table.at, _value(self.surface_id)
        for row in table.rows:
            values, key = list(row), row[at["key"]]
            values[at["id"]], values[at["surface_id"]] = self.cells[row[at["id"]]], surface
            values[at["digest"]] = self._digest(key, row[at["digest"]])
            if key in self.subjects:
                values[at["subject_id"]] = str(self.subjects[key])
            yield tuple(values)

    def result(self, table: _Table) -> Iterator[tuple[Any, ...]]:
        at, surface = table.at, _value(self.surface_id)
        for row in table.rows:
            values = list(row)
            values[at["cell_id"]], values[at["surface_id"]] = self.cells[row[at["cell_id"]]], surface
            values[at["digest"]] = self._digest(self.source.keys[row[at["cell_id"]]], row[at["digest"]])
            yield tuple(values)

    def finding(self, table: _Table) -> Iterator[tuple[Any, ...]]:
        from assay.assurance.models import row_id

        at, surface = table.at, _value(self.surface_id)
        for row in table.rows:
            values = list(row)
            values[at["id"]], values[at["surface_id"]] = _value(row_id(self.surface_id, row[at["key"]])), surface
            values[at["subject_id"]] = str(self.subjects[row[at["cell_key"]]])
            for name in ("batch_id", "closed_by_id"):
                if row[at[name]] is not None:
                    values[at[name]] = self._moved(row[at[name]])
            yield tuple(values)

    def verdict(self, table: _Table) -> Iterator[tuple[Any, ...]]:
        for row in table.rows:
            yield from self._plain(_Table("", (row,), table.at), **self._batch(table, row))

    def artefact(self, table: _Table) -> Iterator[tuple[Any, ...]]:
        at, programme = table.at, _value(self.programme_id)
        for row in table.rows:
            values, key = list(row), row[at["key"]]
            values[at["id"]], values[at["programme_id"]] = _value(self.subjects[key]), programme
            if key in self.bodies:
                values[at["text"]], values[at["digest"]] = self.bodies[key]
            yield tuple(values)

    def _plain(self, table: _Table, **given: Any) -> Iterator[tuple[Any, ...]]:
        for row in table.rows:
            values = list(row)
            for name, value in given.items():
                values[table.at[name]] = _value(value)
            yield tuple(values)

    def _batches(self, table: _Table, told: Callable[[dict[str, Any]], dict[str, Any]]) -> Iterator[tuple[Any, ...]]:
        from assay.assurance.bodies import pack, unpack

        for row in table.rows:
            body, digest = pack(told(unpack(bytes(row[table.at["body"]]), row[table.at["digest"]])))
            given = {**self._batch(table, row), "body": body, "digest": digest}
            yield from self._plain(_Table("", (row,), table.at), **given)

    def _batch(self, table: _Table, row: tuple[Any, ...]) -> dict[str, Any]:
        old = row[table.at["id"]]
        return {
            "id": self._moved(old),
            "surface_id": self.surface_id,
            "event_id": f"{self.slug}-{row[table.at['number']]}-{old}"[:80],
        }

    def _put(self, body: dict[str, Any]) -> dict[str, Any]:
        put = []
        for key, stratum, digest, weight, language, subject, *rest in body["put"]:
            named = str(self.subjects[key]) if key in self.subjects else subject
            put.append([key, stratum, self._digest(key, digest), weight, language, named, *rest])
        return {**body, "surface": self.name, "put": put}

    def _said(self, body: dict[str, Any]) -> dict[str, Any]:
        results = [[key, self._digest(key, digest), *rest] for key, digest, *rest in body["results"]]
        return {**body, "surface": self.name, "results": results}

    def _digest(self, key: str, digest: str) -> str:
        return self.bodies[key][1] if key in self.bodies else digest

    def _moved(self, old: Any) -> Any:
        return _value(uuid.uuid5(self.place, str(old)))


def _table(model: type[Any], **where: Any) -> _Table:
    from django.db import connection

    fields = model._meta.concrete_fields
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    rows = model._default_manager.filter(**where)
    return _Table(
        f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({', '.join(['%s'] * len(fields))})",  # noqa: S608  names of columns
        tuple(tuple(f.get_db_prep_save(getattr(row, f.attname), connection) for f in fields) for row in rows),
        {field.attname: place for place, field in enumerate(fields)},
    )


def _value(value: Any) -> Any:
    """A value as the database takes it: SQLite keeps a UUID as text."""
    from django.db import connection

    if isinstance(value, uuid.UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    return value


def fill_apart(folder: Path, programme: str, *, made: int, there: int, wanted: int) -> tuple[int, int]:
    """Fill the portfolio of a data folder in a process of its own, so that its memory is told apart.

    `programme` is the slug of the one to copy, `made` how many copies there are. Answers copies and artefacts then.
    """
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        return pool.submit(_fill, str(folder), programme, made, there, wanted).result()


def _fill(folder: str, programme: str, made: int, there: int, wanted: int) -> tuple[int, int]:
    from assay.cli.bench.material import texts
    from assay.cli.output import TerminalProgress
    from assay.cli.start import ready

    ready(Path(folder))
    from assay.studio.models import Programme

    source = Copier(Programme.objects.get(slug=programme), made)
    progress = TerminalProgress()
    there = source.fill(there, wanted, texts(wanted, seed=1_000 + made), progress)
    progress.finish()
    return source.made, there


@contextmanager
def _fast() -> Iterator[None]:
    """Make the copies without a flush for each transaction and with a large cache; what is measured later has neither."""
    from django.db import connection

    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=OFF")
        cursor.execute("PRAGMA foreign_keys=OFF")
        cursor.execute("PRAGMA cache_size=-300000")
    yield
    connection.close()  # the next use opens it with the settings of the product
