"""Background work of the room: how one programme is swept when a portfolio is."""

from datetime import datetime

from assay.accounts.access import Actor
from assay.assurance.models import Surface
from assay.assurance.sweeps import Swept, sweeper
from assay.studio.models import Programme
from assay.studio.programmes import SURFACE_KIND
from assay.studio.services import programme_sweep


@sweeper(SURFACE_KIND)
def surface_sweep(surface: Surface, actor: Actor, now: datetime) -> Swept:
    """Sweep the programme of a surface. Content is read and never changed."""
    swept = programme_sweep(actor=actor, programme=Programme.objects.get(surface=surface), now=now)
    return Swept(measured=swept.measured, fresh=swept.fresh, verdict=swept.verdict)
