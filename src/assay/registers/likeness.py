"""How much two texts share. Pure."""

from __future__ import annotations

import re
from difflib import SequenceMatcher


def plain(text: str) -> str:
    """Text for comparison: words in lower case."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def alike(left: str, right: str) -> float:
    """How much two texts share, 0 to 1; 0 where either has fewer than six words."""
    first, second = plain(left).split(), plain(right).split()
    if len(first) < 6 or len(second) < 6:
        return 0.0
    return SequenceMatcher(None, first, second, autojunk=False).ratio()
