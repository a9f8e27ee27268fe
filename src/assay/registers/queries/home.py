"""The whole management system as one picture: verdicts by clause and control domain, what is weakest, due, and whose turn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import islice
from typing import Literal

from django.db.models import Count, Q

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
_WHY = {
    "none": ("has no record yet", "have no record yet"), "draft": ("has only drafts", "have only drafts"),
    "no-evidence": ("has no evidence", "have no evidence"),
    "expired": ("rests on evidence that has expired", "rest on evidence that has expired"),
    "claimed": ("is only claimed", "are only claimed"),
}  # fmt: skip
"""Why a requirement is not shown, of one and of several."""
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
    turns, records = _turns(actor, today)
    counted = tally(actor.organization, today=today, records=records)
    found = stands(counted)
    met = sum(1 for each in found if each.gap == "met")
    return HomePage(
        pictures=pictures,
        weakest=tuple((part.title, part.words) for part, _picture in parts[:5] if part.share < 1),
        due=_due(actor, today),
        turns=turns,
        groups=_groups(counted),
        sentence=f"{met} of {len(found)} obligations and required documents are shown by evidence.",
        lede=_lede(pictures, Counter(each.gap for each in found)),
        empty=not any(counted.records.values()),
        gaps=len(found) - met,
        steps=next_steps(begun(actor.organization, counted)),
    )


def _lede(pictures: Sequence[Picture], stood: Mapping[str, int]) -> str:
    """What is missing, by why it is, in words."""
    if not pictures:
        return "Nothing was judged yet: measure the system to see how far its records carry."
    missing = [
        f"{stood[gap]} {one if stood[gap] == 1 else many}" for gap, (one, many) in _WHY.items() if stood.get(gap)
    ]
    if not missing:
        return "None is missing. That says what is shown, not how well it works."
    return f"Of the others, {' and '.join(filter(None, (', '.join(missing[:-1]), missing[-1])))}."


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
    told = f"{each.measured:,} of {each.cells:,} shown"
    defects = f"; {each.defects:,} defect{'s' if each.defects > 1 else ''} found" if each.defects else ""
    return Part(each.title, glyph, f"{each.title}: {told}{defects}", f"{told}{defects}", share)


def _left(slug: str, state: str) -> bool:
    """Whether something is left to do on records of this register and state."""
    return slug not in UNOWNED and state not in registers()[slug].closed


def _due(actor: Actor, today: date) -> tuple[tuple[Record, Register], ...]:
    rows = Record.objects.filter(organization=actor.organization, retired_at=None, review_on__lte=today + SOON)
    rows = rows.exclude(register__in=UNOWNED).order_by("review_on").only("title", "register", "state", "review_on")
    open_ones = (row for row in rows.iterator(chunk_size=200) if _left(row.register, row.state))
    return tuple((row, registers()[row.register]) for row in islice(open_ones, MOST_DUE))


def _turns(actor: Actor, today: date) -> tuple[tuple[Turn, ...], Mapping[tuple[str, str], int]]:
    """Who must act, by owner, among them records that nobody who is here answers for; and how many records there are by
    register and state. An index answers it alone."""
    people = people_of(actor)
    rows = Record.objects.filter(organization=actor.organization, retired_at=None).order_by()
    counted = rows.values_list("register", "state", "owner").annotate(
        many=Count("*"),
        overdue=Count("state", filter=Q(review_on__lte=today)),
        near=Count("state", filter=Q(review_on__lte=today + SOON)),
    )
    found: dict[str, tuple[int, int]] = {}
    records: Counter[tuple[str, str]] = Counter()
    for slug, state, owner, many, overdue, near in counted:
        records[slug, state] += many
        name = people.get(str(owner), "")
        if _left(slug, state) and (near or not name):
            before = found.get(name or NOBODY, (0, 0))
            found[name or NOBODY] = (before[0] + overdue, before[1] + near - overdue)
    names = sorted(found, key=lambda name: (-found[name][0], -found[name][1], name))
    return tuple(Turn(name, *found[name]) for name in names), records


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
