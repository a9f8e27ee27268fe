"""The whole management system as one picture: verdicts by clause and control domain, what is weakest, due, and whose turn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Literal

from assay.accounts.access import Actor
from assay.assurance.models import VerdictRow
from assay.assurance.queries import glyph_of_row
from assay.core.reading import Glyph
from assay.core.stored import verdict_from_bytes
from assay.core.verdict import StratumCoverage
from assay.registers.declaration import Register
from assay.registers.queries.records import people_of
from assay.registers.queries.standing import Held, Holding, Stand
from assay.registers.queries.steps import NextStep, next_steps
from assay.registers.registry import GROUPS, registers

SOON = timedelta(days=30)
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
    due: tuple[tuple[Holding, Register], ...]
    turns: tuple[Turn, ...]
    groups: tuple[tuple[str, tuple[tuple[Register, int, int], ...]], ...]
    sentence: str
    lede: str
    empty: bool
    gaps: int
    steps: tuple[NextStep, ...]


def home_page(actor: Actor, found: Held, stands: Sequence[Stand], *, now: datetime) -> HomePage:
    """The picture from the verdicts that are stored; nothing is judged here."""
    rows = VerdictRow.objects.filter(surface__organization=actor.organization, surface__kind__in=KINDS, is_latest=True)
    by_kind = {row.surface.kind: row for row in rows.select_related("surface")}
    pictures = tuple(_picture(by_kind[kind]) for kind in KINDS if kind in by_kind)
    parts = sorted(((part, picture) for picture in pictures for part in picture.parts), key=lambda pair: pair[0].share)
    met = sum(1 for each in stands if each.gap == "met")
    due = sorted(
        (row for row in _working(found) if row.review_on and row.review_on <= found.today + SOON),
        key=lambda row: str(row.review_on),
    )
    return HomePage(
        pictures=pictures,
        weakest=tuple((part.title, part.words) for part, _picture in parts[:5] if part.share < 1),
        due=tuple((row, registers()[row.register]) for row in due[:12]),
        turns=_turns(actor, found),
        groups=_groups(found),
        sentence=f"{met} of {len(stands)} obligations and required documents are shown by evidence.",
        lede=_lede(pictures, len(stands) - met),
        empty=not found.records,
        gaps=len(stands) - met,
        steps=next_steps(found),
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


def _working(found: Held) -> list[Holding]:
    return [
        row
        for row in found.records
        if row.state not in registers()[row.register].closed and row.register not in ("soa", "statements")
    ]


def _turns(actor: Actor, found: Held) -> tuple[Turn, ...]:
    people = people_of(actor)
    overdue: Counter[str] = Counter()
    soon: Counter[str] = Counter()
    for row in _working(found):
        name = people.get(str(row.owner), "") or "Nobody (no owner, or one who left)"
        if row.review_on and row.review_on <= found.today:
            overdue[name] += 1
        elif row.review_on and row.review_on <= found.today + SOON:
            soon[name] += 1
        elif name not in people.values():
            soon[name] += 0
    names = sorted({*overdue, *soon}, key=lambda name: (-overdue[name], -soon[name], name))
    return tuple(Turn(name, overdue[name], soon[name]) for name in names)


def _groups(found: Held) -> tuple[tuple[str, tuple[tuple[Register, int, int], ...]], ...]:
    groups = []
    for group in GROUPS:
        rows = []
        for register in registers().values():
            if register.group == group:
                mine = found.by_register.get(register.slug, ())
                rows.append((register, len(mine), sum(1 for row in mine if row.state in register.settled)))
        groups.append((group, tuple(rows)))
    return tuple(groups)
