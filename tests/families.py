"""Long families of alike tests: the fast suite takes some of each by turns, the slow suite the others."""

from collections.abc import Iterable
from typing import Any

import pytest


def by_turns(values: Iterable[Any], every: int, start: int = 0) -> list[Any]:
    """The values as parameters (a tuple is several), all but each `every`-th one from `start` on marked as slow.

    Families over the same values take different starts, so that each value is tried by some test of the fast suite.
    """
    return [
        value
        if number % every == start % every
        else pytest.param(*(value if type(value) is tuple else (value,)), marks=pytest.mark.slow)
        for number, value in enumerate(values)
    ]
