"""What makes the parts of a verdict fit together. Each check returns None or raises InvalidInput saying what does
not fit.
"""

from __future__ import annotations

from fractions import Fraction

from assay.core.errors import InvalidInput
from assay.core.evidence import Policy
from assay.core.parts import (
    REASONS,
    UNMEASURED_REASONS,
    Content,
    Coverage,
    Freshness,
    State,
    StrengthSummary,
    content_level,
    coverage_level,
    passes,
)


def require(holds: bool, what: str) -> None:
    if not holds:
        raise InvalidInput(f"This is no verdict: {what}.", hint="Let core.assess compute it from the evidence.")


def refuse_inconsistent_coverage(coverage: Coverage, policy: Policy) -> None:
    """Refuse coverage whose totals, reasons, weakest stratum or level do not follow from its strata."""
    rows = [row for row in coverage.by_stratum if row.cells]
    for row in coverage.by_stratum:
        require(0 <= row.measured <= row.cells, f"stratum {row.name!r} has more measured cells than cells")
        require(
            row.cells <= row.weight and row.measured <= row.measured_weight <= row.weight, f"weights of {row.name!r}"
        )
        require((row.measured == row.cells) == (row.measured_weight == row.weight), f"weights of {row.name!r}")
        require((row.measured == 0) == (row.measured_weight == 0), f"weights of {row.name!r}")
        require(
            sum(row.unmeasured_reasons.values()) == row.cells - row.measured, f"reasons of {row.name!r} do not add up"
        )
        require(set(row.unmeasured_reasons) <= set(UNMEASURED_REASONS), f"unknown reason in {row.name!r}")
        require(all(n > 0 for n in row.unmeasured_reasons.values()) and row.defects >= 0, f"counts of {row.name!r}")
    require(len({row.name for row in coverage.by_stratum}) == len(coverage.by_stratum), "a stratum occurs twice")
    require(coverage.absent == tuple(r.name for r in coverage.by_stratum if not r.cells), "absent strata are wrong")
    require(coverage.cells == sum(r.cells for r in rows), "its cells do not add up")
    require(coverage.measured == sum(r.measured for r in rows), "its measured cells do not add up")
    require(coverage.strata_total == len(rows), "its strata do not add up")
    require(coverage.strata_measured == sum(1 for r in rows if r.measured), "its measured strata do not add up")
    total = {name: sum(r.unmeasured_reasons.get(name, 0) for r in rows) for name in UNMEASURED_REASONS}
    require(
        dict(coverage.unmeasured) == {k: n for k, n in total.items() if n}, "reasons of the unmeasured do not add up"
    )
    weight = sum(r.weight for r in rows)
    share = Fraction(sum(r.measured_weight for r in rows), weight) if weight else Fraction(0)
    require(coverage.value == share, "its coverage is not that of its strata")
    worst = min(rows, key=lambda r: r.value, default=None)
    require(coverage.weakest == (worst and (worst.name, worst.value)), "its weakest stratum is another")
    level = coverage_level(share, worst.value if worst else None, policy.second_source)
    require(coverage.level is level, "its coverage level does not follow")


def refuse_inconsistent_content(
    coverage: Coverage, content: Content, freshness: Freshness, strength: StrengthSummary
) -> None:
    """Refuse figures of content, age and strength that do not follow from the coverage beside them."""
    require(0 <= content.blocking <= content.found, "more blocking defects than defects")
    require(content.found == sum(row.defects for row in coverage.by_stratum), "its defects do not add up")
    require(0 <= content.residual <= content.residual_simultaneous <= coverage.measured, "its residual is out of range")
    require(
        content.remaining == content.residual + coverage.cells - coverage.measured, "U is not residual + unmeasured"
    )
    level = content_level(found=content.found, residual=content.residual, measured=coverage.measured)
    require(content.level is level, "its content level does not follow")
    names = {row.name for row in coverage.by_stratum if row.cells}
    require(set(content.sensitivity) == names, "sensitivity is not given for each non-empty stratum")
    for text in content.sensitivity.values():
        require(len(text) == 8 and text[:2] in ("0.", "1.") and text[2:].isdigit(), f"{text!r} is no six-digit share")
    nothing = coverage.measured == 0
    require(nothing == (freshness.oldest is None), "age is given without a measurement, or missing")
    require(nothing == (strength.lowest is None), "strength is given without a measurement, or missing")
    require(0 <= strength.observed_share <= coverage.value, "more is observed than measured")


def refuse_inconsistent_state(
    state: State, coverage: Coverage, content: Content, reasons: tuple[str, ...], policy: Policy
) -> None:
    """Refuse a state that the figures do not give, or that gives no reason."""
    require((state is State.FAIL) == (content.blocking > 0), "a blocking defect and its state disagree")
    good = passes(coverage=coverage, content=content, policy=policy)
    require((state is State.PASS) == (good and state is not State.FAIL), "it says pass and is none, or the reverse")
    require(state is not State.STALE or coverage.unmeasured.get("expired", 0) > 0, "stale with nothing expired")
    known = tuple(code for code in REASONS if code in reasons)
    require(known == reasons, "its reasons are unknown, repeated or out of order")
    require(state is State.PASS or any(code != "contradicted_later" for code in known), "not a pass, and no reason why")
