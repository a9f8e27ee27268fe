"""Whether a programme is as its last sweep left it: asked of the database in groups, so that a sweep costs what changed."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from django.db.models import Case, CharField, Count, F, Func, OuterRef, Subquery, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce

from assay.assurance.models import CellRow, Surface
from assay.assurance.standing import Standing, surface_standing
from assay.studio.governance import is_legacy
from assay.studio.models import Artefact, Programme
from assay.studio.pathways import BY_NUMBER, PATHWAYS, UNMAPPED
from assay.studio.programmes import surface_stands

_BETWEEN = "\x1f"


def programme_standing(programme: Programme, now: datetime) -> Standing | None:
    """What is known of a programme if sweeping it at `now` would write nothing; None where something has to be done.

    Artefacts that cannot be read stay due for ever and are not counted as something to do. Reads only.
    """
    if programme.surface_id is None:
        return None
    surface = Surface.objects.select_related("organization").get(pk=programme.surface_id)
    there = _there(programme, surface)
    if there is None or not surface_stands(programme, surface, unmapped=there[UNMAPPED] > 0):
        return None
    standing = surface_standing(surface, now)
    if standing is None:
        return None
    expected = programme.blueprint or [pathway.slug for pathway in PATHWAYS]
    unread = there.pop("")
    as_listed = standing.present == dict(+there) and standing.missing == tuple(sorted(set(expected) - set(+there)))
    return standing if as_listed and standing.due == unread else None


def _there(programme: Programme, surface: Surface) -> Counter[str] | None:
    """Artefacts by stratum, and under "" those that no detector can read; None if one differs from its cell."""
    cell = (
        CellRow.objects.order_by()
        .annotate(tongue=Coalesce("language", Value("")))
        .filter(
            surface=surface,
            key=OuterRef("key"),
            digest=OuterRef("digest"),
            title=OuterRef("title"),
            tongue=Coalesce(OuterRef("language"), Value("")),
        )
        .values(
            state=Func(
                F("stratum"),
                Value(_BETWEEN),
                F("route"),
                Value(_BETWEEN),
                F("governance"),
                Value(_BETWEEN),
                Case(When(legacy=True, then=Value("1")), default=Value("")),
                template="(%(expressions)s)",
                arg_joiner=" || ",  # none is null; what Concat does against that costs 2 ms to compile
                output_field=CharField(),
            )
        )
    )
    groups = (
        Artefact.objects.filter(programme=programme, removed_at=None)
        .order_by()
        .annotate(
            by_route=KeyTextTransform("route", "generation_meta"),
            by_version=KeyTextTransform("governance_version", "generation_meta"),
            by_directive=KeyTextTransform("directive", "provenance"),
            stamped=Case(When(generation_meta__isnull=True, then=Value(0)), default=Value(1)),
            state=Subquery(cell),
        )
        .values_list("pathway", "readable", "stamped", "by_route", "by_version", "by_directive", "state")
        .annotate(count=Count("pk"))
    )
    found = Counter[str]({"": 0, UNMAPPED: 0})
    for pathway, readable, stamped, route, version, directive, state, count in groups:
        meta = {"route": route, "governance_version": version} if stamped else None
        stratum = UNMAPPED if pathway is None else BY_NUMBER[pathway].slug
        legacy = "1" if is_legacy(meta, {"directive": directive}) else ""
        if state != _BETWEEN.join((stratum, route or "", version or "", legacy)):
            return None
        found[stratum] += count
        if not readable and pathway is not None:
            found[""] += count
    return found
