"""The whole management system as one picture: verdicts by clause and control domain, what is weakest, due, and whose turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Literal

from django.db.models import Count, Q, QuerySet

from assay.accounts.access import Actor
from assay.assurance.models import VerdictRow
from assay.assurance.queries import glyph_of_row
from assay.core.reading import Glyph
from assay.core.stored import verdict_from_bytes
from assay.core.verdict import StratumCoverage
from assay.registers.declaration import Register
from assay.registers.models import Record
from assay.registers.queries.records import people_of
from assay.registers.queries.steps import NextStep, begun, next_steps
from assay.registers.queries.tally import Tally, stands, tally
from assay.registers.registry import GROUPS, registers

SOON = timedelta(days=30)
MOST_DUE = 12
UNOWNED = ("soa", "statements")
NOBODY = "Nobody (no owner, or one who left)"
KINDS = ("registers.obligations", "registers.controls", "registers.documents", "registers.owners")


@dataclass(frozen=True)
class Part:
    """One stratum of a surface: its square, how it reads, and where it leads."""

    title: str
    glyph: Glyph
    sentence: str
    words: str
    share: Fraction


@dataclass(frozen=True)
class Picture:
    """One surface with its verdict and its strata."""

    title: str
    glyph: Glyph
    sentence: str
    words: str
    parts: tuple[Part, ...]
    at: datetime


@dataclass(frozen=True)
class Turn:
    """A person with what waits for them: overdue reviews, and due within a month."""

    name: str
    overdue: int
    soon: int


@dataclass(frozen=True)
class HomePage:
    """What the home template shows."""

    pictures: tuple[Picture, ...]
    weakest: tuple[tuple[str, str], ...]
    due: tuple[tuple[Record, Register], ...]
    turns: tuple[Turn, ...]
    groups: tuple[tuple[str, tuple[tuple[Register, int, int], ...]], ...]
    sentence: str
    lede: str
    empty: bool
    gaps: int
    steps: tuple[NextStep, ...]


def home_page(actor: Actor, *, now: datetime) -> HomePage:
    """The picture from the verdicts that are stored, and from counts; nothing is judged here, and nothing grows with the
    number of records but what the database counts."""
    today = now.date()
    rows = VerdictRow.objects.filter(surface__organization=actor.organization, surface__kind__in=KINDS, is_latest=True)
    by_kind = {row.surface.kind: row for row in rows.select_related("surface")}
    pictures = tuple(_picture(by_kind[kind]) for kind in KINDS if kind in by_kind)
    parts = sorted(((part, picture) for picture in pictures for part in picture.parts), key=lambda pair: pair[0].share)
    counted = tally(actor.organization, today=today)
    found = stands(counted)
    met = sum(1 for each in found if each.gap == "met")
    return HomePage(
        pictures=pictures,
        weakest=tuple((part.title, part.words) for part, _picture in parts[:5] if part.share < 1),
        due=_due(actor, today),
        turns=_turns(actor, today),
        groups=_groups(counted),
        sentence=f"{met} of {len(found)} obligations and required documents are shown by evidence.",
        lede=_lede(pictures, len(found) - met),
        empty=not any(counted.records.values()),
        gaps=len(found) - met,
        steps=next_steps(begun(actor.organization, counted)),
    )


def _lede(pictures: Sequence[Picture], gaps: int) -> str:
    if not pictures:
        return "Nothing was judged yet: measure the system to see how far its records carry."
    first = pictures[0]
    return f"{first.title}: {first.sentence}."


def _picture(row: VerdictRow) -> Picture:
    verdict = verdict_from_bytes(bytes(row.body))
    parts = tuple(_part(each) for each in verdict.coverage.by_stratum if each.cells)
    return Picture(
        row.surface.title,
        glyph_of_row(row),
        row.sentence,
        f"{row.coverage_permille // 10} % shown",
        parts,
        row.recorded_at,
    )


def _part(each: StratumCoverage) -> Part:
    """The square of a stratum: filled as far as it was shown, crossed where a defect is open. It claims no bound of its
    own, so it is never drawn as solid."""
    share = Fraction(each.measured_weight, each.weight) if each.weight else Fraction(0)
    permille = share.numerator * 1000 // share.denominator
    texture: Literal["solid", "hatched", "crossed", "empty"] = (
        "crossed" if each.defects else "hatched" if share else "empty"
    )
    glyph = Glyph(fill=share, fill_permille=permille, texture=texture, stale=False, letter="!" if each.defects else "")
    told = f"{each.measured} of {each.cells} shown"
    defects = f"; {each.defects} defect{'s' if each.defects > 1 else ''} found" if each.defects else ""
    return Part(each.title, glyph, f"{each.title}: {told}{defects}", f"{told}{defects}", share)


def _working(actor: Actor) -> QuerySet[Record]:
    """Live records on which something is left to do."""
    left = Q()
    for register in registers().values():
        if register.slug not in UNOWNED:
            open_states = [state.name for state in register.states if not state.closed]
            left |= Q(register=register.slug, state__in=open_states)
    return Record.objects.filter(left, organization=actor.organization, retired_at=None).order_by()


def _due(actor: Actor, today: date) -> tuple[tuple[Record, Register], ...]:
    rows = _working(actor).filter(review_on__lte=today + SOON).order_by("review_on", "register", "number")
    return tuple((row, registers()[row.register]) for row in rows.only("title", "register", "review_on")[:MOST_DUE])


def _turns(actor: Actor, today: date) -> tuple[Turn, ...]:
    """Who must act: by owner, and first of all for records that nobody who is here answers for."""
    people = people_of(actor)
    rows = (
        _working(actor)
        .values_list("owner")
        .annotate(
            overdue=Count("pk", filter=Q(review_on__lte=today)),
            soon=Count("pk", filter=Q(review_on__gt=today, review_on__lte=today + SOON)),
        )
    )
    found: dict[str, tuple[int, int]] = {}
    for owner, overdue, soon in rows:
        name = people.get(str(owner), "")
        if overdue or soon or not name:
            before = found.get(name or NOBODY, (0, 0))
            found[name or NOBODY] = (before[0] + overdue, before[1] + soon)
    names = sorted(found, key=lambda name: (-found[name][0], -found[name][1], name))
    return tuple(Turn(name, *found[name]) for name in names)


def _groups(found: Tally) -> tuple[tuple[str, tuple[tuple[Register, int, int], ...]], ...]:
    return tuple(
        (
            group,
            tuple(
                (each, found.count(each.slug), found.count(each.slug, *each.settled))
                for each in registers().values()
                if each.group == group
            ),
        )
        for group in GROUPS
    )
