"""Versions that tell the truth: a digest over everything that a detector's answers and its canaries depend on.

A measurement or a tally counts only while its detector has the version that made it. So the version changes by itself
when rules, weights, concepts, code or canaries change; nobody has to remember it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

from assay.detect.likeness import LEARNED, folder

ENGINE: Final = "2"
_ROOM: Final = Path(__file__).parent
_CATALOG: Final = _ROOM.parent / "catalog" / "data"
_CANARIES: Final = ("canaries/*.py", "canaries/data/*.yaml")
_READING: Final = ("*.py", "data/names.yaml", "data/relations.yaml", "data/weights.yaml", "data/attachment/*.yaml")
_WEIGHING: Final = (
    "data/model.json",
    "data/classes.yaml",
    "data/wordlists.yaml",
    "data/concepts/*.yaml",
    "data/profile/*.yaml",
)
_CATALOGUED: Final = {
    "standard-mention": ("standards_families.yaml",),
    "concept-drift": ("standards_families.yaml",),
    "context-mismatch": ("standards_families.yaml",),
    "own-standard": ("standards_families.yaml", "iso42001.yaml"),
}
_GROUND: Final = ("iso42001.yaml", "eu_ai_act.yaml", "nist_ai_rmf.yaml", "iso23894_lifecycle.yaml", "iso42005.yaml")


def version_of(detector: str) -> str:
    """Return "2+" and eight hexadecimal digits for a detector's name; KeyError for an unknown one."""
    patterns = (*_READING, *_CANARIES) if detector == "own-standard" else (*_READING, *_WEIGHING, *_CANARIES)
    paths = [path for pattern in patterns for path in sorted(_ROOM.glob(pattern))]
    paths += [_CATALOG / name for name in _CATALOGUED[detector]]
    if detector == "concept-drift" and folder() is not None:
        paths.append(LEARNED)  # which names the model by its digest
    return f"{ENGINE}+{digest_of(paths)[:8]}"


_WORDS: Final = ("names.yaml", "concepts", "profile")


def base_paths(detector: str) -> list[Path]:
    """Return the files that a detector's answers depend on, without those that hold families' words and canaries."""
    patterns = _READING if detector == "own-standard" else (*_READING, *_WEIGHING)
    paths = [path for pattern in patterns for path in sorted(_ROOM.glob(pattern))]
    paths = [path for path in paths if not {path.name, path.parent.name} & set(_WORDS)]
    paths += [_CATALOG / name for name in (*_CATALOGUED[detector], *_GROUND) if name != "standards_families.yaml"]
    if detector == "concept-drift" and folder() is not None:
        paths.append(LEARNED)
    return paths


def digest_of(paths: Iterable[Path]) -> str:
    """Return the SHA-256 over names and digests of the files, in the order given; absent files count as absent."""
    whole = hashlib.sha256()
    for path in paths:
        whole.update(f"{path.parent.name}/{path.name}:{_of_file(path)}\n".encode())
    return whole.hexdigest()


@cache
def _of_file(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
