"""Services of imports: read a file, check it against a mapping, apply it, take it back."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from assay.accounts.access import Actor
from assay.accounts.models import Membership, Person
from assay.core.errors import Conflict, InvalidInput, NotPermitted
from assay.ledger import tracking
from assay.ledger.services import append_bulk
from assay.registers.declaration import Checked, Register
from assay.registers.importing import (
    cell_read,
    day_order,
    day_read,
    error_in,
    file_read,
    is_nothing,
    mapping_guess,
    targets,
)
from assay.registers.models import ImportRun, Record, RecordLink, RecordVersion
from assay.registers.queries.records import links_known
from assay.registers.registry import register_of
from assay.registers.services.writing import derive, links_follow, number_next
from assay.registers.values import Refused, missing, search_text

CHUNK, MOST_PROBLEMS, SAMPLES, TOLD_EVERY, MOST_TITLE = 500, 500, 60, 500, 300


@dataclass(frozen=True)
class RowRead:
    """One line of the file as a record would hold it, or what is wrong with it: (field, sentence)."""

    line: int
    title: str
    data: dict[str, Any]
    owner: Person | None
    deputy: Person | None
    review_on: date | None
    problems: tuple[tuple[str, str], ...]


@transaction.atomic
def import_read(
    *,
    actor: Actor,
    register: str,
    name: str,
    content: bytes,
    now: datetime,
    progress: Callable[[int, int], None] | None = None,
) -> ImportRun:
    """Read a file and keep what it says, with a guess which column is which; the register is not touched.

    Raises NotPermitted (also for registers that the product fills), InvalidInput for a file that cannot be read.
    """
    actor.require("write")
    declared = register_of(register)
    if declared.fixed or declared.single:
        raise NotPermitted(f"{declared.plural} cannot be imported.", register=register)
    found = file_read(name, content)
    run = ImportRun(
        organization=actor.organization, register=register, file_name=name[:300], sheet=found.sheet[:200],
        digest="sha256:" + hashlib.sha256(content).hexdigest(), header=list(found.header),
        rows=[[line, list(cells)] for line, cells in found.rows], count=len(found.rows), by=actor.person, at=now,
        mapping={
            "columns": mapping_guess(declared, found.header, [cells for _line, cells in found.rows[:SAMPLES]]), "constants": {},
            "others": list(found.others)[:50],
        },
    )  # fmt: skip
    run.problems = _told(rows_read(actor, run, progress))
    run.save(force_insert=True)
    _entry(run, "import.read", actor, now)
    return run


def _entry(run: ImportRun, kind: str, actor: Actor, now: datetime, records: Sequence[Any] = ()) -> None:
    append_bulk(
        log=actor.log, kind=kind, subject=f"import:{run.pk}", actor=actor.pseudonym, now=now, records=[tracking.record(run), *records],
        body={"register": run.register, "file": run.digest, "rows": run.count, "problems": len(run.problems)},
    )  # fmt: skip


def _told(rows: Sequence[RowRead]) -> list[list[Any]]:
    return [[row.line, key, words] for row in rows for key, words in row.problems][:MOST_PROBLEMS]


@transaction.atomic
def import_map(
    *, run: ImportRun, actor: Actor, columns: Mapping[str, str], constants: Mapping[str, str], now: datetime
) -> ImportRun:
    """Say which column goes where, and what all rows have in common; check again, write nothing to the register."""
    actor.require("write")
    row = _lock(run, actor)
    if row.standing != ImportRun.Standing.READ:
        raise Conflict("This import was applied already.", hint="Read the file again.")
    known = {key for key, _label in targets(register_of(row.register))}
    chosen = {label: key for label, key in columns.items() if label in row.header and key in known}
    twice = sorted({key for key in chosen.values() if list(chosen.values()).count(key) > 1})
    if twice:
        raise InvalidInput("Two columns go to one field.", hint=f"Choose one for: {', '.join(twice)}.")
    row.mapping = {
        **row.mapping,
        "columns": chosen,
        "constants": {key: value[:5000] for key, value in constants.items() if key in known and value.strip()},
    }
    row.problems = _told(rows_read(actor, row))
    row.save(update_fields=["mapping", "problems"])
    _entry(row, "import.read", actor, now)
    return row


@transaction.atomic
def import_apply(*, run: ImportRun, actor: Actor, now: datetime, skip_bad: bool = False) -> ImportRun:
    """Write the rows. With `skip_bad` rows with problems are left out; without it, one problem stops everything.

    Entries attest up to 500 records each. Raises Conflict for problems, or an import that was applied already.
    """
    actor.require("write")
    row = _lock(run, actor)
    if row.standing != ImportRun.Standing.READ:
        raise Conflict("This import was applied already.", hint="Read the file again.")
    rows = rows_read(actor, row)
    good = [each for each in rows if not each.problems]
    if len(good) < len(rows) and not skip_bad:
        raise Conflict(
            f"{len(rows) - len(good)} of {len(rows)} rows have problems.", hint="Mend them, or leave them out."
        )
    if not good:
        raise Conflict("No row can be imported as it is.", hint="Look at the problems, and at which column goes where.")
    row.standing, row.problems, row.count = ImportRun.Standing.APPLIED, _told(rows), len(good)
    row.save(update_fields=["standing", "problems", "count"])
    number = number_next(actor.organization, row.register)
    for start in range(0, len(good), CHUNK):
        refs = _write(row, good[start : start + CHUNK], number + start, actor, now)
        _entry(row, "records.imported", actor, now, refs)
    return row


def _write(run: ImportRun, rows: Sequence[RowRead], number: int, actor: Actor, now: datetime) -> list[Any]:
    declared = register_of(run.register)
    records, versions = [], []
    for place, each in enumerate(rows, number):
        record = Record(
            id=uuid.uuid4(), organization=actor.organization, register=run.register, number=place, title=each.title,
            state=declared.initial, data=each.data, owner=each.owner, deputy=each.deputy, version=1, author=actor.person,
            review_on=each.review_on or now.date() + timedelta(days=declared.review_days), imported=run,
            search_text=search_text(declared, place, each.title, each.data), created_at=now, updated_at=now,
        )  # fmt: skip
        records.append(record)
        versions.append(
            RecordVersion(
                record=record, number=1, what="imported", words=f"{run.file_name}, line {each.line}", title=each.title,
                state=record.state, data=each.data, owner_id=record.owner_id, deputy_id=record.deputy_id,
                review_on=record.review_on, by=actor.person, at=now,
            )
        )  # fmt: skip
    Record.objects.bulk_create(records, batch_size=100)
    RecordVersion.objects.bulk_create(versions, batch_size=100)
    linked = [
        link
        for record in records
        if any(record.data.get(f.key) for f in declared.links)
        for link in links_follow(record, declared)[0]
    ]
    return [tracking.record(each) for each in (*records, *versions, *linked)]


@transaction.atomic
def import_undo(*, run: ImportRun, actor: Actor, now: datetime) -> int:
    """Take an import back: its records are retired, all or none; return how many.

    Raises Conflict if somebody has changed one of them since, or if there is nothing to take back.
    """
    actor.require("write")
    row = _lock(run, actor)
    if row.standing != ImportRun.Standing.APPLIED:
        raise Conflict("There is nothing to take back.", hint="Only an applied import can be undone, and once.")
    records = list(Record.objects.filter(imported=row, retired_at=None))
    touched = [each.number for each in records if each.version > 1]
    if touched:
        raise Conflict(
            f"{len(touched)} of its records were changed since.", hint="Retire them one by one.", numbers=touched[:20]
        )
    row.standing, row.undone_at = ImportRun.Standing.UNDONE, now
    row.save(update_fields=["standing", "undone_at"])
    for start in range(0, len(records), CHUNK):
        _entry(row, "import.undone", actor, now, _take_back(records[start : start + CHUNK], actor, now))
    if not records:
        _entry(row, "import.undone", actor, now)
    return len(records)


def _take_back(records: Sequence[Record], actor: Actor, now: datetime) -> list[Any]:
    """Retire untouched records together; return what the entry attests."""
    versions = []
    for each in records:
        each.retired_at, each.version, each.author, each.updated_at = now, each.version + 1, actor.person, now
        versions.append(
            RecordVersion(
                record=each, number=each.version, what="retired", words="Import taken back.", title=each.title, state=each.state,
                data=each.data, owner_id=each.owner_id, deputy_id=each.deputy_id, review_on=each.review_on, retired=True,
                by=actor.person, at=now,
            )
        )  # fmt: skip
    rows = Record.objects.filter(pk__in=[each.pk for each in records])
    rows.update(retired_at=now, version=F("version") + 1, author=actor.person, updated_at=now)
    RecordVersion.objects.bulk_create(versions, batch_size=100)
    links = list(RecordLink.objects.filter(source__in=[each.pk for each in records]))
    gone = [tracking.record_deleted(each) for each in links]
    RecordLink.objects.filter(pk__in=[each.pk for each in links]).delete()
    return [*(tracking.record(each) for each in (*records, *versions)), *gone]


def _lock(run: ImportRun, actor: Actor) -> ImportRun:
    return ImportRun.objects.select_for_update().get(pk=run.pk, organization=actor.organization)


@dataclass(frozen=True)
class Reading:
    """What reading the rows of an import needs: where columns go, what all rows have in common, people by name and address,
    and for each day's column whether day or month comes first."""

    actor: Actor
    register: Register
    columns: Mapping[str, int]
    constants: Mapping[str, str]
    people: Mapping[str, Person]
    orders: Mapping[str, str]
    today: date


def rows_read(actor: Actor, run: ImportRun, progress: Callable[[int, int], None] | None = None) -> list[RowRead]:
    """Every row as a record would hold it, with its problems; `progress` is told how many of how many are read."""
    register = register_of(run.register)
    rows = Membership.objects.filter(organization=actor.organization, ended_at=None).select_related("person")
    people = {word.casefold(): each.person for each in rows for word in (each.person.name, each.person.email)}
    places = {label: place for place, label in enumerate(run.header)}
    columns = {key: places[label] for label, key in run.mapping.get("columns", {}).items() if label in places}
    days = {"review_on", *(each.key for each in register.fields if each.kind == "date")}
    orders = {key: day_order(cells[columns[key]] for _line, cells in run.rows) for key in days if key in columns}
    reading = Reading(actor, register, columns, run.mapping.get("constants", {}), people, orders, run.at.date())
    found = []
    for done, (line, cells) in enumerate(run.rows, 1):
        found.append(_row_read(reading, int(line), cells))
        if progress is not None and (done % TOLD_EVERY == 0 or done == len(run.rows)):
            progress(done, len(run.rows))
    return found


def _row_read(reading: Reading, line: int, cells: Sequence[str]) -> RowRead:
    register, columns, constants = reading.register, reading.columns, reading.constants
    given = {
        key: (cells[columns[key]] if key in columns else "") or constants.get(key, "") for key in {*columns, *constants}
    }
    wrong: list[tuple[str, str]] = []
    for key in ("title", "owner", "deputy", "review_on"):
        error = error_in(given.get(key, ""))
        if error:
            wrong.append((key, error))
            given[key] = "?" if key == "title" else ""
    title = " ".join(given.pop("title", "").split())
    if not title:
        wrong.append(("title", "There is no title."))
    elif len(title) > MOST_TITLE:
        wrong.append(("title", f"The title has {len(title)} characters; give at most {MOST_TITLE}."))
        title = title[:MOST_TITLE]
    found: dict[str, Person | None] = {}
    for key in ("owner", "deputy"):
        text = given.pop(key, "").strip()
        text = "" if is_nothing(text) else text
        found[key] = _person(reading.people, text)
        if text and found[key] is None:
            wrong.append((key, f"Nobody here is called {text[:60]!r}."))
    if found["owner"] is not None and found["owner"] == found["deputy"]:
        wrong.append(("deputy", "The deputy is somebody else than the owner."))
    day, data = _values(reading, given, wrong)
    told = {key for key, _words in wrong}
    wrong += [(key, words) for key, words in missing(register, data, register.initial).items() if key not in told]
    if register.check is not None and not wrong:
        told_to = Checked(data, register.initial, reading.today, lambda _key: ())
        wrong += list(register.check(told_to).items())
    if any(data.get(each.key) for each in register.links):
        wrong += list(links_known(reading.actor.organization.pk, register, data).items())
    return RowRead(line, title, data, found["owner"], found["deputy"], day, tuple(wrong))


def _values(
    reading: Reading, given: dict[str, str], wrong: list[tuple[str, str]]
) -> tuple[date | None, dict[str, Any]]:
    """The day of the next review and the declared fields; what cannot be read goes to `wrong`."""
    day: date | None = None
    review = given.pop("review_on", "").strip()
    try:
        day = day_read(review, reading.orders.get("review_on", "day")) if review and not is_nothing(review) else None
    except Refused as refused:
        wrong.append(("review_on", str(refused)))
    data: dict[str, Any] = {}
    for field in reading.register.fields:
        text = given.get(field.key, "").strip()
        try:
            value = cell_read(field, text, reading.orders.get(field.key, "day")) if text else None
        except Refused as refused:
            wrong.append((field.key, str(refused)))
            continue
        if value not in (None, "", []):
            data[field.key] = value
    return day, derive(reading.register, data)


def _person(people: Mapping[str, Person], text: str) -> Person | None:
    """Somebody by name or address, also as “Name <address>” or “Last, First”."""
    tries = [text, *re.findall(r"[\w.+-]+@[\w.-]+", text), re.sub(r"\s*[<(].*", "", text)]
    last, comma, first = text.partition(",")
    if comma:
        tries.append(f"{first.strip()} {last.strip()}")
    return next((people[each.casefold()] for each in tries if each.casefold() in people), None)
