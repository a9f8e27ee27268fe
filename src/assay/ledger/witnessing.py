"""Asking witnesses and keeping what they answer. Carrying the request is the caller's task: HTTP, or a file by hand."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from assay.client.witness import Request, format_request
from assay.core.errors import InvalidInput
from assay.core.merkle import consistency_path
from assay.core.note import VerifierKey, verify_cosignatures
from assay.ledger import queries
from assay.ledger.models import Checkpoint, Cosignature


def request_make(*, log: str, old: int, size: int | None = None) -> tuple[int, str]:
    """The `add-checkpoint` request for the newest checkpoint, or that of `size`, to a witness that saw `old` entries.

    Returns the size and the body. Raises NotFound if there is no checkpoint, InvalidInput if `old` is larger.
    """
    chosen = queries.checkpoint_latest(log) if size is None else queries.checkpoint_get(log, size)
    note = Checkpoint.objects.get(log=log, size=chosen.size).note
    proof = consistency_path(old, chosen.size, queries.nodes(log))
    return chosen.size, format_request(Request(old, tuple(proof), note))


def last_seen(*, log: str, witness: str) -> int:
    """The largest size that this witness has cosigned here; 0 if none."""
    rows = Cosignature.objects.filter(log=log, name=witness).order_by("-size")
    return rows.values_list("size", flat=True).first() or 0


@transaction.atomic
def cosignature_add(*, log: str, size: int, answer: str, witnesses: Sequence[VerifierKey], now: datetime) -> list[str]:
    """Keep the cosignature lines of an answer that verify under a known witness key; return the witnesses' names.

    Lines of unknown keys are left out. Raises InvalidInput if no line is of a known witness, IntegrityBroken if one of
    a known witness does not verify, NotFound if there is no checkpoint of this size.
    """
    queries.checkpoint_get(log, size)
    note = Checkpoint.objects.get(log=log, size=size).note
    lines = [line for line in answer.split("\n") if line]
    found = verify_cosignatures(note + "".join(f"{line}\n" for line in lines), witnesses)
    if not found:
        raise InvalidInput("The answer holds no cosignature of a known witness.")
    for one in found:
        line = next(line for line in lines if line.startswith(f"— {one.name} "))
        Cosignature.objects.get_or_create(log=log, size=size, name=one.name, defaults={"line": line, "at": now})
    return [one.name for one in found]
