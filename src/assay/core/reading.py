"""A verdict in words, in a glyph, in a line of a terminal, in a row of a table.

Every form carries coverage beside content, so that a clean result over two fifths and over everything never look or
sound the same. Percentages are rounded down: 99.6 % is never shown as 100 %.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

from assay.core.errors import InvalidInput
from assay.core.parts import UNMEASURED_REASONS, Level, State, StratumCoverage
from assay.core.verdict import Verdict, ratio_text, time_text

Texture = Literal["solid", "hatched", "crossed", "empty"]

REASON_WORDS: Final[Mapping[str, str]] = {
    "open_blocking_defect": "A defect that blocks is open.",
    "open_defect": "A defect is open.",
    "population_unknown": "Nobody has listed what should exist.",
    "population_unreconciled": "The list of what should exist was not compared with a second source.",
    "nothing_measured": "Nothing was measured.",
    "coverage_not_high": "Less than 95 % was looked at.",
    "weakest_stratum_not_high": "In the weakest part, less than 90 % was looked at.",
    "too_much_may_remain": "More may remain than the policy allows.",
    "expired": "Some results have expired.",
    "contradicted_later": "A later result contradicts an earlier one.",
}
"""What each code of `Verdict.reasons` means, as a sentence."""

UNMEASURED_WORDS: Final[Mapping[str, str]] = {
    "missing": "should exist and does not",
    "contradicted": "contradicted by another source",
    "unverified_detector": "no detector is known to find enough here",
    "precondition_unmet": "out of the detectors' reach (language or form)",
    "inconclusive": "looked at without a clear result",
    "expired": "result has expired",
    "outdated": "text, detector or governance changed since",
    "not_run": "never looked at",
}
"""What each reason of an unmeasured cell means, to be read after a count."""

_BARS: Final = ((Fraction(1, 3), "▁"), (Fraction(2, 3), "▃"), (Fraction(95, 100), "▅"))
_LETTERS: Final = {State.PASS: "P", State.STALE: "S", State.UNPROVEN: "U", State.FAIL: "F"}
_MARKS: Final[Mapping[Texture, str]] = {"solid": " ", "hatched": "~", "crossed": "×", "empty": "?"}
_COLOURS: Final[Mapping[Texture, str]] = {"solid": "32", "hatched": "33", "crossed": "31", "empty": "90"}


@dataclass(frozen=True, slots=True)
class Glyph:
    """The square: filled area is coverage, texture is content, a folded corner (`stale`) is age.

    `fill_permille` is rounded down. `letter` is that of the state: P, S, U or F.
    """

    fill: Fraction
    fill_permille: int
    texture: Texture
    stale: bool
    letter: str


def glyph_of(verdict: Verdict) -> Glyph:
    """Return what to draw for a verdict. Raises InvalidInput for anything else: a glyph needs a verdict."""
    _demand(verdict)
    coverage, content = verdict.coverage, verdict.content
    texture: Texture
    if content.found:
        texture = "crossed"
    elif not coverage.measured:
        texture = "empty"
    else:
        texture = "solid" if content.level is Level.HIGH else "hatched"
    value = coverage.value
    return Glyph(
        fill=value,
        fill_permille=value.numerator * 1000 // value.denominator,
        texture=texture,
        stale=verdict.state is State.STALE,
        letter=_LETTERS[verdict.state],
    )


def percent_text(share: Fraction) -> str:
    """Return a share in whole per cent, rounded down; "under 1 %" where that would read as nothing."""
    whole = share.numerator * 100 // share.denominator
    return "under 1 %" if share > 0 and whole == 0 else f"{whole} %"


def sentence(verdict: Verdict, *, strata: str = "pathways") -> str:
    """Return the verdict as one sentence for a screen reader; `strata` is what its strata are called, in the plural."""
    _demand(verdict)
    coverage, content = verdict.coverage, verdict.content
    if coverage.weakest is None:
        return "coverage unknown: nobody has listed what should exist; nothing is known"
    looked = f"coverage {percent_text(coverage.value)}, {coverage.strata_measured} of {coverage.strata_total} {strata}"
    if coverage.weakest[1] < 1:
        weakest = next(row for row in coverage.by_stratum if row.name == coverage.weakest[0])
        looked += f" (weakest: {_within(weakest.title)} {percent_text(weakest.value)})"
    parts = [looked]
    if content.found:
        parts.append(f"{content.found:,} found")
    elif coverage.measured:
        parts.append("nothing found")
    if coverage.measured:
        more = "more " if content.found else ""
        parts.append(f"up to {content.residual:,} {more}may remain where we looked")
    else:
        parts.append("nothing more is known" if content.found else "nothing is known")
    left = coverage.cells - coverage.measured
    parts.append(f"{left:,} not looked at" if left else "nothing was left out")
    if verdict.state is State.STALE:
        parts.append("some results have expired")
    return "; ".join(parts)


def silent_about(verdict: Verdict) -> tuple[str, ...]:
    """Return plain sentences on what the verdict does not speak about: population, strata, what may hide.

    Empty only if everything was looked at and no more than nothing may remain.
    """
    _demand(verdict)
    coverage, content = verdict.coverage, verdict.content
    said: list[str] = []
    if coverage.weakest is None:
        said.append("Nobody has listed what should exist, so nothing can be said about it.")
    if verdict.policy.second_source == "missing":
        said.append("The list of what should exist was not compared with a second source; more may exist.")
    for row in coverage.by_stratum:
        if not row.cells:
            said.append(f"{row.title}: none is known to exist, so nothing is said about any.")
        elif row.measured < row.cells:
            said.append(f"{row.title}: {_unmeasured(row)}.")
    if content.residual:
        defects = "1 defect" if content.residual == 1 else f"{content.residual:,} defects"
        said.append(f"Where we looked, up to {defects} may have been missed.")
    return tuple(said)


def terminal(verdict: Verdict, colour: bool = False, *, strata: str = "pathways") -> str:
    """Return one line: a bar as high as coverage, the mark of content, the letter of the state, state and sentence.

    Without colour nothing is lost: `~` means loosely bounded, `×` a defect, `?` nothing looked at.
    """
    glyph = glyph_of(verdict)
    bar = next((drawn for limit, drawn in _BARS if glyph.fill < limit), "▇") if glyph.fill else "_"
    drawn = f"{bar}{_MARKS[glyph.texture]}{glyph.letter}"
    if colour:
        drawn = f"\x1b[{_COLOURS[glyph.texture]}m{drawn}\x1b[0m"
    return f"{drawn}  {verdict.state.value}: {sentence(verdict, strata=strata)}"


_COLUMNS: Final = (
    "surface",
    "state",
    "coverage",
    "coverage_percent",
    "coverage_level",
    "weakest_stratum",
    "weakest_coverage",
    "strata_measured",
    "strata_total",
    "strata_absent",
    "cells",
    "measured",
    *(f"unmeasured_{reason}" for reason in UNMEASURED_REASONS),
    "found",
    "blocking",
    "residual",
    "residual_simultaneous",
    "remaining",
    "content_level",
    "sensitivity",
    "oldest",
    "next_expiry",
    "strength_lowest",
    "observed_share",
    "reasons",
    "governance",
    "policy",
    "position",
    "at",
    "digest",
)


def csv_columns() -> tuple[str, ...]:
    """Return the column names of a table of verdicts: always all of them, coverage and content together."""
    return _COLUMNS


def csv_row(verdict: Verdict) -> tuple[str, ...]:
    """Return the cells of one row, as `csv_columns` names them; rationals "n/d", times in UTC, lists joined by `;`."""
    _demand(verdict)
    coverage, content, value = verdict.coverage, verdict.content, verdict.coverage.value
    weakest = coverage.weakest
    return (
        verdict.surface,
        verdict.state.value,
        ratio_text(value),
        str(value.numerator * 100 // value.denominator),
        coverage.level.value,
        weakest[0] if weakest else "",
        ratio_text(weakest[1]) if weakest else "",
        str(coverage.strata_measured),
        str(coverage.strata_total),
        ";".join(coverage.absent),
        str(coverage.cells),
        str(coverage.measured),
        *(str(coverage.unmeasured.get(reason, 0)) for reason in UNMEASURED_REASONS),
        str(content.found),
        str(content.blocking),
        str(content.residual),
        str(content.residual_simultaneous),
        str(content.remaining),
        content.level.value,
        ";".join(f"{name}={bound}" for name, bound in sorted(content.sensitivity.items())),
        time_text(verdict.freshness.oldest) or "",
        time_text(verdict.freshness.next_expiry) or "",
        verdict.strength.lowest.name.lower() if verdict.strength.lowest else "",
        ratio_text(verdict.strength.observed_share),
        ";".join(verdict.reasons),
        verdict.governance,
        verdict.policy.name,
        str(verdict.position),
        time_text(verdict.at) or "",
        verdict.digest,
    )


def _demand(verdict: object) -> None:
    if not isinstance(verdict, Verdict):
        raise InvalidInput("Only a whole verdict can be shown.", hint="Let core.assess compute it from the evidence.")


def _unmeasured(row: StratumCoverage) -> str:
    """Say how much of a stratum does not count as looked at, and why, unless it is simply that nobody did."""
    reasons, left = row.unmeasured_reasons, row.cells - row.measured
    if set(reasons) == {"not_run"}:
        return f"{left:,} of {row.cells:,} were not looked at" if row.measured else "nothing was looked at"
    if len(reasons) == 1:
        why = UNMEASURED_WORDS[next(iter(reasons))]
    else:
        why = ", ".join(f"{reasons[name]:,} {UNMEASURED_WORDS[name]}" for name in UNMEASURED_REASONS if name in reasons)
    subject = f"{left:,} of {row.cells:,} do not count" if row.measured else "nothing counts"
    return f"{subject} as looked at ({why})"


def _within(title: str) -> str:
    """Write a title as it reads inside a sentence; an abbreviation keeps its capitals."""
    return title if not title[1:2].islower() else title[:1].lower() + title[1:]
