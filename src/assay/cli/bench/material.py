"""Material for benchmarks: texts of a given size composed from the catalog, the same for the same seed."""

from __future__ import annotations

import json
import platform
import random
import resource
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import typer

from assay.catalog import load_catalog


def texts(count: int, *, size: int = 1000, seed: int = 1) -> Iterator[str]:
    """`count` different texts of about `size` characters about ISO/IEC 42001, in the catalog's words."""
    catalog = load_catalog()
    sentences = [duty.text for duty in catalog.obligations] + [control.text for control in catalog.controls]
    titles = [clause.title for clause in catalog.clauses]
    rng = random.Random(seed)  # noqa: S311  reproducible material, nothing secret
    for number in range(count):
        parts = [f"# {rng.choice(titles)}, part {number + 1}\n"]
        length = len(parts[0])
        while length < size:
            parts.append(rng.choice(sentences))
            length += len(parts[-1]) + 1
        yield "\n".join((parts[0], " ".join(parts[1:]))) + "\n"


def machine() -> dict[str, str]:
    """What the figures were taken on."""
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "sqlite": sqlite3.sqlite_version,
    }


def peak_megabytes() -> float:
    """Largest resident size of this process or of one of its finished children, in MiB."""
    return max(peak_megabytes_of_this(), peak_of_children())


def peak_megabytes_of_this() -> float:
    """Largest resident size of this process so far, in MiB."""
    return _mebibytes(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def peak_of_children() -> float:
    """Largest resident size of one of its finished children, in MiB; 0 where there was none."""
    return _mebibytes(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)


def _mebibytes(told: int) -> float:
    """The system tells kibibytes, but macOS bytes."""
    return told / (1024 * 1024) if sys.platform == "darwin" else told / 1024


def show(figures: Mapping[str, Any], *, as_json: bool) -> None:
    """Print the figures, one a line, or as JSON."""
    whole = {**figures, "machine": machine()}
    if as_json:
        typer.echo(json.dumps(whole, ensure_ascii=False, indent=2))
        return
    for name, value in whole.items():
        typer.echo(f"{name:<36}{value if not isinstance(value, float) else f'{value:,.3f}'}")
