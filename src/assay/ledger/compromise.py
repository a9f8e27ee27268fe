"""When a signing key may be in other hands: it is condemned, a new one takes over, and every log says so.

1. The logs are locked, so that nobody signs meanwhile, and each is held against its high-water mark.
2. The key is noted as compromised outside the database, and a new key takes its place; the old one is gone.
3. Each log gets `key.compromised` with the moment, the size up to which its own tree vouches for the past, and how much
   of that others had seen before; then `key.created`.
4. A checkpoint by the new key alone covers everything.

Stopped in the middle, the same call goes on where it was.
"""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max

from assay.client.compromised import Compromised, moment_text
from assay.core.errors import Conflict, InvalidInput, NotFound
from assay.core.note import ED25519, VerifierKey
from assay.ledger import queries, sequencer, services, signing, storage
from assay.ledger.models import Cosignature, LogKey, TimeStamp

REASON_LIMIT = 2_000


@dataclass(frozen=True, slots=True)
class Condemned:
    """What became of one log: its new verifier key, and up to which size others had seen it before `since`."""

    log: str
    old: str
    new: str
    until: int
    proven: int


def key_compromise(
    *, since: datetime, reason: str, now: datetime, vkey: str = "", actor: str = "system"
) -> list[Condemned]:
    """Declare a signing key as compromised from `since` on; return what became of each log.

    `vkey` names the key in one of its logs; without it the present key is meant. A retired key can be declared too.
    Raises NotFound for a key that never signed here, InvalidInput for a time in the future or no reason, Conflict if it
    is declared already, IntegrityBroken if a log does not continue what was signed here: then look before you declare.
    """
    told = reason.strip()
    if since > now or not told or len(told) > REASON_LIMIT:
        raise InvalidInput(
            "A compromise has a moment that has passed, and a reason.",
            hint=f"Give the earliest moment that you cannot exclude, and up to {REASON_LIMIT:,} characters.",
        )
    with transaction.atomic(durable=True):
        done = _condemn(_public_of(vkey), since, told, now, actor)
    sequencer.forget_edges()
    services.integrate(now=now)
    return done


def notices() -> list[str]:
    """`KEY@TIME` of every compromised key and log: what verifiers elsewhere are told, by another way than the log."""
    keys = signing.compromised_keys()
    return [f"{VerifierKey(each.origin, ED25519, each.public).text}@{moment_text(each.since)}" for each in keys]


def _public_of(vkey: str) -> bytes:
    if not vkey:
        return signing.key_load().public
    public = VerifierKey.parse(vkey).public
    if public not in signing.public_keys():
        raise NotFound("signing key", vkey, hint="assay ledger key list shows those that signed here.")
    return public


def _condemn(public: bytes, since: datetime, reason: str, now: datetime, actor: str) -> list[Condemned]:
    heads = _locked_heads()
    told = {each.origin: each for each in signing.compromised_keys() if each.public == public}
    lost = [told.get(head.origin, Compromised(public, since, head.origin, head.size)) for head in heads]
    if told and all(_is_logged(head.log, public) for head in heads):
        raise Conflict("This key is declared as compromised already.", hint="assay ledger key list shows it.")
    if not lost:
        raise NotFound("log", "any", hint="A key without a log has signed nothing.")
    signing.key_condemn(lost)
    return [_declare(head, each, reason, now, actor) for head, each in zip(heads, lost, strict=True)]


def _locked_heads() -> list[storage.LockedHead]:
    """Every log, locked to the end of the transaction and held against its high-water mark."""
    found = []
    with connection.cursor() as cursor:
        for log in queries.logs():
            head = storage.head_lock(cursor, log)
            assert head is not None
            sequencer.edge_checked(cursor, head)
            found.append(head)
    return found


def _declare(head: storage.LockedHead, lost: Compromised, reason: str, now: datetime, actor: str) -> Condemned:
    old, new = VerifierKey(head.origin, ED25519, lost.public).text, signing.vkey_of(head.origin)
    proven = proven_size(head.log, lost.since)
    LogKey.objects.filter(log=head.log, vkey=old, retired_size=None).update(retired_size=head.size)
    body = {
        "vkey": old,
        "public": base64.b64encode(lost.public).decode(),
        "since": moment_text(lost.since),
        "until_size": lost.until,
        "proven_size": proven,
        "reason": reason,
    }
    _entry(head.log, "key.compromised", body, now, actor)
    _, created = LogKey.objects.get_or_create(log=head.log, vkey=new, defaults={"from_size": head.size})
    if created:
        _entry(head.log, "key.created", {"vkey": new}, now, actor)
    return Condemned(head.log, old, new, lost.until, proven)


def proven_size(log: str, before: datetime) -> int:
    """The largest size that others had seen before a moment, by a cosignature or a checked time stamp; 0 if none."""
    witnessed = Cosignature.objects.filter(log=log, at__lt=before)
    stamped = TimeStamp.objects.filter(log=log, moment__lt=before, checked=True)
    return max(rows.aggregate(most=Max("size"))["most"] or 0 for rows in (witnessed, stamped))


def _is_logged(log: str, public: bytes) -> bool:
    return any(base64.b64decode(each["public"]) == public for each in _declared(log))


def _declared(log: str) -> Sequence[dict[str, str]]:
    found = []
    for index in queries.entry_indexes(log=log, kind="key.compromised"):
        data = queries.payload_get(log=log, event=queries.entry_get(log=log, index=index).event)
        if data is not None:
            found.append(json.loads(data))
    return found


def _entry(log: str, kind: str, body: dict[str, object], now: datetime, actor: str) -> None:
    services.append(log=log, kind=kind, subject=f"log:{log}", actor=actor, body=body, now=now)
