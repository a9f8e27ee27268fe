"""Time stamps over signed checkpoints: asking an authority, keeping its answer, showing what it proves.

A stamp covers the checkpoint with the log's own signature, not the root alone: then it shows that both are older than the
moment, also when the key is lost later. Anybody checks it with `openssl ts -verify`.
"""

import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.conf import settings
from django.db import transaction

from assay.client.compromised import moment_text
from assay.client.timestamp import Authority, stamp_matches, stamp_read, stamp_request
from assay.core.errors import Conflict, NotFound, Unavailable, UsageError
from assay.ledger import services
from assay.ledger.models import Checkpoint, TimeStamp

SECONDS = 30
LARGEST_ANSWER = 256 * 1024


@dataclass(frozen=True, slots=True)
class Query:
    """What is sent to an authority: DER bytes over the checkpoint of `size`, and the nonce that its answer repeats."""

    size: int
    body: bytes
    nonce: int


def query_make(*, log: str, size: int | None = None) -> Query:
    """A request for the newest checkpoint, or that of `size`. Raises NotFound if there is none."""
    row = _checkpoint(log, size)
    body, nonce = stamp_request(row.note.encode())
    return Query(row.size, body, nonce)


def answer_fetch(*, url: str, query: Query) -> bytes:
    """Carry a request to an authority over HTTP (RFC 3161, section 3.4). Raises UsageError, Unavailable."""
    if not url.startswith(("http://", "https://")):
        raise UsageError("No time authority is named.", hint="Set ASSAY_TSA_URL, or give --url.")
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    request = urllib.request.Request(url, data=query.body, headers=headers, method="POST")  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 — the scheme is checked above
            data: bytes = answer.read(LARGEST_ANSWER)
            return data
    except urllib.error.HTTPError as error:
        with error:
            raise Unavailable(f"The time authority answered {error.code}.", hint="Check its address.") from error
    except OSError as error:
        raise Unavailable(f"The time authority at {url} does not answer.", hint="Try again later.") from error


def authority_configured() -> Authority | None:
    """The authority whose certificates ASSAY_TSA_CA names; None if it names none."""
    path = settings.ASSAY.tsa_ca
    return None if path is None else Authority(path.read_bytes())


@transaction.atomic
def stamp_add(
    *,
    log: str,
    size: int,
    token: bytes,
    now: datetime,
    actor: str = "system",
    source: str = "",
    authority: Authority | None = None,
    nonce: int | None = None,
) -> TimeStamp:
    """Keep an authority's answer over the checkpoint of `size`, and log it.

    With `authority` its signature is verified, with `nonce` also that it answers that request; without, only that it is
    over this checkpoint, and it is marked so. Raises NotFound if there is no such checkpoint, IntegrityBroken if the
    answer is over something else or does not verify, InvalidInput if it is none, Conflict if it is kept already.
    """
    data = _checkpoint(log, size).note.encode()
    stamp_matches(token, data)
    if authority is not None:
        authority.time_of(token, data, nonce=nonce)
    moment, serial, _ = stamp_read(token)
    if TimeStamp.objects.filter(log=log, size=size, serial=serial).exists():
        raise Conflict("This time stamp is kept already.", log=log, size=size)
    row = TimeStamp(
        log=log,
        size=size,
        token=token,
        moment=moment,
        serial=serial,
        authority=source[:300],
        checked=authority is not None,
        at=now,
    )
    row.save(force_insert=True)
    body = {
        "size": size,
        "moment": moment_text(moment),
        "serial": serial,
        "token_sha256": sha256(token).hexdigest(),
        "checked": row.checked,
        "authority": row.authority,
    }
    services.append(log=log, kind="checkpoint.stamped", subject=f"log:{log}", actor=actor, body=body, now=now)
    return row


def stamp_list(*, log: str, limit: int = 50) -> list[TimeStamp]:
    """The time stamps of a log, those over the largest checkpoints first."""
    return list(TimeStamp.objects.filter(log=log).order_by("-size", "-id")[:limit])


def stamp_get(*, log: str, size: int) -> tuple[bytes, bytes]:
    """(stamped bytes, answer in DER) of the oldest stamp over the checkpoint of `size`. Raises NotFound."""
    row = TimeStamp.objects.filter(log=log, size=size).order_by("moment", "id").first()
    if row is None:
        raise NotFound("time stamp", size)
    return _checkpoint(log, size).note.encode(), bytes(row.token)


def stamp_covering(*, log: str, index: int) -> TimeStamp | None:
    """The stamp with the earliest moment among those whose checkpoint covers entry `index`."""
    return TimeStamp.objects.filter(log=log, size__gt=index).order_by("moment", "id").first()


def _checkpoint(log: str, size: int | None) -> Checkpoint:
    rows = Checkpoint.objects.filter(log=log)
    row = (rows if size is None else rows.filter(size=size)).order_by("-size").first()
    if row is None:
        raise NotFound("checkpoint", log if size is None else size)
    return row
