"""Versions that tell the truth: a digest over everything that a detector's answers and its canaries depend on.

A measurement or a tally counts only while its detector has the version that made it. So the version changes by itself
when rules, weights, families, code or canaries change; nobody has to remember it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

from assay.detect import families
from assay.detect.discovery import DECLARED, FOLDERS

ENGINE: Final = "2"
_ROOM: Final = Path(__file__).parent
_CATALOG: Final = _ROOM.parent / "catalog" / "data"
_CODE: Final = ("*.py", "families/*.py", "detectors/__init__.py")
_READING: Final = ("data/numbers.yaml", "data/relations.yaml", "data/weights.yaml", "data/attachment/*.yaml")
_CANARIES: Final = ("canaries/*.py", "canaries/data/*.yaml")


def version_of(detector: str) -> str:
    """Return "2+" and eight hexadecimal digits for a detector's name; KeyError for an unknown one."""
    paths = [*base_paths(detector), _CATALOG / "standards_families.yaml", *_found(_CANARIES)]
    for family in families.paths():
        paths += sorted(family.glob("*.yaml"))
    drifting = {
        each.name for each in DECLARED.values() if each.drifts
    }  # their frames stand in every canary, filled cleanly
    for name in sorted({detector} | drifting):
        paths += sorted(FOLDERS[name].glob("canaries*.yaml"))
    return f"{ENGINE}+{digest_of(paths)[:8]}"


def base_paths(detector: str) -> list[Path]:
    """Return the files that a detector's answers depend on, without those that hold families' words. KeyError."""
    declared, own = DECLARED[detector], FOLDERS[detector]
    paths = _found((*_CODE, *_READING, *(f"data/{name}" for name in declared.reads)))
    paths += sorted(
        path
        for path in own.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.match("canaries*.yaml")
    )
    return [*paths, *(_CATALOG / name for name in declared.catalog), *declared.also()]


def digest_of(paths: Iterable[Path]) -> str:
    """Return the SHA-256 over names and digests of the files, in the order given; absent files count as absent."""
    whole = hashlib.sha256()
    for path in paths:
        whole.update(f"{path.parent.name}/{path.name}:{_of_file(path)}\n".encode())
    return whole.hexdigest()


def _found(patterns: Iterable[str]) -> list[Path]:
    return [path for pattern in patterns for path in sorted(_ROOM.glob(pattern))]


@cache
def _of_file(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
