"""Background work of the room: the sweep of a portfolio, one resumable step per surface."""

from datetime import datetime
from functools import partial
from typing import Any

from django.utils import timezone

from assay.accounts.access import Actor, actor_of
from assay.accounts.models import Person
from assay.assurance.models import Surface
from assay.assurance.sweeps import SWEEP, SWEEPERS
from assay.core.errors import NotPermitted
from assay.jobs.registry import Do, Steps, Total, Work, handler
from assay.ledger.services import append


@handler(SWEEP)
def portfolio_sweep(work: Work) -> Steps:
    """Sweep each surface of `work.body["surfaces"]` for the person who asked, then record what it came to."""
    yield Total(len(work.body["surfaces"]))
    answers = []
    for surface in work.body["surfaces"]:
        answers.append((yield Do(f"surface-{surface}", _kept, compute=partial(_sweep_one, work, surface))))
    yield Do("finished", partial(_finish, work, answers), units=0)


def _kept(answer: Any) -> Any:
    return answer


def _sweep_one(work: Work, surface_id: str) -> dict[str, Any]:
    """Sweep one surface; everything it writes, it writes in transactions of its own that a second try skips."""
    actor = _actor(work)
    surface = Surface.objects.filter(pk=surface_id, organization=actor.organization).first()
    if surface is None:
        return {"surface": surface_id, "gone": True}
    swept = SWEEPERS[surface.kind](surface, actor, _now())
    return {
        "surface": surface_id,
        "state": swept.verdict.state,
        "digest": swept.verdict.digest,
        "measured": swept.measured,
        "fresh": swept.fresh,
    }


def _finish(work: Work, answers: list[dict[str, Any]]) -> int:
    actor = _actor(work)
    append(
        log=actor.log,
        kind="sweep.finished",
        subject=f"job:{work.job_id}",
        actor=actor.pseudonym,
        body={"surfaces": answers},
        now=_now(),
    )
    return len(answers)


def _actor(work: Work) -> Actor:
    person = Person.objects.filter(pk=work.body["person"]).first()
    actor = None if person is None else actor_of(person, organization_id=work.organization_id)
    if actor is None or str(actor.organization.pk) != str(work.organization_id) or not actor.may("write"):
        raise NotPermitted("Who asked for this sweep may not write any more.", hint="Ask for it again.")
    return actor


def _now() -> datetime:
    return timezone.now()
