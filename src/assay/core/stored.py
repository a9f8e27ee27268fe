"""Verdicts read back from their bytes, and the published schema of those bytes."""

from __future__ import annotations

import json
from datetime import datetime
from fractions import Fraction
from functools import lru_cache
from importlib import resources
from typing import Any

from assay.core.canonical import canonical_bytes, parse_canonical
from assay.core.errors import InvalidInput
from assay.core.evidence import Policy, Strength
from assay.core.parts import Content, Coverage, Freshness, Level, State, StratumCoverage, StrengthSummary
from assay.core.verdict import FORMAT, Verdict


def verdict_from_bytes(data: bytes) -> Verdict:
    """Read the bytes of `Verdict.to_bytes` back. Raises InvalidInput unless they are exactly such bytes."""
    return verdict_from_json(parse_canonical(data))


def verdict_from_json(value: Any) -> Verdict:
    """Read the data of `Verdict.to_json` back.

    Raises InvalidInput if a part is missing, unknown, malformed or contradicts another.
    """
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise InvalidInput(f"This is not a verdict of format {FORMAT!r}.")
    try:
        verdict = _verdict(value)
    except (KeyError, TypeError, ValueError, AttributeError, ZeroDivisionError) as error:
        raise InvalidInput(f"The verdict is incomplete or malformed: {error!r}.") from None
    if canonical_bytes(verdict.to_json()) != canonical_bytes(value):
        raise InvalidInput("The verdict holds something that its format does not know.")
    return verdict


@lru_cache(maxsize=1)
def verdict_schema() -> dict[str, Any]:
    """Return the JSON schema (draft 2020-12) that every verdict fulfils and nothing with a part missing does."""
    text = resources.files("assay.core").joinpath("schemas/verdict.schema.json").read_text("utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def _verdict(value: dict[str, Any]) -> Verdict:
    coverage, content, policy = value["coverage"], value["content"], value["policy"]
    weakest, lowest = coverage["weakest"], value["strength"]["lowest"]
    return Verdict(
        state=State(value["state"]),
        coverage=Coverage(
            value=Fraction(coverage["value"]),
            level=Level(coverage["level"]),
            weakest=(weakest["stratum"], Fraction(weakest["value"])) if weakest else None,
            strata_measured=coverage["strata_measured"],
            strata_total=coverage["strata_total"],
            absent=tuple(coverage["absent"]),
            cells=coverage["cells"],
            measured=coverage["measured"],
            unmeasured=dict(coverage["unmeasured"]),
            by_stratum=tuple(_stratum(row) for row in coverage["by_stratum"]),
        ),
        content=Content(
            found=content["found"],
            blocking=content["blocking"],
            residual=content["residual"],
            residual_simultaneous=content["residual_simultaneous"],
            remaining=content["remaining"],
            level=Level(content["level"]),
            sensitivity=dict(content["sensitivity"]),
        ),
        freshness=Freshness(
            oldest=_time(value["freshness"]["oldest"]),
            next_expiry=_time(value["freshness"]["next_expiry"]),
        ),
        strength=StrengthSummary(
            lowest=Strength[lowest.upper()] if lowest else None,
            observed_share=Fraction(value["strength"]["observed_share"]),
        ),
        reasons=tuple(value["reasons"]),
        governance=value["governance"],
        policy=Policy(
            name=policy["name"],
            governance=value["governance"],
            max_remaining_share=Fraction(policy["max_remaining_share"]),
            max_remaining=policy["max_remaining"],
            second_source=policy["second_source"],
        ),
        position=value["position"],
        surface=value["surface"],
        at=_time(value["at"]),
    )


def _stratum(row: dict[str, Any]) -> StratumCoverage:
    return StratumCoverage(
        name=row["name"],
        title=row["title"],
        cells=row["cells"],
        measured=row["measured"],
        weight=row["weight"],
        measured_weight=row["measured_weight"],
        defects=row["defects"],
        unmeasured_reasons=dict(row["unmeasured"]),
    )


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
