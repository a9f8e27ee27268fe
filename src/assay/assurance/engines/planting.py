"""Canaries of one detector in one stratum, as work for a process that knows no Django."""

from assay.core.verdict import Canary
from assay.detect.canaries.tally import tally

Pair = tuple[str, str]
"""A detector's name and a stratum."""


def tally_pair(pair: Pair) -> tuple[Canary, ...]:
    """Plant the canaries of a detector in a stratum, and count by kind how many it catches."""
    return tally(*pair)
