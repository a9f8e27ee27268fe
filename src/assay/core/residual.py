"""How many defects may have been missed where we looked? An upper bound, from what was found and how well we find.

Symbols: x open defects found in all; strata h with sensitivity s_h (millionths) and room C_h for defects. Among all
ways to spread D defects over the strata, the worst is the one that makes finding as few as x most likely. Then

    residual = max { D − x : P(X ≤ x | D) ≥ 0.025 },   X = Σ Bin(D_h, s_h),   D_h ≤ C_h.

The worst way is known without searching: exchanging one defect of a stratum for one in a stratum with smaller s
makes X stochastically smaller, so defects fill the strata from the least sensitive upward. And one defect more
never makes X smaller, so the largest D is found by bisection. Assumption: defects are found or missed on their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Final

from assay.core.sensitivity import EXACT, PARTS

SCALE: Final = 10**60
LIKELY: Final = SCALE // 40 - 10**20
"""0.025 in units of SCALE, less 10^-40: a tie, and what rounding may take from one, counts as likely enough."""

_CHUNK: Final = 56
"""Bytes for one coefficient of a product of two vectors: 2 · log2(SCALE) bits and room for 2^48 summands."""


def residual_bound(found: int, strata: Iterable[tuple[int, int]]) -> int:
    """Return the most defects that may have been missed, given `found` open ones.

    `strata` are pairs (sensitivity in millionths, room), room being the measured cells plus the open defects of the
    stratum: a cell in which a defect was found may hide a second one. The result lies between 0 and the sum of
    rooms less `found`.
    """
    rooms: dict[int, int] = {}
    for sensitivity, room in strata:
        if room:
            rooms[sensitivity] = rooms.get(sensitivity, 0) + room
    return _largest_total(found, tuple(sorted(rooms.items()))) - found


@lru_cache(maxsize=65_536)
def _largest_total(found: int, rooms: tuple[tuple[int, int], ...]) -> int:
    """Return the largest D that is still likely; `rooms` by rising sensitivity."""
    total, held = 0, [SCALE]
    for sensitivity, room in rooms:
        if not _is_likely(held, sensitivity, room, found):
            low, high = 0, room
            while high - low > 1:
                middle = (low + high) // 2
                if _is_likely(held, sensitivity, middle, found):
                    low = middle
                else:
                    high = middle
            return total + low
        total += room
        held = _convolve(held, _masses(room, sensitivity, found), found)
    return total


def _is_likely(held: Sequence[int], sensitivity: int, defects: int, found: int) -> bool:
    """Return whether P(Y + Bin(defects, s) ≤ found) is at least 0.025, `held` being the masses of Y from 0 upward."""
    masses = _masses(defects, sensitivity, found)
    below: list[int] = []
    running = 0
    for mass in masses:
        running += mass
        below.append(running)
    last = len(below) - 1
    return sum(mass * below[min(found - y, last)] for y, mass in enumerate(held)) >= LIKELY * SCALE


def _masses(defects: int, sensitivity: int, top: int) -> list[int]:
    """Return P(Bin(defects, s) = i) in units of SCALE, rounded down, for i = 0 … min(defects, top)."""
    if sensitivity == 0:
        return [SCALE]
    hit, miss = Decimal(sensitivity).scaleb(-6), Decimal(PARTS - sensitivity).scaleb(-6)
    odds = EXACT.divide(hit, miss)
    unit = Decimal(SCALE)
    term = EXACT.power(miss, defects)
    masses = [int(EXACT.multiply(term, unit))]
    for i in range(min(defects, top)):
        term = EXACT.divide(EXACT.multiply(EXACT.multiply(term, Decimal(defects - i)), odds), Decimal(i + 1))
        masses.append(int(EXACT.multiply(term, unit)))
    return masses


def _convolve(left: Sequence[int], right: Sequence[int], top: int) -> list[int]:
    """Return the masses of the sum of two independent counts, from 0 to at most `top`.

    Both vectors are packed into one long integer each, so that the product is a single multiplication.
    """
    packed = _pack(left) * _pack(right)
    size = min(len(left) + len(right) - 1, top + 1)
    data = packed.to_bytes(_CHUNK * (len(left) + len(right)), "little")
    return [int.from_bytes(data[i * _CHUNK : (i + 1) * _CHUNK], "little") // SCALE for i in range(size)]


def _pack(masses: Sequence[int]) -> int:
    return int.from_bytes(b"".join([mass.to_bytes(_CHUNK, "little") for mass in masses]), "little")
