"""Background work of the room: how one programme is swept when a portfolio is, and the verdict after a fix."""

from datetime import datetime
from functools import partial
from typing import Any

from django.utils import timezone

from assay.accounts.access import Actor
from assay.assurance.models import Surface
from assay.assurance.services import verdict_refresh
from assay.assurance.sweeps import Swept, sweeper
from assay.jobs.registry import Do, Steps, Work, handler
from assay.studio.models import Programme
from assay.studio.programmes import SURFACE_KIND
from assay.studio.remediation.services import REFRESH
from assay.studio.services import programme_sweep


@sweeper(SURFACE_KIND)
def surface_sweep(surface: Surface, actor: Actor, now: datetime) -> Swept:
    """Sweep the programme of a surface. Content is read and never changed."""
    swept = programme_sweep(actor=actor, programme=Programme.objects.get(surface=surface), now=now)
    return Swept(measured=swept.measured, fresh=swept.fresh, verdict=swept.verdict)


@handler(REFRESH)
def verdict_bring_up(work: Work) -> Steps:
    """Bring the cached report of one surface up to date, unless whoever changed its artefact did so already."""
    yield Do("verdict", _kept, compute=partial(_verdict, work))


def _kept(answer: Any) -> Any:
    return answer


def _verdict(work: Work) -> str:
    surface = Surface.objects.filter(pk=work.body["surface"], organization=work.organization_id).first()
    return "" if surface is None else verdict_refresh(surface=surface, now=timezone.now()).digest
