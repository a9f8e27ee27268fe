"""What spreads over programmes: artefacts that are nearly the same text, and how many of them have a defect. Reads only."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, QuerySet

from assay.accounts.models import Organization
from assay.assurance.bodies import unpack
from assay.assurance.models import FindingRow
from assay.studio.models import Artefact, SweepReport
from assay.studio.portfolio.alike import METHOD, Sketches, groups, sketch, spread

MOST = 50
_NAMED = 12
_MEMBERS = 200


class _Found(NamedTuple):
    """How many texts were compared, and the groups: numbers of artefacts, from 0, in the order of programme and key."""

    compared: int
    places: list[list[int]]


class _Order:
    """All readable artefacts, numbered by programme and key. Only one programme's are held at a time."""

    def __init__(self, organization: Organization) -> None:
        rows = _artefacts(organization).order_by().values_list("programme__slug", "programme_id")
        counted = sorted(rows.annotate(count=Count("pk")))
        self.slugs = [slug for slug, _, _ in counted]
        self._ids = [pk for _, pk, _ in counted]
        self._ends = list(accumulate(count for _, _, count in counted))
        self._organization = organization

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def programme(self, number: int) -> int:
        """Which programme, in the order of slugs, an artefact is in."""
        return bisect_right(self._ends, number)

    def artefacts(self, programme: int) -> Iterator[tuple[int, UUID]]:
        """Numbers and ids of one programme's artefacts."""
        rows = _artefacts(self._organization).filter(programme=self._ids[programme]).order_by()
        begin = self._ends[programme - 1] if programme else 0
        # Sorted here: databases sort text by rules of their own.
        for number, (_, pk) in enumerate(sorted(rows.values_list("key", "pk")), start=begin):
            yield number, pk

    def texts(self, programme: int) -> Iterator[tuple[UUID, str, str]]:
        """Ids, digests and texts of one programme's artefacts, in any order."""
        rows = _artefacts(self._organization).filter(programme=self._ids[programme]).order_by()
        return rows.values_list("pk", "digest", "text").iterator(chunk_size=500)

    def ids(self, numbers: Iterable[int]) -> dict[int, UUID]:
        """The ids of these artefacts by number."""
        wanted = set(numbers)
        found: dict[int, UUID] = {}
        for programme in sorted({self.programme(number) for number in wanted}):
            found.update((number, pk) for number, pk in self.artefacts(programme) if number in wanted)
        return found


def spreading_of(organization: Organization, content: str) -> dict[str, Any]:
    """Groups of nearly equal artefacts that lie in more than one programme: how many, and the 50 with most defects.

    `content` is the digest over all artefacts. Where the last report was made of the same content, its groups hold. The
    defects of all members of all groups are counted each time; `carrying` is how many groups have any.
    """
    order = _Order(organization)
    found = _kept(organization, content, len(order)) or _compared(order)
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


def _compared(order: _Order) -> _Found:
    held = Sketches(len(order))
    for programme in range(len(order.slugs)):
        number = {pk: at for at, pk in order.artefacts(programme)}
        by_digest: dict[str, Any] = {}
        for pk, digest, text in order.texts(programme):
            if digest not in by_digest:
                by_digest[digest] = sketch(text)
            if pk in number:
                held.put(number[pk], by_digest[digest])
    return _Found(held.compared(), spread(groups(held), order.programme))


def _counted(organization: Organization, order: _Order, places: Sequence[list[int]]) -> dict[str, Any]:
    """How many groups have a member with an open category-A defect now, and the 50 groups with most such members."""
    bad = _defective(organization, order, places)
    ranked = []
    for each in places:
        defective = sum(1 for at in each if at in bad)
        ranked.append((-defective, -len({order.programme(at) for at in each}), -len(each), each))
    ranked.sort()
    shown = ranked[:MOST]
    ids = order.ids(at for *_, each in shown for at in each[:_MEMBERS])
    return {
        "carrying": sum(1 for each in ranked if each[0]),
        "groups": [_group(order, ids, each, -defective) for defective, _, _, each in shown],
    }


def _defective(organization: Organization, order: _Order, places: Sequence[list[int]]) -> Collection[int]:
    """The numbers of artefacts with an open category-A defect, of programmes that have something in common with others."""
    if not places:
        return frozenset()
    rows = FindingRow.objects.filter(
        surface__organization=organization, bucket="A", defect=True, closed_at=None, disposed_at=None
    )
    named: dict[str, set[str]] = {}
    for slug, subject in rows.order_by().values_list("surface__programme__slug", "subject_id").distinct():
        named.setdefault(slug, set()).add(subject)
    found: set[int] = set()
    for programme, slug in enumerate(order.slugs):
        if slug in named:
            found.update(at for at, pk in order.artefacts(programme) if str(pk) in named[slug])
    return found


def _group(order: _Order, ids: dict[int, UUID], members: Sequence[int], defective: int) -> dict[str, Any]:
    """One group as it is shown: the first 12 programmes and the first 200 artefacts by name."""
    programmes = sorted({order.programme(at) for at in members})
    title = (
        Artefact.objects.filter(pk__in=[ids[at] for at in members[:1] if at in ids])
        .values_list("title", flat=True)
        .first()
    )
    return {
        "artefacts": len(members),
        "programmes": len(programmes),
        "defective": defective,
        "title": title or "",
        "named": [order.slugs[each] for each in programmes[:_NAMED]],
        "members": [str(ids[at]) for at in members[:_MEMBERS] if at in ids],
    }
