"""One square of a surface map."""

from dataclasses import dataclass
from typing import Final, Literal

Tone = Literal["green", "amber", "red", "absent"]
TONES: Final[dict[Tone, str]] = {
    "green": "governed and audited",
    "amber": "governed only, or audited only",
    "red": "neither",
    "absent": "no cell",
}


@dataclass(frozen=True)
class MapCell:
    """One stratum (a pathway, a control domain): its number, name and tone; `words` say what is known of it in one
    sentence; `found` counts open defects; `url` leads to its cells, empty where there is nothing to open."""

    number: int
    name: str
    tone: Tone
    words: str
    url: str = ""
    found: int = 0
