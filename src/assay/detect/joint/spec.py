"""The detector of whole programmes by name, version, kinds and limits."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from assay.detect.registry import DetectorSpec
from assay.detect.versions import digest_of

NAME: Final = "programme-profile"
STRATUM: Final = "whole-programme"
KINDS: Final = ("laced", "block")
_ROOM: Final = Path(__file__).parents[1]
_CATALOG: Final = _ROOM.parent / "catalog" / "data"


@cache
def version() -> str:
    """ "1+" and eight hexadecimal digits over everything that a joint answer and its canaries depend on: the whole of this
    room but labelled passages and kept figures, and the families of the catalog."""
    paths = [
        path
        for pattern in ("*.py", "*.yaml", "*.json")
        for path in sorted(_ROOM.rglob(pattern))
        if "corpus" not in path.parts and path.name != "figures.json"
    ]
    return f"1+{digest_of([*paths, _CATALOG / 'standards_families.yaml'])[:8]}"


SPEC: Final = DetectorSpec(
    NAME,
    version(),
    "Reads all artefacts of a programme together and holds it where another family's subject runs through it, though each "
    "text alone may show too little: a few words in many texts, or several texts in a row.",
    KINDS,
    ("en",),
    (
        "It counts words; what governs is for a person to say. It accuses only where half of all artefacts are about another family.",
        "Programmes of fewer than 12 artefacts, and of standards that are not about AI, are not judged as a whole.",
        "Families of which honest AI programmes speak anyway, information security first, must show three times as much as there.",
        "Mentions so mild that no text alone is held have few words that any detector knows; most programmes laced with "
        "nothing else are not found.",
    ),
)
