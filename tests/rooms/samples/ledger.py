"""Addresses of time stamps over checkpoints."""

from datetime import timedelta

from assay.ledger import queries, services
from assay.ledger.models import TimeStamp
from tests.rooms.url_samples import World, sample


def stamp(world: World) -> dict[str, object]:
    """A stamp over the newest checkpoint of Asha's log; the pages hand its bytes out and do not read them."""
    services.integrate(log=world.asha.log, now=world.now)
    size = queries.checkpoint_latest(world.asha.log).size
    moment = world.now - timedelta(minutes=1)
    facts = {"token": b"0", "moment": moment, "serial": "1", "authority": "test", "checked": True, "at": world.now}
    TimeStamp.objects.get_or_create(log=world.asha.log, size=size, defaults=facts)
    return {"size": size}


sample("ledger-stamp", "object", arguments=stamp)
sample("ledger-stamped", "object", arguments=stamp)
