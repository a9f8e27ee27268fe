"""A verdict and its parts: how much was looked at, what was found, what may remain, how old and how well founded it
is.

No part can be left out and no part may contradict another: `Verdict` refuses to be built otherwise, so whatever
prints a verdict has its coverage at hand. `core.assess` computes verdicts; `core.reading` puts them into words;
`docs/formats/verdict.md` fixes the bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any, Final

from assay.core.canonical import canonical_bytes, sha256_hex
from assay.core.consistency import (
    refuse_inconsistent_content,
    refuse_inconsistent_coverage,
    refuse_inconsistent_state,
    require,
)
from assay.core.evidence import (
    Canary,
    Cell,
    Detector,
    Disposition,
    FindingFact,
    Measurement,
    Outcome,
    Policy,
    Stratum,
    Strength,
)
from assay.core.parts import (
    REASONS,
    UNMEASURED_REASONS,
    Content,
    Coverage,
    Freshness,
    Level,
    State,
    StratumCoverage,
    StrengthSummary,
    content_level,
    coverage_level,
)

__all__ = [
    "FORMAT",
    "REASONS",
    "UNMEASURED_REASONS",
    "Canary",
    "Cell",
    "Content",
    "Coverage",
    "Detector",
    "Disposition",
    "FindingFact",
    "Freshness",
    "Level",
    "Measurement",
    "Outcome",
    "Policy",
    "State",
    "Stratum",
    "StratumCoverage",
    "Strength",
    "StrengthSummary",
    "Verdict",
    "content_level",
    "coverage_level",
]

FORMAT: Final = "assay-verdict/1"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A judgement on one surface that cannot be had without what it rests on.

    `at` is the moment since which the verdict holds: the latest input or expiry that it took into account (None
    where no input has a time), so that judging again with nothing new gives the same bytes. `position` is the
    ledger position of the last input. Raises InvalidInput if a part is missing or contradicts another.
    """

    state: State
    coverage: Coverage
    content: Content
    freshness: Freshness
    strength: StrengthSummary
    reasons: tuple[str, ...]
    governance: str
    policy: Policy
    position: int
    surface: str
    at: datetime | None

    def __post_init__(self) -> None:
        _refuse_missing_parts(self)
        refuse_inconsistent_coverage(self.coverage, self.policy)
        refuse_inconsistent_content(self.coverage, self.content, self.freshness, self.strength)
        refuse_inconsistent_state(self.state, self.coverage, self.content, self.reasons, self.policy)

    def to_json(self) -> dict[str, Any]:
        """Return the verdict as canonical-JSON-safe data; rationals are "n/d" strings, times RFC 3339 in UTC."""
        coverage, content, weakest = self.coverage, self.content, self.coverage.weakest
        return {
            "format": FORMAT,
            "surface": self.surface,
            "state": self.state.value,
            "coverage": {
                "value": ratio_text(coverage.value),
                "level": coverage.level.value,
                "weakest": weakest and {"stratum": weakest[0], "value": ratio_text(weakest[1])},
                "strata_measured": coverage.strata_measured,
                "strata_total": coverage.strata_total,
                "absent": list(coverage.absent),
                "cells": coverage.cells,
                "measured": coverage.measured,
                "unmeasured": dict(coverage.unmeasured),
                "by_stratum": [_stratum_json(row) for row in coverage.by_stratum],
            },
            "content": {
                "found": content.found,
                "blocking": content.blocking,
                "residual": content.residual,
                "residual_simultaneous": content.residual_simultaneous,
                "remaining": content.remaining,
                "level": content.level.value,
                "sensitivity": dict(content.sensitivity),
            },
            "freshness": {
                "oldest": time_text(self.freshness.oldest),
                "next_expiry": time_text(self.freshness.next_expiry),
            },
            "strength": {
                "lowest": self.strength.lowest and self.strength.lowest.name.lower(),
                "observed_share": ratio_text(self.strength.observed_share),
            },
            "reasons": list(self.reasons),
            "governance": self.governance,
            "policy": {
                "name": self.policy.name,
                "max_remaining_share": ratio_text(self.policy.max_remaining_share),
                "max_remaining": self.policy.max_remaining,
                "second_source": self.policy.second_source,
            },
            "position": self.position,
            "at": time_text(self.at),
        }

    def to_bytes(self) -> bytes:
        """Return the RFC 8785 bytes: what is stored, signed and compared."""
        return canonical_bytes(self.to_json())

    @property
    def digest(self) -> str:
        return "sha256:" + sha256_hex(self.to_bytes())


def time_text(moment: datetime | None) -> str | None:
    """Return `moment` as RFC 3339 in UTC with `Z`; microseconds only where there are any."""
    return None if moment is None else moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def ratio_text(value: Fraction) -> str:
    """Return a share as "n/d" in lowest terms, such as "9/22", "0/1" or "1/1"."""
    return f"{value.numerator}/{value.denominator}"


def _stratum_json(row: StratumCoverage) -> dict[str, Any]:
    return {
        "name": row.name,
        "title": row.title,
        "cells": row.cells,
        "measured": row.measured,
        "weight": row.weight,
        "measured_weight": row.measured_weight,
        "defects": row.defects,
        "unmeasured": dict(row.unmeasured_reasons),
    }


_PARTS: Final = (
    ("state", State),
    ("coverage", Coverage),
    ("content", Content),
    ("freshness", Freshness),
    ("strength", StrengthSummary),
    ("reasons", tuple),
    ("governance", str),
    ("policy", Policy),
    ("position", int),
    ("surface", str),
)


def _refuse_missing_parts(verdict: Verdict) -> None:
    for name, kind in _PARTS:
        require(isinstance(getattr(verdict, name), kind), f"its {name} is missing")
    require(bool(verdict.surface), "it names no surface")
    require(bool(verdict.governance), "it names no governance version")
    require(verdict.governance == verdict.policy.governance, "its governance version is not that of its policy")
    require(verdict.position >= 0, "its ledger position is negative")
    for moment in (verdict.at, verdict.freshness.oldest, verdict.freshness.next_expiry):
        require(moment is None or moment.tzinfo is not None, "a time has no time zone")
