"""`assay programme badge` and `badge-check`: a credential for a learner who passed, and whether one is genuine."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated

import typer

from assay.cli.start import DATA_HELP, owner, ready, sequence, utc_now


def badge(
    programme: Annotated[str, typer.Option(help="The programme's short name.")],
    name: Annotated[str, typer.Option(help="The learner's name, as it is to stand on the badge.")],
    email: Annotated[str, typer.Option(help="The learner's e-mail address; only a salted digest goes into the badge.")],
    score: Annotated[int, typer.Option(min=0, max=100, help="Percent reached.")],
    pass_mark: Annotated[int, typer.Option(min=0, max=100, help="Percent needed.")] = 70,
    out: Annotated[Path, typer.Option(help="Where to write the badge; .jwt and .svg are added.")] = Path("badge"),
    data: Annotated[Path | None, typer.Option(help=DATA_HELP)] = None,
) -> int:
    """Give an Open Badges 3.0 credential to a learner who passed a published programme."""
    ready(data)
    from assay.studio.badges.services import badge_issue
    from assay.studio.queries import access_programme

    now = utc_now()
    actor = owner(now)
    row = access_programme(actor=actor, slug=programme)
    given = badge_issue(
        actor=actor, programme=row, name=name, email=email, score=score, pass_mark=pass_mark,
        salt=secrets.token_urlsafe(18), now=now,
    )  # fmt: skip
    sequence(now)
    out.with_suffix(".jwt").write_text(given.token + "\n", encoding="utf-8")
    out.with_suffix(".svg").write_bytes(given.picture)
    typer.echo(
        f"{out.with_suffix('.jwt')} and {out.with_suffix('.svg')}, issued by {given.issuer}, entry {given.event}"
    )
    return 0


def badge_verify(
    path: Annotated[Path, typer.Argument(help="The .jwt file of a badge.")],
    issuer: Annotated[str, typer.Option(help="The did:key of the issuer, known from the issuer itself.")],
    email: Annotated[str, typer.Option(help="Check that the badge was given to this address.")] = "",
) -> int:
    """Say whether a badge is genuine. Exit code 0 genuine, 1 changed, foreign or given to somebody else."""
    from assay.core.errors import IntegrityBroken
    from assay.studio.badges.credential import badge_check, recipient_matches

    credential = badge_check(path.read_text(encoding="utf-8"), issuer=issuer, now=utc_now())
    if email and not recipient_matches(credential, email):
        raise IntegrityBroken(
            "The badge was given to another address.", hint="Ask the learner for the address used then."
        )
    result = credential["credentialSubject"]["result"][0]["value"]
    typer.echo(f"genuine: {credential['name']}, {credential['issuer']['name']}, {credential['validFrom']}, {result} %")
    return 0
