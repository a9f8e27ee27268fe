"""Erasing content: of one entry, of everything about a subject, or of what was kept long enough. Proofs stay as they are.

Rows that are attested by an entry whose content goes are attested again by the entry that says so. That would cover up a
row that was changed behind the log's back, so the whole ledger is verified first, and nothing is erased unless it adds up.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import connection, transaction

from assay.client.statement import RecordRef, Statement, read_leaf
from assay.core.errors import Conflict, InvalidInput, NotFound
from assay.ledger import queries, services, sqlite_guard, storage, tracking
from assay.ledger.kinds import check_kind
from assay.ledger.live import verify_live
from assay.ledger.models import Entry, Outbox, Payload, PayloadKey, Retention
from assay.ledger.payloads import payloads_open

CHUNK = 500
# What the log says about itself is needed to read it, and is kept.
KEPT = frozenset(
    {"log", "checkpoint", "key", "tracking", "payload", "payloads", "subject", "retention", "witness", "pack", "ledger"}
)


@dataclass(frozen=True, slots=True)
class Due:
    """What a schedule would erase now: `count` contents of `kind` whose entries have an index below `below`."""

    kind: str
    days: int
    basis: str
    below: int
    count: int


def payload_erase(*, log: str, event: str, actor: str, reason: str, basis: str, now: datetime) -> None:
    """Erase the payload and salt of an entry; its leaf and every proof stay as they are. Cannot be undone.

    Appends `payload.erased` with who, why and on which legal basis. Raises NotFound if there is no payload to erase,
    Conflict unless the ledger verifies.
    """
    if not Payload.objects.filter(log=log, event=event).exists():
        raise NotFound("payload", event)
    _require_whole([event])
    with transaction.atomic():
        with connection.cursor() as cursor:
            storage.erasing_enter(cursor, log)
        if not Payload.objects.filter(log=log, event=event).exists():
            raise NotFound("payload", event)  # another erased it in the meantime, and has told so
        body = {"event": event, "reason": reason, "basis": basis}
        _tell(log, "payload.erased", f"event:{event}", actor, body, now, _attested(log, [event]))
        Payload.objects.filter(log=log, event=event).delete()
    _settle()


def subject_erase(*, log: str, subject: str, actor: str, reason: str, basis: str, now: datetime) -> int:
    """Erase everything that entries hold about `subject`, and destroy its key; return how many contents there were.

    Copies of the database that were made without the table of keys are unreadable from now on. Appends `subject.erased`
    with who, why and on which legal basis. Raises NotFound if nothing is held, Conflict unless the ledger verifies.
    """
    noun = subject.partition(":")[0]
    if noun in KEPT:
        raise InvalidInput(f"What the log says about {subject} is needed to read it.", hint="Name another subject.")
    events = _held(_events_about(log, subject))
    if not events:
        raise NotFound("content about the subject", subject)
    _require_whole(events)
    with transaction.atomic():
        # Whoever is writing about the subject ends first: what was written counts, and is found from here on.
        with connection.cursor() as cursor:
            storage.erasing_enter(cursor, log)
            storage.key_making_stop(cursor, log, subject)
        known, events = set(events), _held(_events_about(log, subject))
        if not events:
            raise NotFound("content about the subject", subject)
        _require_whole(each for each in events if each not in known)
        body = {"subject": subject, "contents": len(events), "reason": reason, "basis": basis}
        _tell(log, "subject.erased", f"subject:{subject}", actor, body, now, _attested(log, events))
        PayloadKey.objects.filter(log=log, subject=subject).delete()
        _delete(events)
    _settle()
    return len(events)


@transaction.atomic
def retention_set(*, log: str, kind: str, days: int | None, basis: str, actor: str, now: datetime) -> None:
    """Keep the content of entries of `kind` for `days` days; None: for ever. Nothing is erased by this alone.

    Appends `retention.set`. Raises InvalidInput for an unknown kind, for one that the log needs, or fewer than 1 day.
    """
    check_kind(kind)
    if kind.partition(".")[0] in KEPT:
        raise InvalidInput(f"The content of {kind} is needed to read the log.", hint="Choose another kind.")
    if days is not None and not 1 <= days <= 36_500:
        raise InvalidInput(
            "Content is kept for 1 to 36,500 days.", hint="Give whole days, or none to keep it for ever."
        )
    if days is not None and not basis.strip():
        raise InvalidInput("A time of retention needs its basis.", hint="Name the law, contract or rule.")
    rows = Retention.objects.filter(log=log, kind=kind)
    if days is None:
        rows.delete()
    else:
        Retention.objects.update_or_create(log=log, kind=kind, defaults={"days": days, "basis": basis.strip()})
    body = {"kind": kind, "days": days, "basis": basis.strip()}
    services.append(log=log, kind="retention.set", subject=f"kind:{kind}", actor=actor, body=body, now=now)


def retention_due(*, log: str, now: datetime) -> list[Due]:
    """Every schedule of a log, by kind, with what it would erase now."""
    found = []
    for row in Retention.objects.filter(log=log).order_by("kind"):
        entries = Entry.objects.filter(log=log, kind=row.kind)
        kept = entries.filter(at__gte=now - timedelta(days=row.days)).order_by("idx").values_list("idx", flat=True)
        first = kept.first()
        below = queries.position(log) if first is None else first
        held = sum(len(_held(part)) for part in _chunks(_old(log, row.kind, below)))
        found.append(Due(row.kind, row.days, row.basis, below, held))
    return found


def retention_run(*, log: str, actor: str, now: datetime) -> list[Due]:
    """Erase what every schedule says; return what was erased, by kind.

    Appends `payloads.expired` for each kind. Raises Conflict, and erases nothing, unless the ledger verifies.
    """
    due = [each for each in retention_due(log=log, now=now) if each.count]
    if not due:
        return []
    _require_whole([event for each in due for event in _held(_old(log, each.kind, each.below))])
    erased = []
    for each in due:
        with transaction.atomic():
            with connection.cursor() as cursor:
                storage.erasing_enter(cursor, log)
            events = _held(_old(log, each.kind, each.below))
            if not events:
                continue  # another erased them in the meantime, and has told so
            body = {
                "kind": each.kind,
                "below": each.below,
                "days": each.days,
                "basis": each.basis,
                "contents": len(events),
            }
            _tell(log, "payloads.expired", f"kind:{each.kind}", actor, body, now, _attested(log, events))
            _delete(events)
        erased.append(replace(each, count=len(events)))
    _settle()
    return erased


def _tell(
    log: str, kind: str, subject: str, actor: str, body: Mapping[str, object], now: datetime, rows: Sequence[RecordRef]
) -> None:
    if rows:
        services.append_bulk(log=log, kind=kind, subject=subject, actor=actor, body=body, now=now, records=rows)
    else:
        services.append(log=log, kind=kind, subject=subject, actor=actor, body=body, now=now)


def _events_about(log: str, subject: str) -> list[str]:
    events = list(Entry.objects.filter(log=log, subject=subject).values_list("event", flat=True))
    waiting = Outbox.objects.filter(log=log).values_list("event", "leaf")
    return events + [event for event, leaf in waiting if read_leaf(bytes(leaf)).subject == subject]


def _old(log: str, kind: str, below: int) -> list[str]:
    return list(Entry.objects.filter(log=log, kind=kind, idx__lt=below).values_list("event", flat=True))


def _held(events: Iterable[str]) -> list[str]:
    """Those events whose payload is there."""
    found: list[str] = []
    for part in _chunks(events):
        found += Payload.objects.filter(event__in=part).values_list("event", flat=True)
    return found


def _delete(events: Iterable[str]) -> None:
    for part in _chunks(events):
        Payload.objects.filter(event__in=part).delete()


def _chunks(events: Iterable[str]) -> Iterator[list[str]]:
    listed = list(events)
    for at in range(0, len(listed), CHUNK):
        yield listed[at : at + CHUNK]


def _statements(events: Iterable[str]) -> Iterator[Statement]:
    for part in _chunks(events):
        for model in (Entry, Outbox):
            for leaf in model.objects.filter(event__in=part).values_list("leaf", flat=True):
                yield read_leaf(bytes(leaf))


def _require_whole(events: Iterable[str]) -> None:
    """Raises Conflict unless the ledger verifies, if any of the entries attests rows."""
    if any(one.record is not None or one.records is not None for one in _statements(events)):
        report = verify_live()
        if report.differences:
            raise Conflict(
                f"The ledger does not verify ({len(report.differences)} differences), so nothing is erased.",
                hint="Run assay verify, and settle what it names first.",
            )


def _attested(log: str, events: Sequence[str]) -> list[RecordRef]:
    """The present state of those live rows that the entries attest."""
    keys: dict[str, dict[str, None]] = {}
    bulk = []
    for one in _statements(events):
        if one.record is not None:
            keys.setdefault(one.record[0], {})[one.record[1]] = None
        if one.records is not None:
            bulk.append(one.event)
    for part in _chunks(bulk):
        for opened in payloads_open(log, part).values():
            for group in json.loads(opened.payload)["records"]:
                keys.setdefault(group["table"], {}).update(dict.fromkeys(key for key, _ in group["rows"]))
    models = {tracked.table: model for model, tracked in tracking.TRACKED.items()}
    refs = []
    for table, wanted in sorted(keys.items()):
        model = models.get(table)
        for part in _chunks(wanted) if model is not None else ():
            refs += [tracking.record(row) for row in model._default_manager.filter(pk__in=part)]  # type: ignore[union-attr]
    return refs


def _settle() -> None:
    """Move what was erased out of SQLite's write-ahead log as far as this moment allows."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        sqlite_guard.checkpoint_if_due(connection.settings_dict["NAME"], due_bytes=0)
