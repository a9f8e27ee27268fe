"""How much of what it looks for does a detector find? A lower bound, from the planted defects that it caught.

Symbols: k caught of c planted; α the chance that the true sensitivity lies below the bound (0.025: a one-sided 97.5
% bound, half of a two-sided 95 % interval). Assumption: each planted defect is as hard to find as a real one of its
kind, and is found or missed on its own. No canary at all gives 0, never "unknown".
"""

from __future__ import annotations

import math
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Final

from assay.core.errors import InvalidInput

ALPHA: Final = Fraction(1, 40)
PARTS: Final = 1_000_000
"""Bounds are whole numbers of millionths, rounded down, so that every machine gets the same bytes."""

UNVERIFIED_BELOW: Final = PARTS // 2
"""A detector with a lower bound than this for one of its kinds measures nothing."""

EXACT: Final = Context(prec=70, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=[])
SLACK: Final = Decimal("1e-40")
"""Sums of positive terms with 70 digits are right to far more than 40; nearer than this counts as equal."""


@lru_cache(maxsize=65_536)
def sensitivity_bound(caught: int, planted: int, alpha: Fraction = ALPHA) -> int:
    """Return the lower Clopper–Pearson bound of `caught` of `planted` in millionths, rounded down; 0 where none was
    caught.

    It is the largest p with P(X ≥ k) ≤ α for X ~ Bin(c, p). Raises InvalidInput unless 0 ≤ caught ≤ planted.
    """
    if not 0 <= caught <= planted:
        raise InvalidInput(f"{caught} of {planted} canaries cannot have been caught.")
    if caught == 0:
        return 0
    limit = EXACT.add(EXACT.divide(Decimal(alpha.numerator), Decimal(alpha.denominator)), SLACK)
    ways = Decimal(math.comb(planted, caught))
    low, high = 0, PARTS
    while high - low > 1:
        middle = (low + high) // 2
        if _upper_tail(caught, planted, middle, ways) <= limit:
            low = middle
        else:
            high = middle
    return low


def share_text(millionths: int) -> str:
    """Return a bound as text with six digits, such as `0.940375`."""
    return f"{millionths // PARTS}.{millionths % PARTS:06}"


def _upper_tail(caught: int, planted: int, millionths: int, ways: Decimal) -> Decimal:
    """Return P(X ≥ caught) for X ~ Bin(planted, millionths / 10^6); `ways` is the first binomial coefficient."""
    hit, miss = Decimal(millionths).scaleb(-6), Decimal(PARTS - millionths).scaleb(-6)
    term = EXACT.multiply(EXACT.multiply(ways, EXACT.power(hit, caught)), EXACT.power(miss, planted - caught))
    odds = EXACT.divide(hit, miss)
    total = term
    for found in range(caught, planted):
        term = EXACT.divide(EXACT.multiply(EXACT.multiply(term, Decimal(planted - found)), odds), Decimal(found + 1))
        total = EXACT.add(total, term)
    return total
