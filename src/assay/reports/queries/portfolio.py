"""The portfolio: a row per programme, and the one true sentence over all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

from assay.accounts.access import Actor
from assay.assurance.queries import PortfolioRow, portfolio_rows
from assay.catalog import load_families
from assay.core.reading import Glyph

KIND = "studio.programme"
LITTLE = Fraction(7, 10)
NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class ProgrammeRow:
    """One programme as a list shows it. Shares are exact; counts are cells or findings; None: no verdict yet."""

    slug: str
    title: str
    standard: str
    standard_name: str
    state: str
    glyph: Glyph | None
    sentence: str
    words: str
    coverage: Fraction | None
    strata_measured: int
    strata_total: int
    cells: int
    measured: int
    content_level: str
    found: int
    residual: int | None
    remaining: int | None
    weakest: str
    weakest_title: str
    weakest_share: Fraction | None
    oldest: datetime | None
    next_expiry: datetime | None
    open_a: int
    open_own: int
    open_b: int
    open_c: int
    governance: str
    position: int | None
    digest: str

    @property
    def unmeasured(self) -> int:
        return self.cells - self.measured


@dataclass(frozen=True)
class Portfolio:
    """All programmes that match, in the order asked for, with the sums over all of them."""

    rows: tuple[ProgrammeRow, ...]
    looked_at: Fraction | None
    with_defect: int
    bounded: int
    unmeasured: int
    stale: int
    gaps: int
    loose: int

    @property
    def sentence(self) -> str:
        """What is known and what is not, in one sentence."""
        count = len(self.rows)
        noun = "programme" if count == 1 else "programmes"
        if self.looked_at is None:
            return (
                f"{count} {noun}. Nothing was looked at yet." if count else "No programme yet. Nothing was looked at."
            )
        percent = self.looked_at.numerator * 100 // self.looked_at.denominator
        return f"{count} {noun}. We looked at {percent} % of what could be wrong."

    @property
    def lede(self) -> str:
        """How the programmes divide, in plain sentences; a group that is empty is not mentioned."""
        groups = (
            (self.with_defect, "holds a defect", "hold a defect"),
            (self.bounded, "has nothing found and little left to hide", "have nothing found and little left to hide"),
            (self.stale, "was clean when last looked at, too long ago", "were clean when last looked at, too long ago"),
            (self.gaps, "has nothing found, but not everything was looked at", "have nothing found, but not everything was looked at"),
            (self.loose, "has nothing found, but more may remain than its policy allows", "have nothing found, but more may remain than their policy allows"),
            (
                self.unmeasured,
                "has nothing found because little was looked at: it is not clean, it is unmeasured",
                "have nothing found because little was looked at: they are not clean, they are unmeasured",
            ),
        )  # fmt: skip
        return " ".join(f"{_count(count)} {one if count == 1 else many}." for count, one, many in groups if count)


WORDS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve")


def _count(count: int) -> str:
    return WORDS[count] if count < len(WORDS) else f"{count:,}"


def portfolio(
    actor: Actor,
    *,
    search: str = "",
    state: str = "",
    standard: str = "",
    order: str = "title",
    slugs: Iterable[str] | None = None,
) -> Portfolio:
    """The programmes of the actor's organization. `state` is a verdict state or "none"; `order` a key of ORDERS, with a
    minus for descending."""
    names = {family.id: family.name for family in load_families().families}
    listed = portfolio_rows(actor, kind=KIND, state=state or None, search=search)
    rows = [programme_row(row, names) for row in listed]
    if standard:
        rows = [row for row in rows if row.standard == standard]
    if slugs is not None:
        wanted = set(slugs)
        rows = [row for row in rows if row.slug in wanted]
    rows.sort(key=lambda row: row.title.casefold())
    rows.sort(key=ORDERS[order.lstrip("-")], reverse=order.startswith("-"))
    return _summed(tuple(rows))


def programme_row(row: PortfolioRow, names: dict[str, str]) -> ProgrammeRow:
    """The list row of one surface."""
    verdict = row.verdict
    share: dict[str, Any] = {}
    if verdict is not None:
        share = {
            "state": verdict.state,
            "sentence": verdict.sentence,
            "words": words_of(verdict.state, verdict.found, verdict.texture),
            "coverage": Fraction(verdict.coverage_n, verdict.coverage_d),
            "strata_measured": verdict.strata_measured,
            "strata_total": verdict.strata_total,
            "cells": verdict.cells,
            "measured": verdict.measured,
            "content_level": verdict.content_level,
            "found": verdict.found,
            "residual": verdict.residual,
            "remaining": verdict.remaining,
            "weakest": verdict.weakest,
            "weakest_share": None if verdict.weakest_permille is None else Fraction(verdict.weakest_permille, 1000),
            "oldest": verdict.oldest,
            "next_expiry": verdict.next_expiry,
            "governance": verdict.governance,
            "position": verdict.position,
            "digest": verdict.digest,
        }
    empty: dict[str, Any] = {
        "state": "none", "sentence": "no verdict yet", "words": "not looked at", "coverage": None, "strata_measured": 0,
        "strata_total": 0, "cells": 0, "measured": 0, "content_level": "", "found": 0, "residual": None, "remaining": None,
        "weakest": "", "weakest_share": None, "oldest": None, "next_expiry": None, "governance": "", "position": None, "digest": "",
    }  # fmt: skip
    return ProgrammeRow(
        slug=row.key,
        title=row.title,
        standard=row.standard,
        standard_name=names.get(row.standard, row.standard),
        glyph=row.glyph,
        weakest_title=row.weakest_title,
        open_a=row.open.a,
        open_own=row.open.own,
        open_b=row.open.b,
        open_c=row.open.c,
        **(empty | share),
    )


def words_of(state: str, found: int, texture: str) -> str:
    """A verdict in two or three words, which always stand beside its coverage."""
    if found:
        return "1 defect found" if found == 1 else f"{found:,} defects found"
    if state == "pass":
        return "clean, bounded"
    if state == "stale":
        return "stale"
    return "clean, loosely" if texture == "hatched" else "unproven"


def _summed(rows: tuple[ProgrammeRow, ...]) -> Portfolio:
    cells = sum(row.cells for row in rows)
    clean = [row for row in rows if not row.found]
    unproven = [row for row in clean if row.state in ("unproven", "none")]
    little = sum(1 for row in unproven if row.coverage is None or row.coverage < LITTLE)
    loose = sum(1 for row in unproven if row.coverage == 1)
    return Portfolio(
        rows=rows,
        looked_at=Fraction(sum(row.measured for row in rows), cells) if cells else None,
        with_defect=len(rows) - len(clean),
        bounded=sum(1 for row in clean if row.state == "pass"),
        stale=sum(1 for row in clean if row.state == "stale"),
        unmeasured=little,
        gaps=len(unproven) - little - loose,
        loose=loose,
    )


STATE_ORDER = {"fail": 0, "unproven": 1, "stale": 2, "none": 3, "pass": 4}
ORDERS: dict[str, Callable[[ProgrammeRow], Any]] = {
    "title": lambda row: row.title.casefold(),
    "standard": lambda row: row.standard_name,
    "verdict": lambda row: (STATE_ORDER[row.state], -row.found),
    "coverage": lambda row: -1 if row.coverage is None else row.coverage,
    "content": lambda row: {"": -1, "low": 0, "medium": 1, "high": 2}[row.content_level],
    "remaining": lambda row: -1 if row.remaining is None else row.remaining,
    "findings": lambda row: (row.open_a + row.open_own, row.open_b + row.open_c),
    "weakest": lambda row: (-1 if row.weakest_share is None else row.weakest_share, row.weakest_title),
    "oldest": lambda row: row.oldest or NEVER,
}
