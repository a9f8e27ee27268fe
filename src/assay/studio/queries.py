"""Reading programmes and artefacts. Absent and another organization's look the same: NotFound."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from assay.accounts.access import Actor
from assay.core.errors import NotFound
from assay.studio.models import Artefact, ArtefactVersion, Programme


def access_programme(*, actor: Actor, slug: str) -> Programme:
    """The programme of the actor's organization with this slug. Raises NotFound."""
    row = programme_list(actor=actor).filter(slug=slug).first()
    if row is None:
        raise NotFound("programme", slug)
    return row


def access_artefact(*, actor: Actor, artefact_id: UUID | str) -> Artefact:
    """The artefact of the actor's organization with this id, removed or not. Raises NotFound."""
    try:
        row = (
            Artefact.objects.filter(pk=artefact_id, programme__organization=actor.organization)
            .select_related("programme__surface", "programme__organization")
            .first()
        )
    except (ValueError, ValidationError):
        row = None
    if row is None:
        raise NotFound("artefact", artefact_id)
    return row


def programme_list(*, actor: Actor) -> QuerySet[Programme]:
    """The programmes of the actor's organization, by title."""
    return Programme.objects.filter(organization=actor.organization).select_related("surface", "organization")


def artefact_list(programme: Programme, *, removed: bool = False) -> QuerySet[Artefact]:
    """The artefacts that are there (with `removed`: those that are gone), by pathway and place, without their texts."""
    rows = Artefact.objects.filter(programme=programme, removed_at__isnull=not removed)
    return rows.defer("text").order_by("pathway", "source_path", "source_line", "key")


def artefact_versions(artefact: Artefact) -> QuerySet[ArtefactVersion]:
    """The earlier versions of an artefact, latest first, with their texts."""
    return ArtefactVersion.objects.filter(artefact=artefact).order_by("-version")


def artefact_search(*, actor: Actor, words: str) -> QuerySet[Artefact]:
    """Artefacts that are there and have all the words in title, key or text, case aside, by programme and place."""
    rows = Artefact.objects.filter(programme__organization=actor.organization, removed_at=None)
    parts = words.split()[:8]
    for part in parts:
        rows = rows.filter(Q(title__icontains=part) | Q(key__icontains=part) | Q(text__icontains=part))
    if not parts:
        rows = rows.none()
    return rows.select_related("programme").defer("text", "line_map").order_by("programme__title", "pathway", "key")
