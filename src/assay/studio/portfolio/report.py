"""What a portfolio sweep says: canonical JSON, the same for the same programmes but for its time. Pure.

`affected` is a programme with an open category-A defect. The verdict is `CLEAN / ISOLATED` where none is affected, else
`WIDESPREAD` at or above one of the thresholds, else `ISOLATED`. It never stands without how much was looked at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from assay.catalog.reading import build, read_yaml
from assay.client.statement import timestamp
from assay.core.canonical import digest

FORMAT = "assay/sweep-report/v1"
CLEAN, ISOLATED, WIDESPREAD = "CLEAN / ISOLATED", "ISOLATED", "WIDESPREAD"
QUESTION = "Widespread or isolated?"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When what was found counts as widespread."""

    widespread_ratio: str
    widespread_in_one_pathway: int

    @property
    def ratio(self) -> Fraction:
        return Fraction(self.widespread_ratio)

    @property
    def words(self) -> str:
        """As it is printed with every result."""
        percent = self.ratio * 100
        return (
            f"widespread from {float(percent):g} % of the programmes, or from {self.widespread_in_one_pathway} programmes "
            "in one pathway"
        )


@cache
def thresholds() -> Thresholds:
    """Those of this installation."""
    return build(Thresholds, read_yaml(Path(__file__).parents[1] / "data" / "portfolio.yaml"))


@dataclass(frozen=True, slots=True)
class ProgrammeLine:
    """One programme as it was found. Counts are cells, defects or detector readings.

    `by_pathway` counts open category-A defects by slug, `findings` holds their ids. `readings` is how many (text,
    detector) pairs have a fresh result, `readings_due` how many should have one. `before` and `after` are digests over
    keys and digests of all artefacts, taken around the sweep.
    """

    slug: str
    title: str
    state: str
    sentence: str
    coverage: str
    cells: int
    measured: int
    strata_measured: int
    strata_total: int
    found: int
    residual: int
    remaining: int
    verdict: str
    by_pathway: Mapping[str, int]
    findings: tuple[str, ...]
    readings: int
    readings_due: int
    before: str
    after: str

    @property
    def affected(self) -> bool:
        return bool(self.by_pathway)

    def to_json(self) -> dict[str, Any]:
        """Canonical JSON."""
        return {
            name: dict(getattr(self, name)) if name == "by_pathway" else list(self.findings) if name == "findings" else getattr(self, name)
            for name in self.__slots__
        }  # fmt: skip

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> ProgrammeLine:
        """The line that `to_json` wrote."""
        given = {name: value[name] for name in cls.__slots__}
        return cls(**{**given, "findings": tuple(given["findings"])})


@dataclass(frozen=True, slots=True)
class DetectorLine:
    """One detector as it took part: version, and the canaries that it caught in this organization."""

    name: str
    version: str
    caught: int
    planted: int
    weakest: str


def verdict_of(lines: Sequence[ProgrammeLine], limits: Thresholds) -> str:
    """CLEAN / ISOLATED, ISOLATED or WIDESPREAD."""
    affected = [line for line in lines if line.affected]
    if not affected:
        return CLEAN
    most = max(programmes_by_pathway(lines).values())
    if Fraction(len(affected), len(lines)) >= limits.ratio or most >= limits.widespread_in_one_pathway:
        return WIDESPREAD
    return ISOLATED


def programmes_by_pathway(lines: Sequence[ProgrammeLine]) -> dict[str, int]:
    """How many programmes are affected in each pathway."""
    return dict(sorted(Counter(slug for line in lines for slug in line.by_pathway).items()))


def report_body(
    *,
    organization: str,
    number: int,
    at: datetime,
    lines: Sequence[ProgrammeLine],
    detectors: Sequence[DetectorLine],
    governance: str,
    remediations: int,
    refusals: int,
    limits: Thresholds,
    spreading: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The whole report. `remediations` are artefacts ever written again, `refusals` publications ever refused.

    `spreading` says which texts lie in several programmes, as `spreading_of` does; None where nobody looked.
    """
    ordered = sorted(lines, key=lambda line: line.slug)
    body: dict[str, Any] = {
        "format": FORMAT,
        "organization": organization,
        "number": number,
        "at": timestamp(at),
        "governance_version": governance,
        "question": QUESTION,
        "verdict": verdict_of(ordered, limits),
        "thresholds": {
            "widespread_ratio": limits.widespread_ratio,
            "widespread_in_one_pathway": limits.widespread_in_one_pathway,
        },
        "total_remediations": remediations,
        "publications_refused": refusals,
        **_counts(ordered),
        "detectors": [
            {"name": d.name, "version": d.version, "caught": d.caught, "planted": d.planted, "weakest": d.weakest}
            for d in sorted(detectors, key=lambda each: each.name)
        ],
        "programmes": [line.to_json() for line in ordered],
    }
    body["content"] = {
        "before": digest([[line.slug, line.before] for line in ordered]),
        "after": content_of(ordered),
    }
    if spreading is not None:
        body["spreading"] = dict(spreading)
    return body


def _counts(ordered: Sequence[ProgrammeLine]) -> dict[str, Any]:
    """What the lines add up to."""
    affected = [line.slug for line in ordered if line.affected]
    by_pathway = Counter[str]()
    for line in ordered:
        by_pathway.update(line.by_pathway)
    cells, measured = sum(line.cells for line in ordered), sum(line.measured for line in ordered)
    return {
        "programme_count": len(ordered),
        "affected_programmes": affected,
        "affected_programme_ratio": ratio_text(len(affected), len(ordered)),
        "category_a_by_pathway": dict(sorted(by_pathway.items())),
        "programmes_by_pathway": programmes_by_pathway(ordered),
        "coverage": {
            "cells": cells,
            "measured": measured,
            "share": ratio_text(measured, cells),
            "may_remain": sum(line.remaining for line in ordered),
        },
    }


def content_of(lines: Sequence[ProgrammeLine]) -> str:
    """The digest over the content of all programmes as the sweep left it."""
    return digest([[line.slug, line.after] for line in sorted(lines, key=lambda line: line.slug)])


def spreading_words(found: Mapping[str, Any] | None) -> str:
    """Whether one bad template spreads, in a sentence."""
    if found is None:
        return "This sweep did not look for texts that programmes have in common."
    if not found["found"]:
        return f"None of {found['compared']:,} texts is nearly the same as one in another programme."
    told = (
        f"{found['artefacts']:,} of {found['compared']:,} texts are nearly the same as one in another programme, "
        f"in {found['found']:,} {'group' if found['found'] == 1 else 'groups'}"
    )
    most = found["groups"][0]
    whole = "carrying" in found  # Earlier reports counted the first 200 members of the 50 groups that they show.
    if not most["defective"]:
        none = (
            "none of these carries" if whole else f"none of the {len(found['groups'])} listed below was seen to carry"
        )
        return f"{told}; {none} an open category-A defect."
    least = "" if whole or most["artefacts"] <= len(most["members"]) else "at least "
    others = found.get("carrying", 1) - 1
    also = f" {others:,} more {'group carries' if others == 1 else 'groups carry'} one." if others else ""
    return (
        f"{told}. One bad template spreads: “{most['title']}” lies in {most['programmes']} programmes, "
        f"{least}{most['defective']:,} of its {most['artefacts']:,} copies with an open category-A defect.{also}"
    )


def ratio_text(part: int, whole: int) -> str:
    """A share as decimal text with at least one and at most four decimals, rounded down; 0.0 of nothing."""
    if not whole:
        return "0.0"
    scaled = part * 10_000 // whole
    text = f"{scaled // 10_000}.{scaled % 10_000:04d}".rstrip("0")
    return f"{text}0" if text.endswith(".") else text


def answer_of(body: Mapping[str, Any]) -> str:
    """The answer to the blunt question, in sentences, with how much was looked at."""
    count, affected = int(body["programme_count"]), len(body["affected_programmes"])
    looked = f"{percent_of(body['coverage']['share'])} % of what could be wrong was looked at"
    if not count:
        return "There is no programme, so nothing was looked at."
    if not affected:
        return (
            f"Nothing widespread was found: none of {count:,} programmes has an open category-A defect, and {looked}. "
            f"Up to {body['coverage']['may_remain']:,} may remain."
        )
    places = ", ".join(
        f"{slug.replace('-', ' ')} ({number} of {count})" for slug, number in body["programmes_by_pathway"].items()
    )
    return f"{body['verdict'].capitalize()}: {affected:,} of {count:,} programmes are affected, in {places}; {looked}."


def percent_of(share: str) -> str:
    """A share in decimal text as whole per cent, rounded down."""
    return str(int(Fraction(share) * 100))


def strictness(line: ProgrammeLine) -> tuple[Fraction, int]:
    """How strictly a programme is measured: the share of the readings that should be, then how many there are."""
    return Fraction(line.readings, line.readings_due or 1), line.readings


def strictest(lines: Sequence[ProgrammeLine]) -> ProgrammeLine | None:
    """The programme that is measured more strictly than every other; None where several share the first place."""
    ranked = sorted(lines, key=strictness, reverse=True)
    if not ranked or (len(ranked) > 1 and strictness(ranked[0]) == strictness(ranked[1])):
        return None
    return ranked[0]


def sentinel_words(lines: Sequence[ProgrammeLine]) -> str:
    """Why everything else passes: whether the affected programmes are those that were measured most."""
    if not lines:
        return "There is no programme yet."
    most = strictest(lines)
    told = (
        "No programme is measured more strictly than all the others."
        if most is None
        else f"{most.title} is measured most strictly: {most.readings:,} of {most.readings_due:,} readings of texts by detectors."
    )
    failing = [line for line in lines if line.affected]
    shares = sorted(strictness(line)[0] for line in lines)
    median = shares[len(shares) // 2]
    if most is not None and [line.slug for line in failing] == [most.slug] and strictness(most)[0] > median:
        return f"{told} It alone fails: it may be uniquely measured rather than uniquely broken."
    less = sum(1 for line in lines if not line.affected and strictness(line)[0] < Fraction(95, 100))
    if less:
        return f"{told} {less:,} of those that pass had less than 95 % of it done: that is no result about the rest."
    return f"{told} All were looked at as far, so their results can be compared."
