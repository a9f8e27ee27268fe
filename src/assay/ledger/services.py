"""What writes to the ledger: accept an entry in the caller's transaction, open a log, sequence what waits."""

import os
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from django.db import connection, transaction

from assay.client.fields import commitment_by_field
from assay.client.statement import (
    SALT_LENGTH,
    RecordRef,
    Statement,
    commitment_of,
    leaf_bytes,
    salted,
    timestamp,
)
from assay.core.canonical import canonical_bytes
from assay.core.errors import Conflict, InvalidInput, UsageError
from assay.core.merkle import EMPTY_ROOT
from assay.core.note import parse_checkpoint
from assay.ledger import queries, sequencer, signing, storage, tracking, wake
from assay.ledger.kinds import BY_FIELD, check_kind
from assay.ledger.models import Head, LogKey
from assay.ledger.payloads import Content, payloads_put
from assay.ledger.sequencer import Prepared

PAYLOAD_LIMIT = 64 * 1024 * 1024
_NAME = re.compile(r"[\x21-\x3f\x41-\x7e]{1,255}", re.ASCII)
_ORIGIN = re.compile(r"[\x21-\x2a\x2c-\x7e]{1,255}", re.ASCII)
_LOG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", re.ASCII)


def append(
    *,
    log: str,
    kind: str,
    subject: str,
    actor: str,
    body: Mapping[str, object],
    now: datetime,
    record: RecordRef | None = None,
) -> str:
    """Accept one entry into the outbox of `log`, in the caller's transaction; return its event id.

    `subject` and `actor` are printable ASCII without spaces and "@": `actor` is a pseudonym, never a name or address.
    `body` is canonical JSON; the leaf holds only a salted commitment to it. `record` is the state of the row after the
    change (`tracking.record(instance)`, taken after saving). Raises UsageError outside a transaction, InvalidInput for
    an unknown kind or a value that has no canonical form.
    """
    prepared = prepare(log=log, kind=kind, subject=subject, actor=actor, body=body, now=now, record=record)
    _accept(log, prepared)
    return prepared.event


def prepare(
    *,
    log: str,
    kind: str,
    subject: str,
    actor: str,
    body: Mapping[str, object],
    now: datetime,
    record: RecordRef | None = None,
) -> Prepared:
    """Make an entry without accepting it: parameters and errors as `append`."""
    salt = secrets.token_bytes(SALT_LENGTH)
    payload = canonical_bytes(body)
    statement = _statement(log=log, kind=kind, subject=subject, actor=actor, now=now, salt=salt, payload=payload)
    if record is not None:
        statement = _with_record(statement, record, salt)
    return _prepared(statement, Content(statement.event, subject, salt, payload))


def append_bulk(
    *,
    log: str,
    kind: str,
    subject: str,
    actor: str,
    body: Mapping[str, object],
    now: datetime,
    records: Iterable[RecordRef],
) -> str:
    """Accept one entry that commits to the state of many rows: imports, measurements.

    The rows' keys and digests go into the payload beside `body`, as `records`: [{"table", "schema", "rows": [[key,
    digest], …]}, …], sorted by table, rows in the given order. Raises as `append`, and InvalidInput for a `body` with a
    key `records`.
    """
    if "records" in body:
        raise InvalidInput("The body of a bulk entry cannot have a key 'records'.", hint="The ledger fills it.")
    groups: dict[tuple[str, str], list[list[str | None]]] = {}
    for row in records:
        groups.setdefault((row.table, row.schema), []).append([row.key, row.digest])
    salt = secrets.token_bytes(SALT_LENGTH)
    listed = [{"table": table, "schema": schema, "rows": rows} for (table, schema), rows in sorted(groups.items())]
    payload = canonical_bytes({**body, "records": listed})
    statement = _statement(
        log=log,
        kind=kind,
        subject=subject,
        actor=actor,
        now=now,
        salt=salt,
        payload=payload,
        records=sum(map(len, groups.values())),
    )
    _accept(log, _prepared(statement, Content(statement.event, subject, salt, payload)))
    return statement.event


@transaction.atomic
def log_open(*, log: str, origin: str, now: datetime, actor: str = "system") -> None:
    """Open a log. `origin` is the first line of its checkpoints: scheme-less, without space or plus, never reused.

    Makes the signing key if this is the first log of the installation. Appends `log.opened`, `key.created` and
    `tracking.declared`. Raises Conflict if the log or the origin exists.
    """
    if _LOG.fullmatch(log) is None or _ORIGIN.fullmatch(origin) is None:
        raise InvalidInput(
            f"A log cannot be called {log!r} with the origin {origin!r}.",
            hint="A log: letters, digits, dots, hyphens. An origin: printable ASCII without space and plus.",
        )
    if Head.objects.filter(log=log).exists() or Head.objects.filter(origin=origin).exists():
        raise Conflict(f"A log {log!r} or an origin {origin!r} exists already.", log=log, origin=origin)
    if not Head.objects.exists():
        signing.key_create_if_missing()
    vkey = signing.vkey_of(origin)
    Head.objects.create(log=log, origin=origin, root=EMPTY_ROOT)
    LogKey.objects.create(log=log, vkey=vkey, from_size=0)
    _log_entry(log, "log.opened", {"origin": origin}, actor=actor, now=now)
    _log_entry(log, "key.created", {"vkey": vkey}, actor=actor, now=now)
    _log_entry(log, "tracking.declared", tracking.declarations(), actor=actor, now=now)


@transaction.atomic
def tracking_declare(*, now: datetime, actor: str = "system") -> int:
    """Enter the present declarations of tracked tables in every log whose last ones differ; return how many logs.

    Called after migrations, before the first write of a new release.
    """
    wanted = canonical_bytes(tracking.declarations())
    changed = 0
    for log in Head.objects.order_by("log").values_list("log", flat=True):
        if queries.payload_latest(log, "tracking.declared") != wanted:
            _log_entry(log, "tracking.declared", tracking.declarations(), actor=actor, now=now)
            changed += 1
    return changed


def key_create(*, now: datetime, actor: str = "system") -> str:
    """Make the signing key of this installation (file 0600) and log it in every open log; return its fingerprint.

    Raises Conflict if there is a key.
    """
    with transaction.atomic():
        signing.key_create()
        for head in Head.objects.order_by("log"):
            vkey = signing.vkey_of(head.origin)
            LogKey.objects.create(log=head.log, vkey=vkey, from_size=head.size)
            append(
                log=head.log, kind="key.created", subject=f"log:{head.log}", actor=actor, body={"vkey": vkey}, now=now
            )
    return signing.fingerprint()


def key_rotate(*, now: datetime, actor: str = "system") -> str:
    """Begin to change the signing key: a new one signs beside the old one; return the new fingerprint.

    Logs `key.created` in every log and publishes a checkpoint with both signatures. Give the new verifier keys to those
    who check the logs, then call `key_retire`. Raises Conflict while an earlier change is not finished.
    """
    signing.key_exchange()
    sequencer.forget_edges()
    with transaction.atomic():
        for head in Head.objects.order_by("log"):
            vkey = signing.vkey_of(head.origin)
            LogKey.objects.create(log=head.log, vkey=vkey, from_size=head.size)
            _log_entry(head.log, "key.created", {"vkey": vkey}, actor=actor, now=now)
    integrate(now=now)
    return signing.fingerprint()


def key_retire(*, now: datetime, actor: str = "system") -> None:
    """Finish the change of the signing key: the old one is removed and logged as retired.

    Raises Conflict if no change is under way, or a log has no checkpoint with the new signature yet.
    """
    for head in Head.objects.filter(size__gt=0).order_by("log"):
        note = queries.checkpoint_latest(head.log).note
        if signing.signer_of(head.origin).key_id not in {line.key_id for line in parse_checkpoint(note)[1].signatures}:
            raise Conflict(f"Log {head.log} has no checkpoint with the new key yet.", hint="Let it be sequenced first.")
    signing.key_discard()
    with transaction.atomic():
        for head in Head.objects.order_by("log"):
            present = signing.vkey_of(head.origin)
            for key in LogKey.objects.filter(log=head.log, retired_size=None).exclude(vkey=present):
                key.retired_size = head.size
                key.save(update_fields=["retired_size"])
                _log_entry(head.log, "key.retired", {"vkey": key.vkey}, actor=actor, now=now)
    integrate(now=now)


def integrate(*, log: str | None = None, now: datetime) -> int:
    """Sequence all waiting entries of `log`, or of every log; return how many.

    Up to 1,024 entries per transaction: index, tiles, root and signed checkpoint are committed together. Safe to call
    from several threads and processes at once. Raises IntegrityBroken, and signs nothing, when the right edge, the last
    checkpoint or the high-water mark do not fit together; RuntimeError (from Django) inside a transaction.
    """
    if log is not None:
        return sequencer.drain(log, now)
    with connection.cursor() as cursor:
        waiting = storage.logs_waiting(cursor)
    return sum(sequencer.drain(name, now) for name in waiting)


def _statement(
    *,
    log: str,
    kind: str,
    subject: str,
    actor: str,
    now: datetime,
    salt: bytes,
    payload: bytes,
    records: int | None = None,
) -> Statement:
    check_kind(kind)
    for name, value in (("subject", subject), ("actor", actor)):
        if _NAME.fullmatch(value) is None:
            raise InvalidInput(
                f"The {name} of an entry is not printable ASCII without spaces and @.",
                hint="Use an id such as artefact:<uuid>, or a pseudonym.",
            )
    if len(payload) > PAYLOAD_LIMIT:
        raise InvalidInput(
            f"A body of {len(payload)} bytes is larger than {PAYLOAD_LIMIT}.", hint="Split it into partitions."
        )
    by_field = kind in BY_FIELD
    return Statement(
        event=_event_id(now),
        commitment=(commitment_by_field if by_field else commitment_of)(salt, payload),
        log=log,
        kind=kind,
        subject=subject,
        actor=actor,
        at=timestamp(now),
        records=records,
        by_field=by_field,
    )


def _prepared(statement: Statement, content: Content) -> Prepared:
    facts = (statement.kind, statement.actor, statement.subject, statement.at)
    return Prepared(statement.event, leaf_bytes(statement), content, facts)


def _with_record(statement: Statement, record: RecordRef, salt: bytes) -> Statement:
    return replace(
        statement,
        record=(record.table, record.key, record.schema),
        record_digest=None if record.digest is None else salted(salt, record.digest),
    )


def _event_id(now: datetime) -> str:
    """A UUID version 7 (RFC 9562): milliseconds of `now`, then random bits, so that indexes grow at their end."""
    stamp = int(now.timestamp() * 1000).to_bytes(6)
    noise = bytearray(os.urandom(10))
    noise[0] = 0x70 | noise[0] & 0x0F
    noise[2] = 0x80 | noise[2] & 0x3F
    text = (stamp + noise).hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _accept(log: str, prepared: Prepared) -> None:
    if not connection.in_atomic_block:
        raise UsageError(
            "An entry can only be appended inside the transaction of the change that it records.",
            hint="Put @transaction.atomic on the service.",
        )
    with connection.cursor() as cursor:
        storage.outbox_insert(cursor, log, prepared.event, prepared.leaf)
        payloads_put(cursor, log, [prepared.content])
    if wake.someone_listens():
        transaction.on_commit(wake.wake)


def _log_entry(log: str, kind: str, body: Mapping[str, object], *, actor: str, now: datetime) -> None:
    append(log=log, kind=kind, subject=f"log:{log}", actor=actor, body=body, now=now)
