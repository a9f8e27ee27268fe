"""What a platform governed and audited on one day."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from assay.catalog.reading import build, read_yaml
from assay.studio.pathways.registry import BY_NUMBER


@dataclass(frozen=True)
class View:
    """What a platform governed and audited on one day. Numbers are those of pathways."""

    as_of: str
    title: str
    governed: tuple[int, ...]
    audited: tuple[int, ...]
    source: str

    def colour(self, number: int) -> Literal["green", "amber", "red"]:
        """Green: governed and audited; amber: governed only; red: not governed at generation."""
        if number not in self.governed:
            return "red"
        return "green" if number in self.audited else "amber"


@cache
def view_before_the_cure() -> View:
    """Return the dated state in which 9 of 22 pathways were audited and the portfolio was green."""
    entry = read_yaml(Path(__file__).parent.parent / "data" / "view_2025.yaml")
    view = build(View, entry)
    for key, numbers in (("governed", view.governed), ("audited", view.audited)):
        unknown = [number for number in numbers if number not in BY_NUMBER]
        if unknown or len(set(numbers)) != len(numbers):
            entry.refuse(f"'{key}' must name pathways once each, by number (found {numbers})", key)
    return view
