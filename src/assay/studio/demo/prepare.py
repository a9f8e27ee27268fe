"""Putting the example into an organization: each programme made, filled and swept once, then left alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from assay.accounts.access import Actor
from assay.accounts.models import Organization
from assay.assurance.queries import verdict_latest
from assay.assurance.services import verdict_refresh
from assay.studio.demo.programmes import EXAMPLES, compose
from assay.studio.models import Programme
from assay.studio.services import pieces_import, programme_create, programme_sweep
from assay.studio.shapes import Step

Progress = Callable[[Step], None]


def demo_lacks(organization: Organization) -> tuple[str, ...]:
    """Titles of the example programmes that `demo_prepare` would make."""
    there = set(Programme.objects.filter(organization=organization).values_list("slug", flat=True))
    return tuple(example.title for example in EXAMPLES if example.slug not in there)


def programmes_own(organization: Organization) -> int:
    """How many programmes it has that are none of the example's."""
    examples = {(example.slug, example.title) for example in EXAMPLES}
    found = Programme.objects.filter(organization=organization).values_list("slug", "title")
    return sum(each not in examples for each in found.iterator())


def demo_prepare(*, actor: Actor, now: datetime, progress: Progress | None = None) -> tuple[Programme, ...]:
    """Make the example programmes that are not there yet, and sweep them as their shapes want; return all of them.

    Interrupted anywhere, the next call goes on; called again, it changes nothing, whatever was done to the programmes
    in between. Raises NotPermitted.
    """
    actor.require("write")
    made = []
    for count, example in enumerate(EXAMPLES, start=1):
        then = now - example.age
        programme = Programme.objects.filter(organization=actor.organization, slug=example.slug).first()
        if programme is None:
            programme = programme_create(
                actor=actor,
                title=example.title,
                standard=example.standard,
                companions=example.companions,
                slug=example.slug,
                kind=example.kind,
                now=then,
            )
        if verdict_latest(programme.surface) is None:
            pieces = compose(example, now)
            pieces_import(actor=actor, programme=programme, pieces=pieces, source_name="example", now=then)
            programme_sweep(
                actor=actor, programme=programme, only=example.seen or None, now=then, progress=_canaries(progress)
            )
            if example.renewed:
                programme_sweep(actor=actor, programme=programme, only=example.renewed, now=now)
            verdict_refresh(surface=programme.surface, now=now)
        made.append(programme)
        if progress is not None:
            progress(Step("example programmes", count, len(EXAMPLES)))
    return tuple(made)


def _canaries(progress: Progress | None) -> Progress | None:
    """Of a sweep, tell only the planting of canaries, which takes longest the first time."""
    if progress is None:
        return None
    return lambda step: progress(step) if step.stage == "canaries" else None
