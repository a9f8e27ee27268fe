"""What spreads over programmes: artefacts that are nearly the same text, and how many of them have a defect. Reads only."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from assay.accounts.models import Organization
from assay.assurance.bodies import unpack
from assay.assurance.models import FindingRow
from assay.studio.models import Artefact, SweepReport
from assay.studio.portfolio.alike import groups, sketch, spread

MOST = 50
_NAMED = 12
_MEMBERS = 200


def spreading_of(organization: Organization, content: str) -> dict[str, Any]:
    """Groups of nearly equal artefacts that lie in more than one programme, those with most defects first, at most 50.

    `content` is the digest over all artefacts. Where the last report was made of the same content, its groups hold; only
    their defects are counted again.
    """
    last = SweepReport.objects.filter(organization=organization).order_by("-number").first()
    if last is not None:
        body = unpack(last.body, last.digest)
        if body["content"]["after"] == content and "spreading" in body:
            kept: dict[str, Any] = body["spreading"]
            return {**kept, "groups": _counted(organization, kept["groups"])}
    return _found(organization)


def _artefacts(organization: Organization) -> QuerySet[Artefact]:
    rows = Artefact.objects.filter(programme__organization=organization, removed_at=None, readable=True)
    return rows.order_by("programme__slug", "key")


def _found(organization: Organization) -> dict[str, Any]:
    places: list[UUID] = []
    programmes: list[int] = []
    slugs: list[str] = []
    sketches: list[array[int] | None] = []
    by_digest: dict[str, array[int] | None] = {}
    for pk, slug, digest, text in _texts(organization):
        if not slugs or slugs[-1] != slug:
            slugs.append(slug)
            by_digest.clear()
        if digest not in by_digest:
            by_digest[digest] = sketch(text)
        places.append(pk)
        programmes.append(len(slugs) - 1)
        sketches.append(by_digest[digest])
    found = spread(groups(sketches), programmes)
    told = [_group([places[n] for n in each], [slugs[programmes[n]] for n in each]) for each in found]
    return {
        "compared": sum(1 for each in sketches if each is not None),
        "found": len(told),
        "artefacts": sum(each["artefacts"] for each in told),
        "groups": [_titled(each) for each in _counted(organization, told)[:MOST]],
    }


def _texts(organization: Organization) -> Iterator[tuple[UUID, str, str, str]]:
    rows = _artefacts(organization).values_list("pk", "programme__slug", "digest", "text")
    return rows.iterator(chunk_size=500)


def _group(ids: Sequence[UUID], slugs: Sequence[str]) -> dict[str, Any]:
    named = sorted(set(slugs))
    return {
        "artefacts": len(ids),
        "programmes": len(named),
        "named": named[:_NAMED],
        "members": [str(pk) for pk in ids[:_MEMBERS]],
    }


def _titled(group: dict[str, Any]) -> dict[str, Any]:
    title = Artefact.objects.filter(pk=group["members"][0]).values_list("title", flat=True).first()
    return {**group, "title": title or ""}


def _counted(organization: Organization, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The groups with how many of their first 200 members have an open category-A defect now, most of them first."""
    rows = FindingRow.objects.filter(
        surface__organization=organization, bucket="A", defect=True, closed_at=None, disposed_at=None
    )
    bad = set(rows.order_by().values_list("subject_id", flat=True).distinct())
    told = [{**each, "defective": sum(1 for pk in each["members"] if pk in bad)} for each in found]
    return sorted(told, key=lambda each: (-each["defective"], -each["programmes"], -each["artefacts"], each["members"]))
