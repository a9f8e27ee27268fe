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
            return {**kept, "groups": _sorted([_counted(each) for each in kept["groups"]])}
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
    told = [_counted(_group([places[n] for n in each], [slugs[programmes[n]] for n in each])) for each in found]
    return {
        "compared": sum(1 for each in sketches if each is not None),
        "found": len(told),
        "artefacts": sum(each["artefacts"] for each in told),
        "groups": _sorted(told)[:MOST],
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
        "members": [str(pk) for pk in ids[:200]],
    }


def _counted(group: dict[str, Any]) -> dict[str, Any]:
    """The group with its first artefact's title, and how many of its named members have an open category-A defect."""
    members = group["members"]
    rows = FindingRow.objects.filter(
        subject_id__in=members, bucket="A", defect=True, closed_at=None, disposed_at=None
    ).values_list("subject_id", flat=True)
    first = Artefact.objects.filter(pk=members[0]).values_list("title", "pathway").first()
    title = first[0] if first is not None else ""
    return group | {"title": title, "defective": len(set(rows.order_by()))}


def _sorted(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(
        found, key=lambda each: (-each["defective"], -each["programmes"], -each["artefacts"], each["members"])
    )
