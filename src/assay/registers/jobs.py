"""Background work of the room: the management system is judged every day, so that no verdict over it just runs out."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.utils import timezone

from assay.accounts.access import Actor, actor_of
from assay.accounts.models import Membership, Person, Role
from assay.core.errors import NotPermitted
from assay.jobs.registry import Do, Steps, Work, handler
from assay.jobs.services import schedule_set
from assay.registers.services import impacts_reopen_due
from assay.registers.services.measuring import system_measure

MEASURE, KEY = "registers.measure", "system"
EVERY = timedelta(days=1)


def measure_daily(*, actor: Actor, now: datetime) -> None:
    """Have the management system of the organization judged every day from tomorrow on; asking again changes nothing."""
    schedule_set(
        kind=MEASURE,
        key=KEY,
        body={"person": str(actor.person.pk)},
        every=EVERY,
        organization=actor.organization,
        now=now,
    )


@handler(MEASURE)
def measure(work: Work) -> Steps:
    """Reopen what is due by date, then judge everything."""
    yield Do("reopen", partial(_reopen, work))
    yield Do("measure", _kept, compute=partial(_measure, work))


def _kept(answer: Any) -> Any:
    return answer


def _reopen(work: Work) -> int:
    return impacts_reopen_due(actor=actor_for(work), now=_now())


def _measure(work: Work) -> list[int]:
    done = system_measure(actor=actor_for(work), now=_now())
    return [done.cells, done.measured]


def _now() -> datetime:
    return timezone.now().replace(microsecond=0)


def actor_for(work: Work) -> Actor:
    """Who asked for it; an owner of the organization if they may not write any more. Raises NotPermitted without one."""
    owners = Membership.objects.filter(organization=work.organization_id, ended_at=None, role=Role.OWNER)
    people = [work.body["person"], *map(str, owners.order_by("created_at").values_list("person_id", flat=True))]
    for pk in people:
        person = Person.objects.filter(pk=pk).first()
        actor = actor_of(person, organization_id=work.organization_id) if person is not None else None
        if actor is not None and actor.organization.pk == work.organization_id and actor.may("write"):
            return actor
    raise NotPermitted("Nobody of the organization may judge its management system.", hint="Make somebody an owner.")
