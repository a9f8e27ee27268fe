"""What every command with a database does first: data folder, migrations, the local owner, and the log brought up to date."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assay.accounts.access import Actor

DATA_HELP = "Data folder; else ASSAY_DATA, else ./assay-data."


def utc_now() -> datetime:
    """The clock of the command line, to the second (times in evidence carry no fractions)."""
    return datetime.now(UTC).replace(microsecond=0)


def ready(data: Path | None) -> Path:
    """Configure Django on the data folder, creating and migrating it where needed; return the folder."""
    from assay.config import boot

    if data is None and not os.environ.get("ASSAY_DATA"):
        data = Path.cwd() / "assay-data"
    folder = boot.setup(data=data, create=True)
    from assay.config import prepare

    prepare.migrate()
    return folder


def owner(now: datetime, *, organization: str = "Local organization") -> Actor:
    """The local owner, made when missing, with their `organization` under that name."""
    from django.conf import settings

    from assay.accounts.services import local_owner

    return local_owner(origin=settings.ASSAY.origin, now=now, name=organization)


def tell_if_example(actor: Actor) -> None:
    """Say on standard error that what follows goes into the example company, where the actor's organization is that."""
    from assay.registers.demo import is_example

    if is_example(actor.organization):
        name = actor.organization.name
        print(f"note: this goes into the example company, {name}; --data mine keeps your own apart.", file=sys.stderr)


def sequence(now: datetime) -> int:
    """Bring every pending entry into the tree and publish a checkpoint; return how many entries were sequenced."""
    from assay.ledger import services

    return services.integrate(now=now)
