"""Sweeping many surfaces: a background job with one step per surface, read-only toward content.

Who registers a kind of surface also registers how one surface of it is swept (`sweeper`), because only they hold the
texts; this room orders the steps, records start and end, and counts.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from uuid import UUID, uuid4

from django.db import transaction

from assay.accounts.access import Actor
from assay.assurance.models import Surface, VerdictRow
from assay.core.errors import InvalidInput
from assay.jobs.models import Job
from assay.jobs.services import enqueue
from assay.ledger.services import append

SWEEP = "portfolio.sweep"


@dataclass(frozen=True)
class Swept:
    """What one surface's sweep came to. Counts are cells; `verdict` is the one in force afterwards."""

    measured: int
    fresh: int
    verdict: VerdictRow


Sweeper = Callable[[Surface, Actor, datetime], Swept]

_sweepers: dict[str, Sweeper] = {}
SWEEPERS: Mapping[str, Sweeper] = MappingProxyType(_sweepers)


def sweeper(kind: str) -> Callable[[Sweeper], Sweeper]:
    """Register the function below as the sweep of surfaces of `kind`. Raises ValueError if another function is it."""

    def register(function: Sweeper) -> Sweeper:
        if _sweepers.setdefault(kind, function) is not function:
            raise ValueError(f"two sweepers for surfaces of the kind {kind}")
        return function

    return register


@transaction.atomic
def portfolio_sweep(*, by: Actor, now: datetime, surfaces: Iterable[UUID] | None = None) -> Job:
    """Enqueue a sweep of the organization's surfaces (all, or those named); return its job, or the one that is open.

    Raises NotPermitted unless the role may write, InvalidInput when there is nothing that anybody knows how to sweep.
    """
    by.require("write")
    rows = Surface.objects.filter(organization=by.organization, kind__in=SWEEPERS.keys())
    if surfaces is not None:
        rows = rows.filter(pk__in=list(surfaces))
    ids = [str(pk) for pk in rows.order_by("key", "pk").values_list("pk", flat=True)]
    if not ids:
        raise InvalidInput("There is nothing to sweep.", hint="Import a programme first.")
    body = {"surfaces": ids, "person": str(by.person.pk), "request": str(uuid4())}
    job = enqueue(kind=SWEEP, key="portfolio", steps_body=body, organization=by.organization, now=now)
    if job.body["request"] == body["request"]:
        append(
            log=by.log, kind="sweep.started", subject=f"job:{job.pk}", actor=by.pseudonym,
            body={"surfaces": len(ids)}, now=now,
        )  # fmt: skip
    return job
