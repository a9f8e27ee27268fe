"""Packages leave by one door: only `studio.publishing.release` makes a course out of a programme."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "assay"
DOOR = SOURCE / "studio" / "publishing" / "release.py"


def imports_of(path: Path) -> set[str]:
    """Every name a file imports, dotted, from wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{each.name}" for each in node.names}
    return found


@pytest.mark.req("P-16")
def test_only_the_gate_turns_a_programme_into_a_package() -> None:
    users = {
        path
        for path in SOURCE.rglob("*.py")
        if any(name.startswith("assay.studio.packaging.collect") for name in imports_of(path))
    }
    assert users == {DOOR}
