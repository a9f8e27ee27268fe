"""`assay sign-in-link`, `assay token`: a way in for whoever sits at the server."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from assay.cli.start import DATA_HELP, owner, ready, sequence, utc_now
from assay.core.errors import NotFound


def sign_in_link(
    data: Annotated[Path | None, typer.Option(help=DATA_HELP)] = None,
    email: Annotated[str | None, typer.Option(help="Whose link; the local owner when left out.")] = None,
    origin: Annotated[str | None, typer.Option(help="Where the server is reached; else ASSAY_ORIGIN.")] = None,
) -> None:
    """Print a link that signs one person in, once, within a quarter of an hour."""
    ready(data)
    typer.echo(link_for(email, origin))


def link_for(email: str | None, origin: str | None) -> str:
    """A one-time address for the person; the local owner when `email` is None. Raises NotFound."""
    from django.conf import settings

    from assay.accounts.models import Membership
    from assay.accounts.services import sign_in_link_create

    now = utc_now()
    actor = owner(now)
    wanted = email or actor.person.email
    membership = Membership.objects.filter(person__email__iexact=wanted, ended_at=None).order_by("created_at").first()
    if membership is None:
        raise NotFound("person", wanted)
    _link, secret = sign_in_link_create(membership=membership, by=None, now=now)
    sequence(now)
    return f"{(origin or settings.ASSAY.origin).rstrip('/')}/sign-in/{secret}"


def token(
    name: Annotated[str, typer.Option(help="What the token is for.")],
    data: Annotated[Path | None, typer.Option(help=DATA_HELP)] = None,
    scope: Annotated[str, typer.Option(help="read or write.")] = "read",
    days: Annotated[int, typer.Option(help="Days until it expires; 0 for never.", min=0)] = 90,
) -> None:
    """Print a new token of the local owner for the HTTP API; it is shown this once."""
    ready(data)
    from assay.accounts.services import token_create

    now = utc_now()
    lifetime = timedelta(days=days) if days else None
    _token, secret = token_create(by=owner(now), name=name, scope=scope, lifetime=lifetime, now=now)
    sequence(now)
    typer.echo(secret)
