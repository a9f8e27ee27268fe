"""What the planted programmes of the present version gave, so that nobody has to plant them again."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

from assay.core.evidence import Canary
from assay.detect.joint.planting import false_alarms, tally_kinds
from assay.detect.joint.spec import KINDS, NAME, STRATUM, version

FILE: Final = Path(__file__).parent / "data" / "figures.json"


def canaries(file: Path = FILE) -> tuple[Canary, ...]:
    """The tallies of the present version by kind: kept ones, or planted now (seconds) where those are of another version."""
    kept = _load(file)
    if kept.get("version") != version():
        return _planted()
    return tuple(Canary(NAME, version(), STRATUM, kind, *kept["canaries"][kind]) for kind in KINDS)


def figures_compute() -> dict[str, Any]:
    """All that is kept, computed now: version, [caught, planted] by kind, [accused, held, all] of honest programmes."""
    return {
        "version": version(),
        "canaries": {each.kind: [each.caught, each.planted] for each in tally_kinds()},
        "honest": list(false_alarms()),
    }


@cache
def _planted() -> tuple[Canary, ...]:
    return tally_kinds()


@cache
def _load(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(file.read_bytes()) if file.is_file() else {}
    return found
