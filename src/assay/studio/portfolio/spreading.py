"""What spreads over programmes: artefacts that are nearly the same text, and how many of them have a defect. Reads only."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from assay.accounts.models import Organization
from assay.assurance.bodies import unpack
from assay.assurance.models import FindingRow
from assay.studio.models import Artefact, SweepReport
from assay.studio.portfolio.alike import METHOD, groups, sketch, spread

MOST = 50
_NAMED = 12
_MEMBERS = 200


class _Place(NamedTuple):
    slug: str
    key: str
    pk: UUID


class _Found(NamedTuple):
    """How many texts were compared, and the groups: numbers of artefacts, from 0, in the order of programme and key."""

    compared: int
    places: list[list[int]]


def spreading_of(organization: Organization, content: str) -> dict[str, Any]:
    """Groups of nearly equal artefacts that lie in more than one programme: how many, and the 50 with most defects.

    `content` is the digest over all artefacts. Where the last report was made of the same content, its groups hold. The
    defects of all members of all groups are counted each time; `carrying` is how many groups have any.
    """
    order = sorted(_Place(*row) for row in _artefacts(organization).values_list("programme__slug", "key", "pk"))
    found = _kept(organization, content, len(order)) or _compared(organization, order)
    return {
        "compared": found.compared,
        "found": len(found.places),
        "artefacts": sum(map(len, found.places)),
        "method": METHOD,
        "of": len(order),
        "places": found.places,
        **_counted(organization, order, found.places),
    }


def _artefacts(organization: Organization) -> QuerySet[Artefact]:
    return Artefact.objects.filter(programme__organization=organization, removed_at=None, readable=True)


def _kept(organization: Organization, content: str, count: int) -> _Found | None:
    """What the last report found, if it compared the same content in the same way."""
    last = SweepReport.objects.filter(organization=organization).order_by("-number").first()
    if last is None:
        return None
    body = unpack(last.body, last.digest)
    kept = body.get("spreading", {})
    if body["content"]["after"] != content or kept.get("method") != METHOD or kept["of"] != count:
        return None
    return _Found(kept["compared"], kept["places"])


def _compared(organization: Organization, order: Sequence[_Place]) -> _Found:
    number = {place.pk: at for at, place in enumerate(order)}
    sketches: list[array[int] | None] = [None] * len(order)
    by_digest: dict[str, array[int] | None] = {}
    of = ""
    for pk, slug, digest, text in _texts(organization):
        if slug != of:
            of = slug
            by_digest.clear()
        if digest not in by_digest:
            by_digest[digest] = sketch(text)
        if pk in number:
            sketches[number[pk]] = by_digest[digest]
    slugs = {slug: at for at, slug in enumerate(sorted({place.slug for place in order}))}
    found = spread(groups(sketches), [slugs[place.slug] for place in order])
    return _Found(sum(1 for each in sketches if each is not None), [sorted(each) for each in found])


def _texts(organization: Organization) -> Iterator[tuple[UUID, str, str, str]]:
    rows = _artefacts(organization).order_by("programme__slug", "key")
    return rows.values_list("pk", "programme__slug", "digest", "text").iterator(chunk_size=500)


def _counted(organization: Organization, order: Sequence[_Place], places: Sequence[list[int]]) -> dict[str, Any]:
    """How many groups have a member with an open category-A defect now, and the 50 groups with most such members."""
    rows = FindingRow.objects.filter(
        surface__organization=organization, bucket="A", defect=True, closed_at=None, disposed_at=None
    )
    bad = set(rows.order_by().values_list("subject_id", flat=True).distinct())
    ranked = []
    for each in places:
        defective = sum(1 for at in each if str(order[at].pk) in bad)
        ranked.append((-defective, -len({order[at].slug for at in each}), -len(each), each))
    ranked.sort()
    return {
        "carrying": sum(1 for each in ranked if each[0]),
        "groups": [_group([order[at] for at in each], -defective) for defective, _, _, each in ranked[:MOST]],
    }


def _group(members: Sequence[_Place], defective: int) -> dict[str, Any]:
    """One group as it is shown: the first 12 programmes and the first 200 artefacts by name."""
    named = sorted({place.slug for place in members})
    title = Artefact.objects.filter(pk=members[0].pk).values_list("title", flat=True).first()
    return {
        "artefacts": len(members),
        "programmes": len(named),
        "defective": defective,
        "title": title or "",
        "named": named[:_NAMED],
        "members": [str(place.pk) for place in members[:_MEMBERS]],
    }
