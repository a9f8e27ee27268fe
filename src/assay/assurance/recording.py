"""Writing one numbered input of a surface together with its ledger entry; shared by the services of this room."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Max

from assay.assurance.bodies import pack
from assay.assurance.models import Batch, Surface
from assay.client.statement import RecordRef
from assay.ledger import tracking
from assay.ledger.services import append_bulk

SYSTEM = "assay"

B = TypeVar("B", bound=Batch)


def surface_lock(surface: Surface) -> Surface:
    """The surface as it is now, locked until the transaction ends, so that its inputs enter the log in turn."""
    return Surface.objects.select_for_update(of=("self",)).select_related("organization").get(pk=surface.pk)


def subject_of(surface: Surface) -> str:
    """The name under which ledger entries speak of a surface."""
    return f"surface:{surface.pk}"


def name_of(surface: Surface) -> str:
    """The name under which verdicts and batch bodies speak of a surface: kind and key, stable across databases."""
    return f"{surface.kind}/{surface.key}"


def batch_write(
    model: type[B],
    *,
    surface: Surface,
    kind: str,
    body: Mapping[str, Any],
    count: int,
    facts: Mapping[str, object],
    records: Sequence[RecordRef],
    actor: str,
    now: datetime,
    **columns: Any,
) -> B:
    """Store the next batch of a locked surface and append its entry, which commits to the batch and to `records`: the
    rows that it puts into a new state. `at` of the batch is `now`, or later if need be: times of one surface increase.
    """
    packed, digest = pack(body)
    last = model._default_manager.filter(surface=surface).aggregate(last=Max("number"))["last"] or 0
    batch = model(
        id=uuid.uuid4(), surface=surface, number=last + 1, digest=digest, body=packed, count=count, at=now, **columns
    )
    log, subject = surface.organization.log_id, subject_of(surface)
    told = {"surface": name_of(surface), "batch": batch.number, "digest": digest, "count": count, **facts}
    rows = [tracking.record(batch), *records]
    batch.event_id = append_bulk(log=log, kind=kind, subject=subject, actor=actor, body=told, now=now, records=rows)
    batch.save(force_insert=True)
    return batch
