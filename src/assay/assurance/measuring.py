"""The service that measures: skips what is fresh, lets an engine read the rest, and records partition by partition."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from assay.accounts.access import Actor
from assay.assurance.carrying import Carried, Carrier, Source
from assay.assurance.encoding import measurement_body, strata_of
from assay.assurance.engines import choosing
from assay.assurance.engines.partition import CellResult, Work
from assay.assurance.findings import FOUND_COLUMNS, FindingsChange, findings_turn, readings_keep
from assay.assurance.models import CellRow, FindingRow, MeasurementBatch, MeasurementRow, Surface, row_id
from assay.assurance.population import chunks, definition_follow
from assay.assurance.recording import batch_write, name_of, surface_lock
from assay.assurance.results import Latest, Terms, belief_now, due, read_results, terms_of
from assay.assurance.shapes import PARTITION, MeasureItem, MeasureSummary
from assay.assurance.words import words_keep
from assay.core.errors import InvalidInput
from assay.ledger import tracking

_TICK = timedelta(microseconds=1)
_WAITING = 16
"""So many kinds of results to be carried over may wait for a full partition each."""


@dataclass
class Call:
    """One call: the surface, the terms of its batches, and what was counted so far."""

    surface: Surface
    by: Actor
    now: datetime
    required: dict[str, tuple[str, ...]]
    terms: dict[int, Terms]
    counts: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    waiting: dict[tuple[Source, ...], list[tuple[MeasureItem, Latest]]] = field(default_factory=dict)


def surface_measure(
    *,
    surface: Surface,
    items: Iterable[MeasureItem],
    by: Actor,
    now: datetime,
    workers: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> MeasureSummary:
    """Measure the items whose cells lack a fresh result, and record results and findings.

    Where only words changed since a detector read a text, and none of them stands in it, what it said is carried over.
    Each partition is a transaction of its own with one ledger entry: an interrupted call leaves whole partitions, and
    the next call measures only what is missing. `progress` is told the number of cells recorded or skipped so far.
    An item whose digest is not that of its cell is counted as outdated and measured not at all. Raises InvalidInput for
    an item whose cell is not in the population.
    """
    definition_follow(surface=surface, now=now)
    surface = Surface.objects.select_related("organization").get(pk=surface.pk)
    required = {each.name: each.required for each in strata_of(surface.strata)}
    call = Call(surface, by, now, required, terms_of(surface))
    words_keep(organization=surface.organization, actor=by.pseudonym, now=now)
    counts = call.counts
    engine = settings.ASSAY.sweep_engine
    for results in choosing.run(_partitions(call, items), engine=engine, workers=workers):
        partition_record(call, results)
        if progress is not None:
            progress(counts["fresh"] + counts["outdated"] + counts["measured"] + counts["carried"])
    return summary_of(call)


def summary_of(call: Call) -> MeasureSummary:
    """What the call did so far."""
    counts = call.counts
    return MeasureSummary(
        offered=counts["offered"],
        fresh=counts["fresh"],
        measured=counts["measured"],
        carried=counts["carried"],
        outdated=counts["outdated"],
        batches=counts["batches"],
        opened=counts["opened"],
        closed=counts["closed"],
        outcomes=dict(sorted(call.outcomes.items())),
    )


def _partitions(call: Call, items: Iterable[MeasureItem]) -> Iterator[list[Work]]:
    held: list[Work] = []
    carrier = Carrier(call.surface)
    for chunk in chunks(items, PARTITION):
        call.counts["offered"] += len(chunk)
        held += _due_work(call, chunk, carrier)
        if again := _carry(call, carrier, everything=len(call.waiting) > _WAITING):
            yield again
        while len(held) >= PARTITION:
            yield held[:PARTITION]
            del held[:PARTITION]
    if again := _carry(call, carrier, everything=True):
        yield again
    if held:
        yield held


def _carry(call: Call, carrier: Carrier, *, everything: bool) -> list[Work]:
    """Record what is carried over, whole partitions or everything; what cannot be carried after all is to be measured."""
    again: list[Work] = []
    for sources, items in list(call.waiting.items()):
        if len(items) < PARTITION and not everything:
            continue
        del call.waiting[sources]
        names = tuple(sorted(name for name, _version, _number in sources))
        for part in chunks(items, PARTITION):
            results, lost = carrier.results(sources, part, call.now)
            again += [Work(item, names) for item in lost]
            if results:
                partition_record(call, results, carrier.carried(sources))
    return again


def _due_work(call: Call, items: Sequence[MeasureItem], carrier: Carrier) -> list[Work]:
    """What of these items has to be measured; what can be carried over goes to `call.waiting`."""
    surface = call.surface
    ids = [row_id(surface.pk, item.cell_key) for item in items]
    rows = CellRow.objects.filter(id__in=ids).values_list(
        "key", "digest", "stratum", "measured__digest", "measured__results"
    )
    known: dict[str, list[Any]] = {key: rest for key, *rest in rows}
    _terms_follow(call)
    parsed: dict[str, Latest] = {}
    work = []
    for item in items:
        if item.cell_key not in known:
            raise InvalidInput(
                f"The cell {item.cell_key!r} is not in the population of {name_of(surface)}.",
                hint="Put the cell into the population first.",
                cell=item.cell_key,
            )
        digest, stratum, measured, text = known[item.cell_key]
        if digest != item.digest:
            call.counts["outdated"] += 1
            continue
        latest: Latest = {}
        if measured == digest and text is not None:
            latest = parsed[text] if text in parsed else parsed.setdefault(text, read_results(text))
        wanted = due(
            call.required.get(stratum, ()), latest, governance=surface.governance, terms=call.terms, now=call.now
        )
        if not wanted:
            call.counts["fresh"] += 1
            continue
        sources = carrier.sources(item, wanted, latest, call.terms, call.now)
        if sources:
            call.waiting.setdefault(sources, []).append((item, latest))
        carried = {name for name, _version, _number in sources}
        if left := tuple(name for name in wanted if name not in carried):
            work.append(Work(item, left))
    return work


def _terms_follow(call: Call) -> None:
    """Learn of batches that somebody else recorded meanwhile, to which rows just read may belong."""
    call.terms.update(terms_of(call.surface, after=max(call.terms, default=0)))


@transaction.atomic
def partition_record(call: Call, results: Sequence[CellResult], carried: Carried | None = None) -> None:
    """Record one partition: the batch with its entry, the rows that index it, findings opened, seen and closed.

    `carried` says where results come from that were not measured now; they expire with those.
    """
    surface = surface_lock(call.surface)
    ids = {each.item.cell_key: row_id(surface.pk, each.item.cell_key) for each in results}
    digests = dict(CellRow.objects.filter(id__in=ids.values()).values_list("key", "digest"))
    kept = [each for each in results if digests.get(each.item.cell_key) == each.item.digest]
    call.counts["outdated"] += len(results) - len(kept)
    if not kept:
        return
    kept = readings_keep(surface, kept)
    at = _moment(surface, call.now)
    expires = None if surface.valid_for is None else at + surface.valid_for
    if carried is not None:
        expires = carried.expires
    terms = Terms(at, expires, surface.governance)
    rows = MeasurementRow.objects.filter(cell__in=ids.values()).values_list("cell__key", "digest", "results")
    before = {key: (digest, text) for key, digest, text in rows}
    _terms_follow(call)
    change = findings_turn(
        surface=surface,
        results=kept,
        before=before,
        belief=belief_now(surface),
        terms=terms,
        earlier=call.terms,
    )
    source = None if carried is None else carried.to_json()
    batch = batch_write(
        MeasurementBatch,
        surface=surface,
        kind="measurement.recorded",
        body=measurement_body(
            name_of(surface), kept, at=at, expires=expires, governance=surface.governance, carried=source
        ),
        count=len(kept),
        facts=_facts(surface, change, source),
        records=[tracking.record(row) for row in change.all()],
        actor=call.by.pseudonym,
        now=at,
        expires=expires,
        governance=surface.governance,
    )
    call.terms[batch.number] = terms
    _results_write(surface, kept, ids, before, batch.number)
    for row in change.opened:
        row.batch = batch
    for row in change.closed:
        row.closed_by = batch
    FindingRow.objects.bulk_create(
        change.opened, update_conflicts=True, unique_fields=["id"], update_fields=FOUND_COLUMNS
    )
    FindingRow.objects.bulk_update(change.closed, ["closed_at", "closed_by", "closing"], batch_size=100)
    FindingRow.objects.bulk_update(change.seen, ["seen_at"], batch_size=100)
    call.outcomes.update(str(one.outcome) for each in kept for one in each.results)
    how = "measured" if carried is None else "carried"
    call.counts.update({how: len(kept)}, batches=1, opened=len(change.opened), closed=len(change.closed))


def _facts(surface: Surface, change: FindingsChange, source: Mapping[str, Any] | None) -> dict[str, Any]:
    """What the entry of a partition says beside digest and count."""
    told = {"governance": surface.governance, "opened": len(change.opened), "closed": len(change.closed)}
    return told if source is None else {**told, "carried": source}


def _moment(surface: Surface, now: datetime) -> datetime:
    """`now`, or just after the last batch if the clock stands still or went back: later batches have later times."""
    last = MeasurementBatch.objects.filter(surface=surface).aggregate(last=Max("at"))["last"]
    return now if last is None else max(now, last + _TICK)


def _results_write(
    surface: Surface,
    results: Sequence[CellResult],
    ids: Mapping[str, UUID],
    before: Mapping[str, tuple[str, str]],
    number: int,
) -> None:
    rows, texts = [], dict[Any, str]()
    for each in results:
        key, digest = each.item.cell_key, each.item.digest
        measured, text = before.get(key, ("", ""))
        mark = (text if measured == digest else "{}", each.results)
        if mark not in texts:
            latest = read_results(mark[0]) | {
                one.detector: (one.version, str(one.outcome), int(one.strength), one.reason, number)
                for one in each.results
            }
            texts[mark] = json.dumps(latest, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        rows.append(MeasurementRow(cell_id=ids[key], surface_id=surface.pk, digest=digest, results=texts[mark]))
    MeasurementRow.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["cell"], update_fields=["digest", "results"]
    )
